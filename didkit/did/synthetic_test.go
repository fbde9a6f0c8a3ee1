package did_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// TestSyntheticSentences: what synthetic controls can't do is told in a sentence.
func TestSyntheticSentences(t *testing.T) {
	never := []int{0, 0, 0, 0, 0, 0, 0, 3, 3, 3, 4, 4, 4}
	for _, c := range []struct {
		name    string
		start   []int
		method  did.Method
		formula string
		change  func(*did.StaggeredSpec)
		err     string
		note    string
	}{
		{name: "no never-treated", start: []int{3, 3, 4, 4}, err: "method=sdid compares with never-treated units, and every unit is treated"},
		{name: "sc, no never-treated", start: []int{3, 3, 4, 4}, method: did.SyntheticControl, err: "method=sc compares with never-treated units"},
		{name: "one never-treated", start: []int{0, 3, 3, 4, 4}, err: "there is only one (0)"},
		{name: "one period before", start: []int{0, 0, 0, 0, 2, 2}, err: "needs two periods before adoption to find weights, and no cohort has them"},
		{name: "a cohort with one period before", start: []int{0, 0, 0, 0, 2, 2, 3, 3}, note: "cohort 2 was left out: it has one period before adoption, and weights need two"},
		{name: "controls", start: never, formula: "y ~ x", note: "by coefficients found together with the weights"},
		{name: "projected controls", start: never, formula: "y ~ x:time", change: func(s *did.StaggeredSpec) { s.Covariates = did.ProjectedCovariates }, note: "by a regression on the rows of never-treated units"},
		{name: "constant controls", start: never, formula: "y ~ I(x-x)", err: "is the same in all rows used"},
		{name: "controls constant in time", start: never, formula: "y ~ x", change: func(s *did.StaggeredSpec) { s.Covariates = did.ProjectedCovariates }, err: "control x does not change over time of itself"},
		{name: "collinear controls", start: never, formula: "y ~ x:time + I(2*x):time", change: func(s *did.StaggeredSpec) { s.Covariates = did.ProjectedCovariates }, err: "controls are collinear among never-treated units"},
		{name: "controls of sc", start: never, formula: "y ~ x", method: did.SyntheticControl, change: func(s *did.StaggeredSpec) { s.Covariates = did.OptimizedCovariates }, err: "covariates=projected takes them from never-treated units"},
		{name: "weights", start: never, change: func(s *did.StaggeredSpec) { s.Design.Weights = "x" }, err: "takes no weights="},
		{name: "other effects", start: never, formula: "y ~ 1 | unit + x^time", err: "effects of unit and time and no others"},
		{name: "iid", start: never, change: func(s *did.StaggeredSpec) { s.Vcov = vcov.Spec{Type: vcov.IID} }, err: "clustered errors only"},
		{name: "other clusters", start: never, change: func(s *did.StaggeredSpec) { s.Vcov = vcov.Spec{Type: vcov.Cluster, By: []string{"g"}} }, err: "resamples units of unit"},
		{name: "jackknife of one", start: append([]int{5}, never...), change: func(s *did.StaggeredSpec) { s.Resampling = did.JackknifeUnits }, err: "cohort 5 has one"},
		{name: "bootstrap of one", start: []int{0, 0, 0, 3}, change: func(s *did.StaggeredSpec) { s.Resampling = did.BootstrapUnits }, err: "needs two treated units at least, and there is one (3)"},
		{name: "too few placebo units", start: []int{0, 0, 3, 3}, change: func(s *did.StaggeredSpec) { s.Resampling = did.PlaceboUnits }, err: "there are 2 for 2 treated ones"},
		{name: "unknown errors", start: never, change: func(s *did.StaggeredSpec) { s.Resampling = "none" }, err: `no errors "none"`},
		{name: "treated at once", start: append([]int{1, 1}, never...), note: "2 units treated in their first period already were left out"},
		{name: "cohort of one by the bootstrap", start: append([]int{5}, never...), change: func(s *did.StaggeredSpec) { s.Resampling = did.BootstrapUnits }, note: "cohort 5 is one unit (0)"},
		{name: "static", start: never, change: func(s *did.StaggeredSpec) { s.Aggregate = did.Static }, err: "goes with method=stacked"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := staggeredPanelOf(t, 6, c.start, func(u, k int) float64 { return 1 + float64(u%2) })
			s := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "d"}, Method: did.SyntheticDID, Draws: 10}
			if c.method != "" {
				s.Method = c.method
			}
			if c.formula != "" {
				s.Formula = c.formula
			}
			if c.change != nil {
				c.change(&s)
			}
			if c.name == "other clusters" {
				s.Vcov.By = []string{"x"}
			}
			r, err := did.Staggered(p, s)
			says(t, r, err, c.err, c.note)
		})
	}
}

