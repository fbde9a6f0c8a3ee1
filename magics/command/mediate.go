package command

import (
	"fmt"
	"math"

	"github.com/seed2d25c7c2/didnb/didkit/mediate"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
	"github.com/seed2d25c7c2/didnb/magics/progress"
)

func mediateCommand() *Command {
	return &Command{
		Name: "mediate", Synopsis: "MODEL via=M1,M2 [boot=1000] [seed=1] [vcov=] [treat=] [as=]",
		Short: "direct and indirect effects", ShortZH: "中介效应",
		Words: ResultName,
		Keys: modelKeys("md",
			Key{Name: "via", Kind: Variables, Doc: "the mediators, joined by commas; each is taken on its own"},
			Key{Name: "boot", Kind: Integer, Default: "1000", Doc: "bootstrap draws of clusters; 0 for none"},
			Key{Name: "seed", Kind: Integer, Default: "1", Doc: "of the random numbers"},
			Key{Name: "vcov", Kind: VcovOf, Default: "the model's", Doc: "covariance of the three equations"},
			Key{Name: "treat", Kind: Variable, Default: "the model's", Doc: "the treatment, if the model is one of %reg"},
			Key{Name: "level", Kind: Number, Default: "0.95", Doc: "coverage of the intervals"}),
		Help: "First the effect of the treatment on each mediator, which is what the design identifies. Then the older practice of three equations: total, " +
			"direct and indirect effect a·b, its share, the tests of Sobel, Aroian and Goodman, and intervals from resampled clusters (percentile and BCa). " +
			"That split can't be told from a common cause of mediator and outcome; rho is the correlation of their errors that would explain all of the indirect effect.",
		Example: loadCastle + "%did l_homicide ~ 1 | sid + year treat=post as=m1\n%mediate m1 via=l_police boot=200",
		run:     runMediate,
	}
}

func runMediate(c *call) (*Output, error) {
	m, err := c.model()
	if err != nil {
		return nil, err
	}
	a, ok := c.stmt.Key("via")
	if !ok {
		return nil, c.missing("no mediator is named; say which by via=")
	}
	names := listParts(a.Text)
	if err := variablesIn(m.data.Panel, names); err != nil {
		return nil, err
	}
	spec := mediate.Spec{Formula: m.fit.Formula, Treatment: quoted(m.treat), Vcov: m.vcov, Level: m.fit.Level, Design: m.design,
		Progress: progress.From(c.ctx)}
	if spec.Boot, err = c.draws("boot", 1000, 0); err != nil {
		return nil, err
	}
	if spec.Seed, err = c.seed(); err != nil {
		return nil, err
	}
	if spec.Boot == 0 {
		spec.Boot = -1
	}
	if level, err := c.level(); err != nil {
		return nil, err
	} else if level != 0 {
		spec.Level = level
	}
	for _, n := range names {
		spec.Mediators = append(spec.Mediators, bareName(n.String()))
	}
	r, err := mediate.Run(c.ctx, m.data.Panel, spec)
	if err != nil {
		return nil, within(a.Text, err)
	}
	r.Data, r.Simulated = m.data.Name, m.data.Simulated
	for _, row := range r.Rows {
		mark(row.FirstStep, m.data)
		mark(row.ThirdStep, m.data)
	}
	name := c.keep("md", "mediation", r, m.data)
	out := c.tableOutput(c.firstStepTable(r), c.splitTable(r))
	out.As, out.Kind, out.Result = name, "mediation", r
	return c.withGo(out, goMediate(m, spec)), nil
}

