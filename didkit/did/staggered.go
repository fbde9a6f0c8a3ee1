package did

import (
	"fmt"
	"math"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// Control is who the treated are compared with.
type Control string

// The comparison groups; the zero value is NeverTreated.
const (
	NeverTreated  Control = "never"
	NotYetTreated Control = "notyet" // never treated, or treated later than the period compared and its base
)

// Adjustment is how covariates enter a 2×2 comparison (Sant'Anna & Zhao 2020).
type Adjustment string

// The adjustments; the zero value is DoublyRobust.
const (
	DoublyRobust         Adjustment = "dr"
	ImprovedDoublyRobust Adjustment = "drimp"
	InverseProbability   Adjustment = "ipw" // weights normalised to one (Hájek)
	OutcomeRegression    Adjustment = "reg"
)

// BasePeriod is the period that others are compared with before adoption.
type BasePeriod string

// The base periods; the zero value is VaryingBase.
const (
	VaryingBase   BasePeriod = "varying"   // the period before, for each period before adoption
	UniversalBase BasePeriod = "universal" // the last period before adoption, always
)

// Sampling is which rows Callaway & Sant'Anna's estimator uses, and what it takes for a unit.
type Sampling string

// The samplings; the zero value is BalancedUnits.
const (
	BalancedUnits Sampling = "balance" // units seen in every period: changes within units
	EveryRow      Sampling = "keep"    // all rows, compared as cross-sections; errors know which rows are of one unit
	CrossSections Sampling = "rows"    // repeated cross-sections: every row is a unit of its own
)

// StaggeredSpec asks for an estimator of staggered adoption. The fields below Spec matter to the methods that know them.
type StaggeredSpec struct {
	Spec
	Method       Method
	Control      Control
	Adjustment   Adjustment
	Base         BasePeriod
	Anticipation int       // periods before adoption in which units may react already
	Aggregate    Aggregate // of Overall; zero: Simple
	Leads        int       // Imputation: event times before adoption that are tested, the earlier ones the reference; 0: all, -1 the reference
	Window       [2]int    // first and last event time: Stacked, LocalProjections; zero: the widest
	Stack        StackWeights
	Population   string // variable: Stacked with PopulationWeights
	LocalProjection
	Draws    int // CallawaySantAnna: of the multiplier bootstrap; 0: analytic errors and pointwise intervals
	Seed     uint64
	Cohort   string   // CallawaySantAnna: variable of the first treated period (0, missing, infinite: never), instead of Treat or beside it
	Time     string   // CrossSections: the period; zero: the panel's
	Sampling Sampling // CallawaySantAnna
	Family   Family   // of ExtendedTwoWay
	Eligible string   // TripleDifference: 0/1 variable
	Dosage            // of ContinuousTreatment
	Switchers
	SameSwitchers
	Normalized bool // Switching: effects by event time per period of treatment
	Covariates      // of SyntheticDID, SyntheticControl
	Resampling      // of SyntheticDID, SyntheticControl, InteractiveEffects, MatrixCompletion; they draw Draws samples, 200 if zero
	LowRank         // of InteractiveEffects, MatrixCompletion

	Progress func(done, total int) // of the samples drawn; may be nil; called from one goroutine at a time
}

// Staggered estimates the average effects of an absorbing treatment that units adopt at different times. A treatment that
// switches off is an error whatever Spec.AllowReversal says.
func Staggered(p *panel.Panel, s StaggeredSpec) (*ATTResult, error) {
	if s.Aggregate == Static && s.Method != Stacked || s.Aggregate == Pooled && s.Method != LocalProjections || s.Aggregate == Total && s.Method != Switching {
		return nil, fmt.Errorf("method=%s has no agg=%s, which goes with method=%s; its averages are simple, group, dynamic and calendar", s.Method, s.Aggregate,
			map[Aggregate]Method{Static: Stacked, Pooled: LocalProjections, Total: Switching}[s.Aggregate])
	}
	r, err := s.estimate(p)
	if stopped := s.Design.Stopped(); stopped != nil {
		return nil, stopped
	}
	if r != nil && r.Inference == nil {
		s.withoutRounding(p, r)
	}
	return r, err
}

func (s StaggeredSpec) estimate(p *panel.Panel) (*ATTResult, error) {
	switch s.Method {
	case CallawaySantAnna:
		return callawaySantAnna(p, s)
	case SunAbraham:
		return sunAbraham(p, s)
	case ExtendedTwoWay:
		return extendedTwoWay(p, s)
	case LocalProjections:
		return localProjections(p, s)
	case Stacked:
		return stackedRegression(p, s)
	case Imputation, TwoStage:
		return impute(p, s)
	case TripleDifference:
		return tripleDifference(p, s)
	case ContinuousTreatment:
		return continuousTreatment(p, s)
	case Switching:
		return switchingTreatment(p, s)
	case SyntheticDID, SyntheticControl:
		return syntheticControl(p, s)
	case InteractiveEffects, MatrixCompletion:
		return factorModel(p, s)
	}
	return nil, fmt.Errorf("no method %q", s.Method)
}

// NoNeverTreated is the error for a comparison that needs never-treated units where there are none.
type NoNeverTreated struct {
	Method    Method
	Otherwise string // what can be done instead
	Gaps      int    // never-treated units that there are, but not in every period
}

func (e *NoNeverTreated) Error() string {
	if e.Gaps > 0 {
		return fmt.Sprintf("method=%s compares with never-treated units seen in every period, and none of the %d never-treated units is; %s", e.Method, e.Gaps, e.Otherwise)
	}
	return fmt.Sprintf("method=%s compares with never-treated units, and every unit is treated at some time; %s", e.Method, e.Otherwise)
}

// adoption is the sample of a staggered design: its rows, and when each of its units adopts.
type adoption struct {
	spec     StaggeredSpec
	formula  *formula.Formula // without the treatment
	vcov     vcov.Spec
	d        *design.Design // rows with everything present, singletons kept
	unit     []int32        // one a row, 0 … units-1
	time     []int32        // one a row, index into periods
	units    int
	periods  []float64 // ascending
	start    []float64 // one a unit: first treated period, NaN if never treated
	cohorts  []float64 // distinct starts, ascending
	clusters []int32   // one a row
	groups   int       // clusters
	unitName string
	codes    []int32 // one a unit: the panel's code of it; a row where every row is a unit
	label    func(unit int) string
	kept     []bool // of the panel, that the method does not leave out itself; nil: all
	notes    []string
}

// adopt reads the sample. Units treated in the first period seen have no period before and are dropped and counted.
func (s StaggeredSpec) adopt(p *panel.Panel) (*adoption, error) {
	s.AllowReversal = false
	pre, err := s.timed(p)
	if err != nil {
		return nil, err
	}
	f := *pre.formula
	f.Terms = nil
	for _, t := range pre.formula.Terms {
		if t.String() != formula.Quote(s.Treat) {
			f.Terms = append(f.Terms, t)
		}
	}
	a := &adoption{spec: s, formula: &f, vcov: pre.vcov, notes: pre.notes, unitName: p.UnitName()}
	o := s.Design
	o.KeepSingletons = true
	o.Present = slices.Clone(o.Present)
	if s.Treat != "" && s.Treat != s.Cohort {
		o.Present = append(o.Present, s.Treat)
	}
	if o.Rows, err = a.dropAlways(p, pre.timing, o.Rows); err != nil {
		return nil, err
	}
	if err := s.Method.admits(a.vcov); err != nil {
		return nil, err
	}
	o.Require = append(slices.Clone(o.Require), a.vcov.Needs()...)
	if a.d, err = design.Build(p, &f, o); err != nil {
		return nil, err
	}
	if s.Method == SunAbraham || s.Method == ExtendedTwoWay { // the others have ways of their own not to use them
		rows, err := a.dropUnseen(p, pre.timing, o.Rows)
		if err != nil {
			return nil, err
		}
		if rows != nil {
			o.Rows = rows
			if a.d, err = design.Build(p, &f, o); err != nil {
				return nil, err
			}
		}
	}
	a.kept = o.Rows
	if err := a.code(p, pre.timing); err != nil {
		return nil, err
	}
	if a.vcov.Type == vcov.Cluster && len(a.vcov.By) == 1 {
		if a.clusters, a.groups, err = a.d.Codes(a.vcov.By[0]); err != nil {
			return nil, err
		}
		if a.groups < 2 {
			return nil, &vcov.TooFewClusters{Variable: a.vcov.By[0], Clusters: a.groups}
		}
	}
	if note := oneTreatedCluster(a.d, a.vcov, func(i int) bool { g := a.start[a.unit[i]]; return g == g }); note != "" && s.Method != SyntheticDID && s.Method != SyntheticControl {
		a.notes = append(a.notes, note)
	}
	if n := pre.timing.Gaps; n > 0 && s.Method != CallawaySantAnna { // which tells it of the units it uses
		a.notes = append(a.notes, counting.Sprintf("%d treated units are not seen in the period before their first treated one, which is taken for their adoption all the same", n))
	}
	if !slices.Contains([]Method{CallawaySantAnna, Stacked, SyntheticDID, SyntheticControl, TripleDifference, ContinuousTreatment}, s.Method) { // which may yet leave units out
		a.alone(func(int) bool { return true })
	}
	return a, nil
}

func (a *adoption) dropAlways(p *panel.Panel, t *Timing, rows []bool) ([]bool, error) {
	dropped := 0
	for _, always := range t.Always {
		if always {
			dropped++
		}
	}
	if dropped == 0 {
		return rows, nil
	}
	if dropped == t.Treated() {
		return nil, fmt.Errorf("every treated unit is treated in its first period already, so no period before treatment is seen")
	}
	keep := make([]bool, p.Rows())
	for i, u := range p.Units().Codes {
		keep[i] = !t.Always[u] && (rows == nil || rows[i])
	}
	a.notes = append(a.notes, counting.Sprintf("%d units treated in their first period already were left out, as no period before is seen", dropped))
	return keep, nil
}

// dropUnseen leaves out units without an untreated row in the sample, which if=, a missing value or a gap may have taken:
// among the effects of their unit, one of their cells would be the zero that the others are measured from. nil if there
// are none.
func (a *adoption) dropUnseen(p *panel.Panel, t *Timing, rows []bool) ([]bool, error) {
	codes, periods := p.Units().Codes, p.Periods()
	present, before := map[int32]bool{}, map[int32]bool{}
	for k := range a.d.N {
		i := a.d.PanelRow(k)
		u := codes[i]
		start := t.Start[u]
		present[u] = present[u] || start == start
		before[u] = before[u] || !(PeriodValue(periods, i) >= start)
	}
	treated, unseen := 0, 0
	for u, is := range present {
		if is {
			treated++
			if !before[u] {
				unseen++
			}
		}
	}
	switch unseen {
	case 0:
		return nil, nil
	case treated:
		return nil, fmt.Errorf("no period before treatment is in the sample of any treated unit")
	}
	keep := make([]bool, p.Rows())
	for i, u := range codes {
		keep[i] = (rows == nil || rows[i]) && (before[u] || !present[u])
	}
	a.notes = append(a.notes, counting.Sprintf("%d treated units were left out, as no period before their treatment is in the sample", unseen))
	return keep, nil
}

// code numbers units and periods of the sample.
func (a *adoption) code(p *panel.Panel, t *Timing) error {
	units, periods := p.Units(), p.Periods()
	number := make([]int32, units.Levels())
	for i := range number {
		number[i] = -1
	}
	a.codes, a.start = make([]int32, 0, units.Levels()), make([]float64, 0, units.Levels())
	same := a.d.Rows == nil // the panel's codes are the numbers
	for k := range a.d.N {
		u := units.Codes[a.d.PanelRow(k)]
		if number[u] < 0 {
			number[u] = int32(a.units)
			same = same && number[u] == u
			a.units++
			a.codes = append(a.codes, u)
			a.start = append(a.start, t.Start[u])
		}
	}
	if a.unit = units.Codes; !same {
		a.unit = make([]int32, a.d.N)
		for k := range a.unit {
			a.unit[k] = number[units.Codes[a.d.PanelRow(k)]]
		}
	}
	a.label = func(u int) string { return units.Label(int(a.codes[u])) }
	a.codePeriods(periods)
	sizes := map[float64]int{}
	for _, g := range a.start {
		if g == g {
			sizes[g]++
		}
	}
	for g := range sizes {
		a.cohorts = append(a.cohorts, g)
	}
	slices.Sort(a.cohorts)
	if len(a.cohorts) == 0 && a.spec.Method != Switching { // which finds its switches itself
		return &NoTreated{a.spec.Treat, 0}
	}
	return nil
}

// codePeriods numbers the periods of the sample.
func (a *adoption) codePeriods(periods *panel.Factor) {
	used := make([]bool, periods.Levels())
	for k := range a.d.N {
		used[periods.Codes[a.d.PanelRow(k)]] = true
	}
	place := make([]int32, len(used))
	for c, u := range used { // levels ascend
		if u {
			place[c] = int32(len(a.periods))
			value := float64(c)
			if periods.Texts == nil {
				value = periods.Numbers[c]
			}
			a.periods = append(a.periods, value)
		}
	}
	if a.d.Rows == nil && len(a.periods) == len(place) {
		a.time = periods.Codes
		return
	}
	a.time = make([]int32, a.d.N)
	for k := range a.time {
		a.time[k] = place[periods.Codes[a.d.PanelRow(k)]]
	}
}

// alone notes the cohorts that are one unit of those used.
func (a *adoption) alone(used func(unit int) bool) {
	for _, g := range a.cohorts {
		units, last := 0, 0
		for u, start := range a.start {
			if start == g && used(u) {
				units, last = units+1, u
			}
		}
		if units == 1 {
			a.notes = append(a.notes, fmt.Sprintf("cohort %g is one unit (%s): its effects rest on that unit alone, and their errors are too small", g, a.label(last)))
		}
	}
}

// never counts the units that are never treated.
func (a *adoption) never() int {
	n := 0
	for _, g := range a.start {
		if g != g {
			n++
		}
	}
	return n
}

// size counts the units of a cohort.
func (a *adoption) size(g float64) int {
	n := 0
	for _, s := range a.start {
		if s == g {
			n++
		}
	}
	return n
}

// result is the frame of a result on the sample.
func (a *adoption) result() *ATTResult {
	level := a.spec.Level
	if level == 0 {
		level = 0.95
	}
	r := &ATTResult{Method: a.spec.Method, Formula: a.formula.String(), Outcome: a.d.Outcome, Treat: a.treatName(), Level: level,
		Aggregate: a.spec.Aggregate, N: a.d.N, Units: a.units, Treated: a.units - a.never(), Cohorts: len(a.cohorts), Averages: map[Aggregate]Effect{},
		Vcov:    regress.VcovInfo{Type: string(a.vcov.Type), By: append([]string{}, a.vcov.By...), Clusters: []int{}},
		weights: a.spec.Design.Weights, dft: math.Inf(1)}
	if a.groups > 0 {
		r.Vcov.Clusters = []int{a.groups}
	}
	if r.Aggregate == "" {
		r.Aggregate = Simple
	}
	if a.spec.Design.If != nil {
		r.filter = a.spec.Design.If.String()
	}
	r.Notes = append(append(append([]string{}, a.notes...), a.d.Notes...), regress.DroppedNotes(a.d.Dropped)...)
	return r
}

// notYetTreated says who the treated are compared with where it is all untreated rows.
func (a *adoption) notYetTreated() string {
	if a.never() == 0 {
		return "all rows not yet treated"
	}
	return "all rows not yet treated, of never-treated units too"
}

// twoWay tells whether the formula's effects are those of unit and time alone.
func (a *adoption) twoWay(p *panel.Panel) bool {
	names := map[string]bool{}
	for _, e := range a.formula.Effects {
		names[e.String()] = true
	}
	return len(names) == 2 && names[formula.Quote(p.UnitName())] && names[formula.Quote(p.TimeName())]
}

// byOneCluster refuses a covariance other than clustering by one variable in which units lie.
func (a *adoption) byOneCluster() error {
	if a.vcov.Type != vcov.Cluster || len(a.vcov.By) != 1 {
		return fmt.Errorf("method=%s has clustered errors only, by one variable; vcov=%s is not known to it", a.spec.Method, a.vcov)
	}
	return nil
}
