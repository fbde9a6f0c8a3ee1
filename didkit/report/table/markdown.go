package table

import (
	"io"
	"strings"
)

// Markdown writes GitHub's pipe table, which notebooks and pandoc read too. It has one line of heads: several become one
// with line breaks, and a head across columns is repeated over each. Numbers are filled up with figure spaces (U+2007),
// as wide as a digit, so that points stand under each other in print and in the source.
type Markdown struct{}

// Write writes the table as Markdown.
func (Markdown) Write(w io.Writer, t *Table) error {
	l := t.lay(typeset(t.Language), true)
	var b strings.Builder
	if c := t.Caption(); c != "" {
		b.WriteString("**" + markdownText(c) + "**\n\n")
	}
	b.WriteString("|")
	for column := range l.columns {
		var heads []string
		for _, ln := range l.head {
			for _, x := range ln.boxes {
				if x.column <= column && column < x.column+x.span {
					if s := markdownBox(l, x); s != "" {
						heads = append(heads, s)
					}
				}
			}
		}
		b.WriteString(" " + strings.Join(heads, "<br>") + " |")
	}
	b.WriteString("\n|")
	for _, m := range l.columns {
		switch m.align {
		case Left:
			b.WriteString(":---|")
		case Right:
			b.WriteString("---:|")
		default:
			b.WriteString(":---:|")
		}
	}
	b.WriteString("\n")
	for _, ln := range l.body {
		b.WriteString("|")
		for _, x := range ln.boxes {
			s := markdownBox(l, x)
			if ln.group && s != "" {
				s = "**" + s + "**"
			}
			b.WriteString(" " + s + strings.Repeat(" |", x.span))
		}
		b.WriteString("\n")
	}
	if n := t.Note(); n != "" {
		b.WriteString("\n" + markdownText(n) + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func markdownBox(l *layout, x box) string {
	if x.byPoint() {
		return markdownText(strings.ReplaceAll(l.columns[x.column].monospaced(x.parts), " ", "\u2007"))
	}
	s := markdownText(x.plain())
	if x.italic && s != "" {
		return "*" + s + "*"
	}
	return s
}

// markdownText escapes what Markdown, HTML in it and a notebook's dollar mathematics would read as signs.
func markdownText(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch r {
		case '\\', '`', '*', '_', '{', '}', '[', ']', '|', '#', '$', '~':
			b.WriteRune('\\')
			b.WriteRune(r)
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		case '&':
			b.WriteString("&amp;")
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// EscapeMarkdown writes text so that Markdown prints it.
func EscapeMarkdown(s string) string { return markdownText(oneLine(s)) }
