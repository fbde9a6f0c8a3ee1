package did

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// LocalProjection are the choices of local projections; the zero value is the variance-weighted estimator with all clean
// controls and the period before adoption as the base.
type LocalProjection struct {
	Reweight      bool // each adopting unit counts once: weights without controls, regression adjustment with them
	Premean       int  // periods before adoption whose mean is the base; 0: the one before; EveryPeriod: all of the unit's
	NoComposition bool // from adoption on, only rows seen at every horizon of the window
}

// EveryPeriod, as Premean, takes all periods before adoption.
const EveryPeriod = -1

// localProjections estimates, for each horizon h, y_{i,t+h} - y_{i,t-1} = β_h ΔD_it + γ'x_it + λ_t^h + e by least squares on the
// rows that adopt in t and on clean ones, untreated up to t + h (Dube, Girardi, Jordà & Taylor 2023, eq. 10;
// variance-weighted). Horizons before adoption take rows untreated in t. With Reweight each adopting row counts once
// (section 3.3): without controls by weighting the periods, with them by regression adjustment. Overall is the mean over
// horizons ≥ 0, from the joint scores; where a window is given there is the pooled effect too, of the mean outcome
// over its horizons (section 3.6).
func localProjections(p *panel.Panel, s StaggeredSpec) (*ATTResult, error) {
	switch s.Aggregate {
	case "":
		s.Aggregate = Dynamic
	case Pooled:
		if s.Window == [2]int{} {
			return nil, errors.New("agg=pooled takes the mean outcome of all horizons of a window; name it by window=")
		}
	case Dynamic:
	default:
		return nil, fmt.Errorf("method=lpdid averages over event times only (agg=dynamic, agg=pooled), not by %s", s.Aggregate)
	}
	if s.NoComposition && s.Window == [2]int{} {
		return nil, errors.New("the same rows at every horizon need a last one; name it by window=")
	}
	if w := s.Window; w != [2]int{} && (w[0] > -1 || w[1] < 0) {
		return nil, &WindowError{fmt.Sprintf("the window %d:%d does not run from before adoption to after; the period before, -1, and adoption, 0, belong to it", w[0], w[1])}
	}
	if s.Control == "" {
		s.Control = NotYetTreated
	}
	a, err := s.adoptWithoutControls(p)
	if err != nil {
		return nil, err
	}
	if !a.twoWay(p) {
		return nil, fmt.Errorf("method=lpdid differences units out and takes effects of %s and %s only", p.UnitName(), p.TimeName())
	}
	if s.Control == NeverTreated && a.never() == 0 {
		return nil, &NoNeverTreated{Method: LocalProjections, Otherwise: "control=notyet compares with units untreated up to the period compared"}
	}
	if err := a.byOneCluster(); err != nil {
		return nil, err
	}
	lp, err := a.longChanges(p)
	if err != nil {
		return nil, err
	}
	return lp.result()
}

// adoptWithoutControls reads the sample of the outcome; controls, which may be missing in other periods, stay in the
// formula for the regressions of single horizons.
func (s StaggeredSpec) adoptWithoutControls(p *panel.Panel) (*adoption, error) {
	f := s.Parsed
	if f == nil {
		var err error
		if f, err = formula.Parse(s.Formula); err != nil {
			return nil, err
		}
	}
	bare := *f
	bare.Terms = nil
	s.Parsed = &bare
	a, err := s.adopt(p)
	if err != nil {
		return nil, err
	}
	whole := *a.formula
	for _, t := range f.Terms {
		if t.String() != formula.Quote(s.Treat) {
			whole.Terms = append(whole.Terms, t)
		}
	}
	a.formula = &whole
	return a, nil
}

