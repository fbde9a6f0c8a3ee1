package regress

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/distribution"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// Spec asks for a regression.
type Spec struct {
	Formula string             // fixest's syntax; may stand for several regressions
	Parsed  []*formula.Formula // instead of Formula, when it is parsed already
	Vcov    vcov.Spec          // zero: iid
	Level   float64            // of the intervals; zero: 0.95
	Design  design.Options
}

// Estimate runs the regressions of spec on p by least squares with the fixed effects absorbed, one Fit for each in the
// order of formula.ParseAll. Conventions are fixest 0.14's: singletons removed recursively, degrees of freedom, R².
//
// Errors: *formula.SyntaxError and *evaluate.Error with a place in the formula; *panel.UnknownVariable,
// *design.AllRowsDropped, *NoVariation, *TooFewRows, *vcov.TooFewClusters and others that say what to mend.
func Estimate(p *panel.Panel, s Spec) ([]*Fit, error) {
	formulas := s.Parsed
	if formulas == nil {
		var err error
		if formulas, err = formula.ParseAll(s.Formula); err != nil {
			return nil, err
		}
	}
	fits := make([]*Fit, len(formulas))
	for i, f := range formulas {
		m, err := Run(p, f, s)
		if err != nil {
			return nil, err
		}
		if fits[i], err = m.Fit(s.Vcov, s.Level); err != nil {
			return nil, err
		}
		fits[i].Weights, fits[i].Singletons = s.Design.Weights, s.Design.KeepSingletons
		if s.Design.If != nil {
			fits[i].If = s.Design.If.String()
		}
	}
	return fits, nil
}

// Run builds and solves one regression, leaving the covariance for Model.Fit.
func Run(p *panel.Panel, f *formula.Formula, s Spec) (*Model, error) {
	o := s.Design
	o.Require = append(append([]string(nil), o.Require...), s.Vcov.Needs()...)
	d, err := design.Build(p, f, o)
	if err != nil {
		return nil, err
	}
	if len(d.X) == 0 && !d.Intercept && len(d.Effects) == 0 {
		return nil, fmt.Errorf("the formula %s has nothing on its right side", f)
	}
	return Solve(d)
}

// Fit makes the plain result with the covariance asked for; level 0 means 0.95.
func (m *Model) Fit(spec vcov.Spec, level float64) (*Fit, error) {
	if level == 0 {
		level = 0.95
	}
	if !(level > 0 && level < 1) {
		return nil, fmt.Errorf("the level of the intervals is %g; it lies between 0 and 1, as 0.95", level)
	}
	d := m.Design
	problem := m.problem()
	full := problem.Full()
	if full >= d.N {
		return nil, &TooFewRows{d.N, full}
	}
	cov, err := vcov.Estimate(problem, spec, level)
	if stopped := d.Stopped(); stopped != nil {
		return nil, stopped
	}
	if err != nil {
		return nil, err
	}
	f := &Fit{
		Method: "ols", Formula: d.Formula.String(), Outcome: d.Outcome,
		Vcov: Info(spec, cov),
		N:    d.N, Dropped: d.Dropped, Collinear: append([]string{}, m.Collinear...),
		SSR: m.SSR, RMSE: math.Sqrt(m.SSR / m.SumW), DFResid: float64(d.N - full), DFT: cov.DF, Level: level,
	}
	m.fillR2(f, full)
	m.fillCoefficients(f, cov)
	for _, e := range d.Effects {
		name := e.Name
		f.FixedEffects = append(f.FixedEffects, Level{name, e.Levels})
	}
	f.Notes = append(append(f.Notes, d.Notes...), cov.Notes...)
	m.notice(f)
	return f, nil
}

