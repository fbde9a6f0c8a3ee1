package simulate

import "math"

// A simulated panel must be the same bytes on every machine. Two things stand in the way: the compiler may fuse x*y + z
// into one rounding on arm64, ppc64 and s390x, and math.Exp and math.Log are assembly on some architectures. So every
// product that meets a sum goes through times, whose conversion forbids fusing, and the two functions are our own.
// math.Sqrt, Floor, Round and Ldexp are exact everywhere.

// times is x·y, rounded before anything is added to it.
func times(x, y float64) float64 { return float64(x * y) }

// ln 2 in two parts: the high one has 32 trailing zero bits, so that k·ln2High is exact for every exponent k.
const (
	ln2High = 0x1.62e42feep-1
	ln2Low  = 0x1.a39ef35793c76p-33
)

// exp is eˣ: x = k ln 2 + r with |r| ≤ ln 2 / 2, and the Taylor series of e^r to the 14th power, whose remainder is
// below 2⁻⁵⁸. Overflow gives +Inf, underflow 0, NaN stays.
func exp(x float64) float64 {
	switch {
	case x != x:
		return x
	case x > 709.7:
		return math.Inf(1)
	case x < -745:
		return 0
	}
	k := math.Floor(times(x, 1/math.Ln2) + 0.5)
	r := x - times(k, ln2High) - times(k, ln2Low)
	s := 1.0
	for n := 14.0; n >= 1; n-- {
		s = 1 + times(s, r/n)
	}
	return math.Ldexp(s, int(k))
}

// log is ln x: x = 2ᵏ m with m in [√½, √2), and ln m = 2 artanh((m-1)/(m+1)) by its series, whose argument is at most
// 0.172. log 0 is -Inf, and NaN for what is negative.
func log(x float64) float64 {
	switch {
	case x != x || x < 0:
		return math.NaN()
	case x == 0:
		return math.Inf(-1)
	case math.IsInf(x, 1):
		return x
	}
	m, k := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, k = times(m, 2), k-1
	}
	s := (m - 1) / (m + 1)
	ss := times(s, s)
	sum := 0.0
	for n := 23.0; n >= 3; n -= 2 {
		sum = times(ss, sum+1/n)
	}
	return times(float64(k), ln2High) + (times(2, s+times(s, sum)) + times(float64(k), ln2Low))
}

// power is xᵃ for x ≥ 0.
func power(x, a float64) float64 {
	if x == 0 && a > 0 {
		return 0
	}
	return exp(times(a, log(x)))
}

// round is x to a number of decimals, half away from zero: the value that the decimal text of the column stands for.
func round(x float64, decimals int) float64 {
	if decimals < 0 {
		return x
	}
	scale := 1.0
	for range decimals {
		scale *= 10
	}
	return math.Round(times(x, scale)) / scale
}

// mean is the mean of x, 0 of nothing.
func mean(x []float64) float64 {
	s := 0.0
	for _, a := range x {
		s += a
	}
	return s / max(1, float64(len(x)))
}
