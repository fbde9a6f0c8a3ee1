package estimators_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/estimators"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

func castle(t *testing.T) *panel.Panel {
	t.Helper()
	return reference.Panel(t, "data/castle.csv", "sid", "year")
}

func spec(text string, methods ...did.Method) estimators.Spec {
	s := estimators.Spec{Methods: methods}
	s.Formula, s.Treat = text, "post"
	return s
}

// Every column is what its estimator gives alone, from the universal base, and the two-way regression stands first.
func TestColumnsAreTheEstimators(t *testing.T) {
	p := castle(t)
	s := spec("l_homicide ~ 1", did.Imputation, estimators.TwoWay, did.CallawaySantAnna)
	s.Window = [2]int{-4, 3}
	r, err := estimators.Run(context.Background(), p, s, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Columns) != 3 || r.Columns[0].Label != estimators.TwoWay || r.Columns[1].Label != did.Imputation || r.Columns[2].Label != did.CallawaySantAnna {
		t.Fatalf("columns %+v", r.Columns)
	}
	fit, err := did.TWFE(p, s.Spec)
	if err != nil {
		t.Fatal(err)
	}
	c, _ := fit.Coefficient("post")
	if e, _ := r.Columns[0].ATT(); e.Estimate != c.Estimate || e.StdError != c.StdError {
		t.Errorf("two-way %+v, want %+v", e, c)
	}
	for _, k := range r.Columns[1:] {
		one := s.StaggeredSpec
		one.Method, one.Base = k.Label, did.UniversalBase
		want, err := did.Staggered(p, one)
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := k.ATT(); !ok || e != want.Overall {
			t.Errorf("%s: %+v, want %+v", k.Label, e, want.Overall)
		}
		if k.Events == nil || k.Events.Coef[0].EventTime != -4 || k.Events.Coef[len(k.Events.Coef)-1].EventTime != 3 || k.Cohorts != 5 {
			t.Errorf("%s: event study %v, %d cohorts", k.Label, k.Events, k.Cohorts)
		}
	}
	if e := r.Columns[0].Events; e == nil || e.Binned || e.Coef[0].EventTime != -4 {
		t.Errorf("two-way event study %+v", e)
	}
	if len(r.Paths) != 2 || len(r.Untold) != 0 {
		t.Errorf("%d paths, %v", len(r.Paths), r.Untold)
	}
}

// A method that can't estimate the model says so, and the others stand; a path that can't be taken says so too.
func TestAMethodThatFailsLeavesTheOthers(t *testing.T) {
	p := castle(t)
	s := spec("l_homicide ~ 1", did.CallawaySantAnna, did.Imputation)
	s.Design = design.Options{}
	timing, err := did.TimingOf(p, "post", false)
	if err != nil {
		t.Fatal(err)
	}
	s.Design.Rows = make([]bool, p.Rows())
	for i, u := range p.Units().Codes {
		s.Design.Rows[i] = !math.IsNaN(timing.Start[u]) // no never-treated units
	}
	r, err := estimators.Run(context.Background(), p, s, nil)
	if err != nil {
		t.Fatal(err)
	}
	if k := r.Columns[1]; k.Result != nil || !strings.Contains(k.Error, "never-treated units, and every unit is treated at some time; control=notyet") {
		t.Errorf("cs: %+v", k)
	}
	if _, ok := r.Columns[1].ATT(); ok || r.Columns[1].Fit() != nil {
		t.Error("a method that failed has an effect")
	}
	if _, ok := r.Columns[2].ATT(); !ok {
		t.Errorf("imputation: %+v", r.Columns[2])
	}
	s = spec("l_homicide ~ 1", did.CallawaySantAnna)
	cond, _ := formula.ParseExpr("sid != 3 | year == 2004 | year == 2005")
	s.Design.If = cond
	s.Design.Weights = "robbery"
	if r, err = estimators.Run(context.Background(), p, s, nil); err != nil {
		t.Fatal(err)
	}
	if len(r.Paths) != 0 || len(r.Untold) != 1 || r.Untold[0].To != did.CallawaySantAnna || !strings.Contains(r.Untold[0].Reason, "weights that are constant within units") {
		t.Errorf("paths %v, %v", r.Paths, r.Untold)
	}
}

// Errors that not every method knows become clustered by unit, with a note.
func TestErrorsAreClustered(t *testing.T) {
	s := spec("l_homicide ~ 1", did.SunAbraham)
	s.Vcov = vcov.Spec{Type: vcov.Hetero}
	r, err := estimators.Run(context.Background(), castle(t), s, nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.Vcov.Type != "cluster" || len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "the model's errors are hetero") {
		t.Errorf("vcov %v, notes %v", r.Vcov, r.Notes)
	}
}

func TestRunRefuses(t *testing.T) {
	p := castle(t)
	s := spec("l_homicide ~ 1", did.SunAbraham)
	s.Window = [2]int{30, 40}
	var window *did.WindowError
	if _, err := estimators.Run(context.Background(), p, s, nil); !errors.As(err, &window) {
		t.Errorf("window: %v", err)
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if _, err := estimators.Run(ctx, p, spec("l_homicide ~ 1"), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	s = spec("l_homicide ~ 1")
	s.Treat = "year"
	if _, err := estimators.Run(context.Background(), p, s, nil); err == nil {
		t.Error("a treatment that is not 0 or 1, and no error")
	}
}

// The figure's window leaves no cohort out of the stack: each experiment is seen through the widest that all fit in.
func TestTheWindowLeavesTheStackWhole(t *testing.T) {
	s := spec("l_homicide ~ 1", did.Stacked)
	s.Window = [2]int{-6, 4}
	r, err := estimators.Run(context.Background(), castle(t), s, nil)
	if err != nil {
		t.Fatal(err)
	}
	k := r.Columns[len(r.Columns)-1]
	att, ok := k.Result.(*did.ATTResult)
	if !ok || att.Treated != 21 || k.Events == nil || k.Events.Coef[0].EventTime != -6 {
		t.Errorf("column %+v, want all 21 treated units and event times from -6", k)
	}
}

// TestEverySecondYear: in a panel of every second year all event studies stand, at the same event times, from the last period before
// adoption.
func TestEverySecondYear(t *testing.T) {
	p := castle(t)
	year, err := p.Numbers("year")
	if err != nil {
		t.Fatal(err)
	}
	twice := make([]float64, len(year))
	for i, y := range year {
		twice[i] = 2 * y
	}
	if p, err = p.With(&panel.Variable{Name: "when", Values: twice}); err != nil {
		t.Fatal(err)
	}
	if p, err = p.Indexed("sid", "when"); err != nil {
		t.Fatal(err)
	}
	s := spec("l_homicide ~ 1", did.CallawaySantAnna, did.SunAbraham, did.Imputation, did.Stacked, did.Switching)
	s.Window = [2]int{-4, 2}
	r, err := estimators.Run(context.Background(), p, s, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Columns) != 6 {
		t.Fatalf("%d columns", len(r.Columns))
	}
	for _, k := range r.Columns {
		if k.Events == nil {
			t.Errorf("%s: no event study: %v %s", k.Label, k.Notes, k.Error)
			continue
		}
		if k.Events.Ref != -2 {
			t.Errorf("%s: measured from %d, want -2", k.Label, k.Events.Ref)
		}
		for i, c := range k.Events.Coef {
			if c.EventTime != -4+2*i {
				t.Errorf("%s: event time %d, want %d", k.Label, c.EventTime, -4+2*i)
			}
		}
	}
}
