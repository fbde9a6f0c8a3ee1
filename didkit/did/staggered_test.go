package did_test

import (
	"math"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// TestMultiplierBands: a seed gives the same bands at any number of cores; they are wider than pointwise intervals, and the
// bootstrap's errors lie near the analytic ones.
func TestMultiplierBands(t *testing.T) {
	p := balanced(t)
	s := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "d"}, Method: did.CallawaySantAnna}
	analytic, err := did.Staggered(p, s)
	if err != nil {
		t.Fatal(err)
	}
	s.Draws, s.Seed = 4000, 7
	one, err := did.Staggered(p, s)
	if err != nil {
		t.Fatal(err)
	}
	before := runtime.GOMAXPROCS(1)
	two, _ := did.Staggered(p, s)
	runtime.GOMAXPROCS(before)
	if !reflect.DeepEqual(one.ByEvent, two.ByEvent) {
		t.Error("one core gives other bands than many")
	}
	if one.Bootstrap.Critical < 2 {
		t.Errorf("the critical value of %d event times is %g, below that of one", len(one.ByEvent), one.Bootstrap.Critical)
	}
	for i, e := range one.ByEvent {
		if a := analytic.ByEvent[i]; math.Abs(e.StdError/a.StdError-1) > 0.15 || e.Estimate != a.Estimate {
			t.Errorf("event time %g: bootstrap %g (%g), analytic %g (%g)", e.Key, e.Estimate, e.StdError, a.Estimate, a.StdError)
		}
	}
}

// staggeredPanelOf makes a panel of units × periods; start is each unit's first treated period, 0 for never.
func staggeredPanelOf(t *testing.T, periods int, start []int, x func(u, k int) float64) *panel.Panel {
	t.Helper()
	c := &columns{names: []string{"unit", "time", "d", "x", "y"}, of: map[string][]float64{}}
	for u, g := range start {
		for k := 1; k <= periods; k++ {
			d := 0.0
			if g > 0 && k >= g {
				d = 1
			}
			y := float64(u*u%7) + float64(k*k%5) + d*float64(1+u%3) + 0.1*float64((u*7+k*11)%13)
			for i, v := range []float64{float64(u), float64(k), d, x(u, k), y} {
				c.of[c.names[i]] = append(c.of[c.names[i]], v)
			}
		}
	}
	return c.panel(t)
}

