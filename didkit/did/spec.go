package did

import (
	"fmt"

	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// Spec asks for the effect of a 0/1 treatment.
type Spec struct {
	Formula string           // outcome ~ controls [| fixed effects]; the treatment may stand among the terms or not
	Parsed  *formula.Formula // instead of Formula, when it is parsed already
	Treat   string           // the treatment: 0, and 1 from adoption on
	Vcov    vcov.Spec        // zero: clustered by the panel's unit
	Level   float64          // of the intervals; zero: the method's default
	Design  design.Options
	// AllowReversal admits a treatment that switches off; without it that is an error.
	AllowReversal bool
}

// prepared is a spec checked against a panel.
type prepared struct {
	formula *formula.Formula
	vcov    vcov.Spec
	timing  *Timing
	notes   []string
}

// prepare parses the formula, supplies unit and time effects and clustering by unit where none are given, and reads the
// timing of the treatment.
func (s Spec) prepare(p *panel.Panel) (*prepared, error) { return s.read(p, TimingOf) }

func (s Spec) read(p *panel.Panel, timingOf func(*panel.Panel, string, bool) (*Timing, error)) (*prepared, error) {
	f := s.Parsed
	if f == nil {
		var err error
		if f, err = formula.Parse(s.Formula); err != nil {
			return nil, err
		}
	}
	if s.Treat == "" {
		return nil, fmt.Errorf("no treatment is named; say which 0/1 variable it is by treat=")
	}
	timing, err := timingOf(p, s.Treat, s.AllowReversal)
	if err != nil {
		return nil, err
	}
	return s.completed(p, f, timing)
}

// completed supplies what a formula and a covariance leave out.
func (s Spec) completed(p *panel.Panel, f *formula.Formula, timing *Timing) (*prepared, error) {
	out := &prepared{vcov: s.Vcov, timing: timing}
	g := *f
	if f.Outcome.String() == formula.Quote(s.Treat) {
		return nil, fmt.Errorf("%s is both the outcome and the treatment", s.Treat)
	}
	if len(g.Effects) == 0 {
		for _, name := range []string{p.UnitName(), p.TimeName()} {
			g.Effects = append(g.Effects, formula.FixedEffect{Vars: []formula.Expr{&formula.Name{Name: name}}})
		}
		out.notes = append(out.notes, fmt.Sprintf("fixed effects of %s and %s were added, as the formula has none", p.UnitName(), p.TimeName()))
	}
	out.formula = &g
	if out.vcov.Type == "" {
		out.vcov = vcov.Spec{Type: vcov.Cluster, By: []string{p.UnitName()}}
	}
	return out, nil
}

// Prepared is the formula with the fixed effects, and the covariance, that the estimators use on p.
func (s Spec) Prepared(p *panel.Panel) (*formula.Formula, vcov.Spec, error) {
	pre, err := s.prepare(p)
	if err != nil {
		return nil, vcov.Spec{}, err
	}
	return pre.formula, pre.vcov, nil
}

// treatTerm is the treatment as a term of a formula.
func treatTerm(name string) formula.Term {
	return formula.Term{Factors: []formula.Expr{&formula.Name{Name: name}}}
}
