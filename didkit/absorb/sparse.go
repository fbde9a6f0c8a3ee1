package absorb

import "math"

// sparse is a system too large to factor: S = D'WD − B'B is applied as it stands, level by level of the first effect.
type sparse struct {
	a     *Absorber
	n     int
	cells matrix   // B: the first's whitened columns × the rest's
	cross []matrix // D'WD between the rest's effects, upper blocks
	solid []bool   // dimensions whose column is not zero
	diag  []float64
}

// matrix is a sparse matrix by rows.
type matrix struct {
	start []int32
	col   []int32
	val   []float64
}

func newSparse(a *Absorber) *sparse {
	s := &sparse{a: a, n: a.dims, solid: make([]bool, a.dims), diag: make([]float64, a.dims)}
	for _, f := range a.rest {
		for c := 0; c < f.levels; c++ {
			for b := 0; b < f.width; b++ {
				if f.filled(c, b) {
					d := f.offset + c*f.width + b
					s.solid[d], s.diag[d] = true, 1
				}
			}
		}
	}
	levels := a.first.grouping(a.ordered)
	k := a.first.width
	s.cells.start = append(s.cells.start, 0)
	a.couplings(&levels, 0, a.first.levels, a.rest, func(_ int, touched []int32, moments []float64) {
		for x := 0; x < k; x++ {
			for _, d := range touched {
				v := moments[int(d)*k+x]
				s.cells.col = append(s.cells.col, d)
				s.cells.val = append(s.cells.val, v)
				s.diag[d] -= v * v
			}
			s.cells.start = append(s.cells.start, int32(len(s.cells.col)))
		}
	})
	for x, f := range a.rest {
		for _, g := range a.rest[x+1:] {
			s.cross = append(s.cross, a.crossTable(f, g))
		}
	}
	return s
}

// crossTable is D'WD between two effects' whitened columns, with a row for each of f's.
func (a *Absorber) crossTable(f, g *factor) matrix {
	m := matrix{start: make([]int32, a.dims+1)}
	sorted, _ := f.order()
	levels := f.grouping(sorted)
	sums := make([]float64, g.dims()*f.width)
	var touched []int32
	hit := make([]bool, g.dims())
	qf, qg, z := make([]float64, f.width), make([]float64, g.width), make([]float64, max(f.width, g.width))
	for c := 0; c < f.levels; c++ {
		touched = touched[:0]
		for i := levels.start[c]; i < levels.start[c+1]; i++ {
			row := levels.row(i)
			w := weight(a.weights, row)
			f.whitened(row, z, qf)
			g.whitened(row, z, qg)
			for y, v := range qg {
				d := int(g.codes[row])*g.width + y
				if !hit[d] {
					hit[d] = true
					touched = append(touched, int32(d))
				}
				for x, u := range qf {
					sums[d*f.width+x] += w * u * v
				}
			}
		}
		for x := 0; x < f.width; x++ {
			for _, d := range touched {
				m.col = append(m.col, int32(g.offset)+d)
				m.val = append(m.val, sums[int(d)*f.width+x])
			}
			m.start[f.offset+c*f.width+x+1] = int32(len(m.col))
		}
		for _, d := range touched {
			hit[d] = false
			clear(sums[int(d)*f.width:][:f.width])
		}
	}
	for d := 1; d <= a.dims; d++ {
		m.start[d] = max(m.start[d], m.start[d-1])
	}
	return m
}

// apply writes Sv for gw columns side by side.
func (s *sparse) apply(v, out []float64, gw int) {
	for d, solid := range s.solid {
		if solid {
			copy(out[d*gw:][:gw], v[d*gw:][:gw])
		} else {
			clear(out[d*gw:][:gw])
		}
	}
	sum := make([]float64, gw)
	for l := 0; l+1 < len(s.cells.start); l++ {
		from, to := s.cells.start[l], s.cells.start[l+1]
		clear(sum)
		for x := from; x < to; x++ {
			b := s.cells.val[x]
			for j, u := range v[int(s.cells.col[x])*gw:][:gw] {
				sum[j] += b * u
			}
		}
		for x := from; x < to; x++ {
			b := s.cells.val[x]
			o := out[int(s.cells.col[x])*gw:][:gw]
			for j, u := range sum {
				o[j] -= b * u
			}
		}
	}
	for _, m := range s.cross {
		for i := 0; i < s.n; i++ {
			for x := m.start[i]; x < m.start[i+1]; x++ {
				b, k := m.val[x], int(m.col[x])
				for j := 0; j < gw; j++ {
					out[i*gw+j] += b * v[k*gw+j]
					out[k*gw+j] += b * v[i*gw+j]
				}
			}
		}
	}
}

