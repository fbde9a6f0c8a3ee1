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
	SwitchersIn  Switchers = "in"  // untreated in their first period
	SwitchersOut Switchers = "out" // treated in it; their effects are those of treatment all the same, with the sign turned
)

// switching is a sample of units whose treatment may switch on and off: unit × period.
type switching struct {
	*adoption
	y       []float64 // NaN: not seen
	w       []float64 // nil: 1
	d       []int8    // treatment, -1: not known
	base    []int8    // one a unit: its treatment in its first period
	first   []int     // one a unit: place of the period of its first switch; the number of periods if there is none
	cluster []int32   // one a unit
	order   []int     // units, those of a cluster together
	levels  []horizon
	cells   []comparison // horizon × period × treatment in the first period
}

// horizon compares the change over some periods from the one before the switch on; a placebo, over as many before it.
type horizon struct {
	length  int // ℓ, from 1
	placebo bool
	mass    float64 // of the switchers compared
	units   int
	dose    float64 // mean treatment in the horizon's period, less that before the switch, its sign turned for SwitchersOut
	doses   float64 // the same, summed over the periods from the switch on
}

// event is the horizon's event time.
func (h *horizon) event() int {
	if h.placebo {
		return -1 - h.length
	}
	return h.length - 1
}

// side sums changes of one side of a comparison.
type side struct {
	mass, sum float64
	groups    int   // units, or clusters
	last      int32 // cluster counted last, plus one
}

func (s *side) add(w, change float64, cluster int32) {
	s.mass += w
	s.sum += w * change
	if s.last != cluster+1 {
		s.groups++
		s.last = cluster + 1
	}
}

// comparison is that of the units that switched ℓ periods before, one cohort, with those that have not, all with the same
// treatment in their first period.
type comparison struct{ switched, stayed, both side }

func (c *comparison) valid() bool { return c.switched.mass > 0 && c.stayed.mass > 0 }

// switchingTreatment estimates effects of a treatment that may switch on and off, by periods since a unit's first switch:
// the change of outcomes since the period before it, beside units with the same treatment in their first period that have
// not switched (de Chaisemartin & D'Haultfœuille 2024, eq. 3 to 6; errors by their web appendix 1.5 as the authors'
// DIDmultiplegtDYN has them).
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
	s.AllowReversal = true
	pre, err := s.read(p, startsOf)
	if err != nil {
		return nil, err
	}
	f := *pre.formula
	f.Terms = slices.DeleteFunc(slices.Clone(f.Terms), func(t formula.Term) bool { return t.String() == formula.Quote(s.Treat) })
	a := &adoption{spec: s, formula: &f, vcov: pre.vcov, notes: pre.notes, unitName: p.UnitName()}
	if !a.twoWay(p) {
		return nil, fmt.Errorf("method=dcdh differences units out and takes effects of %s and %s only", p.UnitName(), p.TimeName())
	}
	if len(f.Terms) > 0 {
		return nil, fmt.Errorf("method=dcdh takes no controls, and the formula has %s", f.Terms[0])
	}
	if err := a.byOneCluster(); err != nil {
		return nil, err
	}
	o := s.Design
	o.KeepSingletons = true
	o.Present = append(slices.Clone(o.Present), s.Treat)
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
	w := &switching{adoption: a}
	w.gather()
	if err := w.paths(p); err != nil {
		return nil, err
	}
	return w, w.byCluster()
}

// gather lays out outcomes and weights.
func (w *switching) gather() {
	T := len(w.periods)
	w.y = make([]float64, w.units*T)
	for i := range w.y {
		w.y[i] = math.NaN()
	}
	if w.adoption.d.Weights != nil {
		w.w = make([]float64, w.units*T)
	}
	for k, u := range w.unit {
		at := int(u)*T + int(w.time[k])
		w.y[at] = w.adoption.d.Y[k]
		if w.w != nil {
			w.w[at] = w.adoption.d.Weights[k]
		}
	}
}

// paths reads the treatment of the sample's units from their first period in it on, in rows without an outcome too, and
// finds the first switches. A unit whose treatment is not known in the period before its switch may have switched earlier:
// it is followed until the last period before.
func (w *switching) paths(p *panel.Panel) error {
	d, err := p.Numbers(w.spec.Treat)
	if err != nil {
		return err
	}
	T, periods := len(w.periods), p.Periods()
	place := make([]int32, p.Units().Levels())
	for i := range place {
		place[i] = -1
	}
	for u, c := range w.codes {
		place[c] = int32(u)
	}
	when := make([]int, periods.Levels())
	for i := range when {
		when[i] = -1
	}
	w.d = make([]int8, w.units*T)
	for i := range w.d {
		w.d[i] = -1
	}
	for i, c := range p.Units().Codes {
		u := place[c]
		if u < 0 || d[i] != d[i] {
			continue
		}
		t := &when[periods.Codes[i]]
		if *t < 0 {
			var found bool
			if *t, found = slices.BinarySearch(w.periods, PeriodValue(periods, i)); !found {
				*t = T
			}
		}
		if *t < T {
			w.d[int(u)*T+*t] = int8(d[i])
		}
	}
	w.base, w.first = make([]int8, w.units), make([]int, w.units)
	unknown := 0
	for u := range w.units {
		path := w.d[u*T:][:T]
		w.base[u], w.first[u] = -1, T
		last := -1
		for t, x := range path {
			switch {
			case x < 0:
			case w.base[u] < 0 || x == w.base[u]:
				w.base[u], last = x, t
			default:
				w.first[u] = t
			}
			if w.first[u] < T {
				break
			}
		}
		if w.first[u] < T && last < w.first[u]-1 {
			unknown++
			w.first[u] = T
			for t := last + 1; t < T; t++ {
				w.y[u*T+t] = math.NaN()
			}
		}
	}
	if unknown > 0 {
		w.notes = append(w.notes, fmt.Sprintf("%d units are not seen in the period before their first switch, which may lie earlier: their rows after the last one before are left out", unknown))
	}
	return nil
}

