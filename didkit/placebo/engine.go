package placebo

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/absorb"
	"github.com/seed2d25c7c2/didnb/didkit/distribution"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// engine re-estimates the coefficient of one 0/1 column by Frisch-Waugh-Lovell. What does not depend on the column is
// done once: the outcome's residual on effects and controls, an orthonormal basis of the demeaned controls, and the
// Schur complement of two effects.
type engine struct {
	n       int
	y       []float64   // residual of the outcome
	q       [][]float64 // orthonormal (in W) demeaned controls
	w       []float64   // nil: 1 each
	effects twoEffects
	whole   *absorb.Absorber // instead of effects, where these are not one or two intercepts
	yy      float64          // Σ w y²

	other  []float64 // residual of the true treatment, for hypotheses other than no effect; may be nil
	yo, oo float64   // Σ w y other, Σ w other²

	df, dft float64 // n - K of the full model; df of t
	vcov    vcov.Type
	ways    []way   // sets of clusters with signs
	factor  float64 // small-sample factor of the sandwich
}

// way is one coding of clusters of the inclusion-exclusion sum.
type way struct {
	codes  []int32
	levels int
	sign   float64
}

// twoEffects projects sparse 0/1 columns off two intercept effects exactly: the first is eliminated, the second's Schur
// complement has its pseudo-inverse ready.
type twoEffects struct {
	a, b         []int32
	na, nb       int
	weightA      []float64 // Σ w a level of a
	shared       []float64 // na × nb: Σ w of the cell over Σ w of a
	cell         []float64 // na × nb: Σ w of the cell
	pseudo       *mat.SymDense
	oneDimension bool // b is absent
}

// draws holds what one goroutine needs to evaluate columns.
type draws struct {
	rowsA, rowsB []float64 // sums of w d over levels of a and of b
	r, theta     []float64
	touched      []int32
	alpha        []float64
	c            []float64
	dhat, score  []float64
	sums         [][]float64

	score2 []float64 // of the true treatment
	sums2  [][]float64
}

// newEngine prepares a model of the outcome without the treatment.
func newEngine(m *regress.Model, spec vcov.Spec) (*engine, error) {
	d := m.Design
	e := &engine{n: d.N, y: m.Residuals(), w: d.Weights, yy: m.SSR, vcov: spec.Type}
	if e.vcov == "" {
		e.vcov = vcov.IID
	}
	e.orthonormalise(m)
	slopes := slices.ContainsFunc(d.Effects, func(f absorb.Effect) bool { return !f.Intercept || len(f.Slopes) > 0 })
	switch {
	case slopes || len(d.Effects) > 2:
		e.whole = m.Absorber()
	case len(d.Effects) == 0: // an intercept is an effect of one level
		e.effects = newTwoEffects(make([]int32, d.N), 1, nil, 0, d.Weights)
	case len(d.Effects) == 1:
		e.effects = newTwoEffects(d.Effects[0].Codes, d.Effects[0].Levels, nil, 0, d.Weights)
	default:
		e.effects = newTwoEffects(d.Effects[0].Codes, d.Effects[0].Levels, d.Effects[1].Codes, d.Effects[1].Levels, d.Weights)
	}
	p := &vcov.Problem{N: d.N, K: len(m.Kept) + 1}
	if d.Intercept {
		p.K++
	}
	for _, f := range d.Effects {
		p.Effects = append(p.Effects, vcov.Effect{Codes: f.Codes, Levels: f.Levels, Intercept: f.Intercept, Slopes: len(f.Slopes)})
	}
	n, k := float64(d.N), float64(p.Full())
	e.df, e.dft, e.factor = n-k, n-k, n/(n-k)
	if spec.Type == vcov.Cluster {
		smallest := math.Inf(1)
		var codings [][]int32
		for set := 1; set < 1<<len(spec.By); set++ {
			v := way{sign: -1}
			for i, name := range spec.By {
				if set&(1<<i) == 0 {
					continue
				}
				v.sign = -v.sign
				codes, g, err := d.Codes(name)
				if err != nil {
					return nil, err
				}
				if v.codes == nil {
					v.codes, v.levels = codes, g
				} else {
					v.codes, v.levels = panel.Cross(v.codes, v.levels, codes, g)
				}
				if set == 1<<i {
					smallest = math.Min(smallest, float64(g))
					codings = append(codings, codes)
				}
			}
			e.ways = append(e.ways, v)
		}
		k := float64(p.Nonnested(codings))
		e.dft = smallest - 1
		e.factor = smallest / (smallest - 1) * (n - 1) / (n - k)
	}
	return e, nil
}

