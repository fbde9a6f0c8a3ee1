package did

import (
	"math"
	"slices"
	"sync/atomic"
)

// mixture is a problem of synthetic control: columns a_1 … a_n of length m, of which a convex combination comes near a target.
// Its inner products are found as they are wanted and kept, since few columns ever get weight, and draws share them.
type mixture struct {
	n, m int
	a    []float64 // n × m, a column a row
	norm []float64 // a_i'a_i
	rows []atomic.Pointer[[]float64]
}

// newMixture takes the columns over; with an intercept each loses its mean.
func newMixture(a []float64, n, m int, intercept bool) *mixture {
	x := &mixture{n: n, m: m, a: a, norm: make([]float64, n), rows: make([]atomic.Pointer[[]float64], n)}
	for i := range n {
		v := x.column(i)
		if intercept {
			centre(v)
		}
		x.norm[i] = inner(v, v)
	}
	return x
}

func (x *mixture) column(i int) []float64 { return x.a[i*x.m : (i+1)*x.m] }

// products are a_i'a_j for all j.
func (x *mixture) products(i int) []float64 {
	if r := x.rows[i].Load(); r != nil {
		return *r
	}
	r, v := make([]float64, x.n), x.column(i)
	for j := range r {
		r[j] = inner(v, x.column(j))
	}
	x.rows[i].Store(&r)
	return r
}

// descent says how minimise goes.
type descent struct {
	zeta        float64 // of the ridge ζ²‖w‖²
	minDecrease float64 // stop once the objective falls by no more than its square
	maxIter     int
	stop        func() error // as in design.Options
}

// minimise finds weights w ≥ 0, Σw = 1, on the columns at that make ‖Aw - b‖²/m + ζ²‖w‖² small, by Frank and Wolfe's steps
// from w, which it changes (Arkhangelsky et al. 2021, algorithm 1 and appendix; the steps and the stop are those of the
// authors' program synthdid, so that unfinished descents agree as well).
//
// A step towards column j takes the gradient g = A'Aw - c + ηw, with c = A'b and η = mζ², to (1-s)g + s r_j, where
// r_j = A'a_j - c + ηe_j: one pass over the columns. What else it needs are two inner products, g'w and c'w, which follow from their
// last values, so that w itself is only scaled: w = scale·u.
func (x *mixture) minimise(at []int, b, w []float64, o descent) {
	n := len(at)
	eta := float64(x.m) * o.zeta * o.zeta
	sum := make([]float64, x.m) // Aw
	for k, i := range at {
		if w[k] != 0 {
			for t, v := range x.column(i) {
				sum[t] += w[k] * v
			}
		}
	}
	c, g := make([]float64, n), make([]float64, n)
	var cw, gw float64
	for k, i := range at {
		c[k] = inner(x.column(i), b)
		g[k] = inner(x.column(i), sum) - c[k] + eta*w[k]
		cw += c[k] * w[k]
		gw += g[k] * w[k]
	}
	best, least := lowest(g)
	rows := make([][]float64, n) // r_j of the columns that got weight
	scale := 1.0
	for iter := 1; iter <= o.maxIter && (iter%256 != 0 || o.stop == nil || o.stop() == nil); iter++ {
		row := rows[best]
		if row == nil {
			row = make([]float64, n)
			all := x.products(at[best])
			for k, i := range at {
				row[k] = all[i] - c[k]
			}
			row[best] += eta
			rows[best] = row
		}
		slope := least - gw
		bend := row[best] - c[best] - 2*least + gw + cw // ‖a_j - Aw‖² + η‖e_j - w‖²
		if !(slope < 0 && bend > 0) {
			if iter >= 2 {
				break
			}
			continue
		}
		step := min(1, -slope/bend)
		keep := 1 - step
		gw = keep*keep*gw + step*keep*(2*least+c[best]-cw) + step*step*row[best]
		cw = keep*cw + step*c[best]
		if keep < 1e-12 || scale < 1e-200 { // take the scale into the weights before it is no number
			rescale(w, scale*keep)
			scale = 1
			w[best] += step
		} else {
			scale *= keep
			w[best] += step / scale
		}
		decrease := -step * (2*slope + step*bend) / float64(x.m)
		if iter >= 2 && !(decrease > o.minDecrease*o.minDecrease) {
			break
		}
		best, least = towards(g, row, step)
	}
	rescale(w, scale)
}

// towards takes g to (1-step)g + step·row, and finds its least element, the first if there are several.
func towards(g, row []float64, step float64) (best int, least float64) {
	least = math.Inf(1)
	row = row[:len(g)]
	for k, v := range g {
		v += step * (row[k] - v)
		g[k] = v
		if v < least {
			best, least = k, v
		}
	}
	return best, least
}

func lowest(g []float64) (best int, least float64) {
	least = math.Inf(1)
	for k, v := range g {
		if v < least {
			best, least = k, v
		}
	}
	return best, least
}

func rescale(w []float64, by float64) {
	for k := range w {
		w[k] *= by
	}
}

// solve is minimise in two parts: a short descent, the weights up to a quarter of the largest set to zero, and a long one.
func (x *mixture) solve(at []int, b, w []float64, o descent) {
	first := o
	first.maxIter = 100
	x.minimise(at, b, w, first)
	sparsify(w)
	x.minimise(at, b, w, o)
}

// sparsify drops weights up to a quarter of the largest.
func sparsify(w []float64) {
	limit := slices.Max(w) / 4
	for k, v := range w {
		if v <= limit {
			w[k] = 0
		}
	}
	normalise(w)
}

// normalise makes weights add up to one; all zero, they become equal.
func normalise(w []float64) {
	total := 0.0
	for _, v := range w {
		total += v
	}
	for k := range w {
		if total == 0 {
			w[k] = 1 / float64(len(w))
		} else {
			w[k] /= total
		}
	}
}

func centre(v []float64) {
	mean := 0.0
	for _, x := range v {
		mean += x / float64(len(v))
	}
	for i := range v {
		v[i] -= mean
	}
}

func inner(a, b []float64) float64 {
	s := 0.0
	for i, v := range a {
		s += v * b[i]
	}
	return s
}
