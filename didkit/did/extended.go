package did

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

// Family is the conditional mean of the extended two-way regression.
type Family string

// The families; the zero value is Gaussian.
const (
	Gaussian Family = "gaussian" // linear, by least squares
	Logit    Family = "logit"    // outcomes in [0, 1]
	Poisson  Family = "poisson"  // outcomes ≥ 0
)

// extendedTwoWay is Wooldridge's (2021, eq. 5.3) extended two-way regression: one effect for each cohort and treated
// period, so that all untreated rows are compared with; with never-treated units alone for comparison it has the cells
// before adoption too, and without controls it is sunAbraham's regression. Controls x enter by themselves, by period, by
// cohort, and less their cohort's mean by cell (section 6 there), and the effect of a cell is the mean over its rows of what
// treatment changes. Averages are by rows, and shares and means of controls count as fixed. With a family it is Wooldridge's (2023) nonlinear form.
func extendedTwoWay(p *panel.Panel, s StaggeredSpec) (*ATTResult, error) {
	if s.Control == "" {
		s.Control = NotYetTreated
	}
	a, err := s.adopt(p)
	if err != nil {
		return nil, err
	}
	if s.Control == NeverTreated && a.never() == 0 {
		return nil, &NoNeverTreated{Method: ExtendedTwoWay, Otherwise: "control=notyet compares with units treated later"}
	}
	switch {
	case s.Family == Logit || s.Family == Poisson:
		return a.extendedNonlinear(p)
	case len(a.formula.Terms) > 0 && a.twoWay(p):
		return a.extendedLinear(p)
	case len(a.formula.Terms) > 0:
		return a.extendedWithControls(p)
	}
	if ia := a.sparse(); ia != nil {
		return ia.result()
	}
	if a.twoWay(p) {
		return a.extendedLinear(p)
	}
	return a.columns(p)
}

// extendedControls are the controls of the extended regression: one value a row of the panel, NaN outside the sample.
type extendedControls struct {
	terms   []string
	x       [][]float64
	centred [][]float64 // less the mean of the row's cohort
}

func nans(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = math.NaN()
	}
	return out
}

// controls reads the controls on the rows used, and centres them by cohort.
func (a *adoption) controls(p *panel.Panel, used []bool) *extendedControls {
	c := &extendedControls{terms: a.d.Terms}
	for _, column := range a.d.X {
		x, centred := nans(p.Rows()), nans(p.Rows())
		sum, mass := map[float64]float64{}, map[float64]float64{} // of cohorts; never-treated units have no cells
		for k, u := range a.unit {
			r := a.d.PanelRow(k)
			if g := a.start[u]; used[r] && g == g {
				w := 1.0
				if a.d.Weights != nil {
					w = a.d.Weights[k]
				}
				sum[g] += w * column[k]
				mass[g] += w
			}
		}
		for k, u := range a.unit {
			r := a.d.PanelRow(k)
			if !used[r] {
				continue
			}
			x[r], centred[r] = column[k], 0
			if g := a.start[u]; g == g {
				centred[r] = column[k] - sum[g]/mass[g]
			}
		}
		c.x, c.centred = append(c.x, x), append(c.centred, centred)
	}
	return c
}

