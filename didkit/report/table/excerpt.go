package table

import (
	"fmt"

	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// Excerpt is the table cut to at most so many rows and columns, with a note that counts what is left out and ends with
// how, the words that say where all of it is. Three quarters of the rows kept are the first ones and a quarter the last,
// for a regression table ends with its observations and R²; a row and a column of … stand where something is missing. A
// table within both limits is returned as it is; t itself is never changed.
func (t *Table) Excerpt(rows, columns int, how string) *Table {
	cut := *t
	var left []string
	l := t.Language
	if n := len(t.Body); n > rows {
		last := rows / 4
		first := max(rows-last-1, 1) // and the row of …
		for first > 1 && t.Body[first-1].Group {
			first-- // no heading without a row under it
		}
		gap := Row{Cells: []Cell{Words("…")}}
		cut.Body = append(append(append([]Row(nil), t.Body[:first]...), gap), t.Body[n-last:]...)
		left = append(left, countOf(n-first-last, n, "row", "行", l))
	}
	if n := len(t.Columns); n > columns {
		kept := max(columns-1, 1)
		cut.Columns = append(append([]Column(nil), t.Columns[:kept]...), Column{Left})
		cut.Head, cut.Body = narrowed(t.Head, kept), narrowed(cut.Body, kept)
		if len(cut.Head) > 0 {
			end := &cut.Head[len(cut.Head)-1]
			end.Cells = append(end.Cells, Cell{Text: "…", Column: kept + 1})
		}
		left = append(left, countOf(n-kept, n, "column", "列", l))
	}
	if left == nil {
		return t
	}
	note := l.Join(left...) + l.Pick(" are not shown here", "未在此显示")
	if how != "" {
		note += l.Pick("; ", "；") + how
	}
	cut.Notes = append([]string{note + l.Pick(".", "。")}, t.Notes...)
	return &cut
}

// countOf is "70 of 130 rows" or "130 行中的 70 行".
func countOf(part, all int, en, zh string, l wording.Language) string {
	if l == wording.Chinese {
		return fmt.Sprintf("%[2]s %[3]s中的 %[1]s %[3]s", wording.Count(part, l), wording.Count(all, l), zh)
	}
	return fmt.Sprintf("%s of %s %ss", wording.Count(part, l), wording.Count(all, l), en)
}

// narrowed are the rows without what stands beyond the first columns.
func narrowed(rows []Row, columns int) []Row {
	out := make([]Row, len(rows))
	for i, r := range rows {
		out[i] = Row{Group: r.Group, Rule: r.Rule}
		next := 0
		for _, c := range r.Cells {
			if c.Column > 0 {
				next = c.Column - 1
			}
			if next >= columns {
				break
			}
			if span := c.span(); next+span > columns {
				c.Span = columns - next
			}
			next += c.span()
			out[i].Cells = append(out[i].Cells, c)
		}
	}
	return out
}
