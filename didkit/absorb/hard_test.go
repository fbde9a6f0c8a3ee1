package absorb

import (
	"math/rand/v2"
	"testing"
)

// Badly connected systems take some dozens of steps, not thousands: the preconditioners know what hangs by few links.
// The counts are bounds with room, not records.
func TestBadlyConnectedSystemsTakeFewSteps(t *testing.T) {
	const n = 40_000
	r := rand.New(rand.NewPCG(4, 4))
	each := func(f func(i int) int) []int32 {
		c := make([]int32, n)
		for i := range c {
			c[i] = int32(f(i))
		}
		return c
	}
	unit := each(func(i int) int { return i / 10 })
	year := each(func(i int) int { return i % 10 })
	chain := each(func(i int) int { return (i + 5) / 33 }) // neighbours share a unit now and then
	nearlyChain := each(func(i int) int {                  // the same in pairs, but for a row in a thousand
		return int(chain[i]+r.Int32N(2)*(r.Int32N(500)/499)) / 2 % 580
	})
	cyclic := each(func(i int) int { return i % 1741 })
	trend := make([]float64, n)
	for i := range trend {
		trend[i] = float64(2006 + i%10)
	}
	for _, c := range []struct {
		name    string
		effects []Effect
		most    int
	}{
		{"chain", []Effect{effect("unit", unit), effect("chain", chain)}, 5},
		{"chain and years", []Effect{effect("unit", unit), effect("chain", chain), effect("year", year)}, 15},
		{"cycle", []Effect{effect("unit", unit), effect("cycle", cyclic)}, 40},
		{"cycle and years", []Effect{effect("unit", unit), effect("cycle", cyclic), effect("year", year)}, 40},
		{"nearly the same twice", []Effect{effect("unit", unit), effect("chain", chain), effect("nearly", nearlyChain), effect("year", year)}, 25},
		{"chain and trends", []Effect{effect("unit", unit, trend), effect("chain", chain)}, 15},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := Problem{Rows: n, Effects: c.effects}
			w := absorbed(t, p, columns(r, p, 3), Options{})
			if report := w.Report(); report.Method != "conjugate gradients" || report.Iterations > c.most {
				t.Errorf("%+v, want at most %d iterations", report, c.most)
			} else {
				t.Logf("%+v", report)
			}
			checkGram(t, c.name, p, absorbed(t, p, columns(r, p, 3), Options{Tol: 1e-4}))
		})
	}
}

// In a long balanced panel the same term is subtracted from a pivot hundreds of thousands of times, with the same rounding
// each time: a pivot that should be null must still come out null, or the rank is wrong.
func TestNullPivotsOfLongPanelsAreNull(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	p := newBench(r, append(unitAndYear(), firms(r, 10_000))...).Problem
	a, err := New(p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if years := a.system.(*sparse).few.ff; years.kept != benchPeriods-1 || years.delicate() {
		t.Errorf("%d pivots of %d years are kept, the smallest %g", years.kept, benchPeriods,
			years.factor[(years.kept-1)*years.n+years.kept-1])
	}
}

// Slopes that are nearly collinear within their levels keep their digits, in the effect that is eliminated and in another.
func TestNearlyCollinearSlopes(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	const n = 240
	for _, first := range []bool{true, false} {
		z := normal(r, n)
		near := normal(r, n)
		for i := range near {
			near[i] = z[i] + 3e-4*near[i]
		}
		p := Problem{Rows: n, Effects: []Effect{effect("few", uniform(r, n, 4), z, near)}}
		if !first {
			p.Effects = append(p.Effects, effect("many", uniform(r, n, 60)))
		} else {
			p.Effects = append(p.Effects, effect("fewer", uniform(r, n, 3)))
		}
		compareWithReference(t, p, columns(r, p, 3))
	}
}

// A system that is nearly singular, two effects that differ in a row of weight 1e-8, is solved to the last digits too.
func TestNearlySingularSystem(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	const n = 120
	a := uniform(r, n, 6)
	b := append([]int32(nil), a...)
	p := Problem{Rows: n, Weights: make([]float64, n)}
	for i := range p.Weights {
		p.Weights[i] = 1
	}
	b[17] = (b[17] + 1) % 6
	p.Weights[17] = 1e-8
	p.Effects = []Effect{effect("unit", uniform(r, n, 20)), effect("a", a), effect("b", b)}
	compareWithReference(t, p, columns(r, p, 3))
}

func compareWithReference(t *testing.T, p Problem, cols [][]float64) {
	t.Helper()
	want, rank, _ := reference(t, p, cols)
	if rank < 0 {
		t.Fatal("the reference does not know the rank")
	}
	w := absorbed(t, p, cols, Options{})
	for j := range cols {
		if d := deviation(w.Column(j), want[j], cols[j], p.Weights); d > 1e-12 {
			t.Errorf("column %d is off by %.2e", j, d)
		}
	}
}
