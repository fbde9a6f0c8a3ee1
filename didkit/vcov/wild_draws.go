package vcov

import "math"

// WildStatistics are the t statistic of coefficient c of Problem.Coefs and those of all draws of its wild cluster bootstrap
// under the hypothesis that it is zero (with Wild.Unrestricted, centred at the estimate), both without the small-sample
// factor, which they share. Problems with the same clusters have the same draws for the same Wild, so that the statistics of
// several outcomes may be compared draw by draw.
func (p *Problem) WildStatistics(by string, w Wild, c int) (t float64, draws []float64, err error) {
	w = w.Filled()
	if err := w.check(); err != nil {
		return 0, nil, err
	}
	codes, groups, err := p.Cluster(by)
	if err != nil {
		return 0, nil, err
	}
	if groups < 2 {
		return 0, nil, &TooFewClusters{by, groups}
	}
	sums, err := p.clusterSums(WildBoot, codes, groups)
	if err != nil {
		return 0, nil, err
	}
	s := sums.score(p.Coefs[c].Weights)
	variance := 0.0
	for _, a := range s.a0 {
		variance += a * a
	}
	delta := p.Coefs[c].Estimate
	t = delta / math.Sqrt(variance)
	if w.Unrestricted {
		delta = 0
	}
	multipliers := newDraws(w, groups)
	multipliers.stop = p.Stop
	for _, o := range s.draw(multipliers, sums.signed(multipliers)) {
		draws = append(draws, (o.n0+delta*o.n1)/math.Sqrt(math.Max(o.q00+2*delta*o.q01+delta*delta*o.q11, 0)))
	}
	return t, draws, p.stopped()
}
