package did

import (
	"fmt"
	"math"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
	"github.com/seed2d25c7c2/didnb/didkit/internal/parallel"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// callawaySantAnna estimates ATT(g, t) of Callaway & Sant'Anna (2021, eq. 2.2–2.10): for each cohort g and period t a 2×2
// comparison of outcomes between t and a base period, adjusted for the covariates of the formula (Sant'Anna & Zhao 2020),
// and their averages. Errors come from influence functions, summed within clusters, without a small-sample factor. From
// adoption on (less anticipation δ) the base is the last period before g - δ. Sampling says what is compared: changes
// within the units seen in every period, with covariates of the earlier of the two; or all rows as cross-sections.
func callawaySantAnna(p *panel.Panel, s StaggeredSpec) (*ATTResult, error) {
	if s.Sampling == "" {
		s.Sampling = BalancedUnits
	}
	if err := s.groupTimeDefaults(); err != nil {
		return nil, err
	}
	w, err := s.groupTimes(p)
	if err != nil {
		return nil, err
	}
	if err := w.comparison(); err != nil {
		return nil, err
	}
	return w.aggregate(w.cells())
}

// groupTimeDefaults fills in what cs and ddd compare with, adjust by and measure from, and refuses a negative anticipation.
func (s *StaggeredSpec) groupTimeDefaults() error {
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
		return fmt.Errorf("anticipation is %d; it counts periods before adoption, from 0", s.Anticipation)
	}
	return nil
}

// groupTimes is a sample whose cells ATT(g, t) are estimated. Its units stand cohort by cohort, never-treated ones last.
type groupTimes struct {
	*adoption
	n        int       // units
	g        []float64 // one a unit, ascending, then NaN: never treated
	mass     []float64 // weight of a unit in the cohorts' shares, mean 1
	cluster  []int32   // one a unit; nil: each is its own
	treated  []float64 // cohorts with an effect
	last     int       // periods used
	share    map[float64]float64
	compares comparer
}

// comparer estimates the 2×2 comparison of a cell's cohort between periods t and base.
type comparer interface {
	compare(c *cell, t, base int)
}

// groupTimes reads the sample.
func (s StaggeredSpec) groupTimes(p *panel.Panel) (*groupTimes, error) {
	if s.Sampling == CrossSections {
		a, err := s.adoptRows(p)
		if err != nil {
			return nil, err
		}
		if a.vcov.Type != byRow {
			if err := a.byOneCluster(); err != nil {
				return nil, err
			}
		}
		return a.rows()
	}
	a, err := s.adopt(p)
	if err != nil {
		return nil, err
	}
	if !a.twoWay(p) {
		return nil, fmt.Errorf("method=%s compares changes over time between cohorts, which allows for effects of %s and %s and no others", s.Method, p.UnitName(), p.TimeName())
	}
	if err := a.byOneCluster(); err != nil {
		return nil, err
	}
	if s.Sampling == EveryRow {
		if s.Cohort == "" {
			if n := a.unsureStarts(); n > 0 {
				a.notes = append(a.notes, counting.Sprintf("%d treated units are not seen in the period before their first treated one, which is taken for their adoption all the same; cohort= names a variable that holds it", n))
			}
		}
		return a.rows()
	}
	return a.wide()
}

// order puts the units of place ≥ 0 in the sample, cohort by cohort (rows of cross-sections period by period in these),
// and sets place to their position.
func (a *adoption) order(place []int) *groupTimes {
	w := &groupTimes{adoption: a, last: len(a.periods)}
	var units []int
	for u := range place {
		if place[u] >= 0 {
			units = append(units, u)
		}
	}
	slices.SortFunc(units, func(x, y int) int {
		g, h := a.start[x], a.start[y]
		switch {
		case g < h || g == g && h != h:
			return -1
		case h < g || h == h && g != g:
			return 1
		}
		if a.spec.Sampling == CrossSections && a.time[x] != a.time[y] {
			return int(a.time[x]) - int(a.time[y])
		}
		return int(a.codes[x]) - int(a.codes[y])
	})
	w.n = len(units)
	w.g = make([]float64, w.n)
	for i, u := range units {
		place[u], w.g[i] = i, a.start[u]
	}
	return w
}

