package absorb

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"

	"github.com/seed2d25c7c2/didnb/didkit/internal/parallel"
)

// few is the part of a sparse system that is eliminated exactly: effects of few levels, years among firms and workers.
// With S = [S_mm S_mf; S_fm S_ff] and S_ff = U'U on the dimensions that are not spanned by others, K = S_mf U⁻¹.
type few struct {
	factors []*factor
	from    int // the first of their dimensions
	n       int
	ff      *dense    // S_ff
	mf      []float64 // S_mf, a row for each of the many's dimensions
	k       []float64 // K, n × kept
}

// fewBlocks are S_mf and S_ff while they are summed up.
type fewBlocks struct {
	many, n int
	mf      []float64
	ff      *longSum
}

func newFewBlocks(many, n int) fewBlocks {
	return fewBlocks{many: many, n: n, mf: make([]float64, many*n), ff: newLongSum(n)}
}

// subtract takes off the products of moments of the many's dimensions and of the few's with the latter.
func (p *fewBlocks) subtract(many, few *entryList) {
	if p.n == 0 {
		return
	}
	p.ff.tick()
	for i, d := range few.at {
		b, to := few.val[i], p.ff.recent[int(d)*p.n:][:p.n]
		for j, e := range few.at {
			to[e] -= b * few.val[j]
		}
	}
	for i, d := range many.at {
		b, to := many.val[i], p.mf[int(d)*p.n:][:p.n]
		for j, e := range few.at {
			to[e] -= b * few.val[j]
		}
	}
}

func (p *fewBlocks) add(q fewBlocks) {
	floats.Add(p.mf, q.mf)
	floats.Add(p.ff.flush(), q.ff.flush())
}

func (p *fewBlocks) zero() {
	clear(p.mf)
	p.ff.zero()
}

// factorise completes the blocks with D'WD's and factors them.
func (f *few) factorise(a *Absorber, blocks fewBlocks, many []*factor) {
	n := f.n
	f.mf = blocks.mf
	ff := blocks.ff.flush()
	for x, g := range f.factors {
		for c := 0; c < g.levels; c++ {
			for b := 0; b < g.width; b++ {
				if d := g.offset - f.from + c*g.width + b; g.filled(c, b) {
					ff[d*n+d]++
				}
			}
		}
		for _, h := range f.factors[x+1:] {
			a.crossed(g, h, func(i, j int, product float64) { ff[(i-f.from)*n+j-f.from] += product })
		}
		parallel.For(a.workers, len(many), func(m int) { // each its own rows
			a.crossed(many[m], g, func(i, j int, product float64) { f.mf[i*n+j-f.from] += product })
		})
	}
	f.ff = factorDense(ff, n)
	kept := f.ff.kept
	f.k = make([]float64, len(f.mf))
	for d := 0; d < blocks.many; d++ {
		row, out := f.mf[d*n:][:n], f.k[d*n:][:n]
		for i, dim := range f.ff.order[:kept] {
			out[i] = row[dim]
		}
		blas64.Trsv(blas.Trans, f.ff.triangle(), blas64.Vector{N: kept, Inc: 1, Data: out})
	}
}

// subtract takes KK'v off out.
func (f *few) subtract(out, v []float64, gw int) {
	n, kept := f.n, f.ff.kept
	sum := make([]float64, kept*gw)
	for d := 0; d < f.from; d++ {
		from := v[d*gw:][:gw]
		for i, c := range f.k[d*n:][:kept] {
			to := sum[i*gw:][:len(from)]
			for j, u := range from {
				to[j] += c * u
			}
		}
	}
	for d := 0; d < f.from; d++ {
		to := out[d*gw:][:gw]
		for i, c := range f.k[d*n:][:kept] {
			u := sum[i*gw:][:len(to)]
			for j := range to {
				to[j] -= c * u[j]
			}
		}
	}
}

// reduce takes what the few explain off the many's moments, r_m − S_mf S_ff⁺ r_f, and adds the rounding of that to noise.
func (f *few) reduce(many, own []float64, gw int, noise []float64) {
	y := append([]float64(nil), own...)
	f.ff.backsolve(y, gw)
	f.takeCoupled(many, y, gw)
	length := make([]float64, gw)
	columnDots(y, y, length)
	for j, l := range length {
		noise[j] += 32 * epsilon * math.Sqrt(l)
	}
}

// takeCoupled takes S_mf y off the many's numbers.
func (f *few) takeCoupled(many, y []float64, gw int) {
	for d := 0; d < f.from; d++ {
		to := many[d*gw:][:gw]
		for i, c := range f.mf[d*f.n:][:f.n] {
			for j, u := range y[i*gw:][:gw] {
				to[j] -= c * u
			}
		}
	}
}

// recover writes the few's coefficients, S_ff⁺(r_f − S_fm θ), and clears what is left of their moments.
func (f *few) recover(many, own, r []float64, gw int) {
	copy(own, r)
	for d := 0; d < f.from; d++ {
		from := many[d*gw:][:gw]
		for i, c := range f.mf[d*f.n:][:f.n] {
			to := own[i*gw:][:gw]
			for j, u := range from {
				to[j] -= c * u
			}
		}
	}
	f.ff.backsolve(own, gw)
	clear(r)
}
