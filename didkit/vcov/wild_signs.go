package vcov

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
)

// signBlock is the number of clusters whose sums under all sign patterns are tabled at once.
const signBlock = 8

// signs are Rademacher draws as sign patterns: for each block of signBlock clusters and each draw a byte, whose bit c is
// set where cluster c of the block has multiplier -1.
type signs struct {
	clusters, reps int
	patterns       []uint8 // blocks × reps
	stop           func() error
}

// signs packs the draws; ok is false for multipliers that are not ±1.
func (d draws) signs() (s *signs, ok bool) {
	if d.spec.Weights != Rademacher {
		return nil, false
	}
	s = &signs{clusters: d.clusters, reps: d.reps, stop: d.stop, patterns: make([]uint8, (d.clusters+signBlock-1)/signBlock*d.reps)}
	for from := 0; from < d.reps && (d.stop == nil || d.stop() == nil); from += wildBatch {
		b := min(wildBatch, d.reps-from)
		r, bits, k := rand.New(rand.NewPCG(d.spec.Seed, uint64(from))), uint64(0), 0
		for g := range d.clusters {
			row, bit := s.patterns[g/signBlock*d.reps+from:][:b], g%signBlock
			for i := range row { // as fill draws them
				if d.complete {
					bits = uint64((from + i) >> g)
				} else if k++; k%64 == 1 {
					bits = r.Uint64()
				}
				row[i] |= uint8(bits&1) << bit
				bits >>= 1
			}
		}
	}
	return s, true
}

// sum writes Σ_g v_g row_g of draws from on into out, count × m, where rows is clusters × m: from a table of the sums of
// eight clusters' rows under all 256 patterns, one addition a draw for eight clusters (the method of four Russians; Arlazarov,
// Dinic, Kronrod & Faradzev 1970).
func (s *signs) sum(rows []float64, m, from, count int, out, table []float64) {
	clear(out[:count*m])
	for lo := 0; lo < s.clusters; lo += signBlock {
		n := min(signBlock, s.clusters-lo)
		first := table[:m]
		clear(first)
		for g := range n {
			floats.Add(first, rows[(lo+g)*m:][:m])
		}
		for g := range n { // patterns with bit g as the highest
			half := 1 << g
			row := rows[(lo+g)*m:][:m]
			for p := range half {
				floats.AddScaledTo(table[(half+p)*m:][:m], table[p*m:][:m], -2, row)
			}
		}
		for i, p := range s.patterns[lo/signBlock*s.reps+from:][:count] {
			floats.Add(out[i*m:][:m], table[int(p)*m:][:m])
		}
	}
}
