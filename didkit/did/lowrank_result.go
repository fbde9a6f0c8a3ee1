package did

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/distribution"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

// result resamples, and makes the result.
func (l *lowRank) result() (*ATTResult, error) {
	from, err := l.clustersOfUnits()
	if err != nil {
		return nil, err
	}
	kind, draws, err := l.resampling(from)
	if err != nil {
		return nil, err
	}
	known, p := l.cellsOfUnits(), l.poolings()
	all := p.all()
	if hidden := p.overall[len(p.overall)-1]; l.spec.Placebo > 0 && len(hidden.sets[0]) == 0 {
		return nil, fmt.Errorf("placebo=%d hides no row: no treated unit is seen in the periods before its adoption", l.spec.Placebo)
	}
	e := estimates{df: math.Inf(1), value: l.statistics(all, known, l.all(), &fitted{l.fit, l.whole()})}
	for _, v := range e.value[:len(all)-1] {
		if !finite(v) {
			return nil, fmt.Errorf("no effect can be computed; an outcome is too large")
		}
	}
	e.cov = mat.NewSymDense(len(all), nil)
	if kind != WithoutErrors {
		drawn, err := l.redraws(kind, draws, from, all, known)
		if err != nil {
			return nil, err
		}
		e.cov = covarianceOfDraws(drawn, kind)
	}
	r := l.adoption.result()
	e.level = r.Level
	r.Comparison = l.notYetTreated()
	r.Base = "all periods before adoption, through effects of unit and time and factors"
	r.Resampled = &Resampled{kind, draws, l.spec.Seed}
	r.Vcov = regress.VcovInfo{Type: string(kind), By: []string{}, Clusters: []int{}}
	if by := l.vcov.By[0]; by != l.unitName {
		r.Vcov.By, r.Vcov.Clusters = []string{by}, []int{len(from.units)}
	}

	i := 0
	next := func() Effect { i++; return e.effect(i - 1) }
	for _, c := range l.cells {
		r.GroupTime = append(r.GroupTime, GroupTime{Cohort: c.g, Time: c.t, Effect: next(), Units: len(c.rows)})
	}
	first := i
	keyed := func(g grouped) (out []KeyedEffect) {
		for j, k := range g.keys {
			out = append(out, KeyedEffect{Key: k, Effect: next(), Units: l.behind(g.means[j])})
		}
		return out
	}
	r.ByEvent, r.ByCohort, r.ByTime = keyed(p.events), keyed(p.cohorts), keyed(p.times)
	for a := range p.events.keys {
		r.Covariance = append(r.Covariance, nil)
		for b := range p.events.keys {
			r.Covariance[a] = append(r.Covariance[a], e.cov.At(first+a, first+b))
		}
	}
	for _, k := range []Aggregate{Simple, Dynamic, Group, Calendar} {
		r.Averages[k] = next()
	}
	var ok bool
	if r.Overall, ok = r.Averages[r.Aggregate]; !ok {
		return nil, fmt.Errorf("no average %q; it is simple, dynamic, group or calendar", r.Aggregate)
	}
	r.Untested = "effects before adoption are what the model, fitted to these periods, leaves of them; placebo= hides the last of them from it for a test"
	if l.spec.Placebo > 0 {
		l.placebo(r, e, i, first, p.events)
	}
	r.FactorModel = &l.about
	return r, nil
}

// equivalence is the bound of R's fect, in standard deviations of the two-way model's residuals.
const equivalence = 0.36

// placebo tests the effects in periods before adoption that the model has not seen: their mean at m among the estimates, and
// jointly those of event times whose cells are all hidden, from first on in the order of events.
func (l *lowRank) placebo(r *ATTResult, e estimates, m, first int, events grouped) {
	cells := float64(l.about.Cells)
	sse := cells * l.scale() * l.scale()
	test := &Placebo{Periods: l.spec.Placebo, Effect: e.effect(m), Bound: equivalence * math.Sqrt(sse/(cells-float64(len(l.members)+l.k-1+len(l.x))))}
	b, se := test.Estimate, test.StdError
	test.Equivalence = math.Max(distribution.UpperNormal((b+test.Bound)/se), distribution.UpperNormal((test.Bound-b)/se))
	l.about.Placebo = test
	var before []int
	for j, k := range events.keys {
		if k < 0 && !slices.ContainsFunc(events.means[j].sets[0], func(c int) bool { return l.used(l.cells[c]) }) {
			before, l.about.hidden = append(before, first+j), append(l.about.hidden, k)
		}
	}
	r.Untested = ""
	if r.Pretrend = e.wald(before); r.Pretrend == nil {
		r.Untested = fmt.Sprintf("no joint test of %d event times before adoption: their covariance is singular", len(before))
	}
}
