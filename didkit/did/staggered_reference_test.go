package did_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// staggeredCase is one call of a reference program; see testdata/reference/staggered.
type staggeredCase struct {
	ID, Program, Version, Method, Data, Drop, Covariates, Control, Est, Base, Weights string
	Stack, Population, Family, Outcome                                                string
	Reweight                                                                          bool
	Premean                                                                           int
	NoComposition                                                                     bool `json:"no_composition"`
	Anticipation, Units, Leads, N                                                     int
	Window                                                                            [2]int
	Mean                                                                              *float64     // of the effects from adoption on
	Sampling, Cohort, Cluster                                                         string       // of method=cs; Cohort where the treatment does not tell it
	OtherErrors                                                                       string       `json:"other_errors"` // why the program's errors are not ours
	GroupTime                                                                         [][]*float64 `json:"group_time"`
	ByEvent                                                                           [][]*float64 `json:"by_event"`
	ByCohort                                                                          [][]*float64 `json:"by_cohort"`
	ByTime                                                                            [][]*float64 `json:"by_time"`
	Averages                                                                          map[did.Aggregate][]*float64
	Wald                                                                              *float64
	file                                                                              string // below testdata/reference
}

func staggeredCases(t *testing.T, file string) []staggeredCase {
	t.Helper()
	cases := reference.Held[staggeredCase](t, "staggered/"+file)
	for i := range cases {
		cases[i].file = "staggered/" + file
	}
	return cases
}

// staggeredPanel is the case's data with the treatment "treated".
func staggeredPanel(t *testing.T, c staggeredCase) (p *panel.Panel, outcome string) {
	t.Helper()
	switch c.Data {
	case "castle":
		p = reference.Panel(t, "data/castle.csv", "sid", "year")
		return withTreated(t, p, reference.CastleLaw(t, p)), "l_homicide"
	case "divorce":
		return sharedPanel(t, "divorce_sw2006.csv", "st", "year", "divyear", "sex"), "suiciderate_elast_jag"
	case "math_reform":
		return sharedPanel(t, "math_reform.csv", "state", "class", "reformyr_math", ""), "incearn_ln"
	case "statspai/75_stacked":
		p = statspaiPanel(t, "75_stacked.csv", "id", "year")
		first, err := p.Numbers("first_treat")
		if err != nil {
			t.Fatal(err)
		}
		return withTreated(t, p, func(i int) float64 { return first[i] }), "y"
	case "statspai/82_staggered":
		p = statspaiPanel(t, "82_staggered.csv", "unit", "time")
		first, err := p.Numbers("first_treat")
		if err != nil {
			t.Fatal(err)
		}
		return withTreated(t, p, func(i int) float64 { return first[i] }), "y"
	case "statspai/83_lpdid":
		p = statspaiPanel(t, "83_lpdid.csv", "unit", "time")
		d, err := p.Numbers("d")
		if err != nil {
			t.Fatal(err)
		}
		return withTreatment(t, p, d), "y"
	case "mpdta":
		q := reference.PanelBeside(t, "validation/mpdta.csv")
		if c.Drop != "" {
			var rows []int32
			for i := range q.Rows() {
				if (i+1)%14 != 3 {
					rows = append(rows, int32(i))
				}
			}
			q = q.Subset(rows)
		}
		p, err := q.Indexed("countyreal", "year")
		if err != nil {
			t.Fatal(err)
		}
		first, err := p.Numbers("first.treat")
		if err != nil {
			t.Fatal(err)
		}
		return withTreated(t, p, func(i int) float64 { return first[i] }), "lemp"
	}
	p = reference.Panel(t, c.Data, "unit", "time")
	d, err := p.Numbers("d")
	if err != nil {
		t.Fatal(err)
	}
	return withTreatment(t, p, d), "y"
}

