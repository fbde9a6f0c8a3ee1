package did

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
)

// residual is a change less the mean expected of it, enlarged for the degree of freedom that the mean takes: the mean of the
// unit's own side if that has two groups at least, else that of both sides.
func (s *side) residual(both *side, change float64) float64 {
	n, mean := s.groups, s.sum/s.mass
	if n < 2 {
		if both.groups < 2 {
			return change
		}
		n, mean = both.groups, both.sum/both.mass
	}
	return math.Sqrt(float64(n)/float64(n-1)) * (change - mean)
}

// estimate are the effects of all horizons, DID_ℓ, and their covariance: the sum over clusters of the products of what the
// units in them add.
func (w *switching) estimate() (value []float64, cov *mat.SymDense) {
	T, H := len(w.periods), len(w.levels)
	value = make([]float64, H)
	for h := range H {
		for t := range T {
			for class := range int32(w.classes) {
				c := w.cell(h, t, class)
				if !c.valid() {
					continue
				}
				for way, sign := range [2]float64{-1, 1} {
					s := c.switched[way]
					value[h] += sign * (s.sum - s.mass/c.stayed.mass*c.stayed.sum) / w.levels[h].mass
				}
			}
		}
	}
	cov = mat.NewSymDense(H, nil)
	sum := make([]float64, H)
	flush := func() {
		for a, x := range sum {
			if x != 0 {
				for b := a; b < H; b++ {
					cov.SetSym(a, b, cov.At(a, b)+x*sum[b])
				}
			}
		}
		clear(sum)
	}
	var moved *controlMoves
	if w.controls != nil {
		moved = w.moves()
	}
	for i, u := range w.order {
		if i > 0 && w.cluster[u] != w.cluster[w.order[i-1]] {
			flush()
		}
		w.visit(u, func(h, t int, change, weight float64, switched bool) {
			c := w.cell(h, t, w.class[u])
			if !c.valid() {
				return
			}
			k := weight / w.levels[h].mass
			if switched {
				way, sign := w.way(u)
				sum[h] += sign * k * w.cohort(h, t, w.kind[u]).residual(&c.both[way], change)
				return
			}
			for way, sign := range [2]float64{-1, 1} {
				if m := c.switched[way].mass; m > 0 {
					sum[h] -= sign * k * m / c.stayed.mass * c.stayed.residual(&c.both[way], change)
				}
			}
		})
		if moved != nil {
			moved.add(u, sum)
		}
	}
	flush()
	return value, cov
}

// result puts the effects in order of event time, the period before the switch among them, and averages those after.
func (w *switching) result() (*ATTResult, error) {
	r := w.adoption.result()
	if w.spec.Aggregate == "" {
		r.Aggregate = Total
		if w.linear {
			r.Aggregate = Dynamic
		}
	}
	r.Comparison = "units with the same treatment in their first period that have not switched yet"
	if w.spec.Control == NeverTreated {
		r.Comparison = "units with the same treatment in their first period that never switch"
	}
	r.Base = "the period before the first switch"
	step := w.step()
	ref := -int(step)
	r.Ref = &ref
	if _, even := spacing(w.periods); !even {
		r.Notes = append(r.Notes, "event times count the periods seen, which are not all equally far apart")
	}
	w.describe(r)
	value, cov := w.estimate()
	H := len(w.levels)
	rows, average, plain := [][]float64{}, make([]float64, H), make([]float64, H)
	var doses, effects float64
	reference := func() {
		rows = append(rows, make([]float64, H))
		r.ByEvent = append(r.ByEvent, KeyedEffect{Key: -step, Units: r.Treated})
	}
	for from := 0; from < H; {
		to := from // the horizon whose effect the changes from here on add up to
		for w.linear && w.levels[to].length < w.levels[to].after {
			to++
		}
		h := w.levels[to]
		parts := w.levels[from : to+1]
		first := from
		from = to + 1
		if len(r.ByEvent) == len(rows) && !h.placebo && (len(rows) == 0 || r.ByEvent[len(rows)-1].Key < -step) {
			reference()
		}
		complete := true
		for _, p := range parts {
			complete = complete && p.mass > 0
		}
		if !complete {
			continue
		}
		event := step * float64(h.length-1)
		if h.placebo {
			event = step * float64(-1-h.length)
		}
		scale := 1.0
		if w.spec.Normalized {
			if h.doses == 0 {
				r.Notes = append(r.Notes, fmt.Sprintf("no normalised effect at event time %g: treatment is back where it was before", event))
				continue
			}
			scale = 1 / h.doses
		}
		row := make([]float64, H)
		for i := first; i <= to; i++ {
			row[i] = scale
		}
		rows = append(rows, row)
		r.ByEvent = append(r.ByEvent, KeyedEffect{Key: event, Units: h.units})
		if !h.placebo {
			average[to] = h.mass
			doses += h.mass * h.dose
			for i, v := range row {
				plain[i] += v
			}
			effects++
		}
	}
	for i := range average {
		average[i] /= doses
		plain[i] /= effects
	}
	named := []Aggregate{Dynamic}
	rows = append(rows, plain)
	if !w.linear {
		if !(doses > 0) {
			return nil, fmt.Errorf("treatment after the switch is what it was before on average, so that there is no effect per unit of it; choose fewer periods by window=")
		}
		named = append(named, Total)
		rows = append(rows, average)
	}
	e := estimates{df: math.Inf(1), level: r.Level, cov: quadratic(rows, cov)}
	for _, row := range rows {
		v := 0.0
		for i, x := range row {
			if x != 0 {
				v += x * value[i]
			}
		}
		if !finite(v) {
			return nil, fmt.Errorf("no effect can be computed; an outcome is too large")
		}
		e.value = append(e.value, v)
	}
	return w.report(r, e, named)
}

