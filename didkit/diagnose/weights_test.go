package diagnose_test

import (
	"math"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
)

// TestTWFEWeightsReference holds every weight and both sensitivity measures to 1e-9.
func TestTWFEWeightsReference(t *testing.T) {
	var ref struct {
		Cases []struct {
			ID, Program, Version, Data, Unit, Formula, Treat, If string
			WeightsBy                                            string `json:"weights_by"`
			TWFE, Sigma                                          float64
			Cells, Negative                                      int
			SumNegative                                          float64  `json:"sum_negative"`
			SigmaOpposite                                        *float64 `json:"sigma_opposite"`
			Weights                                              []diagnose.CellWeight
		}
	}
	load(t, "twfeweights.json", &ref)
	negative := 0
	for _, c := range ref.Cases {
		t.Run(c.ID, func(t *testing.T) {
			o := design.Options{Weights: c.WeightsBy}
			if c.If != "" {
				o.If, _ = formula.ParseExpr(c.If)
			}
			r, err := diagnose.TWFEWeights(reference.Panel(t, c.Data, c.Unit, "year"), did.Spec{Formula: c.Formula, Treat: c.Treat, Design: o})
			if err != nil {
				t.Fatal(err)
			}
			if r.Cells != c.Cells || r.Negative != c.Negative || len(r.Weights) != len(c.Weights) {
				t.Fatalf("%d of %d cells negative, want %d of %d", r.Negative, r.Cells, c.Negative, c.Cells)
			}
			negative += c.Negative
			compared.With(t, compared.Source{Command: "twfeweights", Program: c.Program, Version: c.Version, File: "twfeweights.json", Case: c.ID})
			near(t, "twfe", r.TWFE, c.TWFE, 1e-9, 0)
			near(t, "share", r.ShareNegative, float64(c.Negative)/float64(c.Cells), 1e-12, 0)
			near(t, "sum", r.SumNegative, c.SumNegative, 1e-9, 1e-3)
			near(t, "σ", r.Sigma, c.Sigma, 1e-9, 0)
			if c.SigmaOpposite != nil {
				near(t, "σ opposite", r.SigmaOpposite, *c.SigmaOpposite, 1e-9, 0)
			} else if !math.IsNaN(r.SigmaOpposite) {
				t.Errorf("σ opposite: got %g where no weight is negative", r.SigmaOpposite)
			}
			sum := 0.0
			for i, want := range c.Weights {
				got := r.Weights[i]
				if got.Unit != want.Unit || got.Time != want.Time {
					t.Fatalf("cell %d is %s %s, want %s %s", i, got.Unit, got.Time, want.Unit, want.Time)
				}
				near(t, "weight of "+got.Unit+" "+got.Time, got.Weight, want.Weight, 1e-9, 1e-4)
				sum += got.Weight
			}
			compared.Done(t)
			near(t, "sum of weights", sum, 1, 1e-12, 0)
		})
	}
	if negative == 0 {
		t.Error("no case has a negative weight")
	}
}
