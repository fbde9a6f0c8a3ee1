package absorb

import (
	"math"

	"gonum.org/v1/gonum/floats"

	"github.com/seed2d25c7c2/didnb/didkit/internal/parallel"
)

// sweep is one solution for the effects of every column: the passes over the rows, and the system between them.
type sweep struct {
	*Absorber
	layout  layout
	source  func(j, lo int, v []float64) // writes rows of column j from lo on
	borrow  func() *block
	give    func(*block)
	alpha   *table    // coefficients of the effect that is eliminated; nil if they are not kept
	moments *table    // of the columns net of that effect, with the rest's
	theta   *table    // coefficients of the rest
	squares []float64 // Σ w v² of the columns as they come
	sums    []float64 // Σ w v
	net     []float64 // Gram matrix of the columns net of the first effect; nil if none was made
	norms   []float64 // lengths of the columns net of the first effect
}

// solve finds the effects of all columns and, where the system is so close to singular that its solution lost digits,
// those of what is left of the columns once more.
func (w *Within) solve() error {
	s := w.sweep(w.centred)
	if !w.absorber.brief() {
		s.keepFirst()
	}
	s.eliminateFirst()
	w.raw = s.squares
	w.sumSquaresFrom(s)
	if err := w.checkFinite(); err != nil {
		return err
	}
	if w.absorber.system == nil {
		return w.solveAlone(s)
	}
	sol, err := s.solveRest()
	if err != nil {
		return err
	}
	w.first, w.rest, w.report, w.gram = s.alpha, s.theta, sol.Report, s.netGram(sol)
	if !w.absorber.delicate() {
		return nil
	}
	again := w.again()
	again.eliminateFirst()
	if _, err := again.solveRest(); err != nil {
		return err
	}
	w.first.add(again.alpha)
	w.rest.add(again.theta)
	w.gram = nil
	return nil
}

// solveAlone is for a single effect.
func (w *Within) solveAlone(s *sweep) error {
	w.first, w.gram, w.report = s.alpha, s.net, Report{Method: "means"}
	if w.absorber.first.white == nil {
		return nil
	}
	w.report.Method = "exact"
	if w.absorber.delicate() {
		again := w.again()
		again.eliminateFirst()
		w.first.add(again.alpha)
		w.gram = nil
	}
	return nil
}

// delicateShare is the share of a dimension's squares, net of others, at which a third of the digits is lost.
const delicateShare = 1e-5

func (w *Within) sweep(source func(j, lo int, v []float64)) *sweep {
	n := len(w.cols)
	return &sweep{Absorber: w.absorber, layout: w.layout, source: source, borrow: w.borrow,
		give: func(b *block) { w.scrap.Put(b) }, squares: make([]float64, n), sums: make([]float64, n)}
}

// again is a second sweep, over what the first left of the columns.
func (w *Within) again() *sweep {
	s := w.sweep(func(j, lo int, v []float64) { w.column(j, lo, v, nil) })
	s.keepFirst()
	return s
}

func (s *sweep) keepFirst() { s.alpha = newTable(s.layout, s.first.dims()) }

// delicate tells whether the system or the first effect's slopes are close to singular.
func (a *Absorber) delicate() bool {
	return a.first.thinnest <= delicateShare || a.system != nil && a.system.delicate()
}

// sumSquaresFrom fills before and mean from a sweep's sums.
func (w *Within) sumSquaresFrom(s *sweep) {
	total := floats.Sum(w.absorber.first.total)
	w.mean = make([]float64, len(w.cols))
	for j, sq := range s.squares {
		w.mean[j] = w.centre[j] + s.sums[j]/total
		w.before[j] = sq
		if w.absorber.constant && total > 0 {
			w.before[j] = max(0, sq-s.sums[j]*s.sums[j]/total)
		}
	}
}

// sumSquares fills raw and before where nothing is absorbed.
func (w *Within) sumSquares() {
	scaled := make([]float64, blockRows)
	for j, x := range w.cols {
		for lo := 0; lo < len(x); lo += blockRows {
			v := x[lo:min(lo+blockRows, len(x))]
			w.raw[j] += floats.Dot(v, weighted(scaled, v, w.absorber.weights, lo))
		}
	}
	copy(w.before, w.raw)
}

// parts divides the rows for sums of the rest's moments. apart tells that the rest's tables are too large to have several.
// By columns as by rows: a column comes out the same whatever columns come with it.
func (a *Absorber) parts() (bounds []int, apart bool) {
	bounds = chunks(a.rows, a.dims, a.rows/16)
	return bounds, len(bounds) == 2 && a.rows > 16*blockRows
}

// eliminateFirst finds the moments of what the first effect leaves with the rest's columns: in one pass where its
// coefficients are not kept, in two, with those, otherwise.
func (s *sweep) eliminateFirst() {
	bounds, apart := s.parts()
	if s.alpha == nil {
		s.onePass(bounds)
		return
	}
	s.firstMoments()
	switch {
	case len(s.rest) == 0:
	case apart:
		s.restMomentsByColumn()
	default:
		s.restMoments(bounds)
	}
}

// firstMoments makes the first effect's coefficients. Each worker takes groups of columns.
func (s *sweep) firstMoments() {
	parallel.For(s.workers, s.layout.groups(), func(g int) {
		v, scaled := make([]float64, blockRows), make([]float64, blockRows)
		gw := s.layout.width(g)
		for lo := 0; lo < s.rows; lo += blockRows {
			v := v[:min(blockRows, s.rows-lo)]
			for at := range gw {
				j := s.layout.start[g] + at
				s.source(j, lo, v)
				s.first.moments(v, lo, s.weights, s.alpha.data[g], gw, at, 0)
				scaled := weighted(scaled, v, s.weights, lo)
				s.sums[j] += floats.Sum(scaled)
				s.squares[j] += floats.Dot(v, scaled)
			}
		}
		s.first.solveLevels(s.alpha.data[g], gw)
	})
}