// TestStaggeredSentences: what can't be estimated is told in a sentence, as an error or for the cell.
func TestStaggeredSentences(t *testing.T) {
	constant := func(u, k int) float64 { return 3 }
	wave := func(u, k int) float64 { return float64((u * 5) % 11) }
	never := []int{0, 0, 0, 0, 3, 3, 3, 4, 4, 4}
	for _, c := range []struct {
		name    string
		start   []int
		method  did.Method
		formula string
		change  func(*did.StaggeredSpec)
		err     string
		note    string
	}{
		{name: "no never-treated", start: []int{3, 3, 4, 4, 5}, err: "control=notyet"},
		{name: "notyet without never-treated", start: []int{3, 3, 4, 4, 5}, change: func(s *did.StaggeredSpec) { s.Control = did.NotYetTreated }, note: "periods from 5 on"},
		{name: "one cohort only", start: []int{3, 3, 3}, change: func(s *did.StaggeredSpec) { s.Control = did.NotYetTreated }, err: "nobody to compare with"},
		{name: "treated at once", start: append([]int{1, 1}, never...), note: "2 units treated in their first period already were left out"},
		{name: "cohort of one", start: append([]int{5}, never...), note: "cohort 5 is one unit (0)"},
		{name: "singular covariates", start: never, formula: "y ~ x", err: "covariate x does not vary"},
		{name: "separated", start: []int{0, 0, 3, 0, 0, 0, 0}, formula: "y ~ w", err: "no cohort can be estimated"},
		{name: "sunab without never-treated", method: did.SunAbraham, start: []int{3, 3, 4, 4, 5}, note: "the last cohort (5) is compared with"},
		{name: "sunab, one cohort only", method: did.SunAbraham, start: []int{3, 3, 3}, err: "nobody to compare with"},
		{name: "imputation beyond the untreated", method: did.Imputation, start: []int{3, 3, 4, 4, 5}, note: "10 treated rows were left out"},
		{name: "imputation from nothing", method: did.Imputation, start: []int{3, 3, 3}, err: "no treated row can be imputed"},
		{name: "did2s, iid", method: did.TwoStage, start: never, change: func(s *did.StaggeredSpec) { s.Vcov = vcov.Spec{Type: vcov.IID} }, err: "clustered errors only"},
		{name: "etwfe without never-treated", method: did.ExtendedTwoWay, start: []int{3, 3, 4, 4, 5}, note: "the last cohort (5) is compared with"},
		{name: "stacked, window before the first period", method: did.Stacked, start: never, change: func(s *did.StaggeredSpec) { s.Window = [2]int{-3, 1} }, note: "cohort 3 was left out: its window begins in 0, before the first period (1)"},
		{name: "stacked, window after the last period", method: did.Stacked, start: append([]int{6}, never...), change: func(s *did.StaggeredSpec) { s.Window = [2]int{-2, 2} }, note: "cohort 6 was left out: its window ends in 8, after the last period (6)"},
		{name: "stacked, no window fits", method: did.Stacked, start: never, change: func(s *did.StaggeredSpec) { s.Window = [2]int{-4, 1} }, err: "no cohort has the window -4:1"},
		{name: "stacked, no clean controls", method: did.Stacked, start: []int{3, 3, 4, 4, 5}, change: func(s *did.StaggeredSpec) { s.Window = [2]int{-1, 1} }, note: "cohort 4 was left out: no unit is untreated to the end of its window, 5"},
		{name: "stacked, window after adoption", method: did.Stacked, start: never, change: func(s *did.StaggeredSpec) { s.Window = [2]int{0, 2} }, err: "does not run from before adoption to after"},
		{name: "stacked, without never-treated", method: did.Stacked, start: []int{3, 3, 4, 4, 5}, change: func(s *did.StaggeredSpec) { s.Control = did.NeverTreated }, err: "control=notyet"},
		{name: "stacked, one cohort only", method: did.Stacked, start: []int{3, 3, 3}, err: "no cohort has the window"},
		{name: "stacked, widest window", method: did.Stacked, start: never, note: "the window is -2:2, the widest"},
		{name: "stacked, treated at once", method: did.Stacked, start: append([]int{1, 1}, never...), note: "2 units treated in their first period already were left out"},
		{name: "stacked, cohort of one", method: did.Stacked, start: append([]int{5}, never...), note: "cohort 5 is one unit (0)"},
		{name: "stacked, other effects", method: did.Stacked, start: never, formula: "y ~ 1 | unit + x^time", err: "takes those of unit and time only"},
		{name: "stacked, by cohort", method: did.Stacked, start: never, change: func(s *did.StaggeredSpec) { s.Aggregate = did.Group }, err: "over event times (agg=dynamic)"},
		{name: "stacked, no population", method: did.Stacked, start: never, change: func(s *did.StaggeredSpec) { s.Stack = did.PopulationWeights }, err: "name it by population="},
		{name: "stacked, collinear control", method: did.Stacked, start: never, formula: "y ~ w + x", note: "left out as collinear: x"},
		{name: "etwfe, constant control", method: did.ExtendedTwoWay, start: never, formula: "y ~ x", note: "the effects don't depend on x"},
		{name: "etwfe, cohort of one with a control", method: did.ExtendedTwoWay, start: append([]int{5}, never...), formula: "y ~ w", note: "in 2 of 9 cells the effect doesn't depend on w"},
		{name: "etwfe never-treated with controls", method: did.ExtendedTwoWay, start: []int{3, 3, 4, 4, 5}, formula: "y ~ w", change: func(s *did.StaggeredSpec) { s.Control = did.NeverTreated }, err: "control=notyet"},
		{name: "logit outside its range", method: did.ExtendedTwoWay, start: never, change: func(s *did.StaggeredSpec) { s.Family = did.Logit }, err: "family=logit takes outcomes from 0 to 1"},
		{name: "poisson outside its range", method: did.ExtendedTwoWay, start: never, formula: "I(y - 3) ~ 1", change: func(s *did.StaggeredSpec) { s.Family = did.Poisson }, err: "family=poisson takes outcomes from 0"},
		{name: "poisson, other effects", method: did.ExtendedTwoWay, start: never, formula: "y ~ 1 | unit + x^time", change: func(s *did.StaggeredSpec) { s.Family = did.Poisson }, err: "takes those of unit and time only"},
		{name: "poisson, zeros among the treated", method: did.ExtendedTwoWay, start: never, formula: "I(y * (1 - d)) ~ 1", change: func(s *did.StaggeredSpec) { s.Family = did.Poisson }, note: "cells with all outcomes at an end of their range (3 in 3, 3 in 4, 3 in 5, 3 in 6, 4 in 4, …): the errors of their effects"},
		{name: "poisson, zeros before", method: did.ExtendedTwoWay, start: never, formula: "I(y * (d + (w < 9) * (time > 2))) ~ 1", change: func(s *did.StaggeredSpec) { s.Family = did.Poisson }, note: "rows were left out, as all outcomes of their cohort or period are alike"},
		{name: "poisson, zeros among the compared", method: did.ExtendedTwoWay, start: never, formula: "I(y * d) ~ 1", change: func(s *did.StaggeredSpec) { s.Family = did.Poisson }, err: "every outcome of the comparison group is 0"},
		{name: "logit told by a control", method: did.ExtendedTwoWay, start: never, formula: "I(w > 4) ~ w", change: func(s *did.StaggeredSpec) { s.Family = did.Logit }, err: "has no finite estimate"},
		{name: "lpdid, controls tell the change", method: did.LocalProjections, start: never, formula: "y ~ d(y)", note: "no effect at event time 0: the controls tell the change exactly"},
		{name: "lpdid, adjusted, controls tell the change", method: did.LocalProjections, start: never, formula: "y ~ d(y)", change: func(s *did.StaggeredSpec) { s.Reweight = true }, note: "no effect at event time 0: the controls tell the change exactly"},
		{name: "lpdid, collinear control", method: did.LocalProjections, start: never, formula: "y ~ w + x", note: "left out as collinear: x"},
		{name: "lpdid, controls beyond the clean ones", method: did.LocalProjections, start: never, formula: "y ~ d:w", change: func(s *did.StaggeredSpec) { s.Reweight = true }, err: "the controls vary among the rows that adopt in a way that the clean ones do not"},
		{name: "lpdid, unseen window", method: did.LocalProjections, start: never, change: func(s *did.StaggeredSpec) { s.Window = [2]int{-9, 9} }, note: "reaches beyond what is seen, event times -3 to 3"},
		{name: "lpdid, pooled without a window", method: did.LocalProjections, start: never, change: func(s *did.StaggeredSpec) { s.Aggregate = did.Pooled }, err: "name it by window="},
		{name: "lpdid, pooled beyond the panel", method: did.LocalProjections, start: never, change: func(s *did.StaggeredSpec) { s.Aggregate, s.Window = did.Pooled, [2]int{-1, 5} }, err: "no pooled effect over the window -1:5"},
		{name: "lpdid, never-treated wanted", method: did.LocalProjections, start: []int{3, 3, 4, 4, 5}, change: func(s *did.StaggeredSpec) { s.Control = did.NeverTreated }, err: "control=notyet"},
		{name: "lpdid, all at once", method: did.LocalProjections, start: []int{3, 3, 3}, err: "no horizon can be estimated; no effect at event time 3: "},
		{name: "lpdid, unknown control", method: did.LocalProjections, start: never, formula: "y ~ q", err: "q"},
		{name: "static of another method", method: did.SunAbraham, start: never, change: func(s *did.StaggeredSpec) { s.Aggregate = did.Static }, err: "goes with method=stacked"},
		{name: "lpdid by cohort", method: did.LocalProjections, start: never, change: func(s *did.StaggeredSpec) { s.Aggregate = did.Group }, err: "over event times only"},
		{name: "slopes", method: did.Imputation, start: never, formula: "y ~ 1 | unit[w] + time", err: "no unit-specific slopes"},
		{name: "iid", start: never, change: func(s *did.StaggeredSpec) { s.Vcov = vcov.Spec{Type: vcov.IID} }, err: "clustered errors only"},
		{name: "other effects", start: never, formula: "y ~ 1 | unit + x^time", err: "no others"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := staggeredPanelOf(t, 6, c.start, constant)
			w := staggeredPanelOf(t, 6, c.start, wave)
			x, _ := w.Variable("x")
			p, err := p.With(&panel.Variable{Name: "w", Values: x.Values})
			if err != nil {
				t.Fatal(err)
			}
			s := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "d"}, Method: did.CallawaySantAnna}
			if c.method != "" {
				s.Method = c.method
			}
			if c.formula != "" {
				s.Formula = c.formula
			}
			if c.change != nil {
				c.change(&s)
			}
			r, err := did.Staggered(p, s)
			says(t, r, err, c.err, c.note)
		})
	}
}

// says holds an estimation to its error, or to a note where there is to be none.
func says(t *testing.T, r *did.ATTResult, err error, wrong, note string) {
	t.Helper()
	if wrong != "" {
		if err == nil || !strings.Contains(err.Error(), wrong) {
			t.Fatalf("error %v, want one with %q", err, wrong)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(strings.Join(r.Notes, "\n"), note) {
		t.Errorf("notes %q, want one with %q", r.Notes, note)
	}
}
