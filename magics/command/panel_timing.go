package command

import (
	"fmt"

	"github.com/seed2d25c7c2/didnb/didkit/describe"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/magics/lang"
)

// panelTiming counts cohorts and draws the chart of treatment by unit and period.
func panelTiming(c *call, words []lang.Arg) (*Output, error) {
	d, err := c.dataset()
	if err != nil {
		return nil, err
	}
	if err := c.variablesExist([]lang.Text{words[1].Text}); err != nil {
		return nil, err
	}
	t, err := describe.TimingOf(d.Panel, bareName(words[1].Value))
	if err != nil {
		return nil, within(words[1].Text, err)
	}
	t.Data, t.Simulated = d.Name, d.Simulated
	l := wordingOf(c.session.Language())
	g := newGrid(l.Pick("first treated", "首次处理"), l.Pick("units", "单位数"))
	for _, k := range t.Cohorts {
		first := k.First
		if first == "" {
			first = l.Pick("never", "从未")
		}
		g.add(first, k.Units)
	}
	var notes []string
	if t.Reversals > 0 {
		notes = append(notes, fmt.Sprintf(l.Pick("%s back to untreated.", "%s恢复为未处理。"), l.Pick(unitsGo(t.Reversals), fmt.Sprintf("%d 个单位", t.Reversals))))
	}
	g.options = table.GridOptions{Title: l.Pick("Units by first period under treatment", "按首次处理时期统计的单位数"), Language: l, Simulated: t.Simulated, Notes: notes}
	out := c.tableOutput(g.table())
	out.As, out.Kind, out.Result = c.keep("timing", "timing", t, d), "timing", t
	return out, nil
}

func unitsGo(n int) string {
	if n == 1 {
		return "1 unit goes"
	}
	return grouped(n) + " units go"
}
