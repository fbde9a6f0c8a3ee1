package command

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/power"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/progress"
)

// estimatedPath asks in path= for the model's own event study.
const estimatedPath = "estimated"

func powerCommand() *Command {
	keys := []Key{
		{Name: "effects", Kind: Plain, Default: "around the minimum detectable one", Doc: "average effects of the power curve, as in effects=0.05,0.1,0.2"},
		{Name: "path", Kind: Plain, Default: "one effect for all periods", Doc: "how the effect grows: its values at event times 0, 1, 2 …, as in path=1,2,3, the last for all later ones, or estimated, as the model's event study has it; scaled to the average effect"},
		{Name: "noise", Kind: Choice, Choices: []string{"blocks", "own", "ar"}, Default: "blocks", Doc: "blocks gives units the whole series of residuals of units drawn at random; own leaves each its own, with a random sign; ar draws AR(1) series with the panel's correlation and each unit's variance"},
		{Name: "power", Kind: Number, Default: "0.8", Doc: "that the minimum detectable effect has"},
		{Name: "alpha", Kind: Number, Default: "0.05", Doc: "level of the two-sided test"},
		{Name: "treated", Kind: Plain, Doc: "other numbers of treated units to simulate, as in treated=20,40,80; the untreated ones stay"},
		{Name: "reps", Kind: Integer, Default: "1000; 200 with other methods than twfe", Doc: "number of draws"},
		{Name: "seed", Kind: Integer, Default: "1", Doc: "of the random numbers: the same seed gives the same draws"},
		{Name: "treat", Kind: Variable, Doc: "the treatment: 0, and 1 from adoption on; with a formula, or a model of %reg"},
		{Name: "method", Kind: Choice, Choices: didMethods, Default: "twfe", Doc: "estimator"},
		{Name: "window", Kind: WindowOf, Default: "the widest that every cohort fits in, and all event times", Doc: "with method=stacked, first and last event time of each experiment, with method=lpdid and dcdh the horizons, as in -3:4"},
		{Name: "vcov", Kind: VcovOf, Default: "the model's; cluster(unit) with a formula", Doc: "covariance: iid, hetero, cluster(a)"},
		{Name: "weights", Kind: Variable, Doc: "with a formula: variable of weights"},
		ifKey, dataKey,
	}
	for _, k := range powerKeys() {
		keys = append(keys, k.Key)
	}
	return &Command{
		Name: "power", Synopsis: "MODEL|FORMULA [treat=] [method=twfe] [effects=] [treated=] [reps=1000] [seed=1] [as=]",
		Short: "power of a design, minimum detectable effect", ShortZH: "统计功效与最小可检测效应",
		Words: ResultName,
		Keys:  modelKeys("pw", append(keys, aggKey)...),
		Help: "Simulates the design at hand: the panel's units, adoption dates, effects and controls, noise like its residuals, the model's own estimator and errors. Says how often the test rejects without an effect, " +
			"draws the power at each average effect with the intervals of the simulation, and finds the minimum detectable effect, which the test finds with the probability of power=.\n" +
			"Noise is whole series of residuals, so that their serial correlation and the units' different variances come as they are (Bertrand, Duflo & Mullainathan 2004; Burlig, Preonas & Woerman 2020); " +
			"where rows are weighted they take the size that goes with the unit's weight, and where clusters hold several units or gaps leave few units alike, each unit keeps its own with a random sign. noise=own has that everywhere: treated units may vary more or less than the others, and a notice says so where the standard error in the panel itself is far from the spread of the estimates drawn. noise=ar estimates one correlation instead, the bias of short panels (Nickell 1981) taken off. " +
			"One draw tells of every effect, as estimates are linear in the outcome: so sdid, sc and nonlinear families are refused.\n" +
			"treated= copies treated units, or takes fewer, in the shares of their cohorts: how many would be needed. A power computed from a finished study says nothing about that study's own estimate.",
		Example: loadCastle + "%did l_homicide ~ 1 | sid + year treat=post as=m1\n%power m1 seed=1\n%power m1 method=cs reps=200 effects=0.05,0.1,0.2\n%power l_homicide ~ 1 treat=post noise=ar path=1,2,3 treated=10,40",
		run:     runPower,
	}
}

