package did

import (
	"fmt"
	"math"
	"slices"
)

// horizon compares the change over some periods from the one before the switch on; a placebo, over as many before it. Linear
// trends make an effect a sum of such changes, over the units that have them all.
type horizon struct {
	length  int // ℓ, from 1
	placebo bool
	after   int     // periods from the switch on in which its units must be seen; 0: no matter
	before  int     // and periods before the one before the switch
	mass    float64 // of the switchers compared
	units   int
	dose    float64 // mean treatment in the horizon's period, less that before the switch, its sign turned where it falls
	doses   float64 // the same, summed over the periods from the switch on
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

// comparison is that of the units of a class that switched ℓ periods before, down [0] and up [1], with those that have not.
type comparison struct {
	stayed   side
	switched [2]struct{ mass, sum float64 }
	both     [2]side
}

func (c *comparison) valid() bool {
	return c.stayed.mass > 0 && (c.switched[0].mass > 0 || c.switched[1].mass > 0)
}

// way is the direction of a switch as an index, and its sign.
func (w *switching) way(u int) (int, float64) {
	if w.rises(u) {
		return 1, 1
	}
	return 0, -1
}

// change is the outcome's change of horizon h in a unit's period t, less what its controls' changes predict; NaN where it
// is not seen.
func (w *switching) change(h *horizon, u, t int) float64 {
	T := len(w.periods)
	from, to, ok := w.ends(h, u, t)
	if !ok {
		return math.NaN()
	}
	c := w.y[u*T+to] - w.y[u*T+from]
	if w.controls != nil {
		for j, b := range w.controls.theta[w.base[u]] {
			c -= b * (w.x[j][u*T+to] - w.x[j][u*T+from])
		}
	}
	return c
}

// ends are the periods between which horizon h takes a unit's change in period t. A placebo's unit is seen after the switch
// too.
func (w *switching) ends(h *horizon, u, t int) (from, to int, ok bool) {
	from, to = t-h.length, t
	y := w.y[u*len(w.periods):][:len(w.periods)]
	if from < 0 || h.placebo && from < h.length || y[t] != y[t] {
		return 0, 0, false
	}
	if h.placebo {
		to = from - h.length
	}
	return from, to, true
}

func (w *switching) cell(h, t int, class int32) *comparison {
	return &w.cells[(h*len(w.periods)+t)*w.classes+int(class)]
}

func (w *switching) cohort(h, t int, kind int32) *side {
	return &w.cohorts[(h*len(w.periods)+t)*w.kinds+int(kind)]
}

// visit calls do for each change of a unit that is compared: those of periods before its switch, and that ℓ - 1 periods
// after it.
func (w *switching) visit(u int, do func(h, t int, change, weight float64, switched bool)) {
	if w.class[u] < 0 {
		return
	}
	first, T := w.first[u], len(w.periods)
	stays := first
	if w.spec.Control == NeverTreated && first < T {
		stays = 0
	}
	for i := range w.levels {
		h := &w.levels[i]
		for t := h.length; t < stays; t++ {
			if c := w.change(h, u, t); c == c {
				do(i, t, c, w.weight(u, t), false)
			}
		}
	}
	w.visitSwitch(u, func(h, t int, change, weight float64) { do(h, t, change, weight, true) })
}

// visitSwitch is visit for what comes from the switch on.
func (w *switching) visitSwitch(u int, do func(h, t int, change, weight float64)) {
	first, T := w.first[u], len(w.periods)
	if w.class[u] < 0 || first == T || !w.counts(u) {
		return
	}
	for i := range w.levels {
		h := &w.levels[i]
		if t := first - 1 + h.length; t < T && w.seen(h, u) {
			if c := w.change(h, u, t); c == c {
				do(i, t, c, w.weight(u, t))
			}
		}
	}
}

// seen tells whether a unit that switches is seen, beside others that have not switched, in all periods that its horizon asks for.
func (w *switching) seen(h *horizon, u int) bool {
	if h.after == 0 {
		return true
	}
	from, to := w.first[u]-1-h.before, w.first[u]-1+h.after
	if from < 0 || to > w.last[w.class[u]] {
		return false
	}
	for _, y := range w.y[u*len(w.periods):][from : to+1] {
		if y != y {
			return false
		}
	}
	return true
}

// span finds the numbers of effects and of placebos that the window asks for and the data have.
func (w *switching) span() (effects, placebos int, err error) {
	T := len(w.periods)
	from, to := -T, T-2
	if w.spec.Window != [2]int{} {
		step := int(w.step())
		from, to = w.spec.Window[0], w.spec.Window[1]
		if from > -step || to < 0 {
			return 0, 0, &WindowError{fmt.Sprintf("the window %d:%d does not run from before the switch to after; the period before, %d, and the switch, 0, belong to it", from, to, -step)}
		}
		from, to = from/step, to/step
	} else if w.spec.SameSwitchers != "" {
		return 0, 0, &WindowError{"the same units at all event times need to know at which; name them by window=, as in -2:3"}
	}
	start := 0
	if w.linear {
		start = 1
	}
	for u, first := range w.first {
		if c := w.class[u]; c >= 0 && first < T && w.counts(u) {
			after := w.last[c] - first + 1
			effects = max(effects, after)
			placebos = max(placebos, min(after, first-1-start))
		}
	}
	if w.spec.SameSwitchers == "" && !w.linear { // a placebo beyond the last effect has its own units
		return min(to+1, T-1), min(-1-from, (T-1)/2), nil
	}
	effects = min(effects, to+1)
	return effects, min(placebos, -1-from, effects), nil
}

// step is the distance between event times: that of the panel's periods where all are equally far apart by a whole number,
// else 1, and event times count periods.
func (w *switching) step() float64 {
	d, _ := spacing(w.periods)
	return d
}

// horizons finds what can be compared, and sums it.
func (w *switching) horizons() error {
	effects, placebos, err := w.span()
	if err != nil {
		return err
	}
	same := func(h horizon) horizon {
		if w.spec.SameSwitchers != "" {
			h.after = effects
		}
		if w.spec.SameSwitchers == SameAll {
			h.before = placebos
		}
		return h
	}
	for l := placebos; l >= 1; l-- {
		for k := 1; w.linear && k < l; k++ {
			w.levels = append(w.levels, horizon{length: k, placebo: true, after: l, before: l})
		}
		if w.linear {
			w.levels = append(w.levels, horizon{length: l, placebo: true, after: l, before: l})
		} else {
			w.levels = append(w.levels, same(horizon{length: l, placebo: true}))
		}
	}
	for l := 1; l <= effects; l++ {
		for k := 1; w.linear && k < l; k++ {
			w.levels = append(w.levels, horizon{length: k, after: l})
		}
		if w.linear {
			w.levels = append(w.levels, horizon{length: l, after: l})
		} else {
			w.levels = append(w.levels, same(horizon{length: l}))
		}
	}
	w.compare()
	if !slices.ContainsFunc(w.levels, func(h horizon) bool { return !h.placebo && h.mass > 0 }) {
		return w.nothing()
	}
	return nil
}

// compare sums the changes of both sides, and the switchers' treatment.
func (w *switching) compare() {
	T := len(w.periods)
	w.cells = make([]comparison, len(w.levels)*T*w.classes)
	w.cohorts = make([]side, len(w.levels)*T*w.kinds)
	for _, u := range w.order {
		c := w.cluster[u]
		w.visit(u, func(h, t int, change, weight float64, switched bool) {
			k := w.cell(h, t, w.class[u])
			if !switched {
				k.stayed.add(weight, change, c)
				k.both[0].add(weight, change, c)
				k.both[1].add(weight, change, c)
				return
			}
			way, _ := w.way(u)
			k.switched[way].mass += weight
			k.switched[way].sum += weight * change
			k.both[way].add(weight, change, c)
			w.cohort(h, t, w.kind[u]).add(weight, change, c)
		})
	}
	for u := range w.units {
		w.visitSwitch(u, func(i, t int, _, weight float64) {
			if !w.cell(i, t, w.class[u]).valid() {
				return
			}
			h := &w.levels[i]
			h.mass += weight
			h.units++
			_, sign := w.way(u)
			path, base := w.d[u*T:][:T], w.doses[w.base[u]]
			for k := w.first[u]; k <= t; k++ {
				if path[k] >= 0 {
					h.doses += weight * sign * (w.doses[path[k]] - base)
				}
			}
			if path[t] >= 0 {
				h.dose += weight * sign * (w.doses[path[t]] - base)
			}
		})
	}
	for i := range w.levels {
		h := &w.levels[i]
		h.dose, h.doses = h.dose/h.mass, h.doses/h.mass
	}
}

// nothing says why no effect can be estimated.
func (w *switching) nothing() error {
	switches := 0
	for u, f := range w.first {
		if f < len(w.periods) && w.base[u] >= 0 && w.counts(u) {
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
