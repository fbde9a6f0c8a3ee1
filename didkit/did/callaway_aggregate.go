package did

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/distribution"
	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
)

// statistic is an estimate as a linear combination of what moves with the sample: its influence is Σ by·ψ over the parts.
type statistic struct {
	value float64
	by    []float64 // one a part of the sample, in the order of groupTimes.parts
	units int
}

// parts are the influences that all statistics are made of: the cells', the cohorts' masses, and the constant, which takes
// the shares off the masses.
func (w *groupTimes) parts(cells []*cell) []influence {
	var out []influence
	for _, c := range cells {
		if c.influence != nil {
			c.at = len(out)
			out = append(out, c.influence)
		}
		if c.dose != nil {
			c.dose.at = len(out)
			out = append(out, c.dose.parts...)
		}
	}
	n := float64(w.n)
	mass := func(from, to int, m func(int) float64) influence {
		psi := make([]float64, to-from)
		for i := range psi {
			psi[i] = m(from+i) / n
		}
		return w.byCluster([]span{{from: from, to: to}}, psi)
	}
	for _, g := range w.treated {
		lo, hi := w.span(g)
		out = append(out, mass(lo, hi, func(i int) float64 { return w.mass[i] }))
	}
	return append(out, mass(0, w.n, func(int) float64 { return 1 }))
}

// combination averages statistics of cohorts with the cohorts' shares as weights, whose own sampling error counts too
// (Callaway & Sant'Anna 2021, theorem 2 and corollary 2).
func (w *groupTimes) combination(parts int, cohorts []float64, all []statistic) statistic {
	out := statistic{by: make([]float64, parts)}
	total := 0.0
	seen := map[float64]bool{}
	for i, g := range cohorts {
		total += w.share[g]
		if !seen[g] {
			out.units += all[i].units
		}
		seen[g] = true
	}
	for i, g := range cohorts {
		out.value += all[i].value * w.share[g] / total
	}
	masses := parts - 1 - len(w.treated)
	for i, g := range cohorts {
		weight := w.share[g] / total
		for k, v := range all[i].by {
			out.by[k] += weight * v
		}
		// the weight moves by (1{G = g} - share)/total, less weight·Σ over all of the same
		by := (all[i].value - out.value) / total
		out.by[masses+slices.Index(w.treated, g)] += by
		out.by[parts-1] -= by * w.share[g]
	}
	return out
}

// mean is the plain average of statistics.
func mean(parts int, all []statistic) statistic {
	out := statistic{by: make([]float64, parts)}
	for _, s := range all {
		out.value += s.value / float64(len(all))
		out.units = max(out.units, s.units)
		for k, v := range s.by {
			out.by[k] += v / float64(len(all))
		}
	}
	return out
}

// averaging holds the cells that are averaged and how they move.
type averaging struct {
	*groupTimes
	shown  []*cell
	single []statistic // one a cell shown
	parts  int
	m      *movement
}

func afterAdoption(c *cell) bool  { return c.post }
func cohortOf(c *cell) float64    { return c.g }
func periodOf(c *cell) float64    { return c.t }
func eventTimeOf(c *cell) float64 { return c.t - c.g }
func nothingApart(*cell) float64  { return 0 }
func everyCell(*cell) bool        { return true }

// by averages statistics of the cells shown that have the same key, keys ascending.
func (a *averaging) by(of []statistic, key func(*cell) float64, use func(*cell) bool) (keys []float64, out []statistic) {
	groups := map[float64][]int{}
	for i, c := range a.shown {
		if use(c) {
			groups[key(c)] = append(groups[key(c)], i)
		}
	}
	for k := range groups {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		var cohorts []float64
		var all []statistic
		for _, i := range groups[k] {
			cohorts, all = append(cohorts, a.shown[i].g), append(all, of[i])
		}
		out = append(out, a.combination(a.parts, cohorts, all))
	}
	return keys, out
}

