package absorb

import (
	"gonum.org/v1/gonum/floats"

	"github.com/seed2d25c7c2/didnb/didkit/internal/parallel"
)

// brief tells that the first effect's coefficients need not be kept: it is a plain intercept, and the rows stand sorted by
// its levels, each of a block at most, so that a level's mean is made from its rows where it is needed, in cache.
func (a *Absorber) brief() bool {
	_, apart := a.parts()
	return a.ordered && a.longest <= blockRows && a.first.white == nil && !apart && !a.delicate()
}

// onePass is for rows sorted by the first effect, with a plain intercept and short levels: a block holds whole levels,
// so their means are known, and taken off, before the block leaves the cache.
func (s *sweep) onePass(bounds []int) {
	codes := s.first.codes
	bounds = wholeLevels(bounds, codes)
	total := newInTurn(s.newNetSums)
	parallel.For(s.workers, len(bounds)-1, func(p int) {
		part := total.borrow()
		b := s.borrow()
		defer s.give(b)
		r := &runs{scaled: make([]float64, blockRows)}
		for lo := bounds[p]; lo < bounds[p+1]; {
			hi := r.find(codes, lo, bounds[p+1])
			for g, d := range part.moments.data {
				gw := s.layout.width(g)
				for at := range gw {
					j := s.layout.start[g] + at
					v := b.cols[j][:hi-lo]
					s.source(j, lo, v)
					part.squares[j] += floats.Dot(v, weighted(r.scaled, v, s.weights, lo))
					part.sums[j] += r.demean(v, s.weights, s.first.total)
					for _, f := range s.rest {
						f.moments(v, lo, s.weights, d, gw, at, f.offset)
					}
				}
			}
			part.gram.add(b, lo, hi, s.weights)
			lo = hi
		}
		total.give(p, part)
	})
	s.sums, s.squares = total.total.sums, total.total.squares
	s.takeNet(total.total)
}

// wholeLevels moves bounds of rows that stand sorted to where a level ends.
func wholeLevels(bounds []int, codes []int32) []int {
	out := append([]int(nil), bounds...)
	for p := 1; p+1 < len(out); p++ {
		for out[p] < len(codes) && codes[out[p]] == codes[out[p]-1] {
			out[p]++
		}
	}
	return out
}
