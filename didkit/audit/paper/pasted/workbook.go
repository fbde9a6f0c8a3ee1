package pasted

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

// fromWorkbook reads every sheet with cells, each as a table. A head merged over several columns stands in each of them;
// a number merged over several is an error, since it can belong to one only.
func fromWorkbook(data []byte) ([]cells, error) {
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: 1 << 28, UnzipXMLSizeLimit: 1 << 28})
	if err != nil {
		return nil, fmt.Errorf("this is no Excel workbook, or a damaged one")
	}
	defer f.Close()
	var all []cells
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet) // as shown, so that decimals are those printed
		if err != nil {
			return nil, fmt.Errorf("sheet %s can't be read: %w", sheet, err)
		}
		if len(rows) == 0 {
			continue
		}
		c := cells{rows: rows}
		if err := c.unmerge(f, sheet); err != nil {
			return nil, err
		}
		c.split()
		for i := range c.rows {
			c.lines = append(c.lines, fmt.Sprintf("sheet %s, row %d", sheet, i+1))
		}
		all = append(all, c)
	}
	return all, nil
}

func (c *cells) unmerge(f *excelize.File, sheet string) error {
	merged, err := f.GetMergeCells(sheet)
	if err != nil {
		return fmt.Errorf("sheet %s can't be read: %w", sheet, err)
	}
	for _, m := range merged {
		x0, y0, err0 := excelize.CellNameToCoordinates(m.GetStartAxis())
		x1, _, err1 := excelize.CellNameToCoordinates(m.GetEndAxis())
		if err0 != nil || err1 != nil || x1 == x0 || y0 > len(c.rows) {
			continue
		}
		text := m.GetCellValue()
		if _, ok := numberOf(text); ok {
			return fmt.Errorf("cells %s:%s of sheet %s are merged over the number %s, which belongs to one of them; split the cells", m.GetStartAxis(), m.GetEndAxis(), sheet, text)
		}
		if x0 == 1 { // a caption or note over the whole table
			continue
		}
		row := c.rows[y0-1]
		for len(row) < x1 {
			row = append(row, "")
		}
		for x := x0; x <= x1; x++ {
			row[x-1] = text
		}
		c.rows[y0-1] = row
	}
	return nil
}

// split sets captions and notes, rows of one cell of words at the left, apart.
func (c *cells) split() {
	for i, row := range c.rows {
		if len(row) > 0 && strings.TrimSpace(strings.Join(row[1:], "")) == "" {
			c.words += row[0] + "\n"
			if strings.Contains(row[0], " ") || caption.MatchString(row[0]) {
				c.rows[i] = nil
			}
		}
	}
}
