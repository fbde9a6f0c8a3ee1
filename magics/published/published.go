// Package published holds numbers as a paper printed them, so that estimates can stand beside them: %compare reads it.
package published

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/seed2d25c7c2/didnb"
	"github.com/seed2d25c7c2/didnb/didkit/suggest"
)

// Book is the published tables of one paper.
type Book struct {
	Source string  `json:"source"`
	Tables []Table `json:"tables"`
}

// Table is one published table: of regressions (Columns) or of descriptive statistics (Summary).
type Table struct {
	Name    string    `json:"name"` // table2
	Title   string    `json:"title"`
	TitleZH string    `json:"title_zh,omitempty"`
	Columns []Column  `json:"columns,omitempty"`
	Summary []Summary `json:"summary,omitempty"`
}

// Column is one regression as printed. A statistic stands in brackets in the paper: t or standard error, as Statistic says.
type Column struct {
	Name      string   `json:"name"` // (1)
	Outcome   string   `json:"outcome,omitempty"`
	Statistic string   `json:"statistic"` // t or se
	Terms     []Term   `json:"terms"`
	N         int      `json:"n,omitempty"`
	R2        *Printed `json:"r2,omitempty"`
}

// Term is one coefficient as printed.
type Term struct {
	Term      string   `json:"term"`
	Estimate  Printed  `json:"estimate"`
	Statistic *Printed `json:"statistic,omitempty"`
	Stars     string   `json:"stars"`
}

// Summary is one row of descriptive statistics as printed.
type Summary struct {
	Variable string  `json:"variable"`
	N        int     `json:"n"`
	Mean     Printed `json:"mean"`
	SD       Printed `json:"sd"`
	Min      Printed `json:"min"`
	Max      Printed `json:"max"`
}

// Printed is a number with the decimals that the paper printed, which say how exactly it is known.
type Printed struct {
	Value    float64
	Decimals int
}

// UnmarshalJSON reads a number and counts its decimals: 0.530 has three.
func (p *Printed) UnmarshalJSON(data []byte) error {
	if err := json.Unmarshal(data, &p.Value); err != nil {
		return err
	}
	p.Decimals = 0
	if _, decimals, ok := strings.Cut(string(data), "."); ok && !strings.ContainsAny(decimals, "eE") {
		p.Decimals = len(decimals)
	}
	return nil
}

// MarshalJSON writes the number with its decimals.
func (p Printed) MarshalJSON() ([]byte, error) {
	return fmt.Appendf(nil, "%.*f", p.Decimals, p.Value), nil
}

// Paper is Gao, Han and Han (2026), West Forum 36(2), the study that the notebooks replicate.
func Paper() (*Book, error) { return parse(didnb.Published, "the paper's numbers") }

// Read reads a file of published numbers in the same form as the paper's (testdata/published.json).
func Read(path string) (*Book, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return parse(data, path)
}

func parse(data []byte, name string) (*Book, error) {
	b := &Book{}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(b); err != nil {
		return nil, fmt.Errorf("%s holds no published tables: %w", name, plain(err, data))
	}
	return b, b.check(name)
}

// plain says where JSON is wrong in words of the file: its line.
func plain(err error, data []byte) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		line := 1 + bytes.Count(data[:min(int(syntax.Offset), len(data))], []byte("\n"))
		return fmt.Errorf("line %d: %s", line, strings.TrimPrefix(syntax.Error(), "json: "))
	}
	return errors.New(strings.TrimPrefix(err.Error(), "json: "))
}

// check refuses tables without a name or without content, and a statistic that is neither t nor se.
func (b *Book) check(name string) error {
	seen := map[string]bool{}
	for i, t := range b.Tables {
		switch {
		case t.Name == "":
			return fmt.Errorf("table %d of %s has no name", i+1, name)
		case seen[t.Name]:
			return fmt.Errorf("two tables of %s are named %q", name, t.Name)
		case len(t.Columns) == 0 && len(t.Summary) == 0:
			return fmt.Errorf("table %q of %s has neither columns nor a summary", t.Name, name)
		}
		seen[t.Name] = true
		for _, c := range t.Columns {
			if c.Statistic != "t" && c.Statistic != "se" {
				return fmt.Errorf("the statistic of column %s in table %q of %s is %q; it is t or se", c.Name, t.Name, name, c.Statistic)
			}
		}
	}
	return nil
}

// Table finds a table by name; the error is an *UnknownTable.
func (b *Book) Table(name string) (*Table, error) {
	for i := range b.Tables {
		if b.Tables[i].Name == name {
			return &b.Tables[i], nil
		}
	}
	return nil, &UnknownTable{Name: name, All: b.Names()}
}

// Names lists the tables in the paper's order.
func (b *Book) Names() []string {
	names := make([]string, len(b.Tables))
	for i, t := range b.Tables {
		names[i] = t.Name
	}
	return names
}

// UnknownTable is the error for a table that the paper does not have.
type UnknownTable struct {
	Name string
	All  []string
}

func (e *UnknownTable) Error() string {
	s := fmt.Sprintf("no published table %q", e.Name)
	if near := suggest.Phrase(e.Name, e.All); near != "" {
		return s + near
	}
	return s + "; there are " + strings.Join(e.All, ", ")
}
