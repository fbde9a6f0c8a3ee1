// Package xlsx reads and writes tables in Excel workbooks (.xlsx).
//
// # What is read
//
// One sheet: the first visible one, or the one asked for by name. Its first row that is not empty holds the names of
// the columns; a row below it is a row of the table, and empty rows are left out. Numbers are read as they are stored,
// not as they are shown; a date as ISO text (2006-01-31, with 15:04:05 if it has a time); a formula as the value that
// was last computed. What a column is follows package csv: numbers if each cell is a number or missing, text
// otherwise, so that numbers stored as text are numbers.
//
// Merged cells in the header are refused, since they leave columns without a name; merged cells below it are said in a
// notice, since only the first of them holds the value.
package xlsx

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load/cell"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load/file"
)

// Options say which table is meant.
type Options struct {
	Sheet string       // its name; "" is the first visible one
	Stop  func() error // ends the reading soon after it gives an error, which is then returned; nil goes on
}

// Result is the table read.
type Result struct {
	Panel   *panel.Panel // a cross-section
	Notices []string     // what a reader should know, a sentence each
	Sheet   string
}

// File reads a workbook; errors are one sentence that begins with the file's name, and a file that is not there is a
// *file.Missing, a sheet that is not there an *UnknownSheet.
func File(path string, o Options) (*Result, error) {
	f, size, err := file.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := Read(file.Asking(f, o.Stop), size, o)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	return r, nil
}

// Read reads a workbook of size bytes.
func Read(r io.ReaderAt, size int64, o Options) (res *Result, err error) {
	defer func() {
		// excelize trusts the references between a workbook's parts; where one points nowhere the file is at fault.
		if p := recover(); p != nil {
			res, err = nil, fmt.Errorf("damaged workbook: its parts contradict each other (%v)", p)
		}
	}()
	book, err := openBook(r, size)
	if err != nil {
		return nil, err
	}
	defer book.file.Close()
	meant, err := book.choose(o.Sheet)
	if err != nil {
		return nil, err
	}
	res = &Result{Sheet: meant.name}
	say := func(format string, args ...any) { res.Notices = append(res.Notices, fmt.Sprintf(format, args...)) }
	if others := book.others(meant); o.Sheet == "" && len(others) > 0 {
		say("sheet %q is read; the workbook also has %s", meant.name, quoteAll(others))
	}
	t, err := book.readSheet(meant, o.Stop)
	if err != nil {
		return nil, fmt.Errorf("sheet %q: %w", meant.name, err)
	}
	if t.emptyRows > 0 {
		say("%s left out", count(t.emptyRows, "empty row"))
	}
	if t.formulas > 0 {
		say("%s without a computed value, read as missing; open the workbook in Excel and save it", count(t.formulas, "formula"))
	}
	if n := len(t.merged); n > 0 {
		say("merged cells below the header (%s%s): only the first of them holds the value", t.merged[0], andMore(n-1))
	}
	var vars []*panel.Variable
	for _, c := range t.columns {
		v, notices := c.variable(t.sheetRows)
		vars = append(vars, v)
		res.Notices = append(res.Notices, notices...)
	}
	res.Panel, err = panel.New(vars...)
	return res, err
}

// column is the text of a column's cells, one after the other.
type column struct {
	name string
	text []byte
	ends []int
}

func (c *column) cell(row int) []byte {
	from := 0
	if row > 0 {
		from = c.ends[row-1]
	}
	return c.text[from:c.ends[row]]
}

// variable decides what the column is. sheetRows are the rows' numbers in the sheet, which its user knows them by.
func (c *column) variable(sheetRows []int) (*panel.Variable, []string) {
	rows := len(c.ends)
	values := make([]float64, rows)
	var tally cell.Tally
	for r := range rows {
		x, k := cell.Parse(c.cell(r), '.')
		values[r] = x
		if k != cell.Number {
			tally.Add(k, r, c.cell(r))
		}
	}
	notices := tally.Notices(c.name, rows, func(r int) string { return fmt.Sprintf("row %d of the sheet", sheetRows[r]) })
	if !tally.IsText(rows) {
		return &panel.Variable{Name: c.name, Values: values}, notices
	}
	var texts cell.Texts
	texts.Grow(rows)
	for r := range rows {
		if _, k := cell.Parse(c.cell(r), '.'); k == cell.Missing {
			texts.AddMissing()
		} else {
			texts.Add(cell.Trim(c.cell(r)))
		}
	}
	return cell.Variable(c.name, &texts), notices
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func andMore(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" and %d more", n)
}

func quoteAll(names []string) string {
	s := ""
	for i, n := range names {
		switch {
		case i == 5:
			return s + andMore(len(names)-i)
		case i > 0 && i == len(names)-1:
			s += " and "
		case i > 0:
			s += ", "
		}
		s += fmt.Sprintf("%q", n)
	}
	return s
}
