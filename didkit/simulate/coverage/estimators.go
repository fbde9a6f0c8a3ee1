package main

import (
	"fmt"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// estimator is one line of the study.
type estimator struct {
	name   string
	target target
	spec   did.StaggeredSpec // without a method: the two-way regression
	sample sample            // the panel that it takes
	slow   bool              // its errors are drawn, which takes long: it is estimated on fewer panels
}

var window = [2]int{firstCommon, lastCommon}

// estimators are all of package did, by the options that %did has by default where nothing else is said. To add one, add
// its line.
var estimators = []estimator{
	{name: "twfe", target: treatedCells},
	{name: "cs", target: treatedCells, spec: did.StaggeredSpec{Method: did.CallawaySantAnna}},
	{name: "cs control=notyet", target: treatedCells, spec: did.StaggeredSpec{Method: did.CallawaySantAnna, Control: did.NotYetTreated}},
	{name: "cs anticipation=1", target: treatedCells, spec: did.StaggeredSpec{Method: did.CallawaySantAnna, Anticipation: 1}},
	{name: "sunab", target: treatedCells, spec: did.StaggeredSpec{Method: did.SunAbraham}},
	{name: "imputation", target: treatedCells, spec: did.StaggeredSpec{Method: did.Imputation}},
	{name: "did2s", target: treatedCells, spec: did.StaggeredSpec{Method: did.TwoStage}},
	{name: "etwfe", target: treatedCells, spec: did.StaggeredSpec{Method: did.ExtendedTwoWay}},
	{name: "stacked", target: eventTimes, spec: did.StaggeredSpec{Method: did.Stacked, Window: window}},
	{name: "lpdid", target: byVariance, spec: did.StaggeredSpec{Method: did.LocalProjections, Window: window}},
	{name: "lpdid reweight=true", target: eventTimes, spec: did.StaggeredSpec{Method: did.LocalProjections, Window: window, LocalProjection: did.LocalProjection{Reweight: true}}},
	{name: "dcdh", target: treatedCells, spec: did.StaggeredSpec{Method: did.Switching}},
	{name: "ddd", target: treatedCells, spec: did.StaggeredSpec{Method: did.TripleDifference, Cohort: "adopted", Eligible: "eligible"}, sample: triple},
	{name: "cdid", target: byCohort, spec: did.StaggeredSpec{Method: did.ContinuousTreatment, Dosage: did.Dosage{Dose: "dose"}}, sample: dosed},
	{name: "sdid", target: treatedCells, spec: did.StaggeredSpec{Method: did.SyntheticDID}, slow: true},
	{name: "sdid inf=jackknife", target: treatedCells, spec: did.StaggeredSpec{Method: did.SyntheticDID, Resampling: did.JackknifeUnits}},
	{name: "ifect minpre=4", target: treatedCells, spec: did.StaggeredSpec{Method: did.InteractiveEffects, LowRank: did.LowRank{MinBefore: early - 1}}, slow: true},
	{name: "mc minpre=4", target: treatedCells, spec: did.StaggeredSpec{Method: did.MatrixCompletion, LowRank: did.LowRank{MinBefore: early - 1}}, slow: true},
	{name: "sc", target: treatedCells, spec: did.StaggeredSpec{Method: did.SyntheticControl}, slow: true},
}

// estimate is the overall effect by the estimator.
func (e estimator) estimate(p *panel.Panel) (did.Effect, error) {
	if e.spec.Method == "" {
		fit, err := did.TWFE(p, did.Spec{Formula: "y ~ 1", Treat: "treat"})
		if err != nil {
			return did.Effect{}, err
		}
		c, ok := fit.Coefficient("treat")
		if !ok {
			return did.Effect{}, fmt.Errorf("no coefficient of treat")
		}
		return did.Effect{Estimate: c.Estimate, StdError: c.StdError, ConfLow: c.ConfLow, ConfHigh: c.ConfHigh, PValue: c.PValue}, nil
	}
	s := e.spec
	s.Formula = "y ~ 1"
	if e.sample != triple {
		s.Treat = "treat"
	}
	s.Seed = 1
	r, err := did.Staggered(p, s)
	if err != nil {
		return did.Effect{}, err
	}
	return r.Overall, nil
}
