package did

import (
	"math"
	"slices"
)

// cellsOfUnits are the rows of cohorts' periods, unit by unit.
type cellsOfUnits struct {
	cells int
	of    [][]place // of each unit
	g     []int     // cohort of each unit, -1 if never treated
}

// place is a row's cell, of cohort and period, and its column in the table.
type place struct{ cell, column int }

func (l *lowRank) cellsOfUnits() *cellsOfUnits {
	out := &cellsOfUnits{cells: len(l.cells), of: make([][]place, len(l.members)), g: make([]int, len(l.members))}
	for i, u := range l.members {
		out.g[i] = slices.Index(l.cohorts, l.start[u])
	}
	for c, cell := range l.cells {
		for _, k := range cell.rows {
			i := l.places[l.unit[k]]
			out.of[i] = append(out.of[i], place{c, l.column[l.time[k]]})
		}
	}
	return out
}

// pooled is an average over sets of cells: within a set over its rows, over sets evenly or by the number of units in the
// cohort that each is of.
type pooled struct {
	sets   [][]int
	cohort []int
}

// statistics are the averages in a sample of units; NaN where it has none of the rows. A period without untreated rows in the
// sample has no effects.
func (l *lowRank) statistics(all []pooled, known *cellsOfUnits, units []int, fit *fitted) []float64 {
	sum, rows, sizes := make([]float64, known.cells), make([]float64, known.cells), make([]float64, len(l.cohorts))
	seen := l.periodsSeen(units)
	for i, u := range units {
		if g := known.g[u]; g >= 0 {
			sizes[g]++
		}
		for _, p := range known.of[u] {
			if seen[p.column] {
				at := u*l.k + p.column
				e := l.y[at] - fit.fitted[fit.at(i, p.column)]
				for x, b := range fit.beta {
					e -= b * l.x[x][at]
				}
				sum[p.cell] += e
				rows[p.cell]++
			}
		}
	}
	out := make([]float64, len(all))
	for j, a := range all {
		total, mass := 0.0, 0.0
		for k, set := range a.sets {
			s, n := 0.0, 0.0
			for _, c := range set {
				s, n = s+sum[c], n+rows[c]
			}
			if n == 0 {
				continue
			}
			w := 1.0
			if a.cohort != nil {
				w = sizes[a.cohort[k]]
			}
			total, mass = total+w*s/n, mass+w
		}
		out[j] = total / mass
	}
	return out
}

// grouped are averages by a key.
type grouped struct {
	keys  []float64
	means []pooled
}

func (l *lowRank) groups(key func(*imputedCell) (float64, bool)) (g grouped) {
	by := map[float64][]int{}
	for c, cell := range l.cells {
		if k, ok := key(cell); ok {
			by[k] = append(by[k], c)
		}
	}
	for k := range by {
		g.keys = append(g.keys, k)
	}
	slices.Sort(g.keys)
	for _, k := range g.keys {
		g.means = append(g.means, pooled{sets: [][]int{by[k]}})
	}
	return g
}

// over averages the averages from a key on.
func (g grouped) over(from float64) (out pooled) {
	for i, k := range g.keys {
		if k >= from {
			out.sets = append(out.sets, g.means[i].sets[0])
		}
	}
	return out
}

// rows counts those behind an average, per period the most.
func (l *lowRank) behind(m pooled) int {
	most := map[float64]int{}
	for _, c := range m.sets[0] {
		most[l.cells[c].g] = max(most[l.cells[c].g], len(l.cells[c].rows))
	}
	n := 0
	for _, rows := range most {
		n += rows
	}
	return n
}

// poolings are all averages of the result, in the order in which report reads them.
type poolings struct {
	cells, events, cohorts, times grouped
	overall                       []pooled // Simple, Dynamic, Group, Calendar, and that of the cells which Placebo hides
}

func (l *lowRank) poolings() *poolings {
	after := func(c *imputedCell) bool { return c.t >= c.g }
	out := &poolings{
		events:  l.groups(func(c *imputedCell) (float64, bool) { return c.t - c.g, true }),
		cohorts: l.groups(func(c *imputedCell) (float64, bool) { return c.g, after(c) }),
		times:   l.groups(func(c *imputedCell) (float64, bool) { return c.t, after(c) }),
	}
	treated, hidden := pooled{sets: [][]int{nil}}, pooled{sets: [][]int{nil}}
	for c, cell := range l.cells {
		out.cells.means = append(out.cells.means, pooled{sets: [][]int{{c}}})
		switch {
		case after(cell):
			treated.sets[0] = append(treated.sets[0], c)
		case !l.used(cell):
			hidden.sets[0] = append(hidden.sets[0], c)
		}
	}
	group := out.cohorts.over(math.Inf(-1))
	for _, g := range out.cohorts.keys {
		group.cohort = append(group.cohort, slices.Index(l.cohorts, g))
	}
	out.overall = []pooled{treated, out.events.over(0), group, out.times.over(math.Inf(-1)), hidden}
	return out
}

func (p *poolings) all() []pooled {
	return slices.Concat(p.cells.means, p.events.means, p.cohorts.means, p.times.means, p.overall)
}

// used tells whether the model is fitted to a cell's rows.
func (l *lowRank) used(c *imputedCell) bool { return l.model.use[c.rows[0]] }