// orthonormalise turns the demeaned controls into an orthonormal basis in the weighted inner product, twice over for
// accuracy (modified Gram-Schmidt with reorthogonalisation).
func (e *engine) orthonormalise(m *regress.Model) {
	for _, j := range m.Kept {
		x := m.Within().Column(j + 1)
		for range 2 {
			for _, q := range e.q {
				s := e.dot(q, x)
				blas64.Axpy(-s, vec(q), vec(x))
			}
		}
		blas64.Scal(1/math.Sqrt(e.dot(x, x)), vec(x))
		e.q = append(e.q, x)
	}
}

func vec(x []float64) blas64.Vector { return blas64.Vector{N: len(x), Data: x, Inc: 1} }

func (e *engine) dot(x, y []float64) float64 {
	if e.w == nil {
		return blas64.Dot(vec(x), vec(y))
	}
	s := 0.0
	for i, w := range e.w {
		s += w * x[i] * y[i]
	}
	return s
}

func newTwoEffects(a []int32, na int, b []int32, nb int, w []float64) twoEffects {
	t := twoEffects{a: a, b: b, na: na, nb: nb, weightA: make([]float64, na), oneDimension: b == nil}
	weight := func(i int) float64 {
		if w == nil {
			return 1
		}
		return w[i]
	}
	for i, c := range a {
		t.weightA[c] += weight(i)
	}
	if t.oneDimension {
		return t
	}
	t.cell, t.shared = make([]float64, na*nb), make([]float64, na*nb)
	schur := mat.NewSymDense(nb, nil)
	for i, c := range a {
		t.cell[int(c)*nb+int(b[i])] += weight(i)
	}
	for u := range na {
		row := t.cell[u*nb : (u+1)*nb]
		for i, x := range row {
			if x == 0 {
				continue
			}
			t.shared[u*nb+i] = x / t.weightA[u]
			schur.SetSym(i, i, schur.At(i, i)+x)
			for j := i; j < nb; j++ {
				schur.SetSym(i, j, schur.At(i, j)-x*row[j]/t.weightA[u])
			}
		}
	}
	t.pseudo = pseudoInverse(schur)
	return t
}

// pseudoInverse of a symmetric positive semi-definite matrix, by its eigenvectors.
func pseudoInverse(s *mat.SymDense) *mat.SymDense {
	n := s.SymmetricDim()
	var eig mat.EigenSym
	eig.Factorize(s, true)
	values := eig.Values(nil)
	var q mat.Dense
	eig.VectorsTo(&q)
	out := mat.NewSymDense(n, nil)
	for k, l := range values {
		if l > 1e-10*values[n-1] {
			out.SymRankOne(out, 1/l, q.ColView(k))
		}
	}
	return out
}

func (e *engine) newDraws() *draws {
	t := &e.effects
	d := &draws{rowsA: make([]float64, t.na), rowsB: make([]float64, t.nb), r: make([]float64, t.nb), theta: make([]float64, t.nb),
		alpha: make([]float64, t.na), c: make([]float64, len(e.q)), dhat: make([]float64, e.n), score: make([]float64, e.n)}
	for _, w := range e.ways {
		d.sums = append(d.sums, make([]float64, w.levels))
	}
	return d
}

