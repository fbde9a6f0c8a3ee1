package absorb

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/lapack/lapack64"

	"github.com/seed2d25c7c2/didnb/didkit/internal/parallel"
)

// dense is a symmetric positive semidefinite matrix of whitened columns, factored with complete pivoting: S = P U'U P'.
// The columns are whitened within their levels, so D'WD has ones on its diagonal and a pivot is the share of a dimension
// that no other explains.
type dense struct {
	n      int
	factor []float64 // n × n, upper triangle U
	order  []int     // the pivots' dimensions
	kept   int       // pivots above nullPivot
}

// nullPivot is the share of a dimension, net of the others, below which it is taken as spanned by them.
const nullPivot = 1e-12

// factorDense overwrites s, of which the upper triangle counts.
func factorDense(s []float64, n int) *dense {
	d := &dense{n: n, factor: s, order: make([]int, n)}
	largest := 0.0
	for i := 0; i < n; i++ {
		d.order[i] = i
		largest = max(largest, s[i*n+i])
	}
	if largest <= nullPivot { // Pstrf tests every pivot but the first
		return d
	}
	sym := blas64.Symmetric{Uplo: blas.Upper, N: n, Stride: n, Data: s}
	_, d.kept, _ = lapack64.Pstrf(sym, d.order, nullPivot, make([]float64, 2*n))
	return d
}

// triangle is U of the dimensions that were kept.
func (s *dense) triangle() blas64.Triangular {
	return blas64.Triangular{Uplo: blas.Upper, Diag: blas.NonUnit, N: s.kept, Stride: max(s.n, 1), Data: s.factor}
}

// backsolve overwrites the gw columns of d with a solution, zero in the dimensions that others span.
func (s *dense) backsolve(d []float64, gw int) {
	y := make([]float64, s.n)
	for at := range gw {
		clear(y)
		for i, dim := range s.order[:s.kept] {
			y[i] = d[dim*gw+at]
		}
		v := blas64.Vector{N: s.kept, Inc: 1, Data: y}
		blas64.Trsv(blas.Trans, s.triangle(), v)
		blas64.Trsv(blas.NoTrans, s.triangle(), v)
		for i, dim := range s.order {
			d[dim*gw+at] = y[i]
		}
	}
}

// direct is the system of any effects and slopes, factored as a dense matrix.
type direct struct {
	*dense
	rest []*factor
}

func newDirect(a *Absorber) *direct {
	a.makeRoots()
	return &direct{factorDense(a.schur(), a.dims), a.rest}
}

func (s *direct) rank() (int, bool) { return s.kept, true }

// delicate is where a pivot lost a third of the digits.
func (s *dense) delicate() bool {
	if s.kept == 0 {
		return false
	}
	last := s.factor[(s.kept-1)*s.n+s.kept-1] // complete pivoting: none is much smaller
	return last*last < delicateShare
}

func (s *direct) balanced() bool { return false }

func (s *direct) solve(r *table, _ []float64) (solution, error) {
	for _, f := range s.rest {
		f.whitenTable(r)
	}
	for g, d := range r.data {
		s.backsolve(d, r.width(g))
	}
	for _, f := range s.rest {
		f.unwhitenTable(r)
	}
	return solution{theta: r, Report: Report{Method: "exact"}}, nil
}

// longSum sums up an n × n matrix over so many terms that their rounding would add up to a pivot that should be null:
// equal terms, as a balanced panel has, are rounded the same way every time. Terms go to recent, which now and then is
// added to the whole; now and then is seldom enough to cost less than the terms.
type longSum struct {
	recent, whole []float64
	terms, every  int
}

func newLongSum(n int) *longSum {
	return &longSum{recent: make([]float64, n*n), whole: make([]float64, n*n), every: max(512, n*n/16)}
}

// tick is to be called before each term.
func (s *longSum) tick() {
	if s.terms++; s.terms%s.every == 0 {
		s.flush()
	}
}

// flush returns the whole with the recent terms in it.
func (s *longSum) flush() []float64 {
	floats.Add(s.whole, s.recent)
	clear(s.recent)
	return s.whole
}

func (s *longSum) zero() {
	clear(s.recent)
	clear(s.whole)
	s.terms = 0
}

// schur is the upper triangle of S = D'WD − B'B for the rest's whitened columns D and their moments B with the first's.
func (a *Absorber) schur() []float64 {
	n, k := a.dims, a.first.width
	levels := a.first.grouping(a.ordered)
	bounds := chunks(a.first.levels, n*n, a.rows)
	parts := make([][]float64, len(bounds)-1)
	parallel.For(a.workers, len(parts), func(p int) {
		sum := newLongSum(n)
		s := sum.recent
		var compact []float64
		a.couplings(&levels, bounds[p], bounds[p+1], a.rest, func(_ int, touched []int32, moments []float64) {
			sum.tick()
			compact = compact[:0]
			for _, d := range touched {
				compact = append(compact, moments[int(d)*k:][:k]...)
			}
			for x, u := range touched {
				bu := compact[x*k:][:k]
				row := s[int(u)*n:][:n]
				for y, v := range touched[:x+1] {
					dot := 0.0
					for c, b := range compact[y*k:][:k] {
						dot += b * bu[c]
					}
					row[v] -= dot
				}
			}
		})
		parts[p] = sum.flush()
	})
	s := parts[0]
	for _, part := range parts[1:] {
		for i, v := range part {
			s[i] += v
		}
	}
	for u := 0; u < n; u++ {
		for v := u + 1; v < n; v++ {
			s[u*n+v] += s[v*n+u]
		}
	}
	for x, f := range a.rest {
		for c := 0; c < f.levels; c++ {
			for b := 0; b < f.width; b++ {
				if d := f.offset + c*f.width + b; f.filled(c, b) {
					s[d*n+d]++
				}
			}
		}
		for _, g := range a.rest[x+1:] {
			a.crossed(f, g, func(i, j int, product float64) { s[i*n+j] += product })
		}
	}
	return s
}
