package absorb

import "math"

// sparse is a system too large to factor. The effects with few levels are eliminated exactly, as the first effect was;
// on the others' dimensions, which come first in tables, conjugate gradients run with
//
//	S = D'WD − B'B − KK'
//
// where B holds the first effect's whitened columns' moments with the others', and K does the same for the few. Entries of
// D'WD between two effects are a matrix of their own for each pair. Columns are whitened: D'WD has ones on its diagonal.
type sparse struct {
	a       *Absorber
	n       int       // dimensions that are iterated on
	many    []*factor // whose these are
	few     *few      // nil if every effect is among the many
	solid   []bool    // dimensions whose column is not zero
	cells   []*matrix // B by parts of its rows
	cross   []*matrix // D'WD between the many
	product *matrix   // −B'B off its diagonal, where that has fewer entries than B; else nil
	diag    []float64 // S's, K left out
	precondition
}

func newSparse(a *Absorber) *sparse {
	s := &sparse{a: a}
	s.divide()
	levels := a.first.grouping(a.ordered)
	s.solid, s.diag = make([]bool, s.n), make([]float64, s.n)
	for _, f := range s.many {
		for c := 0; c < f.levels; c++ {
			for b := 0; b < f.width; b++ {
				if f.filled(c, b) {
					s.solid[f.offset+c*f.width+b] = true
				}
			}
		}
	}
	s.collect(&levels)
	for x, f := range s.many {
		for _, g := range s.many[x+1:] {
			s.cross = append(s.cross, a.crossTable(f, g, s.n))
		}
	}
	s.multiply()
	s.choosePreconditioner()
	return s
}

const (
	fewLimit    = 300 // dimensions of the few
	fewPerEntry = 1   // numbers in K for each row of the data
)

// divide deals the rest into many and few. Tables have the effects by falling size, so the few are the last.
func (s *sparse) divide() {
	a := s.a
	s.n = a.dims
	last := len(a.rest)
	for last > 1 {
		n := a.rest[last-1].offset
		if few := a.dims - n; few > fewLimit || few*n > fewPerEntry*a.rows {
			break
		}
		last--
		s.n = n
	}
	s.many = a.rest[:last]
	if last < len(a.rest) {
		s.few = &few{factors: a.rest[last:], from: s.n, n: a.dims - s.n}
	}
}

// collect walks the first effect's levels once for B, S's diagonal, and the few's blocks of S.
func (s *sparse) collect(levels *grouping) {
	a, k := s.a, s.a.first.width
	nf := 0
	if s.few != nil {
		nf = s.few.n
	}
	bounds := chunks(a.first.levels, nf*a.dims+s.n, a.rows)
	parts := make([]fewBlocks, len(bounds)-1)
	s.cells = make([]*matrix, len(parts))
	diags := make([][]float64, len(parts))
	parallel(a.workers, len(parts), func(p int) {
		m, diag := newMatrix(s.n), make([]float64, s.n)
		part := newFewBlocks(s.n, nf)
		var low []int32
		levelsDone := 0
		a.couplings(levels, bounds[p], bounds[p+1], a.rest, func(_ int, touched []int32, moments []float64) {
			for x := 0; x < k; x++ {
				low = low[:0]
				for _, d := range touched {
					v := moments[int(d)*k+x]
					if int(d) >= s.n {
						low = append(low, d)
						continue
					}
					m.push(d, v)
					diag[d] -= v * v
				}
				m.endRow()
				part.subtract(m, low, moments, k, x)
			}
			if levelsDone++; levelsDone == 256 {
				m.reserve((bounds[p+1] - bounds[p] - levelsDone) * k)
			}
		})
		s.cells[p], diags[p], parts[p] = m, diag, part
	})
	for d, solid := range s.solid {
		if solid {
			s.diag[d] = 1
		}
		for _, part := range diags {
			s.diag[d] += part[d]
		}
	}
	if s.few != nil {
		for _, part := range parts[1:] {
			parts[0].add(part)
		}
		s.few.factorise(a, parts[0], s.many)
	}
}

// apply writes Sv for gw columns side by side.
func (s *sparse) apply(v, out []float64, gw int) {
	if s.product != nil {
		for d, c := range s.diag {
			for j, u := range v[d*gw:][:gw] {
				out[d*gw+j] = c * u
			}
		}
		s.product.addTo(out, v, gw)
	} else {
		for d, solid := range s.solid {
			if solid {
				copy(out[d*gw:][:gw], v[d*gw:][:gw])
			} else {
				clear(out[d*gw:][:gw])
			}
		}
		for _, m := range s.cells {
			m.subtractSquare(out, v, gw)
		}
	}
	for _, m := range s.cross {
		m.addTo(out, v, gw)
		m.addTransposeTo(out, v, gw)
	}
	if s.few != nil {
		s.few.subtract(out, v, gw)
	}
}

func (s *sparse) rank() (int, bool) { return -1, false }

func (s *sparse) delicate() bool { return s.few != nil && s.few.ff.delicate() }

func (s *sparse) balanced() bool { return false }

func (s *sparse) solve(r *table, noise []float64) (solution, error) {
	for _, f := range s.a.rest {
		f.whitenTable(r)
	}
	theta := newTable(r.layout, s.a.dims)
	runs := make([]run, r.groups())
	parallel(s.a.workers, r.groups(), func(g int) {
		gw := r.width(g)
		noise := append([]float64(nil), noise[r.start[g]:][:gw]...)
		split := s.n * gw
		if s.few != nil {
			s.few.reduce(r.data[g][:split], r.data[g][split:], gw, noise)
		}
		runs[g] = s.descend(theta.data[g][:split], r.data[g][:split], gw, noise)
		if s.few != nil {
			s.few.recover(theta.data[g][:split], theta.data[g][split:], r.data[g][split:], gw)
		}
	})
	report := Report{Method: "conjugate gradients"}
	worst := -1
	for g, run := range runs {
		for at, v := range run.residual {
			report.Iterations = max(report.Iterations, run.iterations[at])
			if worst < 0 || v > report.Residual || math.IsNaN(v) {
				worst, report.Residual = r.start[g]+at, v
			}
		}
	}
	if !(report.Residual <= s.a.tol) {
		return solution{}, &NotConverged{Iterations: report.Iterations, Residual: report.Residual, Tol: s.a.tol, Column: worst}
	}
	for _, f := range s.a.rest {
		f.unwhitenTable(theta)
		f.unwhitenLeft(r)
	}
	return solution{theta: theta, left: r, Report: report}, nil
}
