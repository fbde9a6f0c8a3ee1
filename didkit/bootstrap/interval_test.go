package bootstrap_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/bootstrap"
	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
)

func TestIntervalsReference(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(reference.Root(t), "testdata/reference/bca.json"))
	if err != nil {
		t.Fatal(err)
	}
	var ref struct {
		Program, Version string
		Estimate         float64
		Draws, Jackknife []float64
		BCa              []float64 `json:"bca"`
		Percentile       []float64
	}
	if err := json.Unmarshal(b, &ref); err != nil {
		t.Fatal(err)
	}
	check := func(what string, low, high float64, want []float64) {
		compared.Within(t, what+" interval, from", low, want[0], 1e-9, 1)
		compared.Within(t, what+" interval, to", high, want[1], 1e-9, 1)
	}
	compared.With(t, compared.Source{Method: "percentile and BCa intervals", Program: ref.Program, Version: ref.Version, File: "bca.json"})
	low, high := bootstrap.Percentile(ref.Draws, 0.95)
	check("percentile", low, high, ref.Percentile)
	low, high = bootstrap.BCa(ref.Draws, ref.Jackknife, ref.Estimate, 0.95)
	check("BCa", low, high, ref.BCa)
}
