package did

// influence is how clusters move an estimate, V = Σ ψ², kept where it is not zero: runs of clusters in order.
type influence []run

type run struct {
	from int
	psi  []float64
}

// byCluster turns the influence ψ/n of the spans' units, one after the other, into that of clusters. It keeps psi.
func (w *groupTimes) byCluster(spans []span, psi []float64) influence {
	var out influence
	if w.cluster == nil {
		for _, s := range spans {
			n := s.to - s.from
			if last := len(out) - 1; last >= 0 && out[last].from+len(out[last].psi) == s.from {
				out[last].psi = out[last].psi[:len(out[last].psi)+n]
			} else {
				out = append(out, run{s.from, psi[:n]})
			}
			psi = psi[n:]
		}
		return out
	}
	sums, k := make([]float64, w.groups), 0
	for _, s := range spans {
		for _, g := range w.cluster[s.from:s.to] {
			sums[g] += psi[k]
			k++
		}
	}
	return influence{{0, sums}}
}

// part calls f with the parts of the runs within clusters from … to-1.
func (f influence) part(from, to int, do func(at int, psi []float64)) {
	for _, r := range f {
		lo, hi := max(from, r.from), min(to, r.from+len(r.psi))
		if lo < hi {
			do(lo, r.psi[lo-r.from:hi-r.from])
		}
	}
}
