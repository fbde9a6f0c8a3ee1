package did

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

// sunAbraham estimates one effect for each cohort and period by least squares with fixed effects, the period before
// adoption left out (Sun & Abraham 2021, eq. 28 of the working paper), and averages them by the cohorts' rows in the
// sample. The shares count as fixed in the errors, as fixest's sunab has it. Without never-treated units the last cohort is
// compared with, on the periods before it adopts.
func sunAbraham(p *panel.Panel, s StaggeredSpec) (*ATTResult, error) {
	s.Control = NeverTreated
	a, err := s.adopt(p)
	if err != nil {
		return nil, err
	}
	return a.saturated(p)
}

// saturated estimates a regression with one effect for each cell of cohort and period.
func (a *adoption) saturated(p *panel.Panel) (*ATTResult, error) {
	if ia := a.sparse(); ia != nil {
		return ia.result()
	}
	return a.columns(p)
}

// columns is the regression with a column for each cell.
func (a *adoption) columns(p *panel.Panel) (*ATTResult, error) {
	s := a.spec
	cells, codes, rows, err := a.interactions(p)
	if err != nil {
		return nil, err
	}
	v := &panel.Variable{Name: unusedIn(p, "cohort_period"), Values: codes}
	q, err := p.With(v)
	if err != nil {
		return nil, err
	}
	f := *a.formula
	f.Terms = append([]formula.Term{dummiesOf(v.Name, "")}, f.Terms...)
	o := s.Design
	o.Rows = rows
	o.KeepSingletons = o.KeepSingletons || s.Method == ExtendedTwoWay // leaving them out would change who is averaged
	m, err := regress.Run(q, &f, regress.Spec{Vcov: a.vcov, Level: s.Level, Design: o})
	if err != nil {
		return nil, err
	}
	fit, err := m.Fit(a.vcov, s.Level)
	if err != nil {
		return nil, err
	}
	ia := newInteracted(a, cells, fit, formula.Quote(v.Name))
	column, err := m.Design.Column(v.Name)
	if err != nil {
		return nil, err
	}
	ia.weigh(column, m.Design.Weights)
	return ia.result()
}

// unusedIn is a name that no variable of p has.
func unusedIn(p *panel.Panel, name string) string {
	for p.Has(name) {
		name += "_"
	}
	return name
}

// dummiesOf is the term i(factor, ref=0), or i(factor, by, ref=0) with a variable that multiplies the dummies.
func dummiesOf(factor, by string) formula.Term {
	args := []formula.Arg{{Value: &formula.Name{Name: factor}}}
	if by != "" {
		args = append(args, formula.Arg{Value: &formula.Name{Name: by}})
	}
	return formula.Term{Factors: []formula.Expr{&formula.Call{Func: "i", Args: append(args, formula.Arg{Key: "ref", Value: &formula.Number{Value: 0}})}}}
}

func newInteracted(a *adoption, cells []*interaction, fit *regress.Fit, name string) *interacted {
	ia := &interacted{adoption: a, cells: cells, fit: fit, at: map[string]int{}, name: name}
	for i, c := range fit.Coef {
		ia.at[c.Term] = i
	}
	return ia
}

// weigh counts the rows of each cell; codes are the cells' numbers, one a row, 0 for others.
func (ia *interacted) weigh(codes, weights []float64) {
	for k, code := range codes {
		if code > 0 {
			w := 1.0
			if weights != nil {
				w = weights[k]
			}
			ia.cells[int(code)-1].weight += w
			ia.cells[int(code)-1].rows++
		}
	}
}

// interaction is one cohort in one period.
type interaction struct {
	g, t, weight float64
	rows         int
	why          string // it has no estimate, if that is known beforehand
}

// interactions numbers cohorts by periods: 0 for rows of comparison and of the period before adoption.
func (a *adoption) interactions(p *panel.Panel) (cells []*interaction, codes []float64, rows []bool, err error) {
	cohorts, final := a.cohorts, math.Inf(1)
	if a.never() == 0 {
		if len(cohorts) == 1 {
			return nil, nil, nil, &NoNeverTreated{Method: a.spec.Method, Otherwise: "all are treated at the same time, so there is nobody to compare with"}
		}
		final = cohorts[len(cohorts)-1]
		cohorts = cohorts[:len(cohorts)-1]
		a.notes = append(a.notes, fmt.Sprintf("without never-treated units the last cohort (%g) is compared with, and the periods from then on were left out", final))
	}
	type key struct{ g, t float64 }
	number, reference := map[key]int{}, a.references()
	rows, codes = make([]bool, p.Rows()), make([]float64, p.Rows())
	for i := range codes { // rows that the sample lacks for another cause are told of by the regression
		rows[i], codes[i] = a.kept == nil || a.kept[i], math.NaN()
	}
	for pass := range 2 { // the first finds the cells, the second numbers the rows by cells in order
		for k, u := range a.unit {
			g, t, r := a.start[u], a.periods[a.time[k]], a.d.PanelRow(k)
			if t >= final {
				rows[r] = false
				continue
			}
			codes[r] = 0
			if !slices.Contains(cohorts, g) || t == reference[g] || t < g && a.spec.Control == NotYetTreated {
				continue
			}
			c := key{g, t}
			if pass == 0 {
				if _, ok := number[c]; !ok {
					number[c] = 0
					cells = append(cells, &interaction{g: g, t: t})
				}
			} else {
				codes[r] = float64(number[c])
			}
		}
		slices.SortFunc(cells, func(x, y *interaction) int {
			if x.g != y.g {
				return int(math.Copysign(1, x.g-y.g))
			}
			return int(math.Copysign(1, x.t-y.t))
		})
		for i, c := range cells {
			number[key{c.g, c.t}] = i + 1
		}
	}
	if !slices.ContainsFunc(cells, func(c *interaction) bool { return c.t >= c.g }) {
		return nil, nil, nil, fmt.Errorf("no cohort is seen after its adoption in the periods that can be compared")
	}
	return cells, codes, rows, nil
}

