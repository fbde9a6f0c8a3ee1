package did

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

// Resampled tells of errors from samples drawn.
type Resampled struct {
	Kind  Resampling `json:"kind"`
	Draws int        `json:"draws"` // of the jackknife: units left out
	Seed  uint64     `json:"seed"`
}

// cellAt is a block's effect in a period.
type cellAt struct{ block, time int }

// mixed is an average over sets of cells: within a set by the blocks' sizes, over sets evenly or by the size of their block.
type mixed struct {
	sets   [][]cellAt
	bySize bool
}

// value is the average where the blocks have these effects and sizes; blocks without effects don't count. NaN if none has.
func (m mixed) value(effects [][]float64, sizes []float64) float64 {
	sum, mass := 0.0, 0.0
	for _, set := range m.sets {
		s, n := 0.0, 0.0
		for _, c := range set {
			if e := effects[c.block]; e != nil {
				s += sizes[c.block] * e[c.time]
				n += sizes[c.block]
			}
		}
		if n == 0 {
			continue
		}
		w := 1.0
		if m.bySize {
			w = sizes[set[0].block]
		}
		sum, mass = sum+w*s/n, mass+w
	}
	return sum / mass
}

// averages are all statistics of the result, in the order in which report reads them.
type averages struct {
	cells, events, cohorts, times, overall []mixed
	at                                     []cellAt
	eventKeys, timeKeys                    []float64
}

