package regress

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/absorb"
	"github.com/seed2d25c7c2/didnb/didkit/design"
)

// Where the pass that corrects coefficients is saved it would have corrected nothing, and SSR is that of the residuals.
func TestSettledCoefficientsNeedNoCorrection(t *testing.T) {
	const n, periods = 90_000, 9
	r := rand.New(rand.NewPCG(31, 1))
	for _, c := range []struct {
		name     string
		weighted bool
		close    float64 // share of the second column that is the first
		settled  bool
	}{
		{"plain", false, 0.5, true},
		{"weighted", true, 0.5, true},
		{"nearly collinear", false, 0.9999, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			unit, time := make([]int32, n), make([]int32, n)
			y, x := make([]float64, n), [][]float64{make([]float64, n), make([]float64, n)}
			var w []float64
			if c.weighted {
				w = make([]float64, n)
			}
			for i := range n {
				unit[i], time[i] = int32(i/periods), int32(i%periods)
				a := float64(unit[i] % 5)
				x[0][i] = 50 + a + r.NormFloat64()
				x[1][i] = c.close*x[0][i] + (1-c.close)*r.NormFloat64()
				y[i] = 1000 + a + float64(time[i]) + x[0][i] - 2*x[1][i] + 3*r.NormFloat64()
				if w != nil {
					w[i] = 0.5 + r.Float64()
				}
			}
			d := &design.Design{Outcome: "y", Y: y, X: x, Terms: []string{"x", "z"}, N: n, Weights: w, Effects: []absorb.Effect{
				{Name: "unit", Codes: unit, Levels: n / periods, Intercept: true},
				{Name: "time", Codes: time, Levels: periods, Intercept: true},
			}}
			m, err := Solve(d)
			if err != nil {
				t.Fatal(err)
			}
			if got := m.settled(m.within.Gram()); got != c.settled {
				t.Fatalf("settled: %v, want %v", got, c.settled)
			}
			before, ssr := slices.Clone(m.Beta), m.SSR
			m.refine()
			for i, b := range m.Beta {
				if unit := math.Sqrt(m.Bread.At(i, i) * m.SSWithin); math.Abs(b-before[i]) > 1e-12*unit {
					t.Errorf("coefficient %d was corrected from %.17g to %.17g", i, before[i], b)
				}
			}
			if math.Abs(m.SSR-ssr) > 1e-12*ssr {
				t.Errorf("SSR %.17g, of the residuals %.17g", ssr, m.SSR)
			}
			sum := 0.0
			for i, e := range m.Residuals() {
				if w != nil {
					e *= math.Sqrt(w[i])
				}
				sum += e * e
			}
			if math.Abs(m.SSR-sum) > 1e-11*sum {
				t.Errorf("SSR %.17g, of Residuals %.17g", m.SSR, sum)
			}
		})
	}
}
