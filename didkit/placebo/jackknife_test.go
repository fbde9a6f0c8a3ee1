package placebo

import (
	"context"
	"math"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/simulate"
)

// TestJackknifeCovers: the spread of the estimates without each unit is that of sampling units. The jackknife's standard
// error √((G-1)/G Σ(b₋ᵢ - b̄)²) makes intervals that hold the true effect in 95 % of 200 panels, give or take three
// binomial standard errors.
func TestJackknifeCovers(t *testing.T) {
	const panels, effect = 200, 1.0
	covered := 0.0
	for seed := range uint64(panels) {
		p, _, err := simulate.Staggered(simulate.Options{Seed: seed + 1, Periods: 6, AR: 0.5, Cohorts: []simulate.Cohort{{Period: 3, Units: 20}, {Period: 5, Units: 20}}, Effect: []float64{effect}})
		if err != nil {
			t.Fatal(err)
		}
		r, err := LeaveOneOut(context.Background(), p, did.Spec{Formula: "y ~ 1", Treat: "treat"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		g, mean, ss := float64(len(r.Units)), 0.0, 0.0
		for _, u := range r.Units {
			mean += u.Estimate / g
		}
		for _, u := range r.Units {
			ss += (u.Estimate - mean) * (u.Estimate - mean)
		}
		if math.Abs(r.Actual-effect) <= 2.001*math.Sqrt((g-1)/g*ss) { // the 97.5 % quantile of t with 59 degrees of freedom
			covered += 1. / panels
		}
	}
	if noise := 3 * math.Sqrt(0.95*0.05/panels); math.Abs(covered-0.95) > noise {
		t.Errorf("covers %.3f, want 0.95 ± %.3f", covered, noise)
	}
}
