package command

import (
	"fmt"
	"math"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
	"github.com/seed2d25c7c2/didnb/magics/progress"
)

func equivalenceCommand() *Command {
	return &Command{
		Name: "equivalence", Synopsis: "ES [type=max|mean|rms] [threshold=] [alpha=0.05] [method=iu|boot|wild] [rows=study|before] [as=]",
		Short: "equivalence tests of pre-trends", ShortZH: "事前趋势等价性检验",
		Words: ResultName,
		Keys: []Key{
			{Name: "type", Kind: Choice, Choices: []string{"max", "mean", "rms"}, Default: "max", Doc: "what of the effects before adoption is shown to be small: the largest, their mean, or their root mean square"},
			{Name: "threshold", Kind: Number, Default: "none: only the smallest threshold is sought", Doc: "what counts as small, in units of the outcome"},
			{Name: "alpha", Kind: Number, Default: "0.05", Doc: "probability of an error"},
			{Name: "method", Kind: Choice, Choices: []string{"iu", "boot", "wild"}, Default: "iu",
				Doc: "of type=max: iu tests each effect, and all must pass; boot draws normal errors of one variance, wild signs for the clusters, which has more power"},
			{Name: "rows", Kind: Choice, Choices: []string{"study", "before"}, Default: "study",
				Doc: "study: the event study's own estimates; before: estimates from the rows before adoption alone, as in the paper (method=twfe)"},
			{Name: "reps", Kind: Integer, Default: "1000", Doc: "draws of method=boot and wild"},
			{Name: "seed", Kind: Integer, Default: "1", Doc: "of the draws, and of the subsamples of units that type=rms takes"},
			asKey("eq"), goKey,
		},
		Help: "That no effect before adoption is significant is no evidence that trends are parallel. Here the burden of proof is turned round (Dette & Schumann 2024): the hypothesis is that " +
			"the effects before adoption are at least threshold= large, and rejecting it shows that they are smaller. Without threshold= it tells the smallest one at which that is shown at alpha=: " +
			"the sharpest statement that the data allow, in units of the outcome.\n" +
			"type=max with method=iu and type=mean need the estimates and their covariance only and take an event study of any method that %honest takes; the bootstraps and type=rms, " +
			"which rests on random subsamples of units and needs no standard errors, estimate the regression anew and take method=twfe.",
		Example: loadCastle + "%eventstudy l_homicide ~ 1 | sid + year treat=post window=-4:3 as=es1\n%equivalence es1 threshold=0.2",
		run:     runEquivalence,
	}
}

func runEquivalence(c *call) (*Output, error) {
	s, err := c.study()
	if err != nil {
		return nil, err
	}
	o := diagnose.EquivalenceOptions{Type: diagnose.EquivalenceType(c.text("type")), Method: diagnose.EquivalenceMethod(c.text("method")), Untreated: c.text("rows") == "before"}
	if a, ok := c.stmt.Key("threshold"); ok {
		if o.Threshold = c.number("threshold", 0); !(o.Threshold > 0) || math.IsInf(o.Threshold, 0) {
			return nil, c.valueError(a, "threshold= is what differences in trends may be at most, above 0, not %s", a.Value)
		}
	}
	if o.Alpha, err = c.alpha(); err != nil {
		return nil, err
	}
	bootstrap := o.Method == diagnose.SphericalBoot || o.Method == diagnose.WildBoot
	if a, ok := c.stmt.Key("method"); ok && c.has("type") && o.Type != diagnose.EquivalenceMax {
		return nil, c.valueError(a, "method=%s goes with type=max", a.Value)
	}
	if a, ok := c.stmt.Key("reps"); ok && !bootstrap {
		return nil, c.valueError(a, "reps= goes with method=boot and method=wild")
	}
	if a, ok := c.stmt.Key("seed"); ok && !bootstrap && o.Type != diagnose.EquivalenceRMS {
		return nil, c.valueError(a, "seed= goes with method=boot, method=wild and type=rms")
	}
	if o.Reps, err = c.draws("reps", 1000, 20); err != nil {
		return nil, err
	}
	if o.Seed, err = c.seed(); err != nil {
		return nil, err
	}
	o.Progress = progress.From(c.ctx)
	r, err := diagnose.Equivalent(c.ctx, s.data.Panel, s.result, o)
	if err != nil {
		return nil, s.at(err)
	}
	r.Data, r.Simulated = s.data.Name, s.data.Simulated
	out := c.tableOutput(equivalenceTables(r, wordingOf(c.session.Language()))...)
	out.As, out.Kind, out.Result = c.keep("eq", "equivalence", r, s.data), "equivalence", r
	call, print := goEquivalence(o)
	return c.withGoStudy(out, s, call, print)
}

