package regress

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/distribution"
)

// LogitFit is the result of a binary logit by maximum likelihood.
type LogitFit struct {
	Formula       string    `json:"formula"`
	Outcome       string    `json:"outcome"`
	Coef          []Coef    `json:"coef"` // statistic is z; errors from the inverse Hessian, as R's glm and Stata's logit
	N             int       `json:"n"`
	Dropped       Dropped   `json:"dropped"`
	Collinear     []string  `json:"collinear"`
	LogLikelihood float64   `json:"loglik"`
	NullLogLik    float64   `json:"loglik_null"` // with the intercept alone
	PseudoR2      float64   `json:"pseudo_r2"`   // McFadden's
	Iterations    int       `json:"iterations"`
	Level         float64   `json:"level"`
	Fitted        []float64 `json:"-"` // probabilities, one a row of the design
	Linear        []float64 `json:"-"` // x'β
}

// Separation is the error where the data have no finite maximum: a combination of regressors tells the outcome without
// error, in the whole sample (complete) or in a part of it.
type Separation struct {
	Term     string
	Complete bool
}

func (e *Separation) Error() string {
	if e.Complete {
		return fmt.Sprintf("the regressors separate the treated from the untreated completely (%s most of all), so the logit has no estimate; leave it out or match on fewer variables", e.Term)
	}
	return fmt.Sprintf("%s separates part of the sample completely, so the logit has no finite estimate; leave it out", e.Term)
}

// Logit fits P(y = 1) = 1/(1 + exp(-x'β)) by Newton's method on centred and scaled columns, halving steps that lower the
// likelihood. The outcome must be 0 or 1. Weights count as frequencies. Fixed effects are not part of it.
func Logit(d *design.Design, level float64) (*LogitFit, error) {
	if len(d.Effects) > 0 {
		return nil, fmt.Errorf("a logit with absorbed fixed effects is not estimated here; write them as i(%s)", d.Effects[0].Name)
	}
	ones := 0
	for i, y := range d.Y {
		if y != 0 && y != 1 {
			return nil, fmt.Errorf("%s is %g in row %d; a logit needs 0 or 1", d.Outcome, y, d.PanelRow(i)+1)
		}
		if y == 1 {
			ones++
		}
	}
	if ones == 0 || ones == d.N {
		return nil, &NoVariation{Variable: d.Outcome}
	}
	m, err := Solve(d) // finds collinear columns, means and scales
	if err != nil {
		return nil, err
	}
	n := newNewton(d, m)
	if err := n.climb(); err != nil {
		return nil, err
	}
	return n.result(m, level)
}

// newton holds the standardised problem: column 0 is the intercept (if the model has one).
type newton struct {
	d          *design.Design
	terms      []string
	cols       [][]float64
	mean, sd   []float64
	beta       []float64
	eta, prob  []float64
	hessian    *mat.SymDense
	loglik     float64
	iterations int
}

func newNewton(d *design.Design, m *Model) *newton {
	n := &newton{d: d, eta: make([]float64, d.N), prob: make([]float64, d.N)}
	if d.Intercept {
		n.terms, n.cols, n.mean, n.sd = []string{"(Intercept)"}, [][]float64{nil}, []float64{0}, []float64{1}
	}
	for _, j := range m.Kept {
		x := d.X[j]
		mean, sd := 0.0, 0.0
		if d.Intercept {
			mean = m.means[j+1]
		}
		for i, v := range x {
			sd += n.weight(i) * (v - mean) * (v - mean)
		}
		n.terms, n.cols = append(n.terms, d.Terms[j]), append(n.cols, x)
		n.mean, n.sd = append(n.mean, mean), append(n.sd, math.Sqrt(sd/m.SumW))
	}
	n.beta = make([]float64, len(n.terms))
	return n
}

func (n *newton) weight(i int) float64 {
	if n.d.Weights == nil {
		return 1
	}
	return n.d.Weights[i]
}

// at is the standardised value of column j in row i.
func (n *newton) at(j, i int) float64 {
	if n.cols[j] == nil {
		return 1
	}
	return (n.cols[j][i] - n.mean[j]) / n.sd[j]
}

// likelihood sets eta and prob and returns the log-likelihood at beta.
func (n *newton) likelihood(beta []float64) float64 {
	l := 0.0
	for i, y := range n.d.Y {
		e := 0.0
		for j, b := range beta {
			e += b * n.at(j, i)
		}
		n.eta[i] = e
		n.prob[i] = 1 / (1 + math.Exp(-e))
		s := e // log P(y) = -log(1 + exp(-e)) for y = 1, with the sign turned for y = 0
		if y == 0 {
			s = -e
		}
		l += n.weight(i) * -softplus(-s)
	}
	return l
}

// softplus is log(1 + e^x) without overflow.
func softplus(x float64) float64 {
	if x > 0 {
		return x + math.Log1p(math.Exp(-x))
	}
	return math.Log1p(math.Exp(x))
}

