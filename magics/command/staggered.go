package command

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/progress"
)

// staggeredKey is a key that some of the methods know.
type staggeredKey struct {
	Key
	methods []did.Method
}

// staggeredKeys are the keys of %did and %eventstudy that go with method=cs and its like.
func staggeredKeys() []staggeredKey {
	cs := []did.Method{did.CallawaySantAnna}
	imputation := []did.Method{did.Imputation}
	stacked := []did.Method{did.Stacked}
	lpdid := []did.Method{did.LocalProjections}
	synthetic := []did.Method{did.SyntheticDID, did.SyntheticControl}
	dcdh := []did.Method{did.Switching}
	ddd := []did.Method{did.TripleDifference}
	cdid := []did.Method{did.ContinuousTreatment}
	adjusted := append(slices.Clone(cs), ddd...)
	groups := append(slices.Clone(adjusted), cdid...)
	ifect, mc := []did.Method{did.InteractiveEffects}, []did.Method{did.MatrixCompletion}
	lowRank := slices.Concat(ifect, mc)
	drawn := slices.Concat(groups, synthetic, lowRank)
	return []staggeredKey{
		{Key{Name: "control", Kind: Choice, Choices: []string{"never", "notyet"}, Default: "never with method=cs, ddd and cdid, notyet with the others", Doc: "with method=cs, etwfe, stacked, lpdid, dcdh, ddd and cdid: compare with never-treated units, or with those not yet treated too"}, []did.Method{did.CallawaySantAnna, did.ExtendedTwoWay, did.Stacked, did.LocalProjections, did.TripleDifference, did.ContinuousTreatment, did.Switching}},
		{Key{Name: "est", Kind: Choice, Choices: []string{"dr", "drimp", "ipw", "reg"}, Default: "dr", Doc: "with method=cs and ddd: doubly robust, improved doubly robust, inverse probability weights, outcome regression"}, adjusted},
		{Key{Name: "base", Kind: Choice, Choices: []string{"varying", "universal"}, Default: "varying", Doc: "with method=cs, ddd and cdid: base period before adoption, the period before or always the last one"}, groups},
		{Key{Name: "anticipation", Kind: Integer, Default: "0", Doc: "with method=cs, ddd and cdid: periods before adoption in which units may react already"}, groups},
		{Key{Name: "cohort", Kind: Variable, Doc: "with method=cs and cdid: the first treated period of the row's unit, 0 or missing where it is never treated; instead of treat= or beside it; with method=ddd: that in which the unit's group is enabled"}, groups},
		{Key{Name: "eligible", Kind: Variable, Doc: "with method=ddd: 1 for units that are treated once their group is enabled, 0 for those that are not"}, ddd},
		{Key{Name: "dose", Kind: Variable, Doc: "with method=cdid: how much of the treatment a unit gets, one value from its adoption on, 0 where it gets none; without treat= and cohort= adoption is where it turns positive"}, cdid},
		{Key{Name: "degree", Kind: Integer, Default: "3", Doc: "with method=cdid: degree of the spline in the dose, 1 for a line"}, cdid},
		{Key{Name: "knots", Kind: Plain, Default: "0", Doc: "with method=cdid: inner knots of the spline, at quantiles of the doses; auto lets the data choose, for one cohort and one period from its adoption on"}, cdid},
		{Key{Name: "grid", Kind: Plain, Default: "the percentiles 10 to 99 of the doses", Doc: "with method=cdid: doses at which the effects are shown, joined by commas"}, cdid},
		{Key{Name: "target", Kind: Choice, Choices: []string{"level", "slope"}, Default: "level", Doc: "with method=cdid: which effects are averaged and drawn, those of the dose against none (ATT), or of a little more of it (ACRT)"}, cdid},
		{Key{Name: "unbalanced", Kind: Choice, Choices: []string{"balance", "keep"}, Default: "balance", Doc: "with method=cs and ddd: leave out units that are not seen in every period, or keep all rows and compare them as cross-sections"}, adjusted},
		{Key{Name: "panel", Kind: Flag, Default: "true", Doc: "with method=cs and ddd: false for repeated cross-sections, where every row is a unit of its own"}, adjusted},
		{Key{Name: "time", Kind: Variable, Default: "the panel's", Doc: "with panel=false: the period"}, adjusted},
		{Key{Name: "boot", Kind: Integer, Default: "0; 200 with method=sdid, sc, ifect and mc, 999 with knots=auto", Doc: "with method=cs, ddd and cdid: draws of the multiplier bootstrap, which gives uniform bands; with method=sdid, sc, ifect and mc: samples drawn for the errors"}, drawn},
		{Key{Name: "seed", Kind: Integer, Default: "1", Doc: "of the draws"}, drawn},
		{Key{Name: "factors", Kind: Integer, Default: "chosen by cross-validation, up to 5", Doc: "with method=ifect: number of factors; 0 is the two-way model of method=imputation"}, ifect},
		{Key{Name: "lambda", Kind: Number, Default: "chosen by cross-validation", Doc: "with method=mc: the penalty over the least one that leaves effects of unit and time alone, above 0; 1 is the model of method=imputation"}, mc},
		{Key{Name: "minpre", Kind: Integer, Default: "5, or one more than factors=; 1 with factors=0", Doc: "with method=ifect and mc: untreated periods that a unit must have; units with fewer are left out"}, lowRank},
		{Key{Name: "placebo", Kind: Integer, Default: "0", Doc: "with method=ifect and mc: last periods before adoption that are hidden from the model, so that effects there are a test"}, lowRank},
		{Key{Name: "covariates", Kind: Choice, Choices: []string{"optimized", "projected"}, Default: "optimized; projected with method=sc", Doc: "with method=sdid and sc: coefficients of the controls found together with the weights, or by a regression on never-treated units"}, synthetic},
		{Key{Name: "switchers", Kind: Choice, Choices: []string{"in", "out"}, Default: "both", Doc: "with method=dcdh: only units whose treatment rises first, or only those whose treatment falls first"}, dcdh},
		{Key{Name: "same", Kind: Choice, Choices: []string{"after", "all"}, Default: "whoever is seen at each event time", Doc: "with method=dcdh and window=: only units seen at every event time from the switch on, or at those before too"}, dcdh},
		{Key{Name: "normalized", Kind: Flag, Default: "false", Doc: "with method=dcdh: effects by event time divided by the periods of treatment that units had more by then"}, dcdh},
		{Key{Name: "leads", Kind: Integer, Default: "all, the last period before adoption the reference", Doc: "with method=imputation: periods before adoption that are tested, the earlier ones the reference"}, imputation},
		{Key{Name: "stack", Kind: Choice, Choices: []string{"aggregate", "population", "sample", "none"}, Default: "aggregate", Doc: "with method=stacked: weights of the controls, so that treated units count once, by population=, or experiments by their units; none as the regression has it"}, stacked},
		{Key{Name: "family", Kind: Choice, Choices: []string{"gaussian", "logit", "poisson"}, Default: "gaussian", Doc: "with method=etwfe: linear, or a mean of outcomes from 0 to 1, or from 0 on, with effects of the cohort in place of the unit"}, []did.Method{did.ExtendedTwoWay}},
		{Key{Name: "reweight", Kind: Flag, Default: "false", Doc: "with method=lpdid: each adopting unit counts once, by weights, or by regression adjustment where there are controls"}, lpdid},
		{Key{Name: "premean", Kind: Plain, Default: "1", Doc: "with method=lpdid: number of periods before adoption whose mean is the base, or all"}, lpdid},
		{Key{Name: "nocomp", Kind: Flag, Default: "false", Doc: "with method=lpdid: the same rows at every horizon of window= from adoption on"}, lpdid},
		{Key{Name: "population", Kind: Variable, Doc: "with stack=population: the variable by which treated units count"}, stacked},
	}
}

