package absorb

import (
	"math"
	"sync"

	"gonum.org/v1/gonum/floats"

	"github.com/seed2d25c7c2/didnb/didkit/internal/parallel"
)

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
	cells   incidence // B
	cross   []*matrix // D'WD between the many
	product *matrix   // −B'B off its diagonal, where that has fewer entries than B; else nil
	diag    []float64 // S's, K left out
	precondition
}

func newSparse(a *Absorber) *sparse {
	a.makeRoots()
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
	entries, products := s.collect(&levels)
	for x, f := range s.many {
		for _, g := range s.many[x+1:] {
			s.cross = append(s.cross, a.crossTable(f, g, s.n))
		}
	}
	s.multiply(entries, products)
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

// collect walks the first effect's levels once for B, S's diagonal, and the few's blocks of S. It returns the number of
// B's entries, and of products in B'B.
func (s *sparse) collect(levels *grouping) (entries, products int) {
	a, k := s.a, s.a.first.width
	nf := 0
	if s.few != nil {
		nf = s.few.n
	}
	bounds := chunks(a.first.levels, nf*a.dims+s.n, a.rows)
	cells := make([]*matrix, len(bounds)-1)
	total := newInTurn(func() *collected { return &collected{diag: make([]float64, s.n), few: newFewBlocks(s.n, nf)} })
	keep := !s.meetOnce(levels)
	parallel.For(a.workers, len(cells), func(p int) {
		c, m := total.borrow(), newMatrix(s.n)
		var high, low entryList
		done := 0
		a.couplings(levels, bounds[p], bounds[p+1], a.rest, func(_ int, touched []int32, moments []float64) {
			for x := range k {
				high.clear()
				low.clear()
				for _, d := range touched {
					v := moments[int(d)*k+x]
					if int(d) >= s.n {
						low.add(d-int32(s.n), v)
						continue
					}
					high.add(d, v)
					c.diag[d] -= v * v
				}
				c.entries += len(high.at)
				c.products += len(high.at) * len(high.at)
				c.few.subtract(&high, &low)
				if keep {
					m.pushRow(&high)
				}
			}
			if done++; done == 256 && keep {
				m.reserve((bounds[p+1] - bounds[p] - done) * k)
			}
		})
		cells[p] = m
		total.give(p, c)
	})
	sums := total.total
	for d, solid := range s.solid {
		if solid {
			s.diag[d] = 1
		}
		s.diag[d] += sums.diag[d]
	}
	if s.few != nil {
		s.few.factorise(a, sums.few, s.many)
	}
	if s.cells = (&listed{cells: cells}); !keep {
		s.cells = &streamed{Absorber: a, many: s.many, levels: *levels, spare: &sync.Pool{}}
	}
	return sums.entries, sums.products
}

// collected is what a part of the first effect's levels contributes.
type collected struct {
	diag              []float64
	few               fewBlocks
	entries, products int
}

func (c *collected) add(d *collected) {
	floats.Add(c.diag, d.diag)
	c.few.add(d.few)
	c.entries, c.products = c.entries+d.entries, c.products+d.products
}

func (c *collected) zero() {
	clear(c.diag)
	c.few.zero()
	c.entries, c.products = 0, 0
}

// entryList is a row of a sparse matrix in the making.
type entryList struct {
	at  []int32
	val []float64
}

func (l *entryList) clear() { l.at, l.val = l.at[:0], l.val[:0] }

func (l *entryList) add(at int32, val float64) { l.at, l.val = append(l.at, at), append(l.val, val) }

// meetOnce tells, from a sample of the first effect's levels, that its rows hardly ever meet the same level of another
// effect twice; so that, if they are sorted and all is plain, they need no list of who meets whom.
func (s *sparse) meetOnce(levels *grouping) bool {
	a := s.a
	if !a.ordered || !a.plain() {
		return false
	}
	const sample = 1000
	rows, met := 0, 0
	for l := 0; l < a.first.levels; l += max(1, a.first.levels/sample) {
		for _, f := range s.many {
			seen := map[int32]bool{}
			for _, c := range f.codes[levels.start[l]:levels.start[l+1]] {
				seen[c] = true
				rows++
			}
			met += len(seen)
		}
	}
	return 2*met > rows
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
		s.cells.subtractSquare(out, v, gw)
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
	parallel.Unless(s.a.stop, s.a.workers, r.groups(), func(g int) {
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
	if err := s.a.stopped(); err != nil {
		return solution{}, err
	}
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
