package regress

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/internal/parallel"
)

const (
	blockRows = 512
	chunkRows = 128 << 10 // as in vcov: fixed, whatever the number of cores
)

// scratch has room for a block of rows: the outcome and the columns of X net of the effects, and one vector more.
type scratch struct {
	cols  [][]float64
	extra []float64
	view  [][]float64 // as many slices as cols, for callers that put some elsewhere
}

func (m *Model) borrow() *scratch {
	if s, ok := m.pool.Get().(*scratch); ok {
		return s
	}
	p := len(m.Design.X) + 1
	flat := make([]float64, (p+1)*blockRows)
	s := &scratch{cols: make([][]float64, p), view: make([][]float64, p)}
	for j := range s.cols {
		s.cols[j] = flat[j*blockRows : (j+1)*blockRows]
	}
	s.extra = flat[p*blockRows:]
	return s
}

// residual turns the outcome of a block net of the effects, ỹ, into e = ỹ − x̃'β. cols are those of the block.
func (m *Model) residual(e []float64, cols [][]float64) {
	for i, j := range m.Kept {
		blas64.Axpy(-m.Beta[i], vector(cols[j+1][:len(e)]), vector(e))
	}
}

// eachBlock serves the demeaned columns and the residuals of all rows, a block at a time, on all cores. Blocks of one
// chunk come in order.
func (m *Model) eachBlock(do func(chunk, lo, hi int, cols [][]float64, e []float64)) {
	n := m.Design.N
	parallel.For(0, (n+chunkRows-1)/chunkRows, func(c int) {
		s := m.borrow()
		defer m.pool.Put(s)
		for lo := c * chunkRows; lo < min(n, (c+1)*chunkRows); lo += blockRows {
			hi := min(lo+blockRows, n, (c+1)*chunkRows)
			m.within.Block(lo, hi, s.cols)
			e := s.extra[:hi-lo]
			copy(e, s.cols[0])
			m.residual(e, s.cols)
			do(c, lo, hi, s.cols, e)
		}
	})
}

// Residuals are y less its fit, effects included, one a row of the design. They are made anew on each call, a pass over
// the rows; the model itself keeps none.
func (m *Model) Residuals() []float64 {
	out := make([]float64, m.Design.N)
	m.eachBlock(func(_, lo, _ int, _ [][]float64, e []float64) { copy(out[lo:], e) })
	return out
}

// gradient computes the residuals' squares, SSR, from Beta and returns X̃'We over the kept columns.
func (m *Model) gradient() []float64 {
	d, k := m.Design, len(m.Kept)
	count := (d.N + chunkRows - 1) / chunkRows
	ssr, grads := make([]float64, count), make([]float64, count*k)
	m.eachBlock(func(c, lo, hi int, cols [][]float64, e []float64) {
		we := e
		if d.Weights != nil {
			we = cols[0][:hi-lo]
			for r, v := range e {
				we[r] = v * d.Weights[lo+r]
			}
		}
		ssr[c] += blas64.Dot(vector(we), vector(e))
		for i, j := range m.Kept {
			grads[c*k+i] += blas64.Dot(vector(we), vector(cols[j+1][:hi-lo]))
		}
	})
	m.SSR = 0
	g := make([]float64, k)
	for c := range count {
		m.SSR += ssr[c]
		for i := range g {
			g[i] += grads[c*k+i]
		}
	}
	return g
}

// A pass over many rows to correct coefficients is saved where it has nothing to correct: the effects were solved without
// iterations and left a share of every column, the columns leave a share of each other, and the residuals a share of the
// outcome. Then the normal equations' solution is off by some thousand roundings at most.
const (
	manyRows    = 1 << 16
	shareLeft   = 0.01  // of a column's squares
	ownVariance = 0.01  // of a column's squares net of the effects, net of the other columns: 1 less their R²
	unexplained = 0.001 // of the outcome's squares
)

// settled tells whether that is so, and sets SSR = Σ w ỹ² − β'X̃'Wỹ if it is.
func (m *Model) settled(gram *mat.SymDense) bool {
	if m.Design.N < manyRows || m.within.Report().Iterations > 0 {
		return false
	}
	whole := func(j int) bool {
		before, after := m.within.Variation(j)
		return after >= shareLeft*before
	}
	if !whole(0) {
		return false
	}
	explained := 0.0
	for i, j := range m.Kept {
		if !whole(j+1) || m.Bread.At(i, i)*gram.At(j+1, j+1)*ownVariance > 1 {
			return false
		}
		explained += m.Beta[i] * gram.At(0, j+1)
	}
	ssr := m.SSWithin - explained
	if ssr < unexplained*m.SSWithin {
		return false
	}
	m.SSR = ssr
	return true
}

// refine corrects the coefficients by what the residuals still hold of the regressors: one or two steps bring
// ill-conditioned problems to the accuracy of an orthogonal factorisation.
func (m *Model) refine() {
	for step := range 4 {
		g := m.gradient()
		if step == 3 {
			break
		}
		worst := 0.0
		delta := make([]float64, len(m.Beta))
		for a := range delta {
			for b := range g {
				delta[a] += m.Bread.At(a, b) * g[b]
			}
			// relative to the coefficient's own scale: its error if y were noise
			unit := math.Sqrt(m.Bread.At(a, a)*m.SSWithin) + math.Abs(m.Beta[a])
			worst = math.Max(worst, math.Abs(delta[a])/unit)
		}
		if worst < 1e-14 || !(worst < 1) {
			break
		}
		for a := range delta {
			m.Beta[a] += delta[a]
		}
		if worst < 1e-12 { // the residuals change by less than their own rounding
			break
		}
	}
}