// staggeredSpec reads the keys of the method; ok is false for the two-way regression. A key that the method does not know
// is an error.
func (c *call) staggeredSpec(s did.Spec) (spec did.StaggeredSpec, ok bool, err error) {
	spec = c.staggeredOptions(s)
	ok = spec.Method != "" && spec.Method != "twfe"
	if spec.Method == did.Stacked || spec.Method == did.LocalProjections || spec.Method == did.Switching {
		if spec.Window, err = c.window(); err != nil {
			return spec, ok, err
		}
	} else if a, given := c.stmt.Key("window"); given && c.cmd.Name == "did" {
		return spec, ok, c.keyError(a, "window= of %%did goes with method=stacked, method=lpdid or method=dcdh; %%eventstudy takes it with every method")
	}
	for _, k := range staggeredKeys() {
		a, given := c.stmt.Key(k.Name)
		if given && !slices.Contains(k.methods, spec.Method) {
			var known []string
			for _, m := range k.methods {
				known = append(known, "method="+string(m))
			}
			return spec, ok, c.keyError(a, "%s= goes with %s", k.Name, orList(known))
		}
	}
	if err := c.infWord(spec.Method); err != nil {
		return spec, ok, err
	}
	if err := c.sampling(&spec); err != nil {
		return spec, ok, err
	}
	if err := c.dosage(&spec); err != nil {
		return spec, ok, err
	}
	if a, given := c.stmt.Key("agg"); given && !ok {
		return spec, ok, c.keyError(a, "agg= goes with the methods of staggered adoption, as method=cs; the two-way regression has one effect")
	}
	if err := c.staggeredValues(spec); err != nil {
		return spec, ok, err
	}
	if a, given := c.stmt.Key("absorbing"); given && ok && a.Value == "false" && spec.Method != did.Switching {
		return spec, ok, c.valueError(a, "method=%s takes a treatment that stays on; method=twfe admits one that switches off, method=dcdh follows units from their first switch", spec.Method)
	}
	if a, given := c.stmt.Key("singletons"); given && ok && spec.Method != did.SunAbraham {
		return spec, ok, c.keyError(a, "singletons= goes with method=twfe; method=%s keeps them, as leaving them out would change who is averaged", spec.Method)
	}
	return spec, ok, nil
}

