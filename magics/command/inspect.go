package command

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/describe"
	"github.com/seed2d25c7c2/didnb/didkit/evaluate"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// Inspection is what is known about a word.
type Inspection struct {
	Text string // plain text
	HTML string
}

// Inspect tells about the word at the cursor, a rune offset: a magic's help, a key's meaning, a variable's label and
// moments, a result's first lines. ok is false if the word is none of ours.
func Inspect(s *session.Session, src string, cursor int) (in Inspection, ok bool) {
	at, ok := lang.CursorAt(src, cursor)
	if !ok {
		return in, false
	}
	cmd, known := Lookup(at.Name)
	switch {
	case !known:
		return in, false
	case at.InName:
		return Inspection{cmd.HelpText(s.Language()), cmd.helpHTML(s.Language())}, true
	}
	if at.InKey || at.Key != "" && at.Word == "" {
		name := at.Word
		if !at.InKey {
			name = at.Key
		}
		if k, ok := cmd.key(name); ok {
			return lines(k.describe()), true
		}
	}
	return inspectWord(s, bareName(at.Word))
}

// inspectWord looks a name up among variables, results, panels and functions, in this order.
func inspectWord(s *session.Session, name string) (Inspection, bool) {
	if name == "" {
		return Inspection{}, false
	}
	if d, err := s.Panel(""); err == nil {
		if v, err := d.Panel.Variable(name); err == nil {
			return lines(describeVariable(v, d.Name)...), true
		}
	}
	if r, err := s.Result(name); err == nil {
		return lines(fmt.Sprintf("%s: %s of panel %s", r.Name, r.Kind, r.Data), r.Source), true
	}
	if slices.Contains(s.PanelNames(), name) {
		d, _ := s.Panel(name)
		return lines(d.Name + ": " + panelSize(d.Panel, wording.English)), true
	}
	if form, doc, ok := evaluate.FunctionHelp(name); ok {
		return lines(form + ": " + doc), true
	}
	return Inspection{}, false
}

func lines(l ...string) Inspection {
	return Inspection{Text: strings.Join(l, "\n") + "\n", HTML: htmlLines(l...)}
}

func (k Key) describe() string {
	takes := string(k.Kind)
	if len(k.Choices) > 0 {
		takes = orList(k.Choices)
	}
	s := fmt.Sprintf("%s= (%s): %s", k.Name, takes, k.Doc)
	if k.Default != "" {
		s += "; default " + k.Default
	}
	return s
}

// describeVariable is what a variable is and how its values lie.
func describeVariable(v *panel.Variable, data string) []string {
	out := []string{fmt.Sprintf("%s: %s variable of panel %s, %s, %s missing", v.Name, v.Kind, data, counted(v.Len(), "row"), grouped(v.Missing()))}
	if v.Label != "" && v.Label != v.Name {
		out = append(out, v.Label)
	}
	if v.LabelZH != "" {
		out = append(out, v.LabelZH)
	}
	if v.Kind == panel.Text {
		shown := v.Levels[:min(len(v.Levels), 8)]
		more := ""
		if len(v.Levels) > len(shown) {
			more = " …"
		}
		return append(out, counted(len(v.Levels), "value")+": "+strings.Join(shown, ", ")+more)
	}
	values := slices.DeleteFunc(slices.Clone(v.Values), func(x float64) bool { return x != x })
	if len(values) == 0 {
		return out
	}
	s := describe.Summarise(values)
	return append(out, fmt.Sprintf("mean %s, sd %s, min %s, median %s, max %s", shown(s.Mean), shown(s.SD), shown(s.Min), shown(s.P50), shown(s.Max)))
}

// panelSize is a panel's shape in words.
func panelSize(p *panel.Panel, l wording.Language) string {
	if l == wording.Chinese {
		return panelSizeZH(p)
	}
	if !p.IsPanel() {
		return counted(p.Rows(), "row") + ", " + counted(len(p.Names()), "variable") + ", a cross-section"
	}
	balance := "balanced"
	if !p.Balanced() {
		balance = "unbalanced"
	}
	return fmt.Sprintf("%s × %s, %s, %s", counted(p.Units().Levels(), "unit"), counted(p.Periods().Levels(), "period"), counted(p.Rows(), "row"), balance)
}

func panelSizeZH(p *panel.Panel) string {
	l := wording.Chinese
	rows := wording.Count(p.Rows(), l) + " 行"
	if !p.IsPanel() {
		return fmt.Sprintf("%s，%d 个变量，截面数据", rows, len(p.Names()))
	}
	balance := "平衡面板"
	if !p.Balanced() {
		balance = "非平衡面板"
	}
	return fmt.Sprintf("%s 个单位 × %s 个时期，%s，%s", wording.Count(p.Units().Levels(), l), wording.Count(p.Periods().Levels(), l), rows, balance)
}
