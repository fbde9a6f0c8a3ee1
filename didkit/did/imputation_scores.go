package did

import "fmt"

// scores computes each cell's mean, and its score as a combination of parts by cluster: what its own rows add, Σ u τ, and
// what the estimation of ŷ(0) adds, -Σ w e z'γ over the untreated rows with residuals e. Where the levels of the effect that
// is eliminated lie inside clusters their residuals add up to zero, so that the latter is a combination of the other
// dimensions' Σ w e z, which all cells share. Clusters are numbered cohort by cohort before, so that parts are short.
func (im *imputed) scores(shared bool) error {
	place := im.clustersByCohort()
	base := len(im.parts)
	if shared {
		sums := make([][]float64, im.model.dims)
		for _, d := range im.model.pivots {
			sums[d] = make([]float64, im.groups)
			im.parts = append(im.parts, influence{{0, sums[d]}})
		}
		for k, used := range im.model.use {
			if used {
				at, e := place[im.clusters[k]], im.model.weightOf(k)*im.tau(k)
				im.model.row(k, func(d int, v float64) {
					if sums[d] != nil {
						sums[d][at] -= e * v
					}
				})
			}
		}
	}
	var before early
	if im.spec.Method == Imputation {
		before = im.earlyRows()
	}
	largest := 0
	for _, c := range im.cells {
		largest = max(largest, len(c.rows))
	}
	im.weights = make([]float64, largest)
	for _, c := range im.cells {
		gamma, err := im.cell(c, place, shared, before)
		if err != nil {
			return err
		}
		c.score = make([]float64, len(im.parts))
		c.score[c.share] = 1
		if im.spec.Method == TwoStage {
			c.score[c.share], c.score[c.share+1] = 0, 1
		}
		if shared {
			for a, d := range im.model.pivots {
				c.score[base+a] = gamma[d]
			}
		}
	}
	return nil
}

// cell computes a cell's mean and its own parts: for Imputation Σ u(τ - centre), for TwoStage Σ u, and Σ u τ. Unless the
// model's part is shared, it is added to the last.
func (im *imputed) cell(c *imputedCell, place []int32, shared bool, before early) (rest []float64, err error) {
	weights := im.weights[:len(c.rows)]
	from, to := im.groups, 0
	for k, i := range c.rows {
		weights[k] = im.model.weightOf(int(i))
		c.mass += weights[k]
		from, to = min(from, int(place[im.clusters[i]])), max(to, int(place[im.clusters[i]])+1)
	}
	squares, top := 0.0, 0.0
	for k, i := range c.rows {
		weights[k] /= c.mass
		w, tau := weights[k], im.tau(int(i))
		c.value += w * tau
		squares += w * w
		top += w * w * tau
	}
	rest, inside := im.model.restOf(c.rows, weights)
	if !inside {
		return nil, fmt.Errorf("cohort %g in %g can't be imputed: its controls or fixed effects go beyond those of the untreated rows", c.g, c.t)
	}
	c.drift = before.drift(im, c.rows, weights, rest)
	if !shared {
		from, to = 0, im.groups
	}
	centre := top / squares
	if c.share = len(im.parts); im.spec.Method == TwoStage {
		share := make([]float64, to-from)
		for k, i := range c.rows {
			share[int(place[im.clusters[i]])-from] += weights[k]
		}
		im.parts = append(im.parts, influence{{from, share}})
		centre = 0
	}
	own := make([]float64, to-from)
	for k, i := range c.rows {
		own[int(place[im.clusters[i]])-from] += weights[k] * (im.tau(int(i)) - centre)
	}
	im.parts = append(im.parts, influence{{from, own}})
	if !shared {
		gamma, _ := im.model.solve(im.model.moments(c.rows, weights))
		for k, used := range im.model.use {
			if used {
				own[place[im.clusters[k]]] -= im.model.weightOf(k) * im.tau(k) * im.model.at(k, gamma)
			}
		}
	}
	return rest, nil
}

// shares tells whether the cells can share the model's part, and gain by it.
func (im *imputed) shares() bool {
	return len(im.model.pivots) <= 2*len(im.cells)+50 && im.nested()
}

// clustersByCohort numbers the clusters by their first cohort, those without a treated unit last.
func (im *imputed) clustersByCohort() []int32 {
	first := make([]int, im.groups) // cohort, from 1; 0 is none
	number := map[float64]int{}
	for i, g := range im.cohorts {
		number[g] = i + 1
	}
	for k, u := range im.unit {
		c := im.clusters[k]
		if n := number[im.start[u]]; n > 0 && (first[c] == 0 || n < first[c]) {
			first[c] = n
		}
	}
	next := make([]int32, len(im.cohorts)+2)
	at := func(c int) int { return (first[c] + len(im.cohorts)) % (len(im.cohorts) + 1) }
	for c := range first {
		next[at(c)+1]++
	}
	for i := 1; i < len(next); i++ {
		next[i] += next[i-1]
	}
	place := make([]int32, im.groups)
	for c := range first {
		place[c] = next[at(c)]
		next[at(c)]++
	}
	return place
}

// nested tells whether each level of the effect that the model eliminates lies inside one cluster, as far as it is used.
func (im *imputed) nested() bool {
	cluster := make([]int32, im.model.first.Levels)
	for l := range cluster {
		cluster[l] = -1
	}
	for k, used := range im.model.use {
		if !used {
			continue
		}
		at := &cluster[im.model.first.Codes[k]]
		if *at >= 0 && *at != im.clusters[k] {
			return false
		}
		*at = im.clusters[k]
	}
	return true
}
