package did

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/distribution"
)

// statistic is an estimate with its influence function, one value a unit, V = Σ ψ²/n² over units that are their own clusters.
type statistic struct {
	value float64
	psi   []float64
	units int
}

// average is the average of cells with the cohorts' shares as weights, whose own sampling error counts too (Callaway &
// Sant'Anna 2021, theorem 2 and corollary 2).
func (w *wide) average(cells []*cell) statistic {
	total := 0.0
	cohorts := map[float64]bool{}
	out := statistic{psi: make([]float64, w.n)}
	for _, c := range cells {
		total += w.share[c.g]
		if !cohorts[c.g] {
			out.units += c.units
		}
		cohorts[c.g] = true
	}
	for _, c := range cells {
		out.value += c.att * w.share[c.g] / total
	}
	for _, c := range cells {
		weight := w.share[c.g] / total
		// the weight of c moves by (1{G = g} - share)/total, less weight·Σ over all cells of the same
		by := (c.att - out.value) / total
		for i := range out.psi {
			if c.influence != nil {
				out.psi[i] += weight * c.influence[i]
			}
			in := -w.share[c.g]
			if w.g[i] == c.g {
				in += w.unitMass[i]
			}
			out.psi[i] += by * in
		}
	}
	return out
}

// mean is the plain average of statistics.
func (w *wide) mean(all []statistic) statistic {
	out := statistic{psi: make([]float64, w.n)}
	for _, s := range all {
		out.value += s.value / float64(len(all))
		out.units = max(out.units, s.units)
		for i, p := range s.psi {
			out.psi[i] += p / float64(len(all))
		}
	}
	return out
}

// byKey averages the cells of each key, ascending.
func (w *wide) byKey(cells []*cell, key func(*cell) (float64, bool)) (keys []float64, out []statistic) {
	groups := map[float64][]*cell{}
	for _, c := range cells {
		if k, ok := key(c); ok && c.problem == "" {
			if groups[k] == nil {
				keys = append(keys, k)
			}
			groups[k] = append(groups[k], c)
		}
	}
	slices.Sort(keys)
	for _, k := range keys {
		out = append(out, w.average(groups[k]))
	}
	return keys, out
}

// aggregate makes the result: cells, effects by event time, cohort and period, the four averages, the test of the cells
// before adoption.
func (w *wide) aggregate(cells []*cell) (*ATTResult, error) {
	r := w.result()
	post := func(c *cell) bool { return c.post }
	var single []statistic
	var shown []*cell
	for _, c := range cells {
		if c.problem != "" {
			r.Problems = append(r.Problems, CellProblem{c.g, c.t, c.problem})
			continue
		}
		psi := c.influence
		if psi == nil {
			psi = make([]float64, w.n)
		}
		single, shown = append(single, statistic{c.att, psi, c.units}), append(shown, c)
	}
	if !slices.ContainsFunc(shown, post) {
		if len(r.Problems) > 0 {
			return nil, fmt.Errorf("no cohort can be estimated after its adoption; cohort %g in %g, for one: %s", r.Problems[0].Cohort, r.Problems[0].Time, r.Problems[0].Reason)
		}
		return nil, fmt.Errorf("no cohort is seen after its adoption in the periods that can be compared")
	}
	events, byEvent := w.byKey(cells, func(c *cell) (float64, bool) { return c.t - c.g, true })
	cohorts, byCohort := w.byKey(cells, func(c *cell) (float64, bool) { return c.g, c.post })
	times, byTime := w.byKey(cells, func(c *cell) (float64, bool) { return c.t, c.post })
	var after []*cell
	var later []statistic
	for _, c := range shown {
		if c.post {
			after = append(after, c)
		}
	}
	for i, e := range events {
		if e >= 0 {
			later = append(later, byEvent[i])
		}
	}
	var each []*cell // one a cohort, to weigh the cohorts' effects by size
	for i, g := range cohorts {
		each = append(each, &cell{g: g, att: byCohort[i].value, influence: byCohort[i].psi, units: byCohort[i].units})
	}
	averages := map[Aggregate]statistic{Simple: w.average(after), Dynamic: w.mean(later), Group: w.average(each), Calendar: w.mean(byTime)}

	for i, e := range w.effects(single, r) {
		r.GroupTime = append(r.GroupTime, GroupTime{Cohort: shown[i].g, Time: shown[i].t, Effect: e, Units: shown[i].units})
	}
	keyed := func(keys []float64, all []statistic) (out []KeyedEffect) {
		for i, e := range w.effects(all, r) {
			out = append(out, KeyedEffect{Key: keys[i], Effect: e, Units: all[i].units})
		}
		return out
	}
	r.ByCohort, r.ByTime = keyed(cohorts, byCohort), keyed(times, byTime)
	r.ByEvent = keyed(events, byEvent) // last, so that Bootstrap.Critical is theirs
	for k, s := range averages {
		r.Averages[k] = w.effects([]statistic{s}, nil)[0]
	}
	var ok bool
	if r.Overall, ok = r.Averages[r.Aggregate]; !ok {
		return nil, fmt.Errorf("no average %q; it is simple, dynamic, group or calendar", r.Aggregate)
	}
	r.Covariance = rowsOf(w.covariance(byEvent))
	var before []int
	for i, c := range shown {
		if !c.post && !c.base {
			before = append(before, i)
		}
	}
	tested := estimates{cov: w.covariance(single), df: math.Inf(1), level: r.Level}
	for _, s := range single {
		tested.value = append(tested.value, s.value)
	}
	switch r.Pretrend = tested.wald(before); {
	case r.Pretrend == nil && len(before) > 0:
		r.Untested = fmt.Sprintf("no joint test of the %d cells before adoption: their covariance is singular", len(before))
	case 3*len(before) > w.groups:
		r.Untested = fmt.Sprintf("the joint test of %d cells before adoption rests on %d clusters, too few for it, and rejects far too often", len(before), w.groups)
	}
	w.describe(r)
	return r, nil
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

// clusterSums are Σ ψ/n within clusters: statistic by cluster.
func (w *wide) clusterSums(all []statistic) *mat.Dense {
	sums := mat.NewDense(len(all), w.groups, nil)
	for j, s := range all {
		row := sums.RawRowView(j)
		for i, p := range s.psi {
			row[w.cluster[i]] += p / float64(w.n)
		}
	}
	return sums
}

func (w *wide) covariance(all []statistic) *mat.SymDense {
	var v mat.SymDense
	v.SymOuterK(1, w.clusterSums(all))
	return &v
}

// effects are the statistics with their intervals: pointwise, or in one uniform band of the bootstrap, whose critical
// value r then records.
func (w *wide) effects(all []statistic, r *ATTResult) []Effect {
	level := w.spec.Level
	if level == 0 {
		level = 0.95
	}
	out := make([]Effect, len(all))
	if w.spec.Draws > 0 {
		errors, critical := multiplierBands(w.clusterSums(all), w.spec.Draws, w.spec.Seed, level)
		for j, s := range all {
			out[j] = newEffect(s.value, errors[j], critical, math.Inf(1))
		}
		if r != nil {
			r.Bootstrap = &Bands{Draws: w.spec.Draws, Seed: w.spec.Seed, Critical: critical}
		}
		return out
	}
	z := distribution.CriticalT(level, math.Inf(1))
	sums := w.clusterSums(all)
	for j, s := range all {
		v := 0.0
		for _, x := range sums.RawRowView(j) {
			v += x * x
		}
		if v < 1e-28*s.value*s.value {
			v = 0
		}
		out[j] = newEffect(s.value, math.Sqrt(v), z, math.Inf(1))
	}
	return out
}
