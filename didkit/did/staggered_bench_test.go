package did_test

import (
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// million is a panel of 100,000 units over 10 periods, two thirds of which adopt in one of six.
func million(b *testing.B) *panel.Panel {
	c := simulate(rand.New(rand.NewPCG(3, 3)), 100_000, 10, 0)
	p := c.panel(b)
	p.Order()
	return p
}

// BenchmarkStaggeredMillion runs methods of staggered adoption on a million rows; peak is the heap's largest size above what the panel
// itself takes, in multiples of the panel's columns.
func BenchmarkStaggeredMillion(b *testing.B) {
	p := million(b)
	for _, c := range []struct {
		name, formula string
		spec          did.StaggeredSpec
	}{
		{"cs", "y ~ 1", did.StaggeredSpec{Method: did.CallawaySantAnna}},
		{"cs/draws", "y ~ 1", did.StaggeredSpec{Method: did.CallawaySantAnna, Draws: 999}},
		{"cs/control", "y ~ x", did.StaggeredSpec{Method: did.CallawaySantAnna}},
		{"cs/keep", "y ~ 1", did.StaggeredSpec{Method: did.CallawaySantAnna, Sampling: did.EveryRow}},
		{"cs/rows/control", "y ~ x", did.StaggeredSpec{Method: did.CallawaySantAnna, Sampling: did.CrossSections}},
		{"sunab", "y ~ 1", did.StaggeredSpec{Method: did.SunAbraham}},
		{"imputation", "y ~ 1", did.StaggeredSpec{Method: did.Imputation}},
		{"did2s", "y ~ 1", did.StaggeredSpec{Method: did.TwoStage}},
		{"stacked", "y ~ 1", did.StaggeredSpec{Method: did.Stacked, Window: [2]int{-2, 2}}},
		{"stacked/none", "y ~ 1", did.StaggeredSpec{Method: did.Stacked, Window: [2]int{-2, 2}, Stack: did.NoStackWeights}},
		{"etwfe", "y ~ 1", did.StaggeredSpec{Method: did.ExtendedTwoWay}},
		{"etwfe/control", "y ~ x", did.StaggeredSpec{Method: did.ExtendedTwoWay}},
		{"etwfe/logit", "I(y > 0) ~ x", did.StaggeredSpec{Method: did.ExtendedTwoWay, Family: did.Logit}},
		{"etwfe/poisson", "exp(y / 4) ~ x", did.StaggeredSpec{Method: did.ExtendedTwoWay, Family: did.Poisson}},
		{"lpdid", "y ~ 1", did.StaggeredSpec{Method: did.LocalProjections}},
		{"lpdid/control", "y ~ x + l(d(y), 1)", did.StaggeredSpec{Method: did.LocalProjections, Window: [2]int{-3, 4}}},
		{"lpdid/adjusted", "y ~ x", did.StaggeredSpec{Method: did.LocalProjections, Window: [2]int{-3, 4}, LocalProjection: did.LocalProjection{Reweight: true}}},
	} {
		c.spec.Formula, c.spec.Treat = c.formula, "treat"
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			peak := watchHeap()
			for b.Loop() {
				runtime.GC() // what the run before left
				if _, err := did.Staggered(p, c.spec); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(peak())/float64(7*8*p.Rows()), "x-data")
		})
	}
}

// watchHeap samples the heap until the returned function is called, which gives its largest growth in bytes.
func watchHeap() func() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	start, largest := m.HeapAlloc, uint64(0)
	stop, done := make(chan bool), make(chan bool)
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
				runtime.ReadMemStats(&m)
				if m.HeapAlloc > start {
					largest = max(largest, m.HeapAlloc-start)
				}
			}
		}
	}()
	return func() uint64 { close(stop); <-done; return largest }
}