func withTreatment(t *testing.T, p *panel.Panel, d []float64) *panel.Panel {
	t.Helper()
	q, err := p.With(&panel.Variable{Name: "treated", Values: d})
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// sharedPanel reads a study that is not kept here, treated from the year in first on; rows are those in which only is 2.
func sharedPanel(t *testing.T, file, unit, time, first, only string) *panel.Panel {
	t.Helper()
	q := reference.PanelBeside(t, "validation/"+file)
	if only != "" {
		q = reference.Only(t, q, only, 2)
	}
	q, err := q.Indexed(unit, time)
	if err != nil {
		t.Fatal(err)
	}
	year, err := q.Numbers(first)
	if err != nil {
		t.Fatal(err)
	}
	return withTreated(t, q, func(i int) float64 { return year[i] })
}

// statspaiPanel reads a data set that is not kept here.
func statspaiPanel(t *testing.T, file, unit, time string) *panel.Panel {
	t.Helper()
	return reference.PanelBeside(t, "validation/statspai/"+file, unit, time)
}

func withTreated(t *testing.T, p *panel.Panel, first func(i int) float64) *panel.Panel {
	t.Helper()
	d := make([]float64, p.Rows())
	for i := range d {
		if g := first(i); g > 0 && did.PeriodValue(p.Periods(), i) >= g {
			d[i] = 1
		}
	}
	q, err := p.With(&panel.Variable{Name: "treated", Values: d})
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// tolerance, set beforehand: closed forms to 1e-8 and their errors to 1e-6, with a logit behind them 1e-6 and 1e-5.
type tolerance struct{ estimate, stdError float64 }

var closedForm = tolerance{1e-8, 1e-6}

// dense is for closed forms that the reference program solves by dense algebra, as diff-diff does, and pyfixest told to iterate to 1e-12.
var dense = tolerance{1e-9, 1e-7}

func (c staggeredCase) run(t *testing.T, tol tolerance) {
	p, outcome := staggeredPanel(t, c)
	if c.OtherErrors != "" {
		tol.stdError, c.Wald = math.Inf(1), nil
	}
	if c.Outcome != "" {
		outcome = c.Outcome
	}
	s := did.StaggeredSpec{Spec: did.Spec{Formula: outcome + " ~ " + c.Covariates, Treat: "treated"}, Method: did.Method(c.Method), Control: did.Control(c.Control),
		Adjustment: did.Adjustment(c.Est), Base: did.BasePeriod(c.Base), Anticipation: c.Anticipation, Leads: c.Leads,
		Window: c.Window, Stack: did.StackWeights(c.Stack), Population: c.Population,
		Family: did.Family(c.Family), LocalProjection: did.LocalProjection{Reweight: c.Reweight, Premean: c.Premean, NoComposition: c.NoComposition},
		Sampling: did.Sampling(c.Sampling), Cohort: c.Cohort}
	if c.Cluster != "" {
		s.Vcov = vcov.Spec{Type: vcov.Cluster, By: []string{c.Cluster}}
	}
	s.Design.Weights = c.Weights
	r, err := did.Staggered(p, s)
	if err != nil {
		t.Fatal(err)
	}
	compared.With(t, c.source("did"))
	if c.Units > 0 && r.Units != c.Units {
		t.Errorf("%d units, want %d", r.Units, c.Units)
	}
	if c.N > 0 && r.N != c.N {
		t.Errorf("%d rows, want %d", r.N, c.N)
	}
	if c.Mean != nil {
		compared.Near(t, "mean from adoption on", r.Averages[did.Dynamic].Estimate, *c.Mean, tol.estimate, 0)
	}
	cells := map[[2]float64]did.Effect{}
	for _, g := range r.GroupTime {
		cells[[2]float64{g.Cohort, g.Time}] = g.Effect
	}
	for _, w := range c.GroupTime {
		e, ok := cells[[2]float64{*w[0], *w[1]}]
		hold(t, fmt.Sprintf("ATT(%g, %g)", *w[0], *w[1]), e, ok, w[2:], tol)
	}
	keyed := func(what string, got []did.KeyedEffect, want [][]*float64) {
		at := map[float64]did.Effect{}
		for _, e := range got {
			at[e.Key] = e.Effect
		}
		for _, w := range want {
			e, ok := at[*w[0]]
			hold(t, fmt.Sprintf("%s %g", what, *w[0]), e, ok, w[1:], tol)
		}
	}
	keyed("cohort", r.ByCohort, c.ByCohort)
	keyed("period", r.ByTime, c.ByTime)
	for k, w := range c.Averages {
		e, ok := r.Averages[k]
		hold(t, string(k), e, ok, w, tol)
	}
	if c.Wald != nil && r.Pretrend != nil {
		compared.Near(t, "Wald statistic", r.Pretrend.Statistic*r.Pretrend.DF1, *c.Wald, 10*tol.stdError, 0)
	}
	compared.With(t, c.source("eventstudy"))
	keyed("event time", r.ByEvent, c.ByEvent)
}

// source names the case's program: effects by event time are shown by %eventstudy, all others by %did.
func (c staggeredCase) source(command string) compared.Source {
	return compared.Source{Command: command, Method: c.Method, Program: c.Program, Version: c.Version, File: c.file, Case: c.ID}
}

// hold compares an estimate and its error with [estimate, error], or the interval too with [estimate, error, from, to]; an error of nil stands for one that is zero.
func hold(t *testing.T, what string, got did.Effect, ok bool, want []*float64, tol tolerance) {
	t.Helper()
	if !ok {
		t.Errorf("%s is missing", what)
		return
	}
	scale := math.Abs(*want[0])
	if want[1] == nil {
		if got.Estimate != 0 || got.StdError == got.StdError {
			t.Errorf("%s: got %+v, want 0 without an error", what, got)
		}
		return
	}
	scale = math.Max(scale, *want[1]) // an estimate near zero is known to a share of its error
	compared.Within(t, what+", estimate", got.Estimate, *want[0], tol.estimate, scale)
	compared.Within(t, what+", error", got.StdError, *want[1], tol.stdError, *want[1])
	if len(want) > 3 {
		compared.Within(t, what+", interval from", got.ConfLow, *want[2], 5*tol.stdError, *want[1])
		compared.Within(t, what+", interval to", got.ConfHigh, *want[3], 5*tol.stdError, *want[1])
	}
}

// holdCases holds all cases of the files.
func holdCases(t *testing.T, tol tolerance, files ...string) {
	t.Helper()
	for _, file := range files {
		for _, c := range staggeredCases(t, file) {
			t.Run(c.ID, func(t *testing.T) { c.run(t, tol) })
		}
	}
}

// TestCallawaySantAnnaReference holds cells, averages and the test before adoption to R's did.
func TestCallawaySantAnnaReference(t *testing.T) {
	holdCases(t, closedForm, "did.json")
}

// TestCallawaySantAnnaCovariates holds it to moderndid with a covariate that changes over time, by all adjustments.
func TestCallawaySantAnnaCovariates(t *testing.T) {
	holdCases(t, closedForm, "moderndid.json")
}

// TestSunAbrahamReference holds cells and averages to R's fixest.
func TestSunAbrahamReference(t *testing.T) {
	holdCases(t, closedForm, "sunab.json")
}

// iterated is for numbers that come from fixest's iterated demeaning, which stops at 1e-6.
var iterated = tolerance{1e-6, 1e-6}

// TestImputationReference holds averages and effects by event time to R's didimputation.
func TestImputationReference(t *testing.T) {
	holdCases(t, iterated, "imputation.json")
}

// TestTwoStageReference holds averages and effects by event time to R's did2s.
func TestTwoStageReference(t *testing.T) {
	holdCases(t, iterated, "did2s.json")
}

// TestImputationByDefinition holds both, with weights and controls, to the definition on dense dummies.
func TestImputationByDefinition(t *testing.T) {
	holdCases(t, closedForm, "dense.json")
}

// TestLocalProjectionsReference holds effects by event time to pyfixest's lpdid.
func TestLocalProjectionsReference(t *testing.T) {
	holdCases(t, dense, "lpdid.json")
}

// TestLocalProjectionsOptions holds controls, reweighting, other bases and controls to diff-diff's LPDiD.
func TestLocalProjectionsOptions(t *testing.T) {
	holdCases(t, dense, "lpdid_options.json", "lpdid_statspai.json")
}

// TestExtendedTwoWayReference holds cells and averages to diff-diff's WooldridgeDiD.
func TestExtendedTwoWayReference(t *testing.T) {
	holdCases(t, dense, "etwfe.json")
}

// TestStackedReference holds the stacked regression to diff-diff's StackedDiD and pyfixest on a stack.
func TestStackedReference(t *testing.T) {
	holdCases(t, dense, "stacked.json")
}

// TestStackedStataAndR holds it to R's fixest and Stata's reghdfe.
func TestStackedStataAndR(t *testing.T) {
	holdCases(t, dense, "stacked_statspai.json")
}

// TestCallawaySantAnnaSampling holds it to csdid on repeated cross-sections and on a panel with gaps, and to R's staggered
// without never-treated units.
func TestCallawaySantAnnaSampling(t *testing.T) {
	holdCases(t, closedForm, "cross_sections.json", "cs_statspai.json")
}

// iterative is for quasi-maximum likelihood, whose reference programs stop at some change of the deviance; R's errors are by
// differences, too.
var iterative = tolerance{1e-5, 1e-5}

// TestExtendedTwoWayControls holds the extended regression with controls and families to R's etwfe, to diff-diff and to its
// definition on dense columns.
func TestExtendedTwoWayControls(t *testing.T) {
	for _, file := range []string{"etwfe_r.json", "etwfe_controls.json"} {
		for _, c := range staggeredCases(t, file) {
			tol := dense
			switch {
			case c.Family == "logit" || c.Family == "poisson":
				tol = iterative
			case c.Program == "etwfe":
				tol = closedForm
			}
			t.Run(c.ID, func(t *testing.T) { c.run(t, tol) })
		}
	}
}

// TestFurtherPanels holds stacked, extended and local-projection regressions to diff-diff on panels without never-treated
// units, with one cohort and one treated unit, on divorce laws and on the mathematics reform.
func TestFurtherPanels(t *testing.T) {
	holdCases(t, dense, "further.json")
}

// TestAwkwardPanels holds all methods to diff-diff, moderndid and pyfixest on a panel of every second year with outcomes of
// 1e6, and on one with gaps, a cohort that lacks its period before adoption, units treated at once and controls that go with adoption.
func TestAwkwardPanels(t *testing.T) {
	for _, c := range staggeredCases(t, "awkward.json") {
		tol := dense
		if c.Method == "cs" && c.Est != "reg" { // a logit behind them
			tol = tolerance{1e-6, 1e-5}
		}
		t.Run(c.ID, func(t *testing.T) { c.run(t, tol) })
	}
}
