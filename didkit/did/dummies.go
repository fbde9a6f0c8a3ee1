package did

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// dummies is the regression of the model's outcome on the model and on dummies of which a row has one at most, solved by
// taking the model out of them (Frisch & Waugh) without writing a column.
type dummies struct {
	u       *untreated
	code    []int32 // one a row, -1: none
	b       []float64
	inverse *mat.SymDense // of D̃'WD̃
	gamma   [][]float64   // one a dummy: the coefficients of its projection, but the first effect's
	own     coefficients  // of Σ b_j times the projection of dummy j
	resid   func(row int) float64
}

// dummies regresses; resid are the model's residuals. It is nil where a dummy is collinear with the model and the others,
// or almost.
func (u *untreated) dummies(code []int32, count int, resid func(row int) float64) *dummies {
	q := make([][]float64, count)
	sums, part := make([]float64, count*(u.dims+count)), make([]float64, count*(u.dims+count)) // of q, and of the Gram matrix
	for j := range q {
		q[j] = part[j*u.dims : (j+1)*u.dims]
	}
	products := part[count*u.dims:]
	mass, right := make([]float64, count), make([]float64, count)
	gram := mat.NewSymDense(count, nil)
	at := make([]float64, count)
	var here []int32
	levels := 0
	u.byLevel(code, func(l int32, rows []int32) {
		m := u.mass[l]
		for _, i := range rows {
			j, w := code[i], u.weightOf(int(i))
			if at[j] == 0 {
				here = append(here, j)
			}
			at[j] += w
			mass[j] += w
			right[j] += w * resid(int(i))
			u.row(int(i), func(d int, x float64) { q[j][d] += w * x })
		}
		cross := u.cross.RawRowView(int(l))[:u.dims]
		for _, j := range here {
			for d, c := range cross {
				q[j][d] -= c * at[j] / m
			}
			for _, k := range here {
				products[int(j)*count+int(k)] -= at[j] * at[k] / m
			}
		}
		for _, j := range here {
			at[j] = 0
		}
		here = here[:0]
		if levels++; levels%longSum == 0 {
			flush(sums, part)
		}
	})
	flush(sums, part)
	for j := range q {
		q[j] = sums[j*u.dims : (j+1)*u.dims]
	}
	r := &dummies{u: u, code: code, gamma: make([][]float64, count)}
	for j := range q {
		r.gamma[j] = u.solveRest(q[j])
	}
	for j := range count {
		for k := j; k < count; k++ {
			v := sums[count*(u.dims+j)+k]
			if j == k {
				v += mass[j]
			}
			for d, g := range r.gamma[k] {
				v -= q[j][d] * g
			}
			gram.SetSym(j, k, v)
		}
	}
	if !r.invert(gram, mass) {
		return nil
	}
	r.b = make([]float64, count)
	r.own = coefficients{make([]float64, len(u.mass)), make([]float64, u.dims)}
	r.add(right)
	r.resid = func(i int) float64 {
		e := resid(i) + u.at(i, r.own)
		if j := code[i]; j >= 0 {
			e -= r.b[j]
		}
		return e
	}
	clear(right)
	for i, j := range code { // what rounding left
		if j >= 0 && u.use[i] {
			right[j] += u.weightOf(i) * r.resid(i)
		}
	}
	r.add(right)
	return r
}

// add takes up what the residuals hold of the dummies.
func (r *dummies) add(right []float64) {
	u := r.u
	for j := range r.b {
		for k, v := range right {
			r.b[j] += r.inverse.At(j, k) * v
		}
	}
	clear(r.own.first)
	clear(r.own.rest)
	for j, b := range r.b {
		for d, g := range r.gamma[j] {
			r.own.rest[d] += b * g
		}
	}
	for i, j := range r.code {
		if j >= 0 && u.use[i] {
			r.own.first[u.first.Codes[i]] += r.b[j] * u.weightOf(i)
		}
	}
	for l, m := range u.mass {
		if m > 0 {
			for d, c := range u.cross.RawRowView(l)[:u.dims] {
				r.own.first[l] -= c * r.own.rest[d]
			}
			r.own.first[l] /= m
		}
	}
}

