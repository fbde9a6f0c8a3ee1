package regress_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"pgregory.net/rapid"

	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// frame is a simulated panel as plain columns, all equally long, which tests transform before they make a Panel of it.
type frame struct {
	names []string
	cols  map[string][]float64
}

// simulate draws a panel of units × periods, some rows of it missing: unit, time, a crossed group g, x1, x2, a staggered
// treatment d, weights w, and y of all of them. x1 is a multiple of 2⁻¹⁰ below 2³ in size, so that adding 2³⁰ to it is exact.
func simulate(rng *rand.Rand, units, periods int, missing float64) *frame {
	f := &frame{cols: map[string][]float64{}}
	add := func(name string, x float64) {
		if _, ok := f.cols[name]; !ok {
			f.names = append(f.names, name)
		}
		f.cols[name] = append(f.cols[name], x)
	}
	period := make([]float64, periods)
	for t := range period {
		period[t] = rng.NormFloat64()
	}
	for u := range units {
		a, start := rng.NormFloat64(), rng.IntN(2*periods)
		for t := range periods {
			if missing > 0 && rng.Float64() < missing {
				continue
			}
			g := rng.IntN(4)
			x1 := math.Round((math.Max(-3, math.Min(3, rng.NormFloat64()))+0.3*a)*1024) / 1024
			x2 := rng.ExpFloat64() + 0.2*period[t]
			d := 0.0
			if t >= start && start > 0 {
				d = 1
			}
			add("unit", float64(100+7*u))
			add("time", float64(2000+t))
			add("g", float64(g))
			add("x1", x1)
			add("x2", x2)
			add("d", d)
			add("w", 0.25+rng.Float64()*3)
			add("y", a+period[t]+0.3*float64(g)+0.5*x1-0.2*x2+0.4*d+rng.NormFloat64())
		}
	}
	return f
}

func (f *frame) rows() int { return len(f.cols["y"]) }

// clone copies the frame.
func (f *frame) clone() *frame {
	c := &frame{names: append([]string(nil), f.names...), cols: map[string][]float64{}}
	for k, v := range f.cols {
		c.cols[k] = append([]float64(nil), v...)
	}
	return c
}

// pick keeps the given rows, in that order.
func (f *frame) pick(rows []int) *frame {
	c := &frame{names: f.names, cols: map[string][]float64{}}
	for k, v := range f.cols {
		for _, r := range rows {
			c.cols[k] = append(c.cols[k], v[r])
		}
	}
	return c
}

// fataler is what tests and properties have in common.
type fataler interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