// average is one of the averages over the cells after adoption.
func (a *averaging) average(kind Aggregate, of []statistic) statistic {
	switch kind {
	case Dynamic:
		_, all := a.by(of, eventTimeOf, afterAdoption)
		return mean(a.parts, all)
	case Group:
		cohorts, all := a.by(of, cohortOf, afterAdoption)
		return a.combination(a.parts, cohorts, all)
	case Calendar:
		_, all := a.by(of, periodOf, afterAdoption)
		return mean(a.parts, all)
	}
	_, all := a.by(of, nothingApart, afterAdoption)
	return all[0]
}

// averaging sorts out the cells without an estimate, and finds how the others move.
func (w *groupTimes) averaging(cells []*cell, r *ATTResult) (*averaging, error) {
	a := &averaging{groupTimes: w}
	for _, c := range cells {
		if c.problem != "" {
			r.Problems = append(r.Problems, CellProblem{c.g, c.t, c.problem})
			continue
		}
		a.shown = append(a.shown, c)
	}
	if !slices.ContainsFunc(a.shown, afterAdoption) {
		if len(r.Problems) > 0 {
			return nil, fmt.Errorf("no cohort can be estimated after its adoption; cohort %g in %g, for one: %s", r.Problems[0].Cohort, r.Problems[0].Time, r.Problems[0].Reason)
		}
		return nil, fmt.Errorf("no cohort is seen after its adoption in the periods that can be compared")
	}
	parts := w.parts(a.shown)
	a.parts = len(parts)
	a.single = make([]statistic, len(a.shown))
	for i, c := range a.shown {
		a.single[i] = statistic{c.att, make([]float64, len(parts)), c.units}
		if c.influence != nil {
			a.single[i].by[c.at] = 1
		}
	}
	a.m = w.move(parts)
	return a, w.spec.Design.Stopped()
}

// aggregate makes the result: cells, effects by event time, cohort and period, the four averages, the test of the cells
// before adoption.
func (w *groupTimes) aggregate(cells []*cell) (*ATTResult, error) {
	r := w.result()
	if note := w.fewerDraws(); note != "" {
		r.Notes = append(r.Notes, note)
	}
	a, err := w.averaging(cells, r)
	if err != nil {
		return nil, err
	}
	return r, a.fill(r)
}

// fill puts the averages into the result.
func (a *averaging) fill(r *ATTResult) error {
	r.Treated = a.firstNever()
	if !slices.Contains([]Aggregate{Simple, Dynamic, Group, Calendar}, r.Aggregate) {
		return fmt.Errorf("no average %q; it is simple, dynamic, group or calendar", r.Aggregate)
	}
	events, byEvent := a.by(a.single, eventTimeOf, everyCell)
	cohorts, byCohort := a.by(a.single, cohortOf, afterAdoption)
	times, byTime := a.by(a.single, periodOf, afterAdoption)
	for i, e := range a.m.effects(a.single, a.spec, r) {
		r.GroupTime = append(r.GroupTime, GroupTime{Cohort: a.shown[i].g, Time: a.shown[i].t, Effect: e, Units: a.shown[i].units})
	}
	keyed := func(keys []float64, all []statistic) (out []KeyedEffect) {
		for i, e := range a.m.effects(all, a.spec, r) {
			out = append(out, KeyedEffect{Key: keys[i], Effect: e, Units: all[i].units})
		}
		return out
	}
	r.ByCohort, r.ByTime = keyed(cohorts, byCohort), keyed(times, byTime)
	r.ByEvent = keyed(events, byEvent) // last, so that Bootstrap.Critical is theirs
	for _, k := range []Aggregate{Simple, Dynamic, Group, Calendar} {
		r.Averages[k] = a.m.effects([]statistic{a.average(k, a.single)}, a.spec, nil)[0]
	}
	r.Overall = r.Averages[r.Aggregate]
	r.Covariance = rowsOf(a.m.covariance(byEvent))
	a.pretest(r, a.shown, a.single, a.m)
	a.describe(r)
	return nil
}

