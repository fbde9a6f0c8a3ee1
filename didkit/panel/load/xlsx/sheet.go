package xlsx

import (
	"encoding/xml"
	"errors"
	"fmt"
	"strconv"

	"github.com/seed2d25c7c2/didnb/didkit/panel/load/cell"
)

// content is the table of a sheet.
type content struct {
	columns   []*column
	sheetRows []int // of the table's rows, from 1
	headerRow int
	emptyRows int // between rows
	formulas  int // without a value
	merged    []string
}

// readSheet reads a sheet from its first row to its last.
func (b *book) readSheet(s sheet) (*content, error) {
	t := &content{}
	row := &rowReader{book: b}
	ended := false
	err := b.each(s.part, func(token xml.Token) (bool, error) {
		switch e := token.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "row":
				if err := row.begin(attr(e, "r")); err != nil {
					return false, err
				}
			case "mergeCell":
				if err := t.merge(attr(e, "ref")); err != nil {
					return false, err
				}
			default:
				if err := row.start(e); err != nil {
					return false, err
				}
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "row":
				if err := t.add(row); err != nil {
					return false, err
				}
			case "sheetData":
				ended = true
			default:
				if err := row.end(e.Name.Local); err != nil {
					return false, err
				}
			}
		case xml.CharData:
			row.text(e)
		}
		return true, nil
	})
	if err != nil {
		return nil, err
	}
	if !ended {
		return nil, damaged(s.part, errors.New("it ends before its cells do"))
	}
	if t.headerRow == 0 {
		return nil, errors.New("the sheet is empty")
	}
	if len(t.sheetRows) == 0 {
		return nil, errors.New("the sheet has a header but no rows")
	}
	t.formulas = row.formulas
	return t, nil
}

// add takes a row that was read: the header, a row of the table, or an empty one.
func (t *content) add(r *rowReader) error {
	last := len(r.cells)
	for last > r.uncomputed && len(cell.Trim(r.cells[last-1])) == 0 {
		last--
	}
	switch {
	case last == 0:
		return nil // counted by the distance between the rows that are not empty
	case t.headerRow == 0:
		return t.header(r, last)
	case last > len(t.columns):
		hint := ""
		if len(t.columns) == 1 {
			hint = fmt.Sprintf("; if row %d is a title, delete it", t.headerRow)
		}
		return fmt.Errorf("cell %s%d holds a value to the right of the header, which ends in column %s%s",
			letters(last), r.number, letters(len(t.columns)), hint)
	}
	before := t.headerRow
	if n := len(t.sheetRows); n > 0 {
		before = t.sheetRows[n-1]
	}
	if r.number <= before {
		return fmt.Errorf("row %d stands after row %d, so the workbook is damaged", r.number, before)
	}
	t.emptyRows += r.number - before - 1
	t.sheetRows = append(t.sheetRows, r.number)
	for i, c := range t.columns {
		if i < last {
			c.text = append(c.text, r.cells[i]...)
		}
		c.ends = append(c.ends, len(c.text))
	}
	return nil
}

// header takes the names of the columns.
func (t *content) header(r *rowReader, last int) error {
	t.headerRow = r.number
	seen := map[string]int{}
	numbers := true
	for i, text := range r.cells[:last] {
		name := string(cell.Trim(text))
		if name == "" {
			return fmt.Errorf("cell %s%d of the header is empty; every column needs a name of its own, also where cells are merged", letters(i+1), r.number)
		}
		if first, twice := seen[name]; twice {
			return fmt.Errorf("two columns are named %q in the header, %s and %s", name, letters(first), letters(i+1))
		}
		seen[name] = i + 1
		_, k := cell.Parse(text, '.')
		numbers = numbers && k == cell.Number
		t.columns = append(t.columns, &column{name: name})
	}
	if numbers {
		return fmt.Errorf("row %d holds numbers (%s) where the columns' names should stand", r.number, t.columns[0].name)
	}
	return nil
}

// merge looks at a range of merged cells; they are listed after the rows.
func (t *content) merge(ref string) error {
	first, rest := cellPlace(ref)
	if first.row == 0 {
		return nil
	}
	to := first
	if len(rest) > 1 && rest[0] == ':' {
		to, _ = cellPlace(rest[1:])
	}
	switch {
	case first.row <= t.headerRow && to.row >= t.headerRow:
		return fmt.Errorf("the header has merged cells (%s); give every column a name of its own", ref)
	case first.row > t.headerRow && first.column <= len(t.columns):
		t.merged = append(t.merged, ref)
	}
	return nil
}

// place is a cell's place, from 1.
type place struct{ row, column int }

