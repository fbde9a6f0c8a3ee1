package did

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack"
	"gonum.org/v1/gonum/lapack/lapack64"
	"gonum.org/v1/gonum/mat"
)

// completion is a table, of which some cells are seen, to be fitted by effects of rows and columns, controls and a table L of
// low rank:
//
//	min ½ Σ_seen (y - xβ - a_i - b_j - L_ij)² + τ ‖L‖⁎        (Athey et al. 2021, eq. 3.3, effects unpenalised)
//	min ½ Σ_seen (y - xβ - a_i - b_j - L_ij)²,  rank L ≤ r    (Bai 2009, eq. 8; Xu 2017)
//
// A cell that is not seen is filled with its fitted value, and the table that is full then is fitted exactly: with rows and
// columns centred, L is the singular value decomposition with values less τ, or the r largest ones (Mazumder, Hastie &
// Tibshirani 2010). Each such step lowers the objective.
type completion struct {
	n, k int // rows, columns; n ≥ k
	seen []bool
	y    []float64   // n·k, by rows; 0 where not seen
	x    [][]float64 // controls, the same

	soft      bool
	threshold float64 // τ, with soft
	rank      int     // r, without

	tolerance float64 // of a step, in units of the outcome
	maxSteps  int
	stop      func() error // as in design.Options
}

// completed is a fit: effects and L at every cell, and the controls' coefficients.
type completed struct {
	fitted    []float64 // a_i + b_j + L_ij
	beta      []float64
	objective float64
	values    []float64 // singular values of L above zero, descending
	steps     int
	converged bool
}

// iteration is the working space of a fit.
type iteration struct {
	*completion
	hidden   []int       // cells not seen
	centred  [][]float64 // controls with rows and columns centred
	gram     *mat.Cholesky
	filled   []float64
	full     []float64
	low      []float64
	row, col []float64
	square   blas64.Symmetric
	shrink   []float64
	eigen    []float64
	work     []float64
	nuclear  float64
	out      completed
}

// complete fits the table, from start's values at the cells not seen, and its coefficients; from zeros without.
func (c *completion) complete(start *completed) completed {
	it := c.iteration()
	state := make([]float64, len(it.hidden)+len(c.x))
	if start != nil {
		for i, at := range it.hidden {
			state[i] = start.fitted[at]
		}
		copy(state[len(it.hidden):], start.beta)
	}
	return it.descend(state)
}

func (c *completion) iteration() *iteration {
	size := c.n * c.k
	it := &iteration{completion: c, filled: make([]float64, size), full: make([]float64, size), low: make([]float64, size),
		row: make([]float64, c.n), col: make([]float64, c.k),
		square: blas64.Symmetric{N: c.k, Stride: c.k, Data: make([]float64, c.k*c.k), Uplo: blas.Upper},
		shrink: make([]float64, c.k*c.k), eigen: make([]float64, c.k)}
	it.out.fitted, it.out.beta = make([]float64, size), make([]float64, len(c.x))
	for i, seen := range c.seen {
		if !seen {
			it.hidden = append(it.hidden, i)
		}
	}
	size = 1
	if c.soft || c.rank > 0 {
		ask := []float64{0}
		lapack64.Syev(lapack.EVCompute, it.square, it.eigen, ask, -1)
		size = int(ask[0])
	}
	it.work = make([]float64, size)
	p := len(c.x)
	if p == 0 {
		return it
	}
	gram := mat.NewSymDense(p, nil)
	for i, x := range c.x {
		z := append([]float64(nil), x...)
		it.centre(z)
		it.centred = append(it.centred, z)
		for j := range i + 1 {
			gram.SetSym(i, j, inner(z, it.centred[j]))
		}
	}
	it.gram = &mat.Cholesky{}
	it.gram.Factorize(gram)
	return it
}

// centre takes the means of rows and columns off.
func (it *iteration) centre(z []float64) {
	it.effects(z)
	for i, a := range it.row {
		for j, v := range z[i*it.k:][:it.k] {
			z[i*it.k+j] = v - a - it.col[j]
		}
	}
}

// effects finds row and col, a_i + b_j, of a full table.
func (it *iteration) effects(z []float64) {
	clear(it.col)
	mean := 0.0
	for i := range it.n {
		s := 0.0
		for j, v := range z[i*it.k:][:it.k] {
			s += v
			it.col[j] += v
		}
		it.row[i] = s / float64(it.k)
		mean += it.row[i]
	}
	mean /= float64(it.n)
	for j := range it.col {
		it.col[j] = it.col[j]/float64(it.n) - mean
	}
}

// step fits the table filled with a state's values, which next becomes the fitted ones, and tells the objective.
func (it *iteration) step(state, next []float64) float64 {
	hidden, p := len(it.hidden), len(it.x)
	copy(it.filled, it.y)
	for i, at := range it.hidden {
		it.filled[at] = state[i]
	}
	it.less(state[hidden:])
	it.approximate()
	beta := it.out.beta
	if p > 0 { // least squares of what L leaves
		for j, x := range it.centred {
			beta[j] = inner(x, it.filled) - inner(x, it.low)
		}
		b := mat.NewVecDense(p, beta)
		it.gram.SolveVecTo(b, b) // an ill-conditioned system shows in the descent
	}
	it.less(beta)
	it.effects(it.full)
	s := 0.0
	for i, a := range it.row {
		for j, b := range it.col {
			at := i*it.k + j
			v := a + b + it.low[at]
			it.out.fitted[at] = v
			if it.seen[at] {
				e := it.full[at] - v
				s += e * e
			}
		}
	}
	for i, at := range it.hidden {
		next[i] = it.out.fitted[at]
	}
	copy(next[hidden:], beta)
	return s/2 + it.threshold*it.nuclear
}