// fillR2 follows fixest: SSR over the total sum of squares, weighted; within: over that of the demeaned outcome. Without
// an intercept the total is about zero, as R's lm has it.
func (m *Model) fillR2(f *Fit, full int) {
	n, k := float64(f.N), float64(len(m.Kept))
	f.R2 = 1 - m.SSR/m.SST
	total := n // degrees of freedom of SST: about the mean one less
	if m.hasConstant() {
		total--
	}
	f.R2Adj = 1 - (m.SSR/(n-float64(full)))/(m.SST/total)
	f.R2Within, f.R2WithinAd = math.NaN(), math.NaN()
	if len(m.Design.Effects) > 0 {
		f.R2Within = 1 - m.SSR/m.SSWithin
		if len(m.Kept) == 0 {
			f.R2Within = 0 // and not what rounding leaves
		}
		f.R2WithinAd = 1 - (m.SSR/(n-float64(full)))/(m.SSWithin/(n-float64(full)+k))
	}
}

// problem hands the regression to vcov with a column of ones before the slopes where there is an intercept or an effect:
// in centred columns it is orthogonal to them, and the constant's covariance follows by a linear map.
func (m *Model) problem() *vcov.Problem {
	d, k := m.Design, len(m.Kept)
	ones := m.hasConstant()
	offset := 0
	if ones {
		offset = 1
	}
	bread := mat.NewSymDense(k+offset, nil)
	if ones {
		bread.SetSym(0, 0, 1/m.SumW)
	}
	for i := range k {
		for j := i; j < k; j++ {
			bread.SetSym(i+offset, j+offset, m.Bread.At(i, j))
		}
	}
	p := &vcov.Problem{N: d.N, K: k, SSR: m.SSR, Bread: bread, Cluster: d.Codes, Values: d.Column, Weights: d.Weights, Ones: ones, Coefs: m.coefficients(), Stop: d.Stop}
	if d.Intercept {
		p.K++
	}
	for _, e := range d.Effects {
		p.Effects = append(p.Effects, vcov.Effect{Codes: e.Codes, Levels: e.Levels, Intercept: e.Intercept, Slopes: len(e.Slopes), Values: e.Slopes})
	}
	p.Scores = func(lo, hi int, dst [][]float64) { m.scores(lo, hi, dst, offset) }
	p.Columns = func(lo, hi int, x [][]float64, e []float64) { m.columns(lo, hi, x, e, offset) }
	return p
}

// coefficients are those of the Fit as combinations of the problem's columns.
func (m *Model) coefficients() []vcov.Coefficient {
	offset := 0
	if m.hasConstant() {
		offset = 1
	}
	var out []vcov.Coefficient
	if m.Design.Intercept {
		out = append(out, vcov.Coefficient{Name: "(Intercept)", Weights: m.constantWeights(), Estimate: m.constant()})
	}
	for i, b := range m.Beta {
		w := make([]float64, len(m.Beta)+offset)
		w[i+offset] = 1
		out = append(out, vcov.Coefficient{Name: m.Design.Terms[m.Kept[i]], Weights: w, Estimate: b})
	}
	return out
}

// EffectiveClusters weighs the clusters for each coefficient; see vcov.Problem.EffectiveClusters.
func (m *Model) EffectiveClusters(codes []int32, groups int) (effective, largest []float64) {
	return m.problem().EffectiveClusters(codes, groups)
}

// constant is ȳ - x̄'β, and constantWeights what it is made of: θ0 - x̄'β.
func (m *Model) constant() float64 {
	b0 := m.means[0]
	for i, j := range m.Kept {
		b0 -= m.means[j+1] * m.Beta[i]
	}
	return b0
}

func (m *Model) constantWeights() []float64 {
	w := make([]float64, len(m.Kept)+1)
	w[0] = 1
	for i, j := range m.Kept {
		w[i+1] = -m.means[j+1]
	}
	return w
}

// columns fills x with ones, if offset is 1, and the kept columns net of the effects, and e with the residuals.
func (m *Model) columns(lo, hi int, x [][]float64, e []float64, offset int) {
	held := m.borrow()
	defer m.pool.Put(held)
	cols := held.view
	copy(cols, held.cols)
	for i, j := range m.Kept {
		cols[j+1] = x[i+offset]
	}
	m.within.Block(lo, hi, cols)
	copy(e[:hi-lo], cols[0])
	m.residual(e[:hi-lo], cols)
	if offset == 1 {
		for r := range hi - lo {
			x[0][r] = 1
		}
	}
}

