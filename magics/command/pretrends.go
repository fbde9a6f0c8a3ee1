package command

import (
	"fmt"
	"math"

	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

func pretrendsCommand() *Command {
	return &Command{
		Name: "pretrends", Synopsis: "ES [slope=] [power=0.5] [level=] [as=]",
		Short: "power of the pre-trend test", ShortZH: "事前趋势检验的功效",
		Words: ResultName,
		Keys: []Key{
			{Name: "slope", Kind: Number, Default: "the slope that is found with power=", Doc: "of the hypothesised linear trend, per period"},
			{Name: "power", Kind: Number, Default: "0.5", Doc: "of the test against the hypothesised trend, if slope= is not given"},
			{Name: "level", Kind: Number, Default: "0.95", Doc: "of the test of each period before adoption"},
			asKey("pt"), goKey,
		},
		Help: "That no period before adoption is significant shows little if the test had little power (Roth 2022). Gives the slopes of linear violations that the test would have found " +
			"half and four fifths of the time; for a hypothesised trend its power, the odds that passing the test and the estimates themselves say against it, and what the trend adds to the " +
			"estimates, on average and on average among those that pass: looking only at studies that pass can make the bias larger.",
		Example: loadCastle + "%eventstudy l_homicide ~ 1 | sid + year treat=post window=-4:3 as=es1\n%pretrends es1",
		run:     runPretrends,
	}
}

func runPretrends(c *call) (*Output, error) {
	s, err := c.study()
	if err != nil {
		return nil, err
	}
	var o diagnose.PretrendsOptions
	if o.Level, err = c.level(); err != nil {
		return nil, err
	}
	o.Powers = []float64{0.5, 0.8}
	if a, ok := c.stmt.Key("slope"); ok {
		slope := c.number("slope", 0)
		if math.IsNaN(slope) || math.IsInf(slope, 0) {
			return nil, c.valueError(a, "slope= takes a number per period, not %s", a.Value)
		}
		o.Slope = &slope
		if c.has("power") {
			return nil, c.valueError(a, "slope= and power= both fix the trend; give one")
		}
	}
	if a, ok := c.stmt.Key("power"); ok {
		power := c.number("power", 0)
		if !(power > 0 && power < 1) {
			return nil, c.valueError(a, "power= is a probability between 0 and 1, as in 0.5, not %s", a.Value)
		}
		if power != 0.5 && power != 0.8 {
			o.Powers = append([]float64{power}, o.Powers...)
		} else if power == 0.8 {
			o.Powers = []float64{0.8, 0.5}
		}
	}
	r, err := diagnose.PowerOfPretrends(s.vector, o)
	if err != nil {
		if a, ok := c.stmt.Key("power"); ok {
			return nil, within(a.Text, err)
		}
		return nil, s.at(err)
	}
	r.Outcome, r.Data, r.Simulated = s.result.Outcome, s.data.Name, s.data.Simulated
	l := wordingOf(c.session.Language())
	out := c.tableOutput(pretrendsTable(r, l), trendTable(r, l))
	out.As, out.Kind, out.Result = c.keep("pt", "pretrends", r, s.data), "pretrends", r
	call, print := goPretrends(o)
	return c.withGoStudy(out, s, call, print)
}

// pretrendsTable is the power and what it is held against.
func pretrendsTable(r *diagnose.Pretrends, l wording.Language) *table.Table {
	g := newGrid(l.Pick("measure", "指标"), l.Pick("value", "数值"))
	number := func(x float64) table.Cell { return table.Digits(x, estimateDigits(x)) }
	for _, s := range r.Slopes {
		g.add(fmt.Sprintf(l.Pick("slope found with probability %g", "以概率 %g 被发现的斜率"), s.Power), number(s.Slope))
	}
	g.add(l.Pick("hypothesised slope", "假设的斜率"), number(r.Slope))
	g.add(l.Pick("power against it", "对其的检验功效"), table.Digits(r.Power, 3))
	g.add(l.Pick("Bayes factor of passing", "通过检验的贝叶斯因子"), table.Digits(r.BayesFactor, 3))
	g.add(l.Pick("likelihood ratio of the estimates before", "事前估计值的似然比"), number(r.LikelihoodRatio))
	g.options = table.GridOptions{Title: l.Pick("Power of the test of pre-trends", "事前趋势检验的功效"), Language: l, Simulated: r.Simulated, Notes: []string{
		fmt.Sprintf(l.Pick("The test: no period before the reference, %d, is significant at %s. The ratios weigh the trend against none.", "检验：基准期（%d）之前各期在 %s 水平上均不显著。两个比值均为该趋势相对于无趋势。"), r.Ref, percent(r.Level))}}
	return g.table()
}

// trendTable is what the trend adds to each estimate.
func trendTable(r *diagnose.Pretrends, l wording.Language) *table.Table {
	g := newGrid(l.Pick("event time", "相对时间"), l.Pick("estimate", "系数"), l.Pick("std. error", "标准误"), l.Pick("trend", "趋势"), l.Pick("mean if passed", "通过检验时的均值"))
	for _, k := range r.Rows {
		if k.EventTime == r.Ref {
			g.add(k.EventTime, table.Digits(0, 0), l.Pick("reference", "基期"), "", "")
			continue
		}
		d := digitsOfError(k.Estimate, k.StdError)
		g.add(k.EventTime, table.Digits(k.Estimate, d), table.Digits(k.StdError, d), table.Digits(k.Trend, d), table.Digits(k.Conditional, d))
	}
	notes := []string{
		l.Pick("Trend: the bias of each estimate under the hypothesised trend; the last column: that bias among studies that pass the test.", "趋势：假设趋势下各估计值的偏误；末列：通过检验的研究中的偏误。")}
	for _, n := range r.Notes {
		notes = append(notes, notice(n, l))
	}
	g.options = table.GridOptions{Language: l, Simulated: r.Simulated, Notes: notes}
	return g.table()
}
