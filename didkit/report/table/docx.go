package table

import (
	"io"
	"math"
	"regexp"
	"strings"
	"unicode"

	"github.com/seed2d25c7c2/didnb/didkit/report/word"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// Word writes a .docx with the table alone: caption above, three rules, numbers by their points, notes below, as Chinese
// journals set them (CY/T 170-2019). It is a table of the word processor, every number in a cell of its own.
type Word struct{}

// Write writes the table as a .docx document.
func (Word) Write(w io.Writer, t *Table) error {
	d := word.New(t.Caption(), t.Language)
	t.AppendTo(d)
	return d.Write(w)
}

// wordNotation has no narrow blanks, which Times New Roman lacks.
func wordNotation(l wording.Language) notation {
	n := typeset(l)
	n.thousands = l.Pick(",", "\u00a0")
	return n
}

// AppendTo adds the table with its caption and notes to a document. Brackets beside their numbers go under them where
// the page is too narrow; letters get smaller before words are broken.
func (t *Table) AppendTo(d *word.Document) {
	w := wordTable{t.lay(wordNotation(t.Language), true), 18, nil}
	if t.Beside && w.natural() > word.TextWidth {
		under := *t
		under.Beside = false
		w.layout = under.lay(wordNotation(t.Language), true)
	}
	for w.size > 13 && w.natural() > word.TextWidth {
		w.size--
	}
	if c := t.Caption(); c != "" {
		d.Paragraph(word.TableCaption, word.Run{Text: c})
	}
	out := w.table()
	out.Description = t.Caption()
	d.Table(out)
	note := minuses(t.Note())
	if note == "" {
		note = " " // two tables without anything between are one
	}
	d.Paragraph(word.TableNote, word.Run{Text: note})
}

// wordTable is a table on its way to the word processor.
type wordTable struct {
	*layout
	size   int // of letters in half points
	widths []int
}

// twips is the width of a text in twentieths of a point.
func (w *wordTable) twips(s string) int { return int(math.Ceil(ems(s) * float64(w.size) * 10)) }

// part is the width of a number's two sides, stars raised.
func (w *wordTable) part(a aligned) (lead, tail int) {
	return w.twips(a.lead), w.twips(a.tail) + int(0.35*float64(a.stars*w.size)*10)
}

// ems is the width of a text in Times New Roman and SimSun, in ems: near enough to set columns by.
func ems(s string) float64 {
	x := 0.0
	for _, r := range s {
		switch {
		case runeWidth(r) == 2:
			x++
		case runeWidth(r) == 0:
		case strings.ContainsRune(".,;:|' ", r) || r == '\u00a0':
			x += 0.25
		case strings.ContainsRune("()[]fijlrt-/I", r):
			x += 0.333
		case strings.ContainsRune("mMW\u2014", r):
			x += 0.9
		case unicode.IsUpper(r):
			x += 0.69
		case r == '\u2212' || r == '\u00d7' || r == '<' || r == '>' || r == '=' || r == '+':
			x += 0.564
		default:
			x += 0.5
		}
	}
	return x
}

// sides are the widths of a column's numbers before and behind the point, by parts.
func (w *wordTable) sides(column int) (leads, tails []int) {
	for _, ln := range append(append([]line(nil), w.head...), w.body...) {
		for _, x := range ln.boxes {
			if x.column != column || !x.byPoint() {
				continue
			}
			for i, p := range x.parts {
				if len(leads) <= i {
					leads, tails = append(leads, 0), append(tails, 0)
				}
				if i == 0 && interval(x.parts) {
					continue
				}
				lead, tail := w.part(p)
				leads[i], tails[i] = max(leads[i], lead), max(tails[i], tail)
			}
		}
	}
	return leads, tails
}

// interval tells a bracket with two numbers, which is centred as words are.
func interval(parts []aligned) bool {
	return len(parts) == 1 && strings.HasPrefix(parts[0].lead, "[")
}

// between is the blank between a number and the bracket beside it.
func (w *wordTable) between() int { return w.twips("  ") }

// needs is the width that a column's content takes without a break, in heads up to the widest word.
func (w *wordTable) needs(column int) int {
	most := 0
	leads, tails := w.sides(column)
	for i := range leads {
		if i > 0 {
			most += w.between()
		}
		most += leads[i] + tails[i]
	}
	for _, ln := range w.head {
		for _, x := range ln.boxes {
			if x.column == column && x.span == 1 && !x.byPoint() {
				most = max(most, w.widest(x.plain()))
			}
		}
	}
	for _, ln := range w.body {
		for _, x := range ln.boxes {
			if x.column == column && x.span == 1 && (!x.byPoint() || interval(x.parts)) {
				most = max(most, min(w.twips(x.plain()), 2600))
			}
		}
	}
	return most + 2*word.Padding + w.twips("0")
}

// widest is the width of the widest piece between two places where a line may end, at least two Chinese characters.
func (w *wordTable) widest(s string) int {
	most := w.twips("汉字")
	if s == "" {
		most = 0
	}
	for _, p := range breakable(s) {
		most = max(most, w.twips(strings.TrimSpace(p)))
	}
	return min(most, w.twips(s))
}

func (w *wordTable) natural() int {
	sum := 0
	for i := range w.columns {
		sum += w.needs(i)
	}
	return sum
}

// fit gives columns the text's width: what they need, and the rest in equal parts to all but a stub of its own width.
func (w *wordTable) fit() {
	w.widths = make([]int, len(w.columns))
	sum := 0
	for i := range w.widths {
		w.widths[i] = w.needs(i)
		sum += w.widths[i]
	}
	if len(w.widths) == 0 {
		return
	}
	rest := word.TextWidth - sum
	var wide int // what whole heads take more
	heads := make([]int, len(w.widths))
	for i := range heads {
		heads[i] = max(0, w.headWidth(i)-w.widths[i])
		wide += heads[i]
	}
	if rest > 0 && wide > 0 {
		for i, h := range heads {
			w.widths[i] += h * min(rest, wide) / wide
		}
		rest -= min(rest, wide)
	}
	if rest < 0 { // words are broken
		for i := range w.widths {
			w.widths[i] = w.widths[i] * word.TextWidth / sum
		}
		return
	}
	var to []int // columns of numbers, if there are any behind the stub
	first := min(max(w.Stub, 1), len(w.widths)-1)
	for i := first; i < len(w.widths); i++ {
		if w.columns[i].align != Left {
			to = append(to, i)
		}
	}
	if len(to) == 0 {
		for i := first; i < len(w.widths); i++ {
			to = append(to, i)
		}
	}
	for _, i := range to {
		w.widths[i] += rest / len(to)
	}
}

// headWidth is the width of a column's heads on one line each.
func (w *wordTable) headWidth(column int) int {
	most := 0
	for _, ln := range w.head {
		for _, x := range ln.boxes {
			if x.column == column && x.span == 1 {
				most = max(most, min(w.twips(x.plain()), 2000)+2*word.Padding+w.twips("0"))
			}
		}
	}
	return most
}

func (w *wordTable) table() word.Table {
	w.fit()
	out := word.Table{Size: w.size}
	for i, width := range w.widths { // a bracket beside its number has a column of its own
		if right, ok := w.bracketColumn(i); ok {
			out.Widths = append(out.Widths, width-right, right)
			continue
		}
		out.Widths = append(out.Widths, width)
	}
	together := len(w.head)+len(w.body) <= 45 // fits on a page
	for i, ln := range w.head {
		out.Head = append(out.Head, w.row(ln, true, i < len(w.head)-1))
	}
	for i, ln := range w.body {
		r := w.row(ln, false, false)
		r.Rule = ln.rule && i > 0
		r.WithNext = together || i+1 < len(w.body) && w.body[i+1].under || ln.group
		out.Body = append(out.Body, r)
	}
	return out
}

// asNumber are words that stand by their point as numbers do: <0.001, 97.3%.
var asNumber = regexp.MustCompile(`^([<>≤≥]?\s?[-−]?\d+)((?:\.\d+)?%?)$`)

// wordsAsNumber tells whether a box's words stand by a point: they are such words in a column of numbers.
func (w *wordTable) wordsAsNumber(x box) bool {
	return x.parts == nil && x.span == 1 && x.align == Right && w.columns[x.column].align == Decimal && asNumber.MatchString(x.text)
}

// bracketColumn is the width of the brackets beside a column's numbers, from the middle of the blank between them to
// the column's end.
func (w *wordTable) bracketColumn(column int) (int, bool) {
	leads, tails := w.sides(column)
	if len(leads) < 2 {
		return 0, false
	}
	number, bracket := leads[0]+tails[0], leads[1]+tails[1]
	return bracket + (w.widths[column]-number-bracket)/2, true
}

func (w *wordTable) row(ln line, head, more bool) word.Row {
	var r word.Row
	for _, x := range ln.boxes {
		c := word.Cell{Rule: head && more && x.span > 1 && !x.blank()}
		for i := x.column; i < x.column+x.span; i++ {
			c.Span++
			if _, ok := w.bracketColumn(i); ok {
				c.Span++
			}
		}
		switch {
		case x.byPoint() && !interval(x.parts):
			r.Cells = append(r.Cells, w.numbers(x)...)
			continue
		case x.parts != nil:
			c.Align, c.Runs = wordAlign(x.align), wordNumber(x.parts)
		case w.wordsAsNumber(x):
			p := asNumber.FindStringSubmatch(x.text)
			x.parts = []aligned{{lead: p[1], tail: p[2]}}
			r.Cells = append(r.Cells, w.numbers(x)...)
			continue
		default:
			c.Align = wordAlign(x.align)
			if x.align == Right && w.columns[x.column].align == Left && asNumber.MatchString(x.text) {
				c.Align = word.Left // a p value among words
			}
			if x.text != "" {
				c.Runs = []word.Run{{Text: x.text, Italic: x.italic || x.group}}
			}
		}
		r.Cells = append(r.Cells, c)
	}
	return r
}

// numbers are the cells of a number whose point stands where the column has it, and of the bracket beside it; whole
// numbers, in a column without a point, end together.
func (w *wordTable) numbers(x box) []word.Cell {
	leads, tails := w.sides(x.column)
	if len(leads) == 0 { // nothing but words
		leads, tails = []int{w.twips(x.parts[0].lead)}, []int{w.twips(x.parts[0].tail)}
	}
	if right, ok := w.bracketColumn(x.column); ok {
		left := w.widths[x.column] - right
		out := []word.Cell{w.number(x.parts[0], leads[0], tails[0], left-w.between()/2-leads[0]-tails[0]), {}}
		if len(x.parts) > 1 {
			out[1] = w.number(x.parts[1], leads[1], tails[1], w.between()/2)
		}
		return out
	}
	return []word.Cell{w.number(x.parts[0], leads[0], tails[0], (w.widths[x.column]-leads[0]-tails[0])/2)}
}

// number is a cell whose numbers take lead and tail twips before and behind the point, from so far off the cell's edge.
func (w *wordTable) number(p aligned, lead, tail, from int) word.Cell {
	from = max(0, from-word.Padding)
	if tail == 0 {
		return word.Cell{Align: word.Right, Right: from, Runs: wordNumber([]aligned{p})}
	}
	return word.Cell{Align: word.Decimal, At: from + lead, Runs: wordNumber([]aligned{p})}
}

func wordAlign(a Align) word.Align {
	switch a {
	case Center, Decimal:
		return word.Center
	case Right:
		return word.Right
	}
	return word.Left
}

// wordNumber is a number with raised stars, parts one after another.
func wordNumber(parts []aligned) []word.Run {
	var runs []word.Run
	for i, p := range parts {
		s := p.lead + p.tail
		if i > 0 {
			s = " " + s
		}
		runs = append(runs, word.Run{Text: s})
		if p.stars > 0 {
			runs = append(runs, word.Run{Text: stars(p.stars), Raised: true})
		}
	}
	return runs
}
