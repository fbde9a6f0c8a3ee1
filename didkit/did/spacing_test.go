package did_test

import (
	"math"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// everySecond is the castle panel with its years twice as far apart.
func everySecond(t *testing.T) (plain, spaced *panel.Panel) {
	t.Helper()
	plain = reference.Panel(t, "data/castle.csv", "sid", "year")
	year, err := plain.Numbers("year")
	if err != nil {
		t.Fatal(err)
	}
	twice := make([]float64, len(year))
	for i, y := range year {
		twice[i] = 2 * y
	}
	if spaced, err = plain.With(&panel.Variable{Name: "when", Values: twice}); err != nil {
		t.Fatal(err)
	}
	if spaced, err = spaced.Indexed("sid", "when"); err != nil {
		t.Fatal(err)
	}
	return plain, spaced
}

// TestEverySecondYear: in a panel of every second year effects are those of the same panel with its periods numbered, at event
// times twice as far apart.
func TestEverySecondYear(t *testing.T) {
	plain, spaced := everySecond(t)
	if k := did.LastBefore(spaced); k != -2 || did.LastBefore(plain) != -1 {
		t.Errorf("the last event time before adoption is %d, want -2", k)
	}
	for _, c := range []struct {
		name   string
		change func(s *did.StaggeredSpec, step int)
	}{
		{"stacked", func(s *did.StaggeredSpec, step int) { s.Method = did.Stacked }},
		{"stacked, window", func(s *did.StaggeredSpec, step int) {
			s.Method, s.Window = did.Stacked, [2]int{-3*step + (1 - step), 1*step + step - 1}
		}},
		{"stacked, none", func(s *did.StaggeredSpec, step int) {
			s.Method, s.Stack, s.Window = did.Stacked, did.NoStackWeights, [2]int{-3 * step, 2 * step}
		}},
		{"sunab", func(s *did.StaggeredSpec, step int) { s.Method = did.SunAbraham }},
		{"imputation", func(s *did.StaggeredSpec, step int) { s.Method = did.Imputation }},
		{"cs", func(s *did.StaggeredSpec, step int) { s.Method = did.CallawaySantAnna }},
		{"etwfe", func(s *did.StaggeredSpec, step int) { s.Method = did.ExtendedTwoWay }},
		{"dcdh", func(s *did.StaggeredSpec, step int) { s.Method = did.Switching }},
	} {
		of := func(p *panel.Panel, step int) *did.ATTResult {
			t.Helper()
			s := did.StaggeredSpec{Spec: did.Spec{Formula: "l_homicide ~ 1", Treat: "post"}}
			c.change(&s, step)
			r, err := did.Staggered(p, s)
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			return r
		}
		want, got := of(plain, 1), of(spaced, 2)
		if len(got.ByEvent) != len(want.ByEvent) {
			t.Fatalf("%s: %d event times, want %d", c.name, len(got.ByEvent), len(want.ByEvent))
		}
		near := func(what string, x, y float64) {
			if !(math.Abs(x-y) <= 1e-9*(1+math.Abs(y))) && (x == x || y == y) {
				t.Errorf("%s: %s is %.12g, want %.12g", c.name, what, x, y)
			}
		}
		for i, e := range want.ByEvent {
			near("event time", got.ByEvent[i].Key, 2*e.Key)
			near("effect", got.ByEvent[i].Estimate, e.Estimate)
			near("its error", got.ByEvent[i].StdError, e.StdError)
		}
		near("overall", got.Overall.Estimate, want.Overall.Estimate)
		near("its error", got.Overall.StdError, want.Overall.StdError)
		if want.Pretrend != nil {
			near("joint test", got.Pretrend.Statistic, want.Pretrend.Statistic)
		}
		if len(got.Notes) != len(want.Notes) {
			t.Errorf("%s: notes %q, want as many as %q", c.name, got.Notes, want.Notes)
		}
	}
}
