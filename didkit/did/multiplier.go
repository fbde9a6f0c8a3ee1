package did

import (
	"math"
	"math/rand/v2"
	"sync"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/distribution"
	"github.com/seed2d25c7c2/didnb/didkit/internal/parallel"
)

// slab is how many clusters are taken together: what the sums below are made of does not depend on the number of cores.
const slab = 64 * 64

// covarianceOf is V = Σ_c ψ_c ψ_c' over clusters.
func covarianceOf(parts []influence, clusters int) *mat.SymDense {
	k := len(parts)
	v := make([]float64, k*k)
	bySlab(nil, clusters, k*k, v, func(_, from, to int, out []float64) {
		for i := range parts {
			for j := i; j < k; j++ {
				parts[i].part(from, to, func(at int, x []float64) {
					parts[j].part(at, at+len(x), func(other int, y []float64) {
						out[i*k+j] += blas64.Dot(blas64.Vector{N: len(y), Data: x[other-at:], Inc: 1}, blas64.Vector{N: len(y), Data: y, Inc: 1})
					})
				})
			}
		}
	})
	return mat.NewSymDense(k, v)
}

// bySlab adds up what f makes of each slab of clusters, in parallel, but in the order of the slabs; once stop, if it is not
// nil, gives an error, no more are begun.
func bySlab(stop func() error, clusters, size int, total []float64, f func(number, from, to int, out []float64)) {
	var turn sync.Mutex
	next := sync.NewCond(&turn)
	done := 0
	spare := sync.Pool{New: func() any { return make([]float64, size) }}
	parallel.Unless(stop, 0, (clusters+slab-1)/slab, func(number int) {
		out := spare.Get().([]float64)
		clear(out)
		defer spare.Put(out)
		f(number, number*slab, min(clusters, (number+1)*slab), out)
		turn.Lock()
		defer turn.Unlock()
		for done != number {
			next.Wait()
		}
		for i, v := range out {
			total[i] += v
		}
		done++
		next.Broadcast()
	})
}

// Mammen's (1993) two-point multipliers of mean 0 and variance 1.
var (
	lowMultiplier  = (1 - math.Sqrt(5)) / 2
	highMultiplier = (1 + math.Sqrt(5)) / 2
	highChance     = 1 - highMultiplier/math.Sqrt(5) // P(u = high)
)

// multiplierDraws is the multiplier bootstrap of Callaway & Sant'Anna (2021, algorithm 1): draw b of a part is Σ_c u_bc ψ_c
// with multipliers u that all parts share. They depend on the seed, the draw and the cluster alone. The result is part by
// draw.
//
// With u = low + (high - low)·bit a draw is a sum over the clusters whose bit is set: for six clusters at a time it is
// looked up among the 64 sums that there can be. Once stop gives an error, what is returned is of no use.
func multiplierDraws(stop func() error, parts []influence, clusters, draws int, seed uint64) [][]float64 {
	tiles := (len(parts) + width - 1) / width
	size := tiles * draws * width
	total := make([]float64, size)
	spare := sync.Pool{New: func() any { return make([]uint64, draws) }}
	bySlab(stop, clusters, size, total, func(number, from, to int, out []float64) {
		bits := spare.Get().([]uint64)
		defer spare.Put(bits)
		rng := rand.NewPCG(seed, uint64(number))
		var values [64]lane
		for at := from; at < to && (stop == nil || stop() == nil); at += 64 {
			drawBits(rng, bits)
			for tile := range tiles {
				these := parts[tile*width : min(len(parts), (tile+1)*width)]
				acc := out[tile*draws*width : (tile+1)*draws*width]
				clear(values[:])
				any := false
				for k, p := range these {
					p.part(at, min(at+64, to), func(first int, psi []float64) {
						any = true
						for i, v := range psi {
							values[first-at+i][k] = v
						}
					})
				}
				if any {
					lookUp(&values, bits, acc)
				}
			}
		}
	})
	out := make([][]float64, len(parts))
	for k := range out {
		out[k] = make([]float64, draws)
		if stop != nil && stop() != nil {
			continue
		}
		base := 0.0
		for _, r := range parts[k] {
			for _, v := range r.psi {
				base += v
			}
		}
		acc := total[k/width*draws*width:]
		for b := range out[k] {
			out[k][b] = lowMultiplier*base + (highMultiplier-lowMultiplier)*acc[b*width+k%width]
		}
	}
	return out
}

