package command

import (
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
	"github.com/seed2d25c7c2/didnb/didkit/report/figure"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/magics/lang"
)

func sensitivityCommand() *Command {
	return &Command{
		Name: "sensitivity", Synopsis: "MODEL [benchmark=x1,x2+x3] [kd=1,2,3] [ky=] [q=1] [alpha=0.05] [as=]",
		Short: "sensitivity to omitted variables", ShortZH: "遗漏变量敏感性",
		Words: ResultName,
		Keys: modelKeys("s",
			Key{Name: "benchmark", Kind: Plain, Doc: "covariates of the model that a confounder is compared with, joined by commas; x1+x2 is a group, and so are a factor and a fixed effect"},
			Key{Name: "kd", Kind: Plain, Default: "1", Doc: "how many times as strong as a benchmark the confounder is with the treatment; several joined by commas"},
			Key{Name: "ky", Kind: Plain, Default: "as kd", Doc: "and with the outcome: as many numbers as kd=, or one for all"},
			Key{Name: "q", Kind: Number, Default: "1", Doc: "share of the estimate to be explained away: 0.5 is half of it"},
			Key{Name: "alpha", Kind: Number, Default: "0.05", Doc: "level of the robustness value for significance and of the intervals"},
			Key{Name: "treat", Kind: Variable, Default: "the model's", Doc: "the treatment, if the model is one of %reg"},
			Key{Name: "treatment", Kind: Variable, Doc: "the same as treat="}),
		Help: "How strong would an omitted variable have to be to change the result (Cinelli & Hazlett 2020)? Partial R² of the treatment; the robustness value: the share of what is left of " +
			"treatment and of outcome that a confounder must explain, of both alike, to take the estimate to zero, or its interval to zero; and for benchmark=, the estimate, error, t and interval " +
			"with a confounder kd= and ky= times as strong as observed covariates. The figure has contours of the estimate; %plot s1 show=t has those of t, show=extreme the extreme scenarios.\n" +
			"Fixed effects are taken out first, and R² are partial given them. Of the errors the theory knows only the classical ones, and these stand here whatever the model's own are; " +
			"partial R² and the robustness value of the estimate rest on none. Takes models of %reg and of %did with method=twfe: other methods are no single regression.",
		Example: loadCastle + "%did l_homicide ~ poverty + l_police + unemployrt | sid + year treat=post as=m1\n%sensitivity m1 benchmark=poverty,l_police kd=1,2,3",
		run:     runSensitivity,
	}
}

func runSensitivity(c *call) (*Output, error) {
	if a, ok := c.stmt.Key("treatment"); ok && c.has("treat") {
		return nil, c.valueError(a, "treat= and treatment= are the same; give one")
	}
	m, err := c.model()
	if err != nil {
		return nil, err
	}
	var o diagnose.SensitivityOptions
	if o.KD, err = c.strengths("kd"); err != nil {
		return nil, err
	}
	if o.KY, err = c.strengths("ky"); err != nil {
		return nil, err
	}
	if a, ok := c.stmt.Key("ky"); ok && len(o.KY) > 1 && o.KD != nil && len(o.KD) != len(o.KY) {
		return nil, c.valueError(a, "ky= has %d strengths and kd= %d; give as many, or one for all", len(o.KY), len(o.KD))
	}
	if a, ok := c.stmt.Key("q"); ok {
		if o.Q = c.number("q", 1); !(o.Q > 0) || math.IsInf(o.Q, 0) {
			return nil, c.valueError(a, "q= is the share of the estimate to be explained away, above 0, as in 0.5, not %s", a.Value)
		}
	}
	if o.Alpha, err = c.alpha(); err != nil {
		return nil, err
	}
	place := m.word.Text
	var words []lang.Text
	if a, ok := c.stmt.Key("benchmark"); ok {
		place, words = a.Text, listParts(a.Text)
		for _, w := range words {
			b := diagnose.ParseBenchmark(w.String())
			if len(b.Terms) == 0 {
				return nil, c.textError(w, "benchmark= names covariates, joined by commas, and %q is none", w.String())
			}
			o.Benchmarks = append(o.Benchmarks, b)
		}
	} else if a, ok := c.stmt.Key("kd"); ok {
		return nil, c.valueError(a, "kd= is a strength against a covariate; say which by benchmark=")
	} else if a, ok := c.stmt.Key("ky"); ok {
		return nil, c.valueError(a, "ky= is a strength against a covariate; say which by benchmark=")
	}
	r, err := diagnose.Sensitive(m.data.Panel, m.formula, quoted(m.treat), m.vcov, m.design, o)
	if err != nil {
		return nil, c.sensitivityError(err, place, words)
	}
	r.Vcov, r.Data, r.Simulated = m.fit.Vcov, m.data.Name, m.data.Simulated
	out := c.tableOutput(c.sensitivityTables(r)...)
	out.As, out.Kind, out.Result = c.keep("s", "sensitivity", r, m.data), "sensitivity", r
	return c.withGo(out, goSensitivity(m, o)), nil
}

// sensitivityError places an error at the benchmark or the strength that it is about.
func (c *call) sensitivityError(err error, place lang.Text, words []lang.Text) error {
	var strong *diagnose.TooStrong
	if a, ok := c.stmt.Key("kd"); ok && errors.As(err, &strong) {
		return within(a.Text, err)
	}
	var unknown *diagnose.UnknownBenchmark
	if errors.As(err, &unknown) {
		for _, w := range words {
			for _, t := range diagnose.ParseBenchmark(w.String()).Terms {
				if t == unknown.Term {
					place = w
				}
			}
		}
	}
	return within(place, err)
}

