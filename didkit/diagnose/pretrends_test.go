package diagnose_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
)

// TestPretrendsReference holds slopes, power, ratios and conditional means to R's pretrends within its own quasi-Monte
// Carlo error, and to scipy's exact-to-five-digits numbers on castle.
func TestPretrendsReference(t *testing.T) {
	var honest struct{ Vectors map[string]vector }
	load(t, "honest.json", &honest)
	var ref struct {
		Cases []struct {
			Vector, Program, Version string
			Power, Slope             float64
			BayesFactor              float64 `json:"bayes_factor"`
			LikelihoodRatio          float64 `json:"likelihood_ratio"`
			Conditional              []float64
			Tolerance                float64
		}
	}
	load(t, "pretrends.json", &ref)
	ours := castleStudy(t)
	for _, c := range ref.Cases {
		v := ours
		if c.Vector != "castle" {
			v = honest.Vectors[c.Vector].events()
		}
		r, err := diagnose.PowerOfPretrends(v, diagnose.PretrendsOptions{Powers: []float64{c.Power}})
		if err != nil {
			t.Fatal(err)
		}
		name := c.Vector
		compared.With(t, compared.Source{Command: "pretrends", Program: c.Program, Version: c.Version, File: "pretrends.json", Case: fmt.Sprint(c.Vector, c.Power)})
		near(t, name+" slope", r.Slopes[0].Slope, c.Slope, c.Tolerance, 0)
		near(t, name+" power", r.Power, c.Power, 1e-9, 0)
		// at the program's own slope, as these ratios follow it closely
		if r, err = diagnose.PowerOfPretrends(v, diagnose.PretrendsOptions{Powers: []float64{c.Power}, Slope: &c.Slope}); err != nil {
			t.Fatal(err)
		}
		near(t, name+" Bayes factor", r.BayesFactor, c.BayesFactor, c.Tolerance, 0)
		near(t, name+" likelihood ratio", r.LikelihoodRatio, c.LikelihoodRatio, 1e-6, 0)
		i := 0
		for _, row := range r.Rows {
			if row.EventTime == v.Ref {
				continue
			}
			near(t, name+" mean if passed", row.Conditional, c.Conditional[i], c.Tolerance, math.Sqrt(v.V[0][0]))
			i++
		}
	}
}

// With one period before the reference everything is in closed form: P(|N(δ, s)| > z s).
func TestPretrendsOnePeriod(t *testing.T) {
	v := &diagnose.EventVector{Times: []int{-2, 0}, Beta: []float64{0.1, 0.4}, Ref: -1, Pre: 1, V: [][]float64{{0.04, 0.01}, {0.01, 0.09}}}
	slope := 0.3
	r, err := diagnose.PowerOfPretrends(v, diagnose.PretrendsOptions{Slope: &slope})
	if err != nil {
		t.Fatal(err)
	}
	const z = 1.959963984540054
	cdf := func(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }
	a, b := -z+1.5, z+1.5 // in standard errors of 0.2, around δ = -0.3
	passed := cdf(b) - cdf(a)
	near(t, "power", r.Power, 1-passed, 1e-9, 0)
	density := func(x float64) float64 { return math.Exp(-x*x/2) / math.Sqrt(2*math.Pi) }
	shift := 0.2 * (density(a) - density(b)) / passed
	near(t, "mean if passed before", r.Rows[0].Conditional, -0.3+shift, 1e-4, 0)
	near(t, "mean if passed after", r.Rows[2].Conditional, 0.3+0.01/0.04*shift, 1e-4, 0)
	if _, err := diagnose.PowerOfPretrends(v, diagnose.PretrendsOptions{Powers: []float64{0.04}}); err == nil {
		t.Error("a power below the test's size, and no error")
	}
}