// staggeredOptions reads the keys of staggeredKeys, and agg=.
func (c *call) staggeredOptions(s did.Spec) did.StaggeredSpec {
	spec := did.StaggeredSpec{Spec: s, Method: did.Method(c.text("method")), Control: did.Control(c.text("control")), Adjustment: did.Adjustment(c.text("est")),
		Base: did.BasePeriod(c.text("base")), Anticipation: c.integer("anticipation", 0), Aggregate: did.Aggregate(c.text("agg")), Draws: c.integer("boot", 0),
		Stack: did.StackWeights(c.text("stack")), Population: c.text("population"),
		Leads: c.integer("leads", 0), Seed: uint64(max(c.integer("seed", 1), 0))}
	if c.text("unbalanced") == "keep" {
		spec.Sampling = did.EveryRow
	}
	spec.Family = did.Family(c.text("family"))
	if spec.Resampling = did.Resampling(c.text("inf")); !slices.Contains([]did.Resampling{did.PlaceboUnits, did.BootstrapUnits, did.JackknifeUnits}, spec.Resampling) {
		spec.Resampling = ""
	}
	spec.Switchers, spec.SameSwitchers, spec.Normalized = did.Switchers(c.text("switchers")), did.SameSwitchers(c.text("same")), c.flag("normalized")
	spec.LowRank = c.lowRank()
	spec.Covariates = did.Covariates(c.text("covariates"))
	spec.Reweight, spec.NoComposition = c.flag("reweight"), c.flag("nocomp")
	if spec.Premean = c.integer("premean", 0); c.text("premean") == every {
		spec.Premean = did.EveryPeriod
	}
	return spec
}

// staggeredValues refuses values of the keys that lie out of range or don't go together.
func (c *call) staggeredValues(spec did.StaggeredSpec) error {
	if a, given := c.stmt.Key("anticipation"); given && spec.Anticipation < 0 {
		return c.valueError(a, "anticipation= counts periods before adoption, from 0")
	}
	if a, given := c.stmt.Key("leads"); given && spec.Leads < 1 {
		return c.valueError(a, "leads= counts periods before adoption, from 1")
	}
	if a, given := c.stmt.Key("boot"); given && (spec.Draws < 0 || spec.Draws > 0 && spec.Draws < 100 || spec.Draws > 1_000_000) {
		return c.valueError(a, "boot= is 0, or from 100 to 1,000,000 draws")
	}
	if err := c.lowRankValues(spec); err != nil {
		return err
	}
	if a, given := c.stmt.Key("stack"); given && spec.Stack == did.PopulationWeights && spec.Population == "" {
		return c.valueError(a, "stack=population needs the variable that treated units count by; name it by population=")
	}
	if a, given := c.stmt.Key("population"); given && spec.Stack != did.PopulationWeights {
		return c.keyError(a, "population= goes with stack=population")
	}
	if a, given := c.stmt.Key("premean"); given && spec.Premean < 1 && a.Value != every {
		return c.valueError(a, "premean= is a number of periods before adoption, from 1, or all")
	}
	if a, given := c.stmt.Key("nocomp"); given && spec.NoComposition && spec.Window == [2]int{} {
		return c.keyError(a, "nocomp=true needs the last horizon; name it by window=, as in -3:4")
	}
	if a, given := c.stmt.Key("agg"); given && spec.Aggregate == did.Pooled && spec.Method == did.LocalProjections && spec.Window == [2]int{} {
		return c.valueError(a, "agg=pooled takes the mean outcome of all horizons; name them by window=, as in -3:4")
	}
	return nil
}