// result estimates all horizons, and the pooled effects of a window.
func (lp *longChanges) result() (*ATTResult, error) {
	r := lp.adoption.result()
	r.Comparison = "units untreated up to the period compared"
	if lp.never() > 0 {
		r.Comparison += ", never-treated ones included"
	}
	if lp.spec.Control == NeverTreated {
		r.Comparison = "never-treated units"
	}
	r.Base = "the period before adoption"
	switch n := lp.spec.Premean; {
	case n == EveryPeriod:
		r.Base = "the mean of all periods before adoption"
	case n > 1:
		r.Base = counting.Sprintf("the mean of the %d periods before adoption", n)
	}
	reference := lp.spec.Premean == 0 || lp.spec.Premean == 1
	if reference {
		ref := -1
		r.Ref = &ref
	}
	if lp.spec.Reweight {
		r.Notes = append(r.Notes, "each adopting unit counts once")
	}
	out, why := gathered{}, ""
	var dfs []float64 // of t: clusters of the horizon's rows less one; of averages the smallest
	for h := lp.low; h <= lp.high; h++ {
		if h == -1 && reference {
			out.keys, out.values, out.scores, out.units = append(out.keys, -1), append(out.values, 0), append(out.scores, make([]float64, lp.groups)), append(out.units, lp.adopters)
			dfs = append(dfs, math.Inf(1))
			continue
		}
		e, err := lp.horizon(h)
		if err != nil {
			return nil, err
		}
		if e.why != "" {
			why = fmt.Sprintf("no effect at event time %d: %s", h, e.why)
			r.Notes = append(r.Notes, why)
			continue
		}
		r.Notes = addNew(r.Notes, e.notes)
		lp.rows, dfs = max(lp.rows, e.rows), append(dfs, e.df)
		out.keys, out.values, out.scores, out.units = append(out.keys, float64(h)), append(out.values, e.value), append(out.scores, e.score), append(out.units, e.adopters)
	}
	if lp.rows == 0 {
		return nil, fmt.Errorf("no horizon can be estimated; %s", why)
	}
	r.dft = slices.Min(dfs)
	full := out.estimates(r.Level)
	for i, k := range out.keys {
		full.df = dfs[i]
		r.ByEvent = append(r.ByEvent, KeyedEffect{Key: k, Effect: full.effect(i), Units: out.units[i]})
	}
	full.df = r.dft
	v, score := out.mean(nil, 0)
	if score == nil {
		return nil, fmt.Errorf("no horizon from adoption on can be estimated; %s", why)
	}
	mean := gathered{values: []float64{v}, scores: [][]float64{score}}
	overall := mean.estimates(r.Level)
	overall.df = r.dft
	r.Averages[Dynamic] = overall.effect(0)
	if err := lp.pooled(r); err != nil {
		return nil, err
	}
	var ok bool
	if r.Overall, ok = r.Averages[r.Aggregate]; !ok {
		return nil, fmt.Errorf("no pooled effect over the window %d:%d can be estimated; a shorter one may", lp.spec.Window[0], lp.spec.Window[1])
	}
	r.Covariance = rowsOf(full.cov)
	r.GroupTime, r.ByCohort, r.ByTime = []GroupTime{}, []KeyedEffect{}, []KeyedEffect{}
	var before []int
	for i, k := range out.keys {
		if (k < -1 || k < 0 && !reference) && full.cov.At(i, i) > 0 {
			before = append(before, i)
		}
	}
	if r.Pretrend = full.wald(before); r.Pretrend == nil && len(before) > 0 {
		r.Untested = fmt.Sprintf("no joint test of %d event times before adoption: their covariance is singular", len(before))
	}
	r.N = lp.rows
	return r, nil
}

// addNew appends the notes that are not there yet.
func addNew(notes, more []string) []string {
	for _, n := range more {
		if !slices.Contains(notes, n) {
			notes = append(notes, n)
		}
	}
	return notes
}

// pooled estimates the effect on the mean outcome of the window's horizons from adoption on, and before the base period.
func (lp *longChanges) pooled(r *ATTResult) error {
	if lp.spec.Window == [2]int{} {
		return nil
	}
	for _, w := range []struct {
		kind     Aggregate
		from, to int
	}{{Pooled, 0, lp.spec.Window[1]}, {PooledBefore, lp.spec.Window[0], -2}} {
		if w.from > w.to {
			continue
		}
		e, err := lp.window(w.from, w.to)
		if err != nil {
			return err
		}
		if e.why != "" {
			r.Notes = append(r.Notes, fmt.Sprintf("no pooled effect over %d:%d: %s", w.from, w.to, e.why))
			continue
		}
		one := gathered{values: []float64{e.value}, scores: [][]float64{e.score}}
		pooled := one.estimates(r.Level)
		pooled.df = e.df
		r.Averages[w.kind] = pooled.effect(0)
	}
	return nil
}

// longChanges are the columns that local projections are made of, one a row of the panel; NaN outside the sample.
type longChanges struct {
	*adoption
	p         *panel.Panel
	y, base   []float64 // y_t, and what it is compared with
	adopts    []float64 // 1 in the first treated period, 0 in untreated rows, else NaN
	ahead     []float32 // periods from t to adoption, +Inf in units never treated
	weight    []float64 // nil: 1 each
	fixed     []bool    // rows that are seen at every horizon from adoption on; nil: all
	cluster   []int32
	low, high int
	adopters  int
	rows      int // of the largest horizon
	left      leavings

	then          []float64 // one horizon's outcomes, overwritten by the next
	controls, use []bool    // its clean rows, and all of its rows
}

