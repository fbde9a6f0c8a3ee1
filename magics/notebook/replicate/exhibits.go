package replicate

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/notebook"
)

// exhibits writes a notebook's figures and tables as files, named by the notebook and the result.
func (r *report) exhibits(name string, done *notebook.Executed) error {
	taken := map[string]int{}
	for _, s := range done.Shown {
		base := name + "-" + resultName(s.Output)
		if taken[base]++; taken[base] > 1 {
			base = fmt.Sprintf("%s-%d", base, taken[base])
		}
		if err := r.figure(base, s.Output.Figure); err != nil {
			return err
		}
		switch s.Output.Kind {
		case "", "panel", "panels", "head", "session": // listings
			continue
		}
		for i, t := range s.Output.Tables {
			file := base
			if len(s.Output.Tables) > 1 {
				file = fmt.Sprintf("%s-%c", base, 'a'+rune(i%26))
			}
			if err := r.table(file, t); err != nil {
				return err
			}
		}
	}
	return nil
}

// resultName is the name that as= gave, or a table's number, or the magic's name.
func resultName(o command.Output) string {
	name := o.As
	if name == "" {
		name = o.Magic
		if o.Kind == "table" && len(o.Tables) == 1 {
			name += o.Tables[0].Number
		}
	}
	return strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.Is(unicode.M, c) || strings.ContainsRune("-_.", c) {
			return c
		}
		return '-'
	}, name)
}

func (r *report) figure(base string, p *command.Picture) error {
	if p == nil {
		return nil
	}
	for _, f := range []struct {
		ending string
		data   []byte
	}{{"svg", p.SVG}, {"png", p.PNG}} {
		if len(f.data) == 0 {
			continue
		}
		file := "figures/" + base + "." + f.ending
		if err := r.out.write(file, f.data); err != nil {
			return err
		}
		r.summary.Figures = append(r.summary.Figures, file)
	}
	return nil
}

func (r *report) table(base string, t *table.Table) error {
	for _, ending := range []string{"html", "md", "tex", "csv"} {
		w, err := table.For(ending)
		if err != nil {
			return err
		}
		text := table.Render(w, t)
		if ending == "html" {
			text = "<!DOCTYPE html>\n<html lang=\"" + t.Language.Tag() + "\">\n<head><meta charset=\"utf-8\"><title>" + base +
				"</title></head>\n<body>\n" + text + "</body>\n</html>\n"
		}
		file := "tables/" + base + "." + ending
		if err := r.out.write(file, []byte(text)); err != nil {
			return err
		}
		r.summary.Tables = append(r.summary.Tables, file)
	}
	return nil
}
