package did

import (
	"fmt"
	"slices"
)

// long is a sample of rows that are compared as cross-sections: cohort by cohort, and in these period by period.
type long struct {
	*groupTimes
	row   []int32   // the design's row
	unit  []int32   // of each row, its place among the units
	from  [][]int   // cohort (never-treated last) and period: the first of their rows; one period more for the end
	start []float64 // cohorts, ascending, without the never-treated
}

// rows keeps every row but those of cohorts that have no period before.
func (a *adoption) rows() (*groupTimes, error) {
	a.late()
	place := make([]int, a.units)
	early := 0
	for u := range place {
		if a.early(u) {
			place[u] = -1
			early++
		}
	}
	a.notes = a.noteEarly(early)
	if a.spec.Sampling == EveryRow {
		a.alone(func(u int) bool { return place[u] >= 0 })
	}
	w := &long{groupTimes: a.order(place)}
	w.compares = w
	if w.n == 0 {
		return nil, fmt.Errorf("no row is left that is seen before its treatment")
	}
	w.sort(place)
	a.d.N = len(w.row)
	w.mass = make([]float64, w.n)
	count := make([]float64, w.n)
	for i, u := range w.unit {
		w.mass[u] += w.weight(i)
		count[u]++
	}
	for u, n := range count {
		w.mass[u] /= n
	}
	return w.groupTimes, w.placeClusters(place, a.unitName)
}

func (w *long) weight(i int) float64 {
	if w.d.Weights == nil {
		return 1
	}
	return w.d.Weights[w.row[i]]
}

// sort puts the rows in order by counting.
func (w *long) sort(place []int) {
	for i, g := range w.g {
		if g == g && (i == 0 || g != w.g[i-1]) {
			w.start = append(w.start, g)
		}
	}
	cohort := make([]int32, w.n)
	at := -1
	for i, g := range w.g {
		if i == 0 || g != w.g[i-1] && (g == g || w.g[i-1] == w.g[i-1]) {
			at++
		}
		cohort[i] = int32(at)
		if g != g {
			cohort[i] = int32(len(w.start))
		}
	}
	T := len(w.periods)
	w.from = make([][]int, len(w.start)+1)
	for c := range w.from {
		w.from[c] = make([]int, T+1)
	}
	n := 0
	for k, u := range w.adoption.unit {
		if i := place[u]; i >= 0 {
			w.from[cohort[i]][w.time[k]]++
			n++
		}
	}
	next, total := make([][]int, len(w.from)), 0
	for c := range w.from {
		for t, size := range w.from[c] {
			w.from[c][t] = total
			total += size
		}
		next[c] = slices.Clone(w.from[c])
	}
	w.row, w.unit = make([]int32, n), make([]int32, n)
	for k, u := range w.adoption.unit {
		if i := place[u]; i >= 0 {
			at := &next[cohort[i]][w.time[k]]
			w.row[*at], w.unit[*at] = int32(k), int32(i)
			*at++
		}
	}
}

// sections are the rows of the comparison: those of the cohort and of its comparison units in both periods.
func (w *long) sections(g float64, t, base int) (out []section) {
	later := w.periods[max(t, base)] + float64(w.spec.Anticipation)
	for c := range w.from {
		never := c == len(w.start)
		treated := !never && w.start[c] == g
		if !treated && !never && (w.spec.Control == NeverTreated || w.start[c] <= later) {
			continue
		}
		for _, p := range [2]int{min(t, base), max(t, base)} {
			if w.from[c][p] < w.from[c][p+1] {
				out = append(out, section{span{w.from[c][p], w.from[c][p+1], treated}, p == t})
			}
		}
	}
	return out
}

// section is a run of rows of a comparison in one of its periods.
type section struct {
	span
	post bool
}

// compare is the comparison of cross-sections in t and base, covariates and weights of each row's own.
func (w *long) compare(c *cell, t, base int) {
	all := w.sections(c.g, t, base)
	var rows [2][2]int // by treated and post
	n := 0
	for _, s := range all {
		rows[int(indicator(s.treated))][int(indicator(s.post))] += s.to - s.from
		n += s.to - s.from
	}
	periods := [2]float64{w.periods[base], w.periods[t]}
	for post := range 2 {
		switch {
		case rows[0][0]+rows[0][1] == 0:
			c.problem = "no unit to compare with"
		case rows[0][post] == 0:
			c.problem = fmt.Sprintf("no row to compare with in %g", periods[post])
		case rows[1][post] == 0:
			c.problem = fmt.Sprintf("the cohort has no row in %g", periods[post])
		}
		if c.problem != "" {
			return
		}
	}
	if w.spec.Sampling == CrossSections {
		c.units = rows[1][0] + rows[1][1]
	}
	q := &sections{n: n, y: make([]float64, 0, n), w: make([]float64, 0, n), d: make([]float64, 0, n), post: make([]float64, 0, n), names: w.d.Terms}
	for _, s := range all {
		for i := s.from; i < s.to; i++ {
			q.y, q.w = append(q.y, w.d.Y[w.row[i]]), append(q.w, w.weight(i))
			q.d, q.post = append(q.d, indicator(s.treated)), append(q.post, indicator(s.post))
		}
	}
	for _, x := range w.d.X {
		col := make([]float64, 0, n)
		for _, s := range all {
			for i := s.from; i < s.to; i++ {
				col = append(col, x[w.row[i]])
			}
		}
		q.x = append(q.x, col)
	}
	att, psi, err := q.estimate(w.spec.Adjustment)
	if err != nil {
		c.problem = err.Error()
		return
	}
	c.att = att
	for i := range psi {
		psi[i] /= float64(n)
	}
	c.influence = w.gather(c, t, base, all, psi)
}

// gather sums the influence of rows within units, and those within clusters.
func (w *long) gather(c *cell, t, base int, all []section, psi []float64) influence {
	if w.spec.Sampling == CrossSections { // the rows are the units, in the same order
		spans := make([]span, len(all))
		for k, s := range all {
			spans[k] = s.span
		}
		return w.byCluster(spans, psi)
	}
	spans := w.compared(c.g, w.periods[max(t, base)])
	total := 0
	for _, s := range spans {
		total += s.to - s.from
	}
	sums := make([]float64, total)
	k, before, in := 0, 0, 0 // row; units in spans before; span
	for _, s := range all {
		for i := s.from; i < s.to; i++ {
			u := int(w.unit[i])
			if u < spans[in].from || u >= spans[in].to {
				before = 0
				for in = range spans {
					if u < spans[in].to {
						break
					}
					before += spans[in].to - spans[in].from
				}
			}
			sums[before+u-spans[in].from] += psi[k]
			k++
		}
	}
	return w.byCluster(spans, sums)
}

// unsureStarts counts the treated units that are not seen in the period before their first treated one.
func (a *adoption) unsureStarts() int {
	seen := make([]bool, a.units)
	for k, u := range a.unit {
		if t := int(a.time[k]); t+1 < len(a.periods) && a.periods[t+1] == a.start[u] {
			seen[u] = true
		}
	}
	n := 0
	for u, g := range a.start {
		if g == g && !seen[u] {
			n++
		}
	}
	return n
}
