package did

import (
	"fmt"
	"math"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// What a period's treatment may be beside a place in switching.doses.
const (
	noDose      int16 = -1 // no row
	missingDose int16 = -2 // a row whose treatment is missing
)

// paths reads the treatment of the sample's units in the periods of the sample, in rows without an outcome too, and finds the
// first switches. Missing treatments are taken as the authors' command takes them: before a unit's first one known, and after
// the last one known of a unit that does not switch, its outcomes are left out; a unit whose treatment is not known in the
// period before its switch may have switched earlier, and is followed until the last period before; between others it is
// what it was, and after the switch what the switch led to. From the period on in which a unit has been above and below its
// first treatment, it is left out: its effects would have no sign.
func (w *switching) paths(p *panel.Panel) error {
	if err := w.readDoses(p); err != nil {
		return err
	}
	T := len(w.periods)
	w.base, w.first = make([]int16, w.units), make([]int, w.units)
	unknown, crossing := 0, 0
	for u := range w.units {
		path, y := w.d[u*T:][:T], w.y[u*T:][:T]
		gone := func(from, to int) {
			for t := from; t < to; t++ {
				y[t] = math.NaN()
			}
		}
		w.base[u], w.first[u] = noDose, T
		known, last := -1, -1
		for t, x := range path {
			if x < 0 {
				continue
			}
			if w.base[u] < 0 {
				w.base[u], known = x, t
			}
			if x != w.base[u] {
				w.first[u] = t
				break
			}
			last = t
		}
		switch first := w.first[u]; {
		case w.base[u] < 0:
			gone(0, T)
			continue
		case first == T:
			gone(last+1, T)
		case last < first-1:
			unknown++
			w.first[u] = T
			gone(last+1, T)
			for t := last + 1; t < T; t++ {
				path[t] = noDose
			}
		default:
			var above, below bool
			for t := first; t < T; t++ {
				if path[t] == missingDose {
					path[t] = path[first]
				}
				above, below = above || path[t] > w.base[u], below || path[t] >= 0 && path[t] < w.base[u]
				if above && below {
					crossing++
					gone(t, T)
					for ; t < T; t++ {
						path[t] = noDose
					}
				}
			}
		}
		gone(0, known)
	}
	if unknown > 0 {
		w.notes = append(w.notes, counting.Sprintf("%d units are not seen in the period before their first switch, which may lie earlier: their rows after the last one before are left out", unknown))
	}
	if crossing > 0 {
		w.notes = append(w.notes, counting.Sprintf("%d units go above and below their first treatment: their rows from then on are left out, as an effect of both has no sign", crossing))
	}
	return nil
}

// readDoses codes the treatment.
func (w *switching) readDoses(p *panel.Panel) error {
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
	for i, c := range p.Units().Codes {
		if x := d[i]; place[c] >= 0 && x == x {
			if k, found := slices.BinarySearch(w.doses, x); !found {
				w.doses = slices.Insert(w.doses, k, x)
			}
		}
		if len(w.doses) > math.MaxInt16 {
			return fmt.Errorf("treatment %s has more than %d values; method=dcdh compares units of the same treatment in their first period", w.spec.Treat, math.MaxInt16)
		}
	}
	w.d = make([]int16, w.units*T)
	for i := range w.d {
		w.d[i] = noDose
	}
	missing := 0
	for i, c := range p.Units().Codes {
		u := place[c]
		if u < 0 {
			continue
		}
		t := &when[periods.Codes[i]]
		if *t < 0 {
			var found bool
			if *t, found = slices.BinarySearch(w.periods, PeriodValue(periods, i)); !found {
				*t = T
			}
		}
		if *t == T {
			continue
		}
		k := int(missingDose)
		if d[i] == d[i] {
			k, _ = slices.BinarySearch(w.doses, d[i])
		} else {
			missing++
		}
		w.d[int(u)*T+*t] = int16(k)
	}
	if missing > 0 {
		w.notes = append(w.notes, counting.Sprintf("treatment is missing in %d rows: between known ones it is taken as unchanged, after the switch as what the switch led to, and at a unit's ends its rows are left out", missing))
	}
	return nil
}

// classify sets units into classes, and those that switch into kinds. A class in which nobody switches, or all at the same
// time, has no comparison, and its units are left out.
func (w *switching) classify() error {
	type class struct{ base, trend int32 }
	type kind struct{ class, dose int32 }
	trend := make([]int32, w.units)
	for _, name := range w.trends {
		codes, levels, err := w.adoption.d.Codes(name)
		if err != nil {
			return err
		}
		of, moves := w.constant(codes)
		if moves >= 0 {
			return fmt.Errorf("%s moves between groups of %s; method=dcdh compares units within groups that they stay in", w.label(moves), name)
		}
		for u, c := range of {
			trend[u] = trend[u]*int32(levels) + c
		}
	}
	T := len(w.periods)
	earliest, latest, switches := map[class]int{}, map[class]int{}, map[class]bool{}
	of := func(u int) class { return class{int32(w.base[u]), trend[u]} }
	for u, first := range w.first {
		if w.base[u] < 0 {
			continue
		}
		c := of(u)
		if at, ok := earliest[c]; !ok || first < at {
			earliest[c] = first
		}
		latest[c] = max(latest[c], first)
		switches[c] = switches[c] || first < T && w.counts(u)
	}
	number, kinds := map[class]int32{}, map[kind]int32{}
	w.class, w.kind = make([]int32, w.units), make([]int32, w.units)
	for u, first := range w.first {
		w.class[u], w.kind[u] = -1, -1
		if w.base[u] < 0 {
			continue
		}
		c := of(u)
		if !switches[c] || earliest[c] == latest[c] {
			continue
		}
		n, ok := number[c]
		if !ok {
			n = int32(len(number))
			number[c] = n
			w.last = append(w.last, -1)
		}
		w.class[u] = n
		until := first
		if first == T { // until its treatment is known
			for until = T; until > 0 && w.d[u*T+until-1] < 0; until-- {
			}
		} else {
			k := kind{n, int32(w.d[u*T+first])}
			m, ok := kinds[k]
			if !ok {
				m = int32(len(kinds))
				kinds[k] = m
			}
			w.kind[u] = m
		}
		w.last[n] = max(w.last[n], until-1)
	}
	w.classes, w.kinds = len(number), len(kinds)
	return nil
}

// rises tells whether the unit's treatment rises at its first switch.
func (w *switching) rises(u int) bool {
	return w.d[u*len(w.periods)+w.first[u]] > w.base[u]
}

// counts tells whether the unit's switch does.
func (w *switching) counts(u int) bool {
	return w.spec.Switchers == "" || (w.spec.Switchers == SwitchersIn) == w.rises(u)
}