func (n *newton) climb() error {
	k := len(n.beta)
	n.loglik = n.likelihood(n.beta)
	for n.iterations = 1; n.iterations <= 100; n.iterations++ {
		if err := n.d.Stopped(); err != nil {
			return err
		}
		grad := mat.NewVecDense(k, nil)
		n.hessian = mat.NewSymDense(k, nil)
		for i, y := range n.d.Y {
			w := n.weight(i)
			p := n.prob[i]
			v := w * p * (1 - p)
			for a := range k {
				xa := n.at(a, i)
				grad.SetVec(a, grad.AtVec(a)+w*(y-p)*xa)
				for b := a; b < k; b++ {
					n.hessian.SetSym(a, b, n.hessian.At(a, b)+v*xa*n.at(b, i))
				}
			}
		}
		var chol mat.Cholesky
		if !chol.Factorize(n.hessian) || chol.Cond() > 1e14 {
			return n.separation()
		}
		var step mat.VecDense
		if err := chol.SolveVecTo(&step, grad); err != nil {
			return n.separation()
		}
		decrement := mat.Dot(&step, grad) // twice the gain in likelihood that the quadratic promises
		next := make([]float64, k)
		for size := 1.0; ; size /= 2 {
			for j := range next {
				next[j] = n.beta[j] + size*step.AtVec(j)
			}
			if l := n.likelihood(next); l >= n.loglik-1e-12*math.Abs(n.loglik) || size < 1e-6 {
				n.loglik = l
				break
			}
		}
		copy(n.beta, next)
		for j := 1; j < k; j++ {
			if math.Abs(n.beta[j]) > 1e3 {
				return n.separation()
			}
		}
		if decrement < 1e-20*(1+math.Abs(n.loglik)) || n.iterations > 8 && decrement < 1e-13 {
			break
		}
	}
	if e := n.separation(); e != nil && n.separated() {
		return e
	}
	if n.iterations > 100 {
		return n.separation()
	}
	return nil
}

// separated tells whether probabilities have run to 0 and 1 in a way that only a missing maximum explains: the standard
// error of a standardised coefficient is beyond all reason.
func (n *newton) separated() bool {
	var chol mat.Cholesky
	if !chol.Factorize(n.hessian) {
		return true
	}
	var inv mat.SymDense
	if chol.InverseTo(&inv) != nil {
		return true
	}
	for j := range n.beta {
		if se := math.Sqrt(inv.At(j, j)); se > 50 && math.Abs(n.beta[j]) > 5 {
			return true
		}
	}
	return false
}

func (n *newton) separation() error {
	worst, at := 0.0, len(n.terms)-1
	for j := range n.beta {
		if n.terms[j] != "(Intercept)" && math.Abs(n.beta[j]) > worst {
			worst, at = math.Abs(n.beta[j]), j
		}
	}
	complete := true
	for i, y := range n.d.Y {
		complete = complete && (y == 1) == (n.eta[i] > 0)
	}
	return &Separation{Term: n.terms[at], Complete: complete}
}

// result maps standardised coefficients back: β_j = b_j / s_j, β_0 = b_0 - Σ b_j m_j / s_j.
func (n *newton) result(m *Model, level float64) (*LogitFit, error) {
	if level == 0 {
		level = 0.95
	}
	k := len(n.beta)
	var chol mat.Cholesky
	var inv mat.SymDense
	if !chol.Factorize(n.hessian) || chol.InverseTo(&inv) != nil {
		return nil, n.separation()
	}
	j := mat.NewDense(k, k, nil)
	for a := range k {
		j.Set(a, a, 1/n.sd[a])
		if a > 0 && n.d.Intercept {
			j.Set(0, a, -n.mean[a]/n.sd[a])
		}
	}
	var jv, v mat.Dense
	jv.Mul(j, &inv)
	v.Mul(&jv, j.T())
	f := &LogitFit{Formula: n.d.Formula.String(), Outcome: n.d.Outcome, N: n.d.N, Dropped: n.d.Dropped, Collinear: append([]string{}, m.Collinear...),
		LogLikelihood: n.loglik, Iterations: n.iterations, Level: level, Fitted: n.prob, Linear: n.eta}
	for a := range k {
		b := n.beta[a] / n.sd[a]
		if a == 0 && n.d.Intercept {
			for c := 1; c < k; c++ {
				b -= n.beta[c] * n.mean[c] / n.sd[c]
			}
		}
		se := math.Sqrt(v.At(a, a))
		half := distribution.CriticalT(level, math.Inf(1)) * se
		f.Coef = append(f.Coef, Coef{Term: n.terms[a], Estimate: b, StdError: se, Statistic: b / se,
			PValue: distribution.TwoSidedT(b/se, math.Inf(1)), ConfLow: b - half, ConfHigh: b + half})
	}
	ones := 0.0
	for i, y := range n.d.Y {
		ones += n.weight(i) * y
	}
	share := ones / m.SumW
	f.NullLogLik = ones*math.Log(share) + (m.SumW-ones)*math.Log(1-share)
	f.PseudoR2 = 1 - f.LogLikelihood/f.NullLogLik
	return f, nil
}