func (s *sparse) rank() (int, bool) { return -1, false }

func (s *sparse) balanced() bool { return false }

func (s *sparse) solve(r *table, noise []float64) (solution, error) {
	for _, f := range s.a.rest {
		f.whitenTable(r)
	}
	theta := newTable(r.layout, s.n)
	iterations, residual := make([]int, r.cols), make([]float64, r.cols)
	parallel(s.a.workers, r.groups(), func(g int) {
		start, gw := r.start[g], r.width(g)
		s.descend(theta.data[g], r.data[g], gw, noise[start:][:gw], iterations[start:][:gw], residual[start:][:gw])
	})
	worst := 0
	report := Report{Method: "conjugate gradients"}
	for j, v := range residual {
		report.Iterations = max(report.Iterations, iterations[j])
		if v > residual[worst] || v != v {
			worst = j
		}
	}
	if report.Residual = residual[worst]; !(report.Residual <= s.a.tol) {
		return solution{}, &NotConverged{Iterations: report.Iterations, Residual: report.Residual, Tol: s.a.tol, Column: worst}
	}
	for _, f := range s.a.rest {
		f.unwhitenTable(theta)
		f.unwhitenLeft(r)
	}
	return solution{theta: theta, left: r, Report: report}, nil
}

// descend runs conjugate gradients on gw columns side by side. r comes with the moments and leaves with the residual.
func (s *sparse) descend(theta, r []float64, gw int, scale []float64, iterations []int, residual []float64) {
	n := s.n
	z, p, q := make([]float64, n*gw), make([]float64, n*gw), make([]float64, n*gw)
	norm, rho, alpha, beta := make([]float64, gw), make([]float64, gw), make([]float64, gw), make([]float64, gw)
	done := make([]bool, gw)
	dots := func(a, b, out []float64) {
		clear(out)
		for d := 0; d < n; d++ {
			for j, x := range a[d*gw:][:gw] {
				out[j] += x * b[d*gw+j]
			}
		}
	}
	precondition := func() {
		for d, v := range s.diag {
			inv := 0.0
			if s.solid[d] && v > 1e-14 {
				inv = 1 / v
			}
			for j := 0; j < gw; j++ {
				z[d*gw+j] = inv * r[d*gw+j]
			}
		}
	}
	now := make([]float64, gw)
	dots(r, r, norm)
	copy(now, norm)
	precondition()
	copy(p, z)
	dots(r, z, rho)
	for j := range done {
		norm[j] = math.Sqrt(norm[j]) + scale[j]/s.a.tol // so that residual ≤ tol means |r| ≤ tol·|r at the start| + scale
		done[j] = norm[j] == 0 || math.Sqrt(now[j]) <= scale[j]
	}
	for it := 1; it <= s.a.maxIter; it++ {
		s.apply(p, q, gw)
		dots(p, q, alpha)
		for j := range alpha {
			if alpha[j] > 0 && !done[j] {
				alpha[j] = rho[j] / alpha[j]
			} else {
				alpha[j] = 0
			}
		}
		for d := 0; d < n; d++ {
			for j, al := range alpha {
				theta[d*gw+j] += al * p[d*gw+j]
				r[d*gw+j] -= al * q[d*gw+j]
			}
		}
		dots(r, r, now)
		all := true
		for j := range done {
			if !done[j] {
				iterations[j] = it
				residual[j] = math.Sqrt(now[j]) / norm[j]
				done[j] = residual[j] <= s.a.tol
				all = all && done[j]
			}
		}
		if all {
			return
		}
		precondition()
		dots(r, z, beta)
		for j := range beta {
			rho[j], beta[j] = beta[j], share(beta[j], rho[j])
		}
		for d := 0; d < n; d++ {
			for j, be := range beta {
				p[d*gw+j] = z[d*gw+j] + be*p[d*gw+j]
			}
		}
	}
}
