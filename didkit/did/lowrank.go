package did

import (
	"fmt"
	"math"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// LowRank are the choices of InteractiveEffects and MatrixCompletion.
type LowRank struct {
	Factors   int     // InteractiveEffects; 0: chosen by cross-validation
	Lambda    float64 // MatrixCompletion: the penalty over the least one that leaves effects of unit and time alone; 0: by cross-validation
	MinBefore int     // untreated periods that a unit must have; 0: 5, or one more than Factors, 1 with NoFactors
	Placebo   int     // last periods before adoption that are hidden from the model, so that effects there are a test

	// Progress, if not nil, is told how many of the samples of the errors are done.
	Progress func(done, total int)
}

// NoFactors is the number of factors of the two-way model.
const NoFactors = -1

// enoughBefore is how many untreated periods a unit must have unless said otherwise, as in R's fect.
const enoughBefore = 5

// FactorModel tells of the model of untreated outcomes, α_i + ξ_t + xβ + λ_i'f_t.
type FactorModel struct {
	Factors    int         `json:"factors"`             // columns of f
	Lambda     *float64    `json:"lambda,omitempty"`    // MatrixCompletion: share of the least penalty that leaves no factor
	Threshold  *float64    `json:"threshold,omitempty"` // the penalty itself, τ of ½Σe² + τ‖L‖⁎
	Units      int         `json:"units"`
	Periods    int         `json:"periods"`
	Cells      int         `json:"cells"` // untreated ones, fitted
	MinBefore  int         `json:"min_before"`
	MSE        float64     `json:"mse"`       // mean squared residual of the untreated cells
	Objective  float64     `json:"objective"` // ½Σe² + τ‖L‖⁎
	Values     []float64   `json:"singular_values"`
	Steps      int         `json:"steps"`
	Converged  bool        `json:"converged"`
	Candidates []Candidate `json:"candidates,omitempty"` // of cross-validation
	Masks      int         `json:"masks,omitempty"`
	Placebo    *Placebo    `json:"placebo,omitempty"`

	hidden []float64 // event times that the model has not seen
}

// Candidate is a model tried by cross-validation.
type Candidate struct {
	Factors *int     `json:"factors,omitempty"`
	Lambda  *float64 `json:"lambda,omitempty"`
	MSPE    float64  `json:"mspe"` // mean squared error of prediction of the cells hidden
}

// Placebo is the test of effects in periods before adoption that the model has not seen.
type Placebo struct {
	Periods     int     `json:"periods"`
	Effect              // mean over their cells; PValue: that it is zero
	Bound       float64 `json:"bound"`       // of equivalence: 0.36 standard deviations of the two-way model's residuals
	Equivalence float64 `json:"equivalence"` // p value of |effect| ≥ bound, by two one-sided tests
}

// NoSpare is the error for a design whose units have too few untreated periods for a factor model.
type NoSpare struct {
	Method Method
	Min    int
	Least  bool // that Min can't be lower: factors= asks for it
	Hidden int  // periods before adoption that Placebo hides from the model
}

func (e *NoSpare) Error() string {
	switch {
	case e.Hidden > 0:
		return fmt.Sprintf("method=%s takes units with at least %d untreated periods, and no treated unit has so many beside the %d that placebo= hides; lower placebo= or minpre=", e.Method, e.Min, e.Hidden)
	case e.Least:
		return fmt.Sprintf("factors=%d takes units with at least %d untreated periods, and no treated unit has so many; lower factors=", e.Min-1, e.Min)
	}
	return fmt.Sprintf("method=%s takes units with at least %d untreated periods, and no treated unit has so many; minpre= asks for fewer, and method=imputation needs one", e.Method, e.Min)
}

// lowRank is a design whose untreated outcomes are modelled by effects of unit and time and a table of low rank.
type lowRank struct {
	*imputed
	places  []int // of each unit among the rows, -1 for those without untreated rows
	members []int // unit at each row, ascending by the panel's codes
	column  []int // of each period among the columns, -1 for those without untreated rows
	k       int   // columns
	y       []float64
	x       [][]float64
	seen    []bool
	present []int32 // row of the sample at each cell, -1 where there is none

	about FactorModel
	fit   completed
}

// factorModel estimates what treatment adds to untreated outcomes α_i + ξ_t + xβ + λ_i'f_t, the model fitted to untreated
// cells and carried over to treated ones: with InteractiveEffects by a given number of factors (Xu 2017; Liu, Wang & Xu 2024,
// section 3.2), with MatrixCompletion by a penalty on the nuclear norm of the table λ_i'f_t (Athey, Bayati, Doudchenko, Imbens
// & Khosravi 2021).
func factorModel(p *panel.Panel, s StaggeredSpec) (*ATTResult, error) {
	a, err := s.adopt(p)
	if err != nil {
		return nil, err
	}
	if err := a.lowRankAllows(p); err != nil {
		return nil, err
	}
	least := s.leastBefore()
	rows, short := a.longEnough(p, least)
	if short > 0 {
		before := s.Design.Rows
		s.Design.Rows = rows
		b, err := s.adopt(p)
		s.Design.Rows = before
		if err != nil {
			return nil, &NoSpare{s.Method, least, s.Method == InteractiveEffects && s.Factors > 0 && least <= s.Factors+1, s.Placebo}
		}
		b.notes = append(b.notes, counting.Sprintf("%d units were left out, with fewer than %d untreated periods, which the model is fitted to (minpre=)", short, least))
		b.spec = s
		a = b
	}
	im, err := a.impute()
	if err != nil {
		return nil, err
	}
	l, err := im.table()
	if err != nil {
		return nil, err
	}
	l.about.MinBefore = least
	if err := l.choose(); err != nil {
		return nil, err
	}
	return l.result()
}

func (s StaggeredSpec) leastBefore() int {
	switch {
	case s.MinBefore > 0:
		return s.MinBefore
	case s.Method == InteractiveEffects && s.Factors == NoFactors:
		return 1
	}
	return max(enoughBefore, s.Factors+1)
}

// lowRankAllows refuses what the model doesn't know.
func (a *adoption) lowRankAllows(p *panel.Panel) error {
	m, s := a.spec.Method, a.spec
	switch {
	case !a.twoWay(p):
		return fmt.Errorf("method=%s allows for effects of %s and %s and no others beside its factors", m, p.UnitName(), p.TimeName())
	case a.d.Weights != nil:
		return fmt.Errorf("method=%s weighs all untreated rows alike and takes no weights=", m)
	case s.Resampling == PlaceboUnits:
		return fmt.Errorf("method=%s has errors by inf=bootstrap or inf=jackknife; placebo units are of method=sdid and sc", m)
	case !slices.Contains([]Resampling{"", BootstrapUnits, JackknifeUnits, WithoutErrors}, s.Resampling):
		return fmt.Errorf("no errors %q; they are bootstrap or jackknife", s.Resampling)
	case s.Lambda < 0 || s.Lambda != s.Lambda:
		return fmt.Errorf("lambda=%g is no penalty; it is above 0, and 1 leaves effects of unit and time alone", s.Lambda)
	case s.Method == InteractiveEffects && s.Factors > len(a.periods)-2:
		return fmt.Errorf("factors=%d is too many for %d periods: with effects of unit and time, %d at most leave something to tell them from", s.Factors, len(a.periods), max(len(a.periods)-2, 0))
	case s.Factors >= s.leastBefore():
		return fmt.Errorf("factors=%d needs units with %d untreated periods, and minpre=%d admits units with fewer", s.Factors, s.Factors+1, s.MinBefore)
	}
	return a.byOneCluster()
}

// fittedRow tells whether a row is among those that the model of untreated outcomes is estimated on: before adoption, and
// not in the last periods that Placebo hides.
func (a *adoption) fittedRow(k int) bool {
	g := a.start[a.unit[k]]
	if !(a.periods[a.time[k]] >= g) {
		if g != g || a.spec.Placebo == 0 || !a.spec.Method.lowRank() {
			return true
		}
		first, _ := slices.BinarySearch(a.periods, g)
		return first-int(a.time[k]) > a.spec.Placebo
	}
	return false
}

func (m Method) lowRank() bool { return m == InteractiveEffects || m == MatrixCompletion }

// longEnough are the panel's rows of units with enough rows that the model is fitted to, and how many units have fewer.
func (a *adoption) longEnough(p *panel.Panel, least int) (rows []bool, short int) {
	count := make([]int, a.units)
	for k, u := range a.unit {
		if a.fittedRow(k) {
			count[u]++
		}
	}
	for _, n := range count {
		if n < least {
			short++
		}
	}
	if short == 0 {
		return nil, 0
	}
	rows = make([]bool, p.Rows())
	for k, u := range a.unit {
		rows[a.d.PanelRow(k)] = count[u] >= least
	}
	return rows, short
}

// table lays the sample out by unit and period.
func (im *imputed) table() (*lowRank, error) {
	l := &lowRank{imputed: im, places: make([]int, im.units), column: make([]int, len(im.periods))}
	for i := range l.places {
		l.places[i] = -1
	}
	for i := range l.column {
		l.column[i] = -1
	}
	for k, used := range im.model.use {
		if used {
			l.places[im.unit[k]], l.column[im.time[k]] = 0, 0
		}
	}
	for u, is := range l.places {
		if is == 0 {
			l.members = append(l.members, u)
		}
	}
	slices.SortFunc(l.members, func(u, v int) int { return int(im.codes[u]) - int(im.codes[v]) }) // so that draws don't depend on the order of rows
	for i, u := range l.members {
		l.places[u] = i
	}
	for t, is := range l.column {
		if is == 0 {
			l.column[t] = l.k
			l.k++
		}
	}
	size := len(l.members) * l.k
	l.y, l.seen, l.present = make([]float64, size), make([]bool, size), make([]int32, size)
	for i := range l.present {
		l.present[i] = -1
	}
	controls := im.model.identified()
	for range controls {
		l.x = append(l.x, make([]float64, size))
	}
	for k, used := range im.model.use {
		i, j := l.places[im.unit[k]], l.column[im.time[k]]
		if i < 0 || j < 0 {
			continue
		}
		at := i*l.k + j
		l.present[at], l.seen[at] = int32(k), used
		l.y[at] = im.tau(k) // what the two-way model leaves
		for c, x := range controls {
			l.x[c][at] = x[k]
		}
		if !finite(l.y[at]) {
			return nil, fmt.Errorf("no effect can be computed; an outcome is too large")
		}
	}
	for _, c := range im.cells {
		weights := make([]float64, len(c.rows))
		for i := range weights {
			weights[i] = 1 / float64(len(c.rows))
		}
		if _, inside := im.model.restOf(c.rows, weights); !inside {
			return nil, fmt.Errorf("cohort %g in %g can't be imputed: its controls go beyond those of the untreated rows", c.g, c.t)
		}
	}
	return l, nil
}

// identified are the controls that are not spanned by effects and the controls before them.
func (u *untreated) identified() (x [][]float64) {
	base := u.dims - len(u.x)
	for _, d := range u.pivots {
		if d >= base {
			x = append(x, u.x[d-base])
		}
	}
	return x
}

// problem is the table of some units' rows, each as often as it is named, without the cells of hide.
func (l *lowRank) problem(units []int, hide map[int]bool) *completion {
	n, k := len(units), l.k
	c := &completion{n: n, k: k, seen: make([]bool, n*k), y: make([]float64, n*k), stop: l.spec.Design.Stop}
	for range l.x {
		c.x = append(c.x, make([]float64, n*k))
	}
	place := c.places()
	for i, u := range units {
		for j := range k {
			from, to := u*k+j, place(i, j)
			if !l.seen[from] || hide[from] {
				continue
			}
			c.seen[to], c.y[to] = true, l.y[from]
			for x := range l.x {
				c.x[x][to] = l.x[x][from]
			}
		}
	}
	return c
}

// places turns a table of more periods than units, so that n ≥ k, and tells where a unit's period stands.
func (c *completion) places() func(unit, period int) int {
	k := c.k
	if c.n >= c.k {
		return func(i, j int) int { return i*k + j }
	}
	n := c.n
	c.n, c.k = c.k, c.n
	return func(i, j int) int { return j*n + i }
}

// where is the same of a table that is turned already, of units × periods.
func (c *completion) where(units int) func(unit, period int) int {
	if c.n == units {
		return func(i, j int) int { return i*c.k + j }
	}
	return func(i, j int) int { return j*c.k + i }
}

// all are the units of the table.
func (l *lowRank) all() []int {
	out := make([]int, len(l.members))
	for i := range out {
		out[i] = i
	}
	return out
}

// scale is the root mean square of what the two-way model leaves.
func (l *lowRank) scale() float64 {
	s, n := 0.0, 0.0
	for at, seen := range l.seen {
		if seen {
			s, n = s+l.y[at]*l.y[at], n+1
		}
	}
	return math.Sqrt(s / n)
}