// powerKeys are those of single methods whose power can be simulated.
func powerKeys() []staggeredKey {
	return slices.DeleteFunc(estimatorsKeys(), func(k staggeredKey) bool {
		return slices.Contains([]string{"inf", "family", "factors", "lambda", "minpre", "placebo"}, k.Name)
	})
}

// powered is what %power is asked about.
type powered struct {
	text lang.Text // where an error of the whole stands
	spec did.StaggeredSpec
	e    estimation
}

func runPower(c *call) (*Output, error) {
	d, err := c.powered()
	if err != nil {
		return nil, err
	}
	o, err := c.powerOptions()
	if err != nil {
		return nil, err
	}
	o.Progress = progress.From(c.ctx)
	r, err := power.Simulate(c.ctx, d.e.data.Panel, d.spec, o)
	if err != nil {
		return nil, c.atKey(err, d.text)
	}
	r.Data, r.Simulated = d.e.data.Name, d.e.data.Simulated
	out := c.tableOutput(c.powerTables(r)...)
	out.As, out.Kind, out.Result = c.keep("pw", "power", r, d.e.data), "power", r
	return c.withGo(out, goPower(d, o)), nil
}

// atKey places an error of the study at the key that it is about, if that stands in the line.
func (c *call) atKey(err error, otherwise lang.Text) error {
	var method *power.NoPower
	var vcov *power.NoNoise
	for _, k := range []struct {
		key   string
		about bool
	}{{"method", errors.As(err, &method)}, {"vcov", errors.As(err, &vcov)}} {
		if a, ok := c.stmt.Key(k.key); ok && k.about {
			return within(a.Text, err)
		}
	}
	return within(otherwise, err)
}

// powered reads a model, or a formula with its treatment.
func (c *call) powered() (*powered, error) {
	var d powered
	var s did.Spec
	if head := c.stmt.Head(c.cmd.hasKey); strings.Contains(head.String(), "~") {
		var err error
		if s, d.e, err = c.didSpec(); err != nil {
			return nil, err
		}
		d.text = d.e.text
	} else {
		m, err := c.model()
		if err != nil {
			return nil, err
		}
		for _, key := range []string{"weights", "if", "data"} {
			if a, given := c.stmt.Key(key); given {
				return nil, c.keyError(a, "%s= goes with a formula; %s has its own", key, m.word.Value)
			}
		}
		s, d.e, d.text = m.spec(), m.estimation(), m.word.Text
		s.Level = 0
	}
	d.spec = c.staggeredOptions(s)
	if d.spec.Method == "" {
		d.spec.Method = power.TwoWay
	}
	var err error
	if d.spec.Window, err = c.window(); err != nil {
		return nil, err
	}
	if a, given := c.stmt.Key("window"); given && !slices.Contains([]did.Method{did.Stacked, did.LocalProjections, did.Switching}, d.spec.Method) {
		return nil, c.keyError(a, "window= of %%power goes with method=stacked, method=lpdid or method=dcdh")
	}
	if a, given := c.stmt.Key("agg"); given && d.spec.Method == power.TwoWay {
		return nil, c.keyError(a, "agg= goes with the methods of staggered adoption, as method=cs; the two-way regression has one effect")
	}
	for _, k := range powerKeys() {
		if a, given := c.stmt.Key(k.Name); given && !slices.Contains(k.methods, d.spec.Method) {
			var known []string
			for _, m := range k.methods {
				known = append(known, "method="+string(m))
			}
			return nil, c.keyError(a, "%s= goes with %s", k.Name, orList(known))
		}
	}
	return &d, c.staggeredValues(d.spec)
}

func (c *call) powerOptions() (o power.Options, err error) {
	o.Noise = power.Noise(c.text("noise"))
	if o.Reps, err = c.draws("reps", 0, 100); err != nil {
		return o, err
	}
	if o.Seed, err = c.seed(); err != nil {
		return o, err
	}
	if o.Effects, err = c.numbers("effects"); err != nil {
		return o, err
	}
	if o.OwnPath = c.text("path") == estimatedPath; !o.OwnPath {
		if o.Path, err = c.numbers("path"); err != nil {
			return o, err
		}
	}
	o.Alpha, o.Power = c.number("alpha", 0.05), c.number("power", 0.8)
	if a, given := c.stmt.Key("alpha"); given && !(o.Alpha > 0 && o.Alpha < 1) {
		return o, c.valueError(a, "alpha= is the level of the test, between 0 and 1, not %s", a.Value)
	}
	if a, given := c.stmt.Key("power"); given && !(o.Power > o.Alpha && o.Power < 1) {
		return o, c.valueError(a, "power= is a probability above the level of the test and below 1, as in 0.8, not %s", a.Value)
	}
	treated, err := c.numbers("treated")
	if err != nil {
		return o, err
	}
	for _, n := range treated {
		if n != math.Trunc(n) || n < 1 || n > 1e7 {
			a, _ := c.stmt.Key("treated")
			return o, c.valueError(a, "treated= takes whole numbers of units, as in treated=20,40, not %s", strconv.FormatFloat(n, 'g', -1, 64))
		}
		o.Treated = append(o.Treated, int(n))
	}
	return o, nil
}

