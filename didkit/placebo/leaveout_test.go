package placebo

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/simulate"
)

// TestLeaveOneOutIsARegression drops units from the panel and estimates anew.
func TestLeaveOneOutIsARegression(t *testing.T) {
	for _, file := range []string{"balanced", "unbalanced"} {
		p := reference.Panel(t, "testdata/reference/data/"+file+".csv", "unit", "time")
		s := did.Spec{Formula: "y ~ x1 + x2", Treat: "d", Design: design.Options{Weights: "w"}}
		r, err := LeaveOneOut(context.Background(), p, s, nil)
		if err != nil {
			t.Fatal(err)
		}
		units := p.Units()
		for _, l := range []Left{r.Units[0], r.Units[len(r.Units)/2], r.Units[len(r.Units)-1]} {
			without := s
			without.Design.Rows = make([]bool, p.Rows())
			for i, u := range units.Codes {
				without.Design.Rows[i] = units.Label(int(u)) != l.Unit
			}
			fit, err := did.TWFE(p, without)
			if err != nil {
				t.Fatal(err)
			}
			if math.Abs(l.Estimate-fit.Coef[0].Estimate) > 1e-9*math.Abs(fit.Coef[0].Estimate) {
				t.Errorf("%s without %s: %.12g, the regression has %.12g", file, l.Unit, l.Estimate, fit.Coef[0].Estimate)
			}
		}
	}
}

// TestLeaveOneOutOfManyUnits: a unit that carries nearly all of a control and of the outcome leaves the digits of the estimate
// without it as they are, and so do groups of units summed at a time.
func TestLeaveOneOutOfManyUnits(t *testing.T) {
	p, _, err := simulate.Staggered(simulate.Options{Seed: 1, Units: 203, Periods: 6, AR: 0.5, Cohorts: []simulate.Cohort{{Period: 3, Units: 40}, {Period: 5, Units: 30}}, Effect: []float64{1}})
	if err != nil {
		t.Fatal(err)
	}
	y, err := p.Numbers("y")
	if err != nil {
		t.Fatal(err)
	}
	y = slices.Clone(y)
	x := make([]float64, len(y))
	units := p.Units()
	for i, u := range units.Codes {
		x[i] = math.Sin(float64(i * i))
		if u == 77 {
			x[i], y[i] = 1e6*x[i], 1e6*y[i]
		}
	}
	if p, err = p.With(&panel.Variable{Name: "x", Values: x}, &panel.Variable{Name: "huge", Values: y}); err != nil {
		t.Fatal(err)
	}
	s := did.Spec{Formula: "huge ~ x", Treat: "treat"}
	r, err := LeaveOneOut(context.Background(), p, s, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Units) != units.Levels() {
		t.Fatalf("%d estimates of %d units", len(r.Units), units.Levels())
	}
	for _, l := range r.Units {
		if l.Unit != units.Label(77) && l.Unit != units.Label(0) && l.Unit != units.Label(units.Levels()-1) {
			continue
		}
		without := s
		without.Design.Rows = make([]bool, p.Rows())
		for i, u := range units.Codes {
			without.Design.Rows[i] = units.Label(int(u)) != l.Unit
		}
		fit, err := did.TWFE(p, without)
		if err != nil {
			t.Fatal(err)
		}
		if want := fit.Coef[0].Estimate; math.Abs(l.Estimate-want) > 1e-9*math.Abs(want) {
			t.Errorf("without %s: %.12g, the regression has %.12g", l.Unit, l.Estimate, want)
		}
	}
}
