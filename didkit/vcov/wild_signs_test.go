package vcov

import (
	"fmt"
	"math"
	"testing"
)

// The tables of sign patterns give the sums that the draws themselves give, at any number of clusters and draws, whether
// drawn or enumerated; and from the sums follow the statistics that the residuals give.
func TestSignedSums(t *testing.T) {
	for _, c := range []struct{ clusters, reps int }{{5, 40}, {8, 300}, {17, 5003}, {31, 129}} {
		t.Run(fmt.Sprint(c.clusters, "x", c.reps), func(t *testing.T) {
			const p, k = 5, 2
			d := newDraws(Wild{Reps: c.reps}.Filled(), c.clusters)
			fill := func(n int, seed float64) []float64 {
				x := make([]float64, n)
				for i := range x {
					x[i] = math.Sin(seed + 12.9898*float64(i))
				}
				return x
			}
			sums := &clusterSums{groups: c.clusters, k: k, p: p, scores: fill(c.clusters*p, 1)}
			s := &score{groups: c.clusters, p: p, a0: fill(c.clusters, 2), a1: fill(c.clusters, 3), z0: sums.scores, z1: fill(c.clusters*p, 4), w: fill(c.clusters*p, 5)}
			v := sums.signed(d)
			got, want := s.draw(d, v), s.draw(d, nil)
			if len(got) != len(want) || d.complete != (c.clusters == 5 || c.clusters == 8) {
				t.Fatalf("%d draws, want %d; complete %t", len(got), len(want), d.complete)
			}
			for i, w := range want {
				g := got[i]
				for _, x := range [][2]float64{{g.n0, w.n0}, {g.n1, w.n1}, {g.q00, w.q00}, {g.q01, w.q01}, {g.q11, w.q11}} {
					if math.Abs(x[0]-x[1]) > 1e-10*math.Max(1, math.Max(w.q00, w.q11)) {
						t.Fatalf("draw %d: %+v, want %+v", i, g, w)
					}
				}
			}
		})
	}
	d := newDraws(Wild{Weights: Webb}.Filled(), 20)
	if _, ok := d.signs(); ok {
		t.Error("Webb's six points are taken for signs")
	}
}
