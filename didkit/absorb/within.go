package absorb

import (
	"fmt"
	"sync"

	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/internal/parallel"
)

// Within holds columns net of the effects without holding them: the coefficients of every level, from which blocks of
// rows are made on demand. It refers to the caller's columns, which must not change while it is in use. It is safe for
// concurrent use.
type Within struct {
	absorber *Absorber
	cols     [][]float64
	layout   layout
	centre   []float64 // a constant near each column's mean, taken off first so that offsets cost no digits
	first    *table    // coefficients of the effect that was eliminated; nil where they are made again from its rows
	rest     *table    // of the others
	report   Report

	raw    []float64 // weighted sums of squares of the columns less their centres
	before []float64 // weighted sums of squares of the columns, centred if the effects span a constant
	once   sync.Once
	gram   []float64  // cols × cols
	mean   []float64  // weighted means of the columns; nil where nothing is absorbed
	scrap  *sync.Pool // of blocks; apart, as Absorber.coupled
	spare  *sync.Pool // of runs
}

// Within solves for the effects of each column. Columns have a row each, are neither copied nor changed, and must be
// finite. Errors are *BadColumn and *NotConverged.
func (a *Absorber) Within(cols [][]float64) (*Within, error) {
	for j, x := range cols {
		if len(x) != a.rows {
			return nil, &BadColumn{Column: j, Row: -1, Reason: fmt.Sprintf("has %d rows, not %d", len(x), a.rows)}
		}
	}
	w := &Within{absorber: a, cols: cols, layout: newLayout(len(cols), a.workers), before: make([]float64, len(cols)),
		raw: make([]float64, len(cols)), scrap: &sync.Pool{}, spare: &sync.Pool{}}
	w.centre = make([]float64, len(cols))
	if a.constant {
		for j, x := range cols {
			w.centre[j] = centre(x)
		}
	}
	if a.first == nil {
		w.report.Method = "none"
		w.sumSquares()
		if err := w.checkFinite(); err != nil {
			return nil, err
		}
		return w, nil
	}
	if err := w.solve(); err != nil {
		return nil, err
	}
	return w, nil
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

// checkFinite finds the place of a number that is not finite, which a column's sum of squares shows.
func (w *Within) checkFinite() error {
	for j, s := range w.raw {
		if s-s != 0 {
			return badColumn(j, w.cols[j])
		}
	}
	return nil
}

func badColumn(j int, x []float64) error {
	for i, v := range x {
		if v-v != 0 {
			return &BadColumn{Column: j, Row: i, Reason: fmt.Sprintf("is %v in row %d", v, i+1)}
		}
	}
	return &BadColumn{Column: j, Row: -1, Reason: "has values whose squares overflow"}
}

// Block writes rows lo to hi (exclusive) of the demeaned columns: dst[j][0:hi-lo] for column j.
func (w *Within) Block(lo, hi int, dst [][]float64) {
	r := w.borrowRuns()
	defer w.spare.Put(r)
	for start := lo; start < hi; start += blockRows {
		end := min(start+blockRows, hi)
		w.cover(r, start, end)
		for j := range w.cols {
			w.column(j, start, dst[j][start-lo:end-lo], r)
		}
	}
}

// Column returns a demeaned copy of column j.
func (w *Within) Column(j int) []float64 {
	out := make([]float64, w.absorber.rows)
	bounds := chunks(len(out), 0, 0)
	parallel.For(w.absorber.workers, len(bounds)-1, func(p int) {
		r := w.borrowRuns()
		defer w.spare.Put(r)
		for lo := bounds[p]; lo < bounds[p+1]; lo += blockRows {
			hi := min(lo+blockRows, bounds[p+1])
			w.cover(r, lo, hi)
			w.column(j, lo, out[lo:hi], r)
		}
	})
	return out
}

// cover finds the levels of a block where they are needed: where the first effect's coefficients are not kept.
func (w *Within) cover(r *runs, lo, hi int) {
	if w.absorber.first != nil && w.first == nil {
		r.cover(w.absorber.first.codes, lo, hi)
	}
}

func (w *Within) borrowRuns() *runs {
	if r, ok := w.spare.Get().(*runs); ok {
		return r
	}
	return &runs{scaled: make([]float64, blockRows)}
}

// column writes the rows of demeaned column j from lo on, of a block that r covers.
func (w *Within) column(j, lo int, v []float64, r *runs) {
	switch {
	case w.absorber.first == nil:
		copy(v, w.cols[j][lo:])
		return
	case w.first == nil:
		w.netOfRest(j, lo, v)
		w.takeMeans(j, lo, v, r)
		return
	}
	g, at := w.layout.place(j)
	w.centred(j, lo, v)
	w.absorber.first.subtract(v, lo, w.first.data[g], w.layout.width(g), at, 0)
	w.takeRest(j, lo, v)
}

// netOfRest writes the rows of column j from lo on less its centre and the effects but the first.
func (w *Within) netOfRest(j, lo int, v []float64) {
	w.centred(j, lo, v)
	w.takeRest(j, lo, v)
}

func (w *Within) takeRest(j, lo int, v []float64) {
	g, at := w.layout.place(j)
	for _, f := range w.absorber.rest {
		f.subtract(v, lo, w.rest.data[g], w.layout.width(g), at, f.offset)
	}
}

// centred writes the rows of column j from lo on less its centre.
func (w *Within) centred(j, lo int, v []float64) {
	c := w.centre[j]
	for i, x := range w.cols[j][lo : lo+len(v)] {
		v[i] = x - c
	}
}

// Variation is column j's weighted sum of squares before and after the effects were absorbed. Before counts from the
// column's mean if the effects span a constant, from zero otherwise; so after/before is the share that is left,
// whatever the column's unit. Rounding leaves a share of about 1e-31 of a column that is absorbed.
func (w *Within) Variation(j int) (before, after float64) {
	if w.absorber.first == nil {
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
	if w.absorber.first == nil {
		return nil
	}
	g, at := w.layout.place(j)
	gw := w.layout.width(g)
	constant := w.centre[j]
	var out [][]float64
	for _, f := range w.absorber.effects {
		coef := make([]float64, f.dims())
		switch {
		case f != w.absorber.first:
			for d := range coef {
				coef[d] = w.rest.data[g][(f.offset+d)*gw+at]
			}
		case w.first == nil:
			w.levelMeans(j, coef)
		default:
			for d := range coef {
				coef[d] = w.first.data[g][d*gw+at]
			}
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

// Mean is column j's weighted mean, where effects are absorbed.
func (w *Within) Mean(j int) float64 { return w.mean[j] }

// Report tells how the effects were solved for.
func (w *Within) Report() Report { return w.report }
