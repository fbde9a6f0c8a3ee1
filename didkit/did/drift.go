package did

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Imputed effects are measured from all periods before adoption, their leads from the last one. If the untreated outcomes
// of units treated later drift away from the others' by δ_e at event time e, an imputed effect k shows
//
//	τ_k + δ_k + Σ_{e<0} b_ke δ_e ,
//
// b_ke the weight of the untreated rows at e in the imputed outcomes of k, and lead e shows δ_e - δ_{-1}. Since Σ_e b_ke = -1,
// the effect less Σ_e b_ke times the lead shows τ_k + δ_k - δ_{-1}: the effect as measured from the last period.

// Aligned are the estimates of an event study whose effects and leads have different bases, all as measured from the
// reference: what drift relative to it does to them is itself, as the bounds of Rambachan & Roth (2023) have it.
type Aligned struct {
	Times    []int       `json:"event_times"` // without the reference
	Estimate []float64   `json:"estimate"`
	V        [][]float64 `json:"covariance"`
}

// early is what untreated rows at event times before adoption weigh in a cell, Σ w z'γ over those of each, in terms of
// the cell's own rows and γ of the dimensions that are not eliminated.
type early struct {
	first [][]float64 // event time × level of the effect that is eliminated: its share of the weights there
	rest  [][]float64 // event time × dimension
}

// earlyRows reads them, and numbers the event times of the untreated rows.
func (im *imputed) earlyRows() early {
	m := im.model
	event := func(k int) float64 { return im.periods[im.time[k]] - im.start[im.unit[k]] }
	for k, used := range m.use {
		if e := event(k); used && e == e && !slices.Contains(im.early, e) {
			im.early = append(im.early, e)
		}
	}
	slices.Sort(im.early)
	out := early{make([][]float64, len(im.early)), make([][]float64, len(im.early))}
	for e := range im.early {
		out.first[e], out.rest[e] = make([]float64, len(m.mass)), make([]float64, m.dims)
	}
	for k, used := range m.use {
		if e := event(k); used && e == e {
			at, _ := slices.BinarySearch(im.early, e)
			l, w := m.first.Codes[k], m.weightOf(k)
			out.first[at][l] += w / m.mass[l]
			m.row(k, func(d int, x float64) { out.rest[at][d] += w * x })
		}
	}
	for e, shares := range out.first {
		for l, share := range shares {
			if share != 0 {
				for d, c := range m.cross.RawRowView(l)[:m.dims] {
					out.rest[e][d] -= share * c
				}
			}
		}
	}
	return out
}

// drift is the weight of untreated rows at each event time in the imputed outcomes of rows weighted by v.
func (r early) drift(im *imputed, rows []int32, v, gamma []float64) []float64 {
	out := make([]float64, len(r.first))
	for e := range out {
		for k, i := range rows {
			out[e] -= v[k] * r.first[e][im.model.first.Codes[i]]
		}
		for d, g := range gamma {
			out[e] -= g * r.rest[e][d]
		}
	}
	return out
}

// drifts are b_ke, one row an event time from adoption on and one column a lead; nil if the leads, measured from the reference, leave
// out an event time that imputed effects rest on.
func (im *imputed) drifts(leads, events []float64) [][]float64 {
	if im.spec.Leads != 0 || im.spec.Method != Imputation {
		return nil
	}
	out := make([][]float64, len(events))
	for i, key := range events {
		row, mass := make([]float64, len(im.early)), 0.0
		for _, c := range im.cells {
			if c.t-c.g != key {
				continue
			}
			mass += c.mass
			for e, b := range c.drift {
				row[e] += c.mass * b
			}
		}
		out[i] = make([]float64, len(leads))
		for e, b := range row {
			b /= mass
			at := slices.Index(leads, im.early[e])
			if at < 0 && math.Abs(b) > 1e-10 {
				return nil
			}
			if at >= 0 {
				out[i][at] = b
			}
		}
	}
	return out
}

// aligned are the estimates with everything measured from the reference, within a window; nil where they are so already,
// or can't be.
func (r *ATTResult) aligned(inside func(key float64) bool) *Aligned {
	if r.drift == nil {
		return nil
	}
	n, before := len(r.ByEvent), len(r.ByEvent)-len(r.drift)
	m := mat.NewDense(n, n, nil)
	for i := range n {
		m.Set(i, i, 1)
		if i >= before {
			for e, b := range r.drift[i-before] {
				m.Set(i, e, -b)
			}
		}
	}
	v := mat.NewDense(n, n, nil)
	for i, row := range r.Covariance {
		v.SetRow(i, row)
	}
	var mv, mvm mat.Dense
	mv.Mul(m, v)
	mvm.Mul(&mv, m.T())
	out := &Aligned{}
	var kept []int
	for i, k := range r.ByEvent {
		if !inside(k.Key) || r.Ref != nil && int(k.Key) == *r.Ref {
			continue
		}
		b := 0.0
		for j, x := range m.RawRowView(i) {
			b += x * r.ByEvent[j].Estimate
		}
		kept, out.Times, out.Estimate = append(kept, i), append(out.Times, int(k.Key)), append(out.Estimate, b)
	}
	for _, i := range kept {
		row := make([]float64, len(kept))
		for b, j := range kept {
			row[b] = (mvm.At(i, j) + mvm.At(j, i)) / 2
		}
		out.V = append(out.V, row)
	}
	return out
}
