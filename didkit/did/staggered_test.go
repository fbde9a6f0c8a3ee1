package did_test

import (
	"errors"
	"math"
	"math/rand/v2"
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
		{name: "etwfe with controls", method: did.ExtendedTwoWay, start: never, formula: "y ~ w", err: "takes no controls"},
		{name: "lpdid with controls", method: did.LocalProjections, start: never, formula: "y ~ w", err: "takes no controls"},
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
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) {
					t.Fatalf("error %v, want one with %q", err, c.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(strings.Join(r.Notes, "\n"), c.note) {
				t.Errorf("notes %q, want one with %q", r.Notes, c.note)
			}
		})
	}
}

var staggeredMethods = []did.Method{did.CallawaySantAnna, did.SunAbraham, did.Imputation, did.TwoStage, did.ExtendedTwoWay, did.LocalProjections}

// TestStaggeredInvariance: the order of rows, the units' names and the outcome's unit of measurement change nothing but
// the last; and a treatment that switches off is refused by every method.
func TestStaggeredInvariance(t *testing.T) {
	c := simulate(rand.New(rand.NewPCG(5, 9)), 40, 9, 0)
	order := rand.New(rand.NewPCG(1, 2)).Perm(c.rows())
	shuffled := c.pick(order)
	for i, u := range shuffled.of["unit"] {
		shuffled.of["unit"][i] = 1e4 - 7*u
	}
	for i := range shuffled.of["y"] {
		shuffled.of["y"][i] *= 1024
	}
	back := c.clone()
	for i, year := range back.of["time"] {
		if year == back.of["adoption"][i]+1 {
			back.of["treat"][i] = 0
		}
	}
	for _, m := range staggeredMethods {
		s := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "treat"}, Method: m}
		if m != did.LocalProjections && m != did.ExtendedTwoWay {
			s.Formula = "y ~ x"
		}
		s.Design.Weights = "w"
		if m == did.CallawaySantAnna {
			s.Adjustment = did.OutcomeRegression
		}
		a, err := did.Staggered(c.panel(t), s)
		if err != nil {
			t.Fatal(m, err)
		}
		b, err := did.Staggered(shuffled.panel(t), s)
		if err != nil {
			t.Fatal(m, err)
		}
		if len(a.ByEvent) != len(b.ByEvent) || a.N != b.N {
			t.Fatalf("%s: %d event times of %d rows, then %d of %d", m, len(a.ByEvent), a.N, len(b.ByEvent), b.N)
		}
		for i, e := range append(a.ByEvent, did.KeyedEffect{Effect: a.Overall}) {
			got := append(b.ByEvent, did.KeyedEffect{Effect: b.Overall})[i]
			if !(math.Abs(got.Estimate/1024-e.Estimate) <= 1e-10) || e.StdError == e.StdError && !(math.Abs(got.StdError/1024-e.StdError) <= 1e-9*e.StdError) {
				t.Errorf("%s at %g: %g (%g), then %g (%g)", m, e.Key, e.Estimate, e.StdError, got.Estimate/1024, got.StdError/1024)
			}
		}
		s.AllowReversal = true
		var reversal *did.Reversal
		if _, err := did.Staggered(back.panel(t), s); !errors.As(err, &reversal) {
			t.Errorf("%s takes a treatment that switches off: %v", m, err)
		}
	}
}
