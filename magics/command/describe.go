package command

import (
	"github.com/seed2d25c7c2/didnb/didkit/describe"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

func describeCommand() *Command {
	return &Command{
		Name: "describe", Synopsis: "[VAR …] [detail=true] [if=]", Short: "n, mean, sd, min, max", ShortZH: "描述性统计",
		Words: Variables,
		Keys: []Key{
			{Name: "detail", Kind: Flag, Default: "false", Doc: "true adds the quartiles"},
			dataKey, ifKey, asKey("describe"),
		},
		Help:    "Summarises variables over the rows where they are not missing; without a name all numeric variables but unit and time.",
		Example: loadCastle + "%describe l_homicide post poverty detail=true",
		run:     runDescribe,
	}
}

func runDescribe(c *call) (*Output, error) {
	d, err := c.dataset()
	if err != nil {
		return nil, err
	}
	names, err := c.variableWords(d.Panel)
	if err != nil {
		return nil, err
	}
	cond, err := c.condition()
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		names = numericVariables(d.Panel)
	}
	t, err := describe.Variables(d.Panel, names, cond)
	if err != nil {
		return nil, err
	}
	t.Data, t.Simulated = d.Name, d.Simulated
	shown, err := c.summaryTable(t, labelsOf(d, c.session.Language()))
	if err != nil {
		return nil, err
	}
	out := c.tableOutput(shown)
	out.As, out.Kind, out.Result = c.keep("describe", "describe", t, d), "describe", t
	return out, nil
}

// summaryTable is the summary as %describe shows it.
func (c *call) summaryTable(t *describe.Table, labels wording.Labels) (*table.Table, error) {
	return table.Describe(t, table.DescribeOptions{Title: c.pick("Descriptive statistics", "描述性统计"), Language: wordingOf(c.session.Language()), Labels: labels,
		Detail: c.flag("detail"), Notes: notices(t.Notes, wordingOf(c.session.Language()))})
}

// variableWords are the words of the line, each the name of a variable.
func (c *call) variableWords(p *panel.Panel) ([]string, error) {
	var names []string
	for _, w := range c.stmt.Words() {
		name := bareName(w.Value)
		if _, err := p.Variable(name); err != nil {
			return nil, within(w.Text, err)
		}
		names = append(names, name)
	}
	return names, nil
}

func numericVariables(p *panel.Panel) []string {
	var names []string
	for _, v := range p.Variables() {
		if v.Kind == panel.Number && v.Name != p.UnitName() && v.Name != p.TimeName() {
			names = append(names, v.Name)
		}
	}
	return names
}
