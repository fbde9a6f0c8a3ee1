package regress_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/internal/drawn"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// twoPilots is a panel of ninety units over eight periods that adopt two policies at random, each with an effect a or b,
// and both together with more on top.
func twoPilots(t *testing.T, seed uint64, a, b, more float64) *panel.Panel {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 13))
	var rows [][]float64
	adopt := func() float64 {
		if rng.IntN(2) == 0 {
			return math.Inf(1)
		}
		return float64(3 + rng.IntN(4))
	}
	for u := range 90 {
		level, s, l := rng.NormFloat64(), adopt(), adopt()
		for period := 1.0; period <= 8; period++ {
			var sc, lcc float64
			if period >= s {
				sc = 1
			}
			if period >= l {
				lcc = 1
			}
			rows = append(rows, []float64{float64(u), period, sc, lcc, level + 0.1*period + a*sc + b*lcc + more*sc*lcc + rng.NormFloat64()})
		}
	}
	return drawn.Panel(t, rows, "unit", "period", "SC", "LCC", "y")
}

// TestSizeOfSynergy: where two policies add up, the test that both do more than their sum rejects 5 % of 300 panels on
// either kind of errors, one-sided too, its interval covers zero in 95 %, and so does the joint test where nothing has an
// effect; give or take three binomial standard errors. Where both do more, the one-sided test finds it.
func TestSizeOfSynergy(t *testing.T) {
	const panels = 300
	noise := 3 * math.Sqrt(0.95*0.05/panels)
	for _, v := range []vcov.Spec{{Type: vcov.IID}, {Type: vcov.Cluster, By: []string{"unit"}}} {
		estimate := func(p *panel.Panel) *regress.Fit {
			fits, err := regress.Estimate(p, regress.Spec{Formula: "y ~ SC*LCC | unit + period", Vcov: v})
			if err != nil {
				t.Fatal(err)
			}
			return fits[0]
		}
		var two, one, joint, found float64
		for seed := range uint64(panels) {
			c, err := estimate(twoPilots(t, seed+1, 0.5, 0.8, 0)).Combine("SC + LCC + SC:LCC = SC + LCC")
			if err != nil {
				t.Fatal(err)
			}
			if c.PValue < 0.05 {
				two += 1. / panels
			}
			if c.PGreater < 0.05 {
				one += 1. / panels
			}
			if outside := c.ConfLow > 0 || c.ConfHigh < 0; outside != (c.PValue < 0.05) {
				t.Errorf("the interval from %g to %g and p = %g say different things", c.ConfLow, c.ConfHigh, c.PValue)
			}
			w, err := did.WaldTest(estimate(twoPilots(t, seed+1001, 0, 0, 0)), []string{"SC", "LCC", "SC:LCC"})
			if err != nil {
				t.Fatal(err)
			}
			if w.PValue < 0.05 {
				joint += 1. / panels
			}
			if seed < 50 {
				if c, err = estimate(twoPilots(t, seed+2001, 0.5, 0.8, 1)).Combine("SC:LCC"); err != nil {
					t.Fatal(err)
				}
				if c.PGreater < 0.05 {
					found += 1. / 50
				}
			}
		}
		for name, share := range map[string]float64{"two-sided": two, "one-sided": one, "joint": joint} {
			if math.Abs(share-0.05) > noise {
				t.Errorf("errors %s: the %s test rejects %.3f where it should 0.05 ± %.3f", v, name, share, noise)
			}
		}
		if found < 0.8 {
			t.Errorf("errors %s: finds a synergy of one standard deviation in %.2f of panels", v, found)
		}
	}
}
