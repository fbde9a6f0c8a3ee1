package simulate

import "math"

// counts draws the two counts whose location quotient is as near to y as whole persons allow, and puts that quotient in
// the place of y. It fails where no sizes make the weighted mean of y 1, because all y lie on one side of it.
func (g *grid) counts(c *Counts, y []float64) (part, whole []float64, err error) {
	size, wobble := g.mix(c.Size, "counts size"), g.series(c.Noise, "counts noise")
	tilt := g.tilt(y)
	part, whole = make([]float64, len(y)), make([]float64, len(y))
	base := make([]float64, g.units)
	for t := range g.periods {
		for i := range g.units {
			r := i*g.periods + t
			base[i] = times(c.Median, exp(size[i]+times(c.Growth, float64(t))+times(c.Noise.SD, wobble[r])))
		}
		kappa, ok := g.balance(base, tilt, y, t)
		if !ok {
			return nil, nil, bad("counts", "no sizes make the weighted mean of the outcome 1 in %d; all its values lie on one side", g.first+t)
		}
		share := c.Share.at(float64(g.first + t))
		for i := range g.units {
			r := i*g.periods + t
			whole[r] = max(1, math.Round(times(base[i], exp(times(kappa, tilt[i])))))
			part[r] = math.Round(times(times(y[r], share), whole[r]))
		}
	}
	return part, whole, g.quotient(part, whole, y)
}

// tilt is each unit's rank by mean outcome, on an even grid from -1 to 1.
func (g *grid) tilt(y []float64) []float64 {
	means, order := make([]float64, g.units), make([]int, g.units)
	for i := range g.units {
		means[i], order[i] = mean(y[i*g.periods:(i+1)*g.periods]), i
	}
	ascending(order, means)
	h := make([]float64, g.units)
	for rank, u := range order {
		h[u] = times(2, float64(rank)/float64(g.units-1)) - 1
	}
	return h
}

// balance finds κ with Σ base·exp(κh)·(y - 1) = 0 in period t by bisection, to the last bit it can tell apart. It brackets
// the root by doubling, since the sum need not be monotone in single periods.
func (g *grid) balance(base, tilt, y []float64, t int) (float64, bool) {
	excess := func(kappa float64) float64 {
		s := 0.0
		for i := range g.units {
			s += times(times(base[i], exp(times(kappa, tilt[i]))), y[i*g.periods+t]-1)
		}
		return s
	}
	low, high := -1.0, 1.0
	for excess(low) > 0 {
		if low *= 2; low < -64 {
			return 0, false
		}
	}
	for excess(high) < 0 {
		if high *= 2; high > 64 {
			return 0, false
		}
	}
	for {
		middle := (low + high) / 2
		if middle <= low || middle >= high {
			return middle, true
		}
		if excess(middle) < 0 {
			low = middle
		} else {
			high = middle
		}
	}
}

// quotient computes the location quotient of counts into y.
func (g *grid) quotient(part, whole, y []float64) error {
	parts, wholes := make([]float64, g.periods), make([]float64, g.periods)
	for r := range part {
		parts[r%g.periods] += part[r]
		wholes[r%g.periods] += whole[r]
	}
	for r := range part {
		t := r % g.periods
		if parts[t] == 0 {
			return bad("counts", "no unit has any part in %d; raise median or share", g.first+t)
		}
		y[r] = (part[r] / whole[r]) / (parts[t] / wholes[t])
	}
	return nil
}
