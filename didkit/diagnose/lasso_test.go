package diagnose

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// Every point of the path satisfies the conditions of its minimum: the gradient is -t times the sign of what is not zero,
// and within t of zero elsewhere.
func TestLassoPathIsOptimal(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for trial := range 200 {
		n := 1 + rng.IntN(12)
		root := mat.NewDense(n, n+rng.IntN(3), nil)
		g := make([]float64, n)
		for i := range n {
			g[i] = rng.NormFloat64() * math.Exp(rng.NormFloat64())
			for j := range root.RawRowView(i) {
				root.Set(i, j, rng.NormFloat64()+3*float64(trial%2)*math.Cos(float64(i+j)/4)) // correlated in every second
			}
		}
		h := mat.NewSymDense(n, nil)
		h.SymOuterK(1, root)
		p := newLassoPath(h, g)
		if last := p.t[len(p.t)-1]; last != 0 {
			t.Fatalf("trial %d: the path ends at %g", trial, last)
		}
		u := make([]float64, n)
		for k := range 50 {
			at := p.top() * math.Pow(10, -float64(k)/6)
			p.at(at, u)
			for i := range n {
				c := g[i]
				for j, x := range u {
					c += h.At(i, j) * x
				}
				bad := math.Abs(c) > at+1e-8*p.top()
				if u[i] != 0 {
					bad = math.Abs(c+math.Copysign(at, u[i])) > 1e-7*p.top()
				}
				if bad {
					t.Fatalf("trial %d, n %d, t %g: u_%d = %g has the gradient %g", trial, n, at, i, u[i], c)
				}
			}
		}
	}
}
