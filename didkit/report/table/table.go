// Package table has one model of a printed table and its writers: HTML for a notebook cell, plain text, Markdown, LaTeX,
// CSV, and tables of Word and Excel. Builders make it from results: Regression, Describe, Grid.
//
// The house form is the journal's table of three rules (三线表): a thick rule above and below, a thin one under the
// head, and nothing else but the notes.
package table

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// Table is a table as a reader sees it, free of any file format. Numbers stay numbers until a writer prints them.
type Table struct {
	Number    string // "2" prints as "Table 2" or "表 2"; "" for none
	Title     string
	Language  wording.Language
	Columns   []Column
	Stub      int   // leading columns that name the row; header cells to a screen reader
	Beside    bool  // brackets stand in the line of their number, not under it
	Head      []Row // above the thin rule
	Body      []Row
	Notes     []string // sentences under the table, without their "Notes:"
	Simulated bool     // the data are simulated: caption and notes say so
}

// Column is how a column stands.
type Column struct{ Align Align }

// Align is where a cell's words or digits stand.
type Align uint8

const (
	Inherit Align = iota // the column's; in a column: Left
	Left
	Center
	Right
	Decimal // numbers point under point, words centred
)

// Row is one line of cells, from the left; cells may be fewer than columns.
type Row struct {
	Cells []Cell
	Group bool // a heading over the rows below it: its first cell stands across the table
	Rule  bool // a thin rule above it
}

// Cell is what stands in one place: words or a number. The zero value is blank.
type Cell struct {
	Text    string
	Number  *Number  // instead of Text
	Bracket *Bracket // beside or under Number
	Align   Align    // Inherit: the column's
	Span    int      // columns it stands across; 0 means 1
	Italic  bool     // for symbols of variables
	Column  int      // of the table, from 1; 0: the one after the cell before it
}

// Number is a value in print. NaN prints as a dash, and no zero as negative.
type Number struct {
	Value  float64
	Digits int // after the point
	Stars  int // 0 to 3
}

// Bracket is one value in round brackets or, with High, an interval in square ones.
type Bracket struct {
	Value  float64
	High   *float64
	Digits int
}

// Words makes a cell of text.
func Words(s string) Cell { return Cell{Text: s} }

// Digits makes a cell of a number with so many digits after the point.
func Digits(x float64, digits int) Cell { return Cell{Number: &Number{Value: x, Digits: digits}} }

// Count makes a cell of a whole number.
func Count(n int) Cell { return Cell{Number: &Number{Value: float64(n)}} }

// At returns the cell with another alignment.
func (c Cell) At(a Align) Cell {
	c.Align = a
	return c
}

// Across returns the cell over so many columns.
func (c Cell) Across(columns int) Cell {
	c.Span = columns
	return c
}

func (c Cell) span() int { return max(c.Span, 1) }

func (c Cell) blank() bool { return c.Text == "" && c.Number == nil }

// Caption is the line above the table: its number, its title, and the mark of simulated data; "" if there is none of
// these.
func (t *Table) Caption() string {
	label, title := t.captionParts()
	return strings.TrimSpace(label + t.Language.Pick(" ", "\u3000") + title)
}

// captionParts are "Table 2." and "Title (simulated data)".
func (t *Table) captionParts() (label, title string) {
	l := t.Language
	if n := oneLine(t.Number); n != "" {
		label = l.Pick("Table "+n+".", "表 "+n)
	}
	title = oneLine(t.Title)
	if !t.Simulated {
		return label, title
	}
	if title == "" {
		return label, l.Pick("Simulated data", l.Simulated())
	}
	return label, title + l.Pick(" ("+l.Simulated()+")", "（"+l.Simulated()+"）")
}

// Note is the paragraph under the table, with its "Notes:"; "" if there is nothing to note. Simulated data are named
// first.
func (t *Table) Note() string {
	l := t.Language
	var sentences []string
	if t.Simulated {
		sentences = append(sentences, l.Pick("Simulated data.", "数据为模拟数据。"))
	}
	for _, n := range t.Notes {
		if n = oneLine(n); l != wording.Chinese {
			n = wording.Singular(n)
		}
		sentences = append(sentences, n)
	}
	s := l.Sentences(sentences...)
	if s == "" {
		return ""
	}
	return l.Pick("Notes: ", "注：") + s
}

// oneLine turns blanks, line ends and control characters into single blanks, so that no name from a file can break a
// line of the table.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\u202f' || r == '\u00a0' || r == '\u2007' || r == '\u3000': // blanks that are meant
			return r
		case unicode.IsSpace(r) || unicode.IsControl(r):
			return ' '
		case unicode.Is(unicode.Bidi_Control, r): // they would turn the digits of the cells beside
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' }), " ")
}

// minuses writes the minus signs of a note's numbers as the table has them: a word processor breaks lines behind hyphens.
// Those behind = stand in formulas and stay.
func minuses(note string) string { return negative.ReplaceAllString(note, "$1\u2212$2") }

var negative = regexp.MustCompile(`(^|[\s(\[（，：])-(\d)`)
