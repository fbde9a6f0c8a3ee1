package did

import (
	"fmt"

	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
)

// wide is a balanced sample: changes within units seen in every period.
type wide struct {
	*groupTimes
	row []int32 // unit × period: the design's row
}

// wide keeps the units seen in every period, and drops cohorts that have no period before.
func (a *adoption) wide() (*groupTimes, error) {
	a.late()
	T := len(a.periods)
	count := make([]int32, a.units)
	for _, u := range a.unit {
		count[u]++
	}
	place := make([]int, a.units)
	gaps, early := 0, 0
	for u := range place {
		switch {
		case a.early(u):
			place[u] = -1
			early++
		case int(count[u]) < T:
			place[u] = -1
			gaps++
		}
	}
	if gaps > 0 {
		otherwise := "; unbalanced=keep compares all rows, as cross-sections"
		if a.spec.Method == ContinuousTreatment {
			otherwise = ""
		}
		a.notes = append(a.notes, counting.Sprintf("%d of %d units are not seen in all %d periods and were left out", gaps, a.units, T)+otherwise)
	}
	a.notes = a.noteEarly(early)
	a.alone(func(u int) bool { return place[u] >= 0 })
	w := &wide{groupTimes: a.order(place)}
	w.compares = w
	if w.n == 0 && a.spec.Method == ContinuousTreatment {
		return nil, fmt.Errorf("no unit is seen in all %d periods, as method=%s needs", T, a.spec.Method)
	}
	if w.n == 0 {
		return nil, fmt.Errorf("no unit is seen in all %d periods, as method=%s needs; unbalanced=keep compares all rows, as cross-sections", T, a.spec.Method)
	}
	w.row = make([]int32, w.n*T)
	rows := 0
	for k, u := range a.unit {
		if i := place[u]; i >= 0 {
			w.row[i*T+int(a.time[k])] = int32(k)
			rows++
		}
	}
	w.mass = make([]float64, w.n)
	for i := range w.mass {
		w.mass[i] = w.weight(i, 0)
	}
	a.d.N = rows
	return w.groupTimes, w.placeClusters(place, a.unitName)
}

func (a *adoption) noteEarly(n int) []string {
	if n == 0 {
		return a.notes
	}
	return append(a.notes, fmt.Sprintf("%d %s were left out, as no period before their treatment (and its anticipation) is seen", n, a.unitsWord()))
}

func (w *wide) weight(i, t int) float64 {
	if w.d.Weights == nil {
		return 1
	}
	return w.d.Weights[w.row[i*len(w.periods)+t]]
}

// compare is the change of outcomes from base to t, covariates and weights at the earlier of the two.
func (w *wide) compare(c *cell, t, base int) {
	T := len(w.periods)
	spans := w.compared(c.g, w.periods[max(t, base)])
	dy, weight, ok := w.changesOf(spans, t, base)
	if !ok {
		c.problem = "no unit to compare with"
		return
	}
	n := len(dy)
	if len(w.d.X) == 0 {
		c.att = changes(spans, dy, weight)
		c.influence = w.byCluster(spans, dy)
		return
	}
	two := &twoByTwo{n: n, d: make([]float64, 0, n), dy: dy, w: weight, names: w.d.Terms}
	for _, s := range spans {
		for range s.to - s.from {
			two.d = append(two.d, indicator(s.treated))
		}
	}
	for _, x := range w.d.X {
		col := make([]float64, 0, n)
		for _, s := range spans {
			for i := s.from; i < s.to; i++ {
				col = append(col, x[w.row[i*T+min(t, base)]])
			}
		}
		two.x = append(two.x, col)
	}
	att, psi, err := two.estimate(w.spec.Adjustment)
	if err != nil {
		c.problem = err.Error()
		return
	}
	c.att = att
	for i := range psi {
		psi[i] /= float64(n)
	}
	c.influence = w.byCluster(spans, psi)
}

// changesOf are the changes of the spans' units from base to t, one after the other, and their weights at the earlier of the
// two, nil where all are one; ok is false where there is nobody to compare with.
func (w *wide) changesOf(spans []span, t, base int) (dy, weight []float64, ok bool) {
	T := len(w.periods)
	n := 0
	for _, s := range spans {
		n += s.to - s.from
		ok = ok || !s.treated
	}
	dy = make([]float64, 0, n)
	if w.d.Weights != nil || len(w.d.X) > 0 {
		weight = make([]float64, 0, n)
	}
	for _, s := range spans {
		for i := s.from; i < s.to; i++ {
			dy = append(dy, w.d.Y[w.row[i*T+t]]-w.d.Y[w.row[i*T+base]])
			if weight != nil {
				weight = append(weight, w.weight(i, min(t, base)))
			}
		}
	}
	return dy, weight, ok
}

func indicator(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// changes is the mean change of the treated less that of the comparison units, to which every adjustment comes down
// without covariates. It turns dy into the influence ψ/n.
func changes(spans []span, dy, weight []float64) float64 {
	at := func(i int) float64 {
		if weight == nil {
			return 1
		}
		return weight[i]
	}
	var sum, mean [2]float64
	for range 2 { // the second round takes up what rounding left
		sum = [2]float64{}
		var moved [2]float64
		k := 0
		for _, s := range spans {
			side := int(indicator(s.treated))
			m, total, left := mean[side], 0.0, 0.0
			for range s.to - s.from {
				v := at(k)
				total += v
				left += v * (dy[k] - m)
				k++
			}
			sum[side] += total
			moved[side] += left
		}
		for side := range mean {
			mean[side] += moved[side] / sum[side]
		}
	}
	k := 0
	for _, s := range spans {
		side := int(indicator(s.treated))
		m, by := mean[side], (2*indicator(s.treated)-1)/sum[side]
		for range s.to - s.from {
			dy[k] = by * at(k) * (dy[k] - m)
			k++
		}
	}
	return mean[1] - mean[0]
}
