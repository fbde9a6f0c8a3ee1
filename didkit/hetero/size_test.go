package hetero

import (
	"context"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/simulate"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// grouped is a panel of eighty units over six periods, half of the units of each cohort in group 1, whose effect is
// larger by more.
func grouped(t *testing.T, seed uint64, more float64) *panel.Panel {
	t.Helper()
	p, _, err := simulate.Staggered(simulate.Options{Seed: seed, Units: 80, Periods: 6, Cohorts: []simulate.Cohort{{Period: 3, Units: 20}, {Period: 5, Units: 20}}})
	if err != nil {
		t.Fatal(err)
	}
	d, _ := p.Numbers("treat")
	y, _ := p.Numbers("y")
	rng := rand.New(rand.NewPCG(seed, 5))
	of := make([]float64, p.Units().Levels())
	for u := range of {
		of[u] = float64(rng.IntN(2))
	}
	g, z := make([]float64, len(d)), make([]float64, len(d))
	for i, u := range p.Units().Codes {
		g[i] = of[u]
		z[i] = y[i] + more*g[i]*d[i]
	}
	if p, err = p.With(&panel.Variable{Name: "g", Values: g}, &panel.Variable{Name: "y", Values: z}); err != nil {
		t.Fatal(err)
	}
	return p
}

// rejections is the share of panels in which each test rejects at 5 %, under its method's first word.
func rejections(t *testing.T, panels int, more float64, v vcov.Spec, permute int) map[string]float64 {
	t.Helper()
	out := map[string]float64{"stacked": 0, "interactions": 0}
	for seed := range uint64(panels) {
		r, err := Run(context.Background(), grouped(t, seed+1, more), Spec{Spec: did.Spec{Formula: "y ~ 1", Treat: "treat", Vcov: v}, By: "g", Permute: permute, Seed: seed + 1})
		if err != nil {
			t.Fatal(err)
		}
		for _, test := range r.Tests {
			if test.PValue <= 0.05 {
				name, _, _ := strings.Cut(test.Method, " ")
				out[name] += 1 / float64(panels)
			}
		}
	}
	return out
}

// TestSizeOfDifferences: where both groups have the same effect the tests reject 5 % of panels, give or take three
// binomial standard errors; where one is larger by a standard deviation of the noise, more than half of them.
func TestSizeOfDifferences(t *testing.T) {
	for _, c := range []struct {
		vcov    vcov.Spec
		panels  int
		permute int
	}{{vcov.Spec{Type: vcov.IID}, 300, 0}, {vcov.Spec{Type: vcov.Cluster, By: []string{"unit"}}, 300, 0}, {vcov.Spec{Type: vcov.IID}, 120, 19}} {
		noise := 3 * math.Sqrt(0.05*0.95/float64(c.panels))
		got := rejections(t, c.panels, 0, c.vcov, c.permute)
		if c.permute > 0 {
			got = map[string]float64{"Fisher": got["Fisher"]}
		}
		for name, share := range got {
			if math.Abs(share-0.05) > noise {
				t.Errorf("%s, errors %s: rejects %.3f of panels with equal effects, want 0.05 ± %.3f", name, c.vcov, share, noise)
			}
		}
	}
	for name, share := range rejections(t, 40, 1, vcov.Spec{Type: vcov.IID}, 19) {
		if share < 0.5 {
			t.Errorf("%s rejects only %.3f of panels whose effects differ", name, share)
		}
	}
}
