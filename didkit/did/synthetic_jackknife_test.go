package did_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/did"
)

// TestTheJackknifeOfLevels: where units differ in level the jackknife of method=sc, which keeps the weights, has errors half as large again as the
// estimates' spread and more, as its note says; those that find weights again are near it, and so is the jackknife of sdid.
func TestTheJackknifeOfLevels(t *testing.T) {
	if testing.Short() {
		t.Skip("estimates some hundred times")
	}
	const panels = 60
	spread := func(method did.Method, kind did.Resampling) (ratio float64, noted bool) {
		sum, squares, errors := 0.0, 0.0, 0.0
		for k := range panels {
			rng := rand.New(rand.NewPCG(uint64(k), 99))
			c := &columns{names: []string{"unit", "time", "d", "y"}, of: map[string][]float64{}}
			for u := range 40 {
				level, load := rng.NormFloat64(), rng.NormFloat64()
				for time := range 12 {
					d := 0.0
					if u < 8 && time >= 8 {
						d = 1
					}
					y := level + load*math.Sin(float64(time)/2) + d + 0.7*rng.NormFloat64()
					for i, v := range []float64{float64(u), float64(time + 1), d, y} {
						c.of[c.names[i]] = append(c.of[c.names[i]], v)
					}
				}
			}
			r, err := did.Staggered(c.panel(t), did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "d"}, Method: method, Resampling: kind, Draws: 100, Seed: 1})
			if err != nil {
				t.Fatal(err)
			}
			noted = len(r.Notes) > 0 && mentions(r.Notes, "the jackknife keeps the weights")
			sum += r.Overall.Estimate
			squares += r.Overall.Estimate * r.Overall.Estimate
			errors += r.Overall.StdError
		}
		mean := sum / panels
		return errors / panels / math.Sqrt(squares/panels-mean*mean), noted
	}
	for _, c := range []struct {
		method    did.Method
		kind      did.Resampling
		low, high float64
		noted     bool
	}{
		{did.SyntheticControl, did.JackknifeUnits, 1.5, 5, true},
		{did.SyntheticControl, did.BootstrapUnits, 0.75, 1.35, false},
		{did.SyntheticControl, did.PlaceboUnits, 0.75, 1.35, false},
		{did.SyntheticDID, did.JackknifeUnits, 0.75, 1.35, false},
	} {
		ratio, noted := spread(c.method, c.kind)
		t.Logf("%s inf=%s: errors are %.2f of the spread", c.method, c.kind, ratio)
		if !(ratio > c.low && ratio < c.high) || noted != c.noted {
			t.Errorf("%s inf=%s: errors are %.2f of the spread, noted %t", c.method, c.kind, ratio, noted)
		}
	}
}

func mentions(notes []string, words string) bool {
	for _, n := range notes {
		if len(n) >= len(words) && n[:len(words)] == words {
			return true
		}
	}
	return false
}
