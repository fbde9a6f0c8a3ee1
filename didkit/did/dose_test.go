package did_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// doseSpec is a continuous treatment of simulated columns.
func doseSpec(change func(*did.StaggeredSpec)) did.StaggeredSpec {
	s := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "treat"}, Method: did.ContinuousTreatment, Control: did.NotYetTreated, Dosage: did.Dosage{Dose: "dose", Degree: 2, Knots: 1}}
	s.Design.Weights = "w"
	if change != nil {
		change(&s)
	}
	return s
}

// withDose adds a dose of each treated unit, from adoption on.
func withDose(c *columns) *columns {
	d := c.clone()
	d.names = append(d.names, "dose")
	for i, u := range c.of["unit"] {
		d.of["dose"] = append(d.of["dose"], c.of["treat"][i]*(0.5+math.Mod(u*0.37, 3)))
	}
	return d
}

// TestDoseInvariance: the order of rows and the units' names change nothing, the outcome's unit of measurement the effects,
// the dose's the slopes.
func TestDoseInvariance(t *testing.T) {
	c := withDose(simulate(rand.New(rand.NewPCG(8, 2)), 80, 9, 0))
	shuffled := c.pick(rand.New(rand.NewPCG(1, 2)).Perm(c.rows()))
	for i, u := range shuffled.of["unit"] {
		shuffled.of["unit"][i] = 1e4 - 7*u
		shuffled.of["y"][i] *= 1024
		shuffled.of["dose"][i] *= 64
	}
	for _, target := range []did.Target{did.DoseLevel, did.DoseSlope} {
		s := doseSpec(func(s *did.StaggeredSpec) { s.Target = target })
		a, err := did.Staggered(c.panel(t), s)
		if err != nil {
			t.Fatal(err)
		}
		b, err := did.Staggered(shuffled.panel(t), s)
		if err != nil {
			t.Fatal(err)
		}
		scale := 1024.0
		if target == did.DoseSlope {
			scale = 16
		}
		sameEffects(t, string(target), a, b, scale, true)
		for i, e := range a.Dose.Slopes {
			got := b.Dose.Slopes[i]
			if got.Dose != e.Dose*64 || math.Abs(got.Estimate-16*e.Estimate) > 1e-9*math.Abs(16*e.StdError) || math.Abs(got.StdError-16*e.StdError) > 1e-9*16*e.StdError {
				t.Fatalf("slope at %g: %v, want 16 times %v", e.Dose, got, e)
			}
			level, want := b.Dose.Levels[i], a.Dose.Levels[i]
			if math.Abs(level.Estimate-1024*want.Estimate) > 1e-9*1024*want.StdError || math.Abs(level.StdError-1024*want.StdError) > 1e-9*1024*want.StdError {
				t.Fatalf("level at %g: %v, want 1024 times %v", e.Dose, level, want)
			}
		}
	}
}

// TestDoseCurveIsThatOfCallawaySantAnna: effects by cohort and period, and their averages, are those of the treatment as 0
// and 1; a line in the dose has one slope; a dose known before adoption, or never treated ones missing, changes nothing.
func TestDoseCurveIsThatOfCallawaySantAnna(t *testing.T) {
	c := withDose(simulate(rand.New(rand.NewPCG(18, 2)), 80, 9, 0))
	s := doseSpec(func(s *did.StaggeredSpec) { s.Degree, s.Knots = 1, 0 })
	p := c.panel(t)
	r, err := did.Staggered(p, s)
	if err != nil {
		t.Fatal(err)
	}
	binary := s
	binary.Method, binary.Dosage, binary.Aggregate = did.CallawaySantAnna, did.Dosage{}, did.Group
	want, err := did.Staggered(p, binary)
	if err != nil {
		t.Fatal(err)
	}
	sameEffects(t, "effects", want, r, 1, true)
	for _, e := range r.Dose.Slopes {
		if math.Abs(e.Estimate-r.Dose.ACRT.Estimate) > 1e-12 {
			t.Errorf("slope of a line: %g at %g, %g on average", e.Estimate, e.Dose, r.Dose.ACRT.Estimate)
		}
	}
	known := c.clone()
	for i, a := range c.of["adoption"] {
		u := c.of["unit"][i]
		switch {
		case !(a > 0) || math.IsInf(a, 0):
			known.of["dose"][i] = math.NaN()
		case math.Mod(u, 2) == 0:
			known.of["dose"][i] = 0.5 + math.Mod(u*0.37, 3)
		}
	}
	again, err := did.Staggered(known.panel(t), s)
	if err != nil {
		t.Fatal(err)
	}
	sameEffects(t, "dose known before", r, again, 1, true)
	alone := s
	alone.Treat = ""
	if again, err = did.Staggered(p, alone); err != nil {
		t.Fatal(err)
	}
	sameEffects(t, "adoption read from the dose", r, again, 1, true)
}

