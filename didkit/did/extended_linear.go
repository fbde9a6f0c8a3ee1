package did

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// extendedLinear is the linear extended regression with effects of unit and period. A row has a handful of the parameters, so
// that the normal equations, net of unit means, are summed unit by unit and no dummy is ever written out.
func (a *adoption) extendedLinear(p *panel.Panel) (*ATTResult, error) {
	cells, codes, used, err := a.interactions(p)
	if err != nil {
		return nil, err
	}
	l := &linearMean{saturatedMean: a.saturatedMean(cells, codes, used)}
	for id := range l.groups {
		if c := l.groups[id].cell; c >= 0 {
			cells[c].weight, cells[c].rows = l.groups[id].mass, l.groups[id].rows
		}
	}
	l.sortByUnit()
	if err := l.solve(); err != nil {
		return nil, err
	}
	return l.result()
}

// linearMean is the model with its rows sorted by unit.
type linearMean struct {
	*saturatedMean
	bounds   []int // of units among the rows
	place    []int32
	residual []float64
	ssr      float64
	within   float64 // Σ w (y - unit mean)²
}

// sortByUnit brings the rows of a unit together, in their order.
func (l *linearMean) sortByUnit() {
	at := make([]int, l.units+1)
	for _, k := range l.row {
		at[l.unit[k]+1]++
	}
	for u := range l.units {
		if at[u+1] > 0 {
			l.bounds = append(l.bounds, at[u])
		}
		at[u+1] += at[u]
	}
	l.bounds = append(l.bounds, len(l.row))
	row, group := make([]int32, len(l.row)), make([]int32, len(l.row))
	for i, k := range l.row {
		to := at[l.unit[k]]
		at[l.unit[k]]++
		row[to], group[to] = k, l.group[i]
	}
	l.row, l.group = row, group
	l.place = make([]int32, len(l.row)) // the unit's number among those with rows
	for u := range len(l.bounds) - 1 {
		for i := l.bounds[u]; i < l.bounds[u+1]; i++ {
			l.place[i] = int32(u)
		}
	}
}

// entries are the parameters that row i has, with their values; those of cohorts are absorbed by the units.
func (l *linearMean) entries(i int, out []share) []share {
	s, g := l.slots, &l.groups[l.group[i]]
	put := func(at int, v float64) {
		if k := l.kept[at]; k >= 0 {
			out = append(out, share{k, v})
		}
	}
	if g.period > 0 {
		put(s.period+g.period-1, 1)
	}
	if g.cell >= 0 {
		put(s.cell+g.cell, 1)
	}
	for j, column := range l.x {
		x := column[l.row[i]]
		put(s.slope+j, x)
		if g.cohort > 0 {
			put(s.slopeCohort+(g.cohort-1)*s.controls+j, x)
		}
		if g.period > 0 {
			put(s.slopePeriod+(g.period-1)*s.controls+j, x)
		}
		if g.cell >= 0 {
			put(s.slopeCell+g.cell*s.controls+j, x-g.mean[j])
		}
	}
	return out
}

// unitMean is the mean of values over the rows of a unit.
func (l *linearMean) unitMean(u int, value func(i int) float64) float64 {
	sum, mass := 0.0, 0.0
	for i := l.bounds[u]; i < l.bounds[u+1]; i++ {
		w := l.weight(int(l.row[i]))
		sum += w * value(i)
		mass += w
	}
	return sum / mass
}

// sums are sums over a unit's rows of what few parameters have.
type sums struct {
	at      []int
	value   []float64 // by parameter
	touched []bool
}

func newSums(size int) *sums { return &sums{value: make([]float64, size), touched: make([]bool, size)} }

func (s *sums) add(at int, v float64) {
	if !s.touched[at] {
		s.touched[at] = true
		s.at = append(s.at, at)
	}
	s.value[at] += v
}

func (s *sums) clear() {
	for _, k := range s.at {
		s.value[k], s.touched[k] = 0, false
	}
	s.at = s.at[:0]
}

