package diagnose

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// lassoPath are the solutions of min ½u'Hu + g'u + t Σ|u_j| for every t ≥ 0: straight lines between knots (Efron, Hastie,
// Johnstone & Tibshirani 2004, section 3). Above the first knot u is zero, and the last one is t = 0.
type lassoPath struct {
	t []float64   // descending
	u [][]float64 // at each
}

// newLassoPath follows the path downwards from t = max|g|. Where the gradient c = Hu + g of the coordinates that are not
// zero is -t times their signs, u moves by H⁻¹·sign per unit of t among these, until another's |c| reaches t or one of them
// reaches zero.
func newLassoPath(h *mat.SymDense, g []float64) lassoPath {
	n := len(g)
	p := lassoPath{}
	top := maxAbs(g)
	if top == 0 {
		return p
	}
	u, c := make([]float64, n), slices.Clone(g)
	sign := make([]float64, n) // 0: at zero
	add := func(t float64) { p.t, p.u = append(p.t, t), append(p.u, slices.Clone(u)) }
	t, left, leftSide := top, -1, 0.0 // the coordinate that has just become zero, and the side that it comes from, not to go back
	add(t)
	for j := range sign {
		if math.Abs(c[j]) >= top {
			sign[j] = -math.Copysign(1, c[j])
			break
		}
	}
	for range 100 * n {
		active, w := direction(h, sign)
		slope := make([]float64, n) // of c
		for j := range slope {
			for a, k := range active {
				slope[j] += h.At(j, k) * w[a]
			}
		}
		step, joins, leaves := t, -1, -1
		for j := range sign {
			if sign[j] != 0 {
				continue
			}
			for _, side := range []float64{1, -1} { // c_j reaches side·t
				if rate := 1 + side*slope[j]; rate > 0 && !(j == left && side == leftSide) {
					if d := math.Max(0, (t-side*c[j])/rate); d < step {
						step, joins, leaves = d, j, -1
					}
				}
			}
		}
		for a, k := range active {
			if d := -u[k] / w[a]; w[a]*sign[k] < 0 && d >= 0 && d < step {
				step, joins, leaves = d, -1, k
			}
		}
		for a, k := range active {
			u[k] += step * w[a]
		}
		for j := range c {
			c[j] += step * slope[j]
		}
		t, left = t-step, -1
		switch {
		case joins >= 0:
			sign[joins] = -math.Copysign(1, c[joins])
		case leaves >= 0:
			left, leftSide = leaves, -sign[leaves]
			u[leaves], sign[leaves] = 0, 0
		default:
			add(0)
			return p
		}
		add(t)
	}
	return p
}

// direction is H⁻¹·sign among the coordinates that are not zero; a singular H is taken to be a little larger.
func direction(h *mat.SymDense, sign []float64) (active []int, w []float64) {
	for j, s := range sign {
		if s != 0 {
			active = append(active, j)
		}
	}
	n := len(active)
	m, b := mat.NewSymDense(n, nil), mat.NewVecDense(n, nil)
	for a, j := range active {
		b.SetVec(a, sign[j])
		for c := a; c < n; c++ {
			m.SetSym(a, c, h.At(j, active[c]))
		}
	}
	var chol mat.Cholesky
	for ridge := 1e-13; !chol.Factorize(m) && ridge < 1; ridge *= 10 {
		for a := range n {
			m.SetSym(a, a, h.At(active[a], active[a])*(1+ridge))
		}
	}
	var x mat.VecDense
	_ = chol.SolveVecTo(&x, b) // an ill-conditioned step still ends on the path's next knot
	return active, slices.Clone(x.RawVector().Data)
}

// top is the smallest t at which u is zero.
func (p lassoPath) top() float64 {
	if len(p.t) == 0 {
		return 0
	}
	return p.t[0]
}

// at reads the solution at t into u.
func (p lassoPath) at(t float64, u []float64) {
	clear(u)
	k, found := slices.BinarySearchFunc(p.t, t, func(a, b float64) int { // descending
		switch {
		case a > b:
			return -1
		case a < b:
			return 1
		}
		return 0
	})
	switch {
	case found:
		copy(u, p.u[k])
	case k == len(p.t): // the path broke off above
		copy(u, p.u[k-1])
	case k > 0:
		share := (p.t[k-1] - t) / (p.t[k-1] - p.t[k])
		for j := range u {
			u[j] = p.u[k-1][j] + share*(p.u[k][j]-p.u[k-1][j])
		}
	}
}
