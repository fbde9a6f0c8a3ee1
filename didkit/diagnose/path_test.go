package diagnose_test

import (
	"math"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
)

// TestPathReference holds every step of both paths to path.py's arithmetic, 1e-9 of the estimate or of 0.01, and the end to
// the estimator's own number.
func TestPathReference(t *testing.T) {
	var ref struct {
		Cases []struct {
			ID, Program, Version, Data, Formula, Treat, Unit, Time, Weights, Control, If string
			Imputation, Comparisons                                                      [][2]any
		}
	}
	load(t, "path.json", &ref)
	seen := map[diagnose.StepKind]bool{}
	for _, c := range ref.Cases {
		t.Run(c.ID, func(t *testing.T) {
			p := reference.Panel(t, c.Data, c.Unit, c.Time)
			s := did.Spec{Formula: c.Formula, Treat: c.Treat, Design: design.Options{Weights: c.Weights}}
			if c.If != "" {
				s.Design.If, _ = formula.ParseExpr(c.If)
			}
			compared.With(t, compared.Source{Command: "estimators", Method: "steps", Program: c.Program, Version: c.Version, File: "path.json", Case: c.ID})
			hold := func(w *diagnose.Path, err error, att *did.ATTResult, want [][2]any) {
				t.Helper()
				if err != nil {
					t.Fatal(err)
				}
				sum := w.Steps[0].Estimate
				for i, k := range w.Steps {
					seen[k.Kind] = true
					sum += k.Change
					if math.Abs(sum-k.Estimate) > 1e-12*math.Max(math.Abs(k.Estimate), 1) {
						t.Errorf("the changes up to %s sum to %.15g, not %.15g", k.Kind, sum, k.Estimate)
					}
					if i >= len(want) {
						if k.Kind != diagnose.StepMethod {
							t.Errorf("a step %s to %g beyond the reference", k.Kind, k.Estimate)
						}
						continue
					}
					if string(k.Kind) != want[i][0] {
						t.Fatalf("step %d is %s, want %s", i, k.Kind, want[i][0])
					}
					near(t, string(k.Kind), k.Estimate, want[i][1].(float64), 1e-9, 1e-2)
				}
				if len(w.Steps) < len(want) {
					t.Errorf("%d steps, want %d", len(w.Steps), len(want))
				}
				if end := w.Steps[len(w.Steps)-1].Estimate; math.Abs(end-att.Overall.Estimate) > 1e-9*math.Max(math.Abs(att.Overall.Estimate), 1e-2) {
					t.Errorf("the path ends at %.15g, not at the estimate, %.15g", end, att.Overall.Estimate)
				}
			}
			for _, method := range []did.Method{did.Imputation, did.TwoStage} {
				att, err := did.Staggered(p, did.StaggeredSpec{Spec: s, Method: method})
				if err != nil {
					t.Fatal(err)
				}
				w, err := diagnose.ImputationPath(p, s, att)
				hold(w, err, att, c.Imputation)
			}
			o := did.StaggeredSpec{Spec: s, Method: did.CallawaySantAnna, Control: did.Control(c.Control)}
			att, err := did.Staggered(p, o)
			if err != nil {
				t.Fatal(err)
			}
			w, err := diagnose.ComparisonPath(p, s, o, att)
			hold(w, err, att, c.Comparisons)
		})
	}
	for _, k := range []diagnose.StepKind{diagnose.StepSample, diagnose.StepControls, diagnose.StepNegative, diagnose.StepMethod} {
		if !seen[k] {
			t.Errorf("no case takes the step %s", k)
		}
	}
}

// Without forbidden comparisons the regression compares with the not-yet-treated, all of them at each period, as weights
// b_kl over their periods are in proportion to the control cohort's size: the comparison step is nothing.
func TestPathToNotYetTreated(t *testing.T) {
	p := reference.Panel(t, "data/dual-pilot.csv", "city", "year")
	s := did.Spec{Formula: "DIA ~ 1", Treat: "DID"}
	o := did.StaggeredSpec{Spec: s, Method: did.CallawaySantAnna, Control: did.NotYetTreated, Aggregate: did.Group}
	att, err := did.Staggered(p, o)
	if err != nil {
		t.Fatal(err)
	}
	w, err := diagnose.ComparisonPath(p, s, o, att)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range w.Steps {
		if k.Kind == diagnose.StepComparison && math.Abs(k.Change) > 1e-12 {
			t.Errorf("the comparison group changes the estimate by %g", k.Change)
		}
	}
	last := w.Steps[len(w.Steps)-1]
	if last.Kind != diagnose.StepAggregate || math.Abs(last.Estimate-att.Overall.Estimate) > 1e-12 || att.Overall == att.Averages[did.Simple] {
		t.Errorf("the path ends with %+v, not with the average over cohorts, %g", last, att.Overall.Estimate)
	}
}

func TestPathRefuses(t *testing.T) {
	p := reference.Panel(t, "data/castle.csv", "sid", "year")
	s := did.Spec{Formula: "l_homicide ~ 1 | sid + year + sid[year]", Treat: "post"}
	att := &did.ATTResult{Method: did.CallawaySantAnna}
	if _, err := diagnose.ComparisonPath(p, s, did.StaggeredSpec{Method: did.CallawaySantAnna}, att); err == nil || !strings.Contains(err.Error(), "effects of sid and year and no others") {
		t.Errorf("trends: %v", err)
	}
	if _, err := diagnose.ImputationPath(p, s, att); err == nil || !strings.Contains(err.Error(), "no unit-specific slopes") {
		t.Errorf("trends: %v", err)
	}
}
