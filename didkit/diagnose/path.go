package diagnose

import (
	"fmt"
	"math"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// Path leads from the two-way estimate to the average effect of another method, one change after another. Every step's
// Estimate is computed by itself; the changes add up to the difference of the two.
type Path struct {
	To    did.Method `json:"to"`
	Steps []Step     `json:"steps"` // the first is the two-way estimate, with a change of 0
	Notes []string   `json:"notes,omitempty"`
}

// Step is one change and the estimate that it leads to.
type Step struct {
	Kind     StepKind `json:"step"`
	Change   float64  `json:"change"` // Estimate less that of the step before
	Estimate float64  `json:"estimate"`
}

// StepKind is what a step changes.
type StepKind string

// The steps.
const (
	StepTwoWay     StepKind = "twfe"        // where paths begin
	StepSample     StepKind = "sample"      // rows that the other method can't use go
	StepControls   StepKind = "controls"    // controls leave the regression
	StepNegative   StepKind = "negative"    // rows whose effect has a negative weight go
	StepUneven     StepKind = "uneven"      // the other effects count alike
	StepForbidden  StepKind = "forbidden"   // comparisons with units that are treated already go
	StepBase       StepKind = "base"        // the last period before adoption is the base, not all of them
	StepComparison StepKind = "comparison"  // every effect is measured against the method's own comparison group
	StepShares     StepKind = "shares"      // effects of cohorts and periods count by their treated rows
	StepMethod     StepKind = "method"      // what the method does with controls and with gaps that the path left out
	StepAggregate  StepKind = "aggregation" // another average than that over treated rows
)

// ownDifference is what two computations of one number may differ by, relative to its size and its error.
const ownDifference = 1e-9

func newPath(to did.Method, twfe float64) *Path {
	return &Path{To: to, Steps: []Step{{StepTwoWay, 0, twfe}}}
}

// add takes the step to an estimate.
func (w *Path) add(kind StepKind, estimate float64) {
	w.Steps = append(w.Steps, Step{kind, estimate - w.last(), estimate})
}

// move is add for a step that need not be there: none is taken where the estimate stays the same.
func (w *Path) move(kind StepKind, estimate, scale float64) {
	if math.Abs(estimate-w.last()) > ownDifference*math.Max(math.Abs(estimate), scale) {
		w.add(kind, estimate)
	}
}

func (w *Path) last() float64 { return w.Steps[len(w.Steps)-1].Estimate }

// ImputationPath leads from the two-way estimate of s to att, an average of effects imputed from the untreated rows
// (Borusyak, Jaravel & Spiess 2024; Gardner 2022). On a sample that both use, with any controls and weights,
//
//	β = Σ_{D=1} w_it τ̂_it ,
//
// w the weights of de Chaisemartin & D'Haultfœuille (TWFEWeights) and τ̂ the imputed effects, exactly: the regression's
// residual treatment is orthogonal to the fitted ŷ(0) over all rows, and on untreated rows, where it lies in the span of
// effects and controls, to what the fit leaves. So all that parts the two is how effects are weighted: first the rows
// with a negative weight go, then the others' weights are evened out.
func ImputationPath(p *panel.Panel, s did.Spec, att *did.ATTResult) (*Path, error) {
	whole, err := did.TWFE(p, s)
	if err != nil {
		return nil, err
	}
	c, _ := whole.Coefficient(whole.Treatment)
	rows, err := did.ImputeRows(p, s)
	if err != nil {
		return nil, err
	}
	w := newPath(att.Method, c.Estimate)
	used := 0
	for _, is := range rows.Sample {
		if is {
			used++
		}
	}
	if lost := whole.N - used; lost > 0 {
		w.Notes = append(w.Notes, counting.Sprintf("%d of %d rows can't be imputed or imputed from and were left out", lost, whole.N))
	}
	s.Design.Rows, s.Design.KeepSingletons = rows.Sample, true
	weights, err := TWFEWeights(p, s)
	if err != nil {
		return nil, err
	}
	w.move(StepSample, weights.TWFE, c.StdError)
	sum, positive, share := 0.0, 0.0, 0.0
	mean, total := 0.0, 0.0
	for _, x := range weights.Weights {
		k, ok := slices.BinarySearch(rows.Rows, x.row)
		if !ok {
			return nil, fmt.Errorf("row %d is treated and has no imputed effect", x.row+1)
		}
		sum += x.Weight * rows.Tau[k]
		if x.Weight > 0 {
			positive += x.Weight * rows.Tau[k]
			share += x.Weight
		}
		mean += rows.Weight[k] * rows.Tau[k]
		total += rows.Weight[k]
	}
	if math.Abs(sum-weights.TWFE) > 1e-7*(math.Abs(sum)+c.StdError) {
		return nil, fmt.Errorf("the imputed effects under the regression's weights come to %g and not to the estimate, %g: the fixed effects or controls are nearly collinear", sum, weights.TWFE)
	}
	if weights.Negative > 0 {
		w.add(StepNegative, positive/share)
	}
	w.add(StepUneven, mean/total)
	w.move(StepAggregate, att.Overall.Estimate, c.StdError)
	return w, nil
}
