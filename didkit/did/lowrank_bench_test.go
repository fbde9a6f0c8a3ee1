package did_test

import (
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
)

// BenchmarkLowRank fits factor models to the paper's panel, 298 cities and 18 years: a fit with ten samples for errors, a fit
// chosen by cross-validation, and one with the bootstrap of 200.
func BenchmarkLowRank(b *testing.B) {
	p := reference.Panel(b, "data/dual-pilot.csv", "city", "year")
	spec := did.Spec{Formula: "DIA ~ 1", Treat: "DID"}
	for _, c := range []struct {
		name string
		s    did.StaggeredSpec
	}{
		{"ifect one factor", did.StaggeredSpec{Spec: spec, Method: did.InteractiveEffects, Draws: 10, LowRank: did.LowRank{Factors: 1}}},
		{"ifect chosen", did.StaggeredSpec{Spec: spec, Method: did.InteractiveEffects, Draws: 10}},
		{"mc", did.StaggeredSpec{Spec: spec, Method: did.MatrixCompletion, Draws: 10, LowRank: did.LowRank{Lambda: 0.3}}},
		{"mc chosen", did.StaggeredSpec{Spec: spec, Method: did.MatrixCompletion, Draws: 10}},
		{"mc chosen, 200 draws", did.StaggeredSpec{Spec: spec, Method: did.MatrixCompletion}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := did.Staggered(p, c.s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
