package lang

// Range is a stretch of one line of the source: Line and Col count from 1, columns in runes; EndCol is the column after
// the last rune. An empty range (EndCol == Col) stands between two runes or at the end of the line.
type Range struct{ Line, Col, EndCol int }

// Text is a stretch of a statement that knows where each of its runes stands in the source, through continued lines,
// quotes and escapes.
type Text struct {
	runes []rune
	at    []place // one a rune, and one more for the end
}

type place struct{ line, col int }

// String is the text.
func (t Text) String() string { return string(t.runes) }

// Len is the number of runes.
func (t Text) Len() int { return len(t.runes) }

// Slice is the text of the runes from start to before end.
func (t Text) Slice(start, end int) Text {
	start, end = clamp(start, 0, len(t.runes)), clamp(end, 0, len(t.runes))
	end = max(start, end)
	if len(t.at) == 0 {
		return Text{}
	}
	return Text{runes: t.runes[start:end], at: t.at[start : end+1]}
}

// Range is where the runes from start to before end stand; of a stretch over several lines, the part on the first.
func (t Text) Range(start, end int) Range {
	if len(t.at) == 0 {
		return Range{}
	}
	start, end = clamp(start, 0, len(t.runes)), clamp(end, 0, len(t.runes))
	first := t.at[start]
	r := Range{Line: first.line, Col: first.col, EndCol: first.col}
	for i := start; i < end && t.at[i].line == first.line; i++ {
		r.EndCol = t.at[i].col + 1
	}
	return r
}

// All is where the whole text stands.
func (t Text) All() Range { return t.Range(0, len(t.runes)) }

// TrimSpace is the text without blanks at its ends.
func (t Text) TrimSpace() Text {
	start, end := 0, len(t.runes)
	for start < end && isBlank(t.runes[start]) {
		start++
	}
	for end > start && isBlank(t.runes[end-1]) {
		end--
	}
	return t.Slice(start, end)
}

func clamp(x, lo, hi int) int { return max(lo, min(x, hi)) }

// isBlank tells blanks between arguments; the ideographic space counts, since a Chinese input method types it.
func isBlank(c rune) bool {
	return c == ' ' || c == '\t' || c == '\r' || c == '\u00a0' || c == '\u3000'
}