// TestSyntheticCovariatesInvariance: with controls, neither the order of rows, nor the controls' units of measurement, nor the
// number of cores change anything, and the outcome's scale does nothing but scale; a context that has ended ends the drawing,
// whose progress is told.
func TestSyntheticCovariatesInvariance(t *testing.T) {
	c := simulate(rand.New(rand.NewPCG(5, 9)), 60, 9, 0)
	shuffled := c.pick(rand.New(rand.NewPCG(1, 2)).Perm(c.rows()))
	for i := range shuffled.of["y"] {
		shuffled.of["y"][i] *= 1024
		shuffled.of["x"][i] = 7 - 1e5*shuffled.of["x"][i]
	}
	for _, way := range []did.Covariates{did.OptimizedCovariates, did.ProjectedCovariates} {
		for _, kind := range []did.Resampling{did.BootstrapUnits, did.JackknifeUnits} {
			told := 0
			s := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ x", Treat: "treat"}, Method: did.SyntheticDID, Covariates: way, Resampling: kind, Draws: 20, Seed: 3,
				Progress: func(done, total int) { told = done }}
			estimate := func(c *columns) *did.ATTResult {
				r, err := did.Staggered(c.panel(t), s)
				if err != nil {
					t.Fatal(err)
				}
				return r
			}
			r := estimate(c)
			if told != r.Resampled.Draws {
				t.Errorf("%s, %s: %d of %d draws told", way, kind, told, r.Resampled.Draws)
			}
			cores := runtime.GOMAXPROCS(1)
			again := estimate(shuffled)
			runtime.GOMAXPROCS(cores)
			for i, e := range r.ByEvent {
				for _, v := range [][2]float64{{e.Estimate, again.ByEvent[i].Estimate / 1024}, {e.StdError, again.ByEvent[i].StdError / 1024}} {
					if v[0] == v[0] && !(math.Abs(v[0]-v[1]) <= 1e-6*math.Max(math.Abs(v[0]), 1e-3)) {
						t.Errorf("%s, %s, at %g: %g and %g", way, kind, e.Key, v[0], v[1])
					}
				}
			}
			if a, b := r.Synthetic[0].Covariates[0].Estimate, again.Synthetic[0].Covariates[0].Estimate; !(math.Abs(a+b*1e5/1024) <= 1e-6*math.Abs(a)) {
				t.Errorf("%s: coefficient %g, and %g at another scale", way, a, b)
			}
			ctx, stop := context.WithCancel(context.Background())
			s.Progress = func(done, _ int) {
				if done == 3 {
					stop()
				}
			}
			s.Design.Stop = ctx.Err
			if _, err := did.Staggered(c.panel(t), s); !errors.Is(err, context.Canceled) {
				t.Errorf("%s, %s: interrupted, %v", way, kind, err)
			}
		}
	}
}

// TestSyntheticInvariance: the order of rows and the number of cores change nothing, not even the draws; the outcome's
// scale changes nothing but the scale; a seed reproduces, and another gives other errors.
func TestSyntheticInvariance(t *testing.T) {
	c := simulate(rand.New(rand.NewPCG(5, 9)), 60, 9, 0)
	ever := map[float64]bool{}
	for i, d := range c.of["treat"] {
		if d == 1 {
			ever[c.of["unit"][i]] = true
		}
	}
	var few []int // rows with a quarter of the treated units, so that placebo units suffice
	for i, u := range c.of["unit"] {
		if !ever[u] || math.Mod(math.Floor(u/3), 4) == 0 {
			few = append(few, i)
		}
	}
	all := c
	for _, m := range []did.Method{did.SyntheticDID, did.SyntheticControl} {
		for _, kind := range []did.Resampling{did.PlaceboUnits, did.BootstrapUnits, did.JackknifeUnits} {
			t.Run(string(m)+", "+string(kind), func(t *testing.T) {
				c := all
				if kind == did.PlaceboUnits {
					c = all.pick(few)
				}
				shuffled := c.pick(rand.New(rand.NewPCG(1, 2)).Perm(c.rows()))
				for i := range shuffled.of["y"] {
					shuffled.of["y"][i] *= 1024
				}
				s := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "treat"}, Method: m, Resampling: kind, Draws: 20, Seed: 3}
				estimate := func(c *columns, s did.StaggeredSpec) *did.ATTResult {
					r, err := did.Staggered(c.panel(t), s)
					if err != nil {
						t.Fatal(err)
					}
					return r
				}
				r := estimate(c, s)
				defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
				again := estimate(shuffled, s)
				same := func(what string, a, b float64) {
					t.Helper()
					if !(math.Abs(a-b) <= 1e-7*math.Max(math.Abs(a), 1e-3)) {
						t.Errorf("%s: %g and %g", what, a, b)
					}
				}
				same("overall", r.Overall.Estimate, again.Overall.Estimate/1024)
				same("its error", r.Overall.StdError, again.Overall.StdError/1024)
				for i, e := range r.ByEvent {
					if e.StdError == e.StdError {
						same("event", e.Estimate, again.ByEvent[i].Estimate/1024)
						same("its error", e.StdError, again.ByEvent[i].StdError/1024)
					}
				}
				s.Seed = 4
				if other := estimate(c, s); kind != did.JackknifeUnits && other.Overall.StdError == r.Overall.StdError {
					t.Error("another seed gives the same error")
				}
			})
		}
	}
}
