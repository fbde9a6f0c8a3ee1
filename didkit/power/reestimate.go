package power

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/parallel"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

// NoPower is the error for a method whose estimates are not linear in the outcome, or take too long to be drawn.
type NoPower struct {
	Method did.Method
	Reason string
}

func (e *NoPower) Error() string {
	return fmt.Sprintf("the power of method=%s is not simulated: %s", e.Method, e.Reason)
}

// admits refuses the methods that can't be estimated anew thousands of times.
func admits(s did.StaggeredSpec) error {
	switch s.Method {
	case TwoWay, did.CallawaySantAnna, did.SunAbraham, did.Imputation, did.TwoStage, did.Stacked, did.LocalProjections, did.Switching:
		return nil
	case did.ExtendedTwoWay:
		if s.Family == "" || s.Family == did.Gaussian {
			return nil
		}
		return &NoPower{s.Method, fmt.Sprintf("family=%s is not linear in the outcome, so that noise can't be added to it; family=gaussian can", s.Family)}
	case did.SyntheticDID, did.SyntheticControl:
		return &NoPower{s.Method, "it finds its weights anew and draws its errors in every estimation; method=cs or imputation on the same design is near"}
	case did.InteractiveEffects, did.MatrixCompletion:
		return &NoPower{s.Method, "it fits its model anew and draws its errors in every estimation; method=imputation is the same without factors"}
	case did.TripleDifference:
		return &NoPower{s.Method, "the noise is that of a model of one treatment, and it has two distinctions; simulate each difference by method=twfe or cs"}
	case did.ContinuousTreatment:
		return &NoPower{s.Method, "the noise is that of a treatment of 0 and 1, and it has doses; simulate the treatment by method=cs"}
	}
	return &NoPower{s.Method, "its estimates are not linear in the outcome, or take long; take twfe, cs, sunab, imputation, did2s, stacked, etwfe, lpdid or dcdh"}
}

// reestimated is a design whose outcome is replaced by noise and estimated by a method of package did.
type reestimated struct {
	p     *panel.Panel
	s     did.StaggeredSpec
	m     *regress.Model
	shape []float64 // what an average effect of one adds to each row of the model
	name  string    // of the outcome
}

func newReestimated(p *panel.Panel, s did.StaggeredSpec, m *regress.Model, shape []float64, alpha float64) (*reestimated, error) {
	e := &reestimated{p: p, s: s, m: m, shape: shape, name: "simulated_outcome"}
	for p.Has(e.name) {
		e.name += "_"
	}
	f, _, err := s.Prepared(p)
	if err != nil {
		return nil, err
	}
	g := *f
	g.Outcome = &formula.Name{Name: e.name}
	e.s.Parsed, e.s.Formula = &g, ""
	e.s.Level, e.s.Draws = 1-alpha, 0
	p.Order()
	return e, nil
}

// estimate is the overall effect on an outcome of noise plus an effect τ on average.
func (e *reestimated) estimate(noise []float64, tau float64) (b, v, critical float64, err error) {
	y := make([]float64, e.p.Rows())
	for i := range y {
		y[i] = math.NaN()
	}
	for k, x := range noise {
		y[e.m.Design.PanelRow(k)] = x + tau*e.shape[k]
	}
	q, err := e.p.With(&panel.Variable{Name: e.name, Values: y})
	if err != nil {
		return 0, 0, 0, err
	}
	r, err := did.Staggered(q, e.s)
	if err != nil {
		return 0, 0, 0, err
	}
	if o := r.Overall; o.StdError > 0 {
		return o.Estimate, o.StdError * o.StdError, (o.ConfHigh - o.Estimate) / o.StdError, nil
	}
	return 0, 0, 0, errors.New("its estimate has no error")
}

// simulate estimates every draw without effect, and, where errors depend on the effect, with one. That gives the estimate
// and the variance under any.
func (e *reestimated) simulate(ctx context.Context, t *target, o Options, df float64, step func(n int)) (*draws, error) {
	out := &draws{all: make([]draw, o.Reps), df: df}
	noise := func(i int) []float64 {
		x := make([]float64, e.m.Design.N)
		t.draw(rand.New(rand.NewPCG(o.Seed, uint64(i))), x)
		return x
	}
	first := noise(0)
	scale := 0.0 // of the effect that is tried: that of the noise
	for _, x := range first {
		scale += x * x / float64(len(first))
	}
	scale = 3 * math.Sqrt(scale)
	if !(scale > 0) {
		return nil, errors.New("no draw has noise that the treatment could be told from: the residuals are zero")
	}
	b, v, critical, err := e.estimate(first, 0)
	if err != nil {
		return nil, err
	}
	above, high, _, err := e.estimate(first, scale)
	if err != nil {
		return nil, err
	}
	_, low, _, err := e.estimate(first, -scale)
	if err != nil {
		return nil, err
	}
	out.critical, out.a = critical, (above-b)/scale
	if c := (high + low - 2*v) / 2; math.Abs(c) > 1e-9*v {
		out.c = c / (scale * scale)
	}
	var mu sync.Mutex
	var failure error
	parallel.For(0, o.Reps, func(i int) {
		mu.Lock()
		stop := failure != nil || ctx.Err() != nil
		mu.Unlock()
		if stop {
			return
		}
		y := noise(i)
		x := draw{}
		var err error
		if x.b, x.v, _, err = e.estimate(y, 0); err == nil && out.c != 0 {
			var with float64
			if _, with, _, err = e.estimate(y, scale); err == nil {
				x.u = (with - x.v - out.c*scale*scale) / (2 * scale)
			}
		}
		if err != nil {
			mu.Lock()
			failure = fmt.Errorf("draw %d can't be estimated: %w", i+1, err)
			mu.Unlock()
			return
		}
		out.all[i] = x
		step(1)
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return out, failure
}
