package did_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// Where the outcome is the treatment every effect is known exactly: it has no error, instead of one of 1e-16 and three stars, and
// the result says so.
func TestErrorsOfRounding(t *testing.T) {
	c := simulate(rand.New(rand.NewPCG(21, 4)), 40, 10, 0)
	copy(c.of["y"], c.of["treat"])
	p := c.panel(t)
	for _, m := range []did.Method{did.CallawaySantAnna, did.SunAbraham, did.Imputation, did.TwoStage, did.Stacked, did.ExtendedTwoWay, did.Switching} {
		r, err := did.Staggered(p, did.StaggeredSpec{Spec: spec("y ~ 1"), Method: m})
		if err != nil {
			t.Logf("%s: %v", m, err)
			continue
		}
		if math.Abs(r.Overall.Estimate-1) > 1e-12 || !math.IsNaN(r.Overall.StdError) || !slices.ContainsFunc(r.Notes, func(n string) bool { return strings.Contains(n, "has no error") }) {
			t.Errorf("%s: %+v, %v", m, r.Overall, r.Notes)
		}
		for _, e := range r.ByEvent {
			if e.StdError < 1e-10 {
				t.Errorf("%s at %g: %+v", m, e.Key, e)
			}
		}
	}
	// Two units that mirror each other as two clusters: residuals are there, and sum to zero in either.
	two := simulate(rand.New(rand.NewPCG(5, 4)), 2, 6, 0)
	for i := range two.of["y"] {
		two.of["treat"][i] = 0
		if two.of["unit"][i] == two.of["unit"][len(two.of["unit"])-1] && i%6 >= 3 {
			two.of["treat"][i] = 1
		}
	}
	s := spec("y ~ 1")
	s.Vcov = vcov.Spec{Type: vcov.Cluster, By: []string{"unit"}}
	f, err := did.TWFE(two.panel(t), s)
	if err != nil {
		t.Fatal(err)
	}
	if k := f.Coef[0]; !math.IsNaN(k.StdError) || !math.IsNaN(k.PValue) || f.SSR < 1e-3 || !slices.ContainsFunc(f.Notes, func(n string) bool { return strings.Contains(n, "no standard error of treat") }) {
		t.Errorf("%+v, %v", k, f.Notes)
	}
}
