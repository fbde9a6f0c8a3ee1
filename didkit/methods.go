package didkit

import (
	"context"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/hetero"
	"github.com/seed2d25c7c2/didnb/didkit/match"
	"github.com/seed2d25c7c2/didnb/didkit/mediate"
	"github.com/seed2d25c7c2/didnb/didkit/placebo"
	"github.com/seed2d25c7c2/didnb/didkit/robust"
)

// PlaceboOptions say how placebo treatments are drawn; see placebo.Options.
type PlaceboOptions = placebo.Options

// Placebo estimates the model of DID again under random treatments; see placebo.Test.
func Placebo(p *Panel, text, treat string, o Options, draws PlaceboOptions) (*placebo.Result, error) {
	s, err := o.spec(text, treat)
	if err != nil {
		return nil, err
	}
	return placebo.Test(context.Background(), p, s, draws)
}

// PSM matches treated to untreated rows; the formula is treatment ~ covariates. See match.Run.
func PSM(p *Panel, s match.Spec) (*match.Result, error) { return match.Run(p, s) }

// Mediate splits the effect of a regression's treatment over mediators; see mediate.Run.
func Mediate(p *Panel, s mediate.Spec) (*mediate.Result, error) {
	return mediate.Run(context.Background(), p, s)
}

// Hetero estimates the model of DID in groups of the values, or at the median, of a variable; see hetero.Run.
func Hetero(p *Panel, text, treat, by string, o Options) (*hetero.Result, error) {
	s, err := o.spec(text, treat)
	if err != nil {
		return nil, err
	}
	return hetero.Run(context.Background(), p, hetero.Spec{Spec: s, By: by})
}

// Checks estimates the model of DID under each check; see robust.Run.
func Checks(p *Panel, text, treat string, o Options, checks ...robust.Check) (*robust.Result, error) {
	s, err := o.spec(text, treat)
	if err != nil {
		return nil, err
	}
	return robust.Run(p, s, checks)
}

func (o Options) spec(text, treat string) (did.Spec, error) {
	d, err := o.design()
	return did.Spec{Formula: text, Treat: treat, Vcov: o.Vcov, Level: o.Level, Design: d, AllowReversal: o.AllowReversal}, err
}
