package mediate

import (
	"context"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/simulate"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// mediated is a panel of sixty units over six periods in which the treatment moves M by a, and M moves y by b.
func mediated(t *testing.T, seed uint64, a, b float64) *panel.Panel {
	t.Helper()
	p, _, err := simulate.Staggered(simulate.Options{Seed: seed, Periods: 6, Cohorts: []simulate.Cohort{{Period: 3, Units: 20}, {Period: 5, Units: 20}}})
	if err != nil {
		t.Fatal(err)
	}
	d, err := p.Numbers("treat")
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(seed, 77))
	m, y := make([]float64, len(d)), make([]float64, len(d))
	for i := range d {
		m[i] = a*d[i] + rng.NormFloat64()
		y[i] = 0.3*d[i] + b*m[i] + rng.NormFloat64()
	}
	if p, err = p.With(&panel.Variable{Name: "m", Values: m}, &panel.Variable{Name: "y", Values: y}); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestIntervalsCover: the intervals at 95 % hold the indirect effect ab in 95 % of 200 panels, give or take three binomial
// standard errors and, for a bootstrap of sixty clusters, two points.
func TestIntervalsCover(t *testing.T) {
	const panels, a, b = 200, 0.6, 0.8
	sobel, percentile, bca := 0.0, 0.0, 0.0
	for seed := range uint64(panels) {
		r, err := Run(context.Background(), mediated(t, seed+1, a, b), Spec{Formula: "y ~ treat | unit + period", Treatment: "treat", Mediators: []string{"m"},
			Vcov: vcov.Spec{Type: vcov.Cluster, By: []string{"unit"}}, Boot: 199, Seed: seed + 1})
		if err != nil {
			t.Fatal(err)
		}
		row := r.Rows[0]
		if math.Abs(row.Indirect-a*b) <= 1.959964*math.Abs(row.Indirect/row.SobelZ) {
			sobel += 1. / panels
		}
		if row.BootLow <= a*b && a*b <= row.BootHigh {
			percentile += 1. / panels
		}
		if row.BCaLow <= a*b && a*b <= row.BCaHigh {
			bca += 1. / panels
		}
	}
	noise := 3 * math.Sqrt(0.95*0.05/panels)
	for _, c := range []struct {
		name        string
		share, more float64
	}{{"Sobel", sobel, 0}, {"percentile", percentile, 0.02}, {"BCa", bca, 0.02}} {
		if math.Abs(c.share-0.95) > noise+c.more {
			t.Errorf("the %s interval covers %.3f, want 0.95 ± %.3f", c.name, c.share, noise+c.more)
		}
	}
}

// TestSobelSize: with no effect on the mediator Sobel's test is known to reject too seldom when b is small, and at 5 %
// when b is large; here b is large.
func TestSobelSize(t *testing.T) {
	const panels = 400
	rejected := 0.0
	for seed := range uint64(panels) {
		r, err := Run(context.Background(), mediated(t, seed+1, 0, 2), Spec{Formula: "y ~ treat | unit + period", Treatment: "treat", Mediators: []string{"m"},
			Vcov: vcov.Spec{Type: vcov.IID}, Boot: -1})
		if err != nil {
			t.Fatal(err)
		}
		if r.Rows[0].SobelP < 0.05 {
			rejected += 1. / panels
		}
	}
	if noise := 3 * math.Sqrt(0.95*0.05/panels); math.Abs(rejected-0.05) > noise {
		t.Errorf("Sobel's test rejects %.3f of panels without an indirect effect, want 0.05 ± %.3f", rejected, noise)
	}
}

// Few clusters have few samples, and the result says so.
func TestFewClustersHaveFewSamples(t *testing.T) {
	p := mediated(t, 3, 0.5, 0.5)
	unit, err := p.Numbers(p.UnitName())
	if err != nil {
		t.Fatal(err)
	}
	coarse := &panel.Variable{Name: "coarse", Values: make([]float64, len(unit))}
	for i, u := range unit {
		coarse.Values[i] = math.Mod(u, 5)
	}
	if p, err = p.With(coarse); err != nil {
		t.Fatal(err)
	}
	for by, want := range map[string]string{"coarse": "coarse has 5 clusters, so only 126 of the 400 draws asked for can be distinct", p.UnitName(): ""} {
		s := Spec{Formula: "y ~ treat | unit + period", Treatment: "treat", Mediators: []string{"m"}, Boot: 400, Vcov: vcov.Spec{Type: vcov.Cluster, By: []string{by}}}
		r, err := Run(context.Background(), p, s)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(r.Notes, "\n"); want != "" && !strings.Contains(got, want) || want == "" && strings.Contains(got, "distinct") {
			t.Errorf("by %s: %q, want %q", by, got, want)
		}
	}
}