// early tells the units without a period before their treatment and its anticipation.
func (a *adoption) early(u int) bool { return a.start[u] <= a.periods[0]+float64(a.spec.Anticipation) }

// late makes never-treated what is treated after the last period only.
func (a *adoption) late() {
	if a.spec.Cohort == "" {
		return
	}
	n, last := 0, a.periods[len(a.periods)-1]
	for u, g := range a.start {
		if g > last {
			a.start[u] = math.NaN()
			n++
		}
	}
	if n > 0 {
		a.cohorts = slices.DeleteFunc(a.cohorts, func(g float64) bool { return g > last })
		a.notes = append(a.notes, fmt.Sprintf("%d %s first treated after the last period, %g, count as never treated", n, a.unitsWord(), last))
	}
}

func (a *adoption) unitsWord() string {
	if a.spec.Sampling == CrossSections {
		return "rows"
	}
	return "units"
}

// placeClusters gives each unit the cluster of its rows; units must lie inside clusters.
func (w *groupTimes) placeClusters(place []int, unitName string) error {
	if w.vcov.Type == byRow || w.vcov.By[0] == unitName {
		w.groups, w.units = w.n, w.n
		return w.enoughClusters()
	}
	w.cluster = make([]int32, w.n)
	for i := range w.cluster {
		w.cluster[i] = -1
	}
	for k, u := range w.unit {
		i := place[u]
		if i < 0 {
			continue
		}
		if w.cluster[i] >= 0 && w.cluster[i] != w.clusters[k] {
			return fmt.Errorf("%s moves between clusters of %s; units must lie inside clusters", w.label(int(u)), w.vcov.By[0])
		}
		w.cluster[i] = w.clusters[k]
	}
	seen := map[int32]int32{} // renumbers the clusters of the units left
	for i, c := range w.cluster {
		if _, ok := seen[c]; !ok {
			seen[c] = int32(len(seen))
		}
		w.cluster[i] = seen[c]
	}
	w.groups, w.units = len(seen), w.n
	return w.enoughClusters()
}

func (w *groupTimes) enoughClusters() error {
	if w.groups < 2 && w.vcov.Type == vcov.Cluster {
		return fmt.Errorf("%s has one cluster only among the units used; clustered errors need two at least", w.vcov.By[0])
	}
	return nil
}

