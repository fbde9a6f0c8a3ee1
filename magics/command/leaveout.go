package command

import (
	"github.com/seed2d25c7c2/didnb/didkit/placebo"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/magics/progress"
)

func leaveoutCommand() *Command {
	return &Command{
		Name: "leaveout", Synopsis: "MODEL [as=]",
		Short: "the estimate without each unit in turn", ShortZH: "逐一剔除单位",
		Words:   ResultName,
		Keys:    modelKeys("lo"),
		Help:    "Estimates the model without each unit in turn and draws the estimates in ascending order: does one unit carry the result?",
		Example: loadCastle + "%did l_homicide ~ 1 | sid + year treat=post as=m1\n%leaveout m1",
		run:     runLeaveOut,
	}
}

func runLeaveOut(c *call) (*Output, error) {
	m, err := c.model()
	if err != nil {
		return nil, err
	}
	r, err := placebo.LeaveOneOut(c.ctx, m.data.Panel, m.spec(), progress.From(c.ctx))
	if err != nil {
		return nil, m.at(err)
	}
	r.Data, r.Simulated = m.data.Name, m.data.Simulated
	out := c.tableOutput(c.leaveOutTable(r))
	out.As, out.Kind, out.Result = c.keep("lo", "leaveout", r, m.data), "leaveout", r
	return c.withGo(out, goLeaveOut(m)), nil
}

// leaveOutTable lists the units at both ends; the figure shows all.
func (c *call) leaveOutTable(r *placebo.LeaveOut) *table.Table {
	l := wordingOf(c.session.Language())
	g := newGrid(l.Pick("left out", "剔除的单位"), l.Pick("treated", "处理组"), l.Pick("estimate", "估计值"))
	yes := map[bool]string{true: l.Pick("yes", "是"), false: l.Pick("no", "否")}
	row := func(u placebo.Left) {
		g.add(u.Unit, yes[u.Treated], table.Digits(u.Estimate, estimateDigits(u.Estimate)))
	}
	n := len(r.Units)
	for i := 0; i < min(3, n); i++ {
		row(r.Units[i])
	}
	if n > 6 {
		g.add("…", "", "")
	}
	for i := max(3, n-3); i < n; i++ {
		row(r.Units[i])
	}
	g.add(l.Pick("none", "无"), "", table.Digits(r.Actual, estimateDigits(r.Actual)))
	notes := []string{r.Formula + l.Pick(".", "。"), l.Pick("The three lowest and the three highest; the figure shows all.", "列出最低与最高的各三个，全部见图。")}
	for _, s := range r.Notes {
		notes = append(notes, notice(s, l))
	}
	g.options = table.GridOptions{Title: l.Pick("Each unit left out in turn", "逐一剔除单位"), Language: l, Simulated: r.Simulated, Notes: notes}
	return g.table()
}
