// Package distribution has the tails and quantiles that tests and intervals need: normal, Student's t, F, chi-squared.
package distribution

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// TwoSidedT is P(|T| ≥ |t|) for Student's t with df degrees of freedom, or the normal if df is infinite. NaN for df ≤ 0.
func TwoSidedT(t, df float64) float64 {
	switch {
	case t != t || !(df > 0):
		return math.NaN()
	case math.IsInf(df, 1):
		return math.Erfc(math.Abs(t) / math.Sqrt2)
	case math.IsInf(t, 0):
		return 0
	}
	// I_{df/(df+t²)}(df/2, 1/2); near t = 0 the complement keeps its digits
	t2 := t * t
	if nearChi2(t2, df) {
		return expandedF(t2, 1, df)
	}
	if t2 < 0.1 {
		return 1 - mathext.RegIncBeta(0.5, df/2, t2/(df+t2))
	}
	return mathext.RegIncBeta(df/2, 0.5, df/(df+t2))
}

// CriticalT is the t that TwoSidedT maps to 1 - level: 1.96 for level 0.95 and infinite df.
func CriticalT(level, df float64) float64 {
	if !(level > 0 && level < 1) || !(df > 0) {
		return math.NaN()
	}
	z := math.Sqrt2 * math.Erfinv(level)
	if math.IsInf(df, 1) {
		return z
	}
	// bracket, then bisect on the logarithm of the tail with Newton steps where they stay inside
	tail := 1 - level
	lo, hi := 0.0, math.Max(z, 1)
	for TwoSidedT(hi, df) > tail {
		lo, hi = hi, hi*2
	}
	t := math.Max(lo, math.Min(hi, z))
	for range 200 {
		p := TwoSidedT(t, df)
		if p > tail {
			lo = t
		} else {
			hi = t
		}
		next := t + (p-tail)/(2*densityT(t, df))
		if !(next > lo && next < hi) {
			next = (lo + hi) / 2
		}
		if math.Abs(next-t) <= 1e-15*t {
			return next
		}
		t = next
	}
	return t
}

func densityT(t, df float64) float64 {
	a, _ := math.Lgamma((df + 1) / 2)
	b, _ := math.Lgamma(df / 2)
	return math.Exp(a-b-(df+1)/2*math.Log1p(t*t/df)) / math.Sqrt(df*math.Pi)
}

// UpperF is P(F ≥ f) with d1 and d2 degrees of freedom; d2 may be infinite (chi-squared over d1).
func UpperF(f, d1, d2 float64) float64 {
	switch {
	case f != f || !(d1 > 0) || !(d2 > 0):
		return math.NaN()
	case f <= 0:
		return 1
	case math.IsInf(d2, 1):
		return UpperChi2(f*d1, d1)
	case math.IsInf(f, 1):
		return 0
	}
	if nearChi2(d1*f, d2) {
		return expandedF(f, d1, d2)
	}
	x := d2 / (d2 + d1*f)
	if f < 0.1 {
		return 1 - mathext.RegIncBeta(d1/2, d2/2, d1*f/(d2+d1*f))
	}
	return mathext.RegIncBeta(d2/2, d1/2, x)
}

// nearChi2 tells whether F's denominator has so many degrees of freedom that three terms of an expansion beat the
// incomplete beta function, which loses digits in logarithms of large gamma functions.
func nearChi2(x, d2 float64) bool { return d2 > 1e4 && x*x < 1e-4*d2 && x > 1e-3 }

// expandedF is E[G(s)] with G(s) = P(χ²_{d1} > d1 f s) and s = χ²_{d2}/d2, expanded about s = 1 by the central moments
// 2/d2, 8/d2², 12/d2² of s.
func expandedF(f, d1, d2 float64) float64 {
	x, h := d1*f, d1/2
	lg, _ := math.Lgamma(h)
	pdf := math.Exp((h-1)*math.Log(x) - x/2 - h*math.Ln2 - lg)
	u, u1, u2 := (h-1)/x-0.5, -(h-1)/(x*x), 2*(h-1)/(x*x*x)
	g2 := -x * x * pdf * u
	g3 := -x * x * x * pdf * (u*u + u1)
	g4 := -x * x * x * x * pdf * (u*u*u + 3*u*u1 + u2)
	return UpperChi2(x, d1) + g2/d2 + (g3*8/6+g4*12/24)/(d2*d2)
}

// UpperChi2 is P(X ≥ x) for chi-squared with df degrees of freedom.
func UpperChi2(x, df float64) float64 {
	if x != x || !(df > 0) {
		return math.NaN()
	}
	if x <= 0 {
		return 1
	}
	return mathext.GammaIncRegComp(df/2, x/2)
}

// UpperNormal is P(Z ≥ z).
func UpperNormal(z float64) float64 { return math.Erfc(z/math.Sqrt2) / 2 }
