package did

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/absorb"
)

// untreated is the least-squares model of untreated outcomes, y = Σ effects + x'β on the rows before treatment, factored so
// that it can be asked for any row's prediction and for what each untreated row adds to it. With the effect of most levels
// eliminated level by level, what is left is a system of the other effects' levels and the controls.
type untreated struct {
	use    []bool    // rows that the model is estimated on
	weight []float64 // nil: 1 each
	first  absorb.Effect
	rest   []absorb.Effect
	offset []int // of each of the rest
	x      [][]float64
	dims   int
	mass   []float64  // weight of each level of first
	cross  *mat.Dense // levels × dims
	s      *mat.SymDense
	pivots []int // dimensions that are not spanned by those before
	chol   mat.Cholesky
	gamma  coefficients
}

// coefficients are those of the levels of the first effect and of all other dimensions.
type coefficients struct{ first, rest []float64 }

// newUntreated builds the model on rows of a; controls are centred and scaled, which changes no prediction.
func newUntreated(a *adoption, use []bool) (*untreated, error) {
	u := &untreated{use: use, weight: a.d.Weights}
	largest := 0
	for i, e := range a.d.Effects {
		if len(e.Slopes) > 0 || !e.Intercept {
			return nil, fmt.Errorf("method=%s takes no unit-specific slopes in the fixed effects (%s)", a.spec.Method, e.Name)
		}
		if e.Levels > a.d.Effects[largest].Levels {
			largest = i
		}
	}
	for i, e := range a.d.Effects {
		if i == largest {
			u.first = e
			continue
		}
		u.rest, u.offset = append(u.rest, e), append(u.offset, u.dims)
		u.dims += e.Levels
	}
	if u.dims > 4000 {
		return nil, fmt.Errorf("the fixed effects beside %s have %d levels; method=%s takes 4,000 at most", u.first.Name, u.dims, a.spec.Method)
	}
	for _, x := range a.d.X {
		u.x = append(u.x, scaled(x, use))
	}
	u.dims += len(u.x)
	u.normalEquations()
	u.solveOutcome(a.d.Y)
	return u, nil
}

// scaled is a column less its mean over its deviation among the rows used.
func scaled(x []float64, use []bool) []float64 {
	n, m, s := 0.0, 0.0, 0.0
	for i, v := range x {
		if use[i] {
			n++
			m += v
		}
	}
	m /= n
	for i, v := range x {
		if use[i] {
			s += (v - m) * (v - m) / n
		}
	}
	out := make([]float64, len(x))
	scale := math.Sqrt(s)
	if !(scale > 1e-12*math.Abs(m)) {
		scale = 1
	}
	for i, v := range x {
		out[i] = (v - m) / scale
	}
	return out
}

func (u *untreated) weightOf(i int) float64 {
	if u.weight == nil {
		return 1
	}
	return u.weight[i]
}

// row calls f with the dimensions of the rest that row i has, and their values.
func (u *untreated) row(i int, f func(dim int, value float64)) {
	for k, e := range u.rest {
		f(u.offset[k]+int(e.Codes[i]), 1)
	}
	base := u.dims - len(u.x)
	for j, x := range u.x {
		f(base+j, x[i])
	}
}

func (u *untreated) normalEquations() {
	u.mass = make([]float64, u.first.Levels)
	u.cross = mat.NewDense(u.first.Levels, max(u.dims, 1), nil)
	full := mat.NewSymDense(max(u.dims, 1), nil)
	var dims []int
	var vals []float64
	for i, used := range u.use {
		if !used {
			continue
		}
		w := u.weightOf(i)
		u.mass[u.first.Codes[i]] += w
		c := u.cross.RawRowView(int(u.first.Codes[i]))
		dims, vals = dims[:0], vals[:0]
		u.row(i, func(d int, v float64) { dims, vals = append(dims, d), append(vals, v) })
		for a, d := range dims {
			c[d] += w * vals[a]
			for b, e := range dims {
				if e >= d {
					full.SetSym(d, e, full.At(d, e)+w*vals[a]*vals[b])
				}
			}
		}
	}
	u.s = mat.NewSymDense(max(u.dims, 1), nil)
	u.s.CopySym(full)
	const some = 512 // levels at a time
	scaledCross := mat.NewDense(some, max(u.dims, 1), nil)
	for start := 0; start < len(u.mass); start += some {
		scaledCross.Zero()
		for l := start; l < min(start+some, len(u.mass)); l++ {
			if m := u.mass[l]; m > 0 {
				row, from := scaledCross.RawRowView(l-start), u.cross.RawRowView(l)
				for d, v := range from {
					row[d] = v / math.Sqrt(m)
				}
			}
		}
		var outer mat.SymDense
		outer.SymOuterK(-1, scaledCross.T())
		u.s.AddSym(u.s, &outer)
	}
	u.pivot(full)
}