// sampling reads how method=cs takes its rows.
func (c *call) sampling(s *did.StaggeredSpec) (err error) {
	if s.Cohort, err = c.variable("cohort"); err != nil {
		return err
	}
	if s.Eligible, err = c.variable("eligible"); err != nil {
		return err
	}
	if s.Time, err = c.variable("time"); err != nil {
		return err
	}
	if c.text("panel") == "false" {
		s.Sampling = did.CrossSections
		if a, given := c.stmt.Key("unbalanced"); given {
			return c.keyError(a, "unbalanced= is about units seen several times; with panel=false every row is a unit")
		}
		return nil
	}
	if a, given := c.stmt.Key("time"); given {
		return c.keyError(a, "time= goes with panel=false; a panel has its own")
	}
	return nil
}

func (c *call) keyError(a lang.Arg, format string, args ...any) error {
	return wordError(c.stmt, a.KeyAt, format, args...)
}

// runStaggered is %did with a method of staggered adoption.
func (c *call) runStaggered(s did.StaggeredSpec, e estimation, inf inference) (*Output, error) {
	s.Progress = progress.From(c.ctx)
	r, err := did.Staggered(e.data.Panel, s)
	if err != nil {
		return nil, within(e.text, err)
	}
	if err := c.inferStaggered(inf, s, r, e); err != nil {
		return nil, err
	}
	r.Data, r.Simulated = e.data.Name, e.data.Simulated
	name := c.keepEvents("m", "att", r, e.data, goStaggeredEvents(s, e, [2]int{}))
	out := c.tableOutput(c.attTables(r)...)
	out.As, out.Kind, out.Result = name, "att", r
	if inf.method != "" {
		test := fmt.Sprintf("i, err := didkit.RandomiseStaggered(p, %s, %s, %s, %s)", goString(s.Parsed.String()), goString(s.Treat), goStaggeredOptions(s, e), goRandomisation(inf))
		return c.withGo(out, goCell(e.data, test, goPrintInference)), nil
	}
	return c.withGo(out, goStaggered(s, e, false, [2]int{})), nil
}

// runStaggeredEvents is %eventstudy with such a method.
func (c *call) runStaggeredEvents(s did.StaggeredSpec, e estimation) (*Output, error) {
	window, err := c.window()
	if err != nil {
		return nil, err
	}
	if a, ok := c.stmt.Key("ends"); ok && a.Value == "bin" {
		return nil, c.valueError(a, "ends=bin goes with method=twfe; method=%s leaves effects beyond the window out", s.Method)
	}
	if a, ok := c.stmt.Key("ref"); ok && c.integer("ref", -1) != -1 {
		return nil, c.valueError(a, "ref= goes with method=twfe; method=%s has its own base period", s.Method)
	}
	s.Progress = progress.From(c.ctx)
	att, err := did.Staggered(e.data.Panel, s)
	if err != nil {
		return nil, within(e.text, err)
	}
	att.Data, att.Simulated = e.data.Name, e.data.Simulated
	r, err := att.EventStudy(window)
	if err != nil {
		if a, ok := c.stmt.Key("window"); ok {
			return nil, within(a.Text, err)
		}
		return nil, within(e.text, err)
	}
	name := c.keepEvents("es", "eventstudy", r, e.data, goStaggeredEvents(s, e, window))
	out := c.tableOutput(c.eventTable(r))
	out.As, out.Kind, out.Result = name, "eventstudy", r
	return c.withGo(out, goStaggered(s, e, true, window)), nil
}

