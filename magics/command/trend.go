package command

import (
	"fmt"

	"github.com/seed2d25c7c2/didnb/didkit/describe"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

func trendCommand() *Command {
	return &Command{
		Name: "trend", Synopsis: "VAR [by=treated]", Short: "group means over time, with the figure", ShortZH: "分组均值的时间趋势",
		Words: Variable,
		Keys: []Key{
			{Name: "by", Kind: Variable, Doc: "groups; without it one mean of all rows"},
			dataKey, ifKey, asKey("trend"),
		},
		Help:    "The mean of VAR in each period and group. Rows whose group is missing are left out and counted.",
		Example: loadCastle + "%gen treated = max(post) by=sid\n%trend l_homicide by=treated",
		run:     runTrend,
	}
}

func runTrend(c *call) (*Output, error) {
	d, word, err := c.variableOf()
	if err != nil {
		return nil, err
	}
	by, err := c.variable("by")
	if err != nil {
		return nil, err
	}
	cond, err := c.condition()
	if err != nil {
		return nil, err
	}
	t, err := describe.Trends(d.Panel, bareName(word.Value), by, cond)
	if err != nil {
		return nil, err
	}
	t.Data, t.Simulated = d.Name, d.Simulated
	out := c.tableOutput(c.trendTable(t))
	out.As, out.Kind, out.Result = c.keep("trend", "trend", t, d), "trend", t
	return out, nil
}

// variableOf is the panel of data= and the one variable of it that the line names.
func (c *call) variableOf() (*session.Dataset, lang.Arg, error) {
	d, err := c.dataset()
	if err != nil {
		return nil, lang.Arg{}, err
	}
	word, err := c.oneWord("a variable")
	if err != nil {
		return nil, lang.Arg{}, err
	}
	return d, word, c.variablesExist([]lang.Text{word.Text})
}

// oneWord is the single word of a line.
func (c *call) oneWord(what string) (lang.Arg, error) {
	words := c.stmt.Words()
	switch len(words) {
	case 0:
		return lang.Arg{}, c.missing("%%%s needs %s; %s", c.cmd.Name, what, c.usage())
	case 1:
		return words[0], nil
	}
	return lang.Arg{}, c.wordError(words[1], "%%%s takes one word, %q is a second; %s", c.cmd.Name, words[1].Value, c.usage())
}

// trendTable has a row for each period and a column for each group.
func (c *call) trendTable(t *describe.Trend) *table.Table {
	l := wordingOf(c.session.Language())
	g := newGrid(l.Pick("period", "时期"))
	for _, s := range t.Groups {
		name := s.Group
		if t.By != "" {
			name = c.labels(t.Data).Value(t.By, s.Group)
		}
		g.head = append(g.head, name)
	}
	for i, period := range t.Periods {
		cells := []any{period}
		for _, s := range t.Groups {
			cells = append(cells, table.Digits(s.Mean[i], trendDigits(t)))
		}
		g.add(cells...)
	}
	var notes []string
	if t.Dropped > 0 {
		notes = append(notes, fmt.Sprintf(l.Pick("%s left out, as %s is missing.", "%s因 %s 缺失而剔除。"), rowsOf(t.Dropped, l), t.By))
	}
	for _, n := range t.Notes {
		notes = append(notes, notice(n, l))
	}
	g.options = table.GridOptions{Title: l.Pick("Mean of "+c.name(t.Data, t.Variable), c.name(t.Data, t.Variable)+" 的均值"), Language: l, Simulated: t.Simulated, Notes: notes}
	return g.table()
}

// trendDigits is one number of decimals for all means.
func trendDigits(t *describe.Trend) int {
	digits := 0
	for _, s := range t.Groups {
		for _, m := range s.Mean {
			digits = max(digits, min(estimateDigits(m), 6))
		}
	}
	return digits
}
