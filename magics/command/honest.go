package command

import (
	"fmt"
	"math"
	"strconv"

	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
	"github.com/seed2d25c7c2/didnb/didkit/report/figure"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

func honestCommand() *Command {
	return &Command{
		Name: "honest", Synopsis: "ES [type=rm|sd] [mbar=0.5,1,2] [method=flci|clf|cf|conditional] [event=0] [average=true] [as=]",
		Short: "bounds under violations of parallel trends", ShortZH: "平行趋势偏离下的稳健推断",
		Words: ResultName,
		Keys: []Key{
			{Name: "type", Kind: Choice, Choices: []string{"rm", "sd"}, Default: "rm",
				Doc: "rm: changes of the violation after adoption are at most mbar times the largest one before; sd: its slope changes by at most mbar from one period to the next"},
			{Name: "mbar", Kind: Plain, Default: "0,0.5,1,1.5,2; with sd up to the largest change of slope before adoption", Doc: "bounds, joined by commas"},
			{Name: "method", Kind: Choice, Choices: []string{"flci", "clf", "cf", "conditional"}, Default: "clf; with sd flci",
				Doc: "flci: shortest interval of fixed length (sd only); clf: conditional test after a least favourable first stage; cf: after an interval of fixed length (sd only); conditional: that test alone"},
			{Name: "event", Kind: Integer, Default: "0", Doc: "event time whose effect is asked for"},
			{Name: "average", Kind: Flag, Default: "false", Doc: "true asks for the mean effect from adoption on"},
			{Name: "level", Kind: Number, Default: "the event study's", Doc: "coverage of the intervals, between 0 and 1"},
			asKey("h"), goKey},
		Help: "Intervals for an effect that hold even if trends were not parallel, as long as the violation stays within a bound (Rambachan & Roth 2023), for one bound after another, " +
			"and the breakdown value: the largest bound under which zero is still left out. type=rm measures the bound by the violations seen before adoption, " +
			"so that mbar=1 says: no worse afterwards than before. type=sd lets a linear violation go on and bounds its bending.\n" +
			"The event study may be of any method whose estimates before adoption are measured from the same period as the others: twfe, cs, ddd and cdid with base=universal, sunab, stacked, lpdid, dcdh, etwfe with control=never; " +
			"and imputation, whose effects are first carried over to the period that its leads are measured from.\n" +
			"A result of %did by such a method will do too, with all its event times.\n" +
			"Errors are those of the event study; intervals rest on the normal distribution.",
		Example: loadCastle + "%eventstudy l_homicide ~ 1 | sid + year treat=post window=-4:3 as=es1\n%honest es1 type=rm mbar=0.5,1",
		run:     runHonest,
	}
}

func runHonest(c *call) (*Output, error) {
	s, err := c.study()
	if err != nil {
		return nil, err
	}
	o := diagnose.HonestOptions{Type: diagnose.Restriction(c.text("type")), Method: diagnose.RobustMethod(c.text("method")),
		Event: c.integer("event", 0), Average: c.flag("average"), Level: s.result.Level}
	if level, err := c.level(); err != nil {
		return nil, err
	} else if level != 0 {
		o.Level = level
	}
	if a, ok := c.stmt.Key("mbar"); ok {
		for _, p := range listParts(a.Text) {
			x, err := strconv.ParseFloat(p.String(), 64)
			if err != nil || !(x >= 0) || math.IsInf(x, 0) {
				return nil, c.textError(p, "mbar= takes numbers from 0 on, joined by commas, and %q is none", p.String())
			}
			o.M = append(o.M, x)
		}
	}
	if a, ok := c.stmt.Key("method"); ok && (a.Value == "flci" || a.Value == "cf") && o.Type != diagnose.Smoothness {
		return nil, c.valueError(a, "method=%s goes with type=sd; type=rm takes clf or conditional", a.Value)
	}
	if a, ok := c.stmt.Key("event"); ok && o.Average {
		return nil, c.valueError(a, "event= and average=true ask for different effects; give one")
	}
	r, err := diagnose.Robust(c.ctx, s.vector, o)
	if err != nil {
		if a, ok := c.stmt.Key("event"); ok {
			return nil, within(a.Text, err)
		}
		return nil, s.at(err)
	}
	r.Outcome, r.Data, r.Simulated = s.result.Outcome, s.data.Name, s.data.Simulated
	out := c.tableOutput(honestTable(r, wordingOf(c.session.Language())))
	out.As, out.Kind, out.Result = c.keep("h", "honest", r, s.data), "honest", r
	return c.withGoStudy(out, s, goHonest(o), goPrintHonest)
}

// honestTable is a row a bound, the original interval first.
func honestTable(r *diagnose.Honest, l wording.Language) *table.Table {
	level := percent(r.Level)
	g := newGrid(l.Pick("bound", "界限"), l.Pick(level+" from", level+" 下限"), l.Pick("to", "上限"), l.Pick("leaves zero out", "不含零"))
	d := digitsOfError(r.Estimate, (r.Original.ConfHigh-r.Original.ConfLow)/4)
	row := func(name any, low, high float64) {
		end := func(x float64) any {
			switch {
			case math.IsNaN(x):
				return l.Pick("none", "空集")
			case math.IsInf(x, 0):
				return l.Pick("unbounded", "无界")
			}
			return table.Digits(x, d)
		}
		out := l.Pick("no", "否")
		if low > 0 || high < 0 {
			out = l.Pick("yes", "是")
		}
		g.add(name, end(low), end(high), out)
	}
	row(l.Pick("original", "原区间"), r.Original.ConfLow, r.Original.ConfHigh)
	for _, x := range r.Intervals {
		row("M = "+strconv.FormatFloat(x.M, 'g', 6, 64), x.ConfLow, x.ConfHigh)
	}
	what := l.Pick("the mean effect from adoption on", "处理后各期的平均效应")
	if r.EventTime != nil {
		what = fmt.Sprintf(l.Pick("the effect at event time %d", "相对时间 %d 的效应"), *r.EventTime)
	}
	method := map[diagnose.RobustMethod]string{
		diagnose.FLCI:        l.Pick("shortest intervals of fixed length", "最短定长置信区间（FLCI）"),
		diagnose.CLF:         l.Pick("conditional tests after a least favourable first stage (C-LF)", "条件–最不利混合检验（C-LF）"),
		diagnose.CF:          l.Pick("conditional tests after an interval of fixed length (C-F)", "条件–定长区间混合检验（C-F）"),
		diagnose.Conditional: l.Pick("conditional tests", "条件检验"),
	}[r.Method]
	notes := []string{
		fmt.Sprintf(l.Pick("For %s, estimated as %s; %s.", "对象为%s，估计值 %s；%s。"), what, rounded(r.Estimate, d), method),
		figure.BoundName(r.Type, l) + l.Pick(".", "。"),
		figure.BreakdownText(r, l),
	}
	for _, n := range r.Notes {
		notes = append(notes, notice(n, l))
	}
	g.options = table.GridOptions{Title: l.Pick("Robust intervals under violations of parallel trends", "偏离平行趋势时的稳健区间"), Language: l, Simulated: r.Simulated, Notes: notes}
	return g.table()
}