// attTables are the averages, and the effects by cohort and by event time.
func (c *call) attTables(r *did.ATTResult) []*table.Table {
	l := wordingOf(c.session.Language())
	averages := attGrid(l, l.Pick("average", "平均方式"), r.Level, false)
	for _, k := range []did.Aggregate{did.Simple, did.Group, did.Dynamic, did.Calendar, did.Static, did.Pooled, did.PooledBefore, did.Total} {
		if e, ok := r.Averages[k]; ok {
			addEffect(averages, aggregateName(k, l), e)
		}
	}
	averages.options = table.GridOptions{Title: averageTitle(r, l) + methodName(r.Method, l), Language: l, Simulated: r.Simulated, Notes: attNotes(r, l)}
	out := []*table.Table{averages.table()}
	if r.Dose != nil {
		out = append(out, doseTables(r, l)...)
	}
	for i, part := range []struct { // a method may know no effects by cohort
		title, head string
		rows        []did.KeyedEffect
	}{
		{l.Pick("By cohort", "按批次"), l.Pick("first treated", "首次处理"), r.ByCohort},
		{l.Pick("By event time", "按相对时间"), l.Pick("event time", "相对时间"), r.ByEvent},
	} {
		if len(part.rows) == 0 {
			continue
		}
		g := attGrid(l, part.head, r.Level, true)
		for _, k := range part.rows {
			var key any = fmt.Sprintf("%g", k.Key) // a year takes no comma
			if t := int(k.Key); i == 1 && float64(t) == k.Key {
				key = t
			}
			addEffect(g, key, k.Effect, k.Units)
		}
		g.options = table.GridOptions{Title: part.title, Language: l, Simulated: r.Simulated}
		out = append(out, g.table())
	}
	return append(out, c.syntheticTables(r)...)
}

func attGrid(l wording.Language, first string, level float64, units bool) *grid {
	head := []string{first, l.Pick("estimate", "系数"), l.Pick("std. error", "标准误"), "p", l.Pick(percent(level)+" from", percent(level)+" 下限"), l.Pick("to", "上限")}
	if units {
		head = append(head, l.Pick("treated units", "处理单位"))
	}
	return newGrid(head...)
}

func addEffect(g *grid, name any, e did.Effect, more ...any) {
	d := digitsOfError(e.Estimate, e.StdError)
	b := table.Digits(e.Estimate, d)
	if !(e.StdError > 0) {
		g.add(append([]any{name, b, "", "", "", ""}, more...)...)
		return
	}
	b.Number.Stars = stars(e.PValue)
	g.add(append([]any{name, b, table.Digits(e.StdError, d), pCell(e.PValue), table.Digits(e.ConfLow, d), table.Digits(e.ConfHigh, d)}, more...)...)
}

func aggregateName(k did.Aggregate, l wording.Language) string {
	switch k {
	case did.Simple:
		return l.Pick("simple: treated cells", "simple：处理单元格")
	case did.Group:
		return l.Pick("group: cohorts", "group：批次")
	case did.Dynamic:
		return l.Pick("dynamic: event times", "dynamic：相对时间")
	case did.Pooled:
		return l.Pick("pooled: mean outcome of the window", "pooled：窗口内平均结果")
	case did.Total:
		return l.Pick("total: all periods, per unit of treatment", "total：全部时期，每单位处理")
	case did.PooledBefore:
		return l.Pick("the same before adoption", "同上，处理前")
	case did.Static:
		return l.Pick("static: one effect for all periods", "static：处理后各期同一效应")
	}
	return l.Pick("calendar: periods", "calendar：时期")
}

