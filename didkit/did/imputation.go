package did

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// imputed is a design in which untreated outcomes are modelled on untreated rows and carried over to the treated ones:
// τ_it = y_it - ŷ_it(0). Imputation and the two-stage estimator average the same τ and differ in their errors.
type imputed struct {
	*adoption
	model   *untreated // of the rows that are not treated
	cells   []*imputedCell
	early   []float64   // event times before adoption with untreated rows, ascending
	parts   []influence // what the scores of all statistics are combinations of
	cov     *mat.SymDense
	weights []float64 // of a cell's rows, for a moment

	reference float64 // event time that leads are measured from; -Inf: none
}

// imputedCell is one cohort in one period.
type imputedCell struct {
	g, t  float64
	rows  []int32
	mass  float64 // Σ weights
	value float64 // weighted mean of τ
	score []float64
	drift []float64 // by event time before adoption, those of im.early: the weight of the untreated rows there
	share int       // TwoStage: the part that is the cell's weights by cluster
}

// tau is the effect of a treated row, the residual of an untreated one.
func (im *imputed) tau(k int) float64 { return im.d.Y[k] - im.model.at(k, im.model.gamma) }

// impute estimates Borusyak, Jaravel & Spiess's (2024) imputation estimator, or Gardner's (2022) two-stage estimator,
// which gives the same averages. Errors are clustered without a small-sample factor: for Imputation the conservative ones
// of its theorem 3, with effects centred within cohort and period; for TwoStage those of the two regressions taken
// together as one GMM problem.
func impute(p *panel.Panel, s StaggeredSpec) (*ATTResult, error) {
	a, err := s.adopt(p)
	if err != nil {
		return nil, err
	}
	if err := a.byOneCluster(); err != nil {
		return nil, err
	}
	im, err := a.impute()
	if err != nil {
		return nil, err
	}
	return im.result(p)
}

// impute models untreated outcomes and drops treated rows that the model does not reach.
func (a *adoption) impute() (*imputed, error) {
	im := &imputed{adoption: a}
	use := make([]bool, a.d.N)
	clean := 0
	for k := range a.unit {
		use[k] = a.fittedRow(k)
		if use[k] {
			clean++
		}
	}
	if clean == 0 {
		return nil, fmt.Errorf("no row is untreated, so there is nothing to impute from")
	}
	var err error
	if im.model, err = newUntreated(a, use); err != nil {
		return nil, err
	}
	reached := im.reached(use)
	lost := 0
	number := map[float64]int{}
	for i, g := range a.cohorts {
		number[g] = i
	}
	T := len(a.periods)
	index := make([]*imputedCell, len(a.cohorts)*T)
	cell := func(k int) **imputedCell { return &index[number[a.start[a.unit[k]]]*T+int(a.time[k])] }
	belongs := func(k int) bool {
		if !im.model.use[k] {
			return reached(k)
		}
		g := a.start[a.unit[k]]
		return g == g && a.spec.Method != Imputation
	}
	for k, u := range a.unit {
		if !belongs(k) {
			if !im.model.use[k] {
				lost++
			}
			continue
		}
		c := cell(k)
		if *c == nil {
			*c = &imputedCell{g: a.start[u], t: a.periods[a.time[k]]}
			im.cells = append(im.cells, *c)
		}
		(*c).share++ // counts, for once
	}
	for _, c := range im.cells {
		c.rows, c.share = make([]int32, 0, c.share), 0
	}
	for k := range a.unit {
		if belongs(k) {
			c := *cell(k)
			c.rows = append(c.rows, int32(k))
		}
	}
	if lost > 0 {
		a.notes = append(a.notes, counting.Sprintf("%d treated rows were left out: no untreated row tells the effect of their unit or period, so they can't be imputed", lost))
		a.d.N -= lost
	}
	slices.SortFunc(im.cells, func(x, y *imputedCell) int {
		if x.g != y.g {
			return int(math.Copysign(1, x.g-y.g))
		}
		return int(math.Copysign(1, x.t-y.t))
	})
	if !slices.ContainsFunc(im.cells, func(c *imputedCell) bool { return c.t >= c.g }) {
		return nil, fmt.Errorf("no treated row can be imputed: no untreated row tells the effects of their periods; leave out the periods in which every unit is treated, or add never-treated units")
	}
	return im, nil
}

