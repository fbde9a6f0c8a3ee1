package xlsx

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

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

// readSheet reads a sheet from its first row to its last: values from excelize, types and damage from the checker. Each
// thousand rows it asks stop, if it is not nil, whether to go on.
func (b *book) readSheet(s sheet, stop func() error) (*content, error) {
	check, err := newChecker(b, s.part)
	if err != nil {
		return nil, err
	}
	values, err := b.file.Rows(s.name)
	if err != nil {
		return nil, err
	}
	defer values.Close()
	t := &content{}
	at := 0 // the row that values stands at
	for rows := 0; ; rows++ {
		if stop != nil && rows%1000 == 0 {
			if err := stop(); err != nil {
				return nil, err
			}
		}
		more, err := check.next()
		if err != nil {
			return nil, err
		}
		if !more {
			break
		}
		var cells []string
		for ; at < check.row.number; at++ {
			if !values.Next() {
				return nil, damaged(s.part, fmt.Errorf("row %d can't be read", check.row.number))
			}
			if cells, err = values.Columns(); err != nil {
				return nil, damaged(s.part, err)
			}
		}
		if err := t.add(b, check.row, cells); err != nil {
			return nil, err
		}
	}
	if err := values.Error(); err != nil {
		return nil, damaged(s.part, err)
	}
	for _, ref := range check.merge {
		if err := t.merge(ref); err != nil {
			return nil, err
		}
	}
	if t.headerRow == 0 {
		return nil, errors.New("the sheet is empty")
	}
	if len(t.sheetRows) == 0 {
		return nil, errors.New("the sheet has a header but no rows")
	}
	return t, nil
}

// add takes a row that was read: the header, a row of the table, or an empty one.
func (t *content) add(b *book, r row, cells []string) error {
	last := 0 // the column of the last cell that is not empty
	for _, f := range r.cells {
		value := ""
		if f.column <= len(cells) {
			value = cells[f.column-1]
		}
		value, err := b.text(f, r.number, value)
		if err != nil {
			return err
		}
		if f.column <= len(cells) {
			cells[f.column-1] = value
		}
		uncomputed := f.formula && value == "" && f.kind != "str"
		if uncomputed {
			t.formulas++
		}
		if uncomputed || len(cell.Trim([]byte(value))) > 0 {
			last = f.column
		}
	}
	switch {
	case last == 0:
		return nil // counted by the distance between the rows that are not empty
	case t.headerRow == 0:
		return t.header(r.number, cells[:min(last, len(cells))])
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
	t.emptyRows += r.number - before - 1
	t.sheetRows = append(t.sheetRows, r.number)
	for i, c := range t.columns {
		if i < len(cells) {
			c.text = append(c.text, cells[i]...)
		}
		c.ends = append(c.ends, len(c.text))
	}
	return nil
}

// text is a cell's value as the table has it; excelize's stands for numbers, texts and errors (#N/A).
func (b *book) text(f fact, row int, value string) (string, error) {
	switch f.kind {
	case "s":
		if f.index == "" {
			return "", nil
		}
		i, err := strconv.Atoi(strings.TrimSpace(f.index))
		if texts := b.file.SharedStrings; err != nil || texts == nil || i < 0 || i >= len(texts.SI) {
			return "", fmt.Errorf("cell %s%d refers to a text that the workbook does not have", letters(f.column), row)
		}
		return value, nil
	case "b":
		switch value {
		case "1":
			value = "TRUE"
		case "0":
			value = "FALSE"
		}
	case "", "n":
		if f.style >= 0 && f.style < len(b.isDate) && b.isDate[f.style] {
			if serial, err := strconv.ParseFloat(value, 64); err == nil {
				if date := isoDate(serial, b.era1904); date != "" {
					return date, nil
				}
			}
		}
	}
	if f.filled && value == "" {
		return "", fmt.Errorf("cell %s%d can't be read, so the workbook is damaged", letters(f.column), row)
	}
	return value, nil
}

// header takes the names of the columns.
func (t *content) header(row int, cells []string) error {
	t.headerRow = row
	seen := map[string]int{}
	numbers := true
	for i, text := range cells {
		name := string(cell.Trim([]byte(text)))
		if name == "" {
			return fmt.Errorf("cell %s%d of the header is empty; every column needs a name of its own, also where cells are merged", letters(i+1), row)
		}
		if first, twice := seen[name]; twice {
			return fmt.Errorf("two columns are named %q in the header, %s and %s", name, letters(first), letters(i+1))
		}
		seen[name] = i + 1
		_, k := cell.Parse([]byte(text), '.')
		numbers = numbers && k == cell.Number
		t.columns = append(t.columns, &column{name: name})
	}
	if numbers {
		return fmt.Errorf("row %d holds numbers (%s) where the columns' names should stand", row, t.columns[0].name)
	}
	return nil
}

// merge looks at a range of merged cells.
func (t *content) merge(ref string) error {
	from, to, isRange := strings.Cut(ref, ":")
	if !isRange {
		to = from
	}
	column, first, err := excelize.CellNameToCoordinates(from)
	if err != nil {
		return nil
	}
	_, last, err := excelize.CellNameToCoordinates(to)
	if err != nil {
		last = first
	}
	switch {
	case first <= t.headerRow && last >= t.headerRow:
		return fmt.Errorf("the header has merged cells (%s); give every column a name of its own", ref)
	case first > t.headerRow && column <= len(t.columns):
		t.merged = append(t.merged, ref)
	}
	return nil
}