// numbers reads a list of numbers, nil without the key.
func (c *call) numbers(key string) ([]float64, error) {
	a, ok := c.stmt.Key(key)
	if !ok {
		return nil, nil
	}
	var out []float64
	for _, p := range listParts(a.Text) {
		x, err := strconv.ParseFloat(p.String(), 64)
		if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
			return nil, c.textError(p, "%s= takes numbers joined by commas, and %q is none", key, p)
		}
		out = append(out, x)
	}
	if len(out) == 0 {
		return nil, c.valueError(a, "%s= has no value", key)
	}
	return out, nil
}

// powerTables are the design's measures, the curve, and other numbers of treated units.
func (c *call) powerTables(r *power.Result) []*table.Table {
	l := wordingOf(c.session.Language())
	out := []*table.Table{c.powerMeasures(r, l), powerCurve(r, l)}
	if len(r.Sizes) > 0 {
		out = append(out, powerSizes(r, l))
	}
	return out
}

func (c *call) powerMeasures(r *power.Result, l wording.Language) *table.Table {
	d := digitsOfError(r.SD, r.SD)
	g := newGrid(l.Pick("measure", "指标"), l.Pick("value", "数值"), l.Pick("95% from", "95% 下限"), l.Pick("to", "上限"))
	number := func(x float64) table.Cell { return orBlank(x, table.Digits(x, d)) }
	g.add(fmt.Sprintf(l.Pick("minimum detectable effect, power %g", "最小可检测效应（功效 %g）"), r.Target), number(r.MDE.Effect), number(r.MDE.Low), number(r.MDE.High))
	g.add(l.Pick("the same by the formula", "同上，由公式"), number(r.ByFormula), "", "")
	g.add(fmt.Sprintf(l.Pick("size: rejections without an effect at %g", "检验水平：无效应时在 %g 上的拒绝率"), r.Alpha), table.Digits(r.Size.Share, 3), table.Digits(r.Size.Low, 3), table.Digits(r.Size.High, 3))
	g.add(l.Pick("standard deviation of the estimates", "估计值的标准差"), number(r.SD), "", "")
	g.add(l.Pick("their mean standard error", "标准误的均值"), number(r.MeanSE), "", "")
	g.add(l.Pick("standard error in the panel itself", "面板本身的标准误"), number(r.StdError), "", "")
	g.add(l.Pick("standard deviation of the noise", "噪声的标准差"), number(r.NoiseSD), "", "")
	g.add(l.Pick("its correlation from period to period", "噪声的跨期相关"), orBlank(r.Rho, table.Digits(r.Rho, 3)), "", "")
	noise := l.Pick("whole series of units' residuals", "整条单位残差序列")
	switch r.Noise {
	case power.Own:
		noise = l.Pick("each unit's own residuals, with a random sign", "各单位自己的残差，随机变号")
	case power.Autoregressive:
		noise = l.Pick("AR(1) series of the panel's correlation and each unit's variance", "AR(1) 序列，取面板的相关系数与各单位的方差")
	}
	name := methodName(did.Method(r.Method), l)
	notes := []string{
		fmt.Sprintf(l.Pick("%s; %s; errors %s.", "%s；%s；标准误%s。"), r.Formula, name, l.ErrorsOf(r.Vcov, c.labels(r.Data))),
		fmt.Sprintf(l.Pick("%s units, %s of them treated at some time, %d cohorts; %s rows.", "%s 个单位，其中 %s 个曾受处理，共 %d 个批次；%s 行。"), wording.Count(r.Units, l), wording.Count(r.Treated, l), len(r.Cohorts), wording.Count(r.N, l)),
		fmt.Sprintf(l.Pick("%s draws, seed %d: %s.", "抽取 %s 次，种子 %d：%s。"), wording.Count(r.Reps, l), r.Seed, noise),
		l.Pick("Effects are averages over the treated rows; the interval of the minimum detectable effect is that of the simulation.", "效应为处理组观测的平均效应；最小可检测效应的区间反映模拟误差。"),
		l.Pick("The formula: (t of the level + t of the power) × standard deviation of the estimates.", "公式：（水平对应的 t 值 + 功效对应的 t 值）× 估计值的标准差。"),
	}
	if len(r.Path) > 1 {
		var path []string
		for _, x := range r.Path {
			path = append(path, strconv.FormatFloat(x, 'g', 3, 64))
		}
		notes = append(notes, fmt.Sprintf(l.Pick("Path of the effect from adoption on, per unit of the average: %s.", "自处理起的效应路径（以平均效应为单位）：%s。"), strings.Join(path, l.Pick(", ", "、"))))
	}
	notes = append(notes, notices(r.Notes, l)...)
	g.options = table.GridOptions{Title: l.Pick("Power of the design", "设计的统计功效"), Language: l, Simulated: r.Simulated, Notes: notes}
	return g.table()
}

