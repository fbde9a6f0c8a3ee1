package command

import (
	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// model is an estimated model that a magic estimates anew: its words, its panel, its options.
type model struct {
	word    lang.Arg
	fit     *regress.Fit
	data    *session.Dataset
	formula *formula.Formula
	treat   string // variable
	vcov    vcov.Spec
	design  design.Options
}

// modelKeys are the keys that every magic on a MODEL takes.
func modelKeys(prefix string, more ...Key) []Key { return append(more, asKey(prefix), goKey) }

// model reads the MODEL that the line begins with: a fit of %did, or of %reg if treat= names its treatment. vcov=, where
// the magic has it, takes the place of the model's own.
func (c *call) model() (*model, error) {
	words := c.stmt.Words()
	if len(words) == 0 {
		return nil, c.missing("%%%s needs a model, as in %%%s m1; %%did makes one", c.cmd.Name, c.cmd.Name)
	}
	if len(words) > 1 {
		return nil, c.wordError(words[1], "%%%s takes one model, and %q stands behind it; %s", c.cmd.Name, words[1].Value, c.usage())
	}
	found, err := c.resultsOf(words[0])
	if err != nil {
		return nil, err
	}
	r := found[0]
	if len(found) > 1 || r.fit == nil {
		return nil, c.wordError(words[0], "%s is no single model; %%%s takes a result of %%did", words[0].Value, c.cmd.Name)
	}
	switch v := r.result.Value.(type) {
	case *did.ATTResult:
		return nil, c.wordError(words[0], "%s was estimated by method=%s; %%%s takes a result of %%did with method=twfe", words[0].Value, v.Method, c.cmd.Name)
	case *regress.Fit, *FitSet, *did.EventStudyResult:
	default: // its column has rows or variables of its own, which the words of a model don't tell
		return nil, c.wordError(words[0], "%s is a column of %%%s; %%%s takes a result of %%did", words[0].Value, r.result.Magic, c.cmd.Name)
	}
	if _, event := r.result.Value.(*did.EventStudyResult); event {
		return nil, c.wordError(words[0], "%s is an event study; %%%s takes a result of %%did", words[0].Value, c.cmd.Name)
	}
	f, err := formula.Parse(r.fit.Formula)
	if err != nil {
		return nil, within(words[0].Text, err)
	}
	m, err := modelOf(c, r, f)
	if err != nil {
		return nil, err
	}
	if c.has("treat") || c.has("treatment") {
		if m.treat, err = c.treatment(); err != nil {
			return nil, err
		}
	}
	if m.treat == "" {
		hint := ""
		if c.cmd.hasKey("treat") {
			hint = ", or name the treatment by treat="
		}
		return nil, c.wordError(words[0], "%s has no treatment; estimate it by %%did%s", words[0].Value, hint)
	}
	if c.has("vcov") {
		if m.vcov, err = c.vcov(); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// modelOf reads the words of a fit, whose formula is f.
func modelOf(c *call, r resultWord, f *formula.Formula) (*model, error) {
	m := &model{word: r.word, fit: r.fit, formula: f, treat: bareName(r.fit.Treatment), vcov: r.fit.Vcov.Spec(),
		design: design.Options{Stop: c.ctx.Err, Weights: r.fit.Weights, KeepSingletons: r.fit.Singletons}}
	var err error
	if m.data, err = c.session.Panel(r.result.Data); err != nil {
		return nil, within(r.word.Text, err)
	}
	if r.fit.If != "" {
		if m.design.If, err = formula.ParseExpr(r.fit.If); err != nil {
			return nil, within(r.word.Text, err)
		}
	}
	return m, nil
}

// spec is the model as the two-way estimators take it.
func (m *model) spec() did.Spec {
	return did.Spec{Parsed: m.formula, Treat: m.treat, Vcov: m.vcov, Level: m.fit.Level, Design: m.design}
}

// estimation is the model as the Go cells print it.
func (m *model) estimation() estimation {
	return estimation{data: m.data, vcov: m.vcov, level: m.fit.Level, design: m.design}
}

// at places an error of the model's re-estimation at the model's name.
func (m *model) at(err error) error { return within(m.word.Text, err) }
