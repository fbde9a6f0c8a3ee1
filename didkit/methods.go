package didkit

import (
	"context"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/hetero"
	"github.com/seed2d25c7c2/didnb/didkit/match"
	"github.com/seed2d25c7c2/didnb/didkit/mediate"
	"github.com/seed2d25c7c2/didnb/didkit/placebo"
	"github.com/seed2d25c7c2/didnb/didkit/power"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
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

// LeaveOneOut estimates the model of DID without each unit in turn; see placebo.LeaveOneOut.
func LeaveOneOut(p *Panel, text, treat string, o Options) (*placebo.LeaveOut, error) {
	s, err := o.spec(text, treat)
	if err != nil {
		return nil, err
	}
	return placebo.LeaveOneOut(context.Background(), p, s, nil)
}

// PowerOptions say what is simulated; see power.Options.
type PowerOptions = power.Options

// Power simulates the power of the model of DID, or of Staggered where o.Method names an estimator, on the panel at hand;
// see power.Simulate.
func Power(p *Panel, text, treat string, o StaggeredOptions, draws PowerOptions) (*power.Result, error) {
	s, err := o.spec(text, treat)
	if err != nil {
		return nil, err
	}
	return power.Simulate(context.Background(), p, o.staggered(s), draws)
}

// MatchSpec is what there is to choose in matching; see match.Spec. Of it, MatchOptions leave Formula to PSM.
type MatchSpec = match.Spec

// MatchOptions are the options of PSM.
type MatchOptions struct {
	MatchSpec
	If string // rows to match, as in the notebook
}

// PSM matches treated to untreated rows; the formula is treatment ~ covariates. See match.Run. The result's Panel method
// gives the matched rows with their weights.
func PSM(p *Panel, text string, o MatchOptions) (*match.Result, error) {
	s := o.MatchSpec
	s.Formula = text
	if o.If != "" {
		cond, err := formula.ParseExpr(o.If)
		if err != nil {
			return nil, err
		}
		s.Design.If = cond
	}
	return match.Run(p, s)
}

// MediateOptions are the options of Mediate.
type MediateOptions struct {
	Options          // Vcov is that of the three equations; zero: iid
	Via     []string // mediators, each on its own
	Boot    int      // draws of clusters; 0 means 1000, negative none
	Seed    uint64   // 0 means 1
}

// Mediate splits the effect of a regression's treatment, a term of the formula, over mediators; see mediate.Run.
func Mediate(p *Panel, text, treat string, o MediateOptions) (*mediate.Result, error) {
	d, err := o.design()
	if err != nil {
		return nil, err
	}
	return mediate.Run(context.Background(), p, mediate.Spec{Formula: text, Treatment: formula.Quote(treat), Mediators: o.Via,
		Vcov: o.Vcov, Level: o.Level, Boot: o.Boot, Seed: o.Seed, Design: d})
}

// HeteroOptions are the options of Hetero; By or Bins is set. See hetero.Spec.
type HeteroOptions struct {
	Options
	By       string       // variable to split by
	Split    hetero.Split // "" means the median, or one group a value up to five values
	Baseline bool         // split units once, by their mean before anyone was treated
	Bins     []Bin        // ranges of exposure
	Permute  int          // draws of Fisher's permutation test
	Seed     uint64       // 0 means 1
}

// Bin is a range of periods since adoption, both ends included; High may be math.Inf(1).
type Bin = hetero.Bin

// Hetero estimates the model of DID in groups and tests whether they differ; see hetero.Run.
func Hetero(p *Panel, text, treat string, o HeteroOptions) (*hetero.Result, error) {
	s, err := o.spec(text, treat)
	if err != nil {
		return nil, err
	}
	return hetero.Run(context.Background(), p, hetero.Spec{Spec: s, By: o.By, Split: o.Split, Baseline: o.Baseline, Bins: o.Bins,
		Permute: o.Permute, Seed: o.Seed})
}

// Check is one variation of a model; see robust.Check.
type Check = robust.Check

// Checks estimates the model of DID under each check; see robust.Run.
func Checks(p *Panel, text, treat string, o Options, checks ...Check) (*robust.Result, error) {
	s, err := o.spec(text, treat)
	if err != nil {
		return nil, err
	}
	return robust.Run(context.Background(), p, s, checks, nil)
}

// Curve estimates the model of DID in every combination of samples, controls and errors; the second result names those
// that can't be estimated. See robust.SpecificationCurve.
func Curve(p *Panel, text, treat string, o Options, checks ...Check) (*robust.Curve, []string, error) {
	s, err := o.spec(text, treat)
	if err != nil {
		return nil, nil, err
	}
	return robust.SpecificationCurve(context.Background(), p, s, checks, nil)
}

// Combine estimates and tests a linear combination of a fit's coefficients, "SC + LCC" or "DID = SC + LCC"; see
// regress.Fit.Combine.
func Combine(f *Fit, hypothesis string) (*regress.Combination, error) { return f.Combine(hypothesis) }

// Wald tests that the coefficients of the terms are all zero; see did.WaldTest.
func Wald(f *Fit, terms ...string) (*did.Wald, error) { return did.WaldTest(f, terms) }

// Bacon splits the estimate of DID into comparisons of two cohorts; see diagnose.Decompose.
func Bacon(p *Panel, text, treat string, o Options) (*diagnose.Bacon, error) {
	s, err := o.spec(text, treat)
	if err != nil {
		return nil, err
	}
	return diagnose.Decompose(p, s)
}

// HonestOptions say which intervals; see diagnose.HonestOptions.
type HonestOptions = diagnose.HonestOptions

// PretrendsOptions say which trend; see diagnose.PretrendsOptions.
type PretrendsOptions = diagnose.PretrendsOptions

// Honest computes intervals for an effect of an event study that hold under violations of parallel trends; see
// diagnose.Robust.
func Honest(es *EventStudyResult, o HonestOptions) (*diagnose.Honest, error) {
	v, err := diagnose.VectorOf(es)
	if err != nil {
		return nil, err
	}
	return diagnose.Robust(context.Background(), v, o)
}

// Pretrends computes the power of the test of the periods before adoption; see diagnose.PowerOfPretrends.
func Pretrends(es *EventStudyResult, o PretrendsOptions) (*diagnose.Pretrends, error) {
	v, err := diagnose.VectorOf(es)
	if err != nil {
		return nil, err
	}
	return diagnose.PowerOfPretrends(v, o)
}

// EquivalenceOptions say which test; see diagnose.EquivalenceOptions.
type EquivalenceOptions = diagnose.EquivalenceOptions

// Equivalence tests whether effects before adoption are shown to be small; p is the panel that the event study was estimated
// on. See diagnose.Equivalent.
func Equivalence(p *Panel, es *EventStudyResult, o EquivalenceOptions) (*diagnose.Equivalence, error) {
	return diagnose.Equivalent(context.Background(), p, es, o)
}

// SensitivityOptions say against what an estimate is held; see diagnose.SensitivityOptions.
type SensitivityOptions = diagnose.SensitivityOptions

// Benchmark is a group of covariates that a confounder is compared with; see diagnose.Benchmark.
type Benchmark = diagnose.Benchmark

// Sensitivity tells how strong a confounder must be to change the coefficient of treat in the regression of Reg, to which
// the treatment is added where the formula lacks it; see diagnose.Sensitive.
func Sensitivity(p *Panel, text, treat string, o Options, s SensitivityOptions) (*diagnose.Sensitivity, error) {
	d, err := o.design()
	if err != nil {
		return nil, err
	}
	f, err := formula.Parse(text)
	if err != nil {
		return nil, err
	}
	term := formula.Quote(treat)
	if !slices.ContainsFunc(f.Terms, func(t formula.Term) bool { return t.String() == term }) {
		if f, err = formula.Parse(strings.Replace(text, "~", "~ "+term+" +", 1)); err != nil {
			return nil, err
		}
	}
	return diagnose.Sensitive(p, f, term, o.Vcov, d, s)
}

// TWFEWeights are the weights of all effects in the estimate of DID; see diagnose.TWFEWeights.
func TWFEWeights(p *Panel, text, treat string, o Options) (*diagnose.Weights, error) {
	s, err := o.spec(text, treat)
	if err != nil {
		return nil, err
	}
	return diagnose.TWFEWeights(p, s)
}

func (o Options) spec(text, treat string) (did.Spec, error) {
	d, err := o.design()
	return did.Spec{Formula: text, Treat: treat, Vcov: o.Vcov, Level: o.Level, Design: d, AllowReversal: o.AllowReversal}, err
}