// pretest tests jointly that the cells before adoption are zero.
func (w *groupTimes) pretest(r *ATTResult, shown []*cell, single []statistic, m *movement) {
	var before []statistic
	tested := estimates{df: math.Inf(1), level: r.Level}
	var at []int
	for i, c := range shown {
		if !c.post && !c.base {
			at = append(at, len(at))
			before = append(before, single[i])
			tested.value = append(tested.value, c.att)
		}
	}
	tested.cov = m.covariance(before)
	switch r.Pretrend = tested.wald(at); {
	case r.Pretrend == nil && len(at) > 0:
		r.Untested = counting.Sprintf("no joint test of the %d cells before adoption: their covariance is singular", len(at))
	case 3*len(at) > w.groups:
		r.Untested = counting.Sprintf("the joint test of %d cells before adoption rests on %d clusters, too few for it, and rejects far too often", len(at), w.groups)
	}
}

func rowsOf(v *mat.SymDense) [][]float64 {
	out := make([][]float64, v.SymmetricDim())
	for i := range out {
		out[i] = make([]float64, len(out))
		for j := range out {
			out[i][j] = v.At(i, j)
		}
	}
	return out
}

// movement is how the parts move together: their covariance, and their draws of the multiplier bootstrap.
type movement struct {
	cov   *mat.SymDense
	drawn [][]float64 // part by draw; nil without a bootstrap
}

func (w *groupTimes) move(parts []influence) *movement {
	m := &movement{cov: covarianceOf(parts, w.groups)}
	if w.spec.Draws > 0 {
		m.drawn = multiplierDraws(w.spec.Design.Stop, parts, w.groups, w.spec.Draws, w.spec.Seed)
	}
	return m
}

// covariance is that of statistics.
func (m *movement) covariance(all []statistic) *mat.SymDense {
	rows := make([][]float64, len(all))
	for i, s := range all {
		rows[i] = s.by
	}
	return quadratic(rows, m.cov)
}

// quadratic is R V R'.
func quadratic(rows [][]float64, v *mat.SymDense) *mat.SymDense {
	if len(rows) == 0 {
		return &mat.SymDense{}
	}
	a := mat.NewDense(len(rows), v.SymmetricDim(), nil)
	for i, r := range rows {
		a.SetRow(i, r)
	}
	var left, full mat.Dense
	left.Mul(a, v)
	full.Mul(&left, a.T())
	out := mat.NewSymDense(len(rows), nil)
	for i := range rows {
		for j := i; j < len(rows); j++ {
			out.SetSym(i, j, (full.At(i, j)+full.At(j, i))/2)
		}
	}
	return out
}

// effects are the statistics with their intervals: pointwise, or in one uniform band of the bootstrap, whose critical
// value r then records.
func (m *movement) effects(all []statistic, s StaggeredSpec, r *ATTResult) []Effect {
	level := s.Level
	if level == 0 {
		level = 0.95
	}
	out := make([]Effect, len(all))
	if s.Draws > 0 {
		drawn := make([][]float64, len(all))
		for i, t := range all {
			if s.Design.Stopped() != nil { // the caller asks again
				return out
			}
			drawn[i] = make([]float64, s.Draws)
			for k, by := range t.by {
				if by != 0 {
					for b, v := range m.drawn[k] {
						drawn[i][b] += by * v
					}
				}
			}
		}
		errors, critical := bands(drawn, level)
		for i, t := range all {
			out[i] = newEffect(t.value, errors[i], critical, math.Inf(1))
		}
		if r != nil {
			r.Bootstrap = &Bands{Draws: s.Draws, Seed: s.Seed, Critical: critical}
		}
		return out
	}
	z := distribution.CriticalT(level, math.Inf(1))
	cov := m.covariance(all)
	for i, t := range all {
		v := cov.At(i, i)
		if v < 1e-28*t.value*t.value {
			v = 0
		}
		out[i] = newEffect(t.value, math.Sqrt(v), z, math.Inf(1))
	}
	return out
}