// TestDoseBands: the uniform band is wider than pointwise intervals, the same for the same seed, and its errors are near the
// analytic ones.
func TestDoseBands(t *testing.T) {
	p := reference.Panel(t, "testdata/reference/data/dose.csv", "unit", "time")
	s := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1"}, Method: did.ContinuousTreatment, Cohort: "g", Draws: 4000, Seed: 3, Dosage: did.Dosage{Dose: "dose"}}
	a, err := did.Staggered(p, s)
	if err != nil {
		t.Fatal(err)
	}
	b, err := did.Staggered(p, s)
	if err != nil {
		t.Fatal(err)
	}
	s.Draws = 0
	plain, err := did.Staggered(p, s)
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Dose.Levels) != 90 || a.Dose.LevelBand == nil || !(a.Dose.LevelBand.Critical > 2.2) || !(a.Dose.SlopeBand.Critical > 2.2) || plain.Dose.LevelBand != nil {
		t.Fatalf("%d doses, bands %v and %v", len(a.Dose.Levels), a.Dose.LevelBand, a.Dose.SlopeBand)
	}
	for i, e := range a.Dose.Levels {
		if e != b.Dose.Levels[i] {
			t.Fatalf("the same seed gives %v and %v", e, b.Dose.Levels[i])
		}
		for _, pair := range [][2]did.DosePoint{{e, plain.Dose.Levels[i]}, {a.Dose.Slopes[i], plain.Dose.Slopes[i]}} {
			if ratio := pair[0].StdError / pair[1].StdError; math.Abs(ratio-1) > 0.08 {
				t.Errorf("error at %g: %g drawn, %g analytic", e.Dose, pair[0].StdError, pair[1].StdError)
			}
			if pair[0].Estimate != pair[1].Estimate {
				t.Errorf("estimate at %g: %g drawn, %g analytic", e.Dose, pair[0].Estimate, pair[1].Estimate)
			}
		}
	}
}

