package did

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// projection is the estimate of one horizon with its score by cluster, or why there is none.
type projection struct {
	value    float64
	score    []float64
	df       float64 // of t
	rows     int
	adopters int
	fitted   bool // the rows that tell the effect are fitted exactly
	left     int  // adopting rows in periods without clean ones
	notes    []string
	why      string
}

// exact notes that the rows which tell the effect are fitted exactly, as one adopting beside one clean row is: it has no error.
func (e *projection) exact() {
	clear(e.score)
	e.fitted = true
}

// horizon is the effect on the change to t + h.
func (lp *longChanges) horizon(h int) (projection, error) {
	then, clean := lp.then, lp.clean(h)
	if err := lp.p.LagInto(then, lp.y, -h); err != nil {
		return projection{}, err
	}
	if lp.fixed != nil && h >= 0 {
		for i, ok := range lp.fixed {
			if !ok {
				then[i] = math.NaN()
			}
		}
	}
	e, err := lp.project(then, clean)
	if e.why == nobody {
		e.why = counting.Sprintf("%d rows that adopt and %d clean ones have a period %d apart", e.adopters, e.rows-e.adopters, h)
	}
	if e.fitted {
		e.notes = append(e.notes, fmt.Sprintf("the effect at event time %d has no error: the rows that tell it are fitted exactly", h))
	}
	if e.left > 0 {
		e.notes = append(e.notes, counting.Sprintf("%d rows that adopt in a period without clean ones were left out at event time %d", e.left, h))
	}
	return e, err
}

// window is the effect on the mean outcome of horizons from … to, all of which must be seen.
func (lp *longChanges) window(from, to int) (projection, error) {
	mean := make([]float64, len(lp.y))
	for h := from; h <= to; h++ {
		if err := lp.p.LagInto(lp.then, lp.y, -h); err != nil {
			return projection{}, err
		}
		for i, v := range lp.then {
			mean[i] += v / float64(to-from+1)
		}
	}
	e, err := lp.project(mean, lp.clean(to))
	if e.why == nobody {
		e.why = counting.Sprintf("%d rows that adopt and %d clean ones are seen in all of its periods", e.adopters, e.rows-e.adopters)
	}
	return e, err
}

// dropAlone takes rows that adopt in periods without clean ones out, and counts them: they have nobody to be compared with.
func (lp *longChanges) dropAlone(rows []bool) (left int) {
	periods := lp.p.Periods()
	clean := make([]bool, periods.Levels())
	for i, in := range rows {
		if in && lp.adopts[i] == 0 {
			clean[periods.Codes[i]] = true
		}
	}
	for i, in := range rows {
		if in && !clean[periods.Codes[i]] {
			rows[i] = false
			left++
		}
	}
	return left
}

const (
	nobody    = "nobody to compare"
	apart     = "no period has rows that adopt beside clean ones"
	explained = "the controls tell the change exactly"
)

// project estimates the effect of adoption on then less the base, among rows that adopt and clean ones.
func (lp *longChanges) project(then []float64, clean []bool) (projection, error) {
	e := projection{}
	lp.left.add(len(then)) // of the horizon before
	rows, change := lp.use, then
	clear(rows)
	for i := range rows {
		change[i] -= lp.base[i]
		if change[i] != change[i] || lp.weight != nil && !(lp.weight[i] > 0) {
			continue
		}
		if lp.adopts[i] == 1 {
			rows[i] = true
			e.adopters++
			e.rows++
		} else if clean[i] {
			rows[i] = true
			e.rows++
		}
	}
	if e.adopters == 0 || e.adopters == e.rows {
		e.why = nobody
		return e, nil
	}
	if left := lp.dropAlone(rows); left == e.adopters {
		e.why = apart
		return e, nil
	} else if left > 0 {
		e.adopters, e.rows, e.left = e.adopters-left, e.rows-left, left
	}
	vars := []*panel.Variable{{Name: lp.unused("change"), Values: change}, {Name: lp.unused("adopts"), Values: lp.adopts}}
	adjust := lp.spec.Reweight && len(lp.formula.Terms) > 0
	o := lp.spec.Design
	o.Rows = rows
	if lp.spec.Reweight && !adjust {
		o.Weights = lp.unused("once")
		vars = append(vars, &panel.Variable{Name: o.Weights, Values: lp.once(rows)})
	}
	q, err := lp.p.With(vars...)
	if err != nil {
		return e, err
	}
	f := &formula.Formula{Outcome: &formula.Name{Name: vars[0].Name},
		Effects: []formula.FixedEffect{{Vars: []formula.Expr{&formula.Name{Name: lp.p.TimeName()}}}}}
	if adjust {
		f.Terms = lp.formula.Terms
		err = lp.adjusted(q, f, o, vars[1].Name, &e)
		return e, err
	}
	f.Terms = append([]formula.Term{treatTerm(vars[1].Name)}, lp.formula.Terms...)
	err = lp.regression(q, f, o, vars[1].Name, &e)
	return e, err
}

// unused is a name that no variable of the panel has.
func (lp *longChanges) unused(name string) string {
	for lp.p.Has(name) {
		name += "_"
	}
	return name
}

// once are the weights by which each adopting row counts once: those of a period are its rows over its clean ones
// (Dube, Girardi, Jordà & Taylor 2023, section 3.3). Weights of the rows count as numbers of rows; 0 in periods without
// rows of both kinds.
func (lp *longChanges) once(rows []bool) []float64 {
	periods := lp.p.Periods()
	all, clean := make([]float64, periods.Levels()), make([]float64, periods.Levels())
	w := func(i int) float64 {
		if lp.weight == nil {
			return 1
		}
		return lp.weight[i]
	}
	for i, in := range rows {
		if in {
			t := periods.Codes[i]
			all[t] += w(i)
			if lp.adopts[i] == 0 {
				clean[t] += w(i)
			}
		}
	}
	out := make([]float64, len(rows))
	for i, in := range rows {
		if t := periods.Codes[i]; in && clean[t] > 0 && all[t] > clean[t] {
			out[i] = w(i) * all[t] / clean[t]
		}
	}
	return out
}

