package audit

import "math"

// cohortsOf counts the ways to spread the treated units over the adoption periods so that the open bin has its rows,
// and gives the way with the smallest sum of squared cohort sizes, the earlier cohorts larger where two ways tie.
func cohortsOf(tr treatment) (example []int, count float64) {
	k := len(tr.years)
	if k == 0 || tr.units == 0 {
		return nil, 0
	}
	type state struct {
		ways    float64
		squares int
		size    int // of the last cohort in the best way
	}
	// at[i][u][s]: the first i cohorts hold u units whose rows add up to s
	at := make([][][]state, k+1)
	for i := range at {
		at[i] = make([][]state, tr.units+1)
		for u := range at[i] {
			at[i][u] = make([]state, tr.sum+1)
		}
	}
	at[0][0][0] = state{ways: 1}
	for i, g := range tr.years {
		each := tr.after - g
		for u := range at[i] {
			for s, from := range at[i][u] {
				if from.ways == 0 {
					continue
				}
				for c := 0; u+c <= tr.units && s+c*each <= tr.sum; c++ {
					to := &at[i+1][u+c][s+c*each]
					if sq := from.squares + c*c; to.ways == 0 || sq < to.squares {
						to.squares, to.size = sq, c
					}
					to.ways += from.ways
				}
			}
		}
	}
	last := at[k][tr.units][tr.sum]
	if last.ways == 0 {
		return nil, 0
	}
	example = make([]int, k)
	u, s := tr.units, tr.sum
	for i := k; i > 0; i-- {
		c := at[i][u][s].size
		example[i-1] = c
		u, s = u-c, s-c*(tr.after-tr.years[i-1])
	}
	return example, last.ways
}

// demeaned is the range of the sum of squares of the treatment after unit and period means are taken out, over every way
// to spread its units over adoption periods. With c_t units treated in period t it is Σ c_t − Σ rows_i²/T − Σ c_t²/N +
// (Σ c_t)²/(NT), and rows_i² adds up 2(last − t) + 1 over the periods t that unit i is treated, so that all of it is a
// sum over periods of what depends on c_t.
func demeaned(tr treatment, units, first, last int) interval {
	periods := last - first + 1
	adopts := map[int]bool{}
	for _, g := range tr.years {
		adopts[g] = true
	}
	n, T := float64(units), float64(periods)
	type ends struct{ lo, hi float64 }
	none := ends{math.Inf(1), math.Inf(-1)}
	width := tr.rows + 1
	now := make([]ends, (tr.units+1)*width)
	for i := range now {
		now[i] = none
	}
	now[0] = ends{0, 0}
	for t := first; t <= last; t++ {
		next := make([]ends, len(now))
		for i := range next {
			next[i] = none
		}
		for c := range tr.units + 1 {
			for s := range width {
				from := now[c*width+s]
				if from.lo > from.hi {
					continue
				}
				most := c
				if adopts[t] {
					most = tr.units
				}
				for d := c; d <= most && s+d < width; d++ {
					x := float64(d)
					gain := x - x*float64(2*(last-t)+1)/T - x*x/n
					to := &next[d*width+s+d]
					to.lo, to.hi = min(to.lo, from.lo+gain), max(to.hi, from.hi+gain)
				}
			}
		}
		now = next
	}
	end := now[tr.units*width+tr.rows]
	if end.lo > end.hi {
		return interval{0, float64(tr.rows)}
	}
	whole := float64(tr.rows) * float64(tr.rows) / n / T
	return interval{end.lo + whole, end.hi + whole}
}
