package bootstrap_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/bootstrap"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
)

func TestIntervalsReference(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(reference.Root(t), "testdata/reference/bca.json"))
	if err != nil {
		t.Fatal(err)
	}
	var ref struct {
		Estimate         float64
		Draws, Jackknife []float64
		BCa              []float64 `json:"bca"`
		Percentile       []float64
	}
	if err := json.Unmarshal(b, &ref); err != nil {
		t.Fatal(err)
	}
	check := func(what string, low, high float64, want []float64) {
		if math.Abs(low-want[0]) > 1e-9 || math.Abs(high-want[1]) > 1e-9 {
			t.Errorf("%s: got [%.12g, %.12g], want %.12g", what, low, high, want)
		}
	}
	low, high := bootstrap.Percentile(ref.Draws, 0.95)
	check("percentile", low, high, ref.Percentile)
	low, high = bootstrap.BCa(ref.Draws, ref.Jackknife, ref.Estimate, 0.95)
	check("BCa", low, high, ref.BCa)
}
