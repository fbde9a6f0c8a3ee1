package did_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/did"
)

// TestSwitchingEventTimes: event times are told in the panel's units of time, as by every other method, where its periods are
// equally far apart, and count periods where they are not, which a note says.
func TestSwitchingEventTimes(t *testing.T) {
	mixed := []string{"000000", "000000", "001111", "001100", "000111", "111111", "110011", "111000"}
	run := func(when func(k float64) float64, window [2]int) *did.ATTResult {
		t.Helper()
		c := paths(t, mixed...)
		for i, k := range c.of["time"] {
			c.of["time"][i] = when(k)
		}
		r, err := did.Staggered(c.panel(t), did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "d"}, Method: did.Switching, Window: window})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	plain := run(func(k float64) float64 { return k }, [2]int{-2, 2})
	for _, c := range []struct {
		name    string
		when    func(float64) float64
		window  [2]int
		step    float64
		counted bool
	}{
		{name: "every second year", when: func(k float64) float64 { return 2000 + 2*k }, window: [2]int{-4, 4}, step: 2},
		{name: "a window between periods", when: func(k float64) float64 { return 2000 + 2*k }, window: [2]int{-5, 5}, step: 2},
		{name: "quarters of a year", when: func(k float64) float64 { return 2000 + k/4 }, window: [2]int{-2, 2}, step: 1, counted: true},
		{name: "a year left out", when: func(k float64) float64 { return 2000 + k + math.Floor(k/4) }, window: [2]int{-2, 2}, step: 1, counted: true},
	} {
		r := run(c.when, c.window)
		if len(r.ByEvent) != len(plain.ByEvent) || r.Ref == nil || float64(*r.Ref) != -c.step {
			t.Fatalf("%s: %d event times, want %d; reference %v", c.name, len(r.ByEvent), len(plain.ByEvent), r.Ref)
		}
		for i, e := range plain.ByEvent {
			got := r.ByEvent[i]
			if got.Key != c.step*e.Key || !(math.Abs(got.Estimate-e.Estimate) <= 1e-12) {
				t.Errorf("%s: %g at event time %g, want %g at %g", c.name, got.Estimate, got.Key, e.Estimate, c.step*e.Key)
			}
		}
		if (r.Pretrend == nil) != (plain.Pretrend == nil) || r.Pretrend != nil && math.Abs(r.Pretrend.Statistic-plain.Pretrend.Statistic) > 1e-9 {
			t.Errorf("%s: joint test %v, want %v", c.name, r.Pretrend, plain.Pretrend)
		}
		if said := slices.ContainsFunc(r.Notes, func(n string) bool { return strings.HasPrefix(n, "event times count the periods") }); said != c.counted {
			t.Errorf("%s: notes %q", c.name, r.Notes)
		}
	}
}
