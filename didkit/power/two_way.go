package power

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/blas/blas64"

	"github.com/seed2d25c7c2/didnb/didkit/distribution"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/parallel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// twoWay re-estimates a two-way model on new outcomes by Frisch, Waugh & Lovell: the treatment's column net of effects
// and controls is made once, and a draw takes the effects and controls off its noise.
type twoWay struct {
	m      *regress.Model
	d      []float64   // treatment net of effects and controls
	q      [][]float64 // controls net of effects, orthonormal in the weights
	dd     float64     // Σ w d²
	kind   vcov.Type
	codes  []int32 // clusters
	groups int
	factor float64 // small-sample factor
	df     float64 // n - K
	dft    float64

	shape []float64 // what an average effect of one adds to the outcome, net of effects, controls and treatment
	slope float64   // its part along the treatment
}

func newTwoWay(m *regress.Model, treat string, spec vcov.Spec, shape []float64) (*twoWay, error) {
	e := &twoWay{m: m, kind: spec.Type}
	for _, j := range m.Kept {
		x := m.Within().Column(j + 1)
		if m.Design.Terms[j] == formula.Quote(treat) {
			e.d = x
			continue
		}
		for range 2 { // twice, for accuracy
			e.project(x)
		}
		blas64.Scal(1/math.Sqrt(e.dot(x, x)), vec(x))
		e.q = append(e.q, x)
	}
	for range 2 {
		e.project(e.d)
	}
	e.dd = e.dot(e.d, e.d)
	p := &vcov.Problem{N: m.Design.N, K: len(m.Kept)}
	for _, f := range m.Design.Effects {
		p.Effects = append(p.Effects, vcov.Effect{Codes: f.Codes, Levels: f.Levels, Intercept: f.Intercept, Slopes: len(f.Slopes)})
	}
	n, k := float64(m.Design.N), float64(p.Full())
	e.df, e.dft, e.factor = n-k, n-k, n/(n-k)
	if e.kind == vcov.Cluster {
		var err error
		if e.codes, e.groups, err = m.Design.Codes(spec.By[0]); err != nil {
			return nil, err
		}
		g := float64(e.groups)
		e.dft, e.factor = g-1, g/(g-1)*(n-1)/(n-float64(p.Nonnested([][]int32{e.codes})))
	}
	net, err := m.Absorber().Within([][]float64{shape})
	if err != nil {
		return nil, err
	}
	e.shape = net.Column(0)
	e.slope = e.settle(e.shape)
	return e, nil
}

func vec(x []float64) blas64.Vector { return blas64.Vector{N: len(x), Data: x, Inc: 1} }

func (e *twoWay) dot(x, y []float64) float64 {
	if e.m.Design.Weights == nil {
		return blas64.Dot(vec(x), vec(y))
	}
	s := 0.0
	for i, w := range e.m.Design.Weights {
		s += w * x[i] * y[i]
	}
	return s
}

// project takes the controls off x.
func (e *twoWay) project(x []float64) {
	for _, q := range e.q {
		blas64.Axpy(-e.dot(q, x), vec(q), vec(x))
	}
}

// settle turns an outcome net of effects into its residual, and returns the treatment's coefficient.
func (e *twoWay) settle(y []float64) float64 {
	e.project(y)
	b := e.dot(e.d, y) / e.dd
	blas64.Axpy(-b, vec(e.d), vec(y))
	return b
}

// bilinear is the covariance of two estimates whose residuals are x and y, which is the variance where they are the same.
func (e *twoWay) bilinear(x, y []float64) float64 {
	w := e.m.Design.Weights
	weight := func(i int) float64 {
		if w == nil {
			return 1
		}
		return w[i]
	}
	sum := 0.0
	switch e.kind {
	case vcov.Cluster:
		sx, sy := make([]float64, e.groups), make([]float64, e.groups)
		for i, c := range e.codes {
			a := weight(i) * e.d[i]
			sx[c] += a * x[i]
			sy[c] += a * y[i]
		}
		sum = e.factor * blas64.Dot(vec(sx), vec(sy))
	case vcov.Hetero:
		for i := range x {
			a := weight(i) * e.d[i]
			sum += a * a * x[i] * y[i]
		}
		sum *= e.factor
	default:
		return e.dot(x, y) / (e.df * e.dd)
	}
	return sum / (e.dd * e.dd)
}

// batch is how many draws are demeaned together.
const batch = 16

func (e *twoWay) simulate(ctx context.Context, t *target, o Options, alpha float64, step func(n int)) (*draws, error) {
	out := &draws{all: make([]draw, o.Reps), a: e.slope, c: e.bilinear(e.shape, e.shape), critical: distribution.CriticalT(1-alpha, e.dft), df: e.dft}
	if flat := e.dot(e.shape, e.shape); flat <= 1e-20*float64(e.m.Design.N) { // one and the same effect leaves nothing
		out.c = 0
		clear(e.shape)
	}
	parts := (o.Reps + batch - 1) / batch
	errs := make([]error, parts)
	parallel.For(0, parts, func(part int) {
		if ctx.Err() != nil {
			return
		}
		first := part * batch
		cols := make([][]float64, min(batch, o.Reps-first))
		for i := range cols {
			cols[i] = make([]float64, e.m.Design.N)
			t.draw(rand.New(rand.NewPCG(o.Seed, uint64(first+i))), cols[i])
		}
		net, err := e.m.Absorber().Within(cols)
		if err != nil {
			errs[part] = err
			return
		}
		for i := range cols {
			y := net.Column(i)
			x := draw{b: e.settle(y)}
			x.v, x.u = e.bilinear(y, y), e.bilinear(y, e.shape)
			out.all[first+i] = x
		}
		step(len(cols))
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(errs, func(err error) bool { return err != nil }); i >= 0 {
		return nil, errs[i]
	}
	for _, x := range out.all {
		if x.v > 0 {
			return out, nil
		}
	}
	return nil, fmt.Errorf("no draw has noise that the treatment could be told from: the residuals are zero")
}
