package table

import (
	"fmt"
	"html"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// HTML writes a fragment that stands alone: a scoped style, the table with its caption and header cells, the notes. It
// takes colour and font from the page around it, so that it reads in light and dark themes; Jupyter's striping and
// hovering are switched off. Numbers stand point under point in two boxes of equal width, and read and copy as one.
// All text is escaped.
type HTML struct{}

// style is scoped by a class of our own, thrice named to outrank the notebook's rules for tables in its outputs.
const style = `<style>
.didnb-table{display:inline-block;vertical-align:top;max-width:100%;overflow-x:auto;margin:.5em 0;color:var(--jp-content-font-color1,inherit);text-align:left}
.didnb-table table.didnb-t.didnb-t{border-collapse:collapse;border:0;border-top:2px solid currentColor;border-bottom:2px solid currentColor;margin:0;width:auto;min-width:0;font-size:inherit;font-variant-numeric:tabular-nums lining-nums;table-layout:auto;color:inherit;background:none}
.didnb-table .didnb-t caption{caption-side:top;text-align:center;padding:.2em 0 .5em;font-weight:600;color:inherit;font-size:inherit}
.didnb-table .didnb-t.didnb-t thead,.didnb-table .didnb-t.didnb-t tr{background:none;border:0}
.didnb-table .didnb-t.didnb-t th,.didnb-table .didnb-t.didnb-t td{padding:.16em .7em;border:0;font-weight:normal;vertical-align:baseline;text-align:left;white-space:nowrap;background:none;color:inherit;max-width:none;line-height:1.45}
.didnb-table .didnb-t.didnb-t thead th,.didnb-table .didnb-t.didnb-t .didnb-w{white-space:normal}
.didnb-table .didnb-t.didnb-t .didnb-c{text-align:center}
.didnb-table .didnb-t.didnb-t .didnb-r{text-align:right}
.didnb-table .didnb-t.didnb-t thead tr:last-child>*{border-bottom:1px solid currentColor;padding-bottom:.3em}
.didnb-table .didnb-t.didnb-t thead .didnb-s{border-bottom:1px solid currentColor}
.didnb-table .didnb-t.didnb-t tr.didnb-rule>*{border-top:1px solid currentColor}
.didnb-table .didnb-t.didnb-t tr.didnb-group>*{padding-top:.5em;font-style:italic}
.didnb-table .didnb-t.didnb-t .didnb-i{font-style:italic}
.didnb-table .didnb-l,.didnb-table .didnb-d{display:inline-block;text-align:right}
.didnb-table .didnb-d{text-align:left}
.didnb-table .didnb-t sup{font-size:.8em;line-height:0;vertical-align:.35em;letter-spacing:-.03em}
.didnb-table .didnb-n{width:0;min-width:max(100%,min(30em,85vw));margin:.4em 0 0;font-size:.87em;line-height:1.4;white-space:normal}
@media print{.didnb-table{overflow:visible;font-size:.85em}.didnb-table .didnb-t.didnb-t th,.didnb-table .didnb-t.didnb-t td{padding:.12em .45em}}
</style>
`

// longWords are letters from which on a cell's words may break, where the page is too narrow for the table.
const longWords = 14

// Write writes the table as an HTML fragment.
func (HTML) Write(w io.Writer, t *Table) error {
	l := t.lay(typeset(t.Language), false)
	var b strings.Builder
	fmt.Fprintf(&b, "<div class=\"didnb-table\" lang=\"%s\">\n%s<table class=\"didnb-t\">\n", t.Language.Tag(), style)
	if c := t.Caption(); c != "" {
		fmt.Fprintf(&b, "<caption>%s</caption>\n", html.EscapeString(c))
	}
	if len(l.head) > 0 {
		b.WriteString("<thead>\n")
		for i, ln := range l.head {
			htmlHead(&b, l, ln, i < len(l.head)-1)
		}
		b.WriteString("</thead>\n")
	}
	b.WriteString("<tbody>\n")
	for i, ln := range l.body {
		htmlLine(&b, l, ln, i > 0)
	}
	b.WriteString("</tbody>\n</table>\n")
	if n := t.Note(); n != "" {
		fmt.Fprintf(&b, "<p class=\"didnb-n\">%s</p>\n", html.EscapeString(n))
	}
	b.WriteString("</div>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// htmlHead writes a line of column heads; those across several columns get a short rule if another line follows.
func htmlHead(b *strings.Builder, l *layout, ln line, more bool) {
	b.WriteString("<tr>")
	for _, x := range ln.boxes {
		if x.blank() { // an empty header cell would be read out as a header
			fmt.Fprintf(b, "<td%s></td>", htmlSpan(x))
			continue
		}
		scope, class := "col", htmlClass(x)
		if x.span > 1 {
			scope = "colgroup"
			if more {
				class = append(class, "didnb-s")
			}
		}
		fmt.Fprintf(b, `<th scope="%s"%s%s>%s</th>`, scope, htmlSpan(x), htmlClasses(class), htmlContent(x, l.columns[x.column]))
	}
	b.WriteString("</tr>\n")
}

func htmlLine(b *strings.Builder, l *layout, ln line, ruled bool) {
	var classes []string
	if ln.rule && ruled {
		classes = append(classes, "didnb-rule")
	}
	if ln.group {
		classes = append(classes, "didnb-group")
	}
	fmt.Fprintf(b, "<tr%s>", htmlClasses(classes))
	for _, x := range ln.boxes {
		open, end := "td", "td"
		if x.column < max(l.Stub, 1) || ln.group {
			open, end = `th scope="row"`, "th"
			if ln.group {
				open = `th scope="rowgroup"`
			}
			if x.blank() {
				open, end = "td", "td"
			}
		}
		class := htmlClass(x)
		if x.parts == nil && utf8.RuneCountInString(x.text) > longWords {
			class = append(class, "didnb-w")
		}
		fmt.Fprintf(b, "<%s%s%s>%s</%s>", open, htmlSpan(x), htmlClasses(class), htmlContent(x, l.columns[x.column]), end)
	}
	b.WriteString("</tr>\n")
}

func htmlClass(x box) []string {
	var c []string
	switch x.align {
	case Center, Decimal:
		c = append(c, "didnb-c")
	case Right:
		c = append(c, "didnb-r")
	}
	if x.italic {
		c = append(c, "didnb-i")
	}
	return c
}

func htmlClasses(c []string) string {
	if len(c) == 0 {
		return ""
	}
	return ` class="` + strings.Join(c, " ") + `"`
}

func htmlSpan(x box) string {
	if x.span == 1 {
		return ""
	}
	return ` colspan="` + strconv.Itoa(x.span) + `"`
}

// htmlContent writes a box's words, or its number with the bracket beside or, after a line break, under it.
func htmlContent(x box, m metrics) string {
	if x.parts == nil {
		return html.EscapeString(x.text)
	}
	s := ""
	if !x.byPoint() {
		s = x.inline(htmlStars)
		if x.bracket != nil {
			s += "<br/>" + x.bracket.lead + x.bracket.tail
		}
		return s
	}
	for i, w := range m.parts {
		if i > 0 && i < len(x.parts) {
			s += " "
		}
		switch {
		case i < len(x.parts):
			s += htmlAligned(x.parts[i], w)
		case x.bracket == nil || len(m.parts) > 1: // keep the place of a bracket beside that is not there
			s += htmlAligned(aligned{}, w)
		}
	}
	if x.bracket != nil {
		s += "<br/>" + htmlAligned(*x.bracket, m.parts[0])
	}
	return s
}

// htmlAligned is a number as two boxes, wide enough for the widest of the column, side by side without a blank.
func htmlAligned(a aligned, w partWidth) string {
	if a.lead == "" && a.tail == "" {
		return fmt.Sprintf(`<span class="didnb-l" style="width:%s"></span>`, ch(float64(w.lead)+w.raised))
	}
	tail := strings.ReplaceAll(a.tail, " ", "\u00a0") + htmlStars(a.stars) // the blank of an interval opens its box
	return fmt.Sprintf(`<span class="didnb-l" style="min-width:%s">%s</span><span class="didnb-d" style="min-width:%s">%s</span>`,
		ch(float64(w.lead)), a.lead, ch(w.raised), tail)
}

func htmlStars(n int) string {
	if n == 0 {
		return ""
	}
	return "<sup>" + stars(n) + "</sup>"
}

// ch is a width in digits, CSS's ch.
func ch(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) + "ch" }
