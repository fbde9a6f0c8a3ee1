package absorb

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// laplacianTimes is the graph's Laplacian times x.
func laplacianTimes(g *graph, x []float64) []float64 {
	out := make([]float64, len(x))
	for _, l := range g.links {
		d := l.weight * (x[l.u] - x[l.v])
		out[l.u] += d
		out[l.v] -= d
	}
	return out
}

// On a tree, and wherever no vertex has more than two neighbours when its turn comes, nothing is sampled: the
// factorisation is exact.
func TestEliminationIsExactOnTreesAndRings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 200).Draw(t, "vertices")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 3))
		g := &graph{n: n}
		weight := func() float64 { return math.Pow(10, 6*r.Float64()-3) }
		if rapid.Bool().Draw(t, "ring") {
			for i := range n - 1 {
				g.links = append(g.links, link{int32(i), int32(i + 1), weight()})
			}
			if n > 2 {
				g.links = append(g.links, link{0, int32(n - 1), weight()}, link{0, 1, weight()}) // one edge double
			}
		} else {
			for i := 1; i < n; i++ {
				if r.IntN(20) > 0 { // else a component begins
					g.links = append(g.links, link{int32(r.IntN(i)), int32(i), weight()})
				}
			}
		}
		b := laplacianTimes(g, normal(r, n))
		x := append([]float64(nil), b...)
		newElimination(g).solve(x, 1)
		for i, v := range laplacianTimes(g, x) {
			if math.Abs(v-b[i]) > 1e-9*norm(b) {
				t.Fatalf("entry %d of L x is %v, want %v", i, v, b[i])
			}
		}
	})
}

// Columns side by side are solved as each alone.
func TestEliminationSolvesColumnsAlike(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	g := &graph{n: 50}
	for range 400 {
		g.links = append(g.links, link{r.Int32N(50), r.Int32N(50), r.Float64()})
	}
	g.merge()
	e := newElimination(g)
	const gw = 3
	together := normal(r, 50*gw)
	var apart [gw][]float64
	for j := range apart {
		for i := range 50 {
			apart[j] = append(apart[j], together[i*gw+j])
		}
		e.solve(apart[j], 1)
	}
	e.solve(together, gw)
	for j := range apart {
		for i, v := range apart[j] {
			if together[i*gw+j] != v {
				t.Fatalf("column %d, vertex %d: %v together, %v alone", j, i, together[i*gw+j], v)
			}
		}
	}
}

// The sampled factorisation is close enough to the Laplacian that a few dozen steps suffice, on a graph whose conditioning
// is that of a thin cylinder a thousand times longer than round.
func TestEliminationPreconditionsABadlyConnectedGraph(t *testing.T) {
	const long, round = 2000, 12
	g := &graph{n: long * round}
	at := func(i, j int) int32 { return int32(i*round + j%round) }
	for i := range long {
		for j := range round {
			g.links = append(g.links, link{at(i, j), at(i, j+1), 1}, link{at(i, j), at(i, j+5), 1})
			if i+1 < long {
				g.links = append(g.links, link{at(i, j), at(i+1, j), 1})
			}
		}
	}
	g.merge()
	e := newElimination(g)
	b := laplacianTimes(g, normal(rand.New(rand.NewPCG(1, 2)), g.n))
	// Conjugate gradients written out, so that the test does not lean on the solver under test.
	x, r := make([]float64, g.n), append([]float64(nil), b...)
	z := append([]float64(nil), r...)
	e.solve(z, 1)
	p := append([]float64(nil), z...)
	dot := func(a, b []float64) (s float64) {
		for i := range a {
			s += a[i] * b[i]
		}
		return s
	}
	steps := 0
	for rho := dot(r, z); norm(r) > 1e-10*norm(b) && steps < 200; steps++ {
		q := laplacianTimes(g, p)
		alpha := rho / dot(p, q)
		for i := range x {
			x[i] += alpha * p[i]
			r[i] -= alpha * q[i]
		}
		copy(z, r)
		e.solve(z, 1)
		next := dot(r, z)
		for i := range p {
			p[i] = z[i] + next/rho*p[i]
		}
		rho = next
	}
	if steps > 60 {
		t.Fatalf("%d steps, want at most 60", steps)
	}
	t.Logf("%d steps, %d links, factor of %d", steps, len(g.links), len(e.to))
}

// The clique that eliminating a vertex leaves is right in expectation, and exactly right up to three neighbours.
func TestCliqueIsRightInExpectation(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for _, weights := range [][]float64{{2}, {1, 3}, {1, 2, 5}, {1, 1, 2, 4, 8}} {
		n, total := len(weights), 0.0
		for _, w := range weights {
			total += w
		}
		draws := 1
		if n > 3 {
			draws = 200_000
		}
		sum := make([]float64, n*n)
		for range draws {
			g := &graph{n: n}
			neighbours := make([]int32, n)
			for i := range neighbours {
				neighbours[i] = int32(i)
			}
			g.clique(neighbours, append([]float64(nil), weights...), r.Float64)
			for _, l := range g.links {
				sum[int(min(l.u, l.v))*n+int(max(l.u, l.v))] += l.weight / float64(draws)
			}
		}
		for i := range n {
			for j := i + 1; j < n; j++ {
				want := weights[i] * weights[j] / total
				if d := math.Abs(sum[i*n+j] - want); d > 0.02*want && draws > 1 || d > 1e-12 && draws == 1 {
					t.Errorf("weights %v: link %d–%d is %v on average, want %v", weights, i, j, sum[i*n+j], want)
				}
			}
		}
	}
}
