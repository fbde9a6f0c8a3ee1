package power

import (
	"context"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/simulate"
)

// uneven is a panel of 8 periods whose treated units, from the fifth period on, vary ratio times as much as the others.
func uneven(t *testing.T, treated, all int, ratio float64) *panel.Panel {
	t.Helper()
	p, _, err := simulate.Staggered(simulate.Options{Seed: 8, Units: all, Periods: 8, Cohorts: []simulate.Cohort{{Period: 5, Units: treated}}})
	if err != nil {
		t.Fatal(err)
	}
	treat, _ := p.Numbers("treat")
	rng := rand.New(rand.NewPCG(6, 7))
	y := make([]float64, len(treat))
	for first := 0; first < len(y); first += 8 {
		for i := first; i < first+8; i++ {
			if y[i] = rng.NormFloat64(); treat[first+7] == 1 {
				y[i] *= ratio
			}
		}
	}
	if p, err = p.With(&panel.Variable{Name: "y", Values: y}); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestOwnNoise: where treated units vary more than the others, noise of their own has the spread of the formula with two
// variances, also with other numbers of treated units, and noise of any unit has not, which a notice says.
func TestOwnNoise(t *testing.T) {
	p := uneven(t, 60, 300, 3)
	spec := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "treat"}}
	spread := func(treated float64) float64 { return math.Sqrt((9/treated + 1./240) * (1./4 + 1./4)) }
	own, err := Simulate(context.Background(), p, spec, Options{Noise: Own, Reps: 4000, Treated: []int{120, 30}})
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(own.SD/own.StdError-1) > 0.05 || math.Abs(own.SD/spread(60)-1) > 0.1 || strings.Contains(strings.Join(own.Notes, "; "), "in the panel itself") {
		t.Errorf("own noise: spread %g, error in the panel %g, want about %g; %q", own.SD, own.StdError, spread(60), own.Notes)
	}
	for _, k := range own.Sizes {
		if want := own.SD * spread(float64(k.Treated)) / spread(60); math.Abs(k.SD/want-1) > 0.06 {
			t.Errorf("%d treated units: spread %g, want %g", k.Treated, k.SD, want)
		}
	}
	any, err := Simulate(context.Background(), p, spec, Options{Reps: 1000})
	if err != nil {
		t.Fatal(err)
	}
	note := strings.Join(any.Notes, "; ")
	if !(any.SD < 0.8*own.SD) || !strings.Contains(note, "treated units vary more than the others") || !strings.HasSuffix(note, "noise=own keeps each unit's own") {
		t.Errorf("any unit's noise: spread %g, %q", any.SD, note)
	}
	for _, ratio := range []float64{1, 1. / 3} {
		r, err := Simulate(context.Background(), uneven(t, 60, 300, ratio), spec, Options{Reps: 1000})
		if err != nil {
			t.Fatal(err)
		}
		if note := strings.Join(r.Notes, "; "); (ratio < 1) != strings.Contains(note, "treated units vary less than the others") {
			t.Errorf("ratio %g: %q", ratio, note)
		}
	}
}

// TestOwnNoiseOfFew: taking their effects off leaves little of few treated units' residuals, and nothing of one's.
func TestOwnNoiseOfFew(t *testing.T) {
	spec := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "treat"}}
	r, err := Simulate(context.Background(), uneven(t, 3, 60, 1), spec, Options{Noise: Own, Reps: 200})
	if err != nil {
		t.Fatal(err)
	}
	if note := strings.Join(r.Notes, "; "); !strings.Contains(note, "3 treated units are few for noise=own") {
		t.Errorf("three treated units: %q", note)
	}
	if r, err = Simulate(context.Background(), uneven(t, 1, 60, 1), spec, Options{Reps: 200}); err != nil {
		t.Fatal(err)
	}
	if note := strings.Join(r.Notes, "; "); !strings.Contains(note, "of 1 treated units that error tells little") || strings.Contains(note, "noise=own") {
		t.Errorf("one treated unit: %q", note)
	}
	if _, err := Simulate(context.Background(), uneven(t, 1, 60, 1), spec, Options{Noise: Own, Reps: 200}); err == nil || !strings.Contains(err.Error(), "one unit alone is treated") {
		t.Errorf("one treated unit: error %v", err)
	}
}

// TestOwnNoiseOfCopies: as many treated units as there are make the same design, also where cohorts vary differently and the
// one in the middle, which weighs most in the estimate, the least.
func TestOwnNoiseOfCopies(t *testing.T) {
	p, _, err := simulate.Staggered(simulate.Options{Seed: 8, Units: 300, Periods: 8, Cohorts: []simulate.Cohort{{Period: 5, Units: 30}, {Period: 8, Units: 30}}})
	if err != nil {
		t.Fatal(err)
	}
	treat, _ := p.Numbers("treat")
	rng := rand.New(rand.NewPCG(6, 7))
	y := make([]float64, len(treat))
	for first := 0; first < len(y); first += 8 {
		for i := first; i < first+8; i++ {
			if y[i] = rng.NormFloat64(); treat[first+7] == 1 && treat[first+5] == 0 {
				y[i] *= 6
			}
		}
	}
	if p, err = p.With(&panel.Variable{Name: "y", Values: y}); err != nil {
		t.Fatal(err)
	}
	r, err := Simulate(context.Background(), p, did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "treat"}}, Options{Noise: Own, Reps: 4000, Treated: []int{60}})
	if err != nil {
		t.Fatal(err)
	}
	if same := r.Sizes[0].SD; math.Abs(same/r.SD-1) > 0.06 {
		t.Errorf("60 treated units: spread %g, and %g where the 60 are named", r.SD, same)
	}
}
