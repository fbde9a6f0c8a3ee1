package absorb

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// dense is the system of any effects and slopes, factored with complete pivoting. All columns are whitened within their
// levels, so S has ones on the diagonal of D'WD and a pivot measures the share of a dimension that no other explains.
type dense struct {
	n      int
	rest   []*factor
	factor []float64 // n × n, upper triangle U with S = P U'U P'
	order  []int     // the pivots' dimensions
	kept   int       // pivots above nullPivot
}

// nullPivot is the share of a dimension, net of the others, below which it is taken as spanned by them.
const nullPivot = 1e-12

func newDense(a *Absorber) *dense {
	s := &dense{n: a.dims, rest: a.rest, factor: a.schur(), order: make([]int, a.dims)}
	sym := blas64.Symmetric{Uplo: blas.Upper, N: s.n, Stride: s.n, Data: s.factor}
	largest := 0.0
	for d := 0; d < s.n; d++ {
		largest = max(largest, s.factor[d*s.n+d])
	}
	if largest <= nullPivot { // Pstrf tests every pivot but the first
		return s
	}
	_, s.kept, _ = lapack64.Pstrf(sym, s.order, nullPivot, make([]float64, 2*s.n))
	return s
}

// schur is the upper triangle of S = D'WD − B'B for the rest's whitened columns D and their moments B with the first's.
func (a *Absorber) schur() []float64 {
	n, k := a.dims, a.first.width
	levels := a.first.grouping(a.ordered)
	bounds := chunks(a.first.levels, n*n)
	parts := make([][]float64, len(bounds)-1)
	parallel(a.workers, len(parts), func(p int) {
		s := make([]float64, n*n)
		var compact []float64
		a.couplings(&levels, bounds[p], bounds[p+1], a.rest, func(_ int, touched []int32, moments []float64) {
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
		parts[p] = s
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

func (s *dense) rank() (int, bool) { return s.kept, true }

func (s *dense) balanced() bool { return false }

func (s *dense) solve(r *table, _ []float64) (solution, error) {
	for _, f := range s.rest {
		f.whitenTable(r)
	}
	u := blas64.Triangular{Uplo: blas.Upper, Diag: blas.NonUnit, N: s.kept, Stride: max(s.n, 1), Data: s.factor}
	y := make([]float64, s.n)
	for g, d := range r.data {
		gw := r.width(g)
		for at := 0; at < gw; at++ {
			clear(y)
			for i, dim := range s.order[:s.kept] {
				y[i] = d[dim*gw+at]
			}
			v := blas64.Vector{N: s.kept, Inc: 1, Data: y}
			blas64.Trsv(blas.Trans, u, v)
			blas64.Trsv(blas.NoTrans, u, v)
			for i, dim := range s.order {
				d[dim*gw+at] = y[i]
			}
		}
	}
	for _, f := range s.rest {
		f.unwhitenTable(r)
	}
	return solution{theta: r, Report: Report{Method: "exact"}}, nil
}
