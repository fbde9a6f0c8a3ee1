package did_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
)

// TestMultiplierReference holds the bootstrap's errors and critical value, averaged over seeds, to moderndid's: 2 %, some three
// errors of such a difference, chosen beforehand.
func TestMultiplierReference(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(reference.Root(t), "testdata/reference/staggered/bootstrap.json"))
	if err != nil {
		t.Fatal(err)
	}
	var ref struct {
		Program, Version string
		Data             string
		Seeds, Draws     int
		ByEvent          [][2]float64 `json:"by_event"`
		Critical         float64
	}
	if err := json.Unmarshal(raw, &ref); err != nil {
		t.Fatal(err)
	}
	p, _ := staggeredPanel(t, staggeredCase{Data: ref.Data})
	errors, critical := map[float64]float64{}, 0.0
	for seed := range ref.Seeds {
		r, err := did.Staggered(p, did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "treated"}, Method: did.CallawaySantAnna, Draws: ref.Draws, Seed: uint64(seed + 1)})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range r.ByEvent {
			errors[e.Key] += e.StdError / float64(ref.Seeds)
		}
		critical += r.Bootstrap.Critical / float64(ref.Seeds)
	}
	compared.With(t, compared.Source{Command: "did", Method: "cs, boot", Program: ref.Program, Version: ref.Version, File: "staggered/bootstrap.json"})
	for _, e := range ref.ByEvent {
		compared.Near(t, fmt.Sprintf("event time %g: mean error", e[0]), errors[e[0]], e[1], 0.02, 0)
	}
	compared.Near(t, "mean critical value of intervals", critical, ref.Critical, 0.02, 0)
}
