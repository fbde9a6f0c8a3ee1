package did_test

import (
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/did"
)

// simulateDoses are the columns of a panel of two cohorts in three periods, whose second has twice the first's effect
// d/2 + d²/10 of a dose uniform on 0.5 … 2.5.
func simulateDoses(rng *rand.Rand, units int) *columns {
	c := &columns{names: []string{"unit", "time", "g", "dose", "y", "w"}, of: map[string][]float64{}}
	for u := range units {
		g, dose := 0.0, 0.0
		if x := rng.Float64(); x < 0.65 {
			if g, dose = 2, 0.5+2*rng.Float64(); x < 0.25 {
				g = 3
			}
		}
		level := rng.NormFloat64()
		for t := 1.0; t <= 3; t++ {
			y := level + 0.3*t + (0.5+0.3*dose)*rng.NormFloat64()
			if g > 0 && t >= g {
				y += (g - 1) * (0.5*dose + 0.1*dose*dose)
			}
			for i, v := range []float64{float64(u + 1), t, g, dose, y, 1} {
				c.of[c.names[i]] = append(c.of[c.names[i]], v)
			}
		}
	}
	return c
}

// TestDoseCoverage: 95 % intervals of both means, of effects and slopes at a dose, and the uniform bands hold the truth in
// about 95 of 100 samples.
func TestDoseCoverage(t *testing.T) {
	if testing.Short() {
		t.Skip("500 samples")
	}
	grid := []float64{0.6, 0.8, 1, 1.2, 1.5, 1.8, 2, 2.2, 2.4}
	first := 0.4 / 0.65 // the share of the first cohort, whose multiple is 1
	times := first + 2*(1-first)
	level := func(d float64) float64 { return times * (0.5*d + 0.1*d*d) }
	slope := func(d float64) float64 { return times * (0.5 + 0.2*d) }
	hits := map[string]int{}
	const samples = 500
	for i := range samples {
		p := simulateDoses(rand.New(rand.NewPCG(77, uint64(i))), 1000).panel(t)
		s := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1"}, Method: did.ContinuousTreatment, Cohort: "g", Control: did.NotYetTreated, Dosage: did.Dosage{Dose: "dose", Degree: 2, Grid: grid}}
		plain, err := did.Staggered(p, s)
		if err != nil {
			t.Fatal(err)
		}
		s.Draws, s.Seed = 300, uint64(i)
		drawn, err := did.Staggered(p, s)
		if err != nil {
			t.Fatal(err)
		}
		count := func(what string, in bool) {
			if in {
				hits[what]++
			}
		}
		holds := func(e did.Effect, truth float64) bool { return e.ConfLow <= truth && truth <= e.ConfHigh }
		count("mean ATT", holds(plain.Dose.ATT, times*(0.5*1.5+0.1*(1.5*1.5+1.0/3))))
		count("mean ACRT", holds(plain.Dose.ACRT, times*(0.5+0.2*1.5)))
		levels, slopes := true, true
		for k, d := range grid {
			if d == 1.5 {
				count("ATT(1.5)", holds(plain.Dose.Levels[k].Effect, level(d)))
				count("ACRT(1.5)", holds(plain.Dose.Slopes[k].Effect, slope(d)))
			}
			levels = levels && holds(drawn.Dose.Levels[k].Effect, level(d))
			slopes = slopes && holds(drawn.Dose.Slopes[k].Effect, slope(d))
		}
		count("band of ATT", levels)
		count("band of ACRT", slopes)
	}
	for _, what := range []string{"mean ATT", "mean ACRT", "ATT(1.5)", "ACRT(1.5)", "band of ATT", "band of ACRT"} {
		share := float64(hits[what]) / samples
		t.Logf("%s: %.3f", what, share)
		if math.Abs(share-0.95) > 0.03 { // three errors of a share of 500
			t.Errorf("%s holds the truth in %.3f of the samples", what, share)
		}
	}
}

// TestDosePiecesCoverage: the band around a spline that the data chose holds the whole curve in 95 of 100 samples at least,
// since it allows for what smoothing leaves out.
func TestDosePiecesCoverage(t *testing.T) {
	if testing.Short() {
		t.Skip("120 samples")
	}
	var grid []float64
	for i := range 19 {
		grid = append(grid, 0.05+0.05*float64(i))
	}
	const samples = 120
	levels := 0
	for i := range samples {
		rng := rand.New(rand.NewPCG(9, uint64(i)))
		c := &columns{names: []string{"unit", "time", "g", "dose", "y"}, of: map[string][]float64{}}
		for u := range 400 {
			g, dose := 0.0, 0.0
			if u%4 > 0 {
				g, dose = 2, 0.001+0.999*rng.Float64()
			}
			for time := 1.0; time <= 2; time++ {
				y := time + 0.3*rng.NormFloat64()
				if time == 2 && g > 0 {
					y += math.Sin(6 * dose)
				}
				for k, v := range []float64{float64(u + 1), time, g, dose, y} {
					c.of[c.names[k]] = append(c.of[c.names[k]], v)
				}
			}
		}
		s := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1"}, Method: did.ContinuousTreatment, Cohort: "g", Draws: 200, Seed: uint64(i), Dosage: did.Dosage{Dose: "dose", Auto: true, Grid: grid}}
		r, err := did.Staggered(c.panel(t), s)
		if err != nil {
			t.Fatal(err)
		}
		in := true
		for _, e := range r.Dose.Levels {
			in = in && e.ConfLow <= math.Sin(6*e.Dose) && math.Sin(6*e.Dose) <= e.ConfHigh
		}
		if in {
			levels++
		}
	}
	if share := float64(levels) / samples; share < 0.92 {
		t.Errorf("the band holds the curve in %.3f of the samples", share)
	}
}

// TestDoseCores: the numbers do not depend on the number of cores, drawn ones included.
func TestDoseCores(t *testing.T) {
	p := simulateDoses(rand.New(rand.NewPCG(3, 4)), 5000).panel(t)
	s := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1"}, Method: did.ContinuousTreatment, Cohort: "g", Draws: 200, Seed: 5, Dosage: did.Dosage{Dose: "dose", Knots: 2}}
	var before *did.ATTResult
	for _, n := range []int{1, 2, 5} {
		former := runtime.GOMAXPROCS(n)
		r, err := did.Staggered(p, s)
		runtime.GOMAXPROCS(former)
		if err != nil {
			t.Fatal(err)
		}
		for i := range r.Dose.Levels {
			if before != nil && (r.Dose.Levels[i] != before.Dose.Levels[i] || r.Dose.Slopes[i] != before.Dose.Slopes[i]) {
				t.Fatalf("%d cores: %v and %v, before %v and %v", n, r.Dose.Levels[i], r.Dose.Slopes[i], before.Dose.Levels[i], before.Dose.Slopes[i])
			}
		}
		before = r
	}
}

// BenchmarkDose is a continuous treatment of 100,000 units over three periods.
func BenchmarkDose(b *testing.B) {
	p := simulateDoses(rand.New(rand.NewPCG(3, 4)), 100_000).panel(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := did.Staggered(p, did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1"}, Method: did.ContinuousTreatment, Cohort: "g", Dosage: did.Dosage{Dose: "dose", Knots: 2}}); err != nil {
			b.Fatal(err)
		}
	}
}
