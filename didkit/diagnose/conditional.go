package diagnose

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// moments test whether an effect θ = l'τ agrees with Aδ ≤ d, where β = δ + τ: some τ with l'τ = θ must give
// E[A(β - τ) - d] ≤ 0 (Rambachan & Roth 2023, section 3; Andrews, Roth & Pakes 2023). The rest of τ is a nuisance over
// which the largest studentised moment is minimised: η = min_x max_i (y_i - X_i x)/σ_i, in dual form the maximum of
// γ'ỹ over γ ≥ 0 with Σγ = 1 and X̃'γ = 0.
type moments struct {
	base   []float64   // (Aβ - d)/σ
	slope  []float64   // the column of θ, over σ
	r      [][]float64 // correlation of the moments
	lp     *simplex
	kappa  float64 // level of a least favourable first stage; 0: none
	cutoff float64 // of that; +Inf: none, NaN: not simulated yet
	fixed  *fixedStage
	size   float64 // of the second
	gamma  []float64
	work   [][]float64
}

// newMoments prepares the test of level alpha; with hybrid it first rejects above the least favourable critical value of
// level alpha/10 and then tests conditionally at the rest (C-LF). Nil if no moment restricts θ.
func newMoments(v *EventVector, rows [][]float64, bound float64, l []float64, alpha float64, hybrid bool) *moments {
	n := len(rows)
	sd := make([]float64, n)
	va := make([][]float64, n)
	for i, a := range rows {
		va[i] = make([]float64, len(a))
		for j, row := range v.V {
			va[i][j] = dot(row, a)
		}
		sd[i] = math.Sqrt(dot(va[i], a))
	}
	m := &moments{cutoff: math.Inf(1), size: alpha, gamma: make([]float64, n), r: make([][]float64, n)}
	for range 3 {
		m.work = append(m.work, make([]float64, n))
	}
	scale := slices.Max(sd)
	g := basisOf(l)
	columns := make([][]float64, n)
	for i, a := range rows {
		m.base = append(m.base, (dot(a, v.Beta)-bound)/sd[i])
		m.r[i] = make([]float64, n)
		for j := range rows {
			m.r[i][j] = dot(va[i], rows[j]) / (sd[i] * sd[j])
		}
		// the post columns times the inverse of Γ, whose first row is l: first θ, then the nuisance
		moved := make([]float64, len(l))
		for k := range moved {
			for t := range l {
				moved[k] += a[v.Pre+t] * g.At(t, k)
			}
		}
		m.slope = append(m.slope, moved[0]/sd[i])
		columns[i] = []float64{1}
		for _, x := range moved[1:] {
			columns[i] = append(columns[i], x*scale/sd[i])
		}
	}
	h := make([]float64, len(l))
	h[0] = 1
	var ok bool
	if m.lp, ok = newSimplex(columns, h); !ok {
		return nil
	}
	if hybrid {
		kappa, rest := split(alpha)
		m.size, m.kappa, m.cutoff = rest, kappa, math.NaN()
	}
	return m
}

// split divides a level over the two stages of a hybrid test: κ = α/10, and what is left for the second.
func split(alpha float64) (kappa, rest float64) {
	kappa = alpha / 10
	return kappa, (alpha - kappa) / (1 - kappa)
}

// fixedStage is a first stage that rejects effects outside an interval of fixed length.
type fixedStage struct {
	centre, half float64   // of the interval
	with         []float64 // covariance of its centre with each moment
}

// after puts an interval of fixed length of that level before the test, which then is conditional on the effect lying
// inside (Rambachan & Roth 2023, section 3; C-F).
func (m *moments) after(v *EventVector, rows [][]float64, f *flci, bound, level float64) {
	w, half := f.shortest(bound, level)
	vw := f.times(w)
	m.fixed = &fixedStage{centre: dot(w, v.Beta), half: half}
	for _, a := range rows {
		m.fixed.with = append(m.fixed.with, dot(a, vw)/math.Sqrt(v.quadratic(a)))
	}
}

// within are the values of the statistic, η as observed, under which θ stays inside, the rest of the moments held fixed.
func (s *fixedStage) within(theta, eta float64, gamma []float64, variance float64) (low, high float64) {
	e, slope := s.centre-theta, dot(gamma, s.with)/variance
	switch {
	case slope > 0:
		return eta + (-s.half-e)/slope, eta + (s.half-e)/slope
	case slope < 0:
		return eta + (s.half-e)/slope, eta + (-s.half-e)/slope
	}
	return math.Inf(-1), math.Inf(1)
}

// basisOf is the inverse of a matrix whose first row is l and whose others are unit vectors.
func basisOf(l []float64) *mat.Dense {
	n := len(l)
	lead := 0
	for i, x := range l {
		if math.Abs(x) > math.Abs(l[lead]) {
			lead = i
		}
	}
	g := mat.NewDense(n, n, nil)
	g.SetRow(0, l)
	for i, k := 0, 1; i < n; i++ {
		if i != lead {
			g.Set(k, i, 1)
			k++
		}
	}
	var inverse mat.Dense
	_ = inverse.Inverse(g) // l is not zero, so that Γ is regular
	return &inverse
}

// draws of the least favourable distribution; the 99.5 % quantile has a Monte-Carlo error of about 0.08.
const leastFavourableDraws = 4000

