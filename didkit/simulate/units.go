package simulate

import (
	"cmp"
	"math"
	"slices"
)

// grid is the frame that a panel is drawn in: row i·periods + t is unit i in period t.
type grid struct {
	seed           uint64
	units, periods int
	first          int // period
	traits         map[string][]float64
}

func newGrid(d Design) *grid {
	g := &grid{seed: d.Seed, units: d.Units.Count, periods: d.Period.Count, first: d.Period.First, traits: map[string][]float64{}}
	for _, name := range d.Traits {
		g.traits[name] = g.normals("trait " + name)
	}
	return g
}

func (g *grid) stream(name string) *Stream { return NewStream(g.seed, name) }

// normals is a standard normal number for each unit.
func (g *grid) normals(stream string) []float64 {
	s := g.stream(stream)
	x := make([]float64, g.units)
	for i := range x {
		x[i] = s.Normal()
	}
	return x
}

// mix evaluates a mixture for each unit; the stream is that of the unit's own part.
func (g *grid) mix(m Mixture, stream string) []float64 {
	x := g.normals(stream)
	for i := range x {
		x[i] = times(m.Own, x[i])
	}
	for _, name := range sorted(m.Load) {
		load, trait := m.Load[name], g.traits[name]
		for i := range x {
			x[i] += times(load, trait[i])
		}
	}
	return x
}

// rows gives every row its unit's value.
func (g *grid) rows(byUnit []float64) []float64 {
	x := make([]float64, g.units*g.periods)
	for r := range x {
		x[r] = byUnit[r/g.periods]
	}
	return x
}

// ascending orders the given units by value, and by number where values are equal.
func ascending(units []int, value []float64) {
	slices.SortFunc(units, func(a, b int) int {
		return cmp.Or(cmp.Compare(value[a], value[b]), cmp.Compare(a, b))
	})
}

// scores are the normal scores of the given units by rank of value: Φ⁻¹((rank - ½)/n), 0 for units not given.
func scores(units []int, value []float64) []float64 {
	order := slices.Clone(units)
	ascending(order, value)
	q := make([]float64, len(value))
	for rank, u := range order {
		q[u] = quantile((float64(rank) + 0.5) / float64(len(order)))
	}
	return q
}

// within is the two-way within deviation of a balanced column: x_it - x̄_i - x̄_t + x̄.
func (g *grid) within(x []float64) []float64 {
	byUnit, byPeriod := make([]float64, g.units), make([]float64, g.periods)
	for r, v := range x {
		byUnit[r/g.periods] += v
		byPeriod[r%g.periods] += v
	}
	all := mean(x)
	out := make([]float64, len(x))
	for r, v := range x {
		out[r] = v - byUnit[r/g.periods]/float64(g.periods) - byPeriod[r%g.periods]/float64(g.units) + all
	}
	return out
}

// at is the path's value in a period.
func (p Path) at(period float64) float64 {
	if len(p) == 0 {
		return 0
	}
	if period <= p[0][0] {
		return p[0][1]
	}
	for i := 1; i < len(p); i++ {
		if a, b := p[i-1], p[i]; period <= b[0] {
			return a[1] + times(b[1]-a[1], (period-a[0])/(b[0]-a[0]))
		}
	}
	return p[len(p)-1][1]
}

func (g *grid) period(row int) float64 { return float64(g.first + row%g.periods) }

// series draws every unit's AR(1) series of variance 1.
func (g *grid) series(n Noise, stream string) []float64 {
	s := g.stream(stream)
	e := make([]float64, g.units*g.periods)
	for i := range g.units {
		s.autoregression(e[i*g.periods:(i+1)*g.periods], n.AR, n.DF)
	}
	return e
}

func extremes(x []float64) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, v := range x {
		low, high = min(low, v), max(high, v)
	}
	return low, high
}
