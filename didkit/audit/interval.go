package audit

import (
	"fmt"
	"math"
	"strconv"

	"github.com/seed2d25c7c2/didnb/didkit/audit/paper"
)

// interval is every value that a number can have had before it was rounded, or that follows from such numbers. Its ends
// may be infinite. What is computed from intervals is never too narrow: a number that stands twice in a formula is
// treated as if the two could differ.
type interval struct{ lo, hi float64 }

func of(p paper.Printed) interval {
	lo, hi := p.Range()
	return interval{lo, hi}
}

func exact(x float64) interval { return interval{x, x} }

func (a interval) add(b interval) interval { return interval{a.lo + b.lo, a.hi + b.hi} }
func (a interval) sub(b interval) interval { return interval{a.lo - b.hi, a.hi - b.lo} }

func (a interval) mul(b interval) interval {
	p := [4]float64{prod(a.lo, b.lo), prod(a.lo, b.hi), prod(a.hi, b.lo), prod(a.hi, b.hi)}
	return interval{min(p[0], p[1], p[2], p[3]), max(p[0], p[1], p[2], p[3])}
}

// prod is x y with 0 · ∞ = 0.
func prod(x, y float64) float64 {
	if x == 0 || y == 0 {
		return 0
	}
	return x * y
}

// div is a / b: everything if b can be 0.
func (a interval) div(b interval) interval {
	if b.lo <= 0 && b.hi >= 0 {
		return interval{math.Inf(-1), math.Inf(1)}
	}
	return a.mul(interval{1 / b.hi, 1 / b.lo})
}

func (a interval) abs() interval {
	switch {
	case a.lo >= 0:
		return a
	case a.hi <= 0:
		return interval{-a.hi, -a.lo}
	}
	return interval{0, max(-a.lo, a.hi)}
}

func (a interval) square() interval {
	b := a.abs()
	return interval{b.lo * b.lo, b.hi * b.hi}
}

// sqrt is that of the part of a that is not negative.
func (a interval) sqrt() interval {
	return interval{math.Sqrt(max(a.lo, 0)), math.Sqrt(max(a.hi, 0))}
}

// meets tells whether a and b have a value in common, but for the last bits of floating point.
func (a interval) meets(b interval) bool {
	slack := 1e-12 * max(math.Abs(a.lo), math.Abs(a.hi), math.Abs(b.lo), math.Abs(b.hi))
	if math.IsInf(slack, 1) {
		slack = 0
	}
	return a.lo <= b.hi+slack && b.lo <= a.hi+slack
}

func (a interval) finite() bool { return !math.IsInf(a.lo, 0) && !math.IsInf(a.hi, 0) }

// String writes the interval so that its ends can be told apart, or one number where they can't.
func (a interval) String() string {
	if a.lo == a.hi {
		return short(a.lo)
	}
	return "[" + digitsFor(a.lo, a.hi-a.lo) + ", " + digitsFor(a.hi, a.hi-a.lo) + "]"
}

// digitsFor writes x with two digits more than the width needs.
func digitsFor(x, width float64) string {
	if math.IsInf(x, 1) {
		return "∞"
	}
	if math.IsInf(x, -1) {
		return "−∞"
	}
	if !(width > 0) || math.IsInf(width, 0) {
		return short(x)
	}
	d := min(max(1-int(math.Floor(math.Log10(width))), 0), 9)
	s := strconv.FormatFloat(x, 'f', d, 64)
	if v, _ := strconv.ParseFloat(s, 64); v == 0 {
		return "0"
	}
	return s
}

// short writes a number with five digits.
func short(x float64) string {
	if x == math.Trunc(x) && math.Abs(x) < 1e9 {
		return strconv.FormatFloat(x, 'f', 0, 64)
	}
	return strconv.FormatFloat(x, 'g', 5, 64)
}

// pText writes the ends of a p value.
func pText(a interval) string { return fmt.Sprintf("[%.4f, %.4f]", a.lo, a.hi) }
