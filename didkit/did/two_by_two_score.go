package did

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

// greatestScore is the propensity score from which comparison units are left out, as DRDID does.
const greatestScore = 0.995

// noOverlap is the score from which a comparison is refused, as R's did does.
const noOverlap = 0.999

func overlap(ps []float64) error {
	if m := slices.Max(ps); m >= noOverlap {
		return fmt.Errorf("no overlap: the covariates tell the cohort from the comparison units, with a propensity score up to %.4g", m)
	}
	return nil
}

// score is the logit of the treatment on the columns: probabilities, which comparison units are used, and the influence
// of the coefficients.
func (q *twoByTwo) score(cols [][]float64) (ps, used []float64, lin linear, err error) {
	if _, err := q.inverseGram(cols, q.w, "units compared"); err != nil {
		return nil, nil, lin, err
	}
	if len(cols) == 1 {
		ps = make([]float64, q.n)
		share := 0.0
		for i, d := range q.d {
			share += q.w[i] * d / float64(q.n)
		}
		for i := range ps {
			ps[i] = share
		}
	} else {
		l, err := regress.Logit(&design.Design{Formula: &formula.Formula{Outcome: &formula.Name{Name: "treated"}}, Outcome: "treated", Y: q.d, X: cols[1:],
			Terms: q.names, Intercept: true, N: q.n, Weights: q.w}, 0)
		if err != nil {
			return nil, nil, lin, fmt.Errorf("no propensity score: %w", err)
		}
		ps = l.Fitted
	}
	if err := overlap(ps); err != nil {
		return nil, nil, lin, err
	}
	used, v := make([]float64, q.n), make([]float64, q.n)
	for i, p := range ps {
		p = math.Min(p, 1-1e-6)
		ps[i] = p
		if q.d[i] == 1 || p < greatestScore {
			used[i] = 1
		}
		v[i] = q.w[i] * p * (1 - p)
	}
	inv, err := q.inverseGram(cols, v, "units compared")
	if err != nil {
		return nil, nil, lin, err
	}
	e := v // whose values are used up
	for i, p := range ps {
		e[i] = q.w[i] * (q.d[i] - p)
	}
	return ps, used, linear{cols, e, inv}, nil
}

// tilt minimises the convex Σ w [(1-d) e^{x'γ} - d x'γ] by Newton's method with step halving.
func (q *twoByTwo) tilt(cols [][]float64) (ps, used []float64, err error) {
	k := len(cols)
	gamma := make([]float64, k)
	eta := make([]float64, q.n)
	loss := func(gamma []float64) float64 {
		s := 0.0
		for i := range eta {
			eta[i] = 0
			for a, x := range cols {
				eta[i] += gamma[a] * x[i]
			}
			s += q.w[i] * ((1-q.d[i])*math.Exp(eta[i]) - q.d[i]*eta[i]) / float64(q.n)
		}
		return s
	}
	now := loss(gamma)
	for range 200 {
		v, grad := make([]float64, q.n), make([]float64, k)
		for i, d := range q.d {
			v[i] = q.w[i] * (1 - d) * math.Exp(eta[i])
			for a, x := range cols {
				grad[a] += (q.w[i]*d - v[i]) * x[i] / float64(q.n)
			}
		}
		inv, err := q.inverseGram(cols, v, "comparison units")
		if err != nil {
			return nil, nil, err
		}
		step, gain := make([]float64, k), 0.0
		for a := range k {
			for b := range k {
				step[a] += inv.At(a, b) * grad[b]
			}
			gain += step[a] * grad[a]
		}
		if gain < 1e-26 {
			ps, used = make([]float64, q.n), make([]float64, q.n)
			for i, e := range eta {
				ps[i] = math.Min(1/(1+math.Exp(-e)), 1-1e-6)
				if q.d[i] == 1 || ps[i] < greatestScore {
					used[i] = 1
				}
			}
			return ps, used, overlap(ps)
		}
		next := make([]float64, k)
		for size := 1.0; size > 1e-10; size /= 2 {
			for a := range k {
				next[a] = gamma[a] + size*step[a]
			}
			if l := loss(next); l <= now || gain < 1e-18 {
				now = l
				break
			}
		}
		copy(gamma, next)
	}
	return nil, nil, errors.New("no propensity score: no weights of the comparison units balance the covariates")
}