// report fills the result in: the effects by event time, then the averages named.
func (w *switching) report(r *ATTResult, e estimates, named []Aggregate) (*ATTResult, error) {
	var before []int
	for i := range r.ByEvent {
		r.ByEvent[i].Effect = e.effect(i)
		if r.ByEvent[i].Key < float64(*r.Ref) {
			before = append(before, i)
		}
	}
	n := len(r.ByEvent)
	for i := range n {
		r.Covariance = append(r.Covariance, make([]float64, n))
		for j := range n {
			r.Covariance[i][j] = e.cov.At(i, j)
		}
	}
	for i, a := range named {
		r.Averages[a] = e.effect(n + i)
	}
	var ok bool
	if r.Overall, ok = r.Averages[r.Aggregate]; !ok {
		if w.linear && r.Aggregate == Total {
			return nil, fmt.Errorf("method=dcdh has no average per unit of treatment (agg=total) with linear trends of units; agg=dynamic averages over event times")
		}
		return nil, fmt.Errorf("method=dcdh averages over event times (agg=dynamic), or per unit of treatment (agg=total), not by %s", r.Aggregate)
	}
	if r.Pretrend = e.wald(before); r.Pretrend == nil && len(before) > 0 {
		r.Untested = fmt.Sprintf("no joint test of %d event times before adoption: their covariance is singular", len(before))
	}
	return r, nil
}

// single tells how many switches nobody else makes in the same period: side.residual sets their changes against the mean of both
// sides, which holds √(n/(n+1)) of an effect that rests on them alone, beside n controls.
func (w *switching) single() string {
	type way struct {
		first int
		kind  int32
	}
	units, clusters, total := map[way]int{}, map[way]map[int32]bool{}, 0
	for u, first := range w.first {
		if w.class[u] < 0 || first == len(w.periods) || !w.counts(u) {
			continue
		}
		k := way{first, w.kind[u]}
		if clusters[k] == nil {
			clusters[k] = map[int32]bool{}
		}
		clusters[k][w.cluster[u]] = true
		units[k]++
		total++
	}
	alone := 0
	for k, of := range clusters {
		if len(of) == 1 {
			alone += units[k]
		}
	}
	if alone == 0 {
		return ""
	}
	by := "unit"
	if w.vcov.By[0] != w.unitName {
		by = "cluster"
	}
	return fmt.Sprintf("%d of %d switches are made by a single %s in their period: where an effect rests on such switches alone, its error is about as large as the effect itself and tells nothing", alone, total, by)
}

// describe counts who switches.
func (w *switching) describe(r *ATTResult) {
	T := len(w.periods)
	up, down, back := 0, 0, 0
	cohorts := map[int]bool{}
	for u, first := range w.first {
		if first == T || w.base[u] < 0 {
			continue
		}
		if w.rises(u) {
			up++
		} else {
			down++
		}
		if w.counts(u) {
			cohorts[first] = true
		}
		for t := first; t < T; t++ {
			if w.d[u*T+t] == w.base[u] {
				back++
				break
			}
		}
	}
	r.Treated, r.Cohorts = up+down, len(cohorts)
	switch w.spec.Switchers {
	case SwitchersIn:
		r.Treated = up
	case SwitchersOut:
		r.Treated = down
	}
	if len(w.doses) == 2 && w.doses[0] == 0 && w.doses[1] == 1 {
		r.Notes = append(r.Notes, counting.Sprintf("%d units switch treatment on first, %d off first, %d switch back later", up, down, back))
	} else {
		r.Notes = append(r.Notes, counting.Sprintf("%d units raise their treatment first, %d lower it first, %d return to the first one later", up, down, back))
	}
	if note := w.single(); note != "" {
		r.Notes = append(r.Notes, note)
	}
	if w.spec.Normalized {
		r.Notes = append(r.Notes, "effects by event time are normalised: divided by the periods of treatment that units had more by then")
	}
	if w.linear {
		r.Notes = append(r.Notes, "linear trends of units: each effect adds up changes of changes, of the units seen in all periods up to it")
	}
	if w.spec.SameSwitchers != "" {
		r.Notes = append(r.Notes, "event times show the same units")
	}
}
