package absorb

import "gonum.org/v1/gonum/floats"

// onePass is for rows sorted by the first effect, with a plain intercept and short levels: a block holds whole levels,
// so their means are known, and taken off, before the block leaves the cache.
func (s *sweep) onePass(bounds []int) {
	codes := s.first.codes
	bounds = wholeLevels(bounds, codes)
	parts := len(bounds) - 1
	n := s.layout.cols
	tables, grams := make([]*table, parts), make([][]float64, parts)
	sums, squares := make([][]float64, parts), make([][]float64, parts)
	parallel(s.workers, parts, func(p int) {
		t, acc := newTable(s.layout, s.dims), newGramSum(n)
		sums[p], squares[p] = make([]float64, n), make([]float64, n)
		b := s.borrow()
		defer s.give(b)
		r := &runs{scaled: make([]float64, blockRows)}
		for lo := bounds[p]; lo < bounds[p+1]; {
			hi := r.find(codes, lo, bounds[p+1])
			for g, d := range t.data {
				gw := t.width(g)
				for at := range gw {
					j := t.start[g] + at
					v := b.cols[j][:hi-lo]
					s.source(j, lo, v)
					squares[p][j] += floats.Dot(v, weighted(r.scaled, v, s.weights, lo))
					sums[p][j] += r.demean(v, s.weights, lo, s.first.total, s.alpha.data[g], gw, at)
					for _, f := range s.rest {
						f.moments(v, lo, s.weights, d, gw, at, f.offset)
					}
				}
			}
			acc.add(b, lo, hi, s.weights)
			lo = hi
		}
		tables[p], grams[p] = t, acc.sums
	})
	for p := range parts {
		floats.Add(s.sums, sums[p])
		floats.Add(s.squares, squares[p])
	}
	s.gather(tables, grams)
}

// runs are the levels of a block of rows.
type runs struct {
	ends   []int   // of each level's rows, from the block's start
	level  []int32 // codes
	scaled []float64
}

// find takes as many whole levels from lo on as fit a block, and returns where they end.
func (r *runs) find(codes []int32, lo, end int) (hi int) {
	r.ends, r.level = r.ends[:0], r.level[:0]
	limit := min(lo+blockRows, end)
	for i := lo + 1; i < limit; i++ {
		if codes[i] != codes[i-1] {
			r.ends, r.level = append(r.ends, i-lo), append(r.level, codes[i-1])
		}
	}
	if limit == end || codes[limit] != codes[limit-1] {
		r.ends, r.level = append(r.ends, limit-lo), append(r.level, codes[limit-1])
	}
	return lo + r.ends[len(r.ends)-1]
}

// demean takes the levels' means off v, writes them to a group's data, and returns Σ w v.
func (r *runs) demean(v, weights []float64, lo int, total, d []float64, gw, at int) float64 {
	all := 0.0
	from := 0
	for i, end := range r.ends {
		sum := 0.0
		if weights == nil {
			for _, x := range v[from:end] {
				sum += x
			}
		} else {
			for _, x := range r.scaled[from:end] {
				sum += x
			}
		}
		all += sum
		c := int(r.level[i])
		mean := sum / total[c]
		d[c*gw+at] = mean
		u := v[from:end]
		for k := range u {
			u[k] -= mean
		}
		from = end
	}
	return all
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
