package bootstrap

import (
	"math"

	"github.com/seed2d25c7c2/didnb/didkit/internal/parallel"
)

// Jackknife leaves each cluster out in turn and calls use with its index and the factor of all others' sum, from several
// goroutines; stop may be nil, else it ends the work early when it says so.
//
// The others' sum is that of the clusters before plus that of those after, in two layers (whole groups of √G clusters, then
// those of the group), so that G clusters take some 4 G additions of matrices in place of G² and nothing is subtracted:
// a cluster that carries nearly all of a column leaves the others' digits as they are.
func (g *Grams) Jackknife(stop func() bool, use func(i int, f *Factor)) {
	if stop == nil {
		stop = func() bool { return false }
	}
	size := int(math.Ceil(math.Sqrt(float64(g.Clusters))))
	groups := (g.Clusters + size - 1) / size
	sums := make([][]float64, groups)
	parallel.For(0, groups, func(k int) {
		sums[k] = make([]float64, len(g.packed[0]))
		for _, m := range g.packed[k*size : min(g.Clusters, (k+1)*size)] {
			add(sums[k], m)
		}
	})
	outside := others(sums, nil)
	parallel.For(0, groups, func(k int) {
		f, first := g.NewFactor(), k*size
		for i, rest := range others(g.packed[first:min(g.Clusters, first+size)], outside[k]) {
			if stop() {
				return
			}
			copy(f.packed, rest)
			f.factorise()
			use(first+i, f)
		}
	})
}

// others is, for each matrix, the sum of base and all the others; base may be nil, for nothing.
func others(matrices [][]float64, base []float64) [][]float64 {
	out := make([][]float64, len(matrices))
	if len(out) == 0 {
		return out
	}
	running := make([]float64, len(matrices[0]))
	copy(running, base)
	for i, m := range matrices { // those before
		out[i] = append([]float64(nil), running...)
		add(running, m)
	}
	clear(running)
	for i := len(matrices) - 1; i >= 0; i-- { // and those after
		add(out[i], running)
		add(running, matrices[i])
	}
	return out
}

func add(to, x []float64) {
	for i, v := range x {
		to[i] += v
	}
}
