package table

import (
	"io"
	"strings"
)

// Text writes a table in monospaced characters, Chinese ones counted as two columns wide, with = for thick rules and -
// for thin ones. Numbers are plain ASCII.
type Text struct{}

// gap is the blank between columns.
const gap = 2

// Write writes the table as plain text.
func (Text) Write(w io.Writer, t *Table) error {
	l := t.lay(plainNotation(t.Language), true)
	widths := textWidths(l)
	total := -gap
	for _, n := range widths {
		total += n + gap
	}
	total = max(total, 1)
	var b strings.Builder
	if c := t.Caption(); c != "" {
		for _, s := range wrap(c, max(total, 60)) {
			b.WriteString(s + "\n")
		}
	}
	rule := func(c string) { b.WriteString(strings.Repeat(c, total) + "\n") }
	rule("=")
	for i, ln := range l.head {
		textLine(&b, l, ln, widths)
		if i < len(l.head)-1 && spans(ln) {
			textSpanRule(&b, ln, widths)
		}
	}
	if len(l.head) > 0 {
		rule("-")
	}
	for i, ln := range l.body {
		if ln.rule && i > 0 {
			rule("-")
		}
		textLine(&b, l, ln, widths)
	}
	rule("=")
	if n := t.Note(); n != "" {
		for _, s := range wrap(n, max(total, 60)) {
			b.WriteString(s + "\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// plain is what stands in a box that is not aligned by a point.
func (b *box) plain() string {
	if b.parts != nil {
		return b.inline(stars)
	}
	return b.text
}

// width of a column's aligned numbers, brackets beside with a blank before them.
func (m metrics) width() int {
	n := 0
	for i, p := range m.parts {
		n += p.lead + p.tail
		if i > 0 {
			n++
		}
	}
	return n
}

// textWidths are the columns' widths; a cell across several widens the last of them if it needs more.
func textWidths(l *layout) []int {
	widths := make([]int, len(l.columns))
	lines := append(append([]line(nil), l.head...), l.body...)
	for i, m := range l.columns {
		widths[i] = m.width()
	}
	for _, ln := range lines {
		for _, b := range ln.boxes {
			if b.span == 1 && !b.byPoint() {
				widths[b.column] = max(widths[b.column], displayWidth(b.plain()))
			}
		}
	}
	for _, ln := range lines {
		for _, b := range ln.boxes {
			if b.span > 1 {
				widths[b.column+b.span-1] += max(0, displayWidth(b.plain())-spanWidth(widths, b))
			}
		}
	}
	return widths
}

func spanWidth(widths []int, b box) int {
	n := gap * (b.span - 1)
	for _, w := range widths[b.column : b.column+b.span] {
		n += w
	}
	return n
}

func textLine(b *strings.Builder, l *layout, ln line, widths []int) {
	s := ""
	for _, x := range ln.boxes {
		w := spanWidth(widths, x)
		cell := x.plain()
		if x.byPoint() {
			cell = pad(l.columns[x.column].monospaced(x.parts), w, Center)
		}
		s += pad(cell, w, x.align) + strings.Repeat(" ", gap)
	}
	b.WriteString(strings.TrimRight(s, " ") + "\n")
}

// monospaced writes the parts of a number filled up to the column's widths.
func (m metrics) monospaced(parts []aligned) string {
	s := ""
	for i, w := range m.parts {
		if i > 0 {
			s += " "
		}
		if i >= len(parts) {
			s += strings.Repeat(" ", w.lead+w.tail)
			continue
		}
		s += pad(parts[i].lead, w.lead, Right) + pad(parts[i].tail+stars(parts[i].stars), w.tail, Left)
	}
	return s
}

// spans tells whether a head line has words across several columns, which a short rule then gathers.
func spans(ln line) bool {
	for _, b := range ln.boxes {
		if b.span > 1 && !b.blank() {
			return true
		}
	}
	return false
}

func textSpanRule(b *strings.Builder, ln line, widths []int) {
	s := ""
	for _, x := range ln.boxes {
		c := " "
		if x.span > 1 && !x.blank() {
			c = "-"
		}
		s += strings.Repeat(c, spanWidth(widths, x)) + strings.Repeat(" ", gap)
	}
	b.WriteString(strings.TrimRight(s, " ") + "\n")
}
