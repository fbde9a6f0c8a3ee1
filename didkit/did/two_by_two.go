package did

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// twoByTwo is one comparison of treated (d = 1) and comparison units (d = 0) over two periods.
type twoByTwo struct {
	n     int
	d, dy []float64   // treatment; change of the outcome
	w     []float64   // weights
	x     [][]float64 // covariates, without the constant
	names []string
}

// estimate is the ATT and its influence function, mean zero over the n units, of Sant'Anna & Zhao (2020): outcome
// regression (eq. 2.2), Hájek weights (2.3), the doubly robust estimator with maximum likelihood and least squares
// (3.1 with their section 3.1's traditional nuisances), or the improved one (section 3.1).
func (q *twoByTwo) estimate(how Adjustment) (float64, []float64, error) {
	q.normalise()
	cols := [][]float64{ones(q.n)}
	cols = append(cols, q.standardised()...)
	switch how {
	case OutcomeRegression:
		return q.outcomeRegression(cols)
	case InverseProbability:
		return q.weighting(cols)
	case ImprovedDoublyRobust:
		return q.improved(cols)
	}
	return q.doublyRobust(cols)
}

// normalise makes the weights' mean one.
func (q *twoByTwo) normalise() {
	mean := 0.0
	for _, w := range q.w {
		mean += w / float64(q.n)
	}
	for i := range q.w {
		q.w[i] /= mean
	}
}

func ones(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = 1
	}
	return x
}

// standardised are the covariates less their mean over their deviation: with a constant beside them nothing changes but
// the condition of the systems.
func (q *twoByTwo) standardised() [][]float64 {
	var out [][]float64
	for _, x := range q.x {
		m, s := 0.0, 0.0
		for _, v := range x {
			m += v / float64(q.n)
		}
		for _, v := range x {
			s += (v - m) * (v - m) / float64(q.n)
		}
		z := make([]float64, q.n)
		for i, v := range x {
			if s > 1e-24*m*m {
				z[i] = (v - m) / math.Sqrt(s)
			}
		}
		out = append(out, z)
	}
	return out
}

// inverseGram is (Σ v x x')⁻¹, over n where scale says so; an error names covariates that are collinear where v ≠ 0.
func (q *twoByTwo) inverseGram(cols [][]float64, v []float64, among string) (*mat.SymDense, error) {
	k := len(cols)
	g := mat.NewSymDense(k, nil)
	for a := range k {
		for b := a; b < k; b++ {
			s := 0.0
			for i, w := range v {
				s += w * cols[a][i] * cols[b][i]
			}
			g.SetSym(a, b, s/float64(q.n))
		}
	}
	scale := make([]float64, k)
	for a := range k {
		scale[a] = math.Sqrt(g.At(a, a))
		if !(scale[a] > 1e-12) {
			return nil, q.singular(a, among)
		}
	}
	// a Cholesky by hand, to name the covariate that the ones before it span
	l := make([][]float64, k)
	for a := range k {
		l[a] = make([]float64, k)
		for b := 0; b <= a; b++ {
			s := g.At(a, b) / (scale[a] * scale[b])
			for c := range b {
				s -= l[a][c] * l[b][c]
			}
			switch {
			case a == b && !(s > 1e-10):
				return nil, q.singular(a, among)
			case a == b:
				l[a][a] = math.Sqrt(s)
			default:
				l[a][b] = s / l[b][b]
			}
		}
	}
	var chol mat.Cholesky
	inv := mat.NewSymDense(k, nil)
	if !chol.Factorize(g) || chol.InverseTo(inv) != nil {
		return nil, q.singular(k-1, among)
	}
	return inv, nil
}

func (q *twoByTwo) singular(a int, among string) error {
	if a == 0 {
		return errors.New("no unit with a weight among the " + among)
	}
	return fmt.Errorf("covariate %s does not vary, or is spanned by those before it, among the %s", q.names[a-1], among)
}

// leastSquares regresses dy on the columns with weights v, which are zero but among the units that are named; it returns
// the fit of every unit and the influence of the coefficients, n × k.
func (q *twoByTwo) leastSquares(cols [][]float64, v []float64, among string) (fit []float64, lin linear, err error) {
	inv, err := q.inverseGram(cols, v, among)
	if err != nil {
		return nil, lin, err
	}
	k := len(cols)
	beta := make([]float64, k)
	resid := slices.Clone(q.dy)
	fit = make([]float64, q.n)
	for range 2 { // the second round takes up what rounding left
		r := make([]float64, k)
		for a, x := range cols {
			for i, w := range v {
				r[a] += w * x[i] * resid[i] / float64(q.n)
			}
		}
		for a := range k {
			for b := range k {
				beta[a] += inv.At(a, b) * r[b]
			}
		}
		for i := range fit {
			fit[i] = 0
			for a, x := range cols {
				fit[i] += beta[a] * x[i]
			}
			resid[i] = q.dy[i] - fit[i]
		}
	}
	for i, w := range v {
		resid[i] *= w
	}
	return fit, linear{cols, resid, inv}, nil
}

// linear is the influence of coefficients, e_i x_i' inv in row i.
type linear struct {
	cols [][]float64
	e    []float64
	inv  *mat.SymDense
}

// ratio is Σ w z / Σ w and its influence w(z - ratio)/mean w.
func (q *twoByTwo) ratio(w, z []float64) (eta float64, psi []float64, mean float64) {
	psi = make([]float64, q.n)
	eta, mean = q.addRatio(psi, 1, w, z)
	return eta, psi, mean
}

