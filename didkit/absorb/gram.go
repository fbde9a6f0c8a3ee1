package absorb

import (
	"gonum.org/v1/gonum/floats"

	"github.com/seed2d25c7c2/didnb/didkit/internal/parallel"
)

// block is scratch for some rows of every column.
type block struct{ cols [][]float64 }

func (w *Within) borrow() *block {
	if b, ok := w.scrap.Get().(*block); ok {
		return b
	}
	b := &block{cols: make([][]float64, len(w.cols))}
	data := make([]float64, blockRows*len(w.cols))
	for j := range b.cols {
		b.cols[j] = data[j*blockRows:][:blockRows:blockRows]
	}
	return b
}

// gramSum accumulates the upper triangle of a Gram matrix over blocks that are still in cache.
type gramSum struct {
	n      int
	sums   []float64
	scaled []float64
}

func newGramSum(n int) *gramSum {
	return &gramSum{n: n, sums: make([]float64, n*n), scaled: make([]float64, blockRows)}
}

func (s *gramSum) add(b *block, lo, hi int, weights []float64) {
	rows := hi - lo
	for i := 0; i < s.n; i++ {
		x := weighted(s.scaled, b.cols[i][:rows], weights, lo)
		row := s.sums[i*s.n:][:s.n]
		for j := i; j < s.n; j++ {
			row[j] += floats.Dot(x, b.cols[j][:rows])
		}
	}
}

// mirrored copies the upper triangle to the lower.
func mirrored(s []float64, n int) []float64 {
	for i := 0; i < n; i++ {
		for j := 0; j < i; j++ {
			s[i*n+j] = s[j*n+i]
		}
	}
	return s
}

// sums is the Gram matrix, made by a pass over the rows if the solver did not leave it.
func (w *Within) sums() []float64 {
	w.once.Do(func() {
		if w.gram != nil {
			return
		}
		bounds := chunks(w.absorber.rows, 0, 0)
		parts := make([][]float64, len(bounds)-1)
		parallel.For(w.absorber.workers, len(parts), func(p int) {
			acc := newGramSum(len(w.cols))
			b := w.borrow()
			defer w.scrap.Put(b)
			r := w.borrowRuns()
			defer w.spare.Put(r)
			for lo := bounds[p]; lo < bounds[p+1]; lo += blockRows {
				hi := min(lo+blockRows, bounds[p+1])
				w.cover(r, lo, hi)
				for j := range w.cols {
					w.column(j, lo, b.cols[j][:hi-lo], r)
				}
				acc.add(b, lo, hi, w.absorber.weights)
			}
			parts[p] = acc.sums
		})
		for _, part := range parts[1:] {
			floats.Add(parts[0], part)
		}
		w.gram = mirrored(parts[0], len(w.cols))
	})
	return w.gram
}
