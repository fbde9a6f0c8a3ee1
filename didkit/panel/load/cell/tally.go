package cell

import "fmt"

// Tally counts what the cells of a column are, and keeps the first of each kind. Numbers are not counted: they are the
// rows without an exception, so that the common cell costs nothing.
type Tally struct {
	count [kinds]int
	first [kinds]Sample
}

// Sample is a cell to show.
type Sample struct {
	Row  int // from 0
	Text string
}

// Add counts the cell b of a row; rows come in ascending order. A Number need not be added.
func (t *Tally) Add(k Kind, row int, b []byte) {
	if t.count[k]++; t.count[k] == 1 {
		t.first[k] = Sample{Row: row, Text: string(b)}
	}
}

// Join adds the tally of a later part of the column, whose row 0 is the given row.
func (t *Tally) Join(later *Tally, row int) {
	for k, n := range later.count {
		if n > 0 && t.count[k] == 0 {
			t.first[k] = later.first[k]
			t.first[k].Row += row
		}
		t.count[k] += n
	}
}

// numbers counts the cells that are numbers, in a column of so many rows.
func (t *Tally) numbers(rows int) int {
	for _, k := range []Kind{Truth, Missing, Dash, Code, Long, Word} {
		rows -= t.count[k]
	}
	return rows
}

// IsText tells whether a column of so many rows is text: a cell is a word, a code with leading zeros or a whole number
// too long for float64, or truth values stand among numbers. It never turns back when further cells are added.
func (t *Tally) IsText(rows int) bool {
	return t.count[Word]+t.count[Code]+t.count[Long] > 0 || t.count[Truth] > 0 && t.numbers(rows) > 0
}

// Notices says, a sentence each, what a reader of the column should know: why a column that is mostly numbers is text,
// and which cells of a column of numbers were not plain ones. place writes a row as the file's user knows it.
func (t *Tally) Notices(name string, rows int, place func(row int) string) []string {
	var out []string
	say := func(format string, args ...any) { out = append(out, "column "+name+": "+fmt.Sprintf(format, args...)) }
	at := func(k Kind) string { return fmt.Sprintf("%s holds %q", place(t.first[k].Row), t.first[k].Text) }
	numbers := t.numbers(rows)
	if t.IsText(rows) {
		switch words := t.count[Word]; {
		case words > 0 && numbers+t.count[Code]+t.count[Long] > words:
			say("%s%s, so the column is read as text", at(Word), besides(words-1, "word"))
		case words > 0: // a column of words
		case t.count[Long] > 0:
			say("%s, more digits than a number keeps, so the column is read as text", at(Long))
		case t.count[Code] > 0:
			say("%s, a code with leading zeros, so the column is read as text", at(Code))
		default:
			say("%s among numbers, so the column is read as text", at(Truth))
		}
		return out
	}
	if t.count[Dash] > 0 {
		say("%s%s, read as missing", at(Dash), besides(t.count[Dash]-1, "such cell"))
	}
	if t.count[Grouped] > 0 {
		say("%s%s, read with thousands separators", at(Grouped), besides(t.count[Grouped]-1, "such cell"))
	}
	if t.count[Inf] > 0 {
		say("%s%s, read as infinite; no estimation takes it", at(Inf), besides(t.count[Inf]-1, "such cell"))
	}
	return out
}

// besides counts further ones: " (and 2 further words)".
func besides(n int, what string) string {
	switch n {
	case 0:
		return ""
	case 1:
		return " (and 1 further " + what + ")"
	}
	return fmt.Sprintf(" (and %d further %ss)", n, what)
}
