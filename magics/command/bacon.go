package command

import (
	"errors"
	"fmt"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/report/figure"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

func baconCommand() *Command {
	return &Command{
		Name: "bacon", Synopsis: "MODEL [as=]",
		Short: "Goodman-Bacon decomposition", ShortZH: "Goodman-Bacon 分解",
		Words: ResultName,
		Keys:  modelKeys("b"),
		Help: "Writes the two-way estimate as the weighted mean of all comparisons of two cohorts: treated against never treated, earlier against later treated, and " +
			"later against earlier treated, where the control group is under treatment itself and its changing effect enters with the wrong sign (Goodman-Bacon 2021).\n" +
			"With controls, part of the estimate comes from units of one cohort whose controls differ; its share is given apart, and the comparisons' weights add up to one. " +
			"The panel must be balanced.",
		Example: loadCastle + "%did l_homicide ~ 1 | sid + year treat=post as=m1\n%bacon m1",
		run:     runBacon,
	}
}

func runBacon(c *call) (*Output, error) {
	m, err := c.model()
	if err != nil {
		return nil, err
	}
	r, err := diagnose.Decompose(m.data.Panel, m.spec())
	var gaps *diagnose.Unbalanced
	if errors.As(err, &gaps) {
		return nil, m.at(m.wholeUnits(gaps))
	}
	if err != nil {
		return nil, m.at(err)
	}
	r.Data, r.Simulated = m.data.Name, m.data.Simulated
	l := wordingOf(c.session.Language())
	out := c.tableOutput(baconTypes(r, l), baconPairs(r, l))
	out.As, out.Kind, out.Result = c.keep("b", "bacon", r, m.data), "bacon", r
	return c.withGo(out, goBacon(m)), nil
}

// wholeUnits says by which lines the units that have every period are kept.
func (m *model) wholeUnits(gaps *diagnose.Unbalanced) error {
	all := []string{m.formula.Outcome.String()} // missing where one of them is
	for _, t := range m.formula.Terms {
		if name, ok := t.Factors[0].(*formula.Name); ok && len(t.Factors) == 1 {
			if _, err := m.data.Panel.Numbers(name.Name); err == nil {
				all = append(all, name.String())
			}
		}
	}
	only := ""
	if m.fit.If != "" {
		only = fmt.Sprintf(" if=%q", m.fit.If)
	}
	return fmt.Errorf("%w: %%gen seen = count(%s) by=%s%s, and if=\"seen == %d\" in the model's line", gaps, strings.Join(all, " + "), formula.Quote(m.data.Panel.UnitName()), only, gaps.Periods)
}

// baconTypes is a row a type, and the whole.
func baconTypes(r *diagnose.Bacon, l wording.Language) *table.Table {
	g := newGrid(l.Pick("comparison", "比较类型"), l.Pick("weight", "权重"), l.Pick("mean estimate", "平均估计值"))
	share := 1.0
	notes := []string{r.Formula + l.Pick(".", "。")}
	if w := r.Within; w != nil {
		share -= w.Weight
		notes = append(notes, fmt.Sprintf(l.Pick("The estimate is %s × the comparisons' mean + %s × the estimate within cohorts, %s.", "估计值 = %s × 各比较的均值 + %s × 组内估计值（%s）。"),
			rounded(share, 4), rounded(w.Weight, 4), rounded(w.Estimate, estimateDigits(w.Estimate))))
	}
	for _, s := range r.ByType {
		g.add(figure.ComparisonName(s.Type, l), table.Digits(s.Weight, 4), table.Digits(s.Estimate, estimateDigits(s.Estimate)))
	}
	g.add(l.Pick("two-way estimate", "双向固定效应估计值"), "", table.Digits(r.TWFE, estimateDigits(r.TWFE)))
	g.options = table.GridOptions{Title: l.Pick("Goodman-Bacon decomposition", "Goodman-Bacon 分解"), Language: l, Simulated: r.Simulated, Notes: notes}
	return g.table()
}

// shownPairs is how many comparisons the table lists.
const shownPairs = 20

// baconPairs lists the comparisons of largest weight.
func baconPairs(r *diagnose.Bacon, l wording.Language) *table.Table {
	g := newGrid(l.Pick("treated", "处理组"), l.Pick("control", "对照组"), l.Pick("comparison", "比较类型"), l.Pick("weight", "权重"), l.Pick("estimate", "估计值"))
	name := func(s string) string {
		switch s {
		case diagnose.Never:
			return l.Pick("never", "从未处理")
		case diagnose.Always:
			return l.Pick("always", "始终处理")
		}
		return s
	}
	for i, k := range r.Comparisons {
		if i == shownPairs {
			break
		}
		g.add(name(k.Treated), name(k.Control), figure.ComparisonName(k.Type, l), table.Digits(k.Weight, 4), table.Digits(k.Estimate, estimateDigits(k.Estimate)))
	}
	g.options = table.GridOptions{Language: l, Simulated: r.Simulated}
	if n := len(r.Comparisons); n > shownPairs {
		g.options.Notes = []string{fmt.Sprintf(l.Pick("The %d of %d comparisons with the largest weight; the figure shows all.", "列出权重最大的 %d 个（共 %d 个），全部见图。"), shownPairs, n)}
	}
	return g.table()
}