// normal sums z̃'z̃ and z̃'v over the rows, with z̃ net of unit means; before are the sums of z².
func (l *linearMean) normal(size int, square bool, v func(u, i int) float64) (h *mat.SymDense, g, before []float64) {
	upper := []float64(nil)
	if square {
		upper = make([]float64, size*size)
	}
	g, before = make([]float64, size), make([]float64, size)
	unit := newSums(size)
	var row []share
	for u := range len(l.bounds) - 1 {
		mass := 0.0
		for i := l.bounds[u]; i < l.bounds[u+1]; i++ {
			w := l.weight(int(l.row[i]))
			mass += w
			wv := w * v(u, i)
			row = l.entries(i, row[:0])
			for a, e := range row {
				g[e.at] += wv * e.value
				if !square {
					continue
				}
				before[e.at] += w * e.value * e.value
				unit.add(e.at, w*e.value)
				for _, f := range row[a:] {
					upper[min(e.at, f.at)*size+max(e.at, f.at)] += w * e.value * f.value
				}
			}
		}
		for _, a := range unit.at {
			for _, b := range unit.at {
				if b >= a {
					upper[a*size+b] -= unit.value[a] * unit.value[b] / mass
				}
			}
		}
		unit.clear()
	}
	if square {
		h = mat.NewSymDense(size, upper)
	}
	return h, g, before
}

// solve estimates the parameters, with one correction by what the residuals still hold of the columns.
func (l *linearMean) solve() error {
	l.kept = make([]int, l.slots.all)
	for k := range l.kept {
		l.kept[k] = k
	}
	means := make([]float64, len(l.bounds)-1)
	for u := range means {
		means[u] = l.unitMean(u, func(i int) float64 { return l.d.Y[l.row[i]] })
	}
	total := 0.0
	outcome := func(u, i int) float64 { return l.d.Y[l.row[i]] - means[u] }
	for u := range means {
		for i := l.bounds[u]; i < l.bounds[u+1]; i++ {
			w, y := l.weight(int(l.row[i])), l.d.Y[l.row[i]]
			l.within, total = l.within+w*outcome(u, i)*outcome(u, i), total+w*y*y
		}
	}
	if l.within <= 1e-20*total {
		return &regress.NoVariation{Variable: l.d.Outcome, Effects: true}
	}
	h, g, before := l.normal(l.slots.all, true, outcome)
	kept, factor := pivots(h, before)
	l.keep(kept)
	if err := l.tellLost(); err != nil {
		return err
	}
	l.bread = inverseOf(factor, func(k int) float64 { return math.Sqrt(h.At(kept[k], kept[k])) })
	l.theta = make([]float64, l.size)
	l.residual = make([]float64, len(l.row))
	step := make([]float64, l.size)
	for a, d := range kept {
		step[a] = g[d]
	}
	for range 3 {
		var next mat.VecDense
		next.MulVec(l.bread, mat.NewVecDense(l.size, step))
		for k := range l.theta {
			l.theta[k] += next.AtVec(k)
		}
		l.residuals(outcome)
		_, step, _ = l.normal(l.size, false, func(_, i int) float64 { return l.residual[i] })
	}
	return nil
}

// inverseOf is (D L L' D)⁻¹, D the diagonal of lengths.
func inverseOf(l [][]float64, length func(k int) float64) *mat.SymDense {
	n := len(l)
	factor, inverse := mat.NewTriDense(n, mat.Lower, nil), mat.NewTriDense(n, mat.Lower, nil)
	for i, row := range l {
		for j, v := range row {
			factor.SetTri(i, j, v)
		}
	}
	_ = inverse.InverseTri(factor) // its only error is a warning: the factor's diagonal is bounded away from zero
	out := mat.NewSymDense(n, nil)
	out.SymOuterK(1, inverse.T())
	for i := range n {
		for j := i; j < n; j++ {
			out.SetSym(i, j, out.At(i, j)/(length(i)*length(j)))
		}
	}
	return out
}

// residuals are y less the fitted values, net of unit means.
func (l *linearMean) residuals(outcome func(u, i int) float64) {
	b := l.coefficients(l.theta, false)
	l.ssr = 0
	for u := range len(l.bounds) - 1 {
		fitted := l.unitMean(u, func(i int) float64 { return l.predictor(i, b) })
		for i := l.bounds[u]; i < l.bounds[u+1]; i++ {
			l.residual[i] = outcome(u, i) - l.predictor(i, b) + fitted
			l.ssr += l.weight(int(l.row[i])) * l.residual[i] * l.residual[i]
		}
	}
}

