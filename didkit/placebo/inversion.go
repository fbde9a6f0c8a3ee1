package placebo

import (
	"cmp"
	"math"
	"slices"
)

// drawn is what one assignment D* of the treatment says of every hypothesis that the effect is τ for all: the outcome
// without it, y − τD, has the coefficient b − τc on D*, with the variance v0 − 2τv1 + τ²v2.
type drawn struct {
	b, c       float64 // coefficients of y and of the true D on D*
	v0, v1, v2 float64
}

// error is the standard error of b − τc.
func (d *drawn) error(tau float64) float64 {
	return math.Sqrt(d.v0 - 2*tau*d.v1 + tau*tau*d.v2)
}

// statistics are the truth and the draws that it is compared with.
type statistics struct {
	actual   drawn // c is 1
	draws    []drawn
	complete bool // the draws are all there are, the truth among them
	t        bool // compare t statistics
}

// tie is how near a draw may be to the truth to be the same but for rounding.
const tie = 1e-9

// p is the share of assignments whose statistic of y − τD is no smaller than the truth's, in absolute value. Among random
// draws the truth counts as one more, so that the test holds its level whatever their number (Phipson & Smyth 2010).
func (s *statistics) p(tau float64) float64 {
	truth := math.Abs(s.actual.b-tau) * (1 - tie)
	if s.t {
		truth /= s.actual.error(tau)
	}
	as := 0
	for i := range s.draws {
		d := &s.draws[i]
		x := math.Abs(d.b - tau*d.c)
		if s.t {
			x /= d.error(tau)
		}
		if !(x < truth) {
			as++
		}
	}
	return s.share(as)
}

func (s *statistics) share(as int) float64 {
	if s.complete {
		return float64(as) / float64(len(s.draws))
	}
	return float64(as+1) / float64(len(s.draws)+1)
}

// interval holds the τ that are not rejected at 1 − level: from the least to the greatest of them, infinite where there is
// no end.
func (s *statistics) interval(level float64) (low, high float64) {
	if s.t {
		return s.searched(level)
	}
	return s.exact(level)
}

// exact finds the ends where coefficients are compared. With u = τ − b a draw is no smaller than the truth where
// |q − uc| ≥ |u|, q = b* − bc, so that p changes at the ends of these sets alone; they are walked through from either side.
func (s *statistics) exact(level float64) (low, high float64) {
	b := s.actual.b
	side := func(sign float64) float64 { // how far p stays above 1 − level, in the direction of sign
		type step struct {
			at   float64
			more int
		}
		var steps []step
		now := 0
		for i := range s.draws {
			d := &s.draws[i]
			q, c := (d.b-b*d.c)*sign, d.c
			slack := tie * math.Max(math.Abs(d.b), math.Abs(b*d.c))
			now++                                                       // at v = 0 every draw is no smaller
			if math.Abs(q) <= slack && math.Abs(1-math.Abs(c)) <= tie { // the truth itself or its mirror image: never smaller
				continue
			}
			leave, back := ends(q, c)
			if !math.IsInf(leave, 1) {
				steps = append(steps, step{leave, -1})
				if !math.IsInf(back, 1) {
					steps = append(steps, step{back, 1})
				}
			}
		}
		slices.SortFunc(steps, func(x, y step) int { return cmp.Or(cmp.Compare(x.at, y.at), cmp.Compare(y.more, x.more)) })
		far, above := 0.0, s.share(now) > 1-level
		for _, k := range steps {
			if above {
				far = k.at
			}
			now += k.more
			above = s.share(now) > 1-level
		}
		if above {
			return math.Inf(1)
		}
		return far
	}
	return b - side(-1), b + side(1)
}

// ends tells at which v ≥ 0 a draw falls below the truth, |q − vc| < v, and at which it rises above it for good.
func ends(q, c float64) (leave, back float64) {
	inf := math.Inf(1)
	// the set |q − vc| < v is that of v with q < v(1+c) and −q < v(1−c)
	from := 0.0
	to := inf
	bound := func(q, slope float64) { // q < v·slope
		switch {
		case slope > 0:
			from = math.Max(from, q/slope)
		case slope < 0:
			to = math.Min(to, q/slope)
		case q >= 0:
			to = 0
		}
	}
	bound(q, 1+c)
	bound(-q, 1-c)
	if !(from < to) {
		return inf, inf
	}
	return from, to
}

// noResidual is how small v2, which has no unit, is by rounding alone where D* leaves nothing of the true D: where it is
// the truth, or its mirror image.
const noResidual = 1e-18

// settle takes rounding off the variances of such draws: τ² times it would let them fall below the truth at a large τ.
func (s *statistics) settle() {
	for i := range s.draws {
		if d := &s.draws[i]; d.v2 <= noResidual {
			d.v1, d.v2 = 0, 0
		}
	}
}

// limit is p as τ goes to either infinity, where t statistics are compared: the truth's grows without bound, and with it
// those alone of draws that leave nothing of D.
func (s *statistics) limit() float64 {
	as := 0
	for _, d := range s.draws {
		if d.v2 == 0 && math.Abs(d.c)/math.Sqrt(d.v0) >= (1-tie)/math.Sqrt(s.actual.v0) {
			as++
		}
	}
	return s.share(as)
}

// searched finds the ends by bisection between the estimate, where p is one, and the first doubling of the distance at
// which it is not above 1 − level. There is no end where p stays above it as τ grows.
func (s *statistics) searched(level float64) (low, high float64) {
	s.settle()
	if s.limit() > 1-level {
		return math.Inf(-1), math.Inf(1)
	}
	se := math.Sqrt(s.actual.v0)
	side := func(sign float64) float64 {
		near, far := 0.0, se
		for s.p(s.actual.b+sign*far) > 1-level {
			near, far = far, 2*far
			if far > math.Ldexp(se, 40) {
				return math.Inf(1)
			}
		}
		for range 60 {
			middle := near + (far-near)/2
			if s.p(s.actual.b+sign*middle) > 1-level {
				near = middle
			} else {
				far = middle
			}
		}
		return near + (far-near)/2
	}
	return s.actual.b - side(-1), s.actual.b + side(1)
}
