package reference

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// Beside is the path of data or numbers that may not be given away with the project and stand beside it, in ../shared,
// where the developers have them. Where there is no such folder the test is skipped, and says what it wanted; where there
// is one, a file that is missing from it is a failure and no skip.
func Beside(tb testing.TB, elements ...string) string {
	tb.Helper()
	compared.Beside(tb)
	shared := filepath.Join(Root(tb), "..", "shared")
	name := filepath.Join(elements...)
	if _, err := os.Stat(shared); errors.Is(err, fs.ErrNotExist) {
		tb.Skipf("%s may not be given away with the project and is not beside it", filepath.ToSlash(name))
	}
	path := filepath.Join(shared, name)
	if _, err := os.Stat(path); err != nil {
		tb.Fatal(err)
	}
	return path
}

// PanelBeside reads a data set that stands beside the project, as Panel does one of the project.
func PanelBeside(tb testing.TB, path string, index ...string) *panel.Panel {
	tb.Helper()
	return read(tb, Beside(tb, filepath.FromSlash(path)), index)
}

// Only keeps the rows in which a variable has the value.
func Only(tb testing.TB, p *panel.Panel, name string, value float64) *panel.Panel {
	tb.Helper()
	x, err := p.Numbers(name)
	if err != nil {
		tb.Fatal(err)
	}
	var rows []int32
	for i, v := range x {
		if v == value {
			rows = append(rows, int32(i))
		}
	}
	return p.Subset(rows)
}