// comparison settles who stands for the untreated, and which cohorts and periods can be estimated. Without never-treated
// units the not-yet-treated serve until the last cohort adopts, and that cohort is compared with only.
func (w *groupTimes) comparison() error {
	for _, g := range w.cohorts {
		if lo, hi := w.span(g); hi > lo {
			w.treated = append(w.treated, g)
		}
	}
	if len(w.treated) == 0 {
		if w.spec.Sampling != BalancedUnits {
			return fmt.Errorf("no treated unit is left that is seen before its treatment")
		}
		return fmt.Errorf("no treated unit is left that is seen in every period and before its treatment")
	}
	if w.firstNever() == w.n {
		if w.spec.Control == NeverTreated {
			otherwise := "control=notyet compares with units treated later"
			switch w.spec.Method {
			case TripleDifference:
				otherwise = "control=notyet compares with units enabled later"
			case CallawaySantAnna:
				otherwise += ", method=imputation with all periods before treatment"
			}
			return &NoNeverTreated{Method: w.spec.Method, Otherwise: otherwise, Gaps: w.never()}
		}
		final := w.treated[len(w.treated)-1]
		if len(w.treated) == 1 {
			return &NoNeverTreated{Method: w.spec.Method, Otherwise: "all are treated at the same time, so there is nobody to compare with", Gaps: w.never()}
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
	sum := 0.0
	for _, m := range w.mass {
		sum += m
	}
	for i := range w.mass {
		w.mass[i] *= float64(w.n) / sum
	}
	w.share = map[float64]float64{}
	for _, g := range w.cohorts {
		lo, hi := w.span(g)
		for _, m := range w.mass[lo:hi] {
			w.share[g] += m / float64(w.n)
		}
	}
	return nil
}

// span are the units of cohort g, from the first to before the second.
func (w *groupTimes) span(g float64) (int, int) {
	lo := w.firstAfter(math.Nextafter(g, math.Inf(-1)))
	return lo, w.firstAfter(g)
}

// firstAfter is the first unit treated later than t, or never.
func (w *groupTimes) firstAfter(t float64) int {
	lo, hi := 0, w.n
	for lo < hi {
		if mid := (lo + hi) / 2; w.g[mid] <= t {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

func (w *groupTimes) firstNever() int { return w.firstAfter(math.Inf(1)) }

// span is a run of units or rows of a comparison, one cohort's or the comparison units'.
type span struct {
	from, to int
	treated  bool
}

// compared are the units of the comparison of cohort g in the later of two periods, in order.
func (w *groupTimes) compared(g, later float64) []span {
	lo, hi := w.span(g)
	from := w.firstNever()
	if w.spec.Control == NotYetTreated {
		from = w.firstAfter(later + float64(w.spec.Anticipation))
	}
	var out []span
	add := func(a, b int, treated bool) {
		if a < b {
			out = append(out, span{a, b, treated})
		}
	}
	add(from, lo, false) // where the cohort itself is treated later than the periods compared
	add(lo, hi, true)
	add(max(from, hi), w.n, false)
	return out
}

// cell is one ATT(g, t).
type cell struct {
	g, t      float64
	att       float64
	influence influence // nil in the base period
	units     int
	post      bool
	base      bool // the base period itself: zero by construction
	problem   string
	at        int // number among the parts
	dose      *doseCell
}

// cells estimates all of them, in parallel.
func (w *groupTimes) cells() []*cell {
	var all []*cell
	var bases, times []int
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
		lo, hi := w.span(g)
		for t := first; t < w.last; t++ {
			base := long
			if w.spec.Base == VaryingBase && w.periods[t] < g-delta {
				base = t - 1
			}
			all = append(all, &cell{g: g, t: w.periods[t], post: w.periods[t] >= g, units: hi - lo, base: base == t})
			bases, times = append(bases, base), append(times, t)
		}
	}
	var left leavings
	parallel.Unless(w.spec.Design.Stop, 0, len(all), func(k int) {
		if c := all[k]; !c.base {
			w.compares.compare(c, times[k], bases[k])
			if len(w.d.X) > 0 || w.spec.Sampling != BalancedUnits { // else a comparison makes next to no columns
				left.add(2 * w.d.N / len(w.periods))
			}
			if c.problem == "" && !finite(c.att) {
				c.problem, c.influence = "no effect can be computed; an outcome or a covariate is too large or too small", nil
			}
		}
	})
	if w.spec.Design.Stopped() != nil { // Staggered returns why
		for _, c := range all {
			if !c.base && c.influence == nil {
				c.problem = "not estimated"
			}
		}
	}
	return all
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// describe says what was compared with what.
func (w *groupTimes) describe(r *ATTResult) {
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
		nearest := math.Inf(-1)
		for _, g := range w.cohorts {
			for _, t := range w.periods {
				if e := t - g; e < -float64(w.spec.Anticipation) {
					nearest = math.Max(nearest, e)
				}
			}
		}
		if ref := int(nearest); float64(ref) == nearest {
			r.Ref = &ref
		}
	}
	if w.spec.Anticipation > 0 {
		r.Base += fmt.Sprintf(" less %d of anticipation", w.spec.Anticipation)
	}
	switch w.spec.Sampling {
	case CrossSections:
		r.Notes = append(r.Notes, "repeated cross-sections: every row counts as a unit of its own")
	case EveryRow:
		r.Notes = append(r.Notes, "all rows are compared as cross-sections, period by period, and not as changes within units; errors know which rows are of one unit")
	}
	if len(w.d.X) > 0 {
		how := map[Adjustment]string{DoublyRobust: "doubly robust", ImprovedDoublyRobust: "improved doubly robust", InverseProbability: "inverse probability weights", OutcomeRegression: "outcome regression"}[w.spec.Adjustment]
		s := "covariates at the earlier of the two periods compared, " + how + ":"
		if w.spec.Sampling != BalancedUnits {
			s = "covariates of the row's own period, " + how + ":"
		}
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