func powerCurve(r *power.Result, l wording.Language) *table.Table {
	g := newGrid(l.Pick("average effect", "平均效应"), l.Pick("power", "功效"), l.Pick("95% from", "95% 下限"), l.Pick("to", "上限"))
	for _, p := range r.Curve {
		g.add(table.Words(strconv.FormatFloat(p.Effect, 'g', 6, 64)).At(table.Right), table.Digits(p.Share.Share, 3), table.Digits(p.Low, 3), table.Digits(p.High, 3))
	}
	g.options = table.GridOptions{Title: l.Pick("Power curve", "功效曲线"), Language: l, Simulated: r.Simulated}
	return g.table()
}

func powerSizes(r *power.Result, l wording.Language) *table.Table {
	g := newGrid(l.Pick("treated units", "处理单位"), l.Pick("all units", "全部单位"), l.Pick("minimum detectable effect", "最小可检测效应"), l.Pick("95% from", "95% 下限"), l.Pick("to", "上限"), l.Pick("size", "检验水平"))
	for _, s := range r.Sizes {
		d := digitsOfError(s.SD, s.SD)
		number := func(x float64) table.Cell { return orBlank(x, table.Digits(x, d)) }
		g.add(s.Treated, s.Units, number(s.MDE.Effect), number(s.MDE.Low), number(s.MDE.High), table.Digits(s.Size.Share, 3))
	}
	g.options = table.GridOptions{Title: l.Pick("With other numbers of treated units", "改变处理单位数"), Language: l, Simulated: r.Simulated,
		Notes: []string{l.Pick("Treated units are copied, or fewer are taken, in the shares of their cohorts; the untreated ones stay.", "处理单位按各批次的比例复制或减少；未处理单位不变。")}}
	return g.table()
}

// goPower is the Go cell of the study.
func goPower(d *powered, o power.Options) string {
	e := d.e
	e.level = 0
	var treated []string
	for _, n := range o.Treated {
		treated = append(treated, strconv.Itoa(n))
	}
	spec := d.spec
	spec.Draws, spec.Seed = 0, 0
	options := goLiteral("didkit.PowerOptions", goFloats("Effects", o.Effects), goFloats("Path", o.Path), goTrue("OwnPath", o.OwnPath),
		goWord("Noise", string(o.Noise)), goInt("Reps", o.Reps), goSeed(o.Seed, true), goNonzero("Alpha", o.Alpha), goNonzero("Power", o.Power), goSlice("Treated", "int", treated))
	return goCell(e.data, fmt.Sprintf("r, err := didkit.Power(p, %s, %s, %s, %s)", goString(spec.Parsed.String()), goString(spec.Treat), goStaggeredOptions(spec, e), options),
		`fmt.Println(r.Size.Share, r.SD, r.MDE.Effect, r.MDE.Low, r.MDE.High)
	for _, c := range r.Curve {
		fmt.Println(c.Effect, c.Share.Share)
	}
	for _, s := range r.Sizes {
		fmt.Println(s.Treated, s.MDE.Effect)
	}`)
}
