package did

import (
	"fmt"
	"math"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// Switchers says whose switches count.
type Switchers string

// The switchers; the zero value is both.
const (
	SwitchersIn  Switchers = "in"  // whose treatment rises at their first switch
	SwitchersOut Switchers = "out" // whose treatment falls; their effects are those of treatment all the same, with the sign turned
)

// SameSwitchers says whether all event times of Switching show the same units.
type SameSwitchers string

// The units; the zero value takes whoever is seen at each event time.
const (
	SameAfter SameSwitchers = "after" // those seen at every event time of the window from the switch on
	SameAll   SameSwitchers = "all"   // those seen at every event time before it too
)

// switching is a sample of units whose treatment changes: unit × period.
type switching struct {
	*adoption
	y      []float64 // NaN: not seen; with linear trends its change
	w      []float64 // nil: 1
	x      [][]float64
	linear bool     // trends of each unit
	trends []string // variables: units of the same values share a trend

	doses   []float64 // the treatment's values, ascending
	d       []int16   // unit × period: place in doses, noDose where it is not known
	base    []int16   // one a unit: its treatment in its first period, a place in doses
	first   []int     // one a unit: place of the period of its first switch; the number of periods if there is none
	class   []int32   // one a unit: units compared with each other share the first treatment and the trend; -1: with nobody
	kind    []int32   // one a unit: those of a class whose first switch leads to the same treatment share it; -1: no switch
	last    []int     // one a class: place of the last period in which somebody has not switched
	classes int
	kinds   int
	cluster []int32 // one a unit
	order   []int   // units, those of a cluster together

	levels   []horizon
	cells    []comparison // horizon × period × class
	cohorts  []side       // horizon × period × kind: the units that switch
	controls *changeControls
}

// switchingTreatment estimates effects of a treatment that may go up and down, by periods since a unit's first switch: the
// change of outcomes since the period before it, beside units with the same treatment in their first period that have not
// switched (de Chaisemartin & D'Haultfœuille 2024, eq. 3 to 6; errors, controls and trends by their web appendix 1, as the
// authors' DIDmultiplegtDYN has them).
func switchingTreatment(p *panel.Panel, s StaggeredSpec) (*ATTResult, error) {
	w, err := s.switching(p)
	if err != nil {
		return nil, err
	}
	if err := w.horizons(); err != nil {
		return nil, err
	}
	return w.result()
}

// switching reads the sample.
func (s StaggeredSpec) switching(p *panel.Panel) (*switching, error) {
	pre, err := s.read(p, changing)
	if err != nil {
		return nil, err
	}
	f := *pre.formula
	f.Terms = slices.DeleteFunc(slices.Clone(f.Terms), func(t formula.Term) bool { return t.String() == formula.Quote(s.Treat) })
	a := &adoption{spec: s, formula: &f, vcov: pre.vcov, notes: pre.notes, unitName: p.UnitName()}
	w := &switching{adoption: a}
	if err := w.effects(p); err != nil {
		return nil, err
	}
	if err := a.byOneCluster(); err != nil {
		return nil, err
	}
	o := s.Design
	o.KeepSingletons = true
	if a.vcov.Type == vcov.Cluster {
		o.Require = append(slices.Clone(o.Require), a.vcov.By...)
	}
	if a.d, err = design.Build(p, &f, o); err != nil {
		return nil, err
	}
	if err := a.code(p, pre.timing); err != nil {
		return nil, err
	}
	if a.clusters, a.groups, err = a.d.Codes(a.vcov.By[0]); err != nil {
		return nil, err
	}
	if a.groups < 2 {
		return nil, &vcov.TooFewClusters{Variable: a.vcov.By[0], Clusters: a.groups}
	}
	w.gather()
	if err := w.paths(p); err != nil {
		return nil, err
	}
	if w.linear {
		w.difference()
	}
	if err := w.byCluster(); err != nil {
		return nil, err
	}
	if err := w.classify(); err != nil {
		return nil, err
	}
	return w, w.residualise()
}

// changing refuses a treatment that is the same everywhere; its timing is read by switching.paths.
func changing(p *panel.Panel, treat string, _ bool) (*Timing, error) {
	if !p.IsPanel() {
		return nil, fmt.Errorf("difference-in-differences needs a panel, and this is a cross-section; load it with unit= and time=")
	}
	d, err := p.Numbers(treat)
	if err != nil {
		return nil, err
	}
	value, varies := math.NaN(), false
	for _, x := range d {
		if value != value {
			value = x
		}
		if x == x && x != value {
			varies = true
			break
		}
	}
	if !varies {
		return nil, &NoTreated{treat, value}
	}
	t := &Timing{Treat: treat, Start: make([]float64, p.Units().Levels())}
	for u := range t.Start {
		t.Start[u] = math.NaN()
	}
	return t, nil
}

// effects reads which effects the formula has: those of units and periods, of periods within groups (region^year), and
// linear trends of units (city[year]).
func (w *switching) effects(p *panel.Panel) error {
	unit, time := formula.Quote(p.UnitName()), formula.Quote(p.TimeName())
	var units, periods bool
	for _, e := range w.formula.Effects {
		byTime := slices.ContainsFunc(e.Vars, func(v formula.Expr) bool { return v.String() == time })
		switch {
		case e.String() == unit:
			units = true
		case e.Name() == unit && len(e.Slopes) == 1 && e.Slopes[0].String() == time && !e.SlopesOnly:
			units, w.linear = true, true
		case byTime && len(e.Slopes) == 0:
			periods = true
			for _, v := range e.Vars {
				if name, ok := v.(*formula.Name); ok && v.String() != time {
					w.trends = append(w.trends, name.Name)
				}
			}
		default:
			return w.otherEffects(p)
		}
	}
	if !units || !periods {
		return w.otherEffects(p)
	}
	return nil
}

func (w *switching) otherEffects(p *panel.Panel) error {
	return fmt.Errorf("method=dcdh differences units out: its effects are %s and %s, or %s[%s] for linear trends of units, or group^%s for trends of groups in which units are compared",
		p.UnitName(), p.TimeName(), p.UnitName(), p.TimeName(), p.TimeName())
}

// gather lays out outcomes, weights and controls.
func (w *switching) gather() {
	T := len(w.periods)
	blank := func() []float64 {
		x := make([]float64, w.units*T)
		for i := range x {
			x[i] = math.NaN()
		}
		return x
	}
	w.y = blank()
	if w.adoption.d.Weights != nil {
		w.w = make([]float64, w.units*T)
	}
	for range w.adoption.d.X {
		w.x = append(w.x, blank())
	}
	for k, u := range w.unit {
		at := int(u)*T + int(w.time[k])
		w.y[at] = w.adoption.d.Y[k]
		if w.w != nil {
			w.w[at] = w.adoption.d.Weights[k]
		}
		for j := range w.x {
			w.x[j][at] = w.adoption.d.X[j][k]
		}
	}
}

// difference puts changes in place of outcomes and controls, so that linear trends of units go.
func (w *switching) difference() {
	T := len(w.periods)
	for _, v := range append([][]float64{w.y}, w.x...) {
		for u := range w.units {
			path := v[u*T:][:T]
			for t := T - 1; t > 0; t-- {
				path[t] -= path[t-1]
			}
			path[0] = math.NaN()
		}
	}
}

// byCluster gives units their clusters, and puts those of a cluster together.
func (w *switching) byCluster() error {
	var moves int
	if w.cluster, moves = w.constant(w.clusters); moves >= 0 {
		return fmt.Errorf("%s moves between clusters of %s; units must lie inside clusters", w.label(moves), w.vcov.By[0])
	}
	w.order = make([]int, w.units)
	for i := range w.order {
		w.order[i] = i
	}
	slices.SortStableFunc(w.order, func(a, b int) int { return int(w.cluster[a]) - int(w.cluster[b]) })
	return nil
}

// constant are the codes of a variable by unit, of which each may have one; moves is a unit that has several, or -1.
func (w *switching) constant(codes []int32) (out []int32, moves int) {
	out = make([]int32, w.units)
	for u := range out {
		out[u] = -1
	}
	for k, u := range w.unit {
		if c := &out[u]; *c >= 0 && *c != codes[k] {
			return nil, int(u)
		} else {
			*c = codes[k]
		}
	}
	return out, -1
}

func (w *switching) weight(u, t int) float64 {
	if w.w == nil {
		return 1
	}
	return w.w[u*len(w.periods)+t]
}
