package absorb

// runs are the levels of a block of rows.
type runs struct {
	ends   []int   // of each level's rows, from the block's start
	level  []int32 // codes
	from   int     // first row of the first level, which may lie before the block
	to     int     // end of the last level's rows
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

// cover lists the levels of the rows lo to hi, and how far the first and the last of them reach beyond.
func (r *runs) cover(codes []int32, lo, hi int) {
	r.ends, r.level = r.ends[:0], r.level[:0]
	for i := lo + 1; i < hi; i++ {
		if codes[i] != codes[i-1] {
			r.ends, r.level = append(r.ends, i-lo), append(r.level, codes[i-1])
		}
	}
	r.ends, r.level = append(r.ends, hi-lo), append(r.level, codes[hi-1])
	for r.from = lo; r.from > 0 && codes[r.from-1] == codes[lo]; r.from-- {
	}
	for r.to = hi; r.to < len(codes) && codes[r.to] == codes[hi-1]; r.to++ {
	}
}

// demean takes the levels' means off v, a block of whole levels, and returns Σ w v.
func (r *runs) demean(v, weights, total []float64) float64 {
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
		mean := sum / total[r.level[i]]
		u := v[from:end]
		for k := range u {
			u[k] -= mean
		}
		from = end
	}
	return all
}

// takeMeans takes the means of the first effect's levels off v, the rows of column j from lo on net of the other effects.
// A level's rows are added up in their order wherever the block begins and ends, so that its mean is always the same.
func (w *Within) takeMeans(j, lo int, v []float64, r *runs) {
	a := w.absorber
	from, last := 0, len(r.ends)-1
	for i, end := range r.ends {
		sum := 0.0
		if i == 0 {
			sum = w.addRows(0, j, r.from, lo, r)
		}
		u := v[from:end]
		if a.weights == nil {
			for _, x := range u {
				sum += x
			}
		} else {
			for k, x := range u {
				sum += a.weights[lo+from+k] * x
			}
		}
		if i == last {
			sum = w.addRows(sum, j, lo+len(v), r.to, r)
		}
		mean := sum / a.first.total[r.level[i]]
		for k := range u {
			u[k] -= mean
		}
		from = end
	}
}

// addRows adds the weighted rows from lo to hi of column j, net of the effects but the first, to a level's sum.
func (w *Within) addRows(sum float64, j, lo, hi int, r *runs) float64 {
	if lo == hi {
		return sum
	}
	v := r.scaled[:hi-lo]
	w.netOfRest(j, lo, v)
	if w.absorber.weights == nil {
		for _, x := range v {
			sum += x
		}
		return sum
	}
	for k, x := range v {
		sum += w.absorber.weights[lo+k] * x
	}
	return sum
}

// levelMeans writes the first effect's coefficients of column j.
func (w *Within) levelMeans(j int, coef []float64) {
	r := w.borrowRuns()
	defer w.spare.Put(r)
	codes := w.absorber.first.codes
	for lo := 0; lo < len(codes); {
		hi := lo + 1
		for hi < len(codes) && codes[hi] == codes[lo] {
			hi++
		}
		coef[codes[lo]] = w.addRows(0, j, lo, hi, r) / w.absorber.first.total[codes[lo]]
		lo = hi
	}
}
