package table

import (
	"fmt"

	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// GridOptions says how Grid prints.
type GridOptions struct {
	Number, Title string
	Language      wording.Language
	Digits        int // of float64 values; 0: three; NoDigits: none
	Stub          int // leading columns that name the row; 0: one
	Notes         []string
	Simulated     bool
}

// Grid makes a table of values as they come: strings as words, int and int64 as whole numbers, float64 with Digits,
// bool as yes or no, a Cell as it is, nil as a blank, anything else as fmt prints it. A column stands by its point if it
// holds a number, else at the left.
func Grid(head []string, rows [][]any, o GridOptions) *Table {
	t := &Table{Number: o.Number, Title: o.Title, Language: o.Language, Notes: o.Notes, Simulated: o.Simulated, Stub: max(o.Stub, 1)}
	width := len(head)
	for _, r := range rows {
		width = max(width, len(r))
	}
	t.Columns = make([]Column, width)
	for i := range t.Columns {
		t.Columns[i].Align = Left
	}
	for _, r := range rows {
		row := Row{}
		for i, v := range r {
			c := gridCell(v, digitsOr(o.Digits, 3), o.Language)
			if c.Number != nil {
				t.Columns[i].Align = Decimal
			}
			row.Cells = append(row.Cells, c)
		}
		t.Body = append(t.Body, row)
	}
	if len(head) > 0 {
		row := Row{}
		for _, h := range head {
			row.Cells = append(row.Cells, Words(h))
		}
		t.Head = []Row{row}
	}
	return t
}

func gridCell(v any, digits int, l wording.Language) Cell {
	switch x := v.(type) {
	case nil:
		return Cell{}
	case Cell:
		return x
	case string:
		return Words(x)
	case int:
		return Count(x)
	case int64:
		return Digits(float64(x), 0)
	case float64:
		return Digits(x, digits)
	case bool:
		if x {
			return Words(l.Pick("yes", "是"))
		}
		return Words(l.Pick("no", "否"))
	}
	return Words(fmt.Sprint(v))
}
