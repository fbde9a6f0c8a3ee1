package did_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/did"
)

// staggeredSpecs are the methods of staggered adoption with their choices, weighted by w.
func staggeredSpecs() map[string]did.StaggeredSpec {
	specs := map[string]did.StaggeredSpec{}
	add := func(name string, m did.Method, formula string, change func(*did.StaggeredSpec)) {
		s := did.StaggeredSpec{Spec: did.Spec{Formula: formula, Treat: "treat"}, Method: m}
		s.Design.Weights = "w"
		if change != nil {
			change(&s)
		}
		specs[name] = s
	}
	add("cs", did.CallawaySantAnna, "y ~ x", func(s *did.StaggeredSpec) { s.Adjustment = did.OutcomeRegression })
	add("sunab", did.SunAbraham, "y ~ x", nil)
	add("imputation", did.Imputation, "y ~ x", nil)
	add("did2s", did.TwoStage, "y ~ x", nil)
	add("etwfe", did.ExtendedTwoWay, "y ~ 1", nil)
	add("etwfe, controls", did.ExtendedTwoWay, "y ~ x", nil)
	add("etwfe, never", did.ExtendedTwoWay, "y ~ x", func(s *did.StaggeredSpec) { s.Control = did.NeverTreated })
	add("etwfe, poisson", did.ExtendedTwoWay, "I(y^2) ~ x", func(s *did.StaggeredSpec) { s.Family = did.Poisson })
	add("etwfe, logit", did.ExtendedTwoWay, "I(y > 0) ~ 1", func(s *did.StaggeredSpec) { s.Family = did.Logit })
	add("lpdid", did.LocalProjections, "y ~ 1", nil)
	add("lpdid, controls", did.LocalProjections, "y ~ x + l(d(y), 1)", func(s *did.StaggeredSpec) { s.Window = [2]int{-4, 3} })
	add("lpdid, once", did.LocalProjections, "y ~ 1", func(s *did.StaggeredSpec) { s.Reweight, s.NoComposition, s.Window = true, true, [2]int{-3, 2} })
	add("lpdid, adjusted", did.LocalProjections, "y ~ x", func(s *did.StaggeredSpec) { s.Reweight, s.Premean, s.Control = true, did.EveryPeriod, did.NeverTreated })
	window := [2]int{-3, 2}
	add("stacked", did.Stacked, "y ~ x", func(s *did.StaggeredSpec) { s.Window = window })
	add("stacked, population", did.Stacked, "y ~ 1", func(s *did.StaggeredSpec) { s.Window, s.Stack, s.Population = window, did.PopulationWeights, "size" })
	add("stacked, sample", did.Stacked, "y ~ 1", func(s *did.StaggeredSpec) {
		s.Window, s.Stack, s.Control = window, did.SampleWeights, did.NeverTreated
	})
	add("stacked, none", did.Stacked, "y ~ x", func(s *did.StaggeredSpec) { s.Window, s.Stack, s.Aggregate = window, did.NoStackWeights, did.Static })
	return specs
}

// withSize adds a positive size of each unit.
func withSize(c *columns) *columns {
	d := c.clone()
	d.names = append(d.names, "size")
	for _, u := range d.of["unit"] {
		d.of["size"] = append(d.of["size"], 1+math.Mod(u, 5))
	}
	return d
}

// TestStaggeredInvariance: the order of rows, the units' names and the outcome's unit of measurement change nothing but
// the last; and a treatment that switches off is refused by every method.
func TestStaggeredInvariance(t *testing.T) {
	for _, missing := range []float64{0, 0.06} {
		c := withSize(simulate(rand.New(rand.NewPCG(5, 9)), 60, 9, missing))
		shuffled := c.pick(rand.New(rand.NewPCG(1, 2)).Perm(c.rows()))
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
		for name, s := range staggeredSpecs() {
			a, err := did.Staggered(c.panel(t), s)
			if err != nil {
				t.Fatal(name, err)
			}
			b, err := did.Staggered(shuffled.panel(t), s)
			if err != nil {
				t.Fatal(name, err)
			}
			scale := map[string]float64{"etwfe, poisson": 1 << 20, "etwfe, logit": 1}[name]
			if scale == 0 {
				scale = 1 << 10
			}
			sameEffects(t, fmt.Sprintf("%s, %g missing", name, missing), a, b, scale, true)
			s.AllowReversal = true
			var reversal *did.Reversal
			if _, err := did.Staggered(back.panel(t), s); !errors.As(err, &reversal) {
				t.Errorf("%s takes a treatment that switches off: %v", name, err)
			}
		}
	}
}

// TestWeightTwoIsTwoUnits: a unit that stands twice gives the estimates of its weights doubled.
func TestWeightTwoIsTwoUnits(t *testing.T) {
	c := withSize(simulate(rand.New(rand.NewPCG(15, 3)), 60, 9, 0.05))
	twice, doubled := c.clone(), c.clone()
	for i, u := range c.of["unit"] {
		if math.Mod(u, 4) != 1 {
			continue
		}
		doubled.of["w"][i] *= 2
		for _, name := range c.names {
			v := c.of[name][i]
			if name == "unit" {
				v += 1e5
			}
			twice.of[name] = append(twice.of[name], v)
		}
	}
	for name, s := range staggeredSpecs() {
		if slices.Contains([]string{"cs", "sunab", "imputation", "did2s", "etwfe", "etwfe, controls", "etwfe, never", "etwfe, poisson", "etwfe, logit"}, name) {
			s.Aggregate = did.Dynamic // the average over cohorts is by units, not by their weights
		}
		a, err := did.Staggered(doubled.panel(t), s)
		if err != nil {
			t.Fatal(name, err)
		}
		b, err := did.Staggered(twice.panel(t), s)
		if err != nil {
			t.Fatal(name, err)
		}
		sameEffects(t, name, a, b, 1, false)
	}
}

// sameEffects compares b, with its outcome times scale, to a.
func sameEffects(t *testing.T, name string, a, b *did.ATTResult, scale float64, errors bool) {
	t.Helper()
	if len(a.ByEvent) != len(b.ByEvent) || errors && a.N != b.N {
		t.Errorf("%s: %d event times of %d rows, then %d of %d", name, len(a.ByEvent), a.N, len(b.ByEvent), b.N)
		return
	}
	for i, e := range append(a.ByEvent, did.KeyedEffect{Effect: a.Overall}) {
		got := append(b.ByEvent, did.KeyedEffect{Effect: b.Overall})[i]
		if !(math.Abs(got.Estimate/scale-e.Estimate) <= 1e-10) || errors && e.StdError == e.StdError && !(math.Abs(got.StdError/scale-e.StdError) <= 1e-9*e.StdError) {
			t.Errorf("%s at %g: %.12g (%.12g), then %.12g (%.12g)", name, e.Key, e.Estimate, e.StdError, got.Estimate/scale, got.StdError/scale)
		}
	}
}
