package power

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// resized is the panel with another number of treated units, shared out among the cohorts as they are now (largest
// remainders), each at least one; units of a cohort are taken in turn, again and again where more are needed. The others
// stay. source tells for each new unit which it is, keep which rows are the model's.
func (st *study) resized(treated int) (q *panel.Panel, keep []bool, w where, source []int32, err error) {
	if st.noise.signs {
		return nil, nil, w, nil, fmt.Errorf("errors are clustered by %s, which holds several units, and copies of units have no cluster to stand in; cluster by %s to ask for other numbers of treated units", st.vcov.By[0], st.p.UnitName())
	}
	cohorts := map[float64][]int32{}
	var never []int32
	for u, g := range st.noise.start {
		if g == g {
			cohorts[g] = append(cohorts[g], int32(u))
		} else {
			never = append(never, int32(u))
		}
	}
	var starts []float64
	for g := range cohorts {
		starts = append(starts, g)
	}
	slices.Sort(starts)
	if treated < len(starts) {
		return nil, nil, w, nil, fmt.Errorf("%d treated units can't fill %d cohorts", treated, len(starts))
	}
	if rows := float64(st.m.Design.N) / float64(st.where.units) * float64(treated+len(never)); rows > 20e6 {
		return nil, nil, w, nil, fmt.Errorf("%d treated units would make %.3g rows; that is more than is simulated", treated, rows)
	}
	source = slices.Clone(never)
	for i, n := range shares(treated, starts, cohorts) {
		of := cohorts[starts[i]]
		for k := range n {
			source = append(source, of[k%len(of)])
		}
	}
	slices.Sort(source)
	rows := make([][]int32, st.where.units) // all of the panel, as lags may reach back beyond the model's
	number := make(map[int32]int32, st.where.units)
	used := make([]int32, st.p.Rows()) // the model's row, from 1
	for k, u := range st.where.unit {
		r := st.m.Design.PanelRow(k)
		number[st.p.Units().Codes[r]], used[r] = u, int32(k+1)
	}
	for r, c := range st.p.Units().Codes {
		if u, ok := number[c]; ok {
			rows[u] = append(rows[u], int32(r))
		}
	}
	var taken []int32
	var unit []float64
	w.units = len(source)
	for j, u := range source {
		for _, r := range rows[u] {
			taken, unit, keep = append(taken, r), append(unit, float64(j+1)), append(keep, used[r] > 0)
			if k := used[r]; k > 0 {
				w.unit, w.period = append(w.unit, int32(j)), append(w.period, st.where.period[k-1])
			}
		}
	}
	vars := slices.Clone(st.p.Subset(taken).Variables())
	for i, v := range vars {
		if v.Name == st.p.UnitName() {
			vars[i] = &panel.Variable{Name: v.Name, Values: unit}
		}
	}
	if q, err = panel.New(vars...); err != nil {
		return nil, nil, w, nil, err
	}
	q, err = q.Indexed(st.p.UnitName(), st.p.TimeName())
	return q, keep, w, source, err
}

// shares gives each cohort its part of n by largest remainders, one at least.
func shares(n int, starts []float64, cohorts map[float64][]int32) []int {
	total := 0
	for _, g := range starts {
		total += len(cohorts[g])
	}
	out, rest := make([]int, len(starts)), make([]float64, len(starts))
	given := 0
	for i, g := range starts {
		exact := float64(n) * float64(len(cohorts[g])) / float64(total)
		out[i] = max(1, int(math.Floor(exact)))
		rest[i] = exact - float64(out[i])
		given += out[i]
	}
	order := make([]int, len(starts))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rest[b], rest[a]) })
	for i := 0; given < n; i++ {
		out[order[i%len(order)]]++
		given++
	}
	for given > n { // cohorts of less than one made one
		i := slices.Index(out, slices.Max(out))
		out[i]--
		given--
	}
	return out
}