// TestDoseSentences: a dose that can't be used is told in one sentence, and where.
func TestDoseSentences(t *testing.T) {
	set := func(c *columns, unit, time, dose float64) {
		for i := range c.of["dose"] {
			if c.of["unit"][i] == unit && (time < 0 || c.of["time"][i] == time) {
				c.of["dose"][i] = dose
			}
		}
	}
	base := withDose(simulate(rand.New(rand.NewPCG(8, 2)), 80, 9, 0))
	last, treated, never := 0.0, -1.0, -1.0
	for i, u := range base.of["unit"] {
		last = math.Max(last, base.of["time"][i])
		if base.of["treat"][i] == 1 && treated < 0 && base.of["time"][i] < 2000 {
			treated = u
		}
	}
	everTreated := map[float64]float64{}
	for i, u := range base.of["unit"] {
		everTreated[u] += base.of["treat"][i]
		if everTreated[u] >= 2 {
			treated = u
		}
	}
	for u, n := range everTreated {
		if n == 0 && (never < 0 || u < never) {
			never = u
		}
	}
	for _, k := range []struct {
		name   string
		data   func(*columns)
		change func(*did.StaggeredSpec)
		err    string
	}{
		{"no dose", nil, func(s *did.StaggeredSpec) { s.Dose = "" }, "method=cdid needs the dose, named by dose="},
		{"outcome", nil, func(s *did.StaggeredSpec) { s.Formula = "dose ~ 1" }, "dose is both the outcome and the treatment"},
		{"unknown", nil, func(s *did.StaggeredSpec) { s.Dose = "doze" }, "doze"},
		{"varies", func(c *columns) { set(c, treated, last, 9) }, nil, "after adoption (row "},
		{"negative", func(c *columns) { set(c, treated, last, -2) }, nil, "dose is -2 in row"},
		{"infinite", func(c *columns) { set(c, treated, last, math.Inf(1)) }, nil, "a dose is 0 or more"},
		{"never treated", func(c *columns) { set(c, never, last, 2) }, nil, "which is never treated"},
		{"another before", func(c *columns) { set(c, treated, 2000, 0.1) }, nil, "before adoption a dose is 0, missing, or the one to come"},
		{"controls", nil, func(s *did.StaggeredSpec) { s.Formula = "y ~ x" }, "method=cdid takes no controls, and the formula has x"},
		{"too few doses", func(c *columns) {
			for i, d := range c.of["dose"] {
				c.of["dose"][i] = math.Min(d, 1) * c.of["treat"][i]
				if c.of["dose"][i] > 0 {
					c.of["dose"][i] = 1 + math.Mod(math.Trunc(c.of["unit"][i]/3), 3)
				}
			}
		}, nil, "2 distinct doses are too few for a spline of degree 2 with 1 inner knots, which needs 4; lower degree= or knots="},
		{"knots on one value", func(c *columns) {
			for i, u := range c.of["unit"] {
				if math.Mod(u, 5) > 0 {
					c.of["dose"][i] = 1.5 * c.of["treat"][i]
				}
			}
		}, func(s *did.StaggeredSpec) { s.Degree, s.Knots = 1, 2 }, "fall on the same value, 1.5"},
		{"degree", nil, func(s *did.StaggeredSpec) { s.Degree = -1 }, "counts from 1, a line"},
		{"knots", nil, func(s *did.StaggeredSpec) { s.Knots = -1 }, "count from 0"},
		{"outside", nil, func(s *did.StaggeredSpec) { s.Grid = []float64{77} }, "a dose of 77 lies outside the doses seen"},
		{"all treated", func(c *columns) {
			for i, n := range c.of["unit"] {
				if everTreated[n] == 0 {
					c.of["unit"][i] = math.NaN()
				}
			}
		}, func(s *did.StaggeredSpec) { s.Control = did.NeverTreated }, "method=cdid compares with never-treated units, and every unit is treated at some time; control=notyet"},
	} {
		t.Run(k.name, func(t *testing.T) {
			c := base.clone()
			if k.data != nil {
				k.data(c)
			}
			if k.name == "all treated" {
				var keep []int
				for i, u := range c.of["unit"] {
					if u == u {
						keep = append(keep, i)
					}
				}
				c = c.pick(keep)
			}
			if _, err := did.Staggered(c.panel(t), doseSpec(k.change)); err == nil || !strings.Contains(err.Error(), k.err) {
				t.Errorf("error %v, want one with %q", err, k.err)
			}
		})
	}
	c := base.clone()
	set(c, treated, -1, math.NaN())
	r, err := did.Staggered(c.panel(t), doseSpec(nil))
	if err != nil || !strings.Contains(strings.Join(r.Notes, "\n"), "1 treated unit was left out, as dose is missing from their adoption on") {
		t.Errorf("missing dose: %v", err)
	}
}

var byRegion = vcov.Spec{Type: vcov.Cluster, By: []string{"region"}}

func refused(t *testing.T, p *panel.Panel, s did.StaggeredSpec, want string) {
	t.Helper()
	if _, err := did.Staggered(p, s); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v, want one with %q", err, want)
	}
}