// methodName is an estimator's name after its authors.
func methodName(m did.Method, l wording.Language) string {
	switch m {
	case did.CallawaySantAnna:
		return "Callaway & Sant'Anna (2021)"
	case did.SunAbraham:
		return "Sun & Abraham (2021)"
	case did.Imputation:
		return "Borusyak, Jaravel & Spiess (2024)"
	case did.TwoStage:
		return "Gardner (2022)"
	case did.ExtendedTwoWay:
		return "Wooldridge (2021)"
	case did.LocalProjections:
		return "Dube, Girardi, Jordà & Taylor (2023)"
	case did.Switching:
		return "de Chaisemartin & D'Haultfœuille (2024)"
	case did.TripleDifference:
		return "Ortiz-Villavicencio & Sant'Anna (2025)"
	case did.ContinuousTreatment:
		return "Callaway, Goodman-Bacon & Sant'Anna (2024)"
	case did.SyntheticDID:
		return l.Pick("Synthetic difference-in-differences (Arkhangelsky et al. 2021)", "合成双重差分（Arkhangelsky 等 2021）")
	case did.SyntheticControl:
		return l.Pick("Synthetic control (Abadie, Diamond & Hainmueller 2010)", "合成控制法（Abadie、Diamond 与 Hainmueller 2010）")
	case did.InteractiveEffects:
		return l.Pick("Interactive fixed effects (Xu 2017; Liu, Wang & Xu 2024)", "交互固定效应（Xu 2017；Liu、Wang 与 Xu 2024）")
	case did.MatrixCompletion:
		return l.Pick("Matrix completion (Athey et al. 2021)", "矩阵补全（Athey 等 2021）")
	case did.Stacked:
		return l.Pick("Stacked regression (Cengiz et al. 2019)", "堆叠回归（Cengiz 等 2019）")
	}
	return l.Pick("two-way fixed effects", "双向固定效应")
}

// attNotes say the comparison, the base period, the sample, the errors, and what could not be estimated.
func attNotes(r *did.ATTResult, l wording.Language) []string {
	stop := l.Pick(".", "。")
	fit := r.Fit()
	notes := []string{r.Formula + stop, l.Pick("Compared with: ", "对照组：") + inLanguage(r.Comparison, l) + stop, l.Pick("Base period: ", "基期：") + inLanguage(r.Base, l) + stop,
		sampleNote(fit, l), fmt.Sprintf(l.Pick("%s units, %s of them treated at some time.", "%s 个单位，其中 %s 个曾受处理。"), wording.Count(r.Units, l), wording.Count(r.Treated, l)),
		l.StandardErrors(r.Vcov, nil)}
	if r.Bootstrap != nil {
		notes = append(notes, fmt.Sprintf(l.Pick("Errors and uniform bands from %s multiplier draws, seed %d.", "标准误与一致置信带来自 %s 次乘子自助抽样，种子 %d。"), wording.Count(r.Bootstrap.Draws, l), r.Bootstrap.Seed))
	}
	if b := r.Resampled; b != nil && b.Kind != did.JackknifeUnits {
		again := l.Pick("%s draws, seed %d; weights are found again in each.", "共抽取 %s 次，种子 %d，每次重新求权重。")
		if r.FactorModel != nil {
			again = l.Pick("%s draws, seed %d; the model is fitted again in each.", "共抽取 %s 次，种子 %d，每次重新拟合模型。")
		}
		notes = append(notes, fmt.Sprintf(again, wording.Count(b.Draws, l), b.Seed))
	}
	notes = append(notes, factorNotes(r.FactorModel, l)...)
	if r.Untested != "" {
		notes = append(notes, notice(r.Untested, l))
	}
	if w := r.Pretrend; w != nil {
		notes = append(notes, zeroBefore(r.FactorModel, l, l.Pick("All effects before adoption are zero: ", "处理前各期效应联合为零："))+waldText(w, l)+stop)
	}
	for i, p := range r.Problems {
		if i == 5 {
			notes = append(notes, fmt.Sprintf(l.Pick("%d further cells have no estimate.", "另有 %d 个单元格无估计值。"), len(r.Problems)-i))
			break
		}
		notes = append(notes, fmt.Sprintf(l.Pick("No estimate for cohort %g in %g: %s.", "批次 %g 在 %g 无估计值：%s。"), p.Cohort, p.Time, inLanguage(p.Reason, l)))
	}
	for _, n := range r.Notes {
		notes = append(notes, notice(n, l))
	}
	return append(notes, l.Pick("***, ** and * mark significance at the 1%, 5% and 10% levels.", "***、**、*分别表示在1%、5%、10%的水平上显著。"))
}

// goStaggered is the Go cell of both magics.
func goStaggered(s did.StaggeredSpec, e estimation, events bool, window [2]int) string {
	if events {
		return goCell(e.data, goStaggeredEvents(s, e, window), goPrintEvents)
	}
	print := `fmt.Println(r.Overall.Estimate, r.Overall.StdError)
	for _, c := range r.ByEvent {
		fmt.Println(c.Key, c.Estimate, c.StdError)
	}`
	if s.Method == did.ContinuousTreatment {
		print += goPrintDoses
	}
	return goCell(e.data, goStaggeredStatement(s, e), print)
}

