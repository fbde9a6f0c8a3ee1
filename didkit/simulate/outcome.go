package simulate

import "math"

// outcome draws the outcome before any count is made of it, and the effects of the policies of Effects in each row.
func (g *grid) outcome(o Outcome, made map[string][]float64, policies map[string]adopted) (y, effect []float64) {
	level := g.levels(o)
	y, effect = make([]float64, g.units*g.periods), make([]float64, g.units*g.periods)
	for _, e := range o.Effects {
		a := policies[e.Policy]
		multiplier := g.multipliers(e, a)
		for r := range effect {
			if k := g.exposure(a, r); k >= 0 {
				last := float64(len(e.Path) - 1)
				effect[r] += times(e.Path[int(min(k, last))], multiplier[r/g.periods])
			}
		}
	}
	noise := g.series(o.Noise, "outcome noise")
	for r := range y {
		l := level[r/g.periods]
		y[r] = l + o.Path.at(g.period(r)) + effect[r]
		scale := o.Noise.SD
		if o.Power > 0 {
			scale = times(scale, power(max(l, 0), o.Power))
		}
		y[r] += times(scale, noise[r])
	}
	for _, name := range sorted(o.Coef) {
		x := made[name]
		if _, isPolicy := policies[name]; !isPolicy {
			x = g.within(x)
		}
		for r := range y {
			y[r] += times(o.Coef[name], x[r])
		}
	}
	for r := range y {
		if o.Floor != nil {
			y[r] = max(y[r], *o.Floor)
		}
	}
	return y, effect
}

// levels are the units' lasting heights.
func (g *grid) levels(o Outcome) []float64 {
	x := g.mix(o.Level.Mixture, "outcome level")
	all := make([]int, g.units)
	for i := range all {
		all[i] = i
	}
	if o.Level.Sigma != 0 {
		q := scores(all, x)
		for i := range x {
			x[i] = exp(times(o.Level.Sigma, q[i]))
		}
	}
	for i := range x {
		x[i] = o.Level.Base + times(o.Level.Scale, x[i])
	}
	return x
}

// multipliers are the units' shares in an effect, 1 on average over the adopters and 0 for the others.
func (g *grid) multipliers(e Effect, a adopted) []float64 {
	x := g.mix(e.Mixture, "effect "+e.Policy)
	var adopters []int
	for i, since := range a.since {
		if !math.IsNaN(since) {
			adopters = append(adopters, i)
		}
	}
	q := scores(adopters, x)
	m := make([]float64, g.units)
	sum := 0.0
	for _, i := range adopters {
		m[i] = exp(times(e.Spread, q[i]))
		if e.Cap > 0 {
			m[i] /= 1 + m[i]/e.Cap
		}
		sum += m[i]
	}
	for _, i := range adopters {
		share := m[i] / sum * float64(len(adopters))
		m[i] = e.Base + times(1-e.Base, share)
	}
	return m
}
