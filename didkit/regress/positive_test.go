package regress_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// Errors clustered two ways, where the covariance must be made positive: a variable in cents instead of billions once
// multiplied its error by a thousand, without a note.
func TestNonpositiveCovarianceFollowsTheUnitsOfMeasurement(t *testing.T) {
	spec := regress.Spec{Formula: "y ~ x1 + x2 + d + w + g | unit + time", Vcov: vcov.Spec{Type: vcov.Cluster, By: []string{"unit", "time"}}}
	met := 0
	for seed := range uint64(20) {
		f := simulate(rand.New(rand.NewPCG(seed, 5)), 14, 6, 0.1)
		if !notesNonpositive(estimate(t, f.panel(t, "unit", "time"), spec).Fit) {
			continue
		}
		met++
		// In like units the eigenvalues are fixest's, of the matrix as it stands, in unlike ones those of the scaled
		// matrix: within each the errors must follow the units.
		for _, c := range []struct{ x1, rest, from float64 }{{1e10, 1e10, 1}, {1e10, 1, 1e7}, {1e-8, 1, 1e7}, {1e3, 1e-9, 1e7}} {
			want := inUnits(t, f, spec, c.from, 1)
			for i, got := range inUnits(t, f, spec, c.x1, c.rest) {
				if !(math.Abs(got/want[i]-1) < 1e-9) {
					t.Errorf("seed %d, %v: standard error %d: got %.12g, want %.12g", seed, c, i+1, got, want[i])
				}
			}
		}
	}
	if met < 3 {
		t.Errorf("only %d samples had a covariance that was not positive", met)
	}
}

func notesNonpositive(f *regress.Fit) bool {
	return strings.Contains(strings.Join(f.Notes, "\n"), "not positive definite")
}

// inUnits are the errors, in the first units, of an estimate with x1 in other units, and the other regressors too.
func inUnits(t *testing.T, f *frame, spec regress.Spec, x1, rest float64) []float64 {
	t.Helper()
	g := f.clone()
	unit := map[string]float64{"x1": x1, "x2": rest, "d": rest, "w": rest, "g": rest}
	for name, u := range unit {
		for i := range g.cols[name] {
			g.cols[name][i] *= u
		}
	}
	fit := estimate(t, g.panel(t, "unit", "time"), spec).Fit
	if !notesNonpositive(fit) {
		t.Errorf("units %v and %v: no note", x1, rest)
	}
	se := make([]float64, len(fit.Coef))
	for i, b := range fit.Coef {
		se[i] = b.StdError * unit[b.Term]
	}
	return se
}
