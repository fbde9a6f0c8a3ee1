package did

// sections is one comparison of treated (d = 1) and comparison rows (d = 0) in two periods, of repeated cross-sections:
// no unit need be seen twice.
type sections struct {
	n          int
	d, post, y []float64
	w          []float64   // weights
	x          [][]float64 // covariates, without the constant
	names      []string
	within     []float64 // what period returned last
}

// estimate is the ATT and its influence function, mean zero over the n rows, of Sant'Anna & Zhao (2020) for repeated
// cross-sections: outcome regression (eq. 2.2), Hájek weights (2.3), the locally efficient doubly robust estimator (3.4)
// with maximum likelihood and least squares, or the improved one (section 3.2).
func (q *sections) estimate(how Adjustment) (float64, []float64, error) {
	two := &twoByTwo{n: q.n, d: q.d, dy: q.y, w: q.w, x: q.x, names: q.names}
	two.normalise()
	if len(q.x) == 0 {
		att, psi := q.means()
		return att, psi, nil
	}
	cols := append([][]float64{ones(q.n)}, two.standardised()...)
	switch how {
	case OutcomeRegression:
		return q.outcomeRegression(two, cols)
	case InverseProbability:
		return q.weighting(two, cols)
	}
	return q.doublyRobust(two, cols, how == ImprovedDoublyRobust)
}

// period are weights in one of the two periods, 1 for the later; they are good until the next call.
func (q *sections) period(w []float64, post float64) []float64 {
	if q.within == nil {
		q.within = make([]float64, q.n)
	}
	for i, p := range q.post {
		q.within[i] = 0
		if p == post {
			q.within[i] = w[i]
		}
	}
	return q.within
}

// means is the difference of differences of means, to which every adjustment comes down without covariates.
func (q *sections) means() (float64, []float64) {
	two := &twoByTwo{n: q.n}
	treat, cont := make([]float64, q.n), make([]float64, q.n)
	for i, d := range q.d {
		treat[i], cont[i] = d*q.w[i], (1-d)*q.w[i]
	}
	return q.changes(two, treat, cont, q.y)
}

// changes is the change of the weighted mean of z from the earlier period to the later under the weights treat, less that
// under cont, and its influence.
func (q *sections) changes(two *twoByTwo, treat, cont, z []float64) (float64, []float64) {
	psi := make([]float64, q.n)
	one := q.addChange(two, psi, 1, treat, z)
	return one - q.addChange(two, psi, -1, cont, z), psi
}

// addChange is the weighted mean of z in the later period less that in the earlier; by times its influence is added to psi.
func (q *sections) addChange(two *twoByTwo, psi []float64, by float64, w, z []float64) float64 {
	after, _ := two.addRatio(psi, by, q.period(w, 1), z)
	before, _ := two.addRatio(psi, -by, q.period(w, 0), z)
	return after - before
}

func (q *sections) outcomeRegression(two *twoByTwo, cols [][]float64) (float64, []float64, error) {
	treat, cont := two.sides(nil, nil)
	var fit [2][]float64
	var lin [2]linear
	var err error
	for post := range 2 {
		if fit[post], lin[post], err = two.leastSquares(cols, q.period(cont, float64(post)), among[post]); err != nil {
			return 0, nil, err
		}
	}
	psi := make([]float64, q.n)
	one := q.addChange(two, psi, 1, treat, q.y)
	zero, mean := two.addRatio(psi, -1, treat, less(fit[1], fit[0]))
	m := two.moment(cols, treat, nil)
	add(psi, lin[1], m, -1/mean)
	add(psi, lin[0], m, 1/mean)
	return one - zero, psi, nil
}

// among names comparison rows by period.
var among = [2]string{"comparison rows of the base period", "comparison rows of the period itself"}

func less(a, b []float64) []float64 {
	out := make([]float64, len(a))
	for i := range a {
		out[i] = a[i] - b[i]
	}
	return out
}

func (q *sections) weighting(two *twoByTwo, cols [][]float64) (float64, []float64, error) {
	ps, used, logit, err := two.score(cols)
	if err != nil {
		return 0, nil, err
	}
	treat, cont := two.sides(ps, used)
	att, psi := q.changes(two, treat, cont, q.y)
	q.scoreEffect(two, cols, cont, q.y, logit, psi)
	return att, psi, nil
}

// scoreEffect takes off psi what the estimated score does to the comparison's change of means of z.
func (q *sections) scoreEffect(two *twoByTwo, cols [][]float64, cont, z []float64, logit linear, psi []float64) {
	e := make([]float64, q.n)
	for post := range 2 {
		w := q.period(cont, float64(post))
		eta, mean := two.meanOf(w, z)
		for i := range e {
			e[i] = z[i] - eta
		}
		by := -1 / mean
		if post == 0 {
			by = 1 / mean
		}
		add(psi, logit, two.moment(cols, w, e), by)
	}
}

func (q *sections) doublyRobust(two *twoByTwo, cols [][]float64, improved bool) (float64, []float64, error) {
	var ps, used []float64
	var logit linear
	var err error
	if improved {
		if _, err := two.inverseGram(cols, q.w, "units compared"); err != nil {
			return 0, nil, err
		}
		ps, used, err = two.tilt(cols)
	} else {
		ps, used, logit, err = two.score(cols)
	}
	if err != nil {
		return 0, nil, err
	}
	all, plain := two.sides(nil, nil)
	treat, cont := two.sides(ps, used)
	if improved {
		plain = two.odds(ps)
	}
	var fit, fitTreated [2][]float64 // by period
	var lin, linTreated [2]linear
	for post := range 2 {
		if fit[post], lin[post], err = two.leastSquares(cols, q.period(plain, float64(post)), among[post]); err != nil {
			return 0, nil, err
		}
		if fitTreated[post], linTreated[post], err = two.leastSquares(cols, q.period(all, float64(post)), [2]string{"cohort's rows of the base period", "cohort's rows of the period itself"}[post]); err != nil {
			return 0, nil, err
		}
	}
	e := make([]float64, q.n) // less what comparison rows of the same period have
	for i, p := range q.post {
		e[i] = q.y[i] - fit[int(p)][i]
	}
	att, psi := q.changes(two, treat, cont, e)
	// the efficient part: how the cohort's rows of one period differ from all of them
	for post, sign := range [2]float64{-1, 1} {
		gap := less(fitTreated[post], fit[post])
		both, _ := two.addRatio(psi, sign, all, gap)
		own, _ := two.addRatio(psi, -sign, q.period(all, float64(post)), gap)
		att += sign * (both - own)
	}
	if improved {
		return att, psi, nil
	}
	q.scoreEffect(two, cols, cont, e, logit, psi)
	mean := func(w []float64) []float64 {
		m, total := two.moment(cols, w, nil), 0.0
		for _, v := range w {
			total += v / float64(q.n)
		}
		for a := range m {
			m[a] /= total
		}
		return m
	}
	for post, sign := range [2]float64{-1, 1} {
		p := float64(post)
		own, other := mean(q.period(treat, p)), mean(q.period(cont, p))
		// R's DRDID (1.2.3) has the same sign in both periods, which is not the derivative; a test tells
		add(psi, lin[post], less(own, other), -sign)
		shift := less(mean(all), own)
		add(psi, linTreated[post], shift, sign)
		add(psi, lin[post], shift, -sign)
	}
	return att, psi, nil
}
