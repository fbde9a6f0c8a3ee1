package did_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// staggeredColumns are units over ten periods, four in ten never treated, the rest from the fourth to the eighth on.
func staggeredColumns(b *testing.B, units int) *panel.Panel {
	rng := rand.New(rand.NewPCG(1, 2))
	n := units * 10
	unit, time, d, y, x := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	for u := range units {
		level, start := rng.NormFloat64(), math.Inf(1)
		if u%10 >= 4 {
			start = float64(4 + rng.IntN(5))
		}
		z := rng.NormFloat64()
		for t := range 10 {
			i := u*10 + t
			unit[i], time[i], x[i] = float64(u), float64(t+1), z
			if time[i] >= start {
				d[i] = 1
			}
			y[i] = level + 0.1*time[i]*z + d[i]*(1+0.1*(time[i]-start)*min(1, d[i])) + rng.NormFloat64()
			if d[i] == 0 {
				y[i] = level + 0.1*time[i]*z + rng.NormFloat64()
			}
		}
	}
	p, err := panel.New(&panel.Variable{Name: "unit", Values: unit}, &panel.Variable{Name: "time", Values: time}, &panel.Variable{Name: "d", Values: d},
		&panel.Variable{Name: "y", Values: y}, &panel.Variable{Name: "x", Values: x})
	if err != nil {
		b.Fatal(err)
	}
	return p
}

func BenchmarkStaggered(b *testing.B) {
	for _, units := range []int{500, 100_000} {
		p := staggeredColumns(b, units)
		for _, c := range []struct {
			name, formula string
			spec          did.StaggeredSpec
		}{
			{"cs", "y ~ 1", did.StaggeredSpec{Method: did.CallawaySantAnna}},
			{"cs/999", "y ~ 1", did.StaggeredSpec{Method: did.CallawaySantAnna, Draws: 999, Seed: 1}},
			{"cs/covariate", "y ~ x", did.StaggeredSpec{Method: did.CallawaySantAnna}},
			{"cs/keep", "y ~ 1", did.StaggeredSpec{Method: did.CallawaySantAnna, Sampling: did.EveryRow}},
			{"sunab", "y ~ 1", did.StaggeredSpec{Method: did.SunAbraham}},
			{"imputation", "y ~ 1", did.StaggeredSpec{Method: did.Imputation}},
			{"did2s", "y ~ 1", did.StaggeredSpec{Method: did.TwoStage}},
		} {
			b.Run(fmt.Sprintf("%s/%d", c.name, units*10), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					q, err := p.Indexed("unit", "time")
					if err != nil {
						b.Fatal(err)
					}
					c.spec.Formula, c.spec.Treat = c.formula, "d"
					if _, err := did.Staggered(q, c.spec); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
