package command

import (
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// The estimators of the language.
var (
	didMethods = []string{"twfe", "cs", "sunab", "imputation", "did2s", "stacked", "etwfe", "lpdid", "sdid", "sc", "ifect", "mc", "dcdh", "ddd", "cdid"}
)

func treatKeys() []Key {
	keys := []Key{
		{Name: "treat", Kind: Variable, Doc: "the treatment: 0, and 1 from adoption on; with method=dcdh any doses"},
		{Name: "method", Kind: Choice, Choices: didMethods, Default: "twfe", Doc: "estimator"},
		{Name: "inf", Kind: InferenceOf, Default: "the errors of vcov=; with method=ifect and mc bootstrap; with sdid and sc bootstrap, or placebo where a cohort is one unit", Doc: "ri(reps=9999): randomisation inference, adoption assigned anew; stat=coef|t, assign=, seed=; fermanpinto(size=people): few treated clusters (Ferman & Pinto 2019), with method=twfe; cluster=, reps=, seed=; with method=sdid and sc: errors from never-treated units in place of the treated (placebo), from units drawn with replacement (bootstrap), or from leaving out each unit (jackknife); with method=ifect and mc bootstrap and jackknife, over clusters"},
		{Name: "absorbing", Kind: Flag, Default: "true", Doc: "false admits a treatment that switches off"},
	}
	for _, k := range staggeredKeys() {
		keys = append(keys, k.Key)
	}
	return keys
}

// aggKey chooses what the overall effect of a method of staggered adoption averages.
var aggKey = Key{Name: "agg", Kind: Choice, Choices: []string{"simple", "group", "dynamic", "calendar", "static", "pooled", "total"}, Default: "simple; dynamic with method=stacked and lpdid, total with dcdh, group with cdid",
	Doc: "with the methods of staggered adoption, what the overall effect averages: treated cells, cohorts, event times, periods; static, with method=stacked, is one coefficient for all; pooled, with method=lpdid, the effect on the mean outcome of window=; total, with method=dcdh, the effect of all periods per unit of treatment"}

// didWindow is the window of %did.
var didWindow = Key{Name: "window", Kind: WindowOf, Default: "the widest that every cohort fits in, and all event times", Doc: "with method=stacked, first and last event time of each experiment, with method=lpdid and dcdh the horizons, as in -3:4"}

func didCommand() *Command {
	return &Command{
		Name: "did", Synopsis: "FORMULA treat=DID [method=twfe] [vcov=] [as=]",
		Short: "the effect of a 0/1 treatment", ShortZH: "双重差分：0/1 处理的效应",
		Words: Formula,
		Keys:  estimationKeys("m", "cluster(unit)", "0.95", append(treatKeys(), aggKey, didWindow)...),
		Help: "Estimates outcome = δ·treat + controls + unit and time effects by least squares (method=twfe). The treatment need not stand in the formula; " +
			"without fixed effects in it those of unit and time are added. Errors are clustered by unit unless vcov= says otherwise.\n" +
			"Under staggered adoption δ is the average effect only if effects don't vary over cohorts and time.\n" +
			"method=cs compares each cohort with never-treated or not-yet-treated units, period by period (Callaway & Sant'Anna 2021), covariates taken before; units with gaps are left out unless unbalanced=keep, and panel=false takes repeated cross-sections; " +
			"sunab is one regression with an effect for each cohort and period (Sun & Abraham 2021); imputation carries the untreated rows' model over to the treated ones " +
			"(Borusyak, Jaravel & Spiess 2024), and did2s is the same with the errors of two stages (Gardner 2022); stacked sets each cohort beside clean controls in a window of its own and estimates all in one regression, with corrective weights (Wing, Freedman & Hollingsworth 2024) or, by stack=none, without (Cengiz, Dube, Lindner & Zipperer 2019); etwfe is one regression with an effect for each cohort and treated period, controls entering by cohort, period and cell (Wooldridge 2021), linear or by family= with a logit or exponential mean (Wooldridge 2023); lpdid regresses the change to each horizon on adoption, beside clean units, with controls as they stand at adoption, such as l(d(y), 1) (Dube, Girardi, Jordà & Taylor 2023); " +
			"sdid sets each cohort beside a weighted average of never-treated units that follows it before adoption, measured from a weighted average of the periods before (Arkhangelsky et al. 2021; by cohorts as Clarke et al. 2024), and sc is synthetic control, levels beside levels without time weights (Abadie, Diamond & Hainmueller 2010); controls are taken off the outcome, covariates=, and errors come from placebo units, a bootstrap of units or the jackknife, inf=; " +
			"ifect models untreated outcomes by effects of unit and time and factors= common factors with loadings of each unit, as R's fect (Xu 2017; Liu, Wang & Xu 2024), and mc by a penalty lambda= on a table in their place (Athey et al. 2021); both are fitted to untreated rows, gaps and controls allowed, carried over to treated ones, and chosen by cross-validation unless given; errors come from a bootstrap of clusters or the jackknife, and placebo=3 hides the last three periods before adoption from the model for a test; " +
			"dcdh follows units whose treatment, of 0 and 1 or of doses, may go up and down from their first switch on, beside units with the same treatment in their first period that have not switched (de Chaisemartin & D'Haultfœuille 2024), and averages all effects per unit of treatment; its controls enter by their changes, region^year in place of year compares within regions, and city[year] in place of city takes out a linear trend of each unit; " +
			"ddd sets the eligible units of each cohort beside its ineligible ones and both kinds of units not enabled (Ortiz-Villavicencio & Sant'Anna 2025), with cohort= and eligible= in place of treat=; " +
			"cdid is for a treatment of more or less: the change of each treated unit is set beside that of untreated ones and regressed on a spline in the dose, which gives the effect of every dose and, as its slope, of a little more (Callaway, Goodman-Bacon & Sant'Anna 2024).",
		Example: loadCastle + "%did l_homicide ~ poverty | sid + year treat=post as=m1\n%did l_homicide ~ 1 treat=post method=cs control=notyet as=m2\n%did l_homicide ~ 1 treat=post method=imputation as=m3\n%did l_homicide ~ 1 treat=post method=stacked window=-4:1 as=m4\n%did l_homicide ~ poverty treat=post method=lpdid reweight=true window=-4:1 agg=pooled as=m5\n%did homicide ~ 1 treat=post method=etwfe family=poisson as=m6\n%did l_homicide ~ 1 treat=post method=sdid inf=placebo boot=100 as=m7\n%did l_homicide ~ poverty treat=post method=mc placebo=2 boot=100 as=m11\n%did l_homicide ~ poverty treat=post inf=ri(stat=t, reps=499)\n%did l_homicide ~ poverty treat=post inf=fermanpinto(size=popwt, reps=999)\n%did l_homicide ~ 1 treat=post method=dcdh window=-4:2 as=m8\n%gen law = min(year/post) by=sid\n%gen poor = mean(poverty) by=sid\n%gen poor = poor > 12\n%did l_homicide ~ 1 method=ddd cohort=law eligible=poor as=m9\n%gen need = mean(poverty) by=sid\n%gen need = post*need\n%did l_homicide ~ 1 treat=post method=cdid dose=need degree=1 as=m10\n%table m1 m2 m3 m4 m5 m6 m7 m8 m9 m10",
		run:     runDID,
	}
}

func runDID(c *call) (*Output, error) {
	spec, e, err := c.didSpec()
	if err != nil {
		return nil, err
	}
	s, staggered, err := c.staggeredSpec(spec)
	if err != nil {
		return nil, err
	}
	inf, err := c.inference(0)
	if err != nil {
		return nil, err
	}
	if staggered {
		return c.runStaggered(s, e, inf)
	}
	f, err := did.TWFE(e.data.Panel, spec)
	if err != nil {
		return nil, within(e.text, err)
	}
	mark(f, e.data)
	if err := c.infer(inf, f, spec.Treat, e); err != nil {
		return nil, err
	}
	name := c.keep("m", "fit", f, e.data)
	out := c.tableOutput(c.fitTable(c.pick("Difference-in-differences, two-way fixed effects", "双重差分（双向固定效应）"), f))
	out.As, out.Kind, out.Result = name, "fit", f
	return c.withGo(out, goDID(spec, e, inf)), nil
}

// didSpec reads what %did and %eventstudy share.
func (c *call) didSpec() (spec did.Spec, e estimation, err error) {
	if e, err = c.estimation(); err != nil {
		return spec, e, err
	}
	f, _, err := c.formula()
	if err != nil {
		return spec, e, err
	}
	if c.cmd.Name != "power" { // which has neither method, and says why
		if err := c.tripleKeys(); err != nil {
			return spec, e, err
		}
		if err := c.doseKeys(); err != nil {
			return spec, e, err
		}
	}
	treat := ""
	if c.has("treat") || !c.has("cohort") && !c.has("dose") { // method=cs may read adoption from cohort= alone, cdid from dose=
		if likely := likelyTreatment(e.data.Panel, f); likely != "" && !c.has("treat") && !c.has("treatment") {
			return spec, e, c.missing("no treatment is named; say which 0/1 variable it is by treat=, as in treat=%s", likely)
		}
		if treat, err = c.treatment(); err != nil {
			return spec, e, err
		}
	}
	return did.Spec{Parsed: f, Treat: treat, Vcov: e.vcov, Level: e.level, Design: e.design,
		AllowReversal: c.text("absorbing") == "false"}, e, c.treatIsNoOutcome(f, treat)
}

// likelyTreatment is the first regressor of a formula that can be its treatment: 0 or 1 and, in a panel, never 0 again in a
// unit; "" if there is none.
func likelyTreatment(p *panel.Panel, f *formula.Formula) string {
	for _, t := range f.Terms {
		name, ok := t.Factors[0].(*formula.Name)
		if !ok || len(t.Factors) > 1 {
			continue
		}
		if x, err := p.Numbers(name.Name); err == nil && switchesOn(p, x) {
			return formula.Quote(name.Name)
		}
	}
	return ""
}

// switchesOn tells whether a column is 0 and 1, both, and in a panel stays 1 in a unit once it is.
func switchesOn(p *panel.Panel, x []float64) bool {
	var seen [2]bool
	order := p.Order()
	unit, on := int32(-1), false
	for k := range x {
		i := k
		if order != nil {
			i = int(order[k])
		}
		v := x[i]
		if v != v {
			continue
		}
		if v != 0 && v != 1 {
			return false
		}
		seen[int(v)] = true
		if !p.IsPanel() {
			continue
		}
		if u := p.Units().Codes[i]; u != unit {
			unit, on = u, false
		}
		if on && v == 0 {
			return false
		}
		on = v == 1
	}
	return seen[0] && seen[1]
}

// tripleKeys refuses a line with method=ddd that does not say who is treated.
func (c *call) tripleKeys() error {
	method, ok := c.stmt.Key("method")
	if !ok || did.Method(method.Value) != did.TripleDifference {
		return nil
	}
	if a, given := c.stmt.Key("treat"); given {
		return c.keyError(a, "method=ddd reads who is treated from cohort= and eligible=; leave treat= out")
	}
	if !c.has("cohort") || !c.has("eligible") {
		return c.valueError(method, "method=ddd needs cohort=, the period in which the unit's group is enabled, and eligible=, 0 or 1, who in it is treated")
	}
	return nil
}

// treatIsNoOutcome points at treat= when it names the outcome.
func (c *call) treatIsNoOutcome(f *formula.Formula, treat string) error {
	if f.Outcome.String() != formula.Quote(treat) {
		return nil
	}
	a, _ := c.stmt.Key("treat")
	return c.valueError(a, "%s is both the outcome and the treatment", treat)
}
