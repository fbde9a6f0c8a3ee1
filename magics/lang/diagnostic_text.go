package lang

import (
	"fmt"
	"html"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Text is the sentence, the offending line and carets under the word, for a terminal without colours.
func (d *Diagnostic) Text() string { return d.render(plain) }

// ANSI is Text in colours, for a terminal and for a notebook's traceback.
func (d *Diagnostic) ANSI() string { return d.render(coloured) }

// paint holds the escape codes of one way to print.
type paint struct{ sentence, gutter, caret, end string }

var (
	plain    = paint{}
	coloured = paint{sentence: "\x1b[1;31m", gutter: "\x1b[2m", caret: "\x1b[31m", end: "\x1b[0m"}
)

func (d *Diagnostic) render(p paint) string {
	sentence := p.sentence + d.Summary + p.end + "\n"
	if d.Where.Line == 0 || strings.TrimSpace(d.Source) == "" {
		return sentence
	}
	before, word, after := d.cut()
	number := fmt.Sprint(d.Where.Line)
	gap := strings.Repeat(" ", len(number))
	carets := strings.Repeat("^", max(1, columns(word)))
	return sentence +
		fmt.Sprintf("%s  %s | %s%s\n", p.gutter, number, p.end, before+word+after) +
		fmt.Sprintf("%s  %s | %s%s%s%s%s\n", p.gutter, gap, p.end, blanksAs(before), p.caret, carets, p.end)
}

// HTML is the same as a fragment for a page; the word is marked instead of underlined by carets.
func (d *Diagnostic) HTML() string {
	var b strings.Builder
	b.WriteString(`<div class="didnb-error" style="border-left:3px solid #b3261e;padding:.3em .8em;margin:.3em 0">`)
	fmt.Fprintf(&b, `<p style="margin:0;color:#b3261e">%s</p>`, html.EscapeString(d.Summary))
	if d.Where.Line != 0 && strings.TrimSpace(d.Source) != "" {
		before, word, after := d.cut()
		fmt.Fprintf(&b, `<pre style="margin:.3em 0 0">%d | %s<mark style="background:none;color:inherit;text-decoration:underline wavy #b3261e">%s</mark>%s</pre>`,
			d.Where.Line, html.EscapeString(before), html.EscapeString(word), html.EscapeString(after))
	}
	b.WriteString("</div>")
	return b.String()
}

// longLine is how many characters of a line are shown whole; of a longer one only what stands around the word is.
const longLine, around = 1000, 100

// cut splits the offending line at the word, and puts … for what is far from the word in a long line.
func (d *Diagnostic) cut() (before, word, after string) {
	line := []rune(d.Source)
	start := clamp(d.Where.Col-1, 0, len(line))
	end := clamp(d.Where.EndCol-1, start, len(line))
	b, w, a := line[:start], line[start:end], line[end:]
	if len(line) <= longLine {
		return string(b), string(w), string(a)
	}
	if len(b) > around {
		b = append([]rune{'…'}, b[len(b)-around:]...)
	}
	if len(w) > 2*around {
		w, a = append(w[:2*around:2*around], '…'), nil
	}
	if len(a) > around {
		a = append(a[:around:around], '…')
	}
	return string(b), string(w), string(a)
}

// blanksAs is as many blanks as s is wide on a terminal; tabs stay, so that carets stand under the word.
func blanksAs(s string) string {
	var b strings.Builder
	for _, c := range s {
		if c == '\t' {
			b.WriteByte('\t')
			continue
		}
		b.WriteString(strings.Repeat(" ", cells(c)))
	}
	return b.String()
}

// columns is the width of s on a terminal.
func columns(s string) int {
	n := 0
	for _, c := range s {
		n += cells(c)
	}
	return n
}

// cells is the width of a rune: a Chinese character takes two columns, a combining mark none.
func cells(c rune) int {
	switch width.LookupRune(c).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	if unicode.Is(unicode.Mn, c) || unicode.Is(unicode.Cf, c) {
		return 0
	}
	return 1
}