// firstStepTable is the effect on the mediators: the part that the design identifies.
func (c *call) firstStepTable(r *mediate.Result) *table.Table {
	l := wordingOf(c.session.Language())
	g := newGrid(l.Pick("mediator", "中介变量"), l.Pick("effect of ", "处理效应：")+c.name(r.Data, r.Treatment), l.Pick("std. error", "标准误"), "t", "p", l.Pick("rows", "观测值"))
	for _, row := range r.Rows {
		d := digitsOfError(row.A.Estimate, row.A.StdError)
		e := table.Digits(row.A.Estimate, d)
		e.Number.Stars = stars(row.A.PValue)
		g.add(c.name(r.Data, row.Mediator), e, table.Digits(row.A.StdError, d), table.Digits(row.A.Statistic, 3), pCell(row.A.PValue), row.N)
	}
	g.options = table.GridOptions{Title: l.Pick("Mechanism: the effect on the mediators", "机制检验：处理对中介变量的影响"), Language: l, Simulated: r.Simulated,
		Notes: []string{l.Pick("This is what the design identifies: the mediators are outcomes of the treatment.", "这是研究设计所能识别的部分：中介变量本身是处理的结果。"),
			fmt.Sprintf(l.Pick("Errors %s.", "标准误%s。"), l.ErrorsOf(r.Vcov, c.labels(r.Data)))}}
	return g.table()
}

// splitTable is the three-step decomposition, with what it assumes.
func (c *call) splitTable(r *mediate.Result) *table.Table {
	l := wordingOf(c.session.Language())
	g := newGrid(l.Pick("mediator", "中介变量"), l.Pick("total", "总效应"), l.Pick("direct", "直接效应"), l.Pick("mediator → outcome", "中介→结果"),
		l.Pick("indirect", "间接效应"), l.Pick("share", "占比"), "Sobel z", "p", l.Pick("bootstrap from", "自助法下限"), l.Pick("to", "上限"), l.Pick("rho at zero", "ρ（间接效应为零）"))
	for _, row := range r.Rows {
		coef := func(k regress.Coef) table.Cell {
			e := table.Digits(k.Estimate, digitsOfError(k.Estimate, k.StdError))
			e.Number.Stars = stars(k.PValue)
			return e
		}
		d := estimateDigits(row.Indirect)
		g.add(c.name(r.Data, row.Mediator), coef(row.TotalFit), coef(row.DirectFit), coef(row.B), table.Digits(row.Indirect, d),
			table.Words(rounded(100*row.Share, 1)+"%").At(table.Right), table.Digits(row.SobelZ, 3), pCell(row.SobelP),
			orBlank(boot(r, row.BootLow), table.Digits(row.BootLow, d)), orBlank(boot(r, row.BootHigh), table.Digits(row.BootHigh, d)), table.Digits(row.RhoZero, 3))
	}
	notes := []string{l.Pick("Older practice. The split assumes that, given treatment, controls and fixed effects, nothing unobserved moves mediator and outcome together; no difference-in-differences design gives that.",
		"传统做法。该分解要求在给定处理、控制变量和固定效应后，不存在同时影响中介变量与结果变量的未观测因素；双重差分设计并不能保证这一点。"),
		l.Pick("Indirect = effect on the mediator × mediator's coefficient = total − direct, on one sample.", "间接效应 = 处理对中介的效应 × 中介系数 = 总效应 − 直接效应（同一样本）。")}
	if r.Boot > 0 {
		notes = append(notes, fmt.Sprintf(l.Pick("Percentile interval at %s from %s draws of clusters, seed %d; the BCa interval stands in the result.", "百分位区间（%s），按聚类重抽样 %s 次，种子 %d；BCa 区间见结果。"),
			percent(r.Level), wording.Count(r.Boot, l), r.Seed))
	}
	notes = append(notes, l.Pick("rho: correlation of the two equations' errors at which the indirect effect would be zero (Imai, Keele & Yamamoto 2010).",
		"ρ：使间接效应为零的两方程误差相关系数（Imai, Keele & Yamamoto 2010）。"))
	g.options = table.GridOptions{Title: l.Pick("Direct and indirect effects", "直接效应与间接效应"), Language: l, Simulated: r.Simulated, Notes: notes}
	return g.table()
}

// boot is the end of an interval, missing where nothing was resampled.
func boot(r *mediate.Result, x float64) float64 {
	if r.Boot == 0 {
		return math.NaN()
	}
	return x
}