// equivalenceTables are the test, and the effects before adoption.
func equivalenceTables(r *diagnose.Equivalence, l wording.Language) []*table.Table {
	d := estimateDigits(r.Statistic)
	what := map[diagnose.EquivalenceType]string{
		diagnose.EquivalenceMax:  l.Pick("largest effect before adoption", "事前效应绝对值的最大值"),
		diagnose.EquivalenceMean: l.Pick("mean effect before adoption, absolute", "事前效应均值的绝对值"),
		diagnose.EquivalenceRMS:  l.Pick("root mean square of effects before adoption", "事前效应的均方根"),
	}[r.Type]
	g := newGrid(l.Pick("measure", "指标"), l.Pick("value", "数值"))
	g.add(what, table.Digits(r.Statistic, d))
	if r.Type == diagnose.EquivalenceMean {
		g.add(l.Pick("std. error of the mean", "均值的标准误"), table.Digits(r.StdError, d))
	}
	g.add(fmt.Sprintf(l.Pick("smallest threshold at %g", "最小阈值（α = %g）"), r.Alpha), table.Digits(r.Smallest, d))
	notes := []string{fmt.Sprintf(l.Pick("At %g it is shown that the %s lies below any threshold above %s.", "在 %g 水平上，可证明%s低于任何大于 %s 的阈值。"), r.Alpha, strings.TrimSuffix(what, l.Pick(", absolute", "")), rounded(r.Smallest, d))}
	if r.Threshold != nil {
		g.add(l.Pick("threshold", "阈值"), table.Digits(*r.Threshold, d))
		if !math.IsNaN(r.Critical) {
			g.add(l.Pick("critical value", "临界值"), table.Digits(r.Critical, d))
		}
		g.add("p", pCell(r.PValue))
		verdict := l.Pick("not shown", "未能证明")
		if *r.Reject {
			verdict = l.Pick("shown", "成立")
		}
		g.add(l.Pick("equivalence", "等价性"), verdict)
		notes = append(notes, l.Pick("p is of the hypothesis that it is at least the threshold; a small one shows equivalence.", "p 对应的原假设为“不小于阈值”；p 值小则等价性成立。"))
	}
	method := map[diagnose.EquivalenceMethod]string{
		diagnose.IntersectionUnion: l.Pick("Intersection-union: each effect passes on its own.", "交并检验：各期效应须分别通过。"),
		diagnose.SphericalBoot:     l.Pick("Bootstrap with normal errors of one variance", "参数自助法（同方差正态误差）"),
		diagnose.WildBoot:          l.Pick("Wild bootstrap by clusters", "野聚类自助法"),
	}[r.Method]
	if r.Reps > 0 {
		method += fmt.Sprintf(l.Pick(": %s draws, seed %d.", "：%s 次，种子 %d。"), wording.Count(r.Reps, l), r.Seed)
	}
	if r.Type == diagnose.EquivalenceRMS {
		method = fmt.Sprintf(l.Pick("Self-normalised by subsamples of 1/5 to 4/5 of the units, seed %d; no standard errors enter.", "以 1/5 至 4/5 的单位子样本自标准化，种子 %d；不使用标准误。"), r.Seed)
	}
	if method != "" {
		notes = append(notes, method)
	}
	if r.Untreated {
		notes = append(notes, l.Pick("Estimated from the rows before adoption alone.", "仅用处理前的观测估计。"))
	}
	for _, n := range r.Notes {
		notes = append(notes, notice(n, l))
	}
	g.options = table.GridOptions{Title: l.Pick("Equivalence test of pre-trends", "事前趋势等价性检验"), Language: l, Simulated: r.Simulated, Notes: notes}

	heads := []string{l.Pick("event time", "相对时间"), l.Pick("estimate", "系数"), l.Pick("std. error", "标准误")}
	alone := r.Method == diagnose.IntersectionUnion
	if alone {
		heads = append(heads, l.Pick("smallest threshold", "最小阈值"))
		if r.Threshold != nil {
			heads = append(heads, l.Pick("critical value", "临界值"), "p")
		}
	}
	leads := newGrid(heads...)
	for _, k := range r.Leads {
		d := digitsOfError(k.Estimate, k.StdError)
		row := []any{k.EventTime, table.Digits(k.Estimate, d), table.Digits(k.StdError, d)}
		if alone {
			row = append(row, table.Digits(k.Smallest, d))
			if r.Threshold != nil {
				row = append(row, table.Digits(k.Critical, d), pCell(k.PValue))
			}
		}
		leads.add(row...)
	}
	leads.options = table.GridOptions{Title: l.Pick("Effects before adoption", "事前效应"), Language: l, Simulated: r.Simulated}
	return []*table.Table{g.table(), leads.table()}
}
