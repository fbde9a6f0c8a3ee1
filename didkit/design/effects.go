package design

import (
	"sync"

	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// effects codes the fixed effects, interacting their variables where there are several, and evaluates slopes.
func (b *builder) effects() error {
	b.codeAhead()
	for _, e := range b.d.Formula.Effects {
		f := factor{name: e.Name(), intercept: !e.SlopesOnly}
		for _, v := range e.Vars {
			coded, err := b.factor(v)
			if err != nil {
				return err
			}
			if f.codes == nil {
				f.codes, f.levels = coded.Codes, coded.Levels()
			} else {
				f.codes, f.levels = panel.Cross(f.codes, f.levels, coded.Codes, coded.Levels())
			}
		}
		for _, s := range e.Slopes {
			x, err := b.number(s)
			if err != nil {
				return err
			}
			f.slopes = append(f.slopes, x)
		}
		b.factors = append(b.factors, f)
	}
	b.mergeEffects()
	return nil
}

// codeAhead codes the effects' variables all at once; what is wrong with one is said when its turn comes.
func (b *builder) codeAhead() {
	var wg sync.WaitGroup
	for _, e := range b.d.Formula.Effects {
		for _, v := range e.Vars {
			if n, ok := v.(*formula.Name); ok {
				wg.Go(func() { _, _ = b.p.Factor(n.Name) })
			}
		}
	}
	wg.Wait()
}

// mergeEffects joins what is written apart on one variable, unit + unit[[trend]], into one effect, and drops an effect
// that stands twice.
func (b *builder) mergeEffects() {
	var out []factor
next:
	for _, f := range b.factors {
		for i := range out {
			if out[i].name == f.name {
				out[i].intercept = out[i].intercept || f.intercept
				out[i].slopes = append(out[i].slopes, f.slopes...)
				continue next
			}
		}
		out = append(out, f)
	}
	b.factors = out
}
