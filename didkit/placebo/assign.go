package placebo

import (
	"math"
	"math/rand/v2"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

// assigner draws sets of treated rows on a sample.
type assigner struct {
	kind    Kind
	n       int
	byUnit  [][]int32   // the sample's rows of each unit
	sorted  []int32     // the sample's rows by unit and time, so that the order of rows does not choose a draw
	time    []float64   // period of each sample row
	starts  []float64   // adoption dates of the treated units, in unit order
	treated []int       // the treated units of the sample
	dates   [][]float64 // periods of each unit of the sample, ascending, without its first
	rows    int         // treated rows
}

// newAssigner reads units, periods and adoption off the rows of a model.
func newAssigner(p *panel.Panel, m *regress.Model, t *did.Timing, d []float64, kind Kind) *assigner {
	a := &assigner{kind: kind, n: m.Design.N, time: make([]float64, m.Design.N)}
	units, periods := p.Units(), p.Periods()
	place := make([]int, units.Levels()) // the unit's place in byUnit, from 1
	var codes []int
	for k := range m.Design.N {
		r := k
		if m.Design.Rows != nil {
			r = int(m.Design.Rows[k])
		}
		u := units.Codes[r]
		if place[u] == 0 {
			place[u] = -1
		}
		a.time[k] = did.PeriodValue(periods, r)
	}
	for u := range place { // units in the order of their codes, so that the order of rows does not show
		if place[u] == -1 {
			codes = append(codes, u)
			place[u] = len(codes)
		}
	}
	a.byUnit, a.dates = make([][]int32, len(codes)), make([][]float64, len(codes))
	order := p.Order()
	inverse := sampleRow(m, p.Rows())
	for k := range p.Rows() { // by unit and time
		r := k
		if order != nil {
			r = int(order[k])
		}
		s := inverse(r)
		if s < 0 {
			continue
		}
		a.sorted = append(a.sorted, s)
		u := place[units.Codes[r]] - 1
		if len(a.byUnit[u]) > 0 {
			a.dates[u] = append(a.dates[u], a.time[s])
		}
		a.byUnit[u] = append(a.byUnit[u], s)
		if d[s] == 1 {
			a.rows++
		}
	}
	for i, u := range codes {
		if start := t.Start[u]; start == start {
			for _, s := range a.byUnit[i] {
				if d[s] == 1 {
					a.treated = append(a.treated, i)
					a.starts = append(a.starts, start)
					break
				}
			}
		}
	}
	return a
}

// sampleRow maps a row of the panel to its row in the sample, -1 if it was dropped.
func sampleRow(m *regress.Model, rows int) func(int) int32 {
	if m.Design.Rows == nil {
		return func(r int) int32 { return int32(r) }
	}
	at := make([]int32, rows)
	for i := range at {
		at[i] = -1
	}
	for k, r := range m.Design.Rows {
		at[r] = int32(k)
	}
	return func(r int) int32 { return at[r] }
}

// actual lists the rows that are treated in truth.
func (a *assigner) actual(d []float64) []int32 {
	var rows []int32
	for i, x := range d {
		if x == 1 {
			rows = append(rows, int32(i))
		}
	}
	return rows
}

// draw appends the treated rows of one random assignment to rows.
func (a *assigner) draw(rng *rand.Rand, rows []int32, perm []int32) []int32 {
	switch a.kind {
	case Row:
		for _, i := range choose(rng, perm, a.rows) {
			rows = append(rows, a.sorted[i])
		}
		return rows
	case Time:
		for _, u := range a.treated {
			rows = a.from(rows, u, a.randomDate(rng, u))
		}
		return rows
	}
	for i, u := range choose(rng, perm, len(a.treated)) {
		start := a.starts[i]
		if a.kind == Mixed {
			start = a.randomDate(rng, int(u))
		}
		rows = a.from(rows, int(u), start)
	}
	return rows
}

// randomDate is a period of the unit after its first, so that one period before treatment is always seen.
func (a *assigner) randomDate(rng *rand.Rand, u int) float64 {
	if len(a.dates[u]) == 0 {
		return math.Inf(1)
	}
	return a.dates[u][rng.IntN(len(a.dates[u]))]
}

// from appends the rows of unit u from the start on.
func (a *assigner) from(rows []int32, u int, start float64) []int32 {
	for _, r := range a.byUnit[u] {
		if a.time[r] >= start {
			rows = append(rows, r)
		}
	}
	return rows
}

// choose puts k random elements in random order in front of perm and returns them: k steps of a Fisher-Yates shuffle.
// perm must hold a permutation, and is left as another one.
func choose(rng *rand.Rand, perm []int32, k int) []int32 {
	for i := range k {
		j := i + rng.IntN(len(perm)-i)
		perm[i], perm[j] = perm[j], perm[i]
	}
	return perm[:k]
}

// pool is how many things choose picks from: rows or units.
func (a *assigner) pool() int {
	if a.kind == Row {
		return a.n
	}
	return len(a.byUnit)
}