// extendedWithControls is the linear regression with controls, and with other effects than those of unit and period.
func (a *adoption) extendedWithControls(p *panel.Panel) (*ATTResult, error) {
	cells, codes, rows, err := a.interactions(p)
	if err != nil {
		return nil, err
	}
	c := a.controls(p, rows)
	cohort, period := nans(p.Rows()), nans(p.Rows())
	treated := a.cohorts // with cells; the others, code 0, are compared with
	if a.never() == 0 {
		treated = treated[:len(treated)-1]
	}
	for k, u := range a.unit {
		if r := a.d.PanelRow(k); rows[r] {
			period[r] = float64(a.time[k])
			cohort[r] = float64(slices.Index(treated, a.start[u]) + 1)
		}
	}
	cell := &panel.Variable{Name: unusedIn(p, "cohort_period"), Values: codes}
	byCohort := &panel.Variable{Name: unusedIn(p, "cohort_number"), Values: cohort}
	byPeriod := &panel.Variable{Name: unusedIn(p, "period_number"), Values: period}
	vars := []*panel.Variable{cell, byCohort, byPeriod}
	f := *a.formula
	f.Terms = []formula.Term{dummiesOf(cell.Name, "")}
	var own, moderating []formula.Term
	centred := make([]string, len(c.terms))
	for j := range c.terms {
		x := &panel.Variable{Name: unusedIn(p, fmt.Sprintf("control_%d", j+1)), Values: c.x[j]}
		dm := &panel.Variable{Name: unusedIn(p, fmt.Sprintf("centred_%d", j+1)), Values: c.centred[j]}
		vars, centred[j] = append(vars, x, dm), dm.Name
		own = append(own, treatTerm(x.Name), dummiesOf(byCohort.Name, x.Name), dummiesOf(byPeriod.Name, x.Name))
		moderating = append(moderating, dummiesOf(cell.Name, dm.Name))
	}
	f.Terms = append(append(f.Terms, own...), moderating...)
	q, err := p.With(vars...)
	if err != nil {
		return nil, err
	}
	o := a.spec.Design
	o.Rows, o.KeepSingletons = rows, true
	m, err := regress.Run(q, &f, regress.Spec{Vcov: a.vcov, Level: a.spec.Level, Design: o})
	if err != nil {
		return nil, err
	}
	fit, err := m.Fit(a.vcov, a.spec.Level)
	if err != nil {
		return nil, err
	}
	column, err := m.Design.Column(cell.Name)
	if err != nil {
		return nil, err
	}
	ia := newInteracted(a, cells, fit, formula.Quote(cell.Name))
	ia.weigh(column, m.Design.Weights)
	means := make([][]float64, len(c.terms)) // of the centred controls, by cell
	for j := range c.terms {
		dm, err := m.Design.Column(centred[j])
		if err != nil {
			return nil, err
		}
		means[j] = make([]float64, len(cells))
		for k, code := range column {
			if code > 0 {
				w := 1.0
				if m.Design.Weights != nil {
					w = m.Design.Weights[k]
				}
				means[j][int(code)-1] += w * dm[k] / cells[int(code)-1].weight
			}
		}
	}
	return ia.ofCells(c, centred, means).result()
}

// ofCells turns the regression's coefficients into the effects of cells: a cell's own coefficient, and those of its
// centred controls at their means.
func (ia *interacted) ofCells(c *extendedControls, centred []string, means [][]float64) *interacted {
	out := *ia.fit
	out.Coef, out.V = nil, nil
	var rows [][]float64
	lost := make([]int, len(c.terms))
	for i, x := range ia.cells {
		k, ok := ia.place(i)
		if !ok {
			if x.rows > 0 {
				x.why = "it can't be told apart from the fixed effects, the controls and the cells before it"
			}
			continue
		}
		w := make([]float64, len(ia.fit.Coef))
		w[k] = 1
		for j := range c.terms {
			at, found := ia.at[fmt.Sprintf("%s::%d:%s", ia.name, i+1, formula.Quote(centred[j]))]
			if !found {
				lost[j]++
				continue
			}
			w[at] = means[j][i]
		}
		rows = append(rows, w)
		out.Coef = append(out.Coef, regress.Coef{Term: fmt.Sprintf("%s::%d", ia.name, i+1)})
	}
	e := combine(ia.fit, rows)
	for i := range out.Coef {
		out.Coef[i].Estimate = e.value[i]
	}
	out.V = rowsOf(e.cov)
	out.Notes = slices.DeleteFunc(slices.Clone(ia.fit.Notes), func(n string) bool { return strings.HasPrefix(n, "left out as collinear") })
	out.Notes = append(out.Notes, lostNotes(c.terms, lost, len(rows))...)
	return newInteracted(ia.adoption, ia.cells, &out, ia.name)
}

// lostNotes say in how many cells a control can't change the effect.
func lostNotes(terms []string, lost []int, cells int) (notes []string) {
	for j, n := range lost {
		switch {
		case n == cells && n > 0:
			notes = append(notes, fmt.Sprintf("the effects don't depend on %s: within cohorts it does not vary apart from the other columns", terms[j]))
		case n > 0:
			notes = append(notes, counting.Sprintf("in %d of %d cells the effect doesn't depend on %s, which does not vary there apart from the other columns", n, cells, terms[j]))
		}
	}
	return notes
}