// estimate is the coefficient of the 0/1 column that is 1 in the rows given, and, if wanted, its t statistic. ok is false
// if the effects and controls leave nothing of the column.
func (e *engine) estimate(rows []int32, d *draws, wantT bool) (b, t float64, ok bool) {
	dy, dd, ok := e.project(rows, d)
	if !ok {
		return 0, 0, false
	}
	b = dy / dd
	if !wantT {
		return b, 0, true
	}
	return b, b / math.Sqrt(e.variance(rows, d, b, dd)), true
}

// project is Σ w d̂ y and Σ w d̂² of the column that is 1 in the rows given, net of effects and controls; ok is false if
// nothing of it is left.
func (e *engine) project(rows []int32, d *draws) (dy, dd float64, ok bool) {
	if e.whole != nil {
		return e.projectWhole(rows, d)
	}
	x := &e.effects
	for _, u := range d.touched {
		d.rowsA[u] = 0
	}
	d.touched = d.touched[:0]
	clear(d.rowsB)
	clear(d.c)
	for _, r := range rows {
		w := 1.0
		if e.w != nil {
			w = e.w[r]
		}
		if d.rowsA[x.a[r]] == 0 {
			d.touched = append(d.touched, x.a[r])
		}
		d.rowsA[x.a[r]] += w
		if !x.oneDimension {
			d.rowsB[x.b[r]] += w
		}
		dy += w * e.y[r]
		dd += w
	}
	for k, q := range e.q {
		s := 0.0
		if e.w == nil {
			for _, r := range rows {
				s += q[r]
			}
		} else {
			for _, r := range rows {
				s += e.w[r] * q[r]
			}
		}
		d.c[k] = s
	}
	raw := dd
	copy(d.r, d.rowsB)
	for _, u := range d.touched {
		dd -= d.rowsA[u] * d.rowsA[u] / x.weightA[u]
		if !x.oneDimension {
			blas64.Axpy(-d.rowsA[u], vec(x.shared[int(u)*x.nb:int(u+1)*x.nb]), vec(d.r))
		}
	}
	if !x.oneDimension {
		blas64.Symv(1, x.pseudo.RawSymmetric(), vec(d.r), 0, vec(d.theta))
		dd -= blas64.Dot(vec(d.r), vec(d.theta))
	}
	for _, c := range d.c {
		dd -= c * c
	}
	return dy, dd, dd > 1e-10*raw
}

// projectWhole is project by way of the whole column, whatever the effects.
func (e *engine) projectWhole(rows []int32, d *draws) (dy, dd float64, ok bool) {
	column, raw := make([]float64, e.n), 0.0
	for _, r := range rows {
		column[r] = 1
	}
	raw = e.dot(column, column)
	within, err := e.whole.Within([][]float64{column})
	if err != nil {
		return 0, 0, false
	}
	copy(d.dhat, within.Column(0))
	for _, q := range e.q {
		blas64.Axpy(-e.dot(q, d.dhat), vec(q), vec(d.dhat))
	}
	dy, dd = e.dot(d.dhat, e.y), e.dot(d.dhat, d.dhat)
	return dy, dd, dd > 1e-10*raw
}

// variance of the coefficient b under the model's covariance; a multi-way one is not repaired where the matrix of all
// coefficients would be (vcov.Positive), which needs the controls' part too. d holds the projections of the column, dd its squared length net of everything.
func (e *engine) variance(rows []int32, d *draws, b, dd float64) float64 {
	if e.vcov == vcov.IID {
		return (e.yy - b*b*dd) / e.df / dd
	}
	e.residualise(rows, d)
	// scores w d̂ (y - b d̂)
	for i, x := range d.dhat {
		d.score[i] = x * (e.y[i] - b*x)
	}
	if e.w != nil {
		for i, w := range e.w {
			d.score[i] *= w
		}
	}
	meat := 0.0
	if e.vcov == vcov.Hetero {
		meat = blas64.Dot(vec(d.score), vec(d.score))
	}
	for k, w := range e.ways {
		sums := d.sums[k]
		clear(sums)
		for i, c := range w.codes {
			sums[c] += d.score[i]
		}
		meat += w.sign * blas64.Dot(vec(sums), vec(sums))
	}
	return math.Max(meat, 0) * e.factor / (dd * dd)
}