func goStaggeredStatement(s did.StaggeredSpec, e estimation) string {
	return fmt.Sprintf("r, err := didkit.Staggered(p, %s, %s, %s)", goString(s.Parsed.String()), goString(s.Treat), goStaggeredOptions(s, e))
}

// goStaggeredEvents compute es.
func goStaggeredEvents(s did.StaggeredSpec, e estimation, window [2]int) string {
	return goStaggeredStatement(s, e) + "\n" + goCheck + fmt.Sprintf("\tes, err := r.EventStudy([2]int{%d, %d})", window[0], window[1])
}

// goStaggeredOptions is the literal of the options that are set, for the method of s or several.
func goStaggeredOptions(s did.StaggeredSpec, e estimation, methods ...did.Method) string {
	var inner []string
	methods = append(methods, s.Method)
	draw := func(m did.Method) bool {
		return slices.Contains([]did.Method{did.SyntheticDID, did.SyntheticControl, did.InteractiveEffects, did.MatrixCompletion}, m)
	}
	fields := []string{}
	if o := goOptions(e); o != "didkit.Options{}" {
		fields = append(fields, "Options: "+o)
	}
	for _, f := range [][2]string{{"Method", string(s.Method)}, {"Control", string(s.Control)}, {"Adjustment", string(s.Adjustment)}, {"Base", string(s.Base)}, {"Aggregate", string(s.Aggregate)}, {"Stack", string(s.Stack)}, {"Population", s.Population}, {"Family", string(s.Family)}, {"Covariates", string(s.Covariates)}, {"Resampling", string(s.Resampling)}, {"Switchers", string(s.Switchers)}, {"Same", string(s.SameSwitchers)},
		{"Cohort", s.Cohort}, {"Eligible", s.Eligible}, {"Time", s.Time}, {"Sampling", string(s.Sampling)}} {
		if f[1] != "" {
			fields = append(fields, f[0]+": "+goString(f[1]))
		}
	}
	if s.Anticipation > 0 {
		fields = append(fields, fmt.Sprintf("Anticipation: %d", s.Anticipation))
	}
	if s.Window != [2]int{} {
		fields = append(fields, fmt.Sprintf("Window: [2]int{%d, %d}", s.Window[0], s.Window[1]))
	}
	for _, f := range []string{goTrue("Reweight", s.Reweight), goTrue("NoComposition", s.NoComposition), goInt("Premean", s.Premean)} {
		if f != "" && slices.Contains(methods, did.LocalProjections) {
			inner = append(inner, f)
		}
	}
	if len(inner) > 0 {
		fields = append(fields, goLiteral("LocalProjection: didkit.LocalProjection", inner...))
	}
	if d := goDosage(s.Dosage); d != "" {
		fields = append(fields, d)
	}
	if s.Normalized {
		fields = append(fields, "Normalized: true")
	}
	if s.Leads > 0 {
		fields = append(fields, fmt.Sprintf("Leads: %d", s.Leads))
	}
	if s.Draws > 0 {
		fields = append(fields, fmt.Sprintf("Draws: %d", s.Draws))
	}
	if literal := goLowRank(s.LowRank); literal != "" {
		fields = append(fields, literal)
	}
	if s.Draws > 0 || s.Auto || slices.ContainsFunc(methods, draw) {
		fields = append(fields, fmt.Sprintf("Seed: %d", s.Seed))
	}
	return "didkit.StaggeredOptions{" + strings.Join(fields, ", ") + "}"
}

// waldText is F(2, 44) = 3.1, p = 0.04, or the chi-squared statistic where the degrees of freedom have no end.
func waldText(w *did.Wald, l wording.Language) string {
	p := l.Pick(", p ", "，p ") + pText(w.PValue)
	if w.DF2 > 1e15 {
		return fmt.Sprintf("χ²(%g) = %s", w.DF1, rounded(w.Statistic*w.DF1, 3)) + p
	}
	return fmt.Sprintf("F(%g, %g) = %s", w.DF1, w.DF2, rounded(w.Statistic, 3)) + p
}
