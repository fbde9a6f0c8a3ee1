package placebo

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
	"github.com/seed2d25c7c2/didnb/didkit/internal/parallel"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// Randomisation tunes randomisation inference. The zero value compares coefficients over 9,999 draws of the clusters of
// the model's errors, or of units where the treatment differs within these.
type Randomisation struct {
	Reps     int    // draws; 0: DefaultReps. Where there are no more assignments than that, each is taken once
	Seed     uint64 // 0: 1
	Stat     Stat
	Assign   string                // variable of the groups that the treatment is assigned to
	Progress func(done, total int) // may be nil; called from one goroutine at a time
}

// DefaultReps are the draws of randomisation inference on a regression; DefaultReestimations where each draw estimates
// a method of staggered adoption anew.
const (
	DefaultReps          = 9999
	DefaultReestimations = 999
)

func (o Randomisation) filled(reps int) (Randomisation, error) {
	if o.Reps == 0 {
		o.Reps = reps
	}
	if o.Seed == 0 {
		o.Seed = 1
	}
	if o.Stat == "" {
		o.Stat = Coef
	}
	if o.Reps < 1 {
		return o, fmt.Errorf("reps is %d; it must be at least 1", o.Reps)
	}
	return o, nil
}

// Randomise tests that a 0/1 treatment, a term of an estimated regression, has no effect on anyone, by what the regression
// gives when the treatment is assigned anew: its values, or with staggered adoption its dates, are permuted over groups
// (Fisher 1935; Young 2019). p is the share of assignments, the true one among them, with a coefficient, or a t statistic,
// as far from zero. The interval holds the effects τ, the same for all treated rows, that are not rejected when y − τD takes
// the place of the outcome. o names the fit's rows, weights and condition. Only the treatment's column changes between
// draws, so that a draw costs its treated rows.
func Randomise(ctx context.Context, p *panel.Panel, fit *regress.Fit, treat string, d design.Options, o Randomisation) (*regress.Inference, error) {
	o, err := o.filled(DefaultReps)
	if err != nil {
		return nil, err
	}
	spec, errors := specOf(fit), true
	switch spec.Type {
	case vcov.IID, vcov.Hetero, vcov.Cluster:
	default:
		if o.Stat == T {
			return nil, &NoDraws{spec.String()}
		}
		spec, errors = vcov.Spec{Type: vcov.IID}, false
	}
	m, err := regress.Without(p, fit, treat, d, spec)
	if err != nil {
		return nil, err
	}
	if len(m.Design.Effects) == 0 && !m.Design.Intercept {
		return nil, fmt.Errorf("a regression without an intercept has nothing to compare assignments of %s by", treat)
	}
	e, err := newEngine(m, spec)
	if err != nil {
		return nil, err
	}
	g, err := assignment(p, m.Design, treat, o.Assign, fit.Vcov)
	if err != nil {
		return nil, err
	}
	truth := g.assigned(g.starts, nil)
	if !e.compareWith(truth) {
		return nil, &regress.NoVariation{Variable: treat, Effects: true}
	}
	s := &statistics{}
	s.actual, _ = e.pair(truth, e.newDraws(), errors)
	s.actual.c, s.actual.v1, s.actual.v2 = 1, 0, 0 // but for rounding
	redrawn, err := s.take(ctx, g, o, func() func([]float64) (drawn, bool) {
		d, rows := e.newDraws(), make([]int32, 0, e.n)
		return func(starts []float64) (drawn, bool) { return e.pair(g.assigned(starts, rows[:0]), d, errors) }
	})
	if err != nil {
		return nil, err
	}
	i := s.inference(g, o, fit.Level, errors)
	i.Term, i.Vcov = formula.Quote(treat), spec.String()
	if !errors {
		i.Vcov = ""
	}
	i.Redrawn = redrawn
	i.Notes = notes(i, fit.Level)
	return i, nil
}

// assignment reads the groups: those named, or the clusters of the errors if the treatment is the same throughout each, or
// the units.
func assignment(p *panel.Panel, d *design.Design, treat, by string, v regress.VcovInfo) (*groups, error) {
	if by == "" && len(v.By) == 1 {
		var varies *VariesWithin
		var none *NothingToPermute
		g, err := newGroups(p, d, treat, v.By[0])
		if !errors.As(err, &varies) && !errors.As(err, &none) {
			return g, err
		}
	}
	return newGroups(p, d, treat, by)
}

