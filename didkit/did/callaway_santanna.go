package did

import (
	"fmt"
	"math"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// callawaySantAnna estimates ATT(g, t) of Callaway & Sant'Anna (2021, eq. 2.2–2.10) on the units seen in every period: for
// each cohort g and period t a 2×2 comparison of outcome changes between t and a base period, adjusted for the covariates
// of the formula at the earlier of the two (Sant'Anna & Zhao 2020), and their averages. Errors come from influence
// functions, summed within clusters, without a small-sample factor. From adoption on (less anticipation δ) the base is the last period before g - δ.
func callawaySantAnna(p *panel.Panel, s StaggeredSpec) (*ATTResult, error) {
	if s.Control == "" {
		s.Control = NeverTreated
	}
	if s.Adjustment == "" {
		s.Adjustment = DoublyRobust
	}
	if s.Base == "" {
		s.Base = VaryingBase
	}
	if s.Anticipation < 0 {
		return nil, fmt.Errorf("anticipation is %d; it counts periods before adoption, from 0", s.Anticipation)
	}
	a, err := s.adopt(p)
	if err != nil {
		return nil, err
	}
	if !a.twoWay(p) {
		return nil, fmt.Errorf("method=cs compares changes over time between cohorts, which allows for effects of %s and %s and no others", p.UnitName(), p.TimeName())
	}
	if err := a.byOneCluster(); err != nil {
		return nil, err
	}
	w, err := a.wide()
	if err != nil {
		return nil, err
	}
	if err := w.comparison(); err != nil {
		return nil, err
	}
	cells := w.cells()
	return w.aggregate(cells)
}

// wide is a balanced sample, unit by period.
type wide struct {
	*adoption
	n        int       // units
	y        []float64 // unit × period
	x        [][]float64
	weight   []float64           // nil: 1 each
	g        []float64           // one a unit, NaN: never treated (or the last cohort, where it stands for them)
	cluster  []int32             // one a unit
	treated  []float64           // cohorts with an effect
	last     int                 // periods used
	share    map[float64]float64 // weighted share of each cohort
	unitMass []float64           // weight of a unit in the shares, mean 1
}

// wide keeps the units seen in every period, and drops cohorts that have no period before.
func (a *adoption) wide() (*wide, error) {
	T := len(a.periods)
	count := make([]int, a.units)
	for _, u := range a.unit {
		count[u]++
	}
	place := make([]int, a.units)
	w := &wide{adoption: a, last: T}
	gaps, early := 0, 0
	for u := range place {
		place[u] = -1
		switch {
		case a.start[u] <= a.periods[0]+float64(a.spec.Anticipation):
			early++
		case count[u] < T:
			gaps++
		default:
			place[u] = w.n
			w.n++
			w.g = append(w.g, a.start[u])
		}
	}
	if gaps > 0 {
		a.notes = append(a.notes, fmt.Sprintf("%d of %d units are not seen in all %d periods and were left out", gaps, a.units, T))
	}
	if early > 0 {
		a.notes = append(a.notes, fmt.Sprintf("%d units were left out, as no period before their treatment (and its anticipation) is seen", early))
	}
	a.alone(func(u int) bool { return place[u] >= 0 })
	if w.n == 0 {
		return nil, fmt.Errorf("no unit is seen in all %d periods, as method=cs needs", T)
	}
	w.y = make([]float64, w.n*T)
	w.x = make([][]float64, len(a.d.X))
	for j := range w.x {
		w.x[j] = make([]float64, w.n*T)
	}
	if a.d.Weights != nil {
		w.weight = make([]float64, w.n*T)
	}
	w.cluster = make([]int32, w.n)
	for u := range w.cluster {
		w.cluster[u] = -1
	}
	rows := 0
	for k, u := range a.unit {
		i := place[u]
		if i < 0 {
			continue
		}
		rows++
		at := i*T + int(a.time[k])
		w.y[at] = a.d.Y[k]
		for j, x := range a.d.X {
			w.x[j][at] = x[k]
		}
		if w.weight != nil {
			w.weight[at] = a.d.Weights[k]
		}
		if w.cluster[i] >= 0 && w.cluster[i] != a.clusters[k] {
			return nil, fmt.Errorf("%s moves between clusters of %s; units must lie inside clusters", a.label(int(u)), a.vcov.By[0])
		}
		w.cluster[i] = a.clusters[k]
	}
	a.d.N = rows
	return w, w.compactClusters()
}

// compactClusters renumbers the clusters of the units left.
func (w *wide) compactClusters() error {
	seen := map[int32]int32{}
	for i, c := range w.cluster {
		if _, ok := seen[c]; !ok {
			seen[c] = int32(len(seen))
		}
		w.cluster[i] = seen[c]
	}
	w.groups, w.units = len(seen), w.n
	if w.groups < 2 {
		return fmt.Errorf("%s has one cluster only among the units used; clustered errors need two at least", w.vcov.By[0])
	}
	return nil
}

// comparison settles who stands for the untreated, and which cohorts and periods can be estimated. Without never-treated
// units the not-yet-treated serve until the last cohort adopts, and that cohort is compared with only.
func (w *wide) comparison() error {
	for _, g := range w.cohorts {
		if slices.Contains(w.g, g) {
			w.treated = append(w.treated, g)
		}
	}
	if len(w.treated) == 0 {
		return fmt.Errorf("no treated unit is left that is seen in every period and before its treatment")
	}
	if !slices.ContainsFunc(w.g, func(g float64) bool { return g != g }) {
		if w.spec.Control == NeverTreated {
			return &NoNeverTreated{Method: CallawaySantAnna, Otherwise: "control=notyet compares with units treated later, method=imputation with all periods before treatment", Gaps: w.never()}
		}
		final := w.treated[len(w.treated)-1]
		if len(w.treated) == 1 {
			return &NoNeverTreated{Method: CallawaySantAnna, Otherwise: "all are treated at the same time, so there is nobody to compare with", Gaps: w.never()}
		}
		w.treated = w.treated[:len(w.treated)-1]
		for w.last > 0 && w.periods[w.last-1] >= final-float64(w.spec.Anticipation) {
			w.last--
		}
		w.notes = append(w.notes, fmt.Sprintf("without never-treated units the periods from %g on, when the last cohort (%g) is treated, can't be estimated; that cohort is compared with only", final-float64(w.spec.Anticipation), final))
	}
	if w.last < 2 {
		return fmt.Errorf("fewer than two periods can be compared")
	}
	w.unitMass = make([]float64, w.n)
	sum := 0.0
	for i := range w.unitMass {
		w.unitMass[i] = w.weightAt(i, 0)
		sum += w.unitMass[i]
	}
	w.share = map[float64]float64{}
	for i := range w.unitMass {
		w.unitMass[i] *= float64(w.n) / sum
		if w.g[i] == w.g[i] {
			w.share[w.g[i]] += w.unitMass[i] / float64(w.n)
		}
	}
	return nil
}

func (w *wide) weightAt(i, t int) float64 {
	if w.weight == nil {
		return 1
	}
	return w.weight[i*len(w.periods)+t]
}

// cell is one ATT(g, t).
type cell struct {
	g, t      float64
	att       float64
	influence []float64 // one a unit, scaled so that V(att) = Σ ψ²/n²; nil in the base period
	units     int
	post      bool
	base      bool // the base period itself: zero by construction
	problem   string
}

func (w *wide) cells() []*cell {
	var all []*cell
	delta := float64(w.spec.Anticipation)
	first := 1
	if w.spec.Base == UniversalBase {
		first = 0
	}
	for _, g := range w.treated {
		long := -1 // the last period before g - δ
		for t := range w.last {
			if w.periods[t]+delta < g {
				long = t
			}
		}
		for t := first; t < w.last; t++ {
			base := long
			if w.spec.Base == VaryingBase && w.periods[t] < g-delta {
				base = t - 1
			}
			c := &cell{g: g, t: w.periods[t], post: w.periods[t] >= g}
			for _, s := range w.g {
				if s == g {
					c.units++
				}
			}
			switch {
			case base == t:
				c.base = true
			default:
				w.estimate(c, t, base)
			}
			all = append(all, c)
		}
	}
	return all
}

// estimate is the 2×2 comparison of cohort g between periods t and base.
func (w *wide) estimate(c *cell, t, base int) {
	T := len(w.periods)
	later := w.periods[max(t, base)] + float64(w.spec.Anticipation)
	var rows []int
	two := &twoByTwo{}
	controls := 0
	for i, g := range w.g {
		switch {
		case g == c.g:
			two.d = append(two.d, 1)
		case g != g || w.spec.Control == NotYetTreated && g > later:
			two.d = append(two.d, 0)
			controls++
		default:
			continue
		}
		rows = append(rows, i)
		two.dy = append(two.dy, w.y[i*T+t]-w.y[i*T+base])
		two.w = append(two.w, w.weightAt(i, min(t, base)))
	}
	if controls == 0 {
		c.problem = "no unit to compare with"
		return
	}
	two.n = len(rows)
	for j, x := range w.x {
		col := make([]float64, len(rows))
		for k, i := range rows {
			col[k] = x[i*T+min(t, base)]
		}
		two.x, two.names = append(two.x, col), append(two.names, w.d.Terms[j])
	}
	att, psi, err := two.estimate(w.spec.Adjustment)
	if err != nil {
		c.problem = err.Error()
		return
	}
	c.att = att
	c.influence = make([]float64, w.n)
	scale := float64(w.n) / float64(two.n)
	for k, i := range rows {
		c.influence[i] = psi[k] * scale
	}
}

// describe says what was compared with what.
func (w *wide) describe(r *ATTResult) {
	r.Comparison = "never-treated units"
	if w.spec.Control == NotYetTreated {
		r.Comparison = "units not yet treated"
		if w.never() > 0 {
			r.Comparison += ", never-treated ones included"
		}
	}
	r.Base = "the period before, for each period before adoption; the last period before adoption from then on"
	if w.spec.Base == UniversalBase {
		r.Base = "the last period before adoption"
		ref := -1 - w.spec.Anticipation
		r.Ref = &ref
	}
	if w.spec.Anticipation > 0 {
		r.Base += fmt.Sprintf(" less %d of anticipation", w.spec.Anticipation)
	}
	how := map[Adjustment]string{DoublyRobust: "doubly robust", ImprovedDoublyRobust: "improved doubly robust", InverseProbability: "inverse probability weights", OutcomeRegression: "outcome regression"}[w.spec.Adjustment]
	if len(w.x) > 0 {
		s := "covariates at the earlier of the two periods compared, " + how + ":"
		for i, t := range w.formula.Terms {
			if i > 0 {
				s += ","
			}
			s += " " + t.String()
		}
		r.Notes = append(r.Notes, s)
	}
	if r.Outcome == formula.Quote(r.Treat) || math.IsNaN(r.Overall.Estimate) {
		r.Notes = append(r.Notes, "no overall effect: no cell after adoption is estimated")
	}
}