func (s *synthetic) averages() *averages {
	a := &averages{}
	events, times := map[float64][]cellAt{}, map[float64][]cellAt{}
	var after []cellAt
	for k, b := range s.blocks {
		var own []cellAt
		for t, at := range s.periods {
			c := cellAt{k, t}
			a.at = append(a.at, c)
			a.cells = append(a.cells, mixed{sets: [][]cellAt{{c}}})
			events[at-b.g] = append(events[at-b.g], c)
			if t >= b.pre {
				times[at] = append(times[at], c)
				own = append(own, c)
			}
		}
		after = append(after, own...)
		a.cohorts = append(a.cohorts, mixed{sets: [][]cellAt{own}})
	}
	pooled := func(by map[float64][]cellAt) (keys []float64, out []mixed) {
		for k := range by {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for _, k := range keys {
			out = append(out, mixed{sets: [][]cellAt{by[k]}})
		}
		return keys, out
	}
	a.eventKeys, a.events = pooled(events)
	a.timeKeys, a.times = pooled(times)
	over := func(parts []mixed, from int) (out mixed) {
		for _, p := range parts[from:] {
			out.sets = append(out.sets, p.sets...)
		}
		return out
	}
	first, _ := slices.BinarySearch(a.eventKeys, 0)
	group := over(a.cohorts, 0)
	group.bySize = true
	a.overall = []mixed{{sets: [][]cellAt{after}}, over(a.events, first), group, over(a.times, 0)} // Simple, Dynamic, Group, Calendar
	return a
}

// result resamples, and makes the result.
func (s *synthetic) result() (*ATTResult, error) {
	kind, draws, err := s.resampling()
	if err != nil {
		return nil, err
	}
	if kind != PlaceboUnits { // which takes the error from elsewhere
		s.alone(func(int) bool { return true })
	}
	r := s.adoption.result()
	r.Comparison = "a weighted average of never-treated units for each cohort, which follows it before adoption"
	r.Base = "a weighted average of the periods before adoption"
	if s.spec.Method == SyntheticControl {
		r.Base = "none: levels are compared"
	}
	r.Vcov = regress.VcovInfo{Type: string(kind), By: []string{}, Clusters: []int{}}
	r.Resampled = &Resampled{kind, draws, s.spec.Seed}
	if kind == JackknifeUnits && s.spec.Method == SyntheticControl { // TestTheJackknifeOfLevels
		r.Notes = append(r.Notes, "the jackknife keeps the weights, and of method=sc, which takes no levels out, each control left out moves the level of the rest: its errors are far too large where levels differ; inf=bootstrap and inf=placebo find weights again")
	}
	if kind == PlaceboUnits {
		var sizes []int
		for _, b := range s.blocks {
			sizes = append(sizes, len(b.units))
		}
		if ways := distinctPlacebos(len(s.never), sizes); ways <= float64(draws) {
			r.Notes = append(r.Notes, counting.Sprintf("%d never-treated units can take the places of the treated ones in %.0f ways, so only so many of the %d draws asked for can be distinct", len(s.never), ways, draws))
		}
	}
	if s.covariates != nil {
		r.Covariates = s.covariates.kind
		r.Notes = append(r.Notes, map[Covariates]string{
			OptimizedCovariates: "what controls explain is taken off the outcome, by coefficients found together with the weights of each cohort",
			ProjectedCovariates: "what controls explain is taken off the outcome, by a regression on the rows of never-treated units",
		}[r.Covariates])
	}
	r.Untested = "the weights are chosen to fit the periods before adoption, so that effects there test nothing"

	a := s.averages()
	all := slices.Concat(a.cells, a.events, a.cohorts, a.times, a.overall)
	effects, sizes := make([][]float64, len(s.blocks)), make([]float64, len(s.blocks))
	for k, b := range s.blocks {
		effects[k], sizes[k] = b.effects, float64(len(b.units))
	}
	e := estimates{df: math.Inf(1), level: r.Level}
	for _, m := range all {
		e.value = append(e.value, m.value(effects, sizes))
		if !finite(e.value[len(e.value)-1]) {
			return nil, fmt.Errorf("no effect can be computed; an outcome is too large")
		}
	}
	if kind == WithoutErrors {
		e.cov = mat.NewSymDense(len(all), nil)
	} else {
		e.cov = covarianceOfDraws(s.redraws(kind, draws, all), kind)
	}

	units := func(m mixed) int {
		n, seen := 0, map[int]bool{}
		for _, c := range m.sets[0] {
			if !seen[c.block] {
				n += len(s.blocks[c.block].units)
			}
			seen[c.block] = true
		}
		return n
	}
	i := 0
	for _, c := range a.at {
		b := s.blocks[c.block]
		r.GroupTime = append(r.GroupTime, GroupTime{Cohort: b.g, Time: s.periods[c.time], Effect: e.effect(i), Units: len(b.units)})
		i++
	}
	from := i
	for j, m := range a.events {
		r.ByEvent = append(r.ByEvent, KeyedEffect{Key: a.eventKeys[j], Effect: e.effect(i), Units: units(m)})
		i++
	}
	r.Covariance = make([][]float64, len(a.events))
	for j := range r.Covariance {
		for k := range a.events {
			r.Covariance[j] = append(r.Covariance[j], e.cov.At(from+j, from+k))
		}
	}
	for k, m := range a.cohorts {
		r.ByCohort = append(r.ByCohort, KeyedEffect{Key: s.blocks[k].g, Effect: e.effect(i), Units: units(m)})
		i++
	}
	for j, m := range a.times {
		r.ByTime = append(r.ByTime, KeyedEffect{Key: a.timeKeys[j], Effect: e.effect(i), Units: units(m)})
		i++
	}
	for _, k := range []Aggregate{Simple, Dynamic, Group, Calendar} {
		r.Averages[k] = e.effect(i)
		i++
	}
	var ok bool
	if r.Overall, ok = r.Averages[r.Aggregate]; !ok {
		return nil, fmt.Errorf("no average %q; it is simple, dynamic, group or calendar", r.Aggregate)
	}
	for k, b := range s.blocks {
		r.Synthetic = append(r.Synthetic, b.describe(r.ByCohort[k].Effect))
	}
	return r, nil
}

// describe is the block in plain data.
func (b *block) describe(e Effect) SyntheticCohort {
	s := b.s
	at := s.everyControl()
	c := SyntheticCohort{Cohort: b.g, Units: len(b.units), Time: s.periods, Treated: s.mean(b.units), Synthetic: s.synthesis(at, b.omega),
		UnitWeights: []UnitWeight{}, TimeWeights: []TimeWeight{}, Zeta: b.zeta, Noise: b.noise, Effect: e}
	for t, w := range b.lambda {
		c.Shift += w * (c.Treated[t] - c.Synthetic[t])
	}
	for t := range c.Synthetic {
		c.Synthetic[t] += c.Shift
	}
	for k, w := range b.omega {
		if w > 0 {
			alone := 0.0
			for _, v := range b.compare([]int{k}, b.units, []float64{1}, b.lambda)[b.pre:] {
				alone += v / float64(len(s.periods)-b.pre)
			}
			c.UnitWeights = append(c.UnitWeights, UnitWeight{s.label(s.never[k]), w, alone})
		}
	}
	slices.SortStableFunc(c.UnitWeights, func(x, y UnitWeight) int {
		switch {
		case x.Weight > y.Weight:
			return -1
		case x.Weight < y.Weight:
			return 1
		}
		return 0
	})
	for j, v := range b.beta {
		c.Covariates = append(c.Covariates, CovariateEffect{s.adoption.d.Terms[j], v / s.covariates.scale[j]})
	}
	for t, w := range b.lambda {
		if w > 0 {
			c.TimeWeights = append(c.TimeWeights, TimeWeight{s.periods[t], w})
		}
	}
	return c
}
