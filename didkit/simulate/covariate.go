package simulate

// covariate draws a variable; policies in force are looked up by name.
func (g *grid) covariate(c Covariate, force map[string][]float64) []float64 {
	key := "variable " + c.Name
	unit, slope, noise := g.mix(c.Unit, key+" unit"), g.normals(key+" slope"), g.series(c.Noise, key+" noise")
	shocks := g.stream(key + " shock")
	course := make([]float64, g.periods)
	for t := range course {
		course[t] = c.Path.at(float64(g.first+t)) + times(c.Shock, shocks.Normal())
	}
	x := make([]float64, g.units*g.periods)
	middle := times(float64(g.periods-1), 0.5) // not /2, which the compiler makes a product that it may fuse
	for r := range x {
		i, t := r/g.periods, r%g.periods
		steep := times(c.Slope, slope[i])
		x[r] = unit[i] + course[t] + times(steep, (float64(t)-middle)/float64(g.periods)) + times(c.Noise.SD, noise[r])
	}
	if c.Shape != nil {
		c.Shape.apply(x)
	}
	for _, p := range sorted(c.Effects) {
		for r, d := range force[p] {
			x[r] += times(c.Effects[p], d)
		}
	}
	for r := range x {
		if s := c.Shape; s != nil {
			x[r] = min(max(x[r], s.Min), s.Max)
		}
		x[r] = round(x[r], c.Decimals)
	}
	return x
}

// apply maps latent values onto the range, in place. A column without variation stays in the middle of the range.
func (s *Shape) apply(x []float64) {
	low, high := extremes(x)
	for r, z := range x {
		u := 0.5
		if high > low {
			u = (z - low) / (high - low)
		}
		x[r] = s.Min + times(s.Max-s.Min, s.share(u))
	}
}

// share is 1 - (1 - u^A)^B.
func (s *Shape) share(u float64) float64 { return 1 - power(max(0, 1-power(u, s.A)), s.B) }
