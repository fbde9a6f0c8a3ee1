package did

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
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

// sign of effects by the treatment in the first period: switching out turns it.
func sign(base int8) float64 {
	if base == 1 {
		return -1
	}
	return 1
}

// estimate are the effects of all horizons, DID_ℓ, and their covariance: the sum over clusters of the products of what the
// units in them add.
func (w *switching) estimate() (value []float64, cov *mat.SymDense) {
	T, H := len(w.periods), len(w.levels)
	value = make([]float64, H)
	for h := range H {
		for t := range T {
			for base := range int8(2) {
				if c := w.cell(h, t, base); c.valid() {
					value[h] += sign(base) * (c.switched.sum - c.switched.mass/c.stayed.mass*c.stayed.sum) / w.levels[h].mass
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
	for i, u := range w.order {
		if i > 0 && w.cluster[u] != w.cluster[w.order[i-1]] {
			flush()
		}
		w.visit(u, func(h, t int, change, weight float64, switched bool) {
			c := w.cell(h, t, w.base[u])
			if !c.valid() {
				return
			}
			k := sign(w.base[u]) * weight / w.levels[h].mass
			if switched {
				sum[h] += k * c.switched.residual(&c.both, change)
			} else {
				sum[h] -= k * c.switched.mass / c.stayed.mass * c.stayed.residual(&c.both, change)
			}
		})
	}
	flush()
	return value, cov
}

// result puts the effects in order of event time, the period before the switch among them, and averages those after.
func (w *switching) result() (*ATTResult, error) {
	r := w.adoption.result()
	if r.Aggregate == Simple {
		r.Aggregate = Total
	}
	r.Comparison = "units with the same treatment in their first period that have not switched yet"
	r.Base = "the period before the first switch"
	ref := -1
	r.Ref = &ref
	w.describe(r)
	value, cov := w.estimate()
	H := len(w.levels)
	rows, average, plain := [][]float64{}, make([]float64, H), make([]float64, H)
	var mass, doses, effects float64
	reference := func() {
		rows = append(rows, make([]float64, H))
		r.ByEvent = append(r.ByEvent, KeyedEffect{Key: -1, Units: r.Treated})
	}
	for i, h := range w.levels {
		if len(r.ByEvent) == len(rows) && !h.placebo && (len(rows) == 0 || r.ByEvent[len(rows)-1].Key < -1) {
			reference()
		}
		if h.mass == 0 {
			continue
		}
		row := make([]float64, H)
		row[i] = 1
		if w.spec.Normalized {
			if h.doses == 0 {
				r.Notes = append(r.Notes, fmt.Sprintf("no normalised effect at event time %d: treatment is back where it was before", h.event()))
				continue
			}
			row[i] = 1 / h.doses
		}
		rows = append(rows, row)
		r.ByEvent = append(r.ByEvent, KeyedEffect{Key: float64(h.event()), Units: h.units})
		if !h.placebo {
			average[i] = h.mass
			mass, doses = mass+h.mass, doses+h.mass*h.dose
			plain[i] = row[i]
			effects++
		}
	}
	if !(doses > 0) {
		return nil, fmt.Errorf("treatment after the switch is what it was before on average, so that there is no effect per unit of it; choose fewer periods by window=")
	}
	for i := range average {
		average[i] /= doses
		plain[i] /= effects
	}
	rows = append(rows, average, plain)
	e := estimates{df: math.Inf(1), level: r.Level, cov: quadratic(rows, cov)}
	for _, row := range rows {
		v := 0.0
		for i, x := range row {
			v += x * value[i]
		}
		if !finite(v) {
			return nil, fmt.Errorf("no effect can be computed; an outcome is too large")
		}
		e.value = append(e.value, v)
	}
	var before []int
	for i := range r.ByEvent {
		r.ByEvent[i].Effect = e.effect(i)
		if r.ByEvent[i].Key < -1 {
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
	r.Averages[Total], r.Averages[Dynamic] = e.effect(n), e.effect(n+1)
	var ok bool
	if r.Overall, ok = r.Averages[r.Aggregate]; !ok {
		return nil, fmt.Errorf("method=dcdh averages over event times (agg=dynamic), or per unit of treatment (agg=total), not by %s", r.Aggregate)
	}
	if r.Pretrend = e.wald(before); r.Pretrend == nil && len(before) > 0 {
		r.Untested = fmt.Sprintf("no joint test of %d event times before adoption: their covariance is singular", len(before))
	}
	return r, nil
}

// describe counts who switches.
func (w *switching) describe(r *ATTResult) {
	T := len(w.periods)
	in, out, back := 0, 0, 0
	cohorts := map[int]bool{}
	for u, first := range w.first {
		if first == T {
			continue
		}
		if w.base[u] == 0 {
			in++
		} else {
			out++
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
	r.Treated, r.Cohorts = in+out, len(cohorts)
	switch w.spec.Switchers {
	case SwitchersIn:
		r.Treated = in
	case SwitchersOut:
		r.Treated = out
	}
	r.Notes = append(r.Notes, fmt.Sprintf("%d units switch treatment on first, %d off first, %d switch back later", in, out, back))
	if w.spec.Normalized {
		r.Notes = append(r.Notes, "effects by event time are normalised: divided by the periods of treatment that units had more by then")
	}
}
