package did_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// TestExtendedIsTheRegressionOnItsDummies: the sums by unit give what the regression on written-out dummies gives, with every
// covariance, weights and gaps.
func TestExtendedIsTheRegressionOnItsDummies(t *testing.T) {
	c := simulate(rand.New(rand.NewPCG(31, 7)), 60, 9, 0.05)
	c.names = append(c.names, "cell")
	start := map[float64]float64{} // the first treated year that is seen; rows stand by unit and year
	for i, treat := range c.of["treat"] {
		cell, u := 0.0, c.of["unit"][i]
		if treat == 1 {
			if start[u] == 0 {
				start[u] = c.of["time"][i]
			}
			cell = 100*(start[u]-2000) + c.of["time"][i] - 2000
		}
		c.of["cell"] = append(c.of["cell"], cell)
	}
	p := c.panel(t)
	for _, weights := range []string{"", "w"} {
		for _, v := range []vcov.Spec{{}, {Type: vcov.IID}, {Type: vcov.Hetero}, {Type: vcov.Cluster, By: []string{"time"}}, {Type: vcov.Cluster, By: []string{"unit", "time"}}} {
			s := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "treat", Vcov: v}, Method: did.ExtendedTwoWay}
			s.Design.Weights = weights
			r, err := did.Staggered(p, s)
			if err != nil {
				t.Fatal(v, err)
			}
			if v.Type == "" {
				v = vcov.Spec{Type: vcov.Cluster, By: []string{"unit"}}
			}
			want := regress.Spec{Formula: "y ~ i(cell, ref=0) | unit + time", Vcov: v}
			want.Design.Weights, want.Design.KeepSingletons = weights, true
			fits, err := regress.Estimate(p, want)
			if err != nil {
				t.Fatal(v, err)
			}
			if len(fits[0].Coef) != len(r.GroupTime) || fits[0].N != r.N {
				t.Fatalf("%s: %d cells of %d rows, want %d of %d", v, len(r.GroupTime), r.N, len(fits[0].Coef), fits[0].N)
			}
			for i, w := range fits[0].Coef {
				g := r.GroupTime[i]
				if !(math.Abs(g.Estimate-w.Estimate) <= 1e-10*w.StdError) || !(math.Abs(g.StdError-w.StdError) <= 1e-9*w.StdError) || !(math.Abs(g.PValue-w.PValue) <= 1e-8) {
					t.Errorf("%s, weights %q: ATT(%g, %g) is %.14g (%.14g, p %.8g), want %.14g (%.14g, p %.8g)", v, weights, g.Cohort, g.Time, g.Estimate, g.StdError, g.PValue, w.Estimate, w.StdError, w.PValue)
				}
			}
		}
	}
}

// TestCohortEffectsStandForUnits: in a balanced panel with controls that are constant in time, effects of the cohort give the
// estimates of effects of the unit (Wooldridge 2021).
func TestCohortEffectsStandForUnits(t *testing.T) {
	c := withSize(simulate(rand.New(rand.NewPCG(8, 2)), 60, 9, 0))
	c.names = append(c.names, "cohort")
	for _, g := range c.of["adoption"] {
		if g != g {
			g = 0
		}
		c.of["cohort"] = append(c.of["cohort"], g)
	}
	p := c.panel(t)
	for _, control := range []did.Control{did.NotYetTreated, did.NeverTreated} {
		var results []*did.ATTResult
		for _, effects := range []string{"unit + time", "cohort + time"} {
			for _, controls := range []string{"1", "size"} {
				s := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ " + controls + " | " + effects, Treat: "treat"}, Method: did.ExtendedTwoWay, Control: control}
				r, err := did.Staggered(p, s)
				if err != nil {
					t.Fatal(effects, controls, err)
				}
				results = append(results, r)
			}
		}
		for k := range 2 {
			a, b := results[k], results[2+k]
			if len(a.GroupTime) != len(b.GroupTime) {
				t.Fatalf("%s: %d cells, then %d", control, len(a.GroupTime), len(b.GroupTime))
			}
			for i, g := range a.GroupTime {
				if w := b.GroupTime[i]; !(math.Abs(g.Estimate-w.Estimate) <= 1e-9) || !(math.Abs(g.StdError/w.StdError-1) < 0.05) {
					t.Errorf("%s: ATT(%g, %g) %.12g (%.6g) with units, %.12g (%.6g) with cohorts", control, g.Cohort, g.Time, g.Estimate, g.StdError, w.Estimate, w.StdError)
				}
			}
		}
	}
}
