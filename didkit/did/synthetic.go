package did

import (
	"fmt"
	"math"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// Resampling is where the errors of synthetic controls come from.
type Resampling string

// The resamplings; the zero value is BootstrapUnits where every cohort has two units at least, else PlaceboUnits.
const (
	PlaceboUnits   Resampling = "placebo"   // never-treated units stand in for the treated (Arkhangelsky et al. 2021, algorithm 4)
	BootstrapUnits Resampling = "bootstrap" // units drawn with replacement (algorithm 2)
	JackknifeUnits Resampling = "jackknife" // each unit left out once, weights kept (algorithm 3)
	WithoutErrors  Resampling = "without"   // estimates alone
)

// SyntheticCohort tells how a cohort's synthetic control is made, and how the two go over time.
type SyntheticCohort struct {
	Cohort      float64           `json:"cohort"`
	Units       int               `json:"units"` // treated
	Time        []float64         `json:"time"`  // all periods
	Treated     []float64         `json:"treated"`
	Synthetic   []float64         `json:"synthetic"` // shifted by the difference before adoption
	Shift       float64           `json:"shift"`     // which is taken off: Σλ_t (treated - synthetic); 0 with SyntheticControl
	UnitWeights []UnitWeight      `json:"unit_weights"`
	TimeWeights []TimeWeight      `json:"time_weights"`         // none with SyntheticControl
	Zeta        float64           `json:"zeta"`                 // of the ridge on the unit weights, in units of the outcome
	Noise       float64           `json:"noise"`                // standard deviation of the controls' changes before adoption
	Covariates  []CovariateEffect `json:"covariates,omitempty"` // the outcomes above are less these times the controls' distance from their means
	Effect
}

// UnitWeight is the part of a never-treated unit in a synthetic control.
type UnitWeight struct {
	Unit   string  `json:"unit"`
	Weight float64 `json:"weight"`
	Effect float64 `json:"effect"` // what the effect on the cohort would be beside this unit alone
}

// TimeWeight is the part of a period before adoption in the base.
type TimeWeight struct {
	Time   float64 `json:"time"`
	Weight float64 `json:"weight"`
}

// synthetic is a balanced sample for synthetic controls: one block for each cohort, beside the never-treated units.
type synthetic struct {
	*adoption
	y       []float64 // unit × period
	never   []int     // units, ascending by the panel's codes
	blocks  []*block
	treated []int // units of all blocks, block by block

	covariates *covariates // nil: none
}

// block is a cohort beside the never-treated units.
type block struct {
	s       *synthetic
	g       float64
	pre     int   // periods before adoption
	units   []int // treated
	noise   float64
	zeta    float64
	before  *mixture // the never-treated units' outcomes before adoption
	omega   []float64
	lambda  []float64
	beta    []float64 // of the standardised controls
	effects []float64 // one a period: treated less synthetic, less the same before adoption
}

// syntheticControl estimates, cohort by cohort, the effect beside a weighted average of never-treated units that follows the
// cohort before adoption, measured from a weighted average of the periods before (Arkhangelsky, Athey, Hirshberg, Imbens &
// Wager 2021; by cohorts as in their appendix A and Clarke, Pailañir, Athey & Imbens 2024); with SyntheticControl, from zero
// (Abadie, Diamond & Hainmueller 2010).
func syntheticControl(p *panel.Panel, s StaggeredSpec) (*ATTResult, error) {
	a, err := s.adopt(p)
	if err != nil {
		return nil, err
	}
	if err := a.syntheticAllows(p); err != nil {
		return nil, err
	}
	y, err := a.balanced()
	if err != nil {
		return nil, err
	}
	if y, err = y.fit(); err != nil {
		return nil, err
	}
	return y.result()
}

// fit finds the weights of each cohort; the sample is that with what controls explain taken off, if that is the same for all.
func (s *synthetic) fit() (*synthetic, error) {
	var beta []float64
	if c := s.covariates; c != nil && c.kind == ProjectedCovariates {
		var err error
		if beta, err = s.project(s.everyControl()); err != nil {
			return nil, err
		}
		s = s.less(beta)
	}
	for _, g := range s.cohorts {
		if err := s.spec.Design.Stopped(); err != nil {
			return nil, err
		}
		b, err := s.block(g)
		if err != nil {
			return nil, err
		}
		b.beta = beta
		if s.covariates == nil {
			b.fit()
		} else if err := b.fitCovariates(); err != nil {
			return nil, err
		}
		s.blocks = append(s.blocks, b)
		s.treated = append(s.treated, b.units...)
	}
	return s, nil
}

// everyControl are the places of all never-treated units.
func (s *synthetic) everyControl() []int {
	at := make([]int, len(s.never))
	for k := range at {
		at[k] = k
	}
	return at
}

// syntheticAllows refuses what synthetic controls don't know.
func (a *adoption) syntheticAllows(p *panel.Panel) error {
	m := a.spec.Method
	switch {
	case !a.twoWay(p):
		return fmt.Errorf("method=%s allows for effects of %s and %s and no others", m, p.UnitName(), p.TimeName())
	case a.d.Weights != nil:
		return fmt.Errorf("method=%s finds weights of its own and takes no weights=", m)
	case a.never() == 0:
		return &NoNeverTreated{Method: m, Otherwise: "method=cs with control=notyet compares with units treated later"}
	}
	if err := a.byOneCluster(); err != nil {
		return err
	}
	if a.vcov.By[0] != a.unitName {
		return fmt.Errorf("method=%s resamples units of %s; vcov=%s is not known to it", m, a.unitName, a.vcov)
	}
	return nil
}

// balanced keeps the units seen in every period.
func (a *adoption) balanced() (*synthetic, error) {
	a.late()
	if err := a.seenTwice(); err != nil {
		return nil, err
	}
	T := len(a.periods)
	count := make([]int, a.units)
	for _, u := range a.unit {
		count[u]++
	}
	kept, gaps := make([]int, 0, a.units), 0
	for u, n := range count {
		switch g := a.start[u]; {
		case g == g && !slices.Contains(a.cohorts, g): // left out
		case n == T:
			kept = append(kept, u)
		default:
			gaps++
		}
	}
	if len(kept) == 0 {
		return nil, fmt.Errorf("no unit is seen in all %d periods, as method=%s needs", T, a.spec.Method)
	}
	if gaps > 0 {
		a.notes = append(a.notes, counting.Sprintf("%d of %d units are not seen in all %d periods and were left out", gaps, a.units, T))
	}
	slices.SortFunc(kept, func(u, v int) int { return int(a.codes[u]) - int(a.codes[v]) }) // so that draws don't depend on the order of rows
	place := make([]int, a.units)
	for u := range place {
		place[u] = -1
	}
	start, codes := make([]float64, len(kept)), make([]int32, len(kept))
	s := &synthetic{adoption: a, y: make([]float64, len(kept)*T)}
	cohorts := map[float64]bool{}
	for i, u := range kept {
		place[u], start[i], codes[i] = i, a.start[u], a.codes[u]
		if g := a.start[u]; g == g {
			cohorts[g] = true
		} else {
			s.never = append(s.never, i)
		}
	}
	never := a.never()
	if err := s.readCovariates(place); err != nil {
		return nil, err
	}
	a.d.N = 0
	for k, u := range a.unit {
		if i := place[u]; i >= 0 {
			s.y[i*T+int(a.time[k])] = a.d.Y[k]
			a.d.N++
		}
	}
	a.start, a.codes, a.units = start, codes, len(kept)
	a.cohorts = slices.DeleteFunc(a.cohorts, func(g float64) bool { return !cohorts[g] })
	switch {
	case len(s.never) == 0:
		return nil, &NoNeverTreated{Method: a.spec.Method, Otherwise: "fill the gaps, or compare by method=imputation", Gaps: never}
	case len(a.cohorts) == 0:
		return nil, fmt.Errorf("no treated unit is seen in every period")
	case len(s.never) < 2:
		return nil, fmt.Errorf("method=%s weights never-treated units, and there is only one (%s)", a.spec.Method, a.label(s.never[0]))
	}
	return s, nil
}

// seenTwice leaves out cohorts with fewer than two periods before adoption.
func (a *adoption) seenTwice() error {
	second := a.periods[min(1, len(a.periods)-1)]
	a.cohorts = slices.DeleteFunc(a.cohorts, func(g float64) bool {
		if g <= second {
			a.notes = append(a.notes, fmt.Sprintf("cohort %g was left out: it has one period before adoption, and weights need two", g))
		}
		return g <= second
	})
	if len(a.cohorts) == 0 {
		return fmt.Errorf("method=%s needs two periods before adoption to find weights, and no cohort has them", a.spec.Method)
	}
	return nil
}

// block gathers a cohort.
func (s *synthetic) block(g float64) (*block, error) {
	b := &block{s: s, g: g}
	T := len(s.periods)
	for b.pre < T && s.periods[b.pre] < g {
		b.pre++
	}
	if b.pre == T {
		return nil, fmt.Errorf("cohort %g has no period after its adoption", g)
	}
	for u, start := range s.start {
		if start == g {
			b.units = append(b.units, u)
		}
	}
	var changes []float64
	for _, u := range s.never {
		y := s.y[u*T:][:b.pre]
		for t := 1; t < b.pre; t++ {
			changes = append(changes, y[t]-y[t-1])
		}
	}
	b.noise = deviation(changes)
	if b.noise == 0 {
		return nil, fmt.Errorf("the never-treated units all change alike before %g, so that method=%s finds no weights", g, s.spec.Method)
	}
	b.zeta = 1e-6 * b.noise
	if s.spec.Method == SyntheticDID {
		b.zeta = math.Pow(float64(len(b.units)*(T-b.pre)), 0.25) * b.noise
	}
	b.before = b.columnsBefore()
	return b, nil
}

// columnsBefore are the never-treated units' outcomes before adoption.
func (b *block) columnsBefore() *mixture {
	s, T := b.s, len(b.s.periods)
	a := make([]float64, 0, len(s.never)*b.pre)
	for _, u := range s.never {
		a = append(a, s.y[u*T:][:b.pre]...)
	}
	return newMixture(a, len(s.never), b.pre, s.spec.Method == SyntheticDID)
}

// deviation is the standard deviation of a sample.
func deviation(x []float64) float64 {
	mean, ss := 0.0, 0.0
	for _, v := range x {
		mean += v / float64(len(x))
	}
	for _, v := range x {
		ss += (v - mean) * (v - mean)
	}
	return math.Sqrt(ss / float64(len(x)-1))
}

// fit finds the weights from equal ones, and the effects.
func (b *block) fit() {
	at := b.s.everyControl()
	b.omega, b.lambda = make([]float64, len(at)), make([]float64, b.pre)
	normalise(b.omega)
	if b.s.spec.Method == SyntheticDID {
		normalise(b.lambda)
	}
	b.weigh(at, b.units, b.omega, b.lambda)
	b.effects = b.compare(at, b.units, b.omega, b.lambda)
}

// weigh finds the weights of the never-treated units at for the units treated, from those given, which it changes.
func (b *block) weigh(at, treated []int, omega, lambda []float64) {
	s, T := b.s, len(b.s.periods)
	o := descent{zeta: b.zeta, minDecrease: 1e-5 * b.noise, maxIter: 10_000, stop: b.s.spec.Design.Stop}
	target := s.mean(treated)[:b.pre]
	if s.spec.Method == SyntheticDID {
		after, a := make([]float64, len(at)), make([]float64, b.pre*len(at))
		for k, i := range at {
			y := s.y[s.never[i]*T:][:T]
			for t, v := range y {
				if t < b.pre {
					a[t*len(at)+k] = v
				} else {
					after[k] += v / float64(T-b.pre)
				}
			}
		}
		centre(after)
		periods := make([]int, b.pre)
		for t := range periods {
			periods[t] = t
		}
		l := o
		l.zeta = 1e-6 * b.noise
		newMixture(a, b.pre, len(at), true).solve(periods, after, lambda, l)
		centre(target)
	}
	b.before.solve(at, target, omega, o)
}

// mean is the mean outcome of units, period by period.
func (s *synthetic) mean(units []int) []float64 {
	T := len(s.periods)
	out := make([]float64, T)
	for _, u := range units {
		for t, v := range s.y[u*T:][:T] {
			out[t] += v / float64(len(units))
		}
	}
	return out
}

// synthesis is the weighted outcome of never-treated units, period by period.
func (s *synthetic) synthesis(at []int, omega []float64) []float64 {
	T := len(s.periods)
	out := make([]float64, T)
	for k, i := range at {
		if w := omega[k]; w != 0 {
			for t, v := range s.y[s.never[i]*T:][:T] {
				out[t] += w * v
			}
		}
	}
	return out
}

// compare is what the treated have over their synthetic control, less the same in the base.
func (b *block) compare(at, treated []int, omega, lambda []float64) []float64 {
	out := b.s.mean(treated)
	for t, v := range b.s.synthesis(at, omega) {
		out[t] -= v
	}
	base := inner(lambda, out)
	for t := range out {
		out[t] -= base
	}
	return out
}
