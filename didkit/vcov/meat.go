package vcov

import (
	"slices"
	"sync"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/internal/parallel"
)

const (
	blockRows = 512       // rows whose scores are held at once: they stay in the first-level caches
	chunkRows = 128 << 10 // rows of one unit of parallel work; fixed, so that sums do not depend on the number of cores
)

// chunks calls work for each fixed chunk of rows on all cores and waits.
func chunks(n int, work func(chunk, lo, hi int)) {
	count := (n + chunkRows - 1) / chunkRows
	parallel.For(0, count, func(c int) { work(c, c*chunkRows, min(n, (c+1)*chunkRows)) })
}

// buffers lends each worker columns of one block.
type buffers struct {
	sync.Pool
	columns int
}

func (b *buffers) borrow() *[][]float64 {
	if c, ok := b.Get().(*[][]float64); ok {
		return c
	}
	c := columnsOf(b.columns)
	return &c
}

// columnsOf makes p buffers of one block.
func columnsOf(p int) [][]float64 {
	flat := make([]float64, p*blockRows)
	cols := make([][]float64, p)
	for j := range cols {
		cols[j] = flat[j*blockRows : (j+1)*blockRows]
	}
	return cols
}

// meatRows is Σ_i s_i s_i'.
func (p *Problem) meatRows() *mat.SymDense {
	k := p.Bread.SymmetricDim()
	partial := make([]*mat.SymDense, (p.N+chunkRows-1)/chunkRows)
	pool := buffers{columns: k}
	chunks(p.N, func(c, lo, hi int) {
		m := mat.NewSymDense(k, nil)
		held := pool.borrow()
		defer pool.Put(held)
		cols := *held
		for a := lo; a < hi; a += blockRows {
			b := min(hi, a+blockRows)
			p.Scores(a, b, cols)
			for i := range k {
				x := blas64.Vector{N: b - a, Data: cols[i], Inc: 1}
				for j := i; j < k; j++ {
					m.SetSym(i, j, m.At(i, j)+blas64.Dot(x, blas64.Vector{N: b - a, Data: cols[j], Inc: 1}))
				}
			}
		}
		partial[c] = m
	})
	return addAll(partial, k)
}

func addAll(partial []*mat.SymDense, k int) *mat.SymDense {
	sum := mat.NewSymDense(k, nil)
	for _, m := range partial {
		sum.AddSym(sum, m)
	}
	return sum
}

// meatClusters is Σ_g s_g s_g' with s_g the sum of the scores of cluster g. Rows sorted by cluster are summed as they
// pass; otherwise one vector a cluster is kept.
func (p *Problem) meatClusters(codes []int32, g int) *mat.SymDense {
	switch {
	case g == p.N:
		return p.meatRows()
	case slices.IsSorted(codes):
		return p.meatSorted(codes)
	}
	k := p.Bread.SymmetricDim()
	sums := make([]float64, g*k)
	cols := columnsOf(k)
	for a := 0; a < p.N; a += blockRows {
		b := min(p.N, a+blockRows)
		p.Scores(a, b, cols)
		for j, col := range cols {
			for r, s := range col[:b-a] {
				sums[int(codes[a+r])*k+j] += s
			}
		}
	}
	return crossProduct(sums, g, k)
}

// crossProduct is S'S of a g × k matrix.
func crossProduct(s []float64, g, k int) *mat.SymDense {
	out := mat.NewSymDense(k, nil)
	blas64.Syrk(blas.Trans, 1, blas64.General{Rows: g, Cols: k, Stride: k, Data: s}, 0, out.RawSymmetric())
	return out
}

// meatSorted sums clusters that are runs of rows. A chunk finishes the clusters inside it; the runs at its two ends may
// go on in its neighbours and are joined afterwards, in order.
func (p *Problem) meatSorted(codes []int32) *mat.SymDense {
	k := p.Bread.SymmetricDim()
	type ends struct {
		firstCode, lastCode int32
		first, last         []float64 // last is nil when the chunk is one run
	}
	count := (p.N + chunkRows - 1) / chunkRows
	partial, edge := make([]*mat.SymDense, count), make([]ends, count)
	pool := buffers{columns: k}
	chunks(p.N, func(c, lo, hi int) {
		const held = 256 // finished clusters whose sums are multiplied at once
		m := mat.NewSymDense(k, nil)
		raw := m.RawSymmetric()
		done := make([]float64, 0, held*k)
		flush := func() {
			if len(done) > 0 {
				blas64.Syrk(blas.Trans, 1, blas64.General{Rows: len(done) / k, Cols: k, Stride: k, Data: done}, 1, raw)
				done = done[:0]
			}
		}
		buffer := pool.borrow()
		defer pool.Put(buffer)
		cols := *buffer
		sum := make([]float64, k)
		e := ends{firstCode: codes[lo]}
		current := codes[lo]
		finish := func() {
			if e.first == nil {
				e.first = slices.Clone(sum)
			} else if done = append(done, sum...); len(done) == cap(done) {
				flush()
			}
			clear(sum)
		}
		for a := lo; a < hi; a += blockRows {
			b := min(hi, a+blockRows)
			p.Scores(a, b, cols)
			for r := 0; r < b-a; {
				if codes[a+r] != current {
					finish()
					current = codes[a+r]
				}
				end := r + 1
				for end < b-a && codes[a+end] == current {
					end++
				}
				for j, col := range cols {
					t := 0.0
					for _, s := range col[r:end] {
						t += s
					}
					sum[j] += t
				}
				r = end
			}
		}
		e.lastCode = current
		if e.first == nil {
			e.first = slices.Clone(sum)
		} else {
			e.last = slices.Clone(sum)
		}
		flush()
		partial[c], edge[c] = m, e
	})
	// join the runs at the edges of chunks
	meat := addAll(partial, k)
	open, openCode := make([]float64, k), edge[0].firstCode
	closeRun := func() {
		meat.SymRankOne(meat, 1, mat.NewVecDense(k, slices.Clone(open)))
		clear(open)
	}
	add := func(code int32, s []float64) {
		if s == nil {
			return
		}
		if code != openCode {
			closeRun()
			openCode = code
		}
		for j, v := range s {
			open[j] += v
		}
	}
	for _, e := range edge {
		add(e.firstCode, e.first)
		add(e.lastCode, e.last)
	}
	closeRun()
	return meat
}