// byCluster gives units their clusters, and puts those of a cluster together.
func (w *switching) byCluster() error {
	w.cluster = make([]int32, w.units)
	for u := range w.cluster {
		w.cluster[u] = -1
	}
	for k, u := range w.unit {
		if c := &w.cluster[u]; *c >= 0 && *c != w.clusters[k] {
			return fmt.Errorf("%s moves between clusters of %s; units must lie inside clusters", w.label(int(u)), w.vcov.By[0])
		} else {
			*c = w.clusters[k]
		}
	}
	w.order = make([]int, w.units)
	for i := range w.order {
		w.order[i] = i
	}
	slices.SortStableFunc(w.order, func(a, b int) int { return int(w.cluster[a]) - int(w.cluster[b]) })
	return nil
}

// change is the outcome's change of horizon h in a unit's period t; NaN where it is not seen.
func (w *switching) change(h *horizon, u, t int) float64 {
	from := t - h.length
	y := w.y[u*len(w.periods):][:len(w.periods)]
	switch {
	case from < 0 || h.placebo && from < h.length || y[t] != y[t]:
		return math.NaN()
	case h.placebo:
		return y[from-h.length] - y[from]
	}
	return y[t] - y[from]
}

func (w *switching) weight(u, t int) float64 {
	if w.w == nil {
		return 1
	}
	return w.w[u*len(w.periods)+t]
}

func (w *switching) cell(h, t int, base int8) *comparison {
	return &w.cells[(h*len(w.periods)+t)*2+int(base)]
}

// visit calls do for each change of a unit that is compared: those of periods before its switch, and that ℓ - 1 periods
// after it.
func (w *switching) visit(u int, do func(h, t int, change, weight float64, switched bool)) {
	first := w.first[u]
	for i := range w.levels {
		h := &w.levels[i]
		for t := h.length; t < first; t++ {
			if c := w.change(h, u, t); c == c {
				do(i, t, c, w.weight(u, t), false)
			}
		}
		if t := first - 1 + h.length; first < len(w.periods) && t < len(w.periods) && w.counts(u) {
			if c := w.change(h, u, t); c == c {
				do(i, t, c, w.weight(u, t), true)
			}
		}
	}
}

// counts tells whether the unit's switch does.
func (w *switching) counts(u int) bool {
	return w.spec.Switchers == "" || (w.spec.Switchers == SwitchersIn) == (w.base[u] == 0)
}

// horizons finds what can be compared, and sums it.
func (w *switching) horizons() error {
	T := len(w.periods)
	from, to := -T, T-2
	if w.spec.Window != [2]int{} {
		from, to = w.spec.Window[0], w.spec.Window[1]
		if from > -1 || to < 0 {
			return &WindowError{fmt.Sprintf("the window %d:%d does not run from before the switch to after; the period before, -1, and the switch, 0, belong to it", from, to)}
		}
	}
	for l := min(-1-from, (T-1)/2); l >= 1; l-- {
		w.levels = append(w.levels, horizon{length: l, placebo: true})
	}
	for l := 1; l <= min(to+1, T-1); l++ {
		w.levels = append(w.levels, horizon{length: l})
	}
	w.cells = make([]comparison, len(w.levels)*T*2)
	for _, u := range w.order {
		c := w.cluster[u]
		w.visit(u, func(h, t int, change, weight float64, switched bool) {
			k := w.cell(h, t, w.base[u])
			if switched {
				k.switched.add(weight, change, c)
			} else {
				k.stayed.add(weight, change, c)
			}
			k.both.add(weight, change, c)
		})
	}
	for u := range w.units {
		w.visit(u, func(i, t int, _, weight float64, switched bool) {
			if !switched || !w.cell(i, t, w.base[u]).valid() {
				return
			}
			h := &w.levels[i]
			h.mass += weight
			h.units++
			path := w.d[u*T:][:T]
			for k := w.first[u]; k <= t; k++ {
				if path[k] >= 0 && path[k] != w.base[u] {
					h.doses += weight
				}
			}
			if path[t] >= 0 && path[t] != w.base[u] {
				h.dose += weight
			}
		})
	}
	for i := range w.levels {
		h := &w.levels[i]
		h.dose, h.doses = h.dose/h.mass, h.doses/h.mass
	}
	if !slices.ContainsFunc(w.levels, func(h horizon) bool { return !h.placebo && h.mass > 0 }) {
		return w.nothing()
	}
	return nil
}

// nothing says why no effect can be estimated.
func (w *switching) nothing() error {
	switches := 0
	for u, f := range w.first {
		if f < len(w.periods) && w.counts(u) {
			switches++
		}
	}
	which := ""
	if w.spec.Switchers != "" {
		which = " " + string(w.spec.Switchers)
	}
	if switches == 0 {
		return fmt.Errorf("no unit switches%s after its first period, so method=dcdh has nothing to compare", which)
	}
	return fmt.Errorf("%d units switch%s, and none has a unit with the same treatment in the first period beside it that has not switched, seen in the same periods", switches, which)
}