func (a *adoption) longChanges(p *panel.Panel) (*longChanges, error) {
	n := p.Rows()
	lp := &longChanges{adoption: a, p: p, adopts: nans(n), ahead: make([]float32, n), then: make([]float64, n), controls: make([]bool, n), use: make([]bool, n)}
	if whole := a.d.Rows == nil; whole {
		lp.y, lp.cluster = a.d.Y, a.clusters
	} else {
		lp.y, lp.cluster = nans(n), make([]int32, n)
		for k := range a.unit {
			i := a.d.PanelRow(k)
			lp.y[i], lp.cluster[i] = a.d.Y[k], a.clusters[k]
		}
	}
	treat, err := p.Numbers(a.spec.Treat)
	if err != nil {
		return nil, err
	}
	if a.spec.Design.Weights != "" {
		if lp.weight, err = p.Numbers(a.spec.Design.Weights); err != nil {
			return nil, err
		}
	}
	low, high := math.Inf(1), math.Inf(-1)
	for k, u := range a.unit {
		i := a.d.PanelRow(k)
		lp.ahead[i] = float32(math.Inf(1))
		e := a.periods[a.time[k]] - a.start[u]
		if e == e {
			lp.ahead[i] = float32(-e)
			low, high = math.Min(low, e), math.Max(high, e)
		}
		switch {
		case e == 0:
			lp.adopts[i] = 1
			lp.adopters++
		case treat[i] == 0:
			lp.adopts[i] = 0
		}
	}
	lp.low, lp.high = int(low), int(high)
	if w := a.spec.Window; w != [2]int{} {
		if float64(w[0]) < low || float64(w[1]) > high {
			a.notes = append(a.notes, fmt.Sprintf("the window %d:%d reaches beyond what is seen, event times %g to %g", w[0], w[1], low, high))
		}
		lp.low, lp.high = max(lp.low, w[0]), min(lp.high, w[1])
	}
	if lp.base, err = lp.baseline(); err != nil {
		return nil, err
	}
	if !lp.based() {
		return nil, fmt.Errorf("method=lpdid compares with the period before adoption, and no unit that adopts is seen one %s before; count periods without gaps, or take method=imputation, which needs none", p.TimeName())
	}
	if a.spec.NoComposition {
		return lp, lp.fix(a.spec.Window[1])
	}
	return lp, nil
}

// based tells whether some row that adopts has a base.
func (lp *longChanges) based() bool {
	for i, v := range lp.base {
		if v == v && lp.adopts[i] == 1 {
			return true
		}
	}
	return false
}

// baseline is what outcomes are compared with, at t: y_{t-1}, or the mean of periods before t.
func (lp *longChanges) baseline() ([]float64, error) {
	switch k := lp.spec.Premean; {
	case k == EveryPeriod:
		return lp.meanBefore(), nil
	case k > 1:
		sum := make([]float64, len(lp.y))
		for lag := 1; lag <= k; lag++ {
			before, err := lp.p.Lag(lp.y, lag)
			if err != nil {
				return nil, err
			}
			for i, v := range before {
				sum[i] += v / float64(k)
			}
		}
		return sum, nil
	}
	return lp.p.Lag(lp.y, 1)
}

// meanBefore is the mean of a unit's outcomes in all periods before t.
func (lp *longChanges) meanBefore() []float64 {
	out := make([]float64, len(lp.y))
	units, order := lp.p.Units(), lp.p.Order()
	sum, n, last := 0.0, 0.0, int32(-1)
	for k := range out {
		i := k
		if order != nil {
			i = int(order[k])
		}
		if u := units.Codes[i]; u != last {
			sum, n, last = 0, 0, u
		}
		out[i] = sum / n // NaN where there is none
		if lp.y[i] == lp.y[i] {
			sum, n = sum+lp.y[i], n+1
		}
	}
	return out
}

// fix marks the rows that adopt, or are clean to the last horizon, and are seen at every one from adoption on.
func (lp *longChanges) fix(last int) error {
	clean := lp.clean(last)
	lp.fixed = make([]bool, len(lp.y))
	for i := range lp.fixed {
		lp.fixed[i] = (lp.adopts[i] == 1 || clean[i]) && lp.base[i] == lp.base[i]
	}
	for h := 0; h <= last; h++ {
		if err := lp.p.LagInto(lp.then, lp.y, -h); err != nil {
			return err
		}
		for i, v := range lp.then {
			lp.fixed[i] = lp.fixed[i] && v == v
		}
	}
	return nil
}

// clean marks the controls of horizon h: untreated up to t + h, or in t where h is before adoption.
func (lp *longChanges) clean(h int) []bool {
	out := lp.controls
	need := float32(max(h, 0))
	if lp.spec.Control == NeverTreated {
		need = math.MaxFloat32
	}
	for i, d := range lp.adopts {
		out[i] = d == 0 && lp.ahead[i] > need
	}
	return out
}
