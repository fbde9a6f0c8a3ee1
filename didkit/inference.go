package didkit

import (
	"context"

	"github.com/seed2d25c7c2/didnb/didkit/fewtreated"
	"github.com/seed2d25c7c2/didnb/didkit/placebo"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

type (
	// Inference is a test of one effect that rests on no standard error; see regress.Inference.
	Inference = regress.Inference
	// Randomisation are the options of Randomise and RandomiseStaggered; see placebo.Randomisation.
	Randomisation = placebo.Randomisation
	// FewTreated are the options of FermanPinto; see fewtreated.Options.
	FewTreated = fewtreated.Options
)

// Randomise tests a 0/1 treatment's effect in a fit of Reg or DID by assigning it anew; o is what the fit was estimated
// with. See placebo.Randomise.
func Randomise(p *Panel, f *Fit, treat string, o Options, r Randomisation) (*Inference, error) {
	d, err := o.design()
	if err != nil {
		return nil, err
	}
	return placebo.Randomise(context.Background(), p, f, treat, d, r)
}

// RandomiseStaggered tests the overall effect that Staggered estimates with the same words, by assigning adoption dates
// anew; see placebo.RandomiseStaggered.
func RandomiseStaggered(p *Panel, text, treat string, o StaggeredOptions, r Randomisation) (*Inference, error) {
	s, err := o.spec(text, treat)
	if err != nil {
		return nil, err
	}
	att, err := Staggered(p, text, treat, o)
	if err != nil {
		return nil, err
	}
	return placebo.RandomiseStaggered(context.Background(), p, o.staggered(s), att, r)
}

// FermanPinto tests a 0/1 treatment's effect in a fit of Reg or DID, where few clusters are treated and many are not; o is
// what the fit was estimated with. See fewtreated.FermanPinto.
func FermanPinto(p *Panel, f *Fit, treat string, o Options, few FewTreated) (*Inference, error) {
	d, err := o.design()
	if err != nil {
		return nil, err
	}
	return fewtreated.FermanPinto(context.Background(), p, f, treat, d, few)
}
