// Package power simulates the power of a difference-in-differences design: the panel's units, adoption dates, effects and
// controls as they are, noise like its residuals, the model's own estimator and errors.
package power

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// TwoWay is the method of the two-way regression.
const TwoWay did.Method = "twfe"

// Options say what is simulated. The zero value is 1,000 draws of the two-way regression, 200 of other methods, with seed 1, noise of whole units' residuals, one and the
// same effect, effects chosen around the minimum detectable one, a test at 5 % and a power of 0.8.
type Options struct {
	Effects  []float64 // average effects of the curve
	Path     []float64 // effect at event times 0, 1, 2 …, the last value for all later ones; its scale is of no matter
	OwnPath  bool      // the path is the estimated one of the model's own event study
	Noise    Noise
	Reps     int
	Seed     uint64
	Alpha    float64
	Power    float64
	Treated  []int                 // numbers of treated units to simulate beside the panel's own
	Progress func(done, total int) // may be nil; called from one goroutine at a time
}

func (o *Options) complete(m did.Method) error {
	if o.Reps == 0 {
		if o.Reps = 1000; m != TwoWay {
			o.Reps = 200
		}
	}
	if o.Noise == "" {
		o.Noise = Blocks
	}
	if o.Seed == 0 {
		o.Seed = 1
	}
	if o.Alpha == 0 {
		o.Alpha = 0.05
	}
	if o.Power == 0 {
		o.Power = 0.8
	}
	switch {
	case o.Noise != Blocks && o.Noise != Own && o.Noise != Autoregressive:
		return fmt.Errorf("no noise %q; it is blocks, own or ar", o.Noise)
	case o.Reps < 2:
		return fmt.Errorf("reps is %d; a spread takes two draws at least", o.Reps)
	case !(o.Alpha > 0 && o.Alpha < 1):
		return fmt.Errorf("the level of a test lies between 0 and 1; %g does not", o.Alpha)
	case !(o.Power > o.Alpha && o.Power < 1):
		return fmt.Errorf("the power asked for lies between the level of the test, %g, and 1; %g does not", o.Alpha, o.Power)
	case o.OwnPath && o.Path != nil:
		return fmt.Errorf("the path of effects is given and asked of the model; it is one of them")
	}
	for _, e := range slices.Concat(o.Effects, o.Path) {
		if math.IsNaN(e) || math.IsInf(e, 0) {
			return fmt.Errorf("an effect of %g is none", e)
		}
	}
	return nil
}

// NoNoise is the error for errors that the draws' noise has nothing to say of.
type NoNoise struct{ Vcov vcov.Spec }

func (e *NoNoise) Error() string {
	if e.Vcov.Type == vcov.Cluster {
		return fmt.Sprintf("vcov=%s allows for shocks that units share, which noise drawn by units does not have; cluster by one variable", e.Vcov)
	}
	return fmt.Sprintf("power is simulated with errors that are iid, hetero or clustered by one variable, which follow from each draw at once; the model's are %s", e.Vcov)
}

// Simulate draws the power of the test that the treatment has no effect, in the design of s on p. A draw is noise on the
// rows of the model; estimator and errors are those of s. Because estimates are linear in the outcome, and variances
// quadratic, a draw tells of every effect at once: the curve has the same noise at all effects, and the minimum detectable
// effect is found on the draws without further ones. Draws are numbered streams of a PCG generator: the same seed gives
// the same numbers on any number of cores. An effect is the average over treated rows.
func Simulate(ctx context.Context, p *panel.Panel, s did.StaggeredSpec, o Options) (*Result, error) {
	if s.Method == "" {
		s.Method = TwoWay
	}
	if err := o.complete(s.Method); err != nil {
		return nil, err
	}
	if s.Design.Stop == nil {
		s.Design.Stop = ctx.Err
	}
	if err := admits(s); err != nil {
		return nil, err
	}
	st, err := newStudy(p, s, o)
	if err != nil {
		return nil, err
	}
	total, done := o.Reps*(1+len(o.Treated)), 0
	var mu sync.Mutex
	step := func(n int) {
		mu.Lock()
		defer mu.Unlock()
		done += n
		if o.Progress != nil {
			o.Progress(done, total)
		}
	}
	own, err := st.as(p, nil, st.where, identity(st.where.units), st.noise.block)
	if err != nil {
		return nil, err
	}
	d, err := own.simulate(ctx, step)
	if err != nil {
		return nil, err
	}
	r := st.result(d)
	if note := st.noiseNote(own.target.signed()); note != "" {
		r.Notes = append(r.Notes, note)
	}
	if note := st.apart(r); note != "" {
		r.Notes = append(r.Notes, note)
	}
	for _, n := range o.Treated {
		q, keep, w, source, err := st.resized(n)
		if err != nil {
			return nil, err
		}
		other, err := st.as(q, keep, w, source, identity(w.units))
		if err != nil {
			return nil, err
		}
		other.target.peers = map[float64][]int32{}
		for u, g := range st.noise.start {
			if g == g {
				other.target.peers[g] = append(other.target.peers[g], int32(u))
			}
		}
		d, err := other.simulate(ctx, step)
		if err != nil {
			return nil, fmt.Errorf("with %d treated units: %w", n, err)
		}
		sd, _ := d.spread()
		r.Sizes = append(r.Sizes, Sized{Treated: n, Units: w.units, SD: sd, Size: d.share(0), MDE: d.mde(o.Power)})
	}
	return r, nil
}

func identity(n int) []int32 {
	out := make([]int32, n)
	for i := range out {
		out[i] = int32(i)
	}
	return out
}

// study is a design with its noise.
type study struct {
	p     *panel.Panel
	s     did.StaggeredSpec
	o     Options
	fit   *regress.Fit // two-way
	m     *regress.Model
	vcov  vcov.Spec
	where where
	noise *series
	path  []float64 // up to scale

	estimate, error float64 // of the model as it is
	df              float64
	atEnd           bool
}

func newStudy(p *panel.Panel, s did.StaggeredSpec, o Options) (*study, error) {
	st := &study{p: p, s: s, o: o, df: math.Inf(1), path: []float64{1}}
	var err error
	if _, st.vcov, err = s.Prepared(p); err != nil {
		return nil, err
	}
	switch st.vcov.Type {
	case vcov.IID, vcov.Hetero:
	case vcov.Cluster:
		if len(st.vcov.By) > 1 {
			return nil, &NoNoise{st.vcov}
		}
	default:
		return nil, &NoNoise{st.vcov}
	}
	two := s.Spec
	two.Vcov = st.vcov
	if st.fit, st.m, err = did.TWFEModel(p, two); err != nil {
		return nil, err
	}
	if err := st.own(); err != nil {
		return nil, err
	}
	timing, err := did.TimingOf(p, s.Treat, s.AllowReversal)
	if err != nil {
		return nil, err
	}
	st.where = locate(p, st.m)
	if st.noise, err = residuals(p, two, st.m, timing, st.where); err != nil {
		return nil, err
	}
	if treated, _ := st.noise.spreads(); o.Noise == Own && treated.units == 1 && !st.noise.signs {
		return nil, fmt.Errorf("one unit alone is treated, and its effect is taken off its own residuals, so that noise=own leaves none of its noise; noise=blocks draws from all units")
	}
	rho, atEnd := st.noise.correlation()
	st.noise.rho, st.atEnd = rho, atEnd
	if o.Noise == Autoregressive {
		if rho != rho {
			return nil, fmt.Errorf("no two neighbouring periods are seen of any unit, so there is no correlation to estimate; noise=blocks needs none")
		}
		st.noise.own = st.noise.deviations(rho)
		for u, b := range st.noise.block {
			if int(b) != u {
				return nil, fmt.Errorf("errors are clustered by %s, and noise=ar draws each unit by itself; noise=blocks keeps a cluster's units together", st.vcov.By[0])
			}
		}
	}
	return st, nil
}

// own estimates the model as it is, and its path of effects where that is asked for.
func (st *study) own() error {
	if st.s.Method == TwoWay {
		c, _ := st.fit.Coefficient(formula.Quote(st.s.Treat))
		st.estimate, st.error, st.df = c.Estimate, c.StdError, st.fit.DFT
		if !st.o.OwnPath {
			return st.given()
		}
		es, err := did.EventStudy(st.p, did.EventSpec{Spec: st.s.Spec})
		if err != nil {
			return err
		}
		return st.estimated(es)
	}
	s := st.s
	s.Draws = 0
	r, err := did.Staggered(st.p, s)
	if err != nil {
		return err
	}
	st.estimate, st.error, st.df = r.Overall.Estimate, r.Overall.StdError, r.Fit().DFT
	if !st.o.OwnPath {
		return st.given()
	}
	es, err := r.EventStudy([2]int{})
	if err != nil {
		return err
	}
	return st.estimated(es)
}

func (st *study) given() error {
	if st.o.Path != nil {
		st.path = st.o.Path
	}
	return nil
}

// estimated takes the path from an event study.
func (st *study) estimated(es *did.EventStudyResult) error {
	st.path = nil
	for _, c := range es.Coef {
		if c.EventTime == len(st.path) && !math.IsNaN(c.Estimate) {
			st.path = append(st.path, c.Estimate)
		}
	}
	if len(st.path) == 0 {
		return fmt.Errorf("the model's event study has no effect from adoption on, so there is no path to take from it")
	}
	return nil
}

// experiment is rows that noise is drawn on and what is estimated from them.
type experiment struct {
	target   *target
	simulate func(ctx context.Context, step func(n int)) (*draws, error)
}

// as readies a panel whose units are those of source, and whose rows are those to keep.
func (st *study) as(q *panel.Panel, keep []bool, w where, source, block []int32) (*experiment, error) {
	m, s := st.m, st.s
	s.Vcov = st.vcov
	if q != st.p {
		s.Design.If, s.Design.Rows = nil, keep
		var err error
		if _, m, err = did.TWFEModel(q, s.Spec); err != nil {
			return nil, err
		}
		if m.Design.N != len(w.unit) {
			return nil, fmt.Errorf("copies of units have %d rows where the model has %d", m.Design.N, len(w.unit))
		}
	}
	shape, err := st.shape(q, m)
	if err != nil {
		return nil, err
	}
	t := st.noise.aim(st.o.Noise, w, source, block)
	if st.s.Method == TwoWay {
		e, err := newTwoWay(m, st.s.Treat, st.vcov, shape)
		if err != nil {
			return nil, err
		}
		return &experiment{t, func(ctx context.Context, step func(n int)) (*draws, error) {
			return e.simulate(ctx, t, st.o, st.o.Alpha, step)
		}}, nil
	}
	e, err := newReestimated(q, s, m, shape, st.o.Alpha)
	if err != nil {
		return nil, err
	}
	return &experiment{t, func(ctx context.Context, step func(n int)) (*draws, error) {
		return e.simulate(ctx, t, st.o, st.df, step)
	}}, nil
}

// shape is what an average effect of one over treated rows adds to each row of the model.
func (st *study) shape(q *panel.Panel, m *regress.Model) ([]float64, error) {
	timing, err := did.TimingOf(q, st.s.Treat, st.s.AllowReversal)
	if err != nil {
		return nil, err
	}
	d, err := m.Design.Column(st.s.Treat)
	if err != nil {
		return nil, err
	}
	out := make([]float64, len(d))
	sum, n := 0.0, 0.0
	for k, x := range d {
		if x == 1 {
			since := int(math.Max(0, timing.Event[m.Design.PanelRow(k)]))
			out[k] = st.path[min(since, len(st.path)-1)]
			sum, n = sum+out[k], n+1
		}
	}
	if !(math.Abs(sum) > 1e-10*n) {
		return nil, fmt.Errorf("the path of effects is zero on average over the treated rows, so it has no size to detect")
	}
	for k := range out {
		out[k] *= n / sum
	}
	return out, nil
}

// result puts the draws of the panel's own design together.
func (st *study) result(d *draws) *Result {
	r := &Result{Outcome: st.fit.Outcome, Treatment: st.s.Treat, Formula: st.fit.Formula, Method: string(st.s.Method), Vcov: st.vcov.String(),
		Noise: st.o.Noise, Rho: st.noise.rho, Alpha: st.o.Alpha, Target: st.o.Power, Reps: st.o.Reps, Seed: st.o.Seed,
		N: st.m.Design.N, Units: st.where.units, Estimate: st.estimate, StdError: st.error, DF: d.df, Slope: d.a, Size: d.share(0), MDE: d.mde(st.o.Power)}
	sizes := map[float64]int{}
	for _, g := range st.noise.start {
		if g == g {
			sizes[g]++
			r.Treated++
		}
	}
	for g, n := range sizes {
		r.Cohorts = append(r.Cohorts, Cohort{g, n})
	}
	slices.SortFunc(r.Cohorts, func(a, b Cohort) int {
		if a.Start < b.Start {
			return -1
		}
		return 1
	})
	squares, rows := 0.0, 0.0
	for _, e := range st.noise.at {
		for _, x := range e {
			if x == x {
				squares, rows = squares+x*x, rows+1
			}
		}
	}
	r.NoiseSD = math.Sqrt(squares / rows)
	r.Path = st.normalised()
	r.SD, r.MeanSE = d.spread()
	r.ByFormula = d.byFormula(st.o.Power)
	effects := st.o.Effects
	if effects == nil {
		top := r.MDE.Effect
		if !(top > 0) {
			top = 3 * r.SD
		}
		effects = grid(top)
	}
	r.Curve = d.points(effects)
	st.notes(r, d)
	return r
}

// normalised is the path per unit of the average effect.
func (st *study) normalised() []float64 {
	shape, err := st.shape(st.p, st.m)
	if err != nil {
		return nil
	}
	timing, err := did.TimingOf(st.p, st.s.Treat, st.s.AllowReversal)
	if err != nil {
		return nil
	}
	for k, x := range shape {
		if x != 0 { // the scale shows on any row that is not zero
			since := int(math.Max(0, timing.Event[st.m.Design.PanelRow(k)]))
			scale := x / st.path[min(since, len(st.path)-1)]
			out := make([]float64, len(st.path))
			for i, v := range st.path {
				out[i] = v * scale
			}
			return out
		}
	}
	return nil
}