// reached tells whether the untreated rows know all effects of a row, up to the constants of the parts that two effects
// fall into.
func (im *imputed) reached(use []bool) func(row int) bool {
	effects := im.d.Effects
	offset, total := make([]int, len(effects)), 0
	for i, e := range effects {
		offset[i] = total
		total += e.Levels
	}
	parent := make([]int, total)
	seen := make([]bool, total)
	for i := range parent {
		parent[i] = i
	}
	var root func(i int) int
	root = func(i int) int {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	for k, used := range use {
		if !used {
			continue
		}
		for i, e := range effects {
			at := offset[i] + int(e.Codes[k])
			seen[at] = true
			if len(effects) == 2 {
				parent[root(at)] = root(int(effects[0].Codes[k]))
			}
		}
	}
	return func(k int) bool {
		for i, e := range effects {
			at := offset[i] + int(e.Codes[k])
			if !seen[at] || len(effects) == 2 && root(at) != root(int(effects[0].Codes[k])) {
				return false
			}
		}
		return true
	}
}

// average is the weighted mean of cells with its score, a combination of the parts.
func (im *imputed) average(cells []*imputedCell) (value float64, score []float64, units int) {
	total := 0.0
	rows := map[float64]int{}
	for _, c := range cells {
		total += c.mass
		value += c.mass * c.value
		rows[c.g] = max(rows[c.g], len(c.rows))
	}
	value /= total
	for _, n := range rows {
		units += n
	}
	score = make([]float64, len(im.parts))
	for _, c := range cells {
		w := c.mass / total
		for k, v := range c.score {
			score[k] += w * v
		}
		if im.spec.Method == TwoStage {
			score[c.share] -= w * value
		}
	}
	return value, score, units
}

// gathered are statistics with their scores by cluster, V = Σ score², or as combinations of parts that move with cov.
type gathered struct {
	keys   []float64
	values []float64
	scores [][]float64
	units  []int
	cov    *mat.SymDense // nil: scores are by cluster
}

func (im *imputed) by(key func(*imputedCell) (float64, bool)) (g gathered) {
	g.cov = im.cov
	groups := map[float64][]*imputedCell{}
	for _, c := range im.cells {
		if k, ok := key(c); ok {
			groups[k] = append(groups[k], c)
		}
	}
	for k := range groups {
		g.keys = append(g.keys, k)
	}
	slices.Sort(g.keys)
	for _, k := range g.keys {
		v, s, n := im.average(groups[k])
		g.values, g.scores, g.units = append(g.values, v), append(g.scores, s), append(g.units, n)
	}
	return g
}

// mean averages the statistics with weights, 1 each without.
func (g gathered) mean(weights []float64, from float64) (value float64, score []float64) {
	total := 0.0
	for i, k := range g.keys {
		if k < from {
			continue
		}
		w := 1.0
		if weights != nil {
			w = weights[i]
		}
		total += w
		value += w * g.values[i]
		if score == nil {
			score = make([]float64, len(g.scores[i]))
		}
		for c, v := range g.scores[i] {
			score[c] += w * v
		}
	}
	for c := range score {
		score[c] /= total
	}
	return value / total, score
}

// estimates are the statistics with the covariance of their scores.
func (g gathered) estimates(level float64) estimates {
	e := estimates{value: g.values, df: math.Inf(1), level: level}
	if g.cov != nil {
		e.cov = quadratic(g.scores, g.cov)
		return e
	}
	e.cov = mat.NewSymDense(len(g.values), nil)
	for i, a := range g.scores {
		for j := i; j < len(g.scores); j++ {
			s := 0.0
			for c, v := range a {
				s += v * g.scores[j][c]
			}
			e.cov.SetSym(i, j, s)
		}
	}
	return e
}

func (g gathered) keyed(level float64) (out []KeyedEffect) {
	e := g.estimates(level)
	for i, k := range g.keys {
		out = append(out, KeyedEffect{Key: k, Effect: e.effect(i), Units: g.units[i]})
	}
	return out
}

func (im *imputed) result(p *panel.Panel) (*ATTResult, error) {
	r := im.adoption.result()
	r.Comparison, r.Base = im.notYetTreated(), "all periods before adoption"
	leads, err := gathered{}, error(nil)
	if im.spec.Method == Imputation {
		if leads, err = im.leads(p, r); err != nil {
			return nil, err
		}
	}
	if err := im.scores(im.shares()); err != nil {
		return nil, err
	}
	for i, s := range leads.scores { // made when there were no other parts
		leads.scores[i] = append(s, make([]float64, len(im.parts)-len(s))...)
	}
	im.cov = covarianceOf(im.parts, im.groups)
	post := func(c *imputedCell) bool { return c.t >= c.g }
	var after []*imputedCell
	cells := gathered{cov: im.cov}
	for _, c := range im.cells {
		if post(c) {
			after = append(after, c)
		}
		v, s, n := im.average([]*imputedCell{c})
		cells.values, cells.scores, cells.units = append(cells.values, v), append(cells.scores, s), append(cells.units, n)
	}
	e := cells.estimates(r.Level)
	for i, c := range im.cells {
		r.GroupTime = append(r.GroupTime, GroupTime{Cohort: c.g, Time: c.t, Effect: e.effect(i), Units: cells.units[i]})
	}
	events := im.by(func(c *imputedCell) (float64, bool) { return c.t - c.g, true })
	cohorts := im.by(func(c *imputedCell) (float64, bool) { return c.g, post(c) })
	times := im.by(func(c *imputedCell) (float64, bool) { return c.t, post(c) })
	r.ByCohort, r.ByTime = cohorts.keyed(r.Level), times.keyed(r.Level)
	var sizes []float64
	for _, g := range cohorts.keys {
		sizes = append(sizes, float64(im.size(g)))
	}
	all := gathered{cov: im.cov}
	put := func(v float64, s []float64) { all.values, all.scores = append(all.values, v), append(all.scores, s) }
	v, score, _ := im.average(after)
	put(v, score)
	put(events.mean(nil, 0))
	put(cohorts.mean(sizes, math.Inf(-1)))
	put(times.mean(nil, math.Inf(-1)))
	e = all.estimates(r.Level)
	for i, k := range []Aggregate{Simple, Dynamic, Group, Calendar} {
		r.Averages[k] = e.effect(i)
	}
	r.Overall = r.Averages[r.Aggregate]
	r.drift = im.drifts(leads.keys, events.keys)
	events = gathered{append(leads.keys, events.keys...), append(leads.values, events.values...), append(leads.scores, events.scores...), append(leads.units, events.units...), im.cov}
	r.ByEvent = events.keyed(r.Level)
	full := events.estimates(r.Level)
	r.Covariance = rowsOf(full.cov)
	var before []int
	for i, k := range events.keys {
		if k < 0 && full.cov.At(i, i) > 0 {
			before = append(before, i)
		}
	}
	if r.Pretrend = full.wald(before); r.Pretrend == nil && len(before) > 0 {
		r.Untested = fmt.Sprintf("no joint test of %d event times before adoption: their covariance is singular", len(before))
	}
	return r, nil
}
