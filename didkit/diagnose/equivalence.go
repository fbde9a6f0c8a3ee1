package diagnose

import (
	"context"
	"fmt"
	"math"

	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/distribution"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// EquivalenceType is what of the differences in trends before adoption is shown to be small.
type EquivalenceType string

// The hypotheses. With β_l the effect at l periods before adoption, rejecting them shows that trends are near enough.
const (
	EquivalenceMax  EquivalenceType = "max"  // H₀: max |β_l| ≥ δ
	EquivalenceMean EquivalenceType = "mean" // H₀: |mean of β_l| ≥ δ
	EquivalenceRMS  EquivalenceType = "rms"  // H₀: √(mean of β_l²) ≥ δ
)

// EquivalenceMethod is how the largest one is tested.
type EquivalenceMethod string

// The methods for EquivalenceMax.
const (
	IntersectionUnion EquivalenceMethod = "iu"   // each β_l on its own, all of which must pass
	SphericalBoot     EquivalenceMethod = "boot" // draws of normal errors with one variance, around the nearest β with max |β_l| = δ
	WildBoot          EquivalenceMethod = "wild" // signs drawn for the clusters of its residuals
)

// EquivalenceOptions say what is tested. The zero value is the intersection-union test of the largest at 5 %, and looks for
// the smallest threshold.
type EquivalenceOptions struct {
	Type      EquivalenceType
	Method    EquivalenceMethod // of EquivalenceMax; "": IntersectionUnion
	Threshold float64           // δ; 0: only the smallest at which equivalence is accepted
	Alpha     float64           // 0: 0.05
	Untreated bool              // estimate the leads from rows before adoption alone, as in the paper
	Reps      int               // draws of a bootstrap; 0: 1000
	Seed      uint64            // of the draws and of the subsamples; 0: 1
	Order     []int32           // units, by their codes, in the order in which subsamples take them; nil: drawn by the seed
	Progress  func(done, total int)
}

// Equivalence is whether trends before adoption are shown to differ by little (Dette & Schumann 2024).
type Equivalence struct {
	Outcome   string            `json:"outcome"`
	Study     string            `json:"study"` // the event study's method
	Type      EquivalenceType   `json:"type"`
	Method    EquivalenceMethod `json:"method,omitempty"`
	Alpha     float64           `json:"alpha"`
	Ref       int               `json:"ref"`
	Untreated bool              `json:"untreated_rows"` // the leads were estimated from rows before adoption alone
	Leads     []Lead            `json:"leads"`

	Statistic float64 `json:"statistic"` // max |β_l|, |mean β_l| or their root mean square
	StdError  float64 `json:"std_error"` // of the mean; else NaN
	Spread    float64 `json:"spread"`    // of the mean squares in subsamples, V_n, for EquivalenceRMS; else NaN
	Smallest  float64 `json:"minimum_threshold"`

	Threshold *float64 `json:"threshold"` // nil: none was given, and the following say nothing
	Critical  float64  `json:"critical"`  // Statistic must lie below it; NaN where each lead has its own
	PValue    float64  `json:"p_value"`
	Reject    *bool    `json:"reject"` // H₀ is rejected: equivalence is shown

	Reps      int      `json:"reps,omitempty"`
	Seed      uint64   `json:"seed,omitempty"`
	Simulated bool     `json:"simulated,omitempty"`
	Data      string   `json:"data,omitempty"`
	Notes     []string `json:"notes,omitempty"`
}

// Lead is an effect before adoption.
type Lead struct {
	EventTime int     `json:"event_time"`
	Estimate  float64 `json:"estimate"`
	StdError  float64 `json:"std_error"`
	Smallest  float64 `json:"minimum_threshold"` // at which this one alone is shown to be smaller
	Critical  float64 `json:"critical"`          // NaN without a threshold
	PValue    float64 `json:"p_value"`
}

// words say which test it is.
func (o EquivalenceOptions) words() string {
	if o.Untreated {
		return "rows=before"
	}
	if o.Type == EquivalenceMax {
		return "type=max method=" + string(o.Method)
	}
	return "type=" + string(o.Type)
}

func (o *EquivalenceOptions) fill() error {
	if o.Type == "" {
		o.Type = EquivalenceMax
	}
	if o.Method == "" {
		o.Method = IntersectionUnion
	}
	if o.Alpha == 0 {
		o.Alpha = 0.05
	}
	if o.Reps == 0 {
		o.Reps = 1000
	}
	if o.Seed == 0 {
		o.Seed = 1
	}
	switch {
	case !(o.Alpha > 0 && o.Alpha < 0.5):
		return fmt.Errorf("alpha is a probability between 0 and 0.5, not %g", o.Alpha)
	case !(o.Threshold >= 0) || math.IsInf(o.Threshold, 1):
		return fmt.Errorf("a threshold of %g is none; it is what differences in trends may be at most, above 0", o.Threshold)
	case o.Type != EquivalenceMax && o.Method != IntersectionUnion:
		return fmt.Errorf("method=%s goes with type=max", o.Method)
	}
	return nil
}

// newEquivalence has what the leads and their covariance alone tell.
func newEquivalence(v *EventVector, o EquivalenceOptions) *Equivalence {
	nan := math.NaN()
	r := &Equivalence{Type: o.Type, Alpha: o.Alpha, Ref: v.Ref, StdError: nan, Spread: nan, Smallest: nan, Critical: nan, PValue: nan}
	if o.Type == EquivalenceMax {
		r.Method = o.Method
	}
	if o.Threshold > 0 {
		r.Threshold = &o.Threshold
	}
	sum, squares, variance := 0.0, 0.0, 0.0
	for i := range v.Pre {
		l := Lead{EventTime: v.Times[i], Estimate: v.Beta[i], StdError: math.Sqrt(v.V[i][i]), Critical: nan, PValue: nan}
		f := folded{l.StdError}
		l.Smallest = f.smallest(math.Abs(l.Estimate), o.Alpha)
		if r.Threshold != nil {
			l.Critical, l.PValue = f.quantile(o.Alpha, o.Threshold), f.below(math.Abs(l.Estimate), o.Threshold)
		}
		sum += l.Estimate
		squares += l.Estimate * l.Estimate
		for j := range v.Pre {
			variance += v.V[i][j]
		}
		r.Leads = append(r.Leads, l)
	}
	n := float64(v.Pre)
	switch o.Type {
	case EquivalenceMax:
		r.Smallest = 0
		if r.Threshold != nil {
			r.PValue = 0
		}
		for _, l := range r.Leads {
			r.Statistic, r.Smallest = math.Max(r.Statistic, math.Abs(l.Estimate)), math.Max(r.Smallest, l.Smallest)
			r.PValue = math.Max(r.PValue, l.PValue)
		}
	case EquivalenceMean:
		r.Statistic, r.StdError = math.Abs(sum/n), math.Sqrt(variance)/n
		f := folded{r.StdError}
		r.Smallest = f.smallest(r.Statistic, o.Alpha)
		if r.Threshold != nil {
			r.Critical, r.PValue = f.quantile(o.Alpha, o.Threshold), f.below(r.Statistic, o.Threshold)
		}
	case EquivalenceRMS:
		r.Statistic = math.Sqrt(squares / n)
	}
	r.decide()
	if !v.lastBefore() {
		r.Notes = append(r.Notes, fmt.Sprintf("violations are counted from the reference, event time %d, so that the times between it and adoption may be violated too", v.Ref))
	}
	r.Notes = append(r.Notes, v.notes()...)
	return r
}

// decide compares p with α.
func (r *Equivalence) decide() {
	if r.Threshold != nil && r.PValue == r.PValue {
		reject := r.PValue < r.Alpha
		r.Reject = &reject
	}
}

// folded is |X| of X normal around a mean with this standard deviation.
type folded struct{ sd float64 }

// below is P(|X| ≤ x) with the mean δ.
func (f folded) below(x, delta float64) float64 {
	return distribution.UpperNormal((delta-x)/f.sd) - distribution.UpperNormal((delta+x)/f.sd)
}

// quantile is the x with P(|X| ≤ x) = p.
func (f folded) quantile(p, delta float64) float64 {
	return bisect(0, delta+40*f.sd, func(x float64) bool { return f.below(x, delta) < p })
}

// smallest is the mean δ with P(|X| ≤ x) = α, 0 where it is less at every δ.
func (f folded) smallest(x, alpha float64) float64 {
	return bisect(0, x+40*f.sd, func(delta float64) bool { return f.below(x, delta) > alpha })
}

// bisect is where a condition that holds at first ceases to.
func bisect(lo, hi float64, holds func(float64) bool) float64 {
	if !holds(lo) {
		return lo
	}
	for range 200 {
		mid := lo + (hi-lo)/2
		if mid == lo || mid == hi {
			break
		}
		if holds(mid) {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi
}

// Equivalent tests the leads of an event study of p: the estimates before its reference with their covariance, of any
// method whose leads say something of trends. |β̂_l| is folded normal around δ at the border of H₀, and so is |mean β̂_l|:
// the critical value is its quantile at α, and the smallest threshold is where that is the statistic (Dette & Schumann 2024,
// section 4.2). Bootstraps, EquivalenceRMS and Untreated estimate the regression anew, which is for the two-way method.
func Equivalent(ctx context.Context, p *panel.Panel, es *did.EventStudyResult, o EquivalenceOptions) (*Equivalence, error) {
	if err := o.fill(); err != nil {
		return nil, err
	}
	v, err := VectorOf(es)
	if err != nil {
		return nil, err
	}
	resampled := o.Type == EquivalenceRMS || o.Type == EquivalenceMax && o.Method != IntersectionUnion
	var e *anew
	if o.Untreated || resampled {
		if es.Method != "twfe" {
			return nil, fmt.Errorf("%s estimates the regression anew, and this event study is by method=%s; it is for method=twfe, and type=max with method=iu and type=mean for all", o.words(), es.Method)
		}
		s, err := specOf(es)
		if err != nil {
			return nil, err
		}
		s.Untreated = o.Untreated
		if e, err = newAnew(p, s); err != nil {
			return nil, err
		}
		v = e.vector
	}
	r := newEquivalence(v, o)
	r.Outcome, r.Study, r.Untreated = es.Outcome, es.Method, o.Untreated
	switch {
	case o.Type == EquivalenceRMS:
		err = e.rms(ctx, r, o)
	case resampled:
		err = e.bootstrap(ctx, r, o)
	}
	if err != nil {
		return nil, err
	}
	return r, nil
}

// specOf are the words that an event study by the two-way method was estimated by.
func specOf(es *did.EventStudyResult) (did.EventSpec, error) {
	s := did.EventSpec{Window: es.Window, Clip: !es.Binned, Ref: &es.Ref}
	f, err := formula.Parse(es.Fit.Formula)
	if err != nil {
		return s, err
	}
	f.Terms = f.Terms[1:] // the event times
	s.Spec = did.Spec{Parsed: f, Treat: es.Treat, Vcov: es.Fit.Vcov.Spec(), Level: es.Level, AllowReversal: true,
		Design: design.Options{Weights: es.Fit.Weights, KeepSingletons: es.Fit.Singletons}}
	if es.Fit.If != "" {
		s.Design.If, err = formula.ParseExpr(es.Fit.If)
	}
	return s, err
}