// residualise fills dhat with the column net of effects and controls.
func (e *engine) residualise(rows []int32, d *draws) {
	if e.whole != nil { // projectWhole has
		return
	}
	x := &e.effects
	clear(d.alpha)
	for _, u := range d.touched {
		d.alpha[u] = d.rowsA[u] / x.weightA[u]
	}
	if x.oneDimension {
		for i, u := range x.a {
			d.dhat[i] = -d.alpha[u]
		}
	} else {
		shares := blas64.General{Rows: x.na, Cols: x.nb, Stride: x.nb, Data: x.shared}
		blas64.Gemv(blas.NoTrans, -1, shares, vec(d.theta), 1, vec(d.alpha))
		for i, u := range x.a {
			d.dhat[i] = -d.alpha[u] - d.theta[x.b[i]]
		}
	}
	for _, r := range rows {
		d.dhat[r]++
	}
	for k, q := range e.q {
		blas64.Axpy(-d.c[k], vec(q), vec(d.dhat))
	}
}

// compareWith keeps the residual of the true treatment, whose rows are given, for pair.
func (e *engine) compareWith(rows []int32) bool {
	d := e.newDraws()
	if _, _, ok := e.project(rows, d); !ok {
		return false
	}
	e.residualise(rows, d)
	e.other = d.dhat
	e.yo, e.oo = e.dot(e.y, e.other), e.dot(e.other, e.other)
	return true
}

// pair is what the column that is 1 in the rows given says of the outcome and of the true treatment; variances only if wanted.
func (e *engine) pair(rows []int32, d *draws, variances bool) (x drawn, ok bool) {
	dy, dd, ok := e.project(rows, d)
	if !ok {
		return x, false
	}
	for _, r := range rows {
		if e.w == nil {
			x.c += e.other[r]
		} else {
			x.c += e.w[r] * e.other[r]
		}
	}
	x.b, x.c = dy/dd, x.c/dd
	if !variances {
		return x, true
	}
	if e.vcov == vcov.IID {
		f := 1 / (e.df * dd)
		x.v0, x.v1, x.v2 = f*(e.yy-x.b*x.b*dd), f*(e.yo-x.b*x.c*dd), f*(e.oo-x.c*x.c*dd)
		return x, true
	}
	e.residualise(rows, d)
	if d.score2 == nil {
		d.score2, d.sums2 = make([]float64, e.n), make([][]float64, len(e.ways))
		for k, w := range e.ways {
			d.sums2[k] = make([]float64, w.levels)
		}
	}
	for i, h := range d.dhat {
		w := h
		if e.w != nil {
			w *= e.w[i]
		}
		d.score[i], d.score2[i] = w*(e.y[i]-x.b*h), w*(e.other[i]-x.c*h)
	}
	f := e.factor / (dd * dd)
	add := func(sign float64, s, s2 []float64) {
		x.v0 += sign * f * blas64.Dot(vec(s), vec(s))
		x.v1 += sign * f * blas64.Dot(vec(s), vec(s2))
		x.v2 += sign * f * blas64.Dot(vec(s2), vec(s2))
	}
	if e.vcov == vcov.Hetero {
		add(1, d.score, d.score2)
	}
	for k, w := range e.ways {
		clear(d.sums[k])
		clear(d.sums2[k])
		for i, c := range w.codes {
			d.sums[k][c] += d.score[i]
			d.sums2[k][c] += d.score2[i]
		}
		add(w.sign, d.sums[k], d.sums2[k])
	}
	return x, true
}

// pValue is the two-sided p of a t statistic.
func (e *engine) pValue(t float64) float64 { return distribution.TwoSidedT(t, e.dft) }
