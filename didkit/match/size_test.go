package match

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/internal/drawn"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// selected is a panel of 240 units over six periods without any effect: units of high x are treated more often, from
// period 4 on, and grow faster, so that trends are parallel only among units of equal x.
func selected(t *testing.T, seed uint64) *panel.Panel {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 31))
	var rows [][]float64
	for u := range 240 {
		x, level := rng.NormFloat64(), rng.NormFloat64()
		treated := rng.Float64() < 1/(1+math.Exp(1.6-0.8*x))
		for period := 1.0; period <= 6; period++ {
			d := 0.0
			if treated && period >= 4 {
				d = 1
			}
			rows = append(rows, []float64{float64(u), period, x, d, level + 0.3*x*period + rng.NormFloat64()})
		}
	}
	return drawn.Panel(t, rows, "unit", "period", "x", "d", "y")
}

// TestSizeOfPSMDID: matching on x takes away what differing trends fake, and the clustered t test on the matched rows,
// weighted by how often they were matched, rejects the true absence of an effect in no more than 5 % of 200 panels, plus
// three binomial standard errors. It rejects fewer, because pairs share the trend that x gives them and the clustered error
// does not know it. Without matching it nearly always rejects.
func TestSizeOfPSMDID(t *testing.T) {
	const panels = 200
	var raw, matched, rejectedRaw, rejected float64
	estimate := func(p *panel.Panel, weights string) (b, reject float64) {
		s := did.Spec{Formula: "y ~ 1", Treat: "d", Vcov: vcov.Spec{Type: vcov.Cluster, By: []string{"unit"}}}
		s.Design.Weights = weights
		fit, err := did.TWFE(p, s)
		if err != nil {
			t.Fatal(err)
		}
		k, _ := fit.Coefficient("d")
		if k.PValue < 0.05 {
			reject = 1
		}
		return k.Estimate / panels, reject / panels
	}
	for seed := range uint64(panels) {
		p := selected(t, seed+1)
		b, reject := estimate(p, "")
		raw, rejectedRaw = raw+b, rejectedRaw+reject
		r, err := Run(p, Spec{Formula: "d ~ x", Scheme: PreMeans, Ratio: 2, CommonSupport: true})
		if err != nil {
			t.Fatal(err)
		}
		q, err := r.Panel(p)
		if err != nil {
			t.Fatal(err)
		}
		b, reject = estimate(q, WeightName)
		matched, rejected = matched+b, rejected+reject
	}
	t.Logf("unmatched: mean %.3f, rejects %.3f; matched: mean %.3f, rejects %.3f", raw, rejectedRaw, matched, rejected)
	if rejectedRaw < 0.8 || math.Abs(matched) > raw/10 {
		t.Errorf("the mean estimate is %.3f unmatched (rejects %.3f), %.3f matched; want a bias that matching takes away", raw, rejectedRaw, matched)
	}
	if noise := 3 * math.Sqrt(0.05*0.95/panels); rejected > 0.05+noise {
		t.Errorf("rejects %.3f of matched panels without effect, want at most 0.05 + %.3f", rejected, noise)
	}
}