// leastFavourable is the 1-κ quantile of η if every moment binds: of the maximum of γ'ξ, ξ normal with the moments'
// correlation. The draws are the same in every call.
func (m *moments) leastFavourable(kappa float64) float64 {
	n := len(m.r)
	c := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			c.SetSym(i, j, m.r[i][j])
		}
	}
	var e mat.EigenSym
	if !e.Factorize(c, true) {
		return math.Inf(1)
	}
	var vectors mat.Dense
	e.VectorsTo(&vectors)
	var factor [][]float64 // columns of a root of the correlation, of its rank
	for k, x := range e.Values(nil) {
		if x > 1e-12*float64(n) {
			col := mat.Col(nil, k, &vectors)
			for i := range col {
				col[i] *= math.Sqrt(x)
			}
			factor = append(factor, col)
		}
	}
	rng := rand.New(rand.NewPCG(1, 2023))
	var eta []float64
	xi := make([]float64, n)
	for range leastFavourableDraws {
		clear(xi)
		for _, col := range factor {
			z := rng.NormFloat64()
			for i, x := range col {
				xi[i] += z * x
			}
		}
		if x, ok := m.lp.maximise(xi, m.gamma); ok {
			eta = append(eta, x)
		}
	}
	if len(eta) == 0 {
		return math.Inf(1)
	}
	slices.Sort(eta)
	at := (1 - kappa) * float64(len(eta)-1)
	k := int(at)
	return eta[k] + (at-float64(k))*(eta[min(k+1, len(eta)-1)]-eta[k])
}

// verdict is what a test says of an effect.
type verdict int

const (
	rejects verdict = iota
	accepts
	open // the first stage's critical value decides
)

// judge tells whether θ is in the confidence set: η lies below the quantile of its distribution, a normal truncated to
// where the same γ is the maximiser (Andrews, Roth & Pakes 2023, section 4). The least favourable critical value costs
// thousands of programs. It is at least that of γ'ξ alone, z_{1-κ} times its deviation; where that settles the matter, or
// the second stage rejects without it, it is not simulated. Where it doesn't, the verdict is open unless the value is asked
// for by last.
func (m *moments) judge(theta float64, last bool) verdict {
	say := func(accepted bool) verdict {
		if accepted {
			return accepts
		}
		return rejects
	}
	y := m.work[0]
	for i := range y {
		y[i] = m.base[i] - m.slope[i]*theta
	}
	eta, ok := m.lp.maximise(y, m.gamma)
	if !ok {
		return accepts
	}
	if eta > m.cutoff || m.fixed != nil && math.Abs(m.fixed.centre-theta) > m.fixed.half {
		return rejects
	}
	b, s := m.work[1], m.work[2]
	variance := 0.0
	for i, row := range m.r {
		b[i] = dot(row, m.gamma)
	}
	variance = dot(b, m.gamma)
	if variance < 1e-12 { // the moments that bind are known for certain
		return say(eta <= 1e-10*(1+maxAbs(y)))
	}
	for i := range b {
		b[i] /= variance
		s[i] = y[i] - b[i]*eta
	}
	fixedLow, fixedHigh := math.Inf(-1), math.Inf(1)
	if m.fixed != nil {
		fixedLow, fixedHigh = m.fixed.within(theta, eta, m.gamma, variance)
	}
	low, high := math.Max(m.edge(b, s, eta, -1), fixedLow), math.Min(m.edge(b, s, eta, 1), fixedHigh)
	sigma := math.Sqrt(variance)
	below := func(cutoff float64) bool {
		return eta/sigma <= math.Max(0, truncatedQuantile(1-m.size, low/sigma, math.Min(high, cutoff)/sigma))
	}
	if math.IsNaN(m.cutoff) {
		switch least := 0.9 * upperQuantile(m.kappa) * sigma; { // a tenth for the simulation's error
		case eta <= least && below(least):
			return accepts
		case !below(math.Inf(1)):
			return rejects
		case !last:
			return open
		}
		m.cutoff = m.leastFavourable(m.kappa)
	}
	return say(eta <= m.cutoff && below(m.cutoff))
}

// edge is how far c can go up (side 1) or down (side -1) from η before max γ'(s + b c) exceeds c: the zeros of that
// convex function, by Newton's steps from outside, which end after finitely many as it is piecewise linear.
func (m *moments) edge(b, s []float64, eta, side float64) float64 {
	c := make([]float64, len(b))
	for i, x := range b {
		c[i] = side * x
	}
	if top, ok := m.lp.maximise(c, m.gamma); !ok || top <= side+1e-10 {
		return math.Inf(int(side))
	}
	at := math.NaN()
	for range 1000 {
		gs, gb := dot(m.gamma, s), dot(m.gamma, b)
		if side*(gb-1) <= 1e-12 {
			return at
		}
		next := gs / (1 - gb)
		if at == at && side*(at-next) <= 1e-12*(1+math.Abs(at)) {
			return at
		}
		at = next
		if side*(at-eta) <= 0 { // rounding: η itself is never outside
			return eta
		}
		for i := range c {
			c[i] = s[i] + b[i]*at
		}
		if top, ok := m.lp.maximise(c, m.gamma); !ok || top <= at+1e-11*(1+math.Abs(at)) {
			return at
		}
	}
	return at
}
