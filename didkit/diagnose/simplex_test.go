package diagnose

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// The simplex finds the best vertex of those that enumeration finds, for one objective after another on the same
// constraints: n moments in pairs of opposite sign, as restrictions on violations have them.
func TestSimplexAgainstEnumeration(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for range 60 {
		m, pairs := 1+rng.IntN(3), 2+rng.IntN(3)
		var columns [][]float64
		for range pairs {
			x := make([]float64, m)
			y := make([]float64, m)
			x[0], y[0] = 1, 1
			for k := 1; k < m; k++ {
				x[k] = float64(rng.IntN(5) - 2) // small whole numbers: ties and degenerate vertices are many
				y[k] = -x[k]
			}
			columns = append(columns, x, y)
		}
		h := make([]float64, m)
		h[0] = 1
		s, ok := newSimplex(columns, h)
		if !ok {
			t.Fatalf("no feasible point of %v", columns)
		}
		gamma := make([]float64, len(columns))
		for range 20 {
			c := make([]float64, len(columns))
			for i := range c {
				c[i] = rng.NormFloat64()
			}
			got, ok := s.maximise(c, gamma)
			if want := bestVertex(columns, h, c); !ok || math.Abs(got-want) > 1e-9 {
				t.Fatalf("columns %v, objective %v: got %.12g, want %.12g", columns, c, got, want)
			}
			for k := range m {
				sum := 0.0
				for i, g := range gamma {
					sum += g * columns[i][k]
				}
				if math.Abs(sum-h[k]) > 1e-9 {
					t.Fatalf("row %d is %g, want %g", k, sum, h[k])
				}
			}
		}
	}
}

// bestVertex is the largest c'γ over all supports on which Wγ = h has a unique solution, and that one is not negative.
func bestVertex(columns [][]float64, h, c []float64) float64 {
	best := math.Inf(-1)
	for set := 1; set < 1<<len(columns); set++ {
		var on []int
		for i := range columns {
			if set>>i&1 == 1 {
				on = append(on, i)
			}
		}
		if len(on) > len(h) {
			continue
		}
		w := mat.NewDense(len(h), len(on), nil)
		for j, i := range on {
			w.SetCol(j, columns[i])
		}
		var q mat.QR
		q.Factorize(w)
		var x mat.Dense
		if q.Cond() > 1e10 || q.SolveTo(&x, false, mat.NewDense(len(h), 1, append([]float64(nil), h...))) != nil {
			continue
		}
		var fit mat.Dense
		fit.Mul(w, &x)
		value, feasible := 0.0, true
		for k := range h {
			feasible = feasible && math.Abs(fit.At(k, 0)-h[k]) < 1e-9
		}
		for j, i := range on {
			feasible = feasible && x.At(j, 0) > -1e-10
			value += x.At(j, 0) * c[i]
		}
		if feasible {
			best = math.Max(best, value)
		}
	}
	return best
}
