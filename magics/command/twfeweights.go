package command

import (
	"math"

	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

func twfeweightsCommand() *Command {
	return &Command{
		Name: "twfeweights", Synopsis: "MODEL [as=]",
		Short: "weights of the two-way regression", ShortZH: "双向固定效应权重",
		Words: ResultName,
		Keys:  modelKeys("w"),
		Help: "The two-way estimate is a weighted sum of the effects in all treated rows, and some weights can be negative (de Chaisemartin & D'Haultfœuille 2020). " +
			"Gives the share and the sum of the negative weights, each weight, and two measures of sensitivity: the smallest standard deviation of the effects under which " +
			"their mean may be zero, and under which all of them may have the other sign. Small ones, against what effects are plausible, are a warning.",
		Example: loadCastle + "%did l_homicide ~ 1 | sid + year treat=post if=\"year >= 2006\" as=m1\n%twfeweights m1",
		run:     runTWFEWeights,
	}
}

func runTWFEWeights(c *call) (*Output, error) {
	m, err := c.model()
	if err != nil {
		return nil, err
	}
	r, err := diagnose.TWFEWeights(m.data.Panel, m.spec())
	if err != nil {
		return nil, m.at(err)
	}
	r.Data, r.Simulated = m.data.Name, m.data.Simulated
	out := c.tableOutput(weightsTable(r, wordingOf(c.session.Language())))
	out.As, out.Kind, out.Result = c.keep("w", "weights", r, m.data), "weights", r
	return c.withGo(out, goTWFEWeights(m)), nil
}

// weightsTable sums the weights up; the figure shows them.
func weightsTable(r *diagnose.Weights, l wording.Language) *table.Table {
	g := newGrid(l.Pick("measure", "指标"), l.Pick("value", "数值"))
	g.add(l.Pick("two-way estimate", "双向固定效应估计值"), table.Digits(r.TWFE, estimateDigits(r.TWFE)))
	g.add(l.Pick("treated rows", "处理观测数"), r.Cells)
	g.add(l.Pick("of them with a negative weight", "其中权重为负"), r.Negative)
	g.add(l.Pick("share", "占比"), table.Digits(r.ShareNegative, 4))
	g.add(l.Pick("sum of the negative weights", "负权重之和"), table.Digits(r.SumNegative, 4))
	sigma := func(x float64) any {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return l.Pick("none", "无")
		}
		return table.Digits(x, estimateDigits(x))
	}
	g.add(l.Pick("sd of effects that allows a mean of zero", "均值可为零的效应标准差下限"), sigma(r.Sigma))
	g.add(l.Pick("sd of effects that allows all of the other sign", "效应可全部反号的标准差下限"), sigma(r.SigmaOpposite))
	notes := []string{r.Formula + l.Pick(".", "。")}
	switch {
	case r.Negative > 0:
		notes = append(notes, l.Pick("Where a row with a negative weight has a larger effect, the estimate is smaller.", "权重为负的观测效应越大，估计值越小。"))
	default:
		notes = append(notes, l.Pick("No weight is negative: the estimate can't have the other sign than all effects.", "没有负权重：估计值不会与全部效应反号。"))
	}
	g.options = table.GridOptions{Title: l.Pick("Weights of the effects in the two-way estimate", "双向固定效应估计中各效应的权重"), Language: l, Simulated: r.Simulated, Notes: notes}
	return g.table()
}
