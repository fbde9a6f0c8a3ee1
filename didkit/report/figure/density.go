package figure

import (
	"math"
	"slices"
)

// Density is a Gaussian kernel estimate of the density of x on a grid of 200 values, with Silverman's (1986) bandwidth
// 0.9 min(sd, iqr/1.34) n^(-1/5). Weights may be nil. No values give nil.
func Density(x, weights []float64) (at, density []float64) {
	var values, w []float64
	total := 0.0
	for i, v := range x {
		wi := 1.0
		if weights != nil {
			wi = weights[i]
		}
		if finite(v) && wi > 0 {
			values, w = append(values, v), append(w, wi)
			total += wi
		}
	}
	if len(values) == 0 {
		return nil, nil
	}
	mean, ss := 0.0, 0.0
	for i, v := range values {
		mean += w[i] * v / total
	}
	for i, v := range values {
		ss += w[i] * (v - mean) * (v - mean) / total
	}
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	quartile := func(p float64) float64 { return sorted[int(p*float64(len(sorted)-1))] }
	spread := math.Sqrt(ss)
	if iqr := (quartile(0.75) - quartile(0.25)) / 1.34; iqr > 0 {
		spread = math.Min(spread, iqr)
	}
	h := 0.9 * spread * math.Pow(float64(len(values)), -0.2)
	if h == 0 {
		h = math.Max(math.Abs(mean), 1) * 1e-3
	}
	lo, hi := sorted[0]-3*h, sorted[len(sorted)-1]+3*h
	const n = 200
	at, density = make([]float64, n), make([]float64, n)
	for g := range at {
		at[g] = lo + (hi-lo)*float64(g)/(n-1)
		for i, v := range values {
			u := (at[g] - v) / h
			density[g] += w[i] * math.Exp(-u*u/2)
		}
		density[g] /= total * h * math.Sqrt(2*math.Pi)
	}
	return at, density
}
