package command

import (
	"fmt"
	"strconv"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// labelsOf are the labels of a panel's variables and of their values in a language; without a Chinese one the English
// stands in. A value's label stands under name::value, where the terms of i(name) and the groups of a split find it.
func labelsOf(d *session.Dataset, l session.Language) wording.Labels {
	labels := wording.Labels{}
	for _, v := range d.Panel.Variables() {
		switch {
		case l == session.Chinese && v.LabelZH != "":
			labels[v.Name] = v.LabelZH
		case v.Label != "":
			labels[v.Name] = v.Label
		}
		for x, s := range v.ValueLabels {
			name := v.Name
			if labels[v.Name] != "" {
				name = labels[v.Name]
			}
			labels[v.Name+"::"+strconv.FormatFloat(x, 'g', -1, 64)] = name + " = " + s
		}
	}
	return labels
}

// labels are those of a panel as it is now; none if the panel is gone.
func (c *call) labels(data string) wording.Labels { return labelsIn(c.session, data) }

func labelsIn(s *session.Session, data string) wording.Labels {
	d, err := s.Panel(data)
	if err != nil || data == "" {
		return nil
	}
	return labelsOf(d, s.Language())
}

// labelsOfResult are those of the panel that a result was made from.
func labelsOfResult(s *session.Session, name string) wording.Labels {
	r, err := s.Result(name)
	if err != nil {
		return nil
	}
	return labelsIn(s, r.Data)
}

// name is a variable or term in print.
func (c *call) name(data, term string) string {
	s, _ := c.labels(data).Term(term)
	return s
}

// structural are the labels of what is no regressor, where regressors are to stand by their names: the unit and the time.
func (c *call) structural(data string) wording.Labels {
	all := c.labels(data)
	d, err := c.session.Panel(data)
	if err != nil || data == "" {
		return nil
	}
	out := wording.Labels{}
	for _, name := range []string{d.Panel.UnitName(), d.Panel.TimeName()} {
		if s, ok := all[name]; ok {
			out[name] = s
		}
	}
	return out
}

func labelCommand() *Command {
	return &Command{
		Name: "label", Synopsis: `VAR "text" [zh="…"] [data=]`,
		Short: "labels of variables, for tables and figures", ShortZH: "变量标签（用于表格与图形）",
		Words: Variable,
		Keys:  []Key{{Name: "zh", Kind: Plain, Doc: "the label in Chinese"}, dataKey},
		Help: "Says what a variable is called in tables, figures and reports, in English and in Chinese; zh= alone leaves the English one as it is, and \"\" takes a label away. Without a text it shows the labels. " +
			"A .dta file brings labels along, of variables and of values, and keeps them when the panel is saved as .dta. A variable without a Chinese label takes its English one under %lang zh.",
		Example: loadCastle + "%label l_homicide \"Homicides a head, log\" zh=\"凶杀率（对数）\"\n%label post \"Castle doctrine\" zh=\"城堡法\"\n%did l_homicide ~ poverty | sid + year treat=post as=m1\n%lang zh\n%table m1",
		run:     runLabel,
	}
}

// LabelResult is the JSON of %label: the labels as they are now.
type LabelResult struct {
	Panel  string          `json:"panel"`
	Labels []VariableLabel `json:"labels"`
}

// VariableLabel is one variable of a LabelResult.
type VariableLabel struct {
	Variable string            `json:"variable"`
	Label    string            `json:"label,omitempty"`
	LabelZH  string            `json:"label_zh,omitempty"`
	Values   map[string]string `json:"values,omitempty"`
}

func runLabel(c *call) (*Output, error) {
	d, err := c.dataset()
	if err != nil {
		return nil, err
	}
	words := c.stmt.Words()
	if len(words) == 0 {
		if a, ok := c.stmt.Key("zh"); ok {
			return nil, c.valueError(a, "zh= is a label without a variable; %s", c.usage())
		}
		return c.showLabels(d), nil
	}
	name := bareName(words[0].Value)
	v, err := d.Panel.Variable(name)
	if err != nil {
		return nil, within(words[0].Text, err)
	}
	if len(words) > 2 {
		return nil, c.wordError(words[2], "%q stands behind the label; a label of several words is written in quotes", words[2].Value)
	}
	zh, hasZH := c.stmt.Key("zh")
	if len(words) == 1 && !hasZH {
		return lineOutput(c.labelLine(v)), nil
	}
	next := *v
	if len(words) == 2 {
		next.Label = words[1].Value
	}
	if hasZH {
		next.LabelZH = zh.Value
	}
	p, err := d.Panel.Relabel(&next)
	if err != nil {
		return nil, err
	}
	changed := *d
	changed.Panel = p
	c.session.PutPanel(&changed)
	out := lineOutput(c.labelLine(&next))
	out.Kind, out.Result = "label", labelResult(d.Name, &next)
	return out, nil
}

func labelResult(panelName string, vars ...*panel.Variable) *LabelResult {
	r := &LabelResult{Panel: panelName, Labels: []VariableLabel{}}
	for _, v := range vars {
		one := VariableLabel{Variable: v.Name, Label: v.Label, LabelZH: v.LabelZH}
		for x, s := range v.ValueLabels {
			if one.Values == nil {
				one.Values = map[string]string{}
			}
			one.Values[strconv.FormatFloat(x, 'g', -1, 64)] = s
		}
		if one.Label != "" || one.LabelZH != "" || one.Values != nil || len(vars) == 1 {
			r.Labels = append(r.Labels, one)
		}
	}
	return r
}

// labelLine says a variable's labels in both languages.
func (c *call) labelLine(v *panel.Variable) string {
	none := c.pick("no label", "无标签")
	text := func(s string) string {
		if s == "" {
			return none
		}
		return s
	}
	return fmt.Sprintf("%s: %s; %s", v.Name, text(v.Label), text(v.LabelZH))
}

func (c *call) showLabels(d *session.Dataset) *Output {
	l := wordingOf(c.session.Language())
	g := newGrid(l.Pick("variable", "变量"), l.Pick("English label", "英文标签"), l.Pick("Chinese label", "中文标签"))
	g.options.Language = l
	for _, v := range d.Panel.Variables() {
		g.add(v.Name, v.Label, v.LabelZH)
	}
	out := c.tableOutput(g.table())
	out.Kind, out.Result = "label", labelResult(d.Name, d.Panel.Variables()...)
	return out
}
