package command

import (
	"html"
	"math"
	"strconv"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// grid is a listing of values, as %panel head or %session print one, in the form of report's tables.
type grid struct {
	head    []string
	rows    [][]any
	options table.GridOptions
}

func newGrid(head ...string) *grid { return &grid{head: head} }

// add appends a row; its cells are strings, numbers or table.Cells.
func (g *grid) add(cells ...any) { g.rows = append(g.rows, cells) }

func (g *grid) table() *table.Table { return table.Grid(g.head, g.rows, g.options) }
func (g *grid) text() string        { return g.table().Text() }
func (g *grid) html() string        { return g.table().HTML() }

// tableOutput shows tables one under another, long and wide ones cut; Tables holds them whole.
func (c *call) tableOutput(tables ...*table.Table) *Output {
	out := &Output{Tables: tables}
	for i, t := range tables {
		t = c.excerpt(t)
		if i > 0 {
			out.Text += "\n"
		}
		out.Text += t.Text()
		out.HTML += t.HTML()
	}
	return out
}

// A table of more rows or columns is cut where it is shown: what a screen's eye takes in, with room for an event study of
// two years of months either side and a table of twenty-odd columns.
const (
	shownRows    = 60
	shownColumns = 30
)

// fullKey is taken by every magic that shows tables: init of the registry adds it.
var fullKey = Key{Name: "full", Kind: Flag, Default: "false", Doc: "true shows a long or wide table whole"}

// excerpt is what is shown of a table, with a note that says how to see the rest.
func (c *call) excerpt(t *table.Table) *table.Table {
	if c.flag("full") {
		return t
	}
	how := ""
	if c.cmd.hasKey("full") {
		how = t.Language.Pick("full=true shows all", "full=true 显示全部")
	}
	if c.cmd.hasKey("out") {
		how += t.Language.Pick(", out=FILE writes all", "，out=FILE 写出全部")
	}
	return t.Excerpt(shownRows, shownColumns, how)
}

// lineOutput shows sentences, one a line.
func lineOutput(lines ...string) *Output {
	return &Output{Text: strings.Join(lines, "\n") + "\n", HTML: htmlLines(lines...)}
}

// htmlLines are paragraphs of plain text.
func htmlLines(lines ...string) string {
	var b strings.Builder
	for _, l := range lines {
		if l != "" {
			b.WriteString("<p>" + html.EscapeString(l) + "</p>\n")
		}
	}
	return b.String()
}

// digitsOfError is the number of decimals that shows three significant digits of a standard error: an estimate is known
// no better than that.
func digitsOfError(estimate, stdError float64) int {
	if !(stdError > 0) || math.IsInf(stdError, 0) {
		return estimateDigits(estimate)
	}
	return max(0, min(2-int(math.Floor(math.Log10(stdError))), 12))
}

// estimateDigits is the number of decimals that shows four significant digits, four for numbers between 0.01 and 100.
func estimateDigits(x float64) int {
	a := math.Abs(x)
	switch {
	case a == 0 || math.IsNaN(a) || math.IsInf(a, 0):
		return 0
	case a < 1e-2:
		return min(3-int(math.Floor(math.Log10(a))), 12)
	case a < 100:
		return 4
	case a < 1000:
		return 2
	}
	return 0
}

// pCell prints a p value: three decimals, or that it is smaller.
func pCell(p float64) table.Cell {
	if p < 0.001 {
		return table.Words("<0.001").At(table.Right)
	}
	return table.Digits(p, 3)
}

// orBlank is the cell, blank where the number is missing.
func orBlank(x float64, c table.Cell) table.Cell {
	if math.IsNaN(x) {
		return table.Cell{}
	}
	return c
}

// shown writes a value inside a sentence: six digits.
func shown(x float64) string {
	if math.IsNaN(x) {
		return "missing"
	}
	return strconv.FormatFloat(x, 'g', 6, 64)
}

// grouped writes a count with thousands separators: 5,364.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// counted writes "1 row" or "5,364 rows".
func counted(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return grouped(n) + " " + one + "s"
}

// rowsOf and variablesOf count in the language: "1 row", "5,364 rows", "1 行".
func rowsOf(n int, l wording.Language) string { return countedIn(n, "row", "行", l) }

func variablesOf(n int, l wording.Language) string { return countedIn(n, "variable", "个变量", l) }

// countedIn writes a count with its noun.
func countedIn(n int, one, zh string, l wording.Language) string {
	if l == wording.Chinese {
		return wording.Count(n, l) + " " + zh
	}
	return counted(n, one)
}
