package did

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

// imputed is a design in which untreated outcomes are modelled on untreated rows and carried over to the treated ones:
// τ_it = y_it - ŷ_it(0). Imputation and the two-stage estimator average the same τ and differ in their errors.
type imputed struct {
	*adoption
	model    *untreated
	tau      []float64 // one a row: the effect of treated rows, the residual of untreated ones
	treated  []bool
	cells    []*imputedCell
	clusterN int
	early    []float64 // event times before adoption with untreated rows, ascending
	when     []int32   // one a row: its place in early, -1 elsewhere and in units never treated
}

// imputedCell is one cohort in one period.
type imputedCell struct {
	g, t   float64
	rows   []int32
	mass   float64   // Σ weights
	value  float64   // weighted mean of τ
	centre float64   // what τ is compared with in the variance of Imputation: Σ w²τ/Σ w²
	model  []float64 // by cluster: what the estimation of ŷ(0) adds
	sum    []float64 // by cluster: Σ u τ
	part   []float64 // by cluster: Σ u
	drift  []float64 // by event time before adoption, those of im.early: the weight of the untreated rows there
}

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
	if err := im.scores(); err != nil {
		return nil, err
	}
	return im.result(p)
}

// impute models untreated outcomes and drops treated rows that the model does not reach.
func (a *adoption) impute() (*imputed, error) {
	im := &imputed{adoption: a, treated: make([]bool, a.d.N), tau: make([]float64, a.d.N)}
	use := make([]bool, a.d.N)
	clean := 0
	for k, u := range a.unit {
		im.treated[k] = a.periods[a.time[k]] >= a.start[u]
		use[k] = !im.treated[k]
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
	index := map[[2]float64]*imputedCell{}
	for k, u := range a.unit {
		im.tau[k] = a.d.Y[k] - im.model.at(k, im.model.gamma)
		if im.treated[k] && !reached(k) {
			lost++
			continue
		}
		g, t := a.start[u], a.periods[a.time[k]]
		if g != g || !im.treated[k] && a.spec.Method != TwoStage {
			continue
		}
		c := index[[2]float64{g, t}]
		if c == nil {
			c = &imputedCell{g: g, t: t}
			index[[2]float64{g, t}] = c
			im.cells = append(im.cells, c)
		}
		c.rows = append(c.rows, int32(k))
	}
	if lost > 0 {
		a.notes = append(a.notes, fmt.Sprintf("%d treated rows were left out: no untreated row tells the effect of their unit or period, so they can't be imputed", lost))
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

// scores computes each cell's mean and its parts by cluster.
func (im *imputed) scores() error {
	groups := im.groups
	im.earlyTimes()
	var clean []int32
	for k := range im.treated {
		if im.model.use[k] {
			clean = append(clean, int32(k))
		}
	}
	for _, c := range im.cells {
		weights := make([]float64, len(c.rows))
		for k, i := range c.rows {
			weights[k] = im.model.weight[i]
			c.mass += weights[k]
		}
		c.sum, c.part, c.model = make([]float64, groups), make([]float64, groups), make([]float64, groups)
		squares, top := 0.0, 0.0
		for k, i := range c.rows {
			weights[k] /= c.mass
			w, tau := weights[k], im.tau[i]
			c.value += w * tau
			squares += w * w
			top += w * w * tau
			c.sum[im.clusters[i]] += w * tau
			c.part[im.clusters[i]] += w
		}
		c.centre = top / squares
		gamma, inside := im.model.solve(im.model.moments(c.rows, weights))
		if !inside {
			return fmt.Errorf("cohort %g in %g can't be imputed: its controls or fixed effects go beyond those of the untreated rows", c.g, c.t)
		}
		c.drift = make([]float64, len(im.early))
		for _, i := range clean {
			a := im.model.weight[i] * im.model.at(int(i), gamma)
			c.model[im.clusters[i]] -= im.tau[i] * a
			if e := im.when[i]; e >= 0 {
				c.drift[e] -= a
			}
		}
	}
	return nil
}

// average is the weighted mean of cells, by their weights times by (nil: 1 each), with its score by cluster.
func (im *imputed) average(cells []*imputedCell, by func(*imputedCell) float64) (value float64, score []float64, units int) {
	total := 0.0
	rows := map[float64]int{}
	weight := func(c *imputedCell) float64 {
		if by != nil {
			return by(c)
		}
		return c.mass
	}
	for _, c := range cells {
		total += weight(c)
		value += weight(c) * c.value
		rows[c.g] = max(rows[c.g], len(c.rows))
	}
	value /= total
	for _, n := range rows {
		units += n
	}
	score = make([]float64, im.groups)
	for _, c := range cells {
		centre := c.centre
		if im.spec.Method == TwoStage {
			centre = value
		}
		w := weight(c) / total
		for k := range score {
			score[k] += w * (c.model[k] + c.sum[k] - centre*c.part[k])
		}
	}
	return value, score, units
}

// gathered are statistics with their scores by cluster, V = Σ score².
type gathered struct {
	keys   []float64
	values []float64
	scores [][]float64
	units  []int
}

func (im *imputed) by(key func(*imputedCell) (float64, bool)) (g gathered) {
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
		v, s, n := im.average(groups[k], nil)
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
	e := estimates{value: g.values, df: math.Inf(1), level: level, cov: mat.NewSymDense(len(g.values), nil)}
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
	r.Comparison, r.Base = "all rows not yet treated, of never-treated units too", "all periods before adoption"
	post := func(c *imputedCell) bool { return c.t >= c.g }
	var after []*imputedCell
	cells := gathered{}
	for _, c := range im.cells {
		if post(c) {
			after = append(after, c)
		}
		v, s, n := im.average([]*imputedCell{c}, nil)
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
	all := gathered{}
	put := func(v float64, s []float64) { all.values, all.scores = append(all.values, v), append(all.scores, s) }
	v, score, _ := im.average(after, nil)
	put(v, score)
	put(events.mean(nil, 0))
	put(cohorts.mean(sizes, math.Inf(-1)))
	put(times.mean(nil, math.Inf(-1)))
	e = all.estimates(r.Level)
	for i, k := range []Aggregate{Simple, Dynamic, Group, Calendar} {
		r.Averages[k] = e.effect(i)
	}
	r.Overall = r.Averages[r.Aggregate]
	if im.spec.Method == Imputation {
		leads, err := im.leads(p, r)
		if err != nil {
			return nil, err
		}
		r.drift = im.drifts(leads.keys, events.keys)
		events = gathered{append(leads.keys, events.keys...), append(leads.values, events.values...), append(leads.scores, events.scores...), append(leads.units, events.units...)}
	}
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

// leads are the effects before adoption as Borusyak, Jaravel & Spiess test them: a regression on untreated rows only, with
// a dummy for each event time but -1, or for the last Leads event times with all earlier ones as the reference. Their
// scores carry fixest's small-sample factor.
func (im *imputed) leads(p *panel.Panel, r *ATTResult) (gathered, error) {
	none := gathered{}
	name := "event_time"
	for p.Has(name) {
		name += "_"
	}
	const never = -1e6
	rows, values := make([]bool, p.Rows()), make([]float64, p.Rows())
	refs := []formula.Arg{{Value: &formula.Number{Value: never}}}
	found := map[float64]map[int32]bool{}
	for k, u := range im.unit {
		if im.treated[k] {
			continue
		}
		i := im.d.PanelRow(k)
		rows[i], values[i] = true, never
		event := im.periods[im.time[k]] - im.start[u]
		if event != event || im.spec.Leads == 0 && event == -1 || im.spec.Leads > 0 && event < -float64(im.spec.Leads) {
			continue
		}
		values[i] = event
		if found[event] == nil {
			found[event] = map[int32]bool{}
		}
		found[event][u] = true
	}
	if im.spec.Leads == 0 {
		ref := -1
		r.Ref = &ref
	}
	if len(found) == 0 {
		return none, nil
	}
	q, err := p.With(&panel.Variable{Name: name, Values: values})
	if err != nil {
		return none, err
	}
	f := *im.formula
	f.Terms = append([]formula.Term{{Factors: []formula.Expr{&formula.Call{Func: "i", Args: []formula.Arg{{Value: &formula.Name{Name: name}},
		{Key: "ref", Value: &formula.Call{Func: "c", Args: refs}}}}}}}, f.Terms...)
	o := im.spec.Design
	o.Rows, o.KeepSingletons = rows, true
	m, err := regress.Run(q, &f, regress.Spec{Vcov: im.vcov, Design: o})
	if err != nil {
		r.Untested = "no effects before adoption: " + err.Error()
		return none, nil
	}
	fit, err := m.Fit(im.vcov, im.spec.Level)
	if err != nil {
		r.Untested = "no effects before adoption: " + err.Error()
		return none, nil
	}
	var events []float64
	for e := range found {
		events = append(events, e)
	}
	slices.Sort(events)
	cluster := make([]int32, p.Rows())
	for k := range im.unit {
		cluster[im.d.PanelRow(k)] = im.clusters[k]
	}
	out := gathered{}
	for _, e := range events {
		term := fmt.Sprintf("%s::%g", formula.Quote(name), e)
		b, ok := fit.Coefficient(term)
		if !ok {
			r.Notes = append(r.Notes, fmt.Sprintf("the effect at event time %g can't be told apart from the fixed effects: it is a reference too", e))
			continue
		}
		score := make([]float64, im.groups)
		for k, v := range m.Influence(term) {
			score[cluster[m.Design.PanelRow(k)]] += v
		}
		raw := 0.0
		for _, v := range score {
			raw += v * v
		}
		factor := b.StdError / math.Sqrt(raw)
		for c := range score {
			score[c] *= factor
		}
		out.keys, out.values, out.scores, out.units = append(out.keys, e), append(out.values, b.Estimate), append(out.scores, score), append(out.units, len(found[e]))
	}
	if im.spec.Leads == 0 {
		units := 0
		for k, u := range im.unit {
			if im.periods[im.time[k]]-im.start[u] == -1 {
				units++
			}
		}
		out.keys, out.values, out.scores, out.units = append(out.keys, -1), append(out.values, 0), append(out.scores, make([]float64, im.groups)), append(out.units, units)
	}
	return out, nil
}