// addRatio adds by times the influence of ratio to psi.
func (q *twoByTwo) addRatio(psi []float64, by float64, w, z []float64) (eta, mean float64) {
	eta, mean = q.meanOf(w, z)
	for i := range w {
		psi[i] += by * (w[i] * (z[i] - eta) / mean)
	}
	return eta, mean
}

// meanOf is Σ w z / Σ w, and the mean of w.
func (q *twoByTwo) meanOf(w, z []float64) (eta, mean float64) {
	sum := 0.0
	for i := range w {
		mean += w[i] / float64(q.n)
		sum += w[i] * z[i] / float64(q.n)
	}
	return sum / mean, mean
}

// moment is Σ w z x / n over the columns; a nil z is 1 throughout.
func (q *twoByTwo) moment(cols [][]float64, w, z []float64) []float64 {
	m := make([]float64, len(cols))
	for a, x := range cols {
		for i := range w {
			v := w[i] * x[i]
			if z != nil {
				v = w[i] * z[i] * x[i]
			}
			m[a] += v / float64(q.n)
		}
	}
	return m
}

// add adds by·(lin · m) to psi.
func add(psi []float64, lin linear, m []float64, by float64) {
	for a, x := range lin.cols {
		v := 0.0
		for b, w := range m {
			v += by * lin.inv.At(a, b) * w
		}
		for i, e := range lin.e {
			psi[i] += e * v * x[i]
		}
	}
}

func (q *twoByTwo) sides(ps, used []float64) (treat, cont []float64) {
	treat, cont = make([]float64, q.n), make([]float64, q.n)
	for i, d := range q.d {
		treat[i] = q.w[i] * d
		if ps != nil {
			cont[i] = used[i] * q.w[i] * ps[i] * (1 - d) / (1 - ps[i])
		} else {
			cont[i] = q.w[i] * (1 - d)
		}
	}
	return treat, cont
}

func (q *twoByTwo) outcomeRegression(cols [][]float64) (float64, []float64, error) {
	treat, cont := q.sides(nil, nil)
	fit, lin, err := q.leastSquares(cols, cont, "comparison units")
	if err != nil {
		return 0, nil, err
	}
	e := make([]float64, q.n)
	for i := range e {
		e[i] = q.dy[i] - fit[i]
	}
	eta, psi, mean := q.ratio(treat, e)
	add(psi, lin, q.moment(cols, treat, nil), -1/mean)
	return eta, psi, nil
}

func (q *twoByTwo) weighting(cols [][]float64) (float64, []float64, error) {
	ps, used, lin, err := q.score(cols)
	if err != nil {
		return 0, nil, err
	}
	treat, cont := q.sides(ps, used)
	one, psi, _ := q.ratio(treat, q.dy)
	zero, psi0, mean := q.ratio(cont, q.dy)
	e := make([]float64, q.n)
	for i := range e {
		e[i] = q.dy[i] - zero
	}
	for i := range psi {
		psi[i] -= psi0[i]
	}
	add(psi, lin, q.moment(cols, cont, e), -1/mean)
	return one - zero, psi, nil
}

func (q *twoByTwo) doublyRobust(cols [][]float64) (float64, []float64, error) {
	ps, used, logit, err := q.score(cols)
	if err != nil {
		return 0, nil, err
	}
	_, plain := q.sides(nil, nil)
	fit, ols, err := q.leastSquares(cols, plain, "comparison units")
	if err != nil {
		return 0, nil, err
	}
	treat, cont := q.sides(ps, used)
	e, e0 := make([]float64, q.n), make([]float64, q.n)
	for i := range e {
		e[i] = q.dy[i] - fit[i]
	}
	one, psi, m1 := q.ratio(treat, e)
	zero, psi0, m0 := q.ratio(cont, e)
	for i := range psi {
		psi[i] -= psi0[i]
		e0[i] = e[i] - zero
	}
	add(psi, ols, q.moment(cols, treat, nil), -1/m1)
	add(psi, logit, q.moment(cols, cont, e0), -1/m0)
	add(psi, ols, q.moment(cols, cont, nil), 1/m0)
	return one - zero, psi, nil
}

// improved estimates the score by inverse probability tilting, Σ w [d - (1-d) e^{x'γ}] x = 0, and the outcome by least
// squares weighted by its odds; the influence function then needs no term for either (Sant'Anna & Zhao 2020, eq. 3.5).
func (q *twoByTwo) improved(cols [][]float64) (float64, []float64, error) {
	if _, err := q.inverseGram(cols, q.w, "units compared"); err != nil {
		return 0, nil, err
	}
	ps, used, err := q.tilt(cols)
	if err != nil {
		return 0, nil, err
	}
	treat, cont := q.sides(ps, used)
	fit, _, err := q.leastSquares(cols, q.odds(ps), "comparison units")
	if err != nil {
		return 0, nil, err
	}
	e := make([]float64, q.n)
	for i := range e {
		e[i] = q.dy[i] - fit[i]
	}
	one, psi, _ := q.ratio(treat, e)
	zero, psi0, _ := q.ratio(cont, e)
	for i := range psi {
		psi[i] -= psi0[i]
	}
	return one - zero, psi, nil
}

// odds are the weights of comparison units, without leaving any out.
func (q *twoByTwo) odds(ps []float64) []float64 {
	out := make([]float64, q.n)
	for i := range out {
		out[i] = q.w[i] * (1 - q.d[i]) * ps[i] / (1 - ps[i])
	}
	return out
}
