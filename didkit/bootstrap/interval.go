package bootstrap

import (
	"math"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/distribution"
)

// quantile is that of ascending values by R's type 7.
func quantile(x []float64, p float64) float64 {
	h := p * float64(len(x)-1)
	i := int(math.Floor(h))
	if i+1 >= len(x) {
		return x[len(x)-1]
	}
	return x[i] + (h-float64(i))*(x[i+1]-x[i])
}

// clean is the finite draws, ascending.
func clean(draws []float64) []float64 {
	x := slices.DeleteFunc(slices.Clone(draws), func(v float64) bool { return v-v != 0 })
	slices.Sort(x)
	return x
}

// Percentile is the interval between the quantiles (1-level)/2 and (1+level)/2 of the draws (Efron & Tibshirani 1993,
// section 13.3). NaN draws are left out.
func Percentile(draws []float64, level float64) (low, high float64) {
	x := clean(draws)
	if len(x) == 0 {
		return math.NaN(), math.NaN()
	}
	return quantile(x, (1-level)/2), quantile(x, (1+level)/2)
}

// BCa is the bias-corrected and accelerated interval (Efron & Tibshirani 1993, section 14.3): z0 from the share of draws
// below the estimate (ties count half), the acceleration from the leave-one-cluster-out estimates.
func BCa(draws, jackknife []float64, estimate, level float64) (low, high float64) {
	x := clean(draws)
	if len(x) == 0 {
		return math.NaN(), math.NaN()
	}
	below := 0.0
	for _, v := range x {
		switch {
		case v < estimate:
			below++
		case v == estimate:
			below += 0.5
		}
	}
	z0 := normalQuantile(below / float64(len(x)))
	jack := clean(jackknife)
	mean := 0.0
	for _, v := range jack {
		mean += v / float64(len(jack))
	}
	num, den := 0.0, 0.0
	for _, v := range jack {
		d := mean - v
		num += d * d * d
		den += d * d
	}
	a := 0.0
	if den > 0 {
		a = num / (6 * math.Pow(den, 1.5))
	}
	end := func(p float64) float64 {
		z := z0 + normalQuantile(p)
		return quantile(x, 1-distribution.UpperNormal(z0+z/(1-a*z)))
	}
	if math.IsInf(z0, 0) {
		return quantile(x, 0), quantile(x, 1)
	}
	return end((1 - level) / 2), end((1 + level) / 2)
}

func normalQuantile(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }
