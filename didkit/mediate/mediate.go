package mediate

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/seed2d25c7c2/didnb/didkit/bootstrap"
	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/distribution"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// Spec asks for the mediation of a treatment's effect in a regression.
type Spec struct {
	Formula   string // outcome ~ treatment + controls | effects
	Treatment string // a term of the formula
	Mediators []string
	Vcov      vcov.Spec
	Level     float64 // of the intervals; 0 means 0.95
	Boot      int     // draws; 0 means 1000, negative none
	Seed      uint64  // 0 means 1
	Design    design.Options
	Progress  func(done, total int)
}

// Run estimates, for each mediator M on the rows where M is known, M ~ D + x, y ~ D + x and y ~ D + M + x (Baron & Kenny
// 1986; Gao, Han & Han 2026, eqs. 1-3), the indirect effect ab with Sobel's, Aroian's and Goodman's tests, its cluster
// bootstrap, and its sensitivity to correlated errors (Imai, Keele & Yamamoto 2010, theorem 4). Units are resampled in a
// panel, rows in a cross-section. The effect on M is what a difference-in-differences design identifies; the split
// needs M to be as good as random given treatment and controls, which no such design gives.
func Run(ctx context.Context, p *panel.Panel, s Spec) (*Result, error) {
	if s.Level == 0 {
		s.Level = 0.95
	}
	if s.Boot == 0 {
		s.Boot = 1000
	}
	if s.Seed == 0 {
		s.Seed = 1
	}
	f, err := formula.Parse(s.Formula)
	if err != nil {
		return nil, err
	}
	if !f.Has(s.Treatment) {
		return nil, fmt.Errorf("the treatment %s is no term of %s", s.Treatment, f)
	}
	if len(s.Mediators) == 0 {
		return nil, fmt.Errorf("no mediator is named; say which by via=")
	}
	r := &Result{Outcome: f.Outcome.String(), Treatment: s.Treatment, Formula: f.String(), Vcov: s.Vcov.String(), Boot: max(s.Boot, 0), Seed: s.Seed, Level: s.Level,
		Notes: []string{"the effect on the mediator is identified by the design; the split into direct and indirect effects further assumes that nothing unobserved moves mediator and outcome together"}}
	for i, name := range s.Mediators {
		if err := check(p, f, s, name); err != nil {
			return nil, err
		}
		progress := func(done int) {
			if s.Progress != nil {
				s.Progress(i*r.Boot+done, len(s.Mediators)*r.Boot)
			}
		}
		row, err := one(ctx, p, f, s, name, progress)
		if err != nil {
			return nil, err
		}
		r.Rows = append(r.Rows, *row)
		if row.few != "" && !slices.Contains(r.Notes, row.few) {
			r.Notes = append(r.Notes, row.few)
		}
	}
	return r, nil
}

// BadMediator is the error for a mediator that is another part of the model.
type BadMediator struct{ Mediator, Reason string }

func (e *BadMediator) Error() string { return e.Mediator + " " + e.Reason }

// check refuses a mediator that is another part of the model.
func check(p *panel.Panel, f *formula.Formula, s Spec, name string) error {
	if _, err := p.Numbers(name); err != nil {
		return err
	}
	switch quoted := formula.Quote(name); {
	case quoted == f.Outcome.String():
		return &BadMediator{name, "is the outcome and can't mediate its own effect"}
	case quoted == s.Treatment:
		return &BadMediator{name, "is the treatment and can't mediate its own effect"}
	case f.Has(quoted):
		return &BadMediator{name, "is a control of the model already; take it out of the formula to treat it as a mediator"}
	}
	return nil
}

func noVariation(mediator string) error {
	return fmt.Errorf("mediator %s does not vary beyond the treatment, the controls and the fixed effects", mediator)
}

// one estimates the three equations of a mediator.
func one(ctx context.Context, p *panel.Panel, f *formula.Formula, s Spec, name string, progress func(int)) (*Row, error) {
	mediator := formula.Term{Factors: []formula.Expr{&formula.Name{Name: name}}}
	first, total, third := *f, *f, *f
	first.Outcome = mediator.Factors[0]
	third.Terms = append(slices.Clone(f.Terms), mediator)
	o := s.Design
	o.Present = append(slices.Clone(o.Present), f.Names()...)
	o.Present = append(o.Present, name)
	o.Present = slices.DeleteFunc(o.Present, func(v string) bool { x, err := p.Variable(v); return err != nil || x.Kind == panel.Text })
	rs := regress.Spec{Vcov: s.Vcov, Level: s.Level, Design: o}
	models := map[*formula.Formula]*regress.Model{}
	fits := map[*formula.Formula]*regress.Fit{}
	for _, g := range []*formula.Formula{&first, &total, &third} {
		m, err := regress.Run(p, g, rs)
		if none, ok := errors.AsType[*regress.NoVariation](err); ok && none.Effects && none.Variable == name {
			return nil, noVariation(name)
		}
		if err != nil {
			return nil, fmt.Errorf("mediator %s: %w", name, err)
		}
		if _, ok := m.Coefficient(s.Treatment); !ok {
			return nil, &regress.NoVariation{Variable: s.Treatment, Effects: true}
		}
		fit, err := m.Fit(s.Vcov, s.Level)
		if err != nil {
			return nil, err
		}
		models[g], fits[g] = m, fit
	}
	r := &Row{Mediator: name, N: fits[&total].N, FirstStep: fits[&first], ThirdStep: fits[&third]}
	var ok bool
	r.A, _ = fits[&first].Coefficient(s.Treatment)
	r.TotalFit, _ = fits[&total].Coefficient(s.Treatment)
	r.DirectFit, _ = fits[&third].Coefficient(s.Treatment)
	if r.B, ok = fits[&third].Coefficient(mediator.String()); !ok {
		return nil, fmt.Errorf("mediator %w", &BadMediator{name, "does not vary beyond the treatment, the controls and the fixed effects"})
	}
	r.Total, r.Direct = r.TotalFit.Estimate, r.DirectFit.Estimate
	r.Indirect = r.A.Estimate * r.B.Estimate
	r.Share = r.Indirect / r.Total
	r.productTests()
	r.sensitivity(models[&first], models[&total])
	if s.Boot > 0 {
		if err := r.bootstrap(ctx, p, models[&third], s, mediator.String(), progress); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// productTests are the three normal approximations of a product of coefficients.
func (r *Row) productTests() {
	a, b := r.A.Estimate, r.B.Estimate
	va, vb := r.A.StdError*r.A.StdError, r.B.StdError*r.B.StdError
	test := func(variance float64) (z, p float64) {
		if !(variance > 0) {
			return math.NaN(), math.NaN()
		}
		z = a * b / math.Sqrt(variance)
		return z, distribution.TwoSidedT(z, math.Inf(1))
	}
	sobel := a*a*vb + b*b*va
	r.SobelZ, r.SobelP = test(sobel)
	r.AroianZ, r.AroianP = test(sobel + va*vb)
	r.GoodmanZ, r.GoodmanP = test(sobel - va*vb)
}

// sensitivity is ab(ρ) = a (s_y/s_m) {r - ρ √((1-r²)/(1-ρ²))} with r the correlation of the residuals of y ~ D + x and
// M ~ D + x, s their standard deviations (Imai, Keele & Yamamoto 2010, theorem 4): zero at ρ = r.
func (r *Row) sensitivity(first, total *regress.Model) {
	em, ey := first.Residuals(), total.Residuals()
	var mm, yy, my float64
	for i := range em {
		w := 1.0
		if first.Design.Weights != nil {
			w = first.Design.Weights[i]
		}
		mm, yy, my = mm+w*em[i]*em[i], yy+w*ey[i]*ey[i], my+w*em[i]*ey[i]
	}
	c := my / math.Sqrt(mm*yy)
	r.RhoZero = c
	for k := -9; k <= 9; k++ {
		rho := float64(k) / 10
		r.Sensitivity = append(r.Sensitivity, Sensitivity{rho, r.A.Estimate * math.Sqrt(yy/mm) * (c - rho*math.Sqrt((1-c*c)/(1-rho*rho)))})
	}
}

// bootstrap resamples clusters: units of a panel, or the one cluster variable of the errors, or rows.
func (r *Row) bootstrap(ctx context.Context, p *panel.Panel, third *regress.Model, s Spec, mediator string, progress func(int)) error {
	d := third.Design
	by := p.UnitName()
	if len(s.Vcov.By) == 1 {
		by = s.Vcov.By[0]
	}
	codes, count := make([]int32, d.N), d.N
	if by == "" {
		for i := range codes {
			codes[i] = int32(i)
		}
	} else {
		var err error
		if codes, count, err = d.Codes(by); err != nil {
			return err
		}
	}
	if count < 3 {
		return fmt.Errorf("a bootstrap of %d clusters says nothing; give boot=0", count)
	}
	if distinct := distinctSamples(count); by != "" && distinct <= float64(s.Boot) {
		r.few = counting.Sprintf("%s has %d clusters, so only %.0f of the %d draws asked for can be distinct", by, count, distinct, s.Boot)
	}
	// controls first, then treatment, mediator, outcome: one Cholesky factor holds all three equations
	var cols [][]float64
	var treat, med []float64
	for _, j := range third.Kept {
		switch d.Terms[j] {
		case s.Treatment:
			treat = d.X[j]
		case mediator:
			med = d.X[j]
		default:
			cols = append(cols, d.X[j])
		}
	}
	cols = append(cols, treat, med, d.Y)
	g, err := bootstrap.NewGrams(d, cols, codes, count)
	if err != nil {
		return err
	}
	iy := g.Columns - 1
	im, id := iy-1, iy-2
	indirect := func(f *bootstrap.Factor) float64 { return f.Coefficient(im, id) * f.Coefficient(iy, im) }
	var mu sync.Mutex
	draws, jack := make([]float64, s.Boot), make([]float64, count)
	stop := func() bool { return ctx.Err() != nil }
	done := 0
	g.Draw(s.Boot, s.Seed, stop, func(i int, f *bootstrap.Factor) {
		draws[i] = indirect(f)
		mu.Lock()
		defer mu.Unlock()
		if done++; done%50 == 0 || done == s.Boot {
			progress(done)
		}
	})
	g.Jackknife(stop, func(i int, f *bootstrap.Factor) { jack[i] = indirect(f) })
	if err := ctx.Err(); err != nil {
		return err
	}
	r.BootLow, r.BootHigh = bootstrap.Percentile(draws, s.Level)
	r.BCaLow, r.BCaHigh = bootstrap.BCa(draws, jack, r.Indirect, s.Level)
	r.BootSE = deviation(draws)
	return nil
}

// distinctSamples is how many samples with replacement there can be of so many clusters: C(2n − 1, n).
func distinctSamples(n int) float64 {
	all, _ := math.Lgamma(float64(2 * n))
	in, _ := math.Lgamma(float64(n + 1))
	out, _ := math.Lgamma(float64(n))
	return math.Round(math.Exp(all - in - out))
}

func deviation(x []float64) float64 {
	n, m, ss := 0.0, 0.0, 0.0
	for _, v := range x {
		if v == v {
			n++
			m += v
		}
	}
	m /= n
	for _, v := range x {
		if v == v {
			ss += (v - m) * (v - m)
		}
	}
	return math.Sqrt(ss / (n - 1))
}
