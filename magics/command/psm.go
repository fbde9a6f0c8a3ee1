package command

import (
	"fmt"
	"math"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/match"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

func psmCommand() *Command {
	return &Command{
		Name: "psm", Synopsis: "TREAT ~ x1 + x2 [ratio=1] [replace=true] [caliper=] [method=nearest|kernel|radius] [scheme=] [as=matched]",
		Short: "propensity-score matching", ShortZH: "倾向得分匹配",
		Words: Formula,
		Keys: []Key{
			{Name: "method", Kind: Choice, Choices: []string{"nearest", "kernel", "radius"}, Default: "nearest", Doc: "how controls are found"},
			{Name: "distance", Kind: Choice, Choices: []string{"score", "linear", "mahalanobis"}, Default: "score", Doc: "propensity score, its linear predictor, or Mahalanobis distance"},
			{Name: "scheme", Kind: Choice, Choices: []string{"pooled", "year", "premeans"}, Default: "pooled", Doc: "rows of a panel as if they were units; period by period; or units on their means before the first adoption"},
			{Name: "ratio", Kind: Integer, Default: "1", Doc: "controls for each treated row"},
			{Name: "replace", Kind: Flag, Default: "true", Doc: "false uses each control once"},
			{Name: "order", Kind: Choice, Choices: []string{"largest", "smallest"}, Default: "largest", Doc: "without replacement: which scores choose first"},
			{Name: "caliper", Kind: Number, Default: "none", Doc: "largest distance allowed, in standard deviations of the distance"},
			{Name: "caliperunit", Kind: Choice, Choices: []string{"sd", "raw"}, Default: "sd", Doc: "raw: the caliper is in units of the distance itself, as in psmatch2"},
			{Name: "bandwidth", Kind: Number, Default: "0.06", Doc: "of the kernel"},
			{Name: "kernel", Kind: Choice, Choices: []string{"epanechnikov", "gaussian", "uniform", "biweight", "tricube"}, Default: "epanechnikov", Doc: "weights by distance"},
			{Name: "support", Kind: Flag, Default: "false", Doc: "true leaves out treated rows outside the controls' range of scores"},
			dataKey, ifKey,
			{Name: "as", Kind: NewName, Default: "matched", Doc: "name of the result, and of the panel of matched rows, with the weights in _weight"},
			goKey,
		},
		Help: "Estimates a logit of the treatment by Newton's method, matches, and compares the covariates before and after. The matched rows are a panel to use: " +
			"%did … data=matched weights=_weight counts controls as often as they were matched.\n" +
			"Every output names its scheme: pooled matching may pair a unit with itself in another year, matching year by year changes a unit's controls over time, premeans does neither. " +
			"Ties are broken by unit and period, never by the order of rows.",
		Example: loadCastle + "%gen ever = max(post) by=sid\n%psm ever ~ poverty + l_police as=matched\n%did l_homicide ~ 1 | sid + year treat=post data=matched weights=_weight",
		run:     runPSM,
	}
}

func runPSM(c *call) (*Output, error) {
	f, text, err := c.formula()
	if err != nil {
		return nil, err
	}
	d, err := c.dataset()
	if err != nil {
		return nil, err
	}
	cond, err := c.condition()
	if err != nil {
		return nil, err
	}
	spec := match.Spec{Formula: f.String(), Method: match.Method(c.text("method")), Distance: match.Distance(c.text("distance")),
		Ratio: c.integer("ratio", 1), NoReplacement: c.text("replace") == "false", Order: match.Order(c.text("order")),
		Caliper: c.number("caliper", 0), CaliperRaw: c.text("caliperunit") == "raw", CommonSupport: c.flag("support"),
		Bandwidth: c.number("bandwidth", 0), Kernel: c.text("kernel"),
		Scheme: map[string]match.Scheme{"pooled": match.Pooled, "year": match.ByYear, "premeans": match.PreMeans}[c.text("scheme")]}
	spec.Design.If = cond
	if a, ok := c.stmt.Key("caliper"); ok && !(spec.Caliper > 0) {
		return nil, c.valueError(a, "the caliper must be above 0, not %s", a.Value)
	}
	if a, ok := c.stmt.Key("ratio"); ok && spec.Ratio < 1 {
		return nil, c.valueError(a, "ratio= is at least 1, not %s", a.Value)
	}
	stoppable := spec // the spec itself is kept with the panel
	stoppable.Design.Stop = c.ctx.Err
	r, err := match.Run(d.Panel, stoppable)
	if err != nil {
		return nil, within(text, err)
	}
	r.Data, r.Simulated = d.Name, d.Simulated
	name := c.text("as")
	if name == "" {
		name = "matched"
	}
	if name == d.Name {
		a, _ := c.stmt.Key("as")
		return nil, c.valueError(a, "%s is the panel that is matched; give the matched rows another name", name)
	}
	matched, err := r.Panel(d.Panel)
	if err != nil {
		return nil, within(text, err)
	}
	next := *d
	next.Name, next.Panel = name, matched
	next.Steps = append(slices.Clone(d.Steps), session.Step{Match: &spec, If: c.text("if")})
	c.session.PutPanel(&next)
	c.session.PutResult(&session.Result{Name: name, Magic: c.cmd.Name, Kind: "match", Source: c.stmt.Source, Data: d.Name, Value: r, Simulated: d.Simulated})
	out := c.tableOutput(c.balanceTable(r), c.matchTable(r, name))
	out.As, out.Kind, out.Result = name, "match", r
	return c.withGo(out, goPSM(d, spec, c.text("if"))), nil
}

// balanceTable compares the covariates before and after.
func (c *call) balanceTable(r *match.Result) *table.Table {
	l := wordingOf(c.session.Language())
	g := newGrid(l.Pick("covariate", "协变量"), l.Pick("treated", "处理组"), l.Pick("controls", "控制组"), l.Pick("controls matched", "匹配后控制组"),
		l.Pick("std. difference before", "标准化差异（前）"), l.Pick("after", "（后）"), l.Pick("variance ratio before", "方差比（前）"), l.Pick("after", "（后）"), l.Pick("p before", "p（前）"), l.Pick("p after", "p（后）"))
	for _, b := range r.Balance {
		d := estimateDigits(math.Max(math.Abs(b.MeanTreatedBefore), math.Abs(b.MeanControlBefore)))
		g.add(c.name(r.Data, b.Variable), table.Digits(b.MeanTreatedBefore, d), table.Digits(b.MeanControlBefore, d), table.Digits(b.MeanControl, d),
			table.Digits(b.SMDBefore, 3), table.Digits(b.SMDAfter, 3),
			orBlank(b.VarRatioBefore, table.Digits(b.VarRatioBefore, 2)), orBlank(b.VarRatioAfter, table.Digits(b.VarRatioAfter, 2)), pCell(b.PBefore), pCell(b.PAfter))
	}
	g.options = table.GridOptions{Title: l.Pick("Balance before and after matching", "匹配前后的平衡性"), Language: l, Simulated: r.Simulated, Notes: []string{
		l.Pick("Standardised difference: difference of means over the standard deviation of all treated rows (MatchIt). p of a t test with the matching weights as frequencies (pstest).",
			"标准化差异：均值差除以全部处理组观测的标准差（MatchIt）；p 值为以匹配权重为频数的 t 检验（pstest）。")}}
	return g.table()
}

// matchTable counts who was matched, and names the scheme.
func (c *call) matchTable(r *match.Result, name string) *table.Table {
	l := wordingOf(c.session.Language())
	g := newGrid("", l.Pick("rows", "观测值"), l.Pick("matched", "已匹配"))
	g.add(l.Pick("treated", "处理组"), r.Treated, r.TreatedMatched)
	g.add(l.Pick("untreated", "控制组"), r.Controls, r.ControlsMatched)
	notes := []string{}
	for _, n := range r.Notes {
		notes = append(notes, notice(n, l))
	}
	if !math.IsInf(r.Caliper, 1) {
		notes = append(notes, fmt.Sprintf(l.Pick("Caliper %.4g in units of the distance.", "卡尺 %.4g（距离单位）。"), r.Caliper))
	}
	if r.Logit != nil {
		notes = append(notes, fmt.Sprintf(l.Pick("Logit %s: %s rows, pseudo R² %s.", "Logit %s：%s 行，伪 R² %s。"), r.Logit.Formula, wording.Count(r.Logit.N, l), rounded(r.Logit.PseudoR2, 3)))
	}
	notes = append(notes, fmt.Sprintf(l.Pick("The matched rows are the panel %s; data=%s weights=_weight estimates on them.", "匹配后的样本为面板 %s；用 data=%s weights=_weight 进行估计。"), name, name))
	g.options = table.GridOptions{Title: l.Pick("Matching", "匹配结果"), Language: l, Simulated: r.Simulated, Notes: notes}
	return g.table()
}
