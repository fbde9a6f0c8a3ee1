package placebo

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// Options say how placebo treatments are drawn. The zero value means 500 draws of random units with seed 1, compared on
// the coefficient.
type Options struct {
	Reps     int
	Seed     uint64 // 0 means 1
	Kind     Kind
	Stat     Stat
	Progress func(done, total int) // may be nil; called from one goroutine at a time
}

// UnsupportedEffects is the error for a model whose fixed effects are not one or two intercepts.
type UnsupportedEffects struct{ Effects int }

func (e *UnsupportedEffects) Error() string {
	return fmt.Sprintf("a placebo test is made for one or two fixed effects without slopes; this model has %d", e.Effects)
}

// Test re-estimates a two-way model under random treatments and says how often they give an estimate as extreme as the
// true one. The treatment's column alone changes between draws, so the outcome and the controls are residualised once
// (Frisch & Waugh 1933, Lovell 1963) and a draw costs its treated rows. Draws are numbered streams of a PCG generator:
// the same seed gives the same numbers on any number of cores. A draw that leaves no variation is drawn again and counted.
func Test(ctx context.Context, p *panel.Panel, s did.Spec, o Options) (*Result, error) {
	if o.Reps == 0 {
		o.Reps = 500
	}
	if o.Reps < 1 {
		return nil, fmt.Errorf("reps is %d; it must be at least 1", o.Reps)
	}
	if o.Seed == 0 {
		o.Seed = 1
	}
	if o.Kind == "" {
		o.Kind = Unit
	}
	if o.Stat == "" {
		o.Stat = Coef
	}
	fit, m, err := models(p, s)
	if err != nil {
		return nil, err
	}
	timing, err := did.TimingOf(p, s.Treat, s.AllowReversal)
	if err != nil {
		return nil, err
	}
	treat, err := m.Design.Column(s.Treat)
	if err != nil {
		return nil, err
	}
	e, err := newEngine(m, fit.Spec)
	if err != nil {
		return nil, err
	}
	a := newAssigner(p, m, timing, treat, o.Kind)
	r := &Result{Kind: o.Kind, Stat: o.Stat, Treatment: s.Treat, Outcome: m.Design.Outcome, Formula: fit.Formula, Vcov: fit.Spec.String(),
		Reps: o.Reps, Seed: o.Seed, N: m.Design.N,
		Estimates: make([]float64, o.Reps), TStatistics: make([]float64, o.Reps), PValues: make([]float64, o.Reps)}
	var ok bool
	if r.Actual, r.ActualT, ok = e.estimate(a.actual(treat), e.newDraws(), true); !ok {
		return nil, &regress.NoVariation{Variable: s.Treat, Effects: true}
	}
	if err := run(ctx, e, a, r, o); err != nil {
		return nil, err
	}
	summarise(r)
	return r, nil
}

// estimated is the true model, of which the placebo needs the words and the covariance.
type estimated struct {
	*regress.Fit
	Spec vcov.Spec
}

// specOf is the covariance of the draws: the model's, where a draw can have it, else the nearest that it can have, clustered
// or heteroskedasticity-robust. The wild bootstrap's t statistics are the clustered ones.
func specOf(f *regress.Fit) vcov.Spec {
	s := f.Vcov.Spec()
	switch s.Type {
	case vcov.WildBoot, vcov.CR2, vcov.CR3:
		return vcov.Spec{Type: vcov.Cluster, By: s.By}
	case vcov.HC2, vcov.HC3:
		return vcov.Spec{Type: vcov.Hetero}
	case vcov.NeweyWest:
		return vcov.Spec{Type: vcov.Cluster, By: []string{s.Serial.Unit}}
	}
	return s
}

// NoDraws is the error for errors that random assignments can't have.
type NoDraws struct{ Vcov string }

func (e *NoDraws) Error() string {
	return fmt.Sprintf("placebo draws have errors that are iid, hetero or clustered, and the model's are %s; estimate it with one of these", e.Vcov)
}

// models estimates the true model, and the outcome's model without the treatment on the same rows.
func models(p *panel.Panel, s did.Spec) (*estimated, *regress.Model, error) {
	fit, err := did.TWFE(p, s)
	if err != nil {
		return nil, nil, err
	}
	switch s := specOf(fit); s.Type {
	case vcov.IID, vcov.Hetero, vcov.Cluster:
	default:
		return nil, nil, &NoDraws{s.String()}
	}
	m, err := regress.Without(p, fit, s.Treat, s.Design, specOf(fit))
	if err != nil {
		return nil, nil, err
	}
	slopes := 0
	for _, e := range m.Design.Effects {
		slopes += len(e.Slopes)
	}
	if n := len(m.Design.Effects); n == 0 || n > 2 || slopes > 0 {
		return nil, nil, &UnsupportedEffects{n}
	}
	return &estimated{fit, specOf(fit)}, m, nil
}

// run fills the draws on all cores; which core takes a draw does not matter to it.
func run(ctx context.Context, e *engine, a *assigner, r *Result, o Options) error {
	identity := make([]int32, a.pool())
	for i := range identity {
		identity[i] = int32(i)
	}
	var next, redrawn, failed atomic.Int64
	var mu sync.Mutex
	done := 0
	worker := func() {
		d, rows, perm := e.newDraws(), make([]int32, 0, e.n), make([]int32, len(identity))
		for {
			i := int(next.Add(1)) - 1
			if i >= o.Reps || ctx.Err() != nil || failed.Load() > 0 {
				return
			}
			rng := rand.New(rand.NewPCG(o.Seed, uint64(i)))
			for try := 0; ; try++ {
				copy(perm, identity)
				b, t, ok := e.estimate(a.draw(rng, rows[:0], perm), d, true)
				if ok {
					r.Estimates[i], r.TStatistics[i], r.PValues[i] = b, t, e.pValue(t)
					break
				}
				if redrawn.Add(1); try == 100 {
					failed.Add(1)
					return
				}
			}
			if o.Progress != nil {
				mu.Lock()
				done++
				o.Progress(done, o.Reps)
				mu.Unlock()
			}
		}
	}
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), o.Reps) {
		wg.Add(1)
		go func() { defer wg.Done(); worker() }()
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	if failed.Load() > 0 {
		return fmt.Errorf("a hundred random treatments in a row left no variation within the fixed effects; kind=%s does not suit this panel", o.Kind)
	}
	r.Redrawn = int(redrawn.Load())
	return nil
}

func summarise(r *Result) {
	draws, actual := r.Estimates, r.Actual
	if r.Stat == T {
		draws, actual = r.TStatistics, r.ActualT
	}
	r.P = sharesOf(draws, actual)
	for _, b := range r.Estimates {
		r.Mean += b / float64(len(r.Estimates))
	}
	for _, b := range r.Estimates {
		r.SD += (b - r.Mean) * (b - r.Mean)
	}
	r.SD = math.Sqrt(r.SD / float64(len(r.Estimates)-1))
	if r.Redrawn > 0 {
		r.Notes = append(r.Notes, counting.Sprintf("%d draws left no variation within the fixed effects and were drawn again", r.Redrawn))
	}
	if r.Kind == Row {
		r.Notes = append(r.Notes, "rows, not units, were drawn: such treatments switch on and off and ignore serial correlation, so the test is too kind to the estimate")
	}
}