// cellPlace reads a cell's name, such as AB12, and returns what follows it; row 0 means that there is none.
func cellPlace(s string) (p place, rest string) {
	i := 0
	for i < len(s) && s[i]|0x20 >= 'a' && s[i]|0x20 <= 'z' && p.column <= maxColumns {
		p.column = 26*p.column + int(s[i]|0x20-'a') + 1
		i++
	}
	for i < len(s) && s[i] >= '0' && s[i] <= '9' && p.row <= maxRows {
		p.row = 10*p.row + int(s[i]-'0')
		i++
	}
	if p.column == 0 || p.column > maxColumns || p.row > maxRows {
		return place{}, s
	}
	return p, s[i:]
}

// letters names a column from 1: A, B … Z, AA.
func letters(column int) string {
	s := ""
	for ; column > 0; column = (column - 1) / 26 {
		s = string(rune('A'+(column-1)%26)) + s
	}
	return s
}

// rowReader gathers the cells of one row.
type rowReader struct {
	book     *book
	number   int      // of the row, from 1
	cells    [][]byte // from column A, empty where there is no value
	formulas int      // cells with a formula and no value, in all rows

	uncomputed int // the last column with such a cell in this row

	column     int // of the cell being read, from 1; 0 between cells
	kind       string
	style      int
	value      []byte
	hasFormula bool
	inValue    bool // of a v, or of a t that is no reading
	phonetic   bool
}

// begin starts a row; a row without a number follows the one before.
func (r *rowReader) begin(number string) error {
	r.number++
	if number != "" {
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 || n > maxRows {
			return fmt.Errorf("a row is numbered %q, so the workbook is damaged", number)
		}
		r.number = n
	}
	for i := range r.cells {
		r.cells[i] = r.cells[i][:0]
	}
	r.cells = r.cells[:0]
	r.column, r.uncomputed = 0, 0
	return nil
}

// start takes a start tag inside a row.
func (r *rowReader) start(e xml.StartElement) error {
	switch e.Name.Local {
	case "c":
		column := len(r.cells) + 1
		if ref := attr(e, "r"); ref != "" {
			p, _ := cellPlace(ref)
			if p.column < column {
				return fmt.Errorf("row %d holds a cell %q out of its place, so the workbook is damaged", r.number, ref)
			}
			column = p.column
		}
		for len(r.cells) < column {
			if len(r.cells) < cap(r.cells) { // reuse the memory of an earlier row's cell
				r.cells = r.cells[:len(r.cells)+1]
				r.cells[len(r.cells)-1] = r.cells[len(r.cells)-1][:0]
			} else {
				r.cells = append(r.cells, nil)
			}
		}
		r.column, r.kind, r.value, r.hasFormula = column, attr(e, "t"), r.value[:0], false
		r.style, _ = strconv.Atoi(attr(e, "s"))
	case "f":
		r.hasFormula = true
	case "rPh":
		r.phonetic = true
	case "v":
		r.inValue = r.column > 0
	case "t":
		r.inValue = r.column > 0 && !r.phonetic
	}
	return nil
}

// text takes the characters between tags.
func (r *rowReader) text(b []byte) {
	if r.inValue {
		r.value = append(r.value, b...)
	}
}

// end takes an end tag inside a row.
func (r *rowReader) end(tag string) error {
	switch tag {
	case "v", "t":
		r.inValue = false
	case "rPh":
		r.phonetic = false
	case "c":
		if r.column == 0 {
			return nil
		}
		text, err := r.cellText()
		if err != nil {
			return err
		}
		if r.hasFormula && len(r.value) == 0 && r.kind != "str" {
			r.formulas++
			r.uncomputed = r.column
		}
		r.cells[r.column-1] = append(r.cells[r.column-1], text...)
		r.column = 0
	}
	return nil
}

// cellText is the cell's value as text.
func (r *rowReader) cellText() (string, error) {
	value := string(r.value)
	switch r.kind {
	case "s":
		i, err := strconv.Atoi(value)
		if value == "" {
			return "", nil
		}
		if err != nil || i < 0 || i >= len(r.book.texts) {
			return "", fmt.Errorf("cell %s%d refers to a text that the workbook does not have", letters(r.column), r.number)
		}
		return r.book.texts[i], nil
	case "str", "inlineStr":
		return unescape(value), nil
	case "b":
		if value == "1" {
			return "TRUE", nil
		} else if value == "0" {
			return "FALSE", nil
		}
	case "", "n":
		if r.style >= 0 && r.style < len(r.book.isDate) && r.book.isDate[r.style] {
			if serial, err := strconv.ParseFloat(value, 64); err == nil {
				if date := r.book.isoDate(serial); date != "" {
					return date, nil
				}
			}
		}
	}
	return value, nil // numbers, errors (#N/A), ISO dates
}