// less makes full of the filled table less what the controls tell.
func (it *iteration) less(beta []float64) {
	copy(it.full, it.filled)
	for j, x := range it.x {
		blas64.Axpy(-beta[j], blas64.Vector{N: len(x), Inc: 1, Data: x}, blas64.Vector{N: len(x), Inc: 1, Data: it.full})
	}
}

// approximate makes low of the full table: its singular value decomposition once rows and columns are centred, by the
// eigenvectors V of Z'Z, as Z V diag(g) V' with g what is kept of each singular value.
func (it *iteration) approximate() {
	clear(it.low)
	it.nuclear, it.out.values = 0, it.out.values[:0]
	if !it.soft && it.rank == 0 {
		return
	}
	n, k := it.n, it.k
	z := blas64.General{Rows: n, Cols: k, Stride: k, Data: it.full}
	it.centre(it.full)
	blas64.Syrk(blas.Trans, 1, z, 0, it.square)
	lapack64.Syev(lapack.EVCompute, it.square, it.eigen, it.work, len(it.work))
	clear(it.shrink)
	for e := k - 1; e >= 0; e-- { // eigenvalues ascend
		s := math.Sqrt(math.Max(it.eigen[e], 0))
		kept := s
		if it.soft {
			kept = s - it.threshold
		} else if k-1-e >= it.rank {
			kept = 0
		}
		if !(kept > 0) {
			break
		}
		it.nuclear += kept
		it.out.values = append(it.out.values, kept)
		for a := range k {
			g := kept / s * it.square.Data[a*k+e]
			for b := range k {
				it.shrink[a*k+b] += g * it.square.Data[b*k+e]
			}
		}
	}
	blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, z, blas64.General{Rows: k, Cols: k, Stride: k, Data: it.shrink}, 0,
		blas64.General{Rows: n, Cols: k, Stride: k, Data: it.low})
}

// remembered is how many steps the acceleration looks back on.
const remembered = 8

// descend repeats the step, by Anderson's (1965) acceleration: the next state is that combination of the last steps whose
// changes cancel best. Where this does not lower the objective the plain step does, and the memory starts anew.
func (it *iteration) descend(state []float64) completed {
	q := len(state)
	next, change := make([]float64, q), make([]float64, q)
	var past memory
	lowest := math.Inf(1)
	for it.out.steps = 1; ; it.out.steps++ {
		if it.stop != nil && it.stop() != nil { // which Staggered returns
			return it.out
		}
		f := it.step(state, next)
		if past.combined && !(f <= lowest+1e-12*math.Abs(lowest)) && it.out.steps < it.maxSteps {
			copy(state, past.next)
			past.forget()
			continue
		}
		lowest, it.out.objective = math.Min(f, lowest), f
		largest := 0.0
		for i, v := range next {
			change[i] = v - state[i]
			largest = math.Max(largest, math.Abs(change[i]))
		}
		if it.out.converged = largest <= it.tolerance; it.out.converged || it.out.steps >= it.maxSteps {
			return it.out
		}
		past.learn(state, next, change)
		copy(state, next)
		past.combine(state, change)
	}
}

// memory holds what the last states and their changes differ by.
type memory struct {
	state, next, change []float64 // the last ones
	states, changes     [][]float64
	combined            bool // the last state was a combination
}

func (m *memory) forget() { m.states, m.changes, m.combined = nil, nil, false }

func (m *memory) learn(state, next, change []float64) {
	if m.state == nil {
		m.state, m.next, m.change = slices.Clone(state), slices.Clone(next), slices.Clone(change)
		return
	}
	if len(m.states) == remembered { // the oldest ones make room
		m.states, m.changes = append(m.states[1:], m.states[0]), append(m.changes[1:], m.changes[0])
	} else {
		m.states, m.changes = append(m.states, make([]float64, len(state))), append(m.changes, make([]float64, len(state)))
	}
	s, c := m.states[len(m.states)-1], m.changes[len(m.states)-1]
	for i, v := range state {
		s[i], c[i] = v-m.state[i], change[i]-m.change[i]
	}
	copy(m.state, state)
	copy(m.next, next)
	copy(m.change, change)
}

// combine takes off the state what the differences tell of the change that is left: γ = argmin ‖change - Σ γ_j changes_j‖.
func (m *memory) combine(state, change []float64) {
	m.combined = false
	n := len(m.states)
	if n == 0 {
		return
	}
	length := make([]float64, n)
	for i, c := range m.changes {
		if length[i] = math.Sqrt(inner(c, c)); !(length[i] > 0) {
			return
		}
	}
	a, b := mat.NewSymDense(n, nil), mat.NewVecDense(n, nil)
	for i := range n {
		for j := range i {
			a.SetSym(i, j, inner(m.changes[i], m.changes[j])/length[i]/length[j])
		}
		a.SetSym(i, i, 1+1e-12)
		b.SetVec(i, inner(m.changes[i], change)/length[i])
	}
	var chol mat.Cholesky
	if !chol.Factorize(a) {
		return
	}
	g := mat.NewVecDense(n, nil)
	chol.SolveVecTo(g, b) // an ill-conditioned system shows in the next step's objective
	for j := range n {
		if !finite(g.AtVec(j)) {
			return
		}
	}
	for j := range n {
		w := g.AtVec(j) / length[j]
		for i := range state {
			state[i] -= w * (m.states[j][i] + m.changes[j][i])
		}
	}
	m.combined = true
}
