package did

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// Target is what the effects of a continuous treatment are.
type Target string

// The targets; the zero value is DoseLevel.
const (
	DoseLevel Target = "level" // ATT: the dose received, against none
	DoseSlope Target = "slope" // ACRT: a little more of it, the derivative of the effect in the dose
)

// Dosage says how the effect depends on the dose: of ContinuousTreatment.
type Dosage struct {
	Dose   string    // variable: how much of the treatment a unit gets, one positive value from adoption on
	Degree int       // of the spline in the dose; zero: 3
	Knots  int       // inner knots, at quantiles of the doses
	Auto   bool      // the data choose their number, for one cohort and one period from its adoption on; see Pieces
	Grid   []float64 // doses at which the curves are evaluated; nil: the percentiles 10 to 99 of the doses
	Target Target    // of the effects by cohort and period and their averages
}

// doses is a balanced sample whose treated units have doses.
type doses struct {
	*wide
	dose   []float64 // one a unit, NaN where never treated
	spline *spline
	sieve  *sieve // of Auto
}

// doseCell is what a cell knows of the dose: ATT(d) = ψ(d)'β - μ, of the comparison's mean change μ.
type doseCell struct {
	beta         []float64
	level, slope float64 // the means over the treated, ATT° and ACRT°
	comparison   float64
	parts        []influence // of level, slope, comparison, and β
	at           int         // the number of the first among the parts
}

// continuousTreatment estimates the effect of each dose, ATT(d), and of a little more of it, ACRT(d), their averages over the
// doses received, by cohort and period, and averages of these (Callaway, Goodman-Bacon & Sant'Anna 2024, sections 3 to 5 and
// appendix A3). In each cell the changes of the treated are regressed on a B-spline in the dose; the comparison's mean
// change is taken off. Errors come from influence functions, in which the doses received count as a sample too.
func continuousTreatment(p *panel.Panel, s StaggeredSpec) (*ATTResult, error) {
	if err := s.doseDefaults(); err != nil {
		return nil, err
	}
	if s.Cohort == "" && s.Treat == "" {
		var err error
		if p, err = s.adoptionByDose(p); err != nil {
			return nil, err
		}
	}
	w, err := s.doses(p)
	if none := (*NoTreated)(nil); errors.As(err, &none) && none.Value == 1 && none.Variable == s.Dose+positive {
		return nil, &NeverZeroDose{s.Dose}
	}
	if err != nil {
		return nil, err
	}
	if err := w.comparison(); err != nil {
		return nil, err
	}
	cells := w.cells()
	r := w.result()
	if note := w.fewerDraws(); note != "" {
		r.Notes = append(r.Notes, note)
	}
	a, err := w.averaging(cells, r)
	if err != nil {
		return nil, err
	}
	if err := a.fill(r); err != nil {
		return nil, err
	}
	if w.spec.Target == DoseSlope {
		r.Notes = append(r.Notes, fmt.Sprintf("effects are slopes in %s, of one unit more of it (ACRT)", w.spec.Dose))
	}
	r.Dose, err = w.response(a)
	return r, err
}

func (s *StaggeredSpec) doseDefaults() error {
	if s.Dose == "" {
		return fmt.Errorf("method=cdid needs the dose, named by dose=: how much of the treatment a unit gets, 0 where it gets none")
	}
	if s.Degree == 0 {
		s.Degree = 3
	}
	if s.Target == "" {
		s.Target = DoseLevel
	}
	if s.Aggregate == "" {
		s.Aggregate = Group
	}
	switch {
	case s.Degree < 1:
		return fmt.Errorf("the degree of the spline in the dose is %d; it counts from 1, a line", s.Degree)
	case s.Knots < 0:
		return fmt.Errorf("the spline in the dose has %d inner knots; they count from 0", s.Knots)
	}
	return s.groupTimeDefaults()
}

// NeverZeroDose is the error for a dose above 0 in every row, which leaves nobody to compare with.
type NeverZeroDose struct{ Dose string }

func (e *NeverZeroDose) Error() string {
	return fmt.Sprintf("the dose %s is above 0 in every row, and method=cdid compares with units that get none; write 0 where there is no treatment", e.Dose)
}

// positive is what the treatment made of a dose is called after the dose.
const positive = " > 0"

// adoptionByDose adds the treatment to the panel: 1 where the dose is positive.
func (s *StaggeredSpec) adoptionByDose(p *panel.Panel) (*panel.Panel, error) {
	q, err := p.Numbers(s.Dose)
	if err != nil {
		return nil, err
	}
	d := make([]float64, len(q))
	for i, x := range q {
		if d[i] = indicator(x > 0); x != x {
			d[i] = x
		}
	}
	s.Treat = s.Dose + positive
	return p.With(&panel.Variable{Name: s.Treat, Values: d})
}

