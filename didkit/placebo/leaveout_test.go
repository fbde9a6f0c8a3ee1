package placebo

import (
	"context"
	"math"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
)

// TestLeaveOneOutIsARegression drops units from the panel and estimates anew.
func TestLeaveOneOutIsARegression(t *testing.T) {
	for _, file := range []string{"balanced", "unbalanced"} {
		p := reference.Panel(t, "testdata/reference/data/"+file+".csv", "unit", "time")
		s := did.Spec{Formula: "y ~ x1 + x2", Treat: "d", Design: design.Options{Weights: "w"}}
		r, err := LeaveOneOut(context.Background(), p, s, nil)
		if err != nil {
			t.Fatal(err)
		}
		units := p.Units()
		for _, l := range []Left{r.Units[0], r.Units[len(r.Units)/2], r.Units[len(r.Units)-1]} {
			without := s
			without.Design.Rows = make([]bool, p.Rows())
			for i, u := range units.Codes {
				without.Design.Rows[i] = units.Label(int(u)) != l.Unit
			}
			fit, err := did.TWFE(p, without)
			if err != nil {
				t.Fatal(err)
			}
			if math.Abs(l.Estimate-fit.Coef[0].Estimate) > 1e-8*math.Abs(fit.Coef[0].Estimate) {
				t.Errorf("%s without %s: %.12g, the regression has %.12g", file, l.Unit, l.Estimate, fit.Coef[0].Estimate)
			}
		}
	}
}