// restMoments works through parts of the rows, all columns of a block at a time.
func (s *sweep) restMoments(bounds []int) {
	total := newInTurn(s.newNetSums)
	parallel.For(s.workers, len(bounds)-1, func(p int) {
		part := total.borrow()
		b := s.borrow()
		defer s.give(b)
		for lo := bounds[p]; lo < bounds[p+1]; lo += blockRows {
			hi := min(lo+blockRows, bounds[p+1])
			for g, d := range part.moments.data {
				for at := range s.layout.width(g) {
					v := b.cols[s.layout.start[g]+at][:hi-lo]
					s.netOfFirst(g, at, lo, v)
					for _, f := range s.rest {
						f.moments(v, lo, s.weights, d, s.layout.width(g), at, f.offset)
					}
				}
			}
			part.gram.add(b, lo, hi, s.weights)
		}
		total.give(p, part)
	})
	s.takeNet(total.total)
}

// takeNet takes over the moments, Gram matrix and lengths of the columns net of the first effect.
func (s *sweep) takeNet(t *netSums) {
	n := s.layout.cols
	s.moments, s.net = t.moments, mirrored(t.gram.sums, n)
	s.norms = make([]float64, n)
	for j := range s.norms {
		s.norms[j] = math.Sqrt(s.net[j*n+j])
	}
}

// restMomentsByColumn is for systems so large that a table for each part of the rows would be too much: workers take
// groups of columns, each its own part of one table.
func (s *sweep) restMomentsByColumn() {
	s.moments, s.norms = newTable(s.layout, s.dims), make([]float64, s.layout.cols)
	parallel.For(s.workers, s.layout.groups(), func(g int) {
		v, scaled := make([]float64, blockRows), make([]float64, blockRows)
		gw := s.layout.width(g)
		squares := make([]float64, gw)
		for lo := 0; lo < s.rows; lo += blockRows {
			v := v[:min(blockRows, s.rows-lo)]
			for at := range gw {
				s.netOfFirst(g, at, lo, v)
				for _, f := range s.rest {
					f.moments(v, lo, s.weights, s.moments.data[g], gw, at, f.offset)
				}
				squares[at] += floats.Dot(v, weighted(scaled, v, s.weights, lo))
			}
		}
		for at, sq := range squares {
			s.norms[s.layout.start[g]+at] = math.Sqrt(sq)
		}
	})
}

// netOfFirst writes a column less the first effect.
func (s *sweep) netOfFirst(g, at, lo int, v []float64) {
	s.source(s.layout.start[g]+at, lo, v)
	s.first.subtract(v, lo, s.alpha.data[g], s.layout.width(g), at, 0)
}

// solveRest solves for the rest, and takes what it explains off the first effect's coefficients.
func (s *sweep) solveRest() (solution, error) {
	noise, most := make([]float64, s.layout.cols), make([]float64, s.layout.cols)
	for j, n := range s.norms {
		raw := math.Sqrt(s.squares[j] / s.first.thinnest)
		noise[j] = rawRounding*raw + netRounding*n
		most[j] = 1.000001*n*n + 100*noise[j]*noise[j]
		if n <= spentShare*raw {
			noise[j] = n * float64(len(s.rest)) // each effect's whitened moments are at most as long as the column
			most[j] = math.Inf(1)
		}
	}
	sol, err := s.system.solve(s.moments.clone(), noise)
	if err != nil {
		return sol, err
	}
	for j, e := range s.explained(sol) {
		if !(e <= most[j]) { // more than there was
			return sol, &NotConverged{Iterations: sol.Iterations, Residual: math.Inf(1), Tol: s.tol, Column: j}
		}
	}
	s.theta = sol.theta
	if s.alpha != nil {
		s.backSubstitute()
	}
	return sol, nil
}

// explained is the sum of squares of each column net of the first effect that the rest explains.
func (s *sweep) explained(sol solution) []float64 {
	out := s.moments.columnDots(sol.theta)
	if sol.left != nil {
		for j, v := range sol.theta.columnDots(sol.left) {
			out[j] += v
		}
	}
	return out
}

// Moments carry the rounding of the column they come from, as it came and net of the first effect, where further
// operations add theirs. A column of which the first effect leaves no more than spentShare is all rounding.
const (
	rawRounding = 1e-13
	netRounding = 1e-13
	spentShare  = 1e-12
)

// netGram is the Gram matrix of the columns net of all effects from that of the columns net of the first:
// x̃'x̃ = v'v − r'θ, and θ'(r − Sθ) less where the system was not solved to the last digit. It is nil where the difference
// would have lost digits that matter; a pass over the rows has to make it then.
func (s *sweep) netGram(sol solution) []float64 {
	if s.net == nil {
		return nil
	}
	n := s.layout.cols
	out := make([]float64, n*n)
	floats.SubTo(out, s.net, s.moments.dots(sol.theta))
	if sol.left != nil {
		floats.Sub(out, sol.theta.dots(sol.left))
	}
	for j := range n {
		if out[j*n+j] < keptShare*s.net[j*n+j] {
			return nil
		}
	}
	return mirrored(out, n)
}

// keptShare is the share of a column's squares that must be left for a difference of squares to be trusted.
const keptShare = 1e-4

// weighted writes v times the weights from row lo on to dst and returns it; without weights it is v itself.
func weighted(dst, v, weights []float64, lo int) []float64 {
	if weights == nil {
		return v
	}
	return floats.MulTo(dst[:len(v)], v, weights[lo:lo+len(v)])
}