// references are the last periods before adoption in which a row of the cohort is in the sample, by cohort: the period
// before, unless there is a gap. Among the effects of unit their cells are the zero that the cohort's others are measured from.
func (a *adoption) references() map[float64]float64 {
	last := map[float64]float64{}
	for k, u := range a.unit {
		if g, t := a.start[u], a.periods[a.time[k]]; t < g {
			if r, ok := last[g]; !ok || t > r {
				last[g] = t
			}
		}
	}
	return last
}

// interacted is the regression with its cells.
type interacted struct {
	*adoption
	cells []*interaction
	fit   *regress.Fit
	at    map[string]int // term to its place in fit.Coef
	name  string
}

func (ia *interacted) place(i int) (int, bool) {
	k, ok := ia.at[ia.name+"::"+strconv.Itoa(i+1)]
	return k, ok
}

// combine are linear combinations of the cells: one row of weights over fit.Coef each.
func (ia *interacted) combine(rows [][]float64) estimates { return combine(ia.fit, rows) }

// combine are linear combinations of a fit's coefficients, a row of weights each.
func combine(fit *regress.Fit, rows [][]float64) estimates {
	k := len(fit.Coef)
	l := mat.NewDense(len(rows), k, nil)
	v := mat.NewDense(k, k, nil)
	e := estimates{df: fit.DFT, level: fit.Level}
	for i, w := range rows {
		l.SetRow(i, w)
		b := 0.0
		for j, c := range fit.Coef {
			b += w[j] * c.Estimate
		}
		e.value = append(e.value, b)
	}
	for i := range k {
		v.SetRow(i, fit.V[i])
	}
	var lv, lvl mat.Dense
	lv.Mul(l, v)
	lvl.Mul(&lv, l.T())
	e.cov = mat.NewSymDense(len(rows), nil)
	for i := range rows {
		for j := i; j < len(rows); j++ {
			e.cov.SetSym(i, j, (lvl.At(i, j)+lvl.At(j, i))/2)
		}
	}
	return e
}

// share are the weights of the estimated cells that belong, by their rows.
func (ia *interacted) share(belongs func(c *interaction) bool) (w []float64, ok bool) {
	w = make([]float64, len(ia.fit.Coef))
	total := 0.0
	for i, c := range ia.cells {
		if k, found := ia.place(i); found && belongs(c) {
			w[k] = c.weight
			total += c.weight
		}
	}
	for k := range w {
		w[k] /= total
	}
	return w, total > 0
}

