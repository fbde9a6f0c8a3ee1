package table

import "math"

// layout is a table with its numbers written in one notation and cut for alignment: what every writer starts from.
type layout struct {
	*Table
	head, body []line
	columns    []metrics
}

// line is one row of boxes, which together cover every column.
type line struct {
	boxes []box
	group bool
	rule  bool
	under bool // it holds only the brackets of the line before
}

// box is a cell in its place.
type box struct {
	column, span int
	align        Align // never Inherit
	text         string
	italic       bool
	group        bool      // it is a heading over rows
	parts        []aligned // of a number; nil if the box holds text
	bracket      *aligned  // to stand under parts
	number       *Number   // of which parts were written, for formats that keep numbers; nil in a line of brackets
	value        *Bracket  // of which bracket, or parts in a line of brackets, was written
}

// metrics is what a column of aligned numbers needs: one part, or two where brackets stand beside.
type metrics struct {
	align Align
	parts []partWidth
}

// partWidth counts characters on both sides of the point, stars with the tail.
type partWidth struct {
	lead, tail int
	raised     float64 // the tail with its stars raised and small, in digits' widths
}

// raisedStar is the width of a raised star in digits.
const raisedStar = 0.6

// lay writes the numbers of t; separate puts brackets that stand under a number in a line of their own.
func (t *Table) lay(n notation, separate bool) *layout {
	l := &layout{Table: t, columns: make([]metrics, len(t.Columns))}
	for i, c := range t.Columns {
		l.columns[i].align = c.Align
		if c.Align == Inherit {
			l.columns[i].align = Left
		}
	}
	place := func(rows []Row) (lines []line) {
		for _, r := range rows {
			ln := l.place(r, n)
			lines = append(lines, ln)
			if separate {
				if under, ok := ln.split(); ok {
					lines = append(lines, under)
				}
			}
		}
		return lines
	}
	l.head, l.body = place(t.Head), place(t.Body)
	for _, ln := range append(append([]line(nil), l.head...), l.body...) {
		l.measure(ln)
	}
	return l
}

// place gives every cell of a row its columns and fills the gaps with blank boxes.
func (l *layout) place(r Row, n notation) line {
	ln := line{group: r.Group, rule: r.Rule}
	next := 0
	blank := func(upTo int) {
		for ; next < upTo; next++ {
			ln.boxes = append(ln.boxes, box{column: next, span: 1, align: l.columns[next].align})
		}
	}
	for _, c := range r.Cells {
		if c.Column > 0 {
			blank(min(c.Column-1, len(l.columns)))
		}
		if next >= len(l.columns) {
			break
		}
		span := min(c.span(), len(l.columns)-next)
		if r.Group && next == 0 {
			span = len(l.columns)
		}
		b := l.box(c, next, span, n)
		b.group = r.Group && next == 0
		ln.boxes = append(ln.boxes, b)
		next += span
	}
	blank(len(l.columns))
	return ln
}

func (l *layout) box(c Cell, column, span int, n notation) box {
	b := box{column: column, span: span, align: c.Align, italic: c.Italic, text: oneLine(c.Text)}
	if b.align == Inherit {
		b.align = l.columns[column].align
	}
	if b.align == Decimal && (span > 1 || l.columns[column].align != Decimal) {
		b.align = Center
	}
	switch {
	case c.Number == nil:
		return b
	case math.IsNaN(c.Number.Value) && c.Bracket.missing(): // a dash has no point to stand by
		b.text = n.missing
		return b
	}
	parts := []aligned{n.number(c.Number)}
	if !c.Bracket.missing() {
		bracket := n.bracket(c.Bracket)
		if l.Beside {
			parts = append(parts, bracket)
		} else {
			b.bracket = &bracket
		}
	}
	b.parts, b.number, b.value = parts, c.Number, c.Bracket
	return b
}

// byPoint tells whether the box holds a number that stands by its point; another number stands as words do.
func (b *box) byPoint() bool { return b.parts != nil && b.align == Decimal }

// blank tells whether there is nothing in the box.
func (b *box) blank() bool { return b.parts == nil && b.text == "" }

// inline writes the number's parts one after another, stars as given.
func (b *box) inline(stars func(int) string) string {
	s := ""
	for i, p := range b.parts {
		if i > 0 {
			s += " "
		}
		s += p.lead + p.tail + stars(p.stars)
	}
	return s
}

// split moves the brackets under a line's numbers to a line of their own.
func (ln *line) split() (line, bool) {
	under, found := line{under: true}, false
	for i := range ln.boxes {
		b := &ln.boxes[i]
		below := box{column: b.column, span: b.span, align: b.align}
		if b.bracket != nil {
			found = true
			below.parts, below.value, b.bracket, b.value = []aligned{*b.bracket}, b.value, nil, nil
		}
		under.boxes = append(under.boxes, below)
	}
	return under, found
}

func (l *layout) measure(ln line) {
	for _, b := range ln.boxes {
		if !b.byPoint() {
			continue
		}
		m := &l.columns[b.column]
		if b.bracket != nil {
			m.widen(0, *b.bracket)
		}
		for i, p := range b.parts {
			m.widen(i, p)
		}
	}
}

func (m *metrics) widen(part int, a aligned) {
	for len(m.parts) <= part {
		m.parts = append(m.parts, partWidth{})
	}
	w := &m.parts[part]
	w.lead = max(w.lead, displayWidth(a.lead))
	w.tail = max(w.tail, displayWidth(a.tail)+a.stars)
	w.raised = max(w.raised, float64(displayWidth(a.tail))+raisedStar*float64(a.stars))
}

// stars are the stars as they are typed.
func stars(n int) string { return "***"[:n] }
