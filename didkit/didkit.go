// Package didkit is the short interface to the library: what a Go cell or a program needs to load a panel and estimate a
// treatment's effect. Everything behind it stands in the packages below, with all options.
//
// It links fast: spreadsheets, plotting and documents are reachable only through the packages that hold them.
package didkit

import (
	"errors"

	"github.com/seed2d25c7c2/didnb/didkit/describe"
	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// The types that results and options are made of.
type (
	Panel            = panel.Panel
	Fit              = regress.Fit
	EventStudyResult = did.EventStudyResult
	Vcov             = vcov.Spec
	Wild             = vcov.Wild
	Serial           = vcov.Serial
	Space            = vcov.Space
)

// Classical is the iid covariance.
func Classical() Vcov { return Vcov{Type: vcov.IID} }

// Robust is the heteroskedasticity-robust covariance, HC1.
func Robust() Vcov { return Vcov{Type: vcov.Hetero} }

// Clustered is the cluster-robust covariance, one- or multi-way.
func Clustered(by ...string) Vcov { return Vcov{Type: vcov.Cluster, By: by} }

// WildBootstrap is the covariance clustered by one variable, with p values and intervals by the wild cluster bootstrap.
func WildBootstrap(by string, w Wild) Vcov {
	return Vcov{Type: vcov.WildBoot, By: []string{by}, Wild: w}
}

// Options are what the estimators share. The zero value is each estimator's default: Reg has iid errors, DID and
// EventStudy cluster by unit; all rows, no weights, 95 % intervals.
type Options struct {
	Vcov           Vcov
	If             string // rows to use, as in the notebook: "year > 2010"
	Weights        string // variable
	Level          float64
	KeepSingletons bool
	AllowReversal  bool // DID, EventStudy: admit a treatment that switches off
}

func (o Options) design() (design.Options, error) {
	d := design.Options{Weights: o.Weights, KeepSingletons: o.KeepSingletons}
	if o.If != "" {
		cond, err := formula.ParseExpr(o.If)
		if err != nil {
			return d, err
		}
		d.If = cond
	}
	return d, nil
}

// Reg estimates a formula in fixest's syntax by least squares with fixed effects; see regress.Estimate. A formula that
// stands for several regressions is an error here.
func Reg(p *Panel, text string, o Options) (*Fit, error) {
	d, err := o.design()
	if err != nil {
		return nil, err
	}
	f, err := formula.Parse(text)
	if err != nil {
		return nil, err
	}
	fits, err := regress.Estimate(p, regress.Spec{Parsed: []*formula.Formula{f}, Vcov: o.Vcov, Level: o.Level, Design: d})
	if err != nil {
		return nil, err
	}
	return fits[0], nil
}

// RomanoWolf adjusts the tests that the term has no effect, in regressions of several outcomes, for their number; the options'
// covariance is WildBootstrap(…). See regress.RomanoWolf.
func RomanoWolf(p *Panel, texts []string, term string, o Options) (*regress.Stepdown, error) {
	d, err := o.design()
	if err != nil {
		return nil, err
	}
	if o.Vcov.Type != vcov.WildBoot || len(o.Vcov.By) != 1 {
		return nil, errors.New("the step-down rests on the draws of a wild bootstrap; say Vcov: didkit.WildBootstrap(…)")
	}
	models := make([]*regress.Model, len(texts))
	for i, text := range texts {
		f, err := formula.Parse(text)
		if err != nil {
			return nil, err
		}
		if models[i], err = regress.Run(p, f, regress.Spec{Vcov: o.Vcov, Design: d}); err != nil {
			return nil, err
		}
	}
	return regress.RomanoWolf(models, term, o.Vcov.By[0], o.Vcov.Wild)
}

// DID estimates the effect of a 0/1 treatment in the two-way fixed-effects regression; see did.TWFE.
func DID(p *Panel, text, treat string, o Options) (*Fit, error) {
	d, err := o.design()
	if err != nil {
		return nil, err
	}
	return did.TWFE(p, did.Spec{Formula: text, Treat: treat, Vcov: o.Vcov, Level: o.Level, Design: d, AllowReversal: o.AllowReversal})
}

// EventOptions are the options of EventStudy.
type EventOptions struct {
	Options
	Window [2]int // first and last event time; zero: all
	Clip   bool   // leave rows outside the window out instead of gathering them in its ends
	Ref    *int   // reference period; nil: -1
}

// EventStudy estimates the effects by time since adoption; see did.EventStudy.
func EventStudy(p *Panel, text, treat string, o EventOptions) (*EventStudyResult, error) {
	d, err := o.design()
	if err != nil {
		return nil, err
	}
	spec := did.Spec{Formula: text, Treat: treat, Vcov: o.Vcov, Level: o.Level, Design: d, AllowReversal: o.AllowReversal}
	return did.EventStudy(p, did.EventSpec{Spec: spec, Window: o.Window, Clip: o.Clip, Ref: o.Ref})
}

// Describe summarises variables: n, mean, standard deviation, quantiles; see describe.Variables.
func Describe(p *Panel, names ...string) (*describe.Table, error) {
	return describe.Variables(p, names, nil)
}