func (m *Model) hasConstant() bool { return m.Design.Intercept || len(m.Design.Effects) > 0 }

// scores fills w e, if offset is 1, and w e x̃ of the kept columns.
func (m *Model) scores(lo, hi int, dst [][]float64, offset int) {
	held := m.borrow()
	defer m.pool.Put(held)
	cols := held.view
	copy(cols, held.cols)
	for i, j := range m.Kept {
		cols[j+1] = dst[i+offset]
	}
	m.within.Block(lo, hi, cols)
	we := cols[0][:hi-lo]
	m.residual(we, cols)
	if w := m.Design.Weights; w != nil {
		for r := range we {
			we[r] *= w[lo+r]
		}
	}
	for i := range m.Kept {
		s := dst[i+offset][:hi-lo]
		for r, e := range we {
			s[r] *= e
		}
	}
	if offset == 1 {
		copy(dst[0], we)
	}
}

// fillCoefficients maps the covariance of centred coefficients to the terms and the constant: β0 = ȳ - x̄'β.
func (m *Model) fillCoefficients(f *Fit, cov *vcov.Result) {
	k := len(m.Kept)
	m.withoutRounding(f, cov)
	tests := cov.Tests
	row := func(term string, b, variance float64) Coef {
		se := math.Sqrt(variance) // NaN where clusters several ways give a negative variance: no error, not an error of zero
		t := b / se
		if variance == 0 {
			nan := math.NaN()
			return Coef{term, b, nan, nan, nan, nan, nan, 0}
		}
		c := Coef{Term: term, Estimate: b, StdError: se, Statistic: t, PValue: distribution.TwoSidedT(t, cov.DF)}
		half := distribution.CriticalT(f.Level, cov.DF) * se
		c.ConfLow, c.ConfHigh = b-half, b+half
		return c
	}
	tested := func(c Coef) Coef {
		if len(tests) > 0 {
			c.PValue, c.ConfLow, c.ConfHigh, c.DF = tests[0].P, tests[0].Low, tests[0].High, tests[0].DF
			tests = tests[1:]
		}
		return c
	}
	v := cov.V
	var intercept *float64 // a coefficient among the others, so its error too is of the covariance made positive below
	if m.hasConstant() {
		v = m.withConstant(cov.V)
		b0 := m.constant()
		constant := row("(Intercept)", b0, v.At(0, 0))
		if m.Design.Intercept {
			intercept = &b0
		} else {
			if cov.Tests == nil { // else it has no test of its own kind
				f.Constant = &constant
			}
			slopes := mat.NewSymDense(max(k, 1), nil)
			for i := range k {
				for j := i; j < k; j++ {
					slopes.SetSym(i, j, v.At(i+1, j+1))
				}
			}
			v = slopes
		}
	}
	if (len(cov.Clusters) > 1 || cov.Indefinite) && k > 0 {
		var changed bool
		if v, changed = vcov.Positive(v, m.units(v.SymmetricDim())); changed && cov.Indefinite {
			f.Notes = append(f.Notes, "the spatial covariance was not positive definite, as a uniform kernel allows; its negative eigenvalues were set to zero, as fixest does")
		} else if changed {
			f.Notes = append(f.Notes, "the multi-way covariance was not positive definite; its negative eigenvalues were set to zero (Cameron, Gelbach & Miller 2011)")
		}
	}
	if intercept != nil {
		f.Coef = append(f.Coef, tested(row("(Intercept)", *intercept, v.At(0, 0))))
	}
	shift := len(f.Coef)
	for i, j := range m.Kept {
		f.Coef = append(f.Coef, tested(row(m.Design.Terms[j], m.Beta[i], v.At(i+shift, i+shift))))
	}
	if f.Coef == nil {
		f.Coef = []Coef{}
	}
	f.V = make([][]float64, len(f.Coef))
	for i := range f.V {
		f.V[i] = make([]float64, len(f.Coef))
		for j := range f.V[i] {
			f.V[i][j] = v.At(i, j)
		}
	}
}