// regression is the variance-weighted effect, or the weighted one: fixest's least squares with its small-sample factor.
func (lp *longChanges) regression(q *panel.Panel, f *formula.Formula, o design.Options, adopts string, e *projection) error {
	m, err := regress.Run(q, f, regress.Spec{Vcov: lp.vcov, Design: o})
	var flat *regress.NoVariation
	if errors.As(err, &flat) {
		e.why = apart
		return nil
	}
	var none *design.AllRowsDropped
	if errors.As(err, &none) && len(lp.formula.Terms) > 0 {
		e.why = "the controls are missing in all of its rows"
		return nil
	}
	if err != nil {
		return err
	}
	fit, err := m.Fit(lp.vcov, lp.spec.Level)
	var few *regress.TooFewRows
	var one *vcov.TooFewClusters
	if errors.As(err, &few) || errors.As(err, &one) {
		e.why = err.Error()
		return nil
	}
	if err != nil {
		return err
	}
	b, ok := fit.Coefficient(formula.Quote(adopts))
	if !ok {
		e.why = apart
		if len(lp.formula.Terms) > 0 {
			e.why += ", net of the controls"
		}
		return nil
	}
	for _, n := range fit.Notes {
		switch {
		case strings.HasPrefix(n, "left out as collinear"):
			e.notes = append(e.notes, n)
		case strings.HasPrefix(n, "the regression explains"):
			e.why = explained
			return nil
		}
	}
	e.value, e.rows, e.df = b.Estimate, fit.N, fit.DFT
	e.score = make([]float64, lp.groups)
	raw := 0.0
	for k, v := range m.Influence(formula.Quote(adopts)) {
		e.score[lp.cluster[m.Design.PanelRow(k)]] += v
	}
	for _, v := range e.score {
		raw += v * v
	}
	if raw <= 1e-20*m.SSR*m.Bread.At(0, 0) {
		e.exact()
		return nil
	}
	for c := range e.score { // fixest's small-sample factor
		e.score[c] *= b.StdError / math.Sqrt(raw)
	}
	return nil
}

// adjusted is regression adjustment: the mean over adopting rows of their change less what a regression on the clean rows
// foretells of it, by period and controls. Its score is that of the mean and of the regression, without small-sample
// factor. Adopting rows in periods without clean ones are left out.
func (lp *longChanges) adjusted(q *panel.Panel, f *formula.Formula, o design.Options, adopts string, e *projection) error {
	o.KeepSingletons = true
	d, err := design.Build(q, f, o)
	var none *design.AllRowsDropped
	if errors.As(err, &none) {
		e.why = "the controls are missing in all of its rows"
		return nil
	}
	if err != nil {
		return err
	}
	period := d.Effects[0]
	use, clean := make([]bool, d.N), make([]int, period.Levels)
	for k := range use {
		if lp.adopts[d.PanelRow(k)] == 0 {
			use[k] = true
			clean[period.Codes[k]]++
		}
	}
	u, err := newUntreated(&adoption{spec: lp.spec, d: d}, use)
	if err != nil {
		return err
	}
	var treated []int32
	var weights []float64
	total, left := 0.0, 0
	for k := range use {
		if use[k] {
			continue
		}
		if clean[period.Codes[k]] == 0 {
			left++
			continue
		}
		treated, weights = append(treated, int32(k)), append(weights, u.weightOf(k))
		total += u.weightOf(k)
	}
	if len(treated) == 0 {
		e.why = apart
		return nil
	}
	e.left += left
	for k := range weights {
		weights[k] /= total
	}
	direction, inside := u.solve(u.moments(treated, weights))
	if !inside {
		e.why = "the controls vary among the rows that adopt in a way that the clean ones do not"
		return nil
	}
	residual := make([]float64, len(treated))
	e.value = 0
	for k, i := range treated {
		residual[k] = d.Y[i] - u.at(int(i), u.gamma)
		e.value += weights[k] * residual[k]
	}
	e.score = make([]float64, lp.groups)
	for k, i := range treated {
		e.score[lp.cluster[d.PanelRow(int(i))]] += weights[k] * (residual[k] - e.value)
	}
	left2, all2 := 0.0, 0.0
	for k, is := range use {
		if is {
			v := d.Y[k] - u.at(k, u.gamma)
			e.score[lp.cluster[d.PanelRow(k)]] -= u.weightOf(k) * u.at(k, direction) * v
			left2, all2 = left2+u.weightOf(k)*v*v, all2+u.weightOf(k)*d.Y[k]*d.Y[k]
		}
	}
	if left2 <= 1e-20*all2 {
		e.why = explained
		return nil
	}
	raw := 0.0
	for _, v := range e.score {
		raw += v * v
	}
	if raw <= 1e-20*(left2/total+e.value*e.value) {
		e.exact()
	}
	seen, clusters := make([]bool, lp.groups), 0
	for k, is := range use {
		if c := lp.cluster[d.PanelRow(k)]; !seen[c] && (is || clean[period.Codes[k]] > 0) {
			seen[c] = true
			clusters++
		}
	}
	if clusters < 2 {
		e.why = (&vcov.TooFewClusters{Variable: lp.vcov.By[0], Clusters: clusters}).Error()
		return nil
	}
	e.rows, e.adopters, e.df = d.N-left, len(treated), float64(clusters-1)
	return nil
}