// pivot finds the dimensions that are not spanned by those before them, and factors the system of these.
func (u *untreated) pivot(full *mat.SymDense) {
	var l [][]float64
	for d := range u.dims {
		g := full.At(d, d)
		if !(g > 0) {
			continue
		}
		row := make([]float64, len(l)+1)
		left := u.s.At(d, d)
		for a, k := range u.pivots {
			v := u.s.At(d, k)
			for b := range a {
				v -= row[b] * l[a][b]
			}
			row[a] = v / l[a][a]
			left -= row[a] * row[a]
		}
		if left > 1e-10*g {
			row[len(l)] = math.Sqrt(left)
			l, u.pivots = append(l, row), append(u.pivots, d)
		}
	}
	if len(u.pivots) == 0 {
		return
	}
	s := mat.NewSymDense(len(u.pivots), nil)
	for a, d := range u.pivots {
		for b := a; b < len(u.pivots); b++ {
			s.SetSym(a, b, u.s.At(d, u.pivots[b]))
		}
	}
	u.chol.Factorize(s)
}

// solve are the coefficients γ with Z'WZ γ = r, and whether r lies in the space of the untreated rows at all.
func (u *untreated) solve(r coefficients) (coefficients, bool) {
	q := append([]float64(nil), r.rest...)
	size := 0.0
	for l, m := range u.mass {
		if v := r.first[l]; v != 0 && m > 0 {
			for d, c := range u.cross.RawRowView(l)[:u.dims] {
				q[d] -= c * v / m
			}
		}
		size = math.Max(size, math.Abs(r.first[l]))
	}
	for _, v := range r.rest {
		size = math.Max(size, math.Abs(v))
	}
	g := coefficients{make([]float64, len(u.mass)), u.solveRest(q)}
	inside := u.inside(q, g.rest, size)
	for l, m := range u.mass {
		if !(m > 0) {
			inside = inside && r.first[l] == 0
			continue
		}
		v := r.first[l]
		for d, c := range u.cross.RawRowView(l)[:u.dims] {
			v -= c * g.rest[d]
		}
		g.first[l] = v / m
	}
	return g, inside
}

// longSum is after how many terms a sum is put aside: adding up the same share of many levels one by one loses digits in
// one direction.
const longSum = 256

func flush(sum, part []float64) {
	for i, v := range part {
		sum[i] += v
		part[i] = 0
	}
}

// restOf is the part of solve's coefficients that is not the first effect's, for Z'v over rows.
func (u *untreated) restOf(rows []int32, v []float64) (rest []float64, inside bool) {
	q, part := make([]float64, u.dims), make([]float64, u.dims)
	size := 0.0
	inside = true
	for k, i := range rows {
		l := u.first.Codes[i]
		m := u.mass[l]
		inside = inside && m > 0
		if m > 0 {
			for d, c := range u.cross.RawRowView(int(l))[:u.dims] {
				part[d] -= c * v[k] / m
			}
		}
		u.row(int(i), func(d int, x float64) { part[d] += v[k] * x })
		size += math.Abs(v[k])
		if k%longSum == longSum-1 || k == len(rows)-1 {
			flush(q, part)
		}
	}
	rest = u.solveRest(q)
	return rest, inside && u.inside(q, rest, size)
}

// solveRest solves the system of the other dimensions, with zero for those that are spanned by ones before.
func (u *untreated) solveRest(q []float64) []float64 {
	rest := make([]float64, u.dims)
	if len(u.pivots) == 0 {
		return rest
	}
	b := mat.NewVecDense(len(u.pivots), nil)
	for a, d := range u.pivots {
		b.SetVec(a, q[d])
	}
	var x mat.VecDense
	u.chol.SolveVecTo(&x, b) // an ill-conditioned system shows in the residual
	for a, d := range u.pivots {
		rest[d] = x.AtVec(a)
	}
	return rest
}

// inside tells whether the system is solved, in all dimensions, up to a part of size.
func (u *untreated) inside(q, rest []float64, size float64) bool {
	for d := range u.dims {
		left := q[d]
		for _, k := range u.pivots {
			left -= u.s.At(d, k) * rest[k]
		}
		if !(math.Abs(left) <= 1e-7*size) {
			return false
		}
	}
	return true
}

// moments are Z'v over the rows for which v is not zero.
func (u *untreated) moments(rows []int32, v []float64) coefficients {
	r := coefficients{make([]float64, len(u.mass)), make([]float64, u.dims)}
	for k, i := range rows {
		w := v[k]
		r.first[u.first.Codes[i]] += w
		u.row(int(i), func(d int, x float64) { r.rest[d] += w * x })
	}
	return r
}

// at is z_i'γ.
func (u *untreated) at(i int, g coefficients) float64 {
	s := g.first[u.first.Codes[i]]
	for k := range u.rest {
		s += g.rest[u.offset[k]+int(u.rest[k].Codes[i])]
	}
	base := u.dims - len(u.x)
	for j, x := range u.x {
		s += x[i] * g.rest[base+j]
	}
	return s
}

// solveOutcome estimates the model, with two corrections by what the residuals still hold of the regressors.
func (u *untreated) solveOutcome(y []float64) {
	u.gamma = coefficients{make([]float64, len(u.mass)), make([]float64, u.dims)}
	r := coefficients{make([]float64, len(u.mass)), make([]float64, u.dims)}
	for range 3 {
		clear(r.first)
		clear(r.rest)
		for i, used := range u.use {
			if used {
				v := u.weightOf(i) * (y[i] - u.at(i, u.gamma))
				r.first[u.first.Codes[i]] += v
				u.row(i, func(d int, x float64) { r.rest[d] += v * x })
			}
		}
		g, _ := u.solve(r)
		for l, x := range g.first {
			u.gamma.first[l] += x
		}
		for d, x := range g.rest {
			u.gamma.rest[d] += x
		}
	}
}
