package table

import (
	"encoding/csv"
	"io"
)

// CSV writes the table's cells as they are printed, comma-separated in UTF-8: heads, then rows; a bracket under a number
// is a row of its own. Caption and notes stand in rows of one field before and after.
type CSV struct{}

// Write writes the table as comma-separated text.
func (CSV) Write(w io.Writer, t *Table) error {
	n := plainNotation(t.Language)
	n.thousands = "" // a spreadsheet reads 5364 as a number, and 5,364 perhaps
	l := t.lay(n, true)
	out := csv.NewWriter(w)
	if c := t.Caption(); c != "" {
		out.Write([]string{c}) // errors stay with the writer until Error
	}
	for _, ln := range append(append([]line(nil), l.head...), l.body...) {
		fields := make([]string, len(l.columns))
		for _, x := range ln.boxes {
			fields[x.column] = x.plain()
		}
		out.Write(fields)
	}
	if note := t.Note(); note != "" {
		out.Write([]string{note})
	}
	out.Flush()
	return out.Error()
}
