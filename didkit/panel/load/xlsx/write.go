package xlsx

import (
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// Write writes a panel as a workbook with one sheet, named data, the first row holding the names. Numbers keep all of
// their digits. A missing value is an empty cell; labels have no place in the sheet. What a sheet can't hold is an
// error: an infinite number, more than 1,048,575 rows or 16,384 columns, a text of more than 32,767 characters.
func Write(w io.Writer, p *panel.Panel) error {
	vars := p.Variables()
	if err := refuse(p, vars); err != nil {
		return err
	}
	f := excelize.NewFile()
	defer f.Close()
	const name = "data"
	if err := f.SetSheetName(f.GetSheetName(0), name); err != nil {
		return err
	}
	for i, v := range vars {
		column := letters(i + 1)
		if err := setText(f, name, column+"1", v.Name); err != nil {
			return err
		}
		for r := range p.Rows() {
			var err error
			at := column + strconv.Itoa(r+2)
			switch {
			case v.Kind == panel.Text && v.Codes[r] >= 0:
				err = setText(f, name, at, v.Levels[v.Codes[r]])
			case v.Kind == panel.Number && v.Values[r] == v.Values[r]:
				// SetCellFloat and the stream writer cut numbers at 15 digits from excelize 2.11.1 on.
				err = f.SetCellDefault(name, at, strconv.FormatFloat(v.Values[r], 'G', -1, 64))
			}
			if err != nil {
				return err
			}
		}
	}
	return f.Write(w)
}

// special are characters that XML does not have, and an underscore that begins what looks like a character written by
// its number, or will when the character after it is.
var special = regexp.MustCompile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9a-fA-F]{4}[_\x00-\x08\x0b-\x1f\ufffe\uffff]")

// setText sets a cell's text. Special ones are written by their numbers, as _x0001_ and _x005F_, into the cell itself:
// excelize writes some of them wrongly, and takes "_x000D_" and "_x005F_x000D_" for the same shared string.
func setText(f *excelize.File, sheet, at, s string) error {
	if !special.MatchString(s) {
		return f.SetCellStr(sheet, at, s)
	}
	return f.SetCellDefault(sheet, at, escape(s)) // it has underscores, so it is taken for no number
}

func escape(s string) string {
	var out strings.Builder
	for i, r := range s {
		switch loc := special.FindStringIndex(s[i:]); {
		case loc == nil || loc[0] > 0:
			out.WriteRune(r)
		default:
			fmt.Fprintf(&out, "_x%04X_", r)
		}
	}
	return out.String()
}

// refuse looks for what a sheet can't hold.
func refuse(p *panel.Panel, vars []*panel.Variable) error {
	if p.Rows() >= excelize.TotalRows {
		return fmt.Errorf("%d rows are more than the %d of a sheet; save as .csv or .parquet", p.Rows(), excelize.TotalRows-1)
	}
	if len(vars) > excelize.MaxColumns {
		return fmt.Errorf("%d columns are more than the %d of a sheet; save as .csv or .parquet", len(vars), excelize.MaxColumns)
	}
	for _, v := range vars {
		for _, s := range v.Levels {
			if n := len(utf16.Encode([]rune(s))); n > excelize.TotalCellChars {
				return fmt.Errorf("column %q holds a text of %d characters, and a cell takes %d", v.Name, n, excelize.TotalCellChars)
			}
		}
		for row, x := range v.Values {
			if math.IsInf(x, 0) {
				return fmt.Errorf("column %q can't be saved as .xlsx: row %d is infinite, which a sheet can't hold", v.Name, row+1)
			}
		}
	}
	return nil
}
