package did

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/distribution"
)

// multiplierBands is the multiplier bootstrap of Callaway & Sant'Anna (2021, algorithm 1) on statistics' influences summed
// by cluster (statistic × cluster, scaled so that V = Σ ψ²): with Mammen's (1993) two-point multipliers u_c of mean 0 and
// variance 1 a draw is Σ_c u_c ψ_c. The error is the interquartile range of the draws over the normal's; the critical value
// is the level's quantile of the largest |draw|/error, at least the pointwise normal one. A draw depends on the seed and its
// number alone.
func multiplierBands(sums *mat.Dense, draws int, seed uint64, level float64) (errors []float64, critical float64) {
	k, clusters := sums.Dims()
	drawn := make([][]float64, k)
	for j := range drawn {
		drawn[j] = make([]float64, draws)
	}
	low, high := (1-math.Sqrt(5))/2, (1+math.Sqrt(5))/2
	cut := high / math.Sqrt(5) // P(u = low)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), draws) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			u := make([]float64, clusters)
			for {
				b := int(next.Add(1)) - 1
				if b >= draws {
					return
				}
				rng := rand.New(rand.NewPCG(seed, uint64(b)))
				for c := range u {
					u[c] = high
					if rng.Float64() < cut {
						u[c] = low
					}
				}
				for j := range drawn {
					drawn[j][b] = blas64.Dot(blas64.Vector{N: clusters, Data: u, Inc: 1}, blas64.Vector{N: clusters, Data: sums.RawRowView(j), Inc: 1})
				}
			}
		}()
	}
	wg.Wait()
	errors = make([]float64, k)
	spread := 2 * 0.6744897501960817 // of the normal's quartiles
	largest := make([]float64, draws)
	for j, x := range drawn {
		sorted := slices.Sorted(slices.Values(x))
		errors[j] = (typeOne(sorted, 0.75) - typeOne(sorted, 0.25)) / spread
		if !(errors[j] > 1e-14*math.Abs(sorted[draws-1])) || !(errors[j] > 0) {
			continue
		}
		for b, v := range x {
			largest[b] = math.Max(largest[b], math.Abs(v)/errors[j])
		}
	}
	slices.Sort(largest)
	critical = typeOne(largest, level)
	return errors, math.Max(critical, distribution.CriticalT(level, math.Inf(1)))
}

// typeOne is the inverse of the empirical distribution function of sorted values (Hyndman & Fan's type 1).
func typeOne(sorted []float64, p float64) float64 {
	at := int(math.Ceil(p*float64(len(sorted))-1e-9)) - 1
	return sorted[max(0, min(at, len(sorted)-1))]
}