// width is how many parts are summed side by side.
const width = 4

type lane [width]float64

// lookUp adds to acc, draw by draw, the sum of the values whose bit is set.
func lookUp(values *[64]lane, bits []uint64, acc []float64) {
	var table [11][64]lane // six clusters each, the last one four
	for t := range table {
		for i := range min(6, 64-6*t) {
			v := values[6*t+i]
			for s := range 1 << i {
				a := &table[t][s]
				table[t][s|1<<i] = lane{a[0] + v[0], a[1] + v[1], a[2] + v[2], a[3] + v[3]}
			}
		}
	}
	for b, word := range bits {
		var s0, s1, s2, s3 float64
		for t := range table {
			a := &table[t][word&63]
			s0 += a[0]
			s1 += a[1]
			s2 += a[2]
			s3 += a[3]
			word >>= 6
		}
		to := (*lane)(acc[b*width:])
		to[0] += s0
		to[1] += s1
		to[2] += s2
		to[3] += s3
	}
}

// drawBits sets each bit with probability highChance: the bits of a uniform number are drawn for 64 of them at once, from
// the highest on, until each is told from the chance.
func drawBits(rng *rand.PCG, out []uint64) {
	chance := uint64(highChance * (1 << 53))
	for i := range out {
		open, set := ^uint64(0), uint64(0)
		for bit := 52; bit >= 0 && open != 0; bit-- {
			r := rng.Uint64()
			if chance>>bit&1 == 1 {
				set |= open &^ r
				open &= r
			} else {
				open &^= r
			}
		}
		out[i] = set
	}
}

// bands are the errors of drawn statistics, the interquartile range of the draws over the normal's, and the critical value
// of their uniform band: the level's quantile of the largest |draw|/error, at least the pointwise normal one.
func bands(drawn [][]float64, level float64) (errors []float64, critical float64) {
	errors = make([]float64, len(drawn))
	spread := 2 * 0.6744897501960817 // of the normal's quartiles
	largest := make([]float64, len(drawn[0]))
	var part []float64
	for j, x := range drawn {
		part = append(part[:0], x...)
		low, high, most := rank(0.25, len(x)), rank(0.75, len(x)), 0.0
		first := smallest(part, low)
		errors[j] = (smallest(part[low:], high-low) - first) / spread
		for _, v := range x {
			most = math.Max(most, math.Abs(v))
		}
		if !(errors[j] > 1e-14*most) || !(errors[j] > 0) {
			continue
		}
		for b, v := range x {
			largest[b] = math.Max(largest[b], math.Abs(v)/errors[j])
		}
	}
	return errors, math.Max(smallest(largest, rank(level, len(largest))), distribution.CriticalT(level, math.Inf(1)))
}

// rank is the place, from 0, of the inverse of the empirical distribution function of n values (Hyndman & Fan's type 1).
func rank(p float64, n int) int {
	return max(0, min(int(math.Ceil(p*float64(n)-1e-9))-1, n-1))
}

// smallest is the value that k others are not above (Hoare 1961), put at k with those before it.
func smallest(x []float64, k int) float64 {
	for lo, hi := 0, len(x)-1; lo < hi; {
		pivot := max(min(x[lo], x[(lo+hi)/2]), min(max(x[lo], x[(lo+hi)/2]), x[hi])) // median of three
		i, j := lo, hi
		for i <= j {
			for x[i] < pivot {
				i++
			}
			for pivot < x[j] {
				j--
			}
			if i <= j {
				x[i], x[j] = x[j], x[i]
				i, j = i+1, j-1
			}
		}
		switch {
		case k <= j:
			hi = j
		case k >= i:
			lo = i
		default:
			return x[k]
		}
	}
	return x[k]
}
