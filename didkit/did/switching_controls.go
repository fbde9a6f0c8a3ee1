package did

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/gonum/mat"
)

// changeControls are what controls' changes predict: for each first treatment, the regression of the outcome's change from
// period to period on the controls' changes and periods (of each trend), over the rows of units that have not switched yet
// (de Chaisemartin & D'Haultfœuille 2024, web appendix 1.2).
type changeControls struct {
	theta   [][]float64     // by the place of the first treatment in switching.doses; nil: none
	inverse []*mat.SymDense // of the controls' products
	means   []changeMeans   // class × period
	groups  []int           // first treatment × period: units, or clusters, of the regression
}

// changeMeans are sums of changes, then their means.
type changeMeans struct {
	mass, y float64
	x       []float64
}

// residualise estimates the regressions. A control that does not change of itself in one of them does not count there.
func (w *switching) residualise() error {
	K, T := len(w.x), len(w.periods)
	if K == 0 {
		return nil
	}
	c := &changeControls{theta: make([][]float64, len(w.doses)), inverse: make([]*mat.SymDense, len(w.doses)), means: make([]changeMeans, w.classes*T), groups: make([]int, len(w.doses)*T)}
	x := make([]float64, K)
	for i := range c.means {
		c.means[i].x = make([]float64, K)
	}
	last := make([]int32, len(c.groups))
	for _, u := range w.order {
		w.untilSwitch(u, x, func(t int, y, weight float64) {
			m := &c.means[int(w.class[u])*T+t]
			m.mass += weight
			m.y += weight * y
			for j, v := range x {
				m.x[j] += weight * v
			}
			if g := int(w.base[u])*T + t; last[g] != w.cluster[u]+1 {
				c.groups[g]++
				last[g] = w.cluster[u] + 1
			}
		})
	}
	for i := range c.means {
		m := &c.means[i]
		m.y /= m.mass
		for j := range m.x {
			m.x[j] /= m.mass
		}
	}
	products, raw, xy := make([]*mat.SymDense, len(w.doses)), make([][]float64, len(w.doses)), make([][]float64, len(w.doses))
	for u := range w.units {
		if w.class[u] < 0 {
			continue
		}
		b := w.base[u]
		if products[b] == nil {
			products[b], raw[b], xy[b] = mat.NewSymDense(K, nil), make([]float64, K), make([]float64, K)
		}
		w.untilSwitch(u, x, func(t int, y, weight float64) {
			m := &c.means[int(w.class[u])*T+t]
			for j, v := range x {
				raw[b][j] += weight * v * v
				x[j] -= m.x[j]
			}
			for j, v := range x {
				xy[b][j] += weight * v * (y - m.y)
				for k := j; k < K; k++ {
					products[b].SetSym(j, k, products[b].At(j, k)+weight*v*x[k])
				}
			}
		})
	}
	var lost []string
	for b, xx := range products {
		if xx == nil {
			continue
		}
		inverse, rank, ok := pseudoInverse(xx, raw[b])
		if !ok {
			return fmt.Errorf("controls have no finite changes; one of them is too large")
		}
		if rank < K {
			lost = append(lost, fmt.Sprintf("%g", w.doses[b]))
		}
		c.inverse[b], c.theta[b] = inverse, make([]float64, K)
		for j := range K {
			for k := range K {
				c.theta[b][j] += inverse.At(j, k) * xy[b][k]
			}
		}
	}
	if len(lost) > 0 {
		w.notes = append(w.notes, fmt.Sprintf("controls do not all change of themselves before the switch among units with first treatment %s, and count there as far as they do", strings.Join(lost, ", ")))
	}
	w.controls = c
	return nil
}

// untilSwitch calls do for the changes from one period to the next of a unit before its switch, those of its controls in x.
func (w *switching) untilSwitch(u int, x []float64, do func(t int, y, weight float64)) {
	if w.class[u] < 0 {
		return
	}
	T := len(w.periods)
	for t := 1; t < w.first[u]; t++ {
		y := w.y[u*T+t] - w.y[u*T+t-1]
		if y != y {
			continue
		}
		for j := range x {
			x[j] = w.x[j][u*T+t] - w.x[j][u*T+t-1]
		}
		do(t, y, w.weight(u, t))
	}
}

