package did

import (
	"fmt"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// corrective are the weights Q, times those of the rows: 1 for the treated, and for the controls of experiment s
// (N_s^D / N^D) / (N_s^C / N^C) (aggregate, counted in rows of each event time, so that they hold in unbalanced panels too),
// with the population of the treated in place of their number (population), or with all units of the experiment in place of the
// treated (sample). Weights count as numbers of rows.
func (st *experiments) corrective(p *panel.Panel) (func(i int) float64, error) {
	s, width := len(st.cohorts), st.window[1]-st.window[0]+1
	if st.spec.Stack == AggregateWeights {
		sums := [2][]float64{make([]float64, s*width), make([]float64, s*width)}
		totals := [2][]float64{make([]float64, width), make([]float64, width)}
		at := func(i int) (group, e int) {
			if st.treated[i] {
				group = 1
			}
			return group, int(st.event[i]) - st.window[0]
		}
		for i := range st.row {
			g, e := at(i)
			sums[g][int(st.number[i])*width+e] += st.mass(i)
			totals[g][e] += st.mass(i)
		}
		return func(i int) float64 {
			g, e := at(i)
			if g == 1 {
				return st.mass(i)
			}
			c := int(st.number[i])*width + e
			return st.mass(i) * (sums[1][c] / totals[1][e]) / (sums[0][c] / totals[0][e])
		}, nil
	}
	var population []float64
	if st.spec.Stack == PopulationWeights {
		var err error
		if population, err = p.Numbers(st.spec.Population); err != nil {
			return nil, err
		}
	}
	type member struct{ unit, number int32 }
	type total struct{ mass, people, rows float64 }
	members := map[member]*total{} // a unit's mean over its rows in an experiment
	treated := map[member]bool{}
	for i, k := range st.row {
		m := member{st.unit[k], st.number[i]}
		t := members[m]
		if t == nil {
			t = &total{}
			members[m] = t
			treated[m] = st.treated[i]
		}
		t.rows++
		t.mass += st.mass(i)
		if population != nil {
			v := population[st.d.PanelRow(int(k))]
			if v < 0 {
				return nil, fmt.Errorf("population %s is %g in row %d; it can't be negative", st.spec.Population, v, st.d.PanelRow(int(k))+1)
			}
			t.people += v * st.mass(i)
		}
	}
	share, controls := make([]float64, s), make([]float64, s)
	all, allControls := 0.0, 0.0
	for _, m := range sortedMembers(members, func(a, b member) int {
		if a.number != b.number {
			return int(a.number - b.number)
		}
		return int(a.unit - b.unit)
	}) {
		t := members[m]
		v := t.mass / t.rows
		if !treated[m] {
			controls[m.number] += v
			allControls += v
		}
		if population != nil {
			if !treated[m] {
				continue
			}
			v = t.people / t.rows
		}
		share[m.number] += v
		all += v
	}
	if !(all > 0) {
		return nil, fmt.Errorf("population %s is 0 for all treated units", st.spec.Population)
	}
	return func(i int) float64 {
		if st.treated[i] {
			return st.mass(i)
		}
		c := st.number[i]
		return st.mass(i) * (share[c] / all) / (controls[c] / allControls)
	}, nil
}

// sortedMembers are the keys of a map in order, so that sums do not depend on the map's.
func sortedMembers[K comparable, V any](m map[K]V, order func(a, b K) int) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, order)
	return keys
}
