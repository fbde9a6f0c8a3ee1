package absorb

import (
	"fmt"
	"math"
	"sync"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Within holds columns net of the effects without holding them: the coefficients of every level, from which blocks of
// rows are made on demand. It refers to the caller's columns, which must not change while it is in use. It is safe for
// concurrent use.
type Within struct {
	a      *Absorber
	cols   [][]float64
	layout layout
	centre []float64 // a constant near each column's mean, taken off first so that offsets cost no digits
	first  *table    // coefficients of the effect that was eliminated
	rest   *table    // of the others
	report Report

	raw    []float64 // weighted sums of squares of the columns less their centres
	before []float64 // weighted sums of squares of the columns, centred if the effects span a constant
	once   sync.Once
	gram   []float64 // cols × cols
	scrap  sync.Pool // of blocks
}

// Within solves for the effects of each column. Columns have a row each, are neither copied nor changed, and must be
// finite. Errors are *BadColumn and *NotConverged.
func (a *Absorber) Within(cols [][]float64) (*Within, error) {
	for j, x := range cols {
		if len(x) != a.rows {
			return nil, &BadColumn{Column: j, Row: -1, Reason: fmt.Sprintf("has %d rows, not %d", len(x), a.rows)}
		}
	}
	w := &Within{a: a, cols: cols, layout: newLayout(len(cols), a.workers), before: make([]float64, len(cols)),
		raw: make([]float64, len(cols))}
	w.centre = make([]float64, len(cols))
	if a.constant {
		for j, x := range cols {
			w.centre[j] = centre(x)
		}
	}
	w.report.Method = "none"
	if a.first != nil {
		w.report.Method = "means"
		if len(a.first.slopes) > 0 {
			w.report.Method = "exact"
		}
		w.first = newTable(w.layout, a.first.dims())
	}
	w.firstMoments()
	for j, s := range w.before {
		if s-s != 0 {
			return nil, badColumn(j, cols[j])
		}
	}
	if a.first != nil {
		w.solveFirst(w.first)
	}
	if a.system == nil || len(cols) == 0 {
		return w, nil
	}
	return w, w.solveRest()
}

// centre is the mean of about a thousand rows spread over the column.
func centre(x []float64) float64 {
	step := max(1, len(x)/1000)
	if len(x) == 0 {
		return 0
	}
	origin, sum, n := x[0], 0.0, 0
	for i := 0; i < len(x); i += step {
		sum += x[i] - origin
		n++
	}
	return origin + sum/float64(n)
}

func badColumn(j int, x []float64) error {
	for i, v := range x {
		if v-v != 0 {
			return &BadColumn{Column: j, Row: i, Reason: fmt.Sprintf("is %v in row %d", v, i+1)}
		}
	}
	return &BadColumn{Column: j, Row: -1, Reason: "has values whose squares overflow"}
}

// firstMoments fills the first effect's table with the moments of the columns, and before. Each worker takes groups of
// columns.
func (w *Within) firstMoments() {
	a := w.a
	parallel(a.workers, w.layout.groups(), func(g int) {
		gw := w.layout.width(g)
		v := make([]float64, blockRows)
		scaled := make([]float64, blockRows)
		sums, squares := make([]float64, gw), make([]float64, gw)
		for lo := 0; lo < a.rows; lo += blockRows {
			hi := min(lo+blockRows, a.rows)
			v := v[:hi-lo]
			for at := range gw {
				j := w.layout.start[g] + at
				c := w.centre[j]
				for i, x := range w.cols[j][lo:hi] {
					v[i] = x - c
				}
				if a.first != nil {
					a.first.moments(v, lo, a.weights, w.first.data[g], gw, at, 0)
				}
				scaled := weighted(scaled, v, a.weights, lo)
				sums[at] += floats.Sum(scaled)
				squares[at] += floats.Dot(v, scaled)
			}
		}
		for at := range gw {
			s := squares[at]
			w.raw[w.layout.start[g]+at] = s
			if a.constant {
				s -= sums[at] * sums[at] / a.sumWeights()
			}
			w.before[w.layout.start[g]+at] = s
		}
	})
}

func (a *Absorber) sumWeights() float64 {
	return floats.Sum(a.first.total)
}

func (w *Within) solveFirst(t *table) {
	parallel(w.a.workers, w.layout.groups(), func(g int) {
		w.a.first.solveLevels(t.data[g], w.layout.width(g))
	})
}

// solveRest takes the columns net of the first effect to the moments of the others, solves, and takes what the others
// explain off the first effect's coefficients.
func (w *Within) solveRest() error {
	a := w.a
	r, gram, norms := w.restMoments()
	noise := make([]float64, len(w.cols))
	for j, n := range norms {
		noise[j] = ulp*math.Sqrt(w.raw[j]) + roundedMoments*n
	}
	moments := r.clone()
	sol, err := a.system.solve(r, noise)
	if err != nil {
		return err
	}
	w.rest, w.report = sol.theta, sol.Report
	w.backSubstitute()
	w.gram = netGram(gram, moments, sol)
	return nil
}

// netGram is the Gram matrix of the columns net of all effects from that of the columns net of the first:
// x̃'x̃ = v'v − r'θ, and θ'(r − Sθ) less where the system was not solved to the last digit. It is nil where the difference
// would have lost digits that matter; a pass over the rows has to make it then.
func netGram(gram []float64, r *table, sol solution) []float64 {
	if gram == nil {
		return nil
	}
	c := r.cols
	cross := r.dots(sol.theta)
	out := make([]float64, c*c)
	floats.SubTo(out, gram, cross)
	if sol.left != nil {
		for i, v := range sol.theta.dots(sol.left) {
			out[i] -= v
		}
	}
	for j := 0; j < c; j++ {
		if out[j*c+j] < keptShare*gram[j*c+j] {
			return nil
		}
	}
	return mirrored(out, c)
}

// Moments carry the rounding of the column they come from, as it came (ulp of it) and net of the first effect, where
// some further operations add theirs.
const (
	ulp            = 4e-16
	roundedMoments = 1e-14
)

// keptShare is the share of a column's squares that must be left for a difference of squares to be trusted.
const keptShare = 1e-4

// restMoments returns the moments of the columns net of the first effect with the other effects' columns, and those
// columns' Gram matrix (nil if the rows were not worked through all columns at a time).
func (w *Within) restMoments() (r *table, gram, norms []float64) {
	a := w.a
	bounds := chunks(a.rows, a.dims*len(w.cols))
	if len(bounds) == 2 && a.rows > 4*blockRows {
		r, norms = w.restMomentsByColumn()
		return r, nil, norms
	}
	tables, grams := make([]*table, len(bounds)-1), make([][]float64, len(bounds)-1)
	parallel(a.workers, len(tables), func(p int) {
		t, acc := newTable(w.layout, a.dims), newGramSum(len(w.cols))
		block := w.borrow()
		defer w.scrap.Put(block)
		for lo := bounds[p]; lo < bounds[p+1]; lo += blockRows {
			hi := min(lo+blockRows, bounds[p+1])
			for g, d := range t.data {
				for at := range t.width(g) {
					j := t.start[g] + at
					v := block.cols[j][:hi-lo]
					w.netOfFirst(j, g, at, lo, v)
					for _, f := range a.rest {
						f.moments(v, lo, a.weights, d, t.width(g), at, f.offset)
					}
				}
			}
			acc.add(block, lo, hi, a.weights)
		}
		tables[p], grams[p] = t, acc.sums
	})
	for p := range tables[1:] {
		tables[0].add(tables[p+1])
		floats.Add(grams[0], grams[p+1])
	}
	for j := range w.cols {
		norms = append(norms, math.Sqrt(grams[0][j*len(w.cols)+j]))
	}
	return tables[0], mirrored(grams[0], len(w.cols)), norms
}

// restMomentsByColumn is for systems so large that a table for each part of the rows would be too much: workers take
// groups of columns, each its own part of one table.
func (w *Within) restMomentsByColumn() (*table, []float64) {
	a := w.a
	t, norms := newTable(w.layout, a.dims), make([]float64, len(w.cols))
	parallel(a.workers, w.layout.groups(), func(g int) {
		v, scaled := make([]float64, blockRows), make([]float64, blockRows)
		squares := make([]float64, t.width(g))
		for lo := 0; lo < a.rows; lo += blockRows {
			hi := min(lo+blockRows, a.rows)
			for at := range t.width(g) {
				v := v[:hi-lo]
				w.netOfFirst(t.start[g]+at, g, at, lo, v)
				for _, f := range a.rest {
					f.moments(v, lo, a.weights, t.data[g], t.width(g), at, f.offset)
				}
				squares[at] += floats.Dot(v, weighted(scaled, v, a.weights, lo))
			}
		}
		for at, s := range squares {
			norms[t.start[g]+at] = math.Sqrt(s)
		}
	})
	return t, norms
}

// netOfFirst writes column j less its centre and the first effect.
func (w *Within) netOfFirst(j, g, at, lo int, v []float64) {
	c := w.centre[j]
	for i, x := range w.cols[j][lo : lo+len(v)] {
		v[i] = x - c
	}
	w.a.first.subtract(v, lo, w.first.data[g], w.layout.width(g), at, 0)
}

// backSubstitute takes the first effect's part of what the rest explains off its coefficients: a pass over the codes,
// not the data.
func (w *Within) backSubstitute() {
	a := w.a
	parallel(a.workers, w.layout.groups(), func(g int) {
		gw := w.layout.width(g)
		explained := make([]float64, a.first.dims()*gw)
		v := make([]float64, blockRows)
		for lo := 0; lo < a.rows; lo += blockRows {
			v := v[:min(blockRows, a.rows-lo)]
			for at := range gw {
				clear(v)
				for _, f := range a.rest {
					f.subtract(v, lo, w.rest.data[g], gw, at, f.offset)
				}
				a.first.moments(v, lo, a.weights, explained, gw, at, 0)
			}
		}
		a.first.solveLevels(explained, gw)
		floats.Add(w.first.data[g], explained)
	})
}

// weighted writes v times the weights from row lo on to dst and returns it; without weights it is v itself.
func weighted(dst, v, weights []float64, lo int) []float64 {
	if weights == nil {
		return v
	}
	return floats.MulTo(dst[:len(v)], v, weights[lo:lo+len(v)])
}

// Block writes rows lo to hi (exclusive) of the demeaned columns: dst[j][0:hi-lo] for column j.
func (w *Within) Block(lo, hi int, dst [][]float64) {
	for start := lo; start < hi; start += blockRows {
		end := min(start+blockRows, hi)
		for j := range w.cols {
			w.column(j, start, dst[j][start-lo:end-lo])
		}
	}
}

// Column returns a demeaned copy of column j.
func (w *Within) Column(j int) []float64 {
	out := make([]float64, w.a.rows)
	bounds := chunks(len(out), 0)
	parallel(w.a.workers, len(bounds)-1, func(p int) {
		w.column(j, bounds[p], out[bounds[p]:bounds[p+1]])
	})
	return out
}

// column writes the rows of demeaned column j from lo on.
func (w *Within) column(j, lo int, v []float64) {
	if w.a.first == nil {
		copy(v, w.cols[j][lo:])
		return
	}
	g, at := w.layout.place(j)
	w.netOfFirst(j, g, at, lo, v)
	for _, f := range w.a.rest {
		f.subtract(v, lo, w.rest.data[g], w.layout.width(g), at, f.offset)
	}
}

// Variation is column j's weighted sum of squares before and after the effects were absorbed. Before counts from the
// column's mean if the effects span a constant, from zero otherwise; so after/before is the share that is left,
// whatever the column's unit. Rounding leaves a share of about 1e-31 of a column that is absorbed.
func (w *Within) Variation(j int) (before, after float64) {
	if w.a.first == nil {
		return w.before[j], w.before[j]
	}
	return w.before[j], w.sums()[j*len(w.cols)+j]
}

// Gram returns Σ w x̃x̃' over the rows for all columns.
func (w *Within) Gram() *mat.SymDense {
	if len(w.cols) == 0 {
		return &mat.SymDense{}
	}
	return mat.NewSymDense(len(w.cols), append([]float64(nil), w.sums()...))
}

// Effects returns column j's coefficients, one slice for each effect of the problem: level by level the intercept, if
// the effect has one, and the slopes. Together with Column they add up to the column; only such sums are determined, as
// effects share dimensions.
func (w *Within) Effects(j int) [][]float64 {
	if w.a.first == nil {
		return nil
	}
	g, at := w.layout.place(j)
	gw := w.layout.width(g)
	constant := w.centre[j]
	var out [][]float64
	for _, f := range w.a.effects {
		t := w.rest
		if f == w.a.first {
			t = w.first
		}
		coef := make([]float64, f.dims())
		for d := range coef {
			coef[d] = t.data[g][(f.offset+d)*gw+at]
		}
		if f.intercept {
			ns := len(f.slopes)
			for c := 0; c < f.levels; c++ {
				coef[c*f.width] += constant
				for s := 0; s < ns; s++ {
					coef[c*f.width] -= coef[c*f.width+1+s] * f.shift[c*ns+s]
				}
			}
			constant = 0
		}
		out = append(out, coef)
	}
	return out
}

// Report tells how the effects were solved for.
func (w *Within) Report() Report { return w.report }

// share is a ratio that counts 0/0 as 0.
func share(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return math.Abs(a / b)
}
