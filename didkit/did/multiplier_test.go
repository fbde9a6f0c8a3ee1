package did

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestSmallest: the k-th smallest value is that of the sorted ones, ties and all.
func TestSmallest(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 9))
	for range 300 {
		x := make([]float64, 1+rng.IntN(60))
		for i := range x {
			x[i] = float64(rng.IntN(30))
		}
		sorted := slices.Sorted(slices.Values(x))
		if k := rng.IntN(len(x)); smallest(x, k) != sorted[k] || slices.Max(x[:k+1]) != sorted[k] {
			t.Fatalf("the value at %d of %v is not %g", k, sorted, x[k])
		}
	}
}