// doses reads the sample.
func (s StaggeredSpec) doses(p *panel.Panel) (*doses, error) {
	s.Sampling = BalancedUnits
	a, err := s.adopt(p)
	if err != nil {
		return nil, err
	}
	if !a.twoWay(p) {
		return nil, fmt.Errorf("method=cdid compares changes over time, which allows for effects of %s and %s and no others", p.UnitName(), p.TimeName())
	}
	if len(a.formula.Terms) > 0 {
		return nil, fmt.Errorf("method=cdid takes no controls, and the formula has %s", a.formula.Terms[0])
	}
	if a.d.Outcome == formula.Quote(s.Dose) {
		return nil, fmt.Errorf("%s is both the outcome and the treatment", s.Dose)
	}
	if err := a.byOneCluster(); err != nil {
		return nil, err
	}
	given, err := a.dosesOf(p)
	if err != nil {
		return nil, err
	}
	if without := a.withoutDose(given); without != nil {
		rows := make([]bool, p.Rows())
		for i, u := range p.Units().Codes {
			rows[i] = !without[u] && (s.Design.Rows == nil || s.Design.Rows[i])
		}
		notes := a.notes
		s.Design.Rows = rows
		if a, err = s.adopt(p); err != nil {
			return nil, err
		}
		a.notes = notes
		if given, err = a.dosesOf(p); err != nil {
			return nil, err
		}
	}
	g, err := a.wide()
	if err != nil {
		return nil, err
	}
	w := &doses{wide: g.compares.(*wide)}
	g.compares = w
	w.dose = make([]float64, w.n)
	var all []float64
	for i := range w.dose {
		w.dose[i] = given[w.unit[w.row[i*len(w.periods)]]]
		if w.g[i] == w.g[i] {
			all = append(all, w.dose[i])
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("no treated unit is left that is seen in every period and before its treatment")
	}
	slices.Sort(all)
	if s.Auto {
		if w.sieve, err = w.pieces(all); err != nil {
			return nil, err
		}
		w.spline, w.spec.Draws = w.sieve.splines[w.sieve.at], 0
	} else if w.spline, err = newSpline(all, s.Degree, s.Knots); err != nil {
		return nil, err
	}
	if w.spec.Grid == nil {
		for percent := 10; percent <= 99; percent++ {
			w.spec.Grid = append(w.spec.Grid, quantileOf(all, float64(percent)/100))
		}
		w.spec.Grid = slices.Compact(w.spec.Grid)
	}
	for _, d := range w.spec.Grid {
		if !(d >= all[0] && d <= all[len(all)-1]) {
			return nil, fmt.Errorf("a dose of %g lies outside the doses seen, %g to %g", d, all[0], all[len(all)-1])
		}
	}
	return w, nil
}

// dosesOf are the doses of the sample's units: the one value from adoption on; NaN where none is known, and of units never
// treated, which must have none. Before adoption the dose may be zero, missing, or that to come.
func (a *adoption) dosesOf(p *panel.Panel) ([]float64, error) {
	q, err := p.Numbers(a.spec.Dose)
	if err != nil {
		return nil, err
	}
	out := make([]float64, a.units)
	for u := range out {
		out[u] = math.NaN()
	}
	for pass := range 2 { // first from adoption on, then before it
		for k, u := range a.unit {
			row := a.d.PanelRow(k)
			x, g := q[row], a.start[u]
			treated := a.periods[a.time[k]] >= g
			switch {
			case x != x || treated != (pass == 0):
			case math.IsInf(x, 0) || x < 0:
				return nil, fmt.Errorf("%s is %g in row %d; a dose is 0 or more", a.spec.Dose, x, row+1)
			case g != g:
				if x != 0 {
					return nil, fmt.Errorf("%s is %g for %s, which is never treated (row %d); units without treatment have a dose of 0", a.spec.Dose, x, a.label(int(u)), row+1)
				}
			case treated && out[u] == out[u] && out[u] != x:
				return nil, fmt.Errorf("%s changes from %g to %g within %s after adoption (row %d); method=cdid needs one dose a unit", a.spec.Dose, out[u], x, a.label(int(u)), row+1)
			case treated:
				out[u] = x
			case x != 0 && out[u] == out[u] && out[u] != x:
				return nil, fmt.Errorf("%s is %g before adoption of %s (row %d) and %g after it; before adoption a dose is 0, missing, or the one to come", a.spec.Dose, x, a.label(int(u)), row+1, out[u])
			case out[u] != out[u] && x != 0 && a.start[u] > a.periods[len(a.periods)-1]: // treated after the last period
				out[u] = x
			}
		}
	}
	return out, nil
}

// withoutDose are the panel's units that are treated and whose dose is missing or zero; nil if there are none.
func (a *adoption) withoutDose(given []float64) map[int32]bool {
	out := map[int32]bool{}
	missing, zero := 0, 0
	last := a.periods[len(a.periods)-1]
	for u, d := range given {
		switch g := a.start[u]; {
		case g != g || g > last:
			continue
		case d != d:
			missing++
		case d == 0:
			zero++
		default:
			continue
		}
		out[a.codes[u]] = true
	}
	if missing > 0 {
		a.notes = append(a.notes, counting.Sprintf("%d treated units were left out, as %s is missing from their adoption on", missing, a.spec.Dose))
	}
	if zero > 0 {
		a.notes = append(a.notes, counting.Sprintf("%d treated units were left out, as %s is 0 from their adoption on", zero, a.spec.Dose))
	}
	if missing+zero == 0 {
		return nil
	}
	return out
}

// compare regresses the changes of the treated on the spline in the dose.
func (w *doses) compare(c *cell, t, base int) {
	spans := w.compared(c.g, w.periods[max(t, base)])
	dy, weight, ok := w.changesOf(spans, t, base)
	if !ok {
		c.problem = "no unit to compare with"
		return
	}
	d := &doseCell{}
	var y, u, x []float64
	k := 0
	for _, s := range spans {
		if s.treated {
			y, x = slices.Clone(dy[k:k+s.to-s.from]), w.dose[s.from:s.to]
			if u = ones(len(x)); weight != nil {
				u = weight[k : k+s.to-s.from]
			}
		}
		k += s.to - s.from
	}
	if !d.regress(w.spline, x, y, u) {
		c.problem = fmt.Sprintf("the units of the cohort, or their distinct doses, are too few for a spline of degree %d with %d inner knots", w.spline.degree, len(w.spline.inner()))
		return
	}
	mean := 0.0
	total := 0.0
	for i, v := range u {
		total += v
		mean += v * y[i]
	}
	mean /= total
	d.level = changes(spans, dy, weight) // dy is its influence from here on
	d.comparison = mean - d.level
	var controls []span
	var others []float64
	k = 0
	for _, s := range spans {
		if !s.treated {
			controls = append(controls, s)
			for _, v := range dy[k : k+s.to-s.from] {
				others = append(others, -v)
			}
		}
		k += s.to - s.from
	}
	lo, hi := w.span(c.g)
	own := []span{{lo, hi, true}}
	psi := d.influences(w.spline, x, y, u)
	d.parts = []influence{w.byCluster(spans, dy), w.byCluster(own, psi[0]), w.byCluster(controls, others)}
	for _, of := range psi[1:] {
		d.parts = append(d.parts, w.byCluster(own, of))
	}
	c.att, c.influence = d.level, d.parts[0]
	if w.spec.Target == DoseSlope {
		c.att, c.influence = d.slope, d.parts[1]
	}
	if c.post {
		c.dose = d
	}
}

// regress finds β and ACRT° = Σ u ψ'(x)'β / Σ u by weighted least squares of y on the spline in x.
func (d *doseCell) regress(s *spline, x, y, u []float64) bool {
	k := s.size()
	if len(x) <= k { // a perfect fit has no error
		return false
	}
	a, b := mat.NewDense(len(x), k, nil), mat.NewVecDense(len(x), nil)
	for i := range x {
		root := math.Sqrt(u[i])
		for j, v := range s.basis(x[i]) {
			a.Set(i, j, root*v)
		}
		b.SetVec(i, root*y[i])
	}
	var qr mat.QR
	qr.Factorize(a)
	var beta mat.VecDense
	if cond := qr.Cond(); !(cond < 1e10) || qr.SolveVecTo(&beta, false, b) != nil {
		return false
	}
	d.beta = beta.RawVector().Data
	total := 0.0
	for i := range x {
		total += u[i]
		d.slope += u[i] * inner(s.slope(x[i]), d.beta)
	}
	d.slope /= total
	return true
}

// influences are those of ACRT° and of each β on the treated units, ψ/n: (X'uX)⁻¹ x u e, and the distance of the unit's own
// slope from the mean.
func (d *doseCell) influences(s *spline, x, y, u []float64) [][]float64 {
	k := s.size()
	gram, mean, total := mat.NewSymDense(k, nil), make([]float64, k), 0.0
	basis, slopes := make([][]float64, len(x)), make([][]float64, len(x))
	for i := range x {
		basis[i], slopes[i] = s.basis(x[i]), s.slope(x[i])
		gram.SymRankOne(gram, u[i], mat.NewVecDense(k, basis[i]))
		total += u[i]
		for j, v := range slopes[i] {
			mean[j] += u[i] * v
		}
	}
	for j := range mean {
		mean[j] /= total
	}
	var chol mat.Cholesky
	chol.Factorize(gram)
	out := make([][]float64, 1+k)
	for j := range out {
		out[j] = make([]float64, len(x))
	}
	var by mat.VecDense
	for i := range x {
		e := u[i] * (y[i] - inner(basis[i], d.beta))
		if err := chol.SolveVecTo(&by, mat.NewVecDense(k, basis[i])); err != nil {
			continue
		}
		for j := range k {
			out[1+j][i] = e * by.AtVec(j)
			out[0][i] += mean[j] * out[1+j][i]
		}
		out[0][i] += u[i] / total * (inner(slopes[i], d.beta) - d.slope)
	}
	return out
}