// strengths reads numbers from 0 on, joined by commas; nil without the key.
func (c *call) strengths(key string) ([]float64, error) {
	a, ok := c.stmt.Key(key)
	if !ok {
		return nil, nil
	}
	var out []float64
	for _, p := range listParts(a.Text) {
		x, err := strconv.ParseFloat(p.String(), 64)
		if err != nil || !(x >= 0) || math.IsInf(x, 0) {
			return nil, c.textError(p, "%s= takes numbers from 0 on, joined by commas, and %q is none", key, p.String())
		}
		out = append(out, x)
	}
	if out == nil {
		return nil, c.valueError(a, "%s= takes numbers from 0 on, joined by commas, and %q has none", key, a.Value)
	}
	return out, nil
}

// alpha reads alpha=; 0, the magic's default, without it.
func (c *call) alpha() (float64, error) {
	a, ok := c.stmt.Key("alpha")
	if !ok {
		return 0, nil
	}
	x := c.number("alpha", math.NaN())
	switch {
	case !(x > 0 && x < 1):
		return 0, c.valueError(a, "alpha= is the probability of an error, between 0 and 1, as in 0.05, not %s", a.Value)
	case x > 0.5:
		return 0, c.valueError(a, "alpha= is the probability of an error; did you mean %.4g?", 1-x)
	}
	return x, nil
}

// sensitivityTables are the robustness of the estimate, and the bounds where there are benchmarks.
func (c *call) sensitivityTables(r *diagnose.Sensitivity) []*table.Table {
	l := wordingOf(c.session.Language())
	labels := c.labels(r.Data)
	g := newGrid(l.Pick("measure", "指标"), l.Pick("value", "数值"))
	d := digitsOfError(r.Estimate, r.StdError)
	g.add(l.Pick("estimate of ", "估计值：")+c.name(r.Data, r.Treatment), table.Digits(r.Estimate, d))
	g.add(l.Pick("std. error, classical", "标准误（独立同分布）"), table.Digits(r.StdError, d))
	g.add("t", table.Digits(r.Statistic, 3))
	g.add(l.Pick("degrees of freedom", "自由度"), int(r.DF))
	g.add(l.Pick("partial R² with the outcome", "与结果变量的偏 R²"), table.Digits(r.PartialR2, 4))
	target := l.Pick("zero", "零")
	if r.Q != 1 {
		target = rounded(r.H0, d)
	}
	g.add(l.Pick("robustness value, estimate", "稳健值（估计值）"), table.Digits(r.RV, 4))
	g.add(fmt.Sprintf(l.Pick("robustness value, interval at %s", "稳健值（%s 区间）"), percent(1-r.Alpha)), table.Digits(r.RVAlpha, 4))
	share := func(x float64) string { return rounded(100*x, 2) + "%" }
	notes := []string{r.Formula + l.Pick(".", "。"),
		fmt.Sprintf(l.Pick("A confounder that explains %s of what is left of both treatment and outcome takes the estimate to %s.", "若混淆因素同时解释处理变量与结果变量剩余变异的 %s，估计值将变为%s。"), share(r.RV), target)}
	if r.RVAlpha > 0 {
		notes = append(notes, fmt.Sprintf(l.Pick("One that explains %s of both makes its interval at %s hold %s.", "同时解释 %s 时，其 %s 区间将包含%s。"), share(r.RVAlpha), percent(1-r.Alpha), target))
	} else {
		notes = append(notes, fmt.Sprintf(l.Pick("Its interval at %s holds %s without any.", "其 %s 区间本来就包含%s。"), percent(1-r.Alpha), target))
	}
	if r.Q == 1 {
		notes = append(notes, fmt.Sprintf(l.Pick("One that explains all that is left of the outcome needs %s of the treatment to take it to zero.", "若解释结果变量的全部剩余变异，只需解释处理变量的 %s 即可使其为零。"), share(r.PartialR2)))
	}
	for _, n := range r.Notes {
		notes = append(notes, notice(n, l))
	}
	g.options = table.GridOptions{Title: l.Pick("Sensitivity to omitted variables", "遗漏变量敏感性"), Language: l, Simulated: r.Simulated, Notes: notes}
	tables := []*table.Table{g.table()}
	if len(r.Bounds) == 0 {
		return tables
	}
	level := percent(1 - r.Alpha)
	b := newGrid(l.Pick("as strong as", "强度相当于"), l.Pick("R² treatment", "R²（处理）"), l.Pick("R² outcome", "R²（结果）"), l.Pick("estimate", "估计值"), l.Pick("std. error", "标准误"), "t",
		l.Pick(level+" from", level+" 下限"), l.Pick("to", "上限"))
	for _, k := range r.Bounds {
		of := func(x float64, digits int) table.Cell { // k.Statistic is NaN where no error is left
			return orBlank(x+0*k.Statistic, table.Digits(x, digits))
		}
		b.add(figure.BoundLabel(k, labels), table.Digits(k.R2DZ, 4), table.Digits(k.R2YZ, 4), table.Digits(k.Estimate, d), of(k.StdError, d), of(k.Statistic, 3), of(k.ConfLow, d), of(k.ConfHigh, d))
	}
	about := []string{l.Pick("The estimate with a confounder in the regression that is so many times as strong as the covariates named, its bias taken towards zero; R² are partial.",
		"将强度为所列协变量若干倍的混淆因素纳入回归后的估计值，偏误取朝向零的方向；R² 均为偏 R²。")}
	if r.Q != 1 {
		about = append(about, fmt.Sprintf(l.Pick("t is against %s.", "t 检验的原假设值为 %s。"), target))
	}
	b.options = table.GridOptions{Title: l.Pick("Bounds by observed covariates", "以已观测协变量为基准的界限"), Language: l, Simulated: r.Simulated, Notes: about}
	return append(tables, b.table())
}
