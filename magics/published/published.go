// Package published puts estimates beside numbers as a paper printed them: %compare reads it. The numbers themselves are
// those of didkit/audit/paper.
package published

import (
	"os"

	"github.com/seed2d25c7c2/didnb"
	"github.com/seed2d25c7c2/didnb/didkit/audit/paper"
)

// The parts of a paper's numbers, as didkit/audit/paper has them.
type (
	Book         = paper.Book
	Table        = paper.Table
	Column       = paper.Column
	Term         = paper.Term
	Summary      = paper.Summary
	Printed      = paper.Printed
	UnknownTable = paper.UnknownTable
)

// Paper is Gao, Han and Han (2026), West Forum 36(2), the study that the notebooks replicate.
func Paper() (*Book, error) { return paper.Parse(didnb.Published, "the paper's numbers") }

// Read reads a file of published numbers in the form of the paper's (data/published.json) or the shorter one.
func Read(path string) (*Book, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return paper.Parse(data, path)
}
