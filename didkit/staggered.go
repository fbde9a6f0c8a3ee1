package didkit

import "github.com/seed2d25c7c2/didnb/didkit/did"

// ATTResult is what the estimators of staggered adoption return.
type ATTResult = did.ATTResult

// LocalProjection are the choices of local projections; see did.LocalProjection.
type LocalProjection = did.LocalProjection

// Dosage says how the effect of a continuous treatment depends on the dose; see did.Dosage.
type Dosage = did.Dosage

// DoseResponse is what a result of method cdid says of the doses, in its Dose.
type DoseResponse = did.DoseResponse

// LowRank are the choices of interactive effects and matrix completion; see did.LowRank.
type LowRank = did.LowRank

// FactorModel tells of their model of untreated outcomes; see did.FactorModel.
type FactorModel = did.FactorModel

// StaggeredOptions are the options of Staggered; see did.StaggeredSpec.
type StaggeredOptions struct {
	Options
	Method       did.Method // cs, sunab, imputation, did2s …
	Control      did.Control
	Adjustment   did.Adjustment
	Base         did.BasePeriod
	Anticipation int
	Aggregate    did.Aggregate
	Leads        int
	Window       [2]int
	Stack        did.StackWeights
	Population   string
	LocalProjection
	LowRank
	Family     did.Family
	Resampling did.Resampling
	Covariates did.Covariates
	Eligible   string
	Dosage
	Switchers    did.Switchers
	Same         did.SameSwitchers
	Normalized   bool
	Draws        int
	Seed         uint64
	Cohort, Time string
	Sampling     did.Sampling
}

// Staggered estimates the effects of a treatment that units adopt at different times; see did.Staggered.
func Staggered(p *Panel, text, treat string, o StaggeredOptions) (*ATTResult, error) {
	s, err := o.spec(text, treat)
	if err != nil {
		return nil, err
	}
	return did.Staggered(p, o.staggered(s))
}

func (o StaggeredOptions) staggered(s did.Spec) did.StaggeredSpec {
	return did.StaggeredSpec{Spec: s, Method: o.Method, Control: o.Control, Adjustment: o.Adjustment, Base: o.Base,
		Anticipation: o.Anticipation, Aggregate: o.Aggregate, Leads: o.Leads, Window: o.Window, Stack: o.Stack, Population: o.Population, LocalProjection: o.LocalProjection, LowRank: o.LowRank, Family: o.Family, Resampling: o.Resampling, Covariates: o.Covariates, Eligible: o.Eligible, Dosage: o.Dosage, Switchers: o.Switchers, SameSwitchers: o.Same, Normalized: o.Normalized, Draws: o.Draws, Seed: o.Seed,
		Cohort: o.Cohort, Time: o.Time, Sampling: o.Sampling}
}