// byLevel calls f with the rows used that have a dummy, level by level of the first effect.
func (u *untreated) byLevel(code []int32, f func(level int32, rows []int32)) {
	next := make([]int32, u.first.Levels+1)
	for i, j := range code {
		if j >= 0 && u.use[i] {
			next[u.first.Codes[i]+1]++
		}
	}
	for l := range u.first.Levels {
		next[l+1] += next[l]
	}
	rows := make([]int32, next[u.first.Levels])
	for i, j := range code {
		if j >= 0 && u.use[i] {
			at := &next[u.first.Codes[i]]
			rows[*at] = int32(i)
			*at++
		}
	}
	from := int32(0)
	for l, to := range next[:u.first.Levels] { // now where each level ends
		if from < to {
			f(int32(l), rows[from:to])
		}
		from = to
	}
}

// invert sets inverse; false if less than 1e-8 of a dummy is left by the model and the ones before it.
func (r *dummies) invert(gram *mat.SymDense, mass []float64) bool {
	k := len(mass)
	l := make([][]float64, k)
	for a := range k {
		l[a] = make([]float64, a+1)
		for b := 0; b <= a; b++ {
			s := gram.At(a, b)
			for c := range b {
				s -= l[a][c] * l[b][c]
			}
			switch {
			case a == b && !(s > 1e-8*mass[a]):
				return false
			case a == b:
				l[a][a] = math.Sqrt(s)
			default:
				l[a][b] = s / l[b][b]
			}
		}
	}
	var chol mat.Cholesky
	r.inverse = mat.NewSymDense(k, nil)
	return chol.Factorize(gram) && chol.InverseTo(r.inverse) == nil
}

// scores are the coefficients' scores as combinations of parts by cluster, which it returns too: of dummy j's rows, Σ w e,
// and of the model's dimensions, less Σ w e z. Levels of the first effect must lie inside clusters, whose place is given.
func (r *dummies) scores(clusters, place []int32, groups int) (parts []influence, rows [][]float64) {
	u, k := r.u, len(r.b)
	from, to := make([]int32, k), make([]int32, k)
	for j := range from {
		from[j] = int32(groups)
	}
	for i, j := range r.code {
		if j >= 0 && u.use[i] {
			c := place[clusters[i]]
			from[j], to[j] = min(from[j], c), max(to[j], c+1)
		}
	}
	own, dims := make([][]float64, k), make([][]float64, u.dims)
	for j := range own {
		own[j] = make([]float64, to[j]-from[j])
		parts = append(parts, influence{{int(from[j]), own[j]}})
	}
	for _, d := range u.pivots {
		dims[d] = make([]float64, groups)
		parts = append(parts, influence{{0, dims[d]}})
	}
	for i, used := range u.use {
		if !used {
			continue
		}
		e, c := u.weightOf(i)*r.resid(i), place[clusters[i]]
		if j := r.code[i]; j >= 0 {
			own[j][c-from[j]] += e
		}
		u.row(i, func(d int, x float64) {
			if dims[d] != nil {
				dims[d][c] -= e * x
			}
		})
	}
	score := mat.NewDense(k, len(parts), nil)
	for j := range k {
		score.Set(j, j, 1)
		for a, d := range u.pivots {
			score.Set(j, k+a, r.gamma[j][d])
		}
	}
	var all mat.Dense
	all.Mul(r.inverse, score)
	for j := range k {
		rows = append(rows, slices.Clone(all.RawRowView(j)))
	}
	return parts, rows
}

// factor is fixest's of one-way clusters for the regression on the rows used: G/(G-1) · (n-1)/(n-K), K without the levels,
// but one, of effects that lie inside clusters, as vcov.Problem.Nonnested counts.
func (r *dummies) factor(a *adoption, groups int) float64 {
	n := 0
	for _, used := range r.u.use {
		if used {
			n++
		}
	}
	k := len(r.b) - (len(a.d.Effects) - 1)
	for _, e := range a.d.Effects {
		cluster := make([]int32, e.Levels) // from 1; 0 is not seen
		levels, several := 0, false
		for i, used := range r.u.use {
			if !used {
				continue
			}
			at, c := &cluster[e.Codes[i]], a.clusters[i]+1
			switch {
			case *at == 0:
				*at = c
				levels++
			case *at != c:
				several = true
			}
		}
		if several {
			k += levels
		} else {
			k++
		}
	}
	g := float64(groups)
	return g / (g - 1) * float64(n-1) / float64(n-k)
}
