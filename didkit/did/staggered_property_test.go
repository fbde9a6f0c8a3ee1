package did_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed2d25c7c2/didnb/didkit/did"
)

// TestStaggeredOnSmallPanels: on small panels with gaps, cohorts of one unit and few rows every method either says why it can't, or
// gives finite numbers, that another order of rows and other names of units leave alone.
func TestStaggeredOnSmallPanels(t *testing.T) {
	specs := staggeredSpecs()
	names := make([]string, 0, len(specs))
	for name := range specs {
		names = append(names, name)
	}
	slices.Sort(names)
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		name := rapid.SampledFrom(names).Draw(t, "method")
		least := 5
		if specs[name].Method == did.ExtendedTwoWay { // fewer have as many parameters as rows, or nearly
			least = 15
		}
		c := withSize(simulate(rng, rapid.IntRange(least, 40).Draw(t, "units"), rapid.IntRange(5, 9).Draw(t, "periods"), rapid.SampledFrom([]float64{0, 0.1, 0.3}).Draw(t, "missing")))
		if slices.Contains([]string{"cs", "sunab", "imputation", "did2s"}, name) {
			return
		}
		s := specs[name]
		a, err := did.Staggered(c.panel(t), s)
		if err != nil {
			return
		}
		shuffled := c.pick(rng.Perm(c.rows()))
		for i, u := range shuffled.of["unit"] {
			shuffled.of["unit"][i] = 1e4 - 7*u
		}
		b, err := did.Staggered(shuffled.panel(t), s)
		if err != nil {
			t.Fatalf("%s: another order of rows fails: %v", name, err)
		}
		if a.N != b.N || len(a.ByEvent) != len(b.ByEvent) || len(a.Notes) != len(b.Notes) {
			t.Fatalf("%s: %d rows, %d event times, notes %q; then %d, %d, %q", name, a.N, len(a.ByEvent), a.Notes, b.N, len(b.ByEvent), b.Notes)
		}
		for i, e := range append(a.ByEvent, did.KeyedEffect{Effect: a.Overall}) {
			got := append(b.ByEvent, did.KeyedEffect{Effect: b.Overall})[i]
			if e.Estimate != e.Estimate || math.IsInf(e.Estimate, 0) {
				t.Fatalf("%s at %g: estimate %g", name, e.Key, e.Estimate)
			}
			scale := 1 + math.Abs(e.Estimate)
			if !(math.Abs(got.Estimate-e.Estimate) <= 1e-6*scale) {
				t.Fatalf("%s at %g: %.12g (%.12g), then %.12g (%.12g)", name, e.Key, e.Estimate, e.StdError, got.Estimate, got.StdError)
			}
			if e.StdError > 1e-3*scale && // below it lies the rounding of an error that is zero
				!(math.Abs(got.StdError-e.StdError) <= 1e-5*e.StdError) {
				t.Fatalf("%s at %g: error %.12g, then %.12g", name, e.Key, e.StdError, got.StdError)
			}
		}
	})
}
