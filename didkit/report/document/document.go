// Package document strings tables and figures to one document with numbers and captions: a .docx of a word processor's
// own tables, a web page, LaTeX, Markdown, or a workbook of the tables.
package document

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/report/figure"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
	"github.com/seed2d25c7c2/didnb/didkit/suggest"
)

// Document is what is printed, in order.
type Document struct {
	Title    string // over the document; "" for none
	Language wording.Language
	Main     []Exhibit
	Appendix []Exhibit // behind a heading of its own, numbered A1, A2 …
}

// Exhibit is a table or a figure.
type Exhibit struct {
	Table  *table.Table
	Figure *figure.Figure
	Number string // of a figure; a table has its own
}

// New numbers tables and figures, each kind on its own: one that has a number keeps it, the others get the numbers that
// are left, in order. What it is given is not changed; the document holds copies.
func New(title string, l wording.Language, main, appendix []Exhibit) *Document {
	return &Document{Title: title, Language: l, Main: numbered(main, ""), Appendix: numbered(appendix, "A")}
}

func numbered(exhibits []Exhibit, prefix string) []Exhibit {
	taken := map[string]bool{}
	for _, e := range exhibits {
		taken[e.kind()+e.number()] = true
	}
	next := map[string]int{}
	out := make([]Exhibit, len(exhibits))
	for i, e := range exhibits {
		number := e.number()
		for number == "" {
			next[e.kind()]++
			if n := prefix + strconv.Itoa(next[e.kind()]); !taken[e.kind()+n] {
				number = n
			}
		}
		if e.Table != nil {
			t := *e.Table
			t.Number = number
			e.Table = &t
		} else {
			f := *e.Figure
			e.Figure, e.Number = &f, number
		}
		out[i] = e
	}
	return out
}

func (e Exhibit) kind() string {
	if e.Table != nil {
		return "table"
	}
	return "figure"
}

func (e Exhibit) number() string {
	if e.Table != nil {
		return e.Table.Number
	}
	return e.Number
}

// Caption of a figure stands below it: "Figure 1. Event study (simulated data)".
func (e Exhibit) Caption(l wording.Language) string {
	title := strings.TrimSpace(e.title())
	if e.Figure.Simulated {
		title += l.Pick(" ("+l.Simulated()+")", "（"+l.Simulated()+"）")
	}
	return l.Pick("Figure "+e.Number+". ", "图 "+e.Number+"\u3000") + title
}

// title of a figure in its caption, without what the caption says already.
func (e Exhibit) title() string {
	if e.Figure.Title != "" {
		return e.Figure.Title
	}
	return e.Figure.Name
}

// drawn is the figure as it stands over its caption: without a title of its own.
func (e Exhibit) drawn() *figure.Figure {
	f := *e.Figure
	f.Title = ""
	return &f
}

// alt says in words what a figure shows.
func (e Exhibit) alt() string {
	return strings.TrimSpace(e.Figure.Name + e.Figure.Language.Pick(". ", "。") + e.Figure.Description)
}

func (d *Document) appendixHeading() string { return d.Language.Pick("Appendix", "附录") }

// File is one file of a document beside its main one: a figure that the main one refers to.
type File struct {
	Name string // beside the main file
	Data []byte
}

// Format writes documents. stem is the main file's name without its ending, which the names of further files begin with.
type Format func(w io.Writer, d *Document, stem string) ([]File, error)

var formats = []struct {
	ending string
	format Format
}{
	{"docx", Word}, {"html", HTML}, {"md", Markdown}, {"tex", LaTeX}, {"xlsx", Workbook},
}

// For returns the format for a file's ending, with or without its dot, in either case; an ending it does not know is an
// *UnknownFormat.
func For(ending string) (Format, error) {
	ending = strings.ToLower(strings.TrimPrefix(ending, "."))
	for _, f := range formats {
		if f.ending == ending {
			return f.format, nil
		}
	}
	return nil, &UnknownFormat{ending}
}

// Endings are those that For knows, in alphabetical order.
func Endings() []string {
	var out []string
	for _, f := range formats {
		out = append(out, f.ending)
	}
	return out
}

// UnknownFormat is a file ending that no document has.
type UnknownFormat struct{ Ending string }

func (e *UnknownFormat) Error() string {
	all := strings.Join(Endings(), ", ")
	if e.Ending == "" {
		return "a report's file name needs an ending: " + all
	}
	hint := suggest.Phrase(e.Ending, Endings())
	if hint == "" {
		hint = "; it is one of " + all
	}
	return fmt.Sprintf("no report is written as .%s%s", e.Ending, hint)
}
