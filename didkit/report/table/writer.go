package table

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/suggest"
)

// Writer writes a table in one file format.
type Writer interface {
	Write(w io.Writer, t *Table) error
}

// writers are the formats by the ending of a file's name.
var writers = []struct {
	ending string
	writer Writer
}{
	{"csv", CSV{}}, {"docx", Word{}}, {"htm", HTML{}}, {"html", HTML{}}, {"md", Markdown{}}, {"tex", LaTeX{}}, {"txt", Text{}}, {"xlsx", Workbook{}},
}

// For returns the writer for a file's ending, with or without its dot, in either case: csv, docx, html, md, tex, txt,
// xlsx. An ending it does not know is an *UnknownFormat.
func For(ending string) (Writer, error) {
	ending = strings.ToLower(strings.TrimPrefix(ending, "."))
	for _, w := range writers {
		if w.ending == ending {
			return w.writer, nil
		}
	}
	return nil, &UnknownFormat{ending}
}

// Endings are those that For knows, in alphabetical order.
func Endings() []string {
	var out []string
	for _, w := range writers {
		out = append(out, w.ending)
	}
	slices.Sort(out)
	return out
}

// UnknownFormat is a file ending that no writer has.
type UnknownFormat struct{ Ending string }

func (e *UnknownFormat) Error() string {
	if e.Ending == "" {
		return "a table's file name needs an ending: " + strings.Join(Endings(), ", ")
	}
	hint := suggest.Phrase(e.Ending, Endings())
	if hint == "" {
		hint = "; it is one of " + strings.Join(Endings(), ", ")
	}
	return fmt.Sprintf("no table is written as .%s%s", e.Ending, hint)
}

// Render writes t with w into a string.
func Render(w Writer, t *Table) string {
	var b strings.Builder
	if err := w.Write(&b, t); err != nil { // a Builder takes everything
		panic(err)
	}
	return b.String()
}

// HTML is the table as an HTML fragment that stands alone: see the type HTML.
func (t *Table) HTML() string { return Render(HTML{}, t) }

// Text is the table in monospaced characters: see the type Text.
func (t *Table) Text() string { return Render(Text{}, t) }
