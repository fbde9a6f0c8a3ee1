package diagnose

import (
	"math"

	"github.com/seed2d25c7c2/didnb/didkit/distribution"
)

// upperQuantile is the z with 1 - Φ(z) = q.
func upperQuantile(q float64) float64 { return math.Sqrt2 * math.Erfcinv(2*q) }

// truncatedQuantile is the p quantile of a standard normal between lo and hi.
func truncatedQuantile(p, lo, hi float64) float64 {
	switch {
	case lo >= hi:
		return lo
	case lo > 30: // the tail is exponential there, and its probability close to underflow
		width := 1.0
		if !math.IsInf(hi, 1) {
			width = -math.Expm1(-lo * (hi - lo))
		}
		return lo - math.Log1p(-p*width)/lo
	case hi < -30:
		return -truncatedQuantile(1-p, -hi, -lo)
	case lo+hi < 0: // in the lower tail its own probabilities are the exact ones
		a, b := distribution.UpperNormal(-lo), distribution.UpperNormal(-hi)
		return -upperQuantile(a + p*(b-a))
	}
	a, b := distribution.UpperNormal(lo), distribution.UpperNormal(hi)
	return upperQuantile(a - p*(a-b))
}

// foldedQuantile is the p quantile of |N(bias, 1)|, by Newton's method from above.
func foldedQuantile(p, bias float64) float64 {
	bias = math.Abs(bias)
	c := bias + upperQuantile((1-p)/2)
	for range 100 {
		// P(|N| > c) - (1-p), and its slope
		f := distribution.UpperNormal(c-bias) + distribution.UpperNormal(c+bias) - (1 - p)
		d := (math.Exp(-(c-bias)*(c-bias)/2) + math.Exp(-(c+bias)*(c+bias)/2)) / math.Sqrt(2*math.Pi)
		step := f / d
		c += step
		if math.Abs(step) < 1e-14*(1+c) {
			break
		}
	}
	return c
}

// Critical is the z that a standard normal stays within, on both sides, with probability level.
func Critical(level float64) float64 { return upperQuantile((1 - level) / 2) }