// problem hands the scores w e z̃ to vcov, with fixest's count of parameters: slopes, units and periods.
func (l *linearMean) problem() *vcov.Problem {
	slopes := l.size
	for t := range l.slots.periods - 1 {
		if l.kept[l.slots.period+t] >= 0 {
			slopes--
		}
	}
	period := make([]int32, len(l.row))
	for i, k := range l.row {
		period[i] = l.time[k]
	}
	seen := slices.Sorted(slices.Values(period))
	seen = slices.Compact(seen)
	for i, t := range period {
		at, _ := slices.BinarySearch(seen, t)
		period[i] = int32(at)
	}
	p := &vcov.Problem{N: len(l.row), K: slopes, SSR: l.ssr, Bread: l.bread,
		Effects: []vcov.Effect{{Codes: l.place, Levels: len(l.bounds) - 1, Intercept: true}, {Codes: period, Levels: len(seen), Intercept: true}}}
	p.Scores = func(lo, hi int, dst [][]float64) {
		for k := range dst {
			clear(dst[k][:hi-lo])
		}
		mean := newSums(l.size)
		var row []share
		for i := lo; i < hi; {
			u := int(l.place[i])
			mass := 0.0
			for r := l.bounds[u]; r < l.bounds[u+1]; r++ {
				w := l.weight(int(l.row[r]))
				mass += w
				row = l.entries(r, row[:0])
				for _, e := range row {
					mean.add(e.at, w*e.value)
				}
			}
			for ; i < min(hi, l.bounds[u+1]); i++ {
				we := l.weight(int(l.row[i])) * l.residual[i]
				for _, k := range mean.at {
					dst[k][i-lo] -= we * mean.value[k] / mass
				}
				row = l.entries(i, row[:0])
				for _, e := range row {
					dst[e.at][i-lo] += we * e.value
				}
			}
			mean.clear()
		}
	}
	p.Cluster = func(name string) ([]int32, int, error) { return l.codesOf(name, l.row) }
	return p
}

// result turns the coefficients into effects of cells and their averages.
func (l *linearMean) result() (*ATTResult, error) {
	problem := l.problem()
	if full := problem.Full(); full >= problem.N {
		return nil, &regress.TooFewRows{Rows: problem.N, Parameters: full}
	}
	cov, err := vcov.Estimate(problem, l.adoption.vcov, 0)
	if err != nil {
		return nil, err
	}
	var slopes []int
	for d, k := range l.kept {
		if k >= 0 && (d < l.slots.period || d >= l.slots.cell) {
			slopes = append(slopes, k)
		}
	}
	l.positive(cov, slopes)
	fit := l.frame(cov)
	fit.DFT = cov.DF
	if l.ssr <= 1e-20*l.within {
		fit.Notes = append(fit.Notes, explainsAll(l.d.Outcome))
	}
	means := make([][]float64, len(l.cells))
	for c := range means {
		means[c] = make([]float64, l.slots.controls)
	}
	for i, k := range l.row {
		g := &l.groups[l.group[i]]
		if g.cell < 0 {
			continue
		}
		for j, x := range l.x {
			means[g.cell][j] += l.weight(int(k)) * (x[k] - g.mean[j]) / g.mass
		}
	}
	var rows [][]float64
	for c := range l.cells {
		k := l.kept[l.slots.cell+c]
		if k < 0 {
			continue
		}
		w := make([]float64, l.size)
		w[k] = 1
		value := l.theta[k]
		for j, m := range means[c] {
			if at := l.kept[l.slots.slopeCell+c*l.slots.controls+j]; at >= 0 {
				w[at] = m
				value += m * l.theta[at]
			}
		}
		rows = append(rows, w)
		fit.Coef = append(fit.Coef, regress.Coef{Term: fmt.Sprintf("cell::%d", c+1), Estimate: value})
	}
	fit.V = rowsOf(quadratic(rows, cov.V))
	return newInteracted(l.adoption, l.cells, fit, "cell").result()
}
