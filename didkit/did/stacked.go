package did

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

// stackedRegression is the stacked regression: each cohort with its clean controls, seen from Window[0] to Window[1] around
// adoption, is an experiment of its own, and all experiments are estimated in one. Clean controls are units that adopt
// after the window's end, or never. A unit stands in as many experiments as it is clean for; errors clustered by unit count
// it once.
//
// With StackWeights (Wing, Freedman & Hollingsworth 2024, eq. 9 and table 1) the regression is
// y = α + δ·1[D] + Σ λ_e 1[e] + Σ β_e 1[e] D on rows whose controls carry Q = (share of the experiment's treated) / (share of its
// controls), so that β_e is the cohorts' trimmed average effect; NoStackWeights is Cengiz, Dube, Lindner & Zipperer (2019):
// effects of unit by experiment and of period by experiment, each row once. Cohorts whose window is not seen whole, or
// without clean controls, are left out and named. Overall is the mean of β_e over e ≥ 0.
func stackedRegression(p *panel.Panel, s StaggeredSpec) (*ATTResult, error) {
	if s.Aggregate == "" {
		s.Aggregate = Dynamic
	}
	if s.Aggregate != Dynamic && s.Aggregate != Static {
		return nil, fmt.Errorf("method=stacked averages over event times (agg=dynamic) or has one effect for all of them (agg=static), not by %s", s.Aggregate)
	}
	if s.Control == "" {
		s.Control = NotYetTreated
	}
	if s.Stack == "" {
		s.Stack = AggregateWeights
	}
	if s.Stack == PopulationWeights {
		if s.Population == "" {
			return nil, fmt.Errorf("weights by population need the variable that holds it; name it by population=")
		}
		s.Design.Present = append(slices.Clone(s.Design.Present), s.Population)
	}
	a, err := s.adopt(p)
	if err != nil {
		return nil, err
	}
	if !a.twoWay(p) {
		return nil, fmt.Errorf("method=stacked has effects of its own for every experiment and takes those of %s and %s only", p.UnitName(), p.TimeName())
	}
	if s.Control == NeverTreated && a.never() == 0 {
		return nil, &NoNeverTreated{Method: Stacked, Otherwise: "control=notyet compares with units treated after the window"}
	}
	st, err := a.stack(p)
	if err != nil {
		return nil, err
	}
	return st.estimate()
}

// StackWeights are the weights of the controls in a stacked regression (Wing, Freedman & Hollingsworth 2024, table 1).
type StackWeights string

// The weights; the zero value is AggregateWeights.
const (
	AggregateWeights  StackWeights = "aggregate"  // each treated unit counts once
	PopulationWeights StackWeights = "population" // each treated unit by its population
	SampleWeights     StackWeights = "sample"     // each experiment by its units, treated and control
	NoStackWeights    StackWeights = "none"       // Cengiz et al. 2019: as the regression weights them
)

// regress estimates the stack with the terms first, then the controls.
func (st *experiments) regress(first formula.Term) (*regress.Fit, error) {
	f := &formula.Formula{Outcome: &formula.Name{Name: st.name["outcome"]}, Terms: []formula.Term{first}}
	for _, x := range st.control {
		f.Terms = append(f.Terms, treatTerm(x))
	}
	effects := [][]string{{st.name["adopts"]}, {st.name["event_time"]}}
	if st.spec.Stack == NoStackWeights { // within an experiment event times are periods
		effects = [][]string{{st.name["unit"], st.name["experiment"]}, {st.name["event_time"], st.name["experiment"]}}
	}
	for _, e := range effects {
		var crossed []formula.Expr
		for _, name := range e {
			crossed = append(crossed, &formula.Name{Name: name})
		}
		f.Effects = append(f.Effects, formula.FixedEffect{Vars: crossed})
	}
	s := regress.Spec{Vcov: st.vcov, Level: st.spec.Level}
	s.Design.Weights = st.name["weight"]
	m, err := regress.Run(st.q, f, s)
	if err != nil {
		return nil, err
	}
	return m.Fit(st.vcov, st.spec.Level)
}

func (st *experiments) estimate() (*ATTResult, error) {
	// By event time; a treated unit has one row in each, that of its own experiment.
	treated, controls := make([]int, st.window[1]-st.window[0]+1), make([]int, st.window[1]-st.window[0]+1)
	for i, d := range st.treated {
		e := int(st.event[i]) - st.window[0]
		if d {
			treated[e]++
		} else {
			controls[e]++
		}
	}
	ref := -st.step
	if e := ref - st.window[0]; treated[e] == 0 || controls[e] == 0 {
		return nil, &WindowError{fmt.Sprintf("no treated row beside clean ones lies in the period before adoption (event time %d), which the others are compared with", ref)}
	}
	event := formula.Term{Factors: []formula.Expr{&formula.Call{Func: "i", Args: []formula.Arg{{Value: &formula.Name{Name: st.name["event_time"]}},
		{Value: &formula.Name{Name: st.name["adopts"]}}, {Key: "ref", Value: &formula.Number{Value: float64(ref)}}}}}}
	fit, err := st.regress(event)
	if err != nil {
		return nil, err
	}
	r := st.adoption.result()
	r.N, r.dft, r.Vcov, r.Level = fit.N, fit.DFT, fit.Vcov, fit.Level
	r.Units, r.Treated, r.Cohorts = st.units, st.adopted, len(st.cohorts)
	r.Ref, r.Base = &ref, "the period before adoption"
	r.Comparison = "units treated after the window or never, cohort by cohort"
	if st.spec.Control == NeverTreated {
		r.Comparison = "never-treated units"
	}
	r.Notes = append(r.Notes, st.told()...)
	for _, n := range fit.Notes {
		if !strings.Contains(n, st.name["event_time"]+"::") {
			r.Notes = append(r.Notes, n)
		}
	}
	r.GroupTime, r.ByCohort, r.ByTime = []GroupTime{}, []KeyedEffect{}, []KeyedEffect{}
	return r, st.fill(r, fit, treated)
}

