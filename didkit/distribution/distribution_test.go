package distribution_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/distribution"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
)

func ExampleCriticalT() {
	fmt.Printf("%.4f %.4f\n", distribution.CriticalT(0.95, math.Inf(1)), distribution.CriticalT(0.95, 49))
	// Output: 1.9600 2.0096
}

// TestReference holds the tails to scipy's at 1e-11 relative.
func TestReference(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(reference.Root(t), "testdata/reference/distribution.json"))
	if err != nil {
		t.Fatal(err)
	}
	var ref struct {
		Program, Version string
		TwoSidedT        []struct{ X, DF, P float64 }       `json:"two_sided_t"`
		CriticalT        []struct{ Level, DF, T float64 }   `json:"critical_t"`
		UpperF           []struct{ X, DF1, DF2, P float64 } `json:"upper_f"`
		UpperChi2        []struct{ X, DF1, P float64 }      `json:"upper_chi2"`
	}
	if err := json.Unmarshal(b, &ref); err != nil {
		t.Fatal(err)
	}
	check := func(name string, got, want float64) {
		t.Helper()
		compared.Near(t, name, got, want, 1e-11, 0)
	}
	compared.With(t, compared.Source{Method: "tails of t, F and chi-squared", Program: ref.Program, Version: ref.Version, File: "distribution.json"})
	for _, c := range ref.TwoSidedT {
		check(fmt.Sprintf("two-sided t of %g, df %g", c.X, c.DF), distribution.TwoSidedT(c.X, c.DF), c.P)
	}
	for _, c := range ref.CriticalT {
		check(fmt.Sprintf("critical t at %g, df %g", c.Level, c.DF), distribution.CriticalT(c.Level, c.DF), c.T)
	}
	for _, c := range ref.UpperF {
		check(fmt.Sprintf("F of %g, df %g, %g", c.X, c.DF1, c.DF2), distribution.UpperF(c.X, c.DF1, c.DF2), c.P)
	}
	for _, c := range ref.UpperChi2 {
		check(fmt.Sprintf("chi-squared of %g, df %g", c.X, c.DF1), distribution.UpperChi2(c.X, c.DF1), c.P)
	}
}

func TestNaN(t *testing.T) {
	for _, x := range []float64{distribution.TwoSidedT(math.NaN(), 3), distribution.TwoSidedT(1, 0), distribution.CriticalT(1, 3), distribution.UpperF(1, 0, 3), distribution.UpperChi2(1, -1)} {
		if x == x {
			t.Errorf("got %g for arguments outside the domain, want NaN", x)
		}
	}
}