// withoutRounding sets variances to zero of which nothing but rounding is there though residuals are: the scores of the column sum to
// zero in every cluster, as they do where clusters are no more than what the regression fits to them. Such coefficients have no
// standard error instead of one of 1e-16.
func (m *Model) withoutRounding(f *Fit, cov *vcov.Result) {
	if m.SSR <= exactShare*m.SSWithin { // all errors are those of rounding, as a notice says
		return
	}
	bread := m.problem().Bread
	offset := bread.SymmetricDim() - len(m.Kept)
	var names []string
	for i := range bread.SymmetricDim() {
		if cov.V.At(i, i) > roundingShare*bread.At(i, i)*m.SSR || cov.V.At(i, i) < 0 {
			continue
		}
		for j := range bread.SymmetricDim() {
			cov.V.SetSym(i, j, 0)
		}
		if i >= offset {
			names = append(names, m.Design.Terms[m.Kept[i-offset]])
		}
	}
	if len(names) > 0 {
		where := "row"
		if len(cov.Clusters) > 0 {
			where = "cluster"
		}
		f.Notes = append(f.Notes, fmt.Sprintf("no standard error of %s: what the residuals tell of it sums to zero in every %s", strings.Join(names, ", "), where))
	}
}

// units are the sizes of the last k of constant and coefficients: their errors for residuals of variance one.
func (m *Model) units(k int) []float64 {
	bread := m.problem().Bread
	if m.hasConstant() {
		bread = m.withConstant(bread)
	}
	u := make([]float64, k)
	for i := range u {
		at := i + bread.SymmetricDim() - k
		u[i] = math.Sqrt(bread.At(at, at))
	}
	return u
}

// withConstant maps Var(θ0, β) to Var(θ0 - x̄'β, β).
func (m *Model) withConstant(v *mat.SymDense) *mat.SymDense {
	n := v.SymmetricDim()
	j := mat.NewDense(n, n, nil)
	for i := range n {
		j.Set(i, i, 1)
		if i > 0 {
			j.Set(0, i, -m.means[m.Kept[i-1]+1])
		}
	}
	var jv, jvj mat.Dense
	jv.Mul(j, v)
	jvj.Mul(&jv, j.T())
	out := mat.NewSymDense(n, nil)
	for a := range n {
		for b := a; b < n; b++ {
			out.SetSym(a, b, jvj.At(a, b))
		}
	}
	return out
}

// DroppedNotes put into words which rows a sample lost.
func DroppedNotes(d Dropped) (notes []string) {
	for _, c := range []struct {
		n   int
		why string
	}{
		{d.Filtered, "rows left out by if="},
		{d.Beyond, "rows beyond the window left out"},
		{d.ZeroWeight, "rows of weight 0 dropped"},
		{d.Missing, "rows with a missing value dropped"},
		{d.Infinite, "rows with an infinite value dropped"},
		{d.Singleton, "singleton rows dropped (alone in a level of a fixed effect)"},
	} {
		if c.n > 0 {
			notes = append(notes, counting.Sprintf("%d %s", c.n, c.why))
		}
	}
	return notes
}

// notice puts into words what was left out.
func (m *Model) notice(f *Fit) {
	f.Notes = append(f.Notes, DroppedNotes(f.Dropped)...)
	if len(f.Collinear) > 0 {
		f.Notes = append(f.Notes, "left out as collinear: "+strings.Join(f.Collinear, ", "))
	}
	if len(m.Kept) > 0 && m.SSR <= exactShare*m.SSWithin {
		f.Notes = append(f.Notes, fmt.Sprintf("the regression explains %s entirely; its standard errors and tests are those of rounding", f.Outcome))
	}
	if r := m.within.Report(); r.Iterations > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("fixed effects by %s: %d iterations, relative residual %.1e", r.Method, r.Iterations, r.Residual))
	}
	if len(m.Design.Effects) == 2 && len(m.absorber.Components()) > 0 {
		if c := m.absorber.Components()[0]; c > 1 {
			f.Notes = append(f.Notes, fmt.Sprintf("the fixed effects fall into %d unconnected groups; degrees of freedom count them as connected, as fixest does", c))
		}
	}
}
