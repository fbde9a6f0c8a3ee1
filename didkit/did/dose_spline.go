package did

import (
	"fmt"
	"slices"
)

// spline is a space of piecewise polynomials in the dose, whose pieces meet smoothly at the inner knots.
type spline struct {
	degree int
	knots  []float64 // ascending: the lowest dose degree+1 times, the inner knots, the highest dose degree+1 times
}

// newSpline puts inner knots at quantiles of the doses, equally far apart in probability, as contdid does.
func newSpline(ascending []float64, degree, inner int) (*spline, error) {
	distinct := len(slices.Compact(slices.Clone(ascending)))
	if distinct < degree+1+inner {
		return nil, fmt.Errorf("%d distinct doses are too few for a spline of degree %d with %d inner knots, which needs %d; lower degree= or knots=", distinct, degree, inner, degree+1+inner)
	}
	s := &spline{degree: degree}
	low, high := ascending[0], ascending[len(ascending)-1]
	for range degree + 1 {
		s.knots = append(s.knots, low)
	}
	for k := range inner {
		at := quantileOf(ascending, float64(k+1)/float64(inner+1))
		if at <= s.knots[len(s.knots)-1] || at >= high {
			return nil, fmt.Errorf("two of %d inner knots of the dose fall on the same value, %g, as so many units have that dose; lower knots=", inner, at)
		}
		s.knots = append(s.knots, at)
	}
	for range degree + 1 {
		s.knots = append(s.knots, high)
	}
	return s, nil
}

// size is the number of functions of the basis.
func (s *spline) size() int { return len(s.knots) - s.degree - 1 }

func (s *spline) low() float64  { return s.knots[0] }
func (s *spline) high() float64 { return s.knots[len(s.knots)-1] }

// inner are the knots between the lowest and the highest dose.
func (s *spline) inner() []float64 {
	return slices.Clone(s.knots[s.degree+1 : len(s.knots)-s.degree-1])
}

// basis are the B-splines at x (de Boor 1978, chapter X), which add up to one; their derivatives add up to zero.
func (s *spline) basis(x float64) []float64 { return s.ofDegree(x, s.degree)[:s.size()] }

// ofDegree are the B-splines of a degree on the knots, at the highest dose the limit from below.
func (s *spline) ofDegree(x float64, degree int) []float64 {
	out := make([]float64, len(s.knots)-1)
	at := s.degree // the piece that x lies in
	for at < s.size()-1 && x >= s.knots[at+1] {
		at++
	}
	out[at] = 1
	for p := 1; p <= degree; p++ {
		for i := at - p; i <= at; i++ {
			v := 0.0
			if w := s.knots[i+p] - s.knots[i]; w > 0 {
				v += (x - s.knots[i]) / w * out[i]
			}
			if w := s.knots[i+p+1] - s.knots[i+1]; w > 0 {
				v += (s.knots[i+p+1] - x) / w * out[i+1]
			}
			out[i] = v
		}
	}
	return out
}

// slope are the derivatives of the B-splines at x.
func (s *spline) slope(x float64) []float64 {
	lower := s.ofDegree(x, s.degree-1)
	out, p := make([]float64, s.size()), float64(s.degree)
	for i := range out {
		if w := s.knots[i+s.degree] - s.knots[i]; w > 0 {
			out[i] += p / w * lower[i]
		}
		if w := s.knots[i+s.degree+1] - s.knots[i+1]; w > 0 {
			out[i] -= p / w * lower[i+1]
		}
	}
	return out
}

// quantileOf interpolates between order statistics at 1 + (n-1)p, R's type 7.
func quantileOf(ascending []float64, p float64) float64 {
	h := float64(len(ascending)-1) * p
	i := int(h)
	if i+1 >= len(ascending) {
		return ascending[len(ascending)-1]
	}
	return ascending[i] + (h-float64(i))*(ascending[i+1]-ascending[i])
}
