package absorb

import (
	"gonum.org/v1/gonum/floats"

	"github.com/seed2d25c7c2/didnb/didkit/internal/parallel"
)

// backSubstitute takes the first effect's part of what the rest explains off its coefficients: a pass over the codes,
// not the data.
func (s *sweep) backSubstitute() {
	switch {
	case s.system.balanced():
		s.backSubstituteBalanced()
	case s.ordered && s.plain():
		s.backSubstituteOrdered()
	case s.plain():
		parallel.For(s.workers, s.layout.groups(), s.backSubstitutePlain)
	default:
		parallel.For(s.workers, s.layout.groups(), s.backSubstituteGroup)
	}
}

// backSubstituteGroup is for any effects, on one group of columns.
func (s *sweep) backSubstituteGroup(g int) {
	gw := s.layout.width(g)
	explained := make([]float64, s.first.dims()*gw)
	v := make([]float64, blockRows)
	for lo := 0; lo < s.rows; lo += blockRows {
		v := v[:min(blockRows, s.rows-lo)]
		for at := range gw {
			clear(v)
			for _, f := range s.rest {
				f.subtract(v, lo, s.theta.data[g], gw, at, f.offset)
			}
			s.first.moments(v, lo, s.weights, explained, gw, at, 0)
		}
	}
	s.first.solveLevels(explained, gw)
	floats.Add(s.alpha.data[g], explained)
}

// backSubstitutePlain is for intercepts alone, on one group of columns.
func (s *sweep) backSubstitutePlain(g int) {
	gw, own, rest := s.layout.width(g), s.alpha.data[g], s.theta.data[g]
	for i, c := range s.first.codes {
		to, share := own[int(c)*gw:][:gw], weight(s.weights, i)/s.first.total[c]
		for _, f := range s.rest {
			row := rest[(f.offset+int(f.codes[i]))*gw:][:len(to)]
			for j := range to {
				to[j] -= share * row[j]
			}
		}
	}
}

// backSubstituteOrdered is for intercepts alone, with the rows sorted by the first effect: a level at a time.
func (s *sweep) backSubstituteOrdered() {
	codes := s.first.codes
	bounds := wholeLevels(chunks(s.rows, 0, 0), codes)
	parallel.For(s.workers, len(bounds)-1, func(p int) {
		var buffer [groupWidth]float64
		for g, rest := range s.theta.data {
			gw := s.layout.width(g)
			sum := buffer[:gw]
			for lo := bounds[p]; lo < bounds[p+1]; {
				c := codes[lo]
				clear(sum)
				i := lo
				for ; i < bounds[p+1] && codes[i] == c; i++ {
					for _, f := range s.rest {
						row := rest[(f.offset+int(f.codes[i]))*gw:][:gw]
						if s.weights == nil {
							for j, x := range row {
								sum[j] += x
							}
						} else {
							for j, x := range row {
								sum[j] += s.weights[i] * x
							}
						}
					}
				}
				own, inv := s.alpha.data[g][int(c)*gw:][:gw], 1/s.first.total[c]
				for j, x := range sum {
					own[j] -= x * inv
				}
				lo = i
			}
		}
	})
}

// backSubstituteBalanced is for a balanced panel, where every level of the first effect has every level of the other:
// the other's mean is all that it explains.
func (s *sweep) backSubstituteBalanced() {
	n := s.theta.dims
	for g, d := range s.theta.data {
		gw := s.layout.width(g)
		mean := make([]float64, gw)
		for i := 0; i < n*gw; i += gw {
			for j, x := range d[i : i+gw] {
				mean[j] += x / float64(n)
			}
		}
		own := s.alpha.data[g]
		for i := 0; i < len(own); i += gw {
			for j, x := range mean {
				own[i+j] -= x
			}
		}
	}
}