// take fills the draws: every assignment, or random ones from numbered streams, so that the number of cores does not show.
// worker makes what one goroutine estimates an assignment by. An assignment that leaves no variation is drawn again and
// counted; one of all is left out.
func (s *statistics) take(ctx context.Context, g *groups, o Randomisation, worker func() func(starts []float64) (drawn, bool)) (redrawn int, err error) {
	all := g.all(o.Reps)
	n := o.Reps
	if all != nil {
		n, s.complete = len(all), true
	}
	s.draws = make([]drawn, n)
	kept := make([]bool, n)
	var again, stuck, done atomic.Int64
	var mu sync.Mutex
	idle := sync.Pool{New: func() any { return worker() }}
	parallel.For(0, n, func(i int) {
		if ctx.Err() != nil || stuck.Load() > 0 {
			return
		}
		estimate := idle.Get().(func([]float64) (drawn, bool))
		defer idle.Put(estimate)
		if all != nil {
			s.draws[i], kept[i] = estimate(all[i])
		} else {
			rng, starts := rand.New(rand.NewPCG(o.Seed, uint64(i))), make([]float64, len(g.starts))
			for try := 0; !kept[i]; try++ {
				if try == 100 {
					stuck.Add(1)
					return
				}
				if s.draws[i], kept[i] = estimate(g.shuffled(rng, starts)); !kept[i] {
					again.Add(1)
				}
			}
		}
		if o.Progress != nil {
			mu.Lock()
			o.Progress(int(done.Add(1)), n)
			mu.Unlock()
		}
	})
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	if stuck.Load() > 0 {
		return 0, fmt.Errorf("a hundred random assignments in a row could not be estimated; name a coarser level by assign=, or another method")
	}
	if all != nil {
		var left []drawn
		for i, k := range kept {
			if k {
				left = append(left, s.draws[i])
			}
		}
		s.draws = left
		return n - len(left), nil
	}
	return int(again.Load()), nil
}

// inference sums the statistics up.
func (s *statistics) inference(g *groups, o Randomisation, level float64, errors bool) *regress.Inference {
	i := &regress.Inference{Method: regress.InferenceRI, Stat: string(o.Stat), By: g.by, Groups: len(g.starts), Treated: g.treated(), Draws: len(s.draws), Complete: s.complete, Seed: o.Seed, PT: math.NaN()}
	i.PCoef = s.p(0)
	if s.t = true; errors {
		i.PT = s.p(0)
	}
	s.t = o.Stat == T
	i.PValue = i.PCoef
	if s.t {
		i.PValue = i.PT
	}
	i.ConfLow, i.ConfHigh = s.interval(level)
	return i
}

// notes are the sentences under a table.
func notes(i *regress.Inference, level float64) []string {
	by, draws := i.By, counting.Sprintf("%d draws, seed %d", i.Draws, i.Seed)
	if by == "" {
		by = "rows"
	}
	if i.Complete {
		draws = fmt.Sprintf("all %d assignments", i.Draws)
	}
	compared, other, p := "coefficients", "t statistics", i.PT
	if i.Stat == string(T) {
		compared, other, p = other, compared, i.PCoef
	}
	out := []string{counting.Sprintf("p and interval of %s are by randomisation inference, comparing %s: its adoption is assigned anew among %d groups of %s, %d of them treated (%s)", i.Term, compared, i.Groups, by, i.Treated, draws)}
	if p == p {
		out = append(out, fmt.Sprintf("comparing %s instead, p of %s is %.3g", other, i.Term, p))
	}
	if i.ConfLow == i.ConfLow {
		out = append(out, "the interval takes the effect to be the same for all")
	} else {
		out[0] = strings.Replace(out[0], "p and interval of "+i.Term+" are", "p of "+i.Term+" is", 1)
		out = append(out, "there is no interval by randomisation inference, as the estimate is not linear in the outcome")
	}
	if least := 1 / float64(i.Draws); i.Complete && least > 1-level {
		out = append(out, fmt.Sprintf("p can't be below 1/%d, as many assignments as there are, so that nothing is rejected at %.3g %%", i.Draws, 100*(1-level)))
	} else if least := 1 / float64(i.Draws+1); !i.Complete && least > 1-level {
		out = append(out, fmt.Sprintf("p can't be below 1/%d with %d draws, so that nothing is rejected at %.3g %%; reps= asks for more", i.Draws+1, i.Draws, 100*(1-level)))
	}
	if i.Redrawn > 0 {
		out = append(out, fmt.Sprintf("%d assignments could not be estimated", i.Redrawn))
	}
	return out
}
