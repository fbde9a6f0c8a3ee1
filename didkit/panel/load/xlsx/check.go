package xlsx

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"
)

// checker walks over a sheet's XML beside excelize's Rows. Rows takes the first malformed place for the sheet's end,
// drops a cell that it can't decode, takes a wrong reference to a shared string for an empty cell, and hands out no
// cell's type or style: rows would get lost in silence, and dates be numbers. The checker says what there is, row by
// row and to the last tag, so that the table is excelize's values or an error.
type checker struct {
	part  string
	xml   *xml.Decoder
	row   row
	merge []string // ranges of merged cells, complete after the last row
	rows  bool     // still before the end of the rows
}

// row is what a row's XML holds.
type row struct {
	number int // from 1
	cells  []fact
}

// fact is what is known of a cell but its value.
type fact struct {
	column  int // from 1
	kind    string
	style   int
	index   string // of a shared string
	filled  bool   // it holds characters
	formula bool
}

func newChecker(b *book, part string) (*checker, error) {
	data, ok := b.part(part)
	if !ok {
		return nil, damaged(part, errors.New("it is not there"))
	}
	d := xml.NewDecoder(bytes.NewReader(data))
	d.CharsetReader = b.file.CharsetReader
	return &checker{part: part, xml: d, rows: true}, nil
}

// next reads on to the end of the next row, or of the part; then it returns false.
func (c *checker) next() (more bool, err error) {
	inRow, inCell, inValue, phonetic := false, false, false, false
	for {
		token, err := c.xml.Token()
		if err == io.EOF && c.rows {
			return false, damaged(c.part, errors.New("it ends before its cells do"))
		}
		if err == io.EOF {
			return false, nil
		}
		if err != nil {
			return false, damaged(c.part, err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			name := e.Name.Local
			switch {
			case name == "mergeCell":
				c.merge = append(c.merge, attr(e, "ref"))
			case !c.rows:
			case name == "row" && inRow || name == "c" && (inCell || !inRow):
				return false, damaged(c.part, fmt.Errorf("a tag %q stands at a wrong place", name))
			case name == "row":
				inRow = true
				err = c.begin(attr(e, "r"))
			case name == "c":
				inCell = true
				err = c.cell(e)
			case inCell && name == "f":
				c.last().formula = true
			case name == "rPh":
				phonetic = true
			case name == "v" || name == "t":
				inValue = inCell && !phonetic
			}
			if err != nil {
				return false, err
			}
		case xml.EndElement:
			switch name := e.Name.Local; {
			case name == "sheetData":
				c.rows = false
			case name == "row" && inRow:
				return true, nil
			case name == "c":
				inCell = false
			case name == "rPh":
				phonetic = false
			case name == "v" || name == "t":
				inValue = false
			}
		case xml.CharData:
			if inValue && len(e) > 0 {
				cell := c.last()
				cell.filled = true
				if cell.kind == "s" {
					cell.index += string(e)
				}
			}
		}
	}
}

func (c *checker) last() *fact { return &c.row.cells[len(c.row.cells)-1] }

// begin starts a row; a row without a number follows the one before.
func (c *checker) begin(number string) error {
	before := c.row.number
	c.row = row{number: before + 1, cells: c.row.cells[:0]}
	if number == "" {
		return nil
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > excelize.TotalRows {
		return fmt.Errorf("a row is numbered %q, so the workbook is damaged", number)
	}
	if n <= before {
		return fmt.Errorf("row %d stands after row %d, so the workbook is damaged", n, before)
	}
	c.row.number = n
	return nil
}

// cell starts a cell; a cell without a reference follows the one before.
func (c *checker) cell(e xml.StartElement) error {
	f := fact{column: 1, kind: attr(e, "t")}
	if len(c.row.cells) > 0 {
		f.column = c.last().column + 1
	}
	ref := attr(e, "r")
	if ref != "" {
		column, _, err := excelize.CellNameToCoordinates(ref)
		if err != nil || column < f.column {
			return fmt.Errorf("row %d holds a cell %q out of its place, so the workbook is damaged", c.row.number, ref)
		}
		f.column = column
	}
	if s := attr(e, "s"); s != "" {
		style, err := strconv.Atoi(s)
		if err != nil {
			return fmt.Errorf("cell %s%d has a style %q, so the workbook is damaged", letters(f.column), c.row.number, s)
		}
		f.style = style
	}
	c.row.cells = append(c.row.cells, f)
	return nil
}

// attr is the value of an attribute, whatever its prefix.
func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// letters names a column from 1: A, B … Z, AA; "" beyond a sheet's last.
func letters(column int) string {
	name, _ := excelize.ColumnNumberToName(column)
	return name
}