func (ia *interacted) result() (*ATTResult, error) {
	r := ia.adoption.result()
	r.N, r.dft, r.Vcov = ia.fit.N, ia.fit.DFT, ia.fit.Vcov
	r.Level = ia.fit.Level
	r.Notes = slices.Clone(ia.notes)
	for _, n := range ia.fit.Notes {
		if !strings.Contains(n, ia.name+"::") { // a cell left out as collinear stands among the problems
			r.Notes = append(r.Notes, n)
		}
	}
	early := ia.spec.Control == NeverTreated // periods before adoption have effects of their own
	r.Comparison, r.Base = ia.notYetTreated(), "all periods before adoption"
	reference := -1.0
	if early {
		reference = ia.reference(r)
		r.Comparison = "never-treated units"
	}
	if ia.never() == 0 && early {
		r.Comparison = fmt.Sprintf("the last cohort (%g), before it is treated", ia.cohorts[len(ia.cohorts)-1])
	}
	post := func(c *interaction) bool { return c.t >= c.g }
	simple, ok := ia.share(post)
	if !ok {
		return nil, fmt.Errorf("no effect after adoption can be told apart from the fixed effects")
	}
	var rows [][]float64
	for i, c := range ia.cells {
		w := make([]float64, len(ia.fit.Coef))
		k, ok := ia.place(i)
		if !ok {
			why := "it can't be told apart from the fixed effects and the cells before it"
			if c.why != "" {
				why = c.why
			}
			r.Problems = append(r.Problems, CellProblem{c.g, c.t, why})
			continue
		}
		w[k] = 1
		rows = append(rows, w)
		r.GroupTime = append(r.GroupTime, GroupTime{Cohort: c.g, Time: c.t, Units: c.rows})
	}
	e := ia.combine(rows)
	var before []int
	for i := range r.GroupTime {
		r.GroupTime[i].Effect = e.effect(i)
		if r.GroupTime[i].Time < r.GroupTime[i].Cohort {
			before = append(before, i)
		}
	}
	if r.Pretrend = e.wald(before); r.Pretrend == nil && len(before) > 0 {
		r.Untested = counting.Sprintf("no joint test of the %d cells before adoption: their covariance is singular", len(before))
	}
	later, events := ia.by(r, func(c *interaction) (float64, bool) { return c.t - c.g, true }, &r.ByEvent)
	r.Covariance = rowsOf(events.cov)
	cohortRows, _ := ia.by(r, func(c *interaction) (float64, bool) { return c.g, post(c) }, &r.ByCohort)
	timeRows, _ := ia.by(r, func(c *interaction) (float64, bool) { return c.t, post(c) }, &r.ByTime)
	var dynamic [][]float64
	for i, k := range r.ByEvent {
		if k.Key >= 0 {
			dynamic = append(dynamic, later[i])
		}
	}
	var sizes []float64
	for _, k := range r.ByCohort {
		sizes = append(sizes, float64(ia.size(k.Key)))
	}
	kinds := []Aggregate{Simple, Dynamic, Group, Calendar}
	e = ia.combine([][]float64{simple, meanOf(dynamic, nil), meanOf(cohortRows, sizes), meanOf(timeRows, nil)})
	for i, k := range kinds {
		r.Averages[k] = e.effect(i)
	}
	r.Overall = r.Averages[r.Aggregate]
	if early && r.Ref != nil {
		addReference(r, reference)
	}
	return r, nil
}

// reference says which period the cohorts' effects are measured from, and is its event time: of cohorts that differ, the
// one nearest to adoption.
func (ia *interacted) reference(r *ATTResult) float64 {
	r.Base = "the period before adoption"
	of := ia.references()
	nearest := math.Inf(-1)
	for _, c := range ia.cells {
		nearest = math.Max(nearest, of[c.g]-c.g)
	}
	if nearest != -1 {
		r.Base = "the last period before adoption"
	}
	told := math.Inf(-1)
	for _, c := range ia.cells { // in the cohorts' order
		if e := of[c.g] - c.g; e != nearest && c.g != told {
			told = c.g
			r.Notes = append(r.Notes, fmt.Sprintf("cohort %g is not seen at event time %g; its effects are measured from period %g", c.g, nearest, of[c.g]))
		}
	}
	if nearest == math.Trunc(nearest) {
		ref := int(nearest)
		r.Ref = &ref
	}
	return nearest
}

// by averages the cells of each key into out, and returns the weights.
func (ia *interacted) by(r *ATTResult, key func(*interaction) (float64, bool), out *[]KeyedEffect) ([][]float64, estimates) {
	var keys []float64
	units := map[float64]int{}
	for _, c := range ia.cells {
		if k, ok := key(c); ok {
			if !slices.Contains(keys, k) {
				keys = append(keys, k)
			}
			units[k] = max(units[k], 0)
		}
	}
	slices.Sort(keys)
	var rows [][]float64
	var kept []float64
	for _, k := range keys {
		cohorts := map[float64]int{}
		w, ok := ia.share(func(c *interaction) bool {
			x, is := key(c)
			if is = is && x == k; is {
				cohorts[c.g] = max(cohorts[c.g], c.rows)
			}
			return is
		})
		if !ok {
			continue
		}
		for _, n := range cohorts {
			units[k] += n
		}
		rows, kept = append(rows, w), append(kept, k)
	}
	e := ia.combine(rows)
	for i, k := range kept {
		*out = append(*out, KeyedEffect{Key: k, Effect: e.effect(i), Units: units[k]})
	}
	return rows, e
}

// addReference puts the reference's event time where it belongs, zero by construction.
func addReference(r *ATTResult, event float64) {
	at := slices.IndexFunc(r.ByEvent, func(k KeyedEffect) bool { return k.Key > event })
	if at < 0 {
		at = len(r.ByEvent)
	}
	units := 0
	for _, k := range r.ByEvent {
		if k.Key == 0 {
			units = k.Units
		}
	}
	r.ByEvent = slices.Insert(r.ByEvent, at, KeyedEffect{Key: event, Effect: newEffect(0, 0, 0, 0), Units: units})
	for i := range r.Covariance {
		r.Covariance[i] = slices.Insert(r.Covariance[i], at, 0)
	}
	r.Covariance = slices.Insert(r.Covariance, at, make([]float64, len(r.ByEvent)))
}

// meanOf is the average of rows with weights, 1 each without.
func meanOf(rows [][]float64, weights []float64) []float64 {
	total := 0.0
	out := make([]float64, len(rows[0]))
	for i, row := range rows {
		w := 1.0
		if weights != nil {
			w = weights[i]
		}
		total += w
		for j, v := range row {
			out[j] += w * v
		}
	}
	for j := range out {
		out[j] /= total
	}
	return out
}