// pseudoInverse is the Moore-Penrose inverse of a symmetric matrix of products of columns that lost their means, at the scale of
// their correlations; raw are the columns' squares with the means, beside which what is left may be rounding.
func pseudoInverse(xx *mat.SymDense, raw []float64) (inverse *mat.SymDense, rank int, ok bool) {
	K := xx.SymmetricDim()
	scale := make([]float64, K)
	for j := range K {
		if v := xx.At(j, j); v > 1e-14*raw[j] {
			scale[j] = 1 / math.Sqrt(v)
		}
	}
	unit := mat.NewSymDense(K, nil)
	for j := range K {
		for k := j; k < K; k++ {
			v := xx.At(j, k) * scale[j] * scale[k]
			if !finite(v) {
				return nil, 0, false
			}
			unit.SetSym(j, k, v)
		}
	}
	var e mat.EigenSym
	if !e.Factorize(unit, true) {
		return nil, 0, false
	}
	var vectors mat.Dense
	e.VectorsTo(&vectors)
	inverse = mat.NewSymDense(K, nil)
	for i, value := range e.Values(nil) {
		if value <= 1e-10 {
			continue
		}
		rank++
		for j := range K {
			for k := j; k < K; k++ {
				inverse.SetSym(j, k, inverse.At(j, k)+vectors.At(j, i)*vectors.At(k, i)/value*scale[j]*scale[k])
			}
		}
	}
	return inverse, rank, true
}

// controlMoves tell how each horizon's effect moves with the coefficients of the controls.
type controlMoves struct {
	w      *switching
	by     [][]float64 // horizon × first treatment × control: the comparison of the controls' changes
	centre []float64   // horizon: its product with the coefficients, over the number of units
	s, v   []float64
}

// moves compares the controls' changes as estimate does the outcome's.
func (w *switching) moves() *controlMoves {
	K, T := len(w.x), len(w.periods)
	m := &controlMoves{w: w, by: make([][]float64, len(w.levels)), centre: make([]float64, len(w.levels)), s: make([]float64, K), v: make([]float64, K)}
	for h := range m.by {
		m.by[h] = make([]float64, len(w.doses)*K)
	}
	for u := range w.units {
		w.visit(u, func(h, t int, _, weight float64, switched bool) {
			c := w.cell(h, t, w.class[u])
			if !c.valid() {
				return
			}
			k := 0.0
			for way, sign := range [2]float64{-1, 1} {
				k -= sign * c.switched[way].mass / c.stayed.mass
			}
			if switched {
				_, k = w.way(u)
			}
			from, to, _ := w.ends(&w.levels[h], u, t)
			for j, x := range w.x {
				m.by[h][int(w.base[u])*K+j] += k * weight / w.levels[h].mass * (x[u*T+to] - x[u*T+from])
			}
		})
	}
	units := 0
	for _, b := range w.base {
		if b >= 0 {
			units++
		}
	}
	for h := range m.by {
		for b, theta := range w.controls.theta {
			for j, v := range theta {
				m.centre[h] += m.by[h][b*K+j] * v / float64(units)
			}
		}
	}
	return m
}

// add takes off what the unit adds to the coefficients, by the terms of the authors' command: the score with the residual
// enlarged for the mean it has lost, less the coefficients themselves.
func (m *controlMoves) add(u int, sum []float64) {
	w := m.w
	for h, c := range m.centre {
		sum[h] += c
	}
	if w.class[u] < 0 {
		return
	}
	T, K, b := len(w.periods), len(w.x), int(w.base[u])
	clear(m.s)
	w.untilSwitch(u, m.v, func(t int, y, weight float64) {
		n := w.controls.groups[b*T+t]
		if n < 2 {
			return
		}
		mean := &w.controls.means[int(w.class[u])*T+t]
		residual := y - mean.y
		for j, theta := range w.controls.theta[b] {
			m.v[j] -= mean.x[j]
			residual -= theta * m.v[j]
		}
		enlarged := math.Sqrt(float64(n)/float64(n-1)) * weight * residual
		for j, x := range m.v {
			m.s[j] += enlarged * x
		}
	})
	for j := range K {
		m.v[j] = 0
		for k, s := range m.s {
			m.v[j] += w.controls.inverse[b].At(j, k) * s
		}
	}
	for h, by := range m.by {
		for j, v := range m.v {
			sum[h] -= by[b*K+j] * v
		}
	}
}
