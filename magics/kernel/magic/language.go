// Package magic lets the kernel speak didnb's magics, on one session.
package magic

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/kernel"
	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// Language runs magics on a session; it is a kernel.Language.
type Language struct{ Session *session.Session }

var _ kernel.Language = Language{}

// ours tells whether %name is for us: a magic, or a name that nobody knows, which GoNB would let pass with a remark.
func ours(name string) bool {
	return command.Ours(name) || !lang.IsGoNB(name) && name != "gx"
}

// Run runs the cell's magics, each display shown as it is ready, and returns what is left for Go.
func (l Language) Run(ctx context.Context, cell string, show func(kernel.Display)) (rest string, err error) {
	magics, rest, serr := lang.Split(cell, ours)
	if serr == nil {
		if d := forgotten(rest); d != nil {
			serr = d
			for i, m := range magics {
				if m.Line > d.Where.Line {
					magics = magics[:i]
					break
				}
			}
		}
	}
	var wrong error // of writing a result
	err = command.Execute(ctx, l.Session, magics, func(o command.Output) {
		bundles, err := o.Bundles()
		if err != nil && wrong == nil {
			wrong = err
		}
		for _, b := range bundles {
			show(kernel.Display{Data: b.Data, Metadata: b.Metadata})
		}
	})
	if err = errors.Join(err, wrong); err != nil {
		return "", err
	}
	if serr != nil {
		return "", serr
	}
	return goCode(rest), nil
}

// Rest is what the cell leaves for Go.
func (l Language) Rest(cell string) string {
	_, rest, err := lang.Split(cell, ours)
	if err != nil {
		return ""
	}
	return goCode(rest)
}

// goCode is rest, or nothing if it holds only comments, for which no Go need be started.
func goCode(rest string) string {
	for line := range strings.Lines(rest) {
		line = strings.TrimSpace(line)
		if line != "" && (!strings.HasPrefix(line, "//") || strings.HasPrefix(line, "//gonb:")) {
			return rest
		}
	}
	return ""
}

// forgotten finds a magic without its %, or with a full-width one, at the beginning of what would be Go code: a name and
// then a word, as no statement of Go begins.
func forgotten(rest string) *lang.Diagnostic {
	for i, line := range strings.Split(rest, "\n") {
		text := strings.TrimSpace(line)
		if text == "" || strings.HasPrefix(text, "//") {
			continue
		}
		col := len([]rune(line[:strings.Index(line, text)])) + 1
		if name, full := strings.CutPrefix(text, "％"); full {
			return &lang.Diagnostic{
				Summary: "the full-width ％ stands where % is needed", Where: lang.Range{Line: i + 1, Col: col, EndCol: col + 1},
				Source: line, Suggestions: []string{"%" + name},
			}
		}
		word, behind, _ := strings.Cut(text, " ")
		behind = strings.TrimSpace(behind)
		if _, known := command.Lookup(word); !known || behind == "" || !startsWord(behind) {
			return nil
		}
		return &lang.Diagnostic{
			Summary: fmt.Sprintf("a magic begins with %%; did you mean %%%s?", word), Source: line, Suggestions: []string{"%" + word},
			Where: lang.Range{Line: i + 1, Col: col, EndCol: col + len([]rune(word))},
		}
	}
	return nil
}

func startsWord(s string) bool {
	for _, r := range s {
		return unicode.IsLetter(r) || r == '`'
	}
	return false
}

// Complete proposes what may stand at the cursor in a magic.
func (l Language) Complete(cell string, cursor int) (kernel.Completion, bool) {
	at, ok := lang.CursorAt(cell, cursor)
	if !ok {
		return kernel.Completion{}, false
	}
	c := command.Complete(l.Session, cell, cursor)
	out := kernel.Completion{Start: c.Start, End: c.End}
	for _, m := range c.Matches {
		out.Matches = append(out.Matches, kernel.Match{Text: m.Text, Kind: m.Kind, Doc: m.Doc})
	}
	if at.InName {
		out.Start, out.End = at.NameStart, at.NameEnd
		typed := string([]rune(cell)[at.NameStart:cursor])
		for _, name := range lang.GoNBNames() {
			if strings.HasPrefix(name, typed) {
				out.Matches = append(out.Matches, kernel.Match{Text: name, Kind: "magic", Doc: "a command of GoNB"})
			}
		}
	}
	return out, true
}

// Inspect tells about the word at the cursor in a magic.
func (l Language) Inspect(cell string, cursor int) (kernel.Display, bool) {
	if _, ok := lang.CursorAt(cell, cursor); !ok {
		return kernel.Display{}, false
	}
	in, ok := command.Inspect(l.Session, cell, cursor)
	if !ok {
		return kernel.Display{}, true
	}
	d := kernel.Display{Data: map[string]any{"text/plain": strings.TrimRight(in.Text, "\n")}}
	if in.HTML != "" {
		d.Data["text/html"] = in.HTML
	}
	return d, true
}

// Evaluate answers with the result of that name: its line as text, itself as JSON.
func (l Language) Evaluate(expression string) (kernel.Display, error) {
	r, err := l.Session.Result(strings.TrimSpace(expression))
	if err != nil {
		return kernel.Display{}, err
	}
	bundles, err := command.Output{Magic: r.Magic, As: r.Name, Kind: r.Kind, Result: r.Value, Text: r.Source}.Bundles()
	if err != nil {
		return kernel.Display{}, err
	}
	return kernel.Display{Data: bundles[0].Data, Metadata: bundles[0].Metadata}, nil
}

// Failure is the error with its line, a caret under the word, and the suggestion.
func (l Language) Failure(err error) kernel.Failure {
	stopped := errors.Is(err, context.Canceled)
	var d *lang.Diagnostic
	if stopped && errors.As(err, &d) {
		said := *d
		said.Summary = "interrupted; the session is as it was before this line"
		if l.Session.Language() == session.Chinese {
			said.Summary = "已中断；会话保持在这一行之前的状态"
		}
		err = &said
	}
	f := command.Said(err, l.Session)
	if stopped {
		f.Name = "Interrupted"
	}
	return kernel.Failure{Name: f.Name, Value: f.Value, Traceback: f.Traceback}
}