// told is what there is to say of the stack.
func (st *experiments) told() []string {
	listed := make([]string, len(st.cohorts))
	for i, g := range st.cohorts {
		listed[i] = fmt.Sprintf("%g", g)
	}
	weights := "controls are weighted so that each treated unit counts once (Wing, Freedman & Hollingsworth 2024)"
	switch st.spec.Stack {
	case PopulationWeights:
		weights = fmt.Sprintf("controls are weighted so that each treated unit counts by %s (Wing, Freedman & Hollingsworth 2024)", st.spec.Population)
	case SampleWeights:
		weights = "controls are weighted so that each experiment counts by its units (Wing, Freedman & Hollingsworth 2024)"
	case NoStackWeights:
		weights = "without corrective weights the regression weights the experiments by its own variances (Cengiz, Dube, Lindner & Zipperer 2019)"
	}
	return []string{counting.Sprintf("stack of %d experiments (%s): %d rows, %d of %d units in several", len(st.cohorts), strings.Join(listed, ", "), len(st.row), st.again, st.units), weights}
}

// fill sets the effects by event time and their averages.
func (st *experiments) fill(r *ATTResult, fit *regress.Fit, units []int) error {
	var rows [][]float64
	var at []int // place of the coefficient, -1 for the reference
	for e := st.window[0]; e <= st.window[1]; e += st.step {
		term := fmt.Sprintf("%s::%d:%s::yes", st.name["event_time"], e, st.name["adopts"])
		k := slices.IndexFunc(fit.Coef, func(c regress.Coef) bool { return c.Term == term })
		if k < 0 && e != -st.step {
			r.Notes = append(r.Notes, fmt.Sprintf("no effect at event time %d: no treated row beside clean ones is seen there", e))
			continue
		}
		w := make([]float64, len(fit.Coef))
		if e != -st.step {
			w[k] = 1
		}
		rows, at = append(rows, w), append(at, k)
		r.ByEvent = append(r.ByEvent, KeyedEffect{Key: float64(e), Units: units[e-st.window[0]]})
	}
	if !slices.ContainsFunc(at, func(k int) bool { return k >= 0 }) {
		return fmt.Errorf("no effect can be estimated in the stack: no event time but %d has treated rows beside clean ones", -st.step)
	}
	all := combine(fit, rows)
	r.Covariance = rowsOf(all.cov)
	var before []int
	var after [][]float64
	for i := range r.ByEvent {
		r.ByEvent[i].Effect = all.effect(i)
		if r.ByEvent[i].Key < float64(-st.step) {
			before = append(before, i)
		}
		if r.ByEvent[i].Key >= 0 {
			after = append(after, rows[i])
		}
	}
	if len(after) == 0 {
		return fmt.Errorf("no effect from adoption on can be estimated in the stack")
	}
	if r.Pretrend = all.wald(before); r.Pretrend == nil && len(before) > 0 {
		r.Untested = fmt.Sprintf("no joint test of %d event times before adoption: their covariance is singular", len(before))
	}
	r.Averages[Dynamic] = combine(fit, [][]float64{meanOf(after, nil)}).effect(0)
	adopted := &panel.Variable{Name: "adopted", Values: make([]float64, len(st.row))}
	for st.q.Has(adopted.Name) {
		adopted.Name += "_"
	}
	for i, e := range st.event {
		if st.treated[i] && e >= 0 {
			adopted.Values[i] = 1
		}
	}
	var err error
	if st.q, err = st.q.With(adopted); err != nil {
		return err
	}
	new(leavings).add(len(st.row)) // the other regression's columns
	static, err := st.regress(treatTerm(adopted.Name))
	if err != nil {
		return err
	}
	if c, ok := static.Coefficient(formula.Quote(adopted.Name)); ok {
		r.Averages[Static] = Effect{c.Estimate, c.StdError, c.ConfLow, c.ConfHigh, c.PValue}
	}
	var ok bool
	if r.Overall, ok = r.Averages[r.Aggregate]; !ok {
		return errors.New("one effect for all periods after adoption can't be told apart from the controls and effects of the stack")
	}
	return nil
}
