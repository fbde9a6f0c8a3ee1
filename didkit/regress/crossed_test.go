package regress_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// R's sandwich and Stata's formula of Cameron, Gelbach & Miller give each of V₁ + V₂ − V₁₂ its own factor G/(G−1), where
// ours, as fixest's, is that of the fewest clusters. The terms are the same: one-way variances of ours make their errors.
func TestTermsOfTwoWayClustering(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(reference.Root(t), "testdata", "reference", "crossed.json"))
	var want struct {
		Program, Version, Data, Formula string
		Clusters                        []string
		StdError                        map[string]float64 `json:"std_error"`
	}
	if err == nil {
		err = json.Unmarshal(raw, &want)
	}
	if err != nil {
		t.Fatal(err)
	}
	p, err := reference.ReadCSV(filepath.Join(reference.Root(t), want.Data))
	if err != nil {
		t.Fatal(err)
	}
	a, err := p.Factor(want.Clusters[0])
	if err != nil {
		t.Fatal(err)
	}
	b, err := p.Factor(want.Clusters[1])
	if err != nil {
		t.Fatal(err)
	}
	cell := &panel.Variable{Name: "cell", Values: make([]float64, p.Rows())}
	for i := range cell.Values {
		cell.Values[i] = float64(int(a.Codes[i])*b.Levels() + int(b.Codes[i]))
	}
	if p, err = p.With(cell); err != nil {
		t.Fatal(err)
	}
	variance := map[string]float64{}
	for by, sign := range map[string]float64{want.Clusters[0]: 1, want.Clusters[1]: 1, "cell": -1} {
		fits, err := regress.Estimate(p, regress.Spec{Formula: want.Formula, Vcov: vcov.Spec{Type: vcov.Cluster, By: []string{by}}})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range fits[0].Coef {
			variance[c.Term] += sign * c.StdError * c.StdError
		}
	}
	compared.With(t, compared.Source{Command: "reg", Method: "vcov=cluster", Program: want.Program, File: "crossed.json", Case: "each term its own factor"})
	for term, se := range want.StdError {
		compared.Near(t, "standard error of "+term, math.Sqrt(variance[term]), se, 1e-7, 0)
	}
}