func (f *frame) panel(t fataler, index ...string) *panel.Panel {
	vars := make([]*panel.Variable, len(f.names))
	for i, name := range f.names {
		vars[i] = &panel.Variable{Name: name, Values: f.cols[name]}
	}
	p, err := panel.New(vars...)
	if err == nil && len(index) == 2 {
		p, err = p.Indexed(index[0], index[1])
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// drawSpec is a regression drawn by rapid: no to three effects, slopes, weights or none, any covariance.
func drawSpec(t *rapid.T) regress.Spec {
	s := regress.Spec{
		Formula: rapid.SampledFrom([]string{
			"y ~ d + x1 + x2",
			"y ~ d + x1 + x2 | unit",
			"y ~ d + x1 + x2 | unit + time",
			"y ~ d + x1 + x2 | unit + time + g",
			"y ~ d + x1 + x2 | unit + time^g",
			"y ~ d + x1 | unit + time + g[x2]",
		}).Draw(t, "formula"),
		Vcov: rapid.SampledFrom([]vcov.Spec{
			{}, {Type: vcov.Hetero}, {Type: vcov.Cluster, By: []string{"unit"}}, {Type: vcov.Cluster, By: []string{"time"}},
			{Type: vcov.Cluster, By: []string{"unit", "g"}},
		}).Draw(t, "vcov"),
	}
	if rapid.Bool().Draw(t, "weighted") {
		s.Design.Weights = "w"
	}
	return s
}

func drawFrame(t *rapid.T) *frame {
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	units := rapid.IntRange(12, 40).Draw(t, "units")
	periods := rapid.IntRange(5, 9).Draw(t, "periods")
	missing := rapid.SampledFrom([]float64{0, 0.1, 0.3}).Draw(t, "missing")
	return simulate(rng, units, periods, missing)
}

// fit is a regression, and of a covariance by several ways of clustering the largest error that any one way gives each
// coefficient. Such a covariance is a sum of those of the ways less those of their crossings, and rounding is of the
// summands' size: what is left of them may be as small as you like, or 0.
type fit struct {
	*regress.Fit
	oneWay map[string]float64 // nil: one way
}

// size is the size of a coefficient's error before the ways cancel out, 0 where it has none.
func (f fit) size(c regress.Coef) float64 {
	return math.Max(orZero(c.StdError), orZero(f.oneWay[c.Term]))
}

func orZero(x float64) float64 {
	if x != x {
		return 0
	}
	return x
}

// estimate fits a regression; a draw with too few rows for its parameters, or none, is skipped.
func estimate(t fataler, p *panel.Panel, s regress.Spec) fit {
	t.Helper()
	fits, err := regress.Estimate(p, s)
	var few *regress.TooFewRows
	var none *design.AllRowsDropped
	if r, drawn := t.(*rapid.T); drawn && (errors.As(err, &few) || errors.As(err, &none)) {
		r.Skip(err)
	}
	if err != nil {
		t.Fatalf("%s: %v", s.Formula, err)
	}
	out := fit{Fit: fits[0]}
	if len(s.Vcov.By) > 1 {
		out.oneWay = map[string]float64{}
		ways := s.Vcov.By
		for _, by := range ways {
			s.Vcov.By = []string{by}
			for _, c := range estimate(t, p, s).Coef {
				out.oneWay[c.Term] = math.Max(out.oneWay[c.Term], orZero(c.StdError))
			}
		}
	}
	return out
}

func mustExpr(t fataler, src string) formula.Expr {
	t.Helper()
	e, err := formula.ParseExpr(src)
	if err != nil {
		t.Fatalf("%s: %v", src, err)
	}
	return e
}

// plain is a spec of a formula and weights with iid errors.
func plain(formula, weights string) regress.Spec {
	return regress.Spec{Formula: formula, Design: design.Options{Weights: weights}}
}

// near tells whether a and b differ by at most tol relative to scale.
func near(a, b, scale, tol float64) bool { return math.Abs(a-b) <= tol*math.Abs(scale) }

// same fails unless both fits have the same numbers, up to rounding: estimates within tol of the larger of the estimate
// and its standard error, variances within 20 tol (errors within 10) of theirs, or of the ways' that they are the sum of.
func same(t fataler, what string, got, want fit, tol float64) {
	t.Helper()
	if got.N != want.N || len(got.Coef) != len(want.Coef) {
		t.Fatalf("%s: got %d rows and %d coefficients, want %d and %d", what, got.N, len(got.Coef), want.N, len(want.Coef))
	}
	for _, w := range want.Coef {
		g, ok := got.Coefficient(w.Term)
		if !ok {
			t.Fatalf("%s: no coefficient %s", what, w.Term)
		}
		if !near(g.Estimate, w.Estimate, math.Max(math.Abs(w.Estimate), want.size(w)), tol) {
			t.Fatalf("%s: %s: got %.17g, want %.17g", what, w.Term, g.Estimate, w.Estimate)
		}
		if math.IsNaN(w.StdError) && math.IsNaN(g.StdError) {
			continue
		}
		if size := want.size(w); !near(orZero(g.StdError*g.StdError), orZero(w.StdError*w.StdError), size*size, 20*tol) {
			t.Fatalf("%s: standard error of %s: got %.17g, want %.17g", what, w.Term, g.StdError, w.StdError)
		}
	}
	for _, x := range []struct {
		name      string
		got, want float64
	}{{"r2", got.R2, want.R2}, {"r2_adj", got.R2Adj, want.R2Adj}, {"r2_within", got.R2Within, want.R2Within}, {"df_t", got.DFT, want.DFT}} {
		if !near(x.got, x.want, 1, 1e-8) && !(math.IsNaN(x.got) && math.IsNaN(x.want)) {
			t.Fatalf("%s: %s: got %.17g, want %.17g", what, x.name, x.got, x.want)
		}
	}
}

// bits writes every number of a fit in hexadecimal.
func bits(f *regress.Fit) string {
	s := fmt.Sprintf("%d %x %x %x %x %x %x", f.N, f.R2, f.R2Adj, f.R2Within, f.RMSE, f.SSR, f.V)
	for _, c := range f.Coef {
		s += fmt.Sprintf("\n%s %x %x %x %x %x %x", c.Term, c.Estimate, c.StdError, c.Statistic, c.PValue, c.ConfLow, c.ConfHigh)
	}
	if f.Constant != nil {
		s += fmt.Sprintf("\nconstant %x %x", f.Constant.Estimate, f.Constant.StdError)
	}
	return s
}
