package did

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

// localProjections estimates, for each horizon h, y_{i,t+h} - y_{i,t-1} = β_h ΔD_it + λ_t^h + e by least squares on the rows
// that adopt in t and on clean ones, untreated up to t + h (Dube, Girardi, Jordà & Taylor 2023, eq. 10; variance-weighted).
// Horizons before adoption take rows untreated in t. Overall is the mean over horizons ≥ 0, from the joint scores.
func localProjections(p *panel.Panel, s StaggeredSpec) (*ATTResult, error) {
	switch s.Aggregate {
	case "":
		s.Aggregate = Dynamic
	case Dynamic:
	default:
		return nil, fmt.Errorf("method=lpdid averages over event times only (agg=dynamic), not by %s", s.Aggregate)
	}
	a, err := s.adopt(p)
	if err != nil {
		return nil, err
	}
	if !a.twoWay(p) {
		return nil, fmt.Errorf("method=lpdid differences units out and takes effects of %s and %s only", p.UnitName(), p.TimeName())
	}
	if len(a.formula.Terms) > 0 {
		return nil, fmt.Errorf("method=lpdid takes no controls, and the formula has %s; method=cs and method=imputation take them", a.formula.Terms[0])
	}
	if err := a.byOneCluster(); err != nil {
		return nil, err
	}
	lp, err := a.longChanges(p)
	if err != nil {
		return nil, err
	}
	r := a.result()
	r.Comparison, r.Base = "units untreated up to the period compared, never-treated ones included", "the period before adoption"
	ref := -1
	r.Ref = &ref
	out := gathered{}
	for h := lp.low; h <= lp.high; h++ {
		if h == -1 {
			out.keys, out.values, out.scores, out.units = append(out.keys, -1), append(out.values, 0), append(out.scores, make([]float64, a.groups)), append(out.units, lp.adopters)
			continue
		}
		if err := lp.horizon(h, &out, r); err != nil {
			return nil, err
		}
	}
	if lp.rows == 0 {
		return nil, errors.New("no horizon has rows that adopt and clean ones to compare with")
	}
	r.ByEvent = out.keyed(r.Level)
	v, score := out.mean(nil, 0)
	if score == nil {
		return nil, errors.New("no horizon from adoption on can be estimated")
	}
	mean := gathered{values: []float64{v}, scores: [][]float64{score}}
	r.Overall = mean.estimates(r.Level).effect(0)
	r.Averages[Dynamic] = r.Overall
	full := out.estimates(r.Level)
	r.Covariance = rowsOf(full.cov)
	r.GroupTime, r.ByCohort, r.ByTime = []GroupTime{}, []KeyedEffect{}, []KeyedEffect{}
	var before []int
	for i, k := range out.keys {
		if k < -1 {
			before = append(before, i)
		}
	}
	if r.Pretrend = full.wald(before); r.Pretrend == nil && len(before) > 0 {
		r.Untested = fmt.Sprintf("no joint test of %d event times before adoption: their covariance is singular", len(before))
	}
	r.N = lp.rows
	return r, nil
}

// longChanges are the columns that local projections are made of, one a row of the panel; NaN outside the sample.
type longChanges struct {
	*adoption
	p         *panel.Panel
	y, base   []float64 // y_t, y_{t-1}
	d, adopts []float64 // D_t, ΔD_t
	cluster   []int32
	low, high int
	adopters  int
	rows      int // of the largest horizon
}

func (a *adoption) longChanges(p *panel.Panel) (*longChanges, error) {
	lp := &longChanges{adoption: a, p: p, cluster: make([]int32, p.Rows())}
	treat, err := p.Numbers(a.spec.Treat)
	if err != nil {
		return nil, err
	}
	lp.y, lp.d = make([]float64, p.Rows()), make([]float64, p.Rows())
	for i := range lp.y {
		lp.y[i], lp.d[i] = math.NaN(), math.NaN()
	}
	low, high := math.Inf(1), math.Inf(-1)
	for k, u := range a.unit {
		i := a.d.PanelRow(k)
		lp.y[i], lp.d[i], lp.cluster[i] = a.d.Y[k], treat[i], a.clusters[k]
		if e := a.periods[a.time[k]] - a.start[u]; e == e {
			low, high = math.Min(low, e), math.Max(high, e)
		}
	}
	lp.low, lp.high = int(low), int(high)
	if lp.base, err = p.Lag(lp.y, 1); err != nil {
		return nil, err
	}
	before, err := p.Lag(lp.d, 1)
	if err != nil {
		return nil, err
	}
	lp.adopts = make([]float64, p.Rows())
	for i, d := range lp.d {
		lp.adopts[i] = d - before[i]
		if lp.adopts[i] == 1 {
			lp.adopters++
		}
	}
	return lp, nil
}

// horizon regresses the change to t + h.
func (lp *longChanges) horizon(h int, out *gathered, r *ATTResult) error {
	then, err := lp.p.Lag(lp.y, -h)
	if err != nil {
		return err
	}
	treated, err := lp.p.Lag(lp.d, -max(h, 0))
	if err != nil {
		return err
	}
	rows, change := make([]bool, lp.p.Rows()), make([]float64, lp.p.Rows())
	adopters, clean := 0, 0
	for i := range rows {
		change[i] = then[i] - lp.base[i]
		if change[i] != change[i] || lp.adopts[i] != lp.adopts[i] {
			continue
		}
		switch {
		case lp.adopts[i] == 1:
			rows[i] = true
			adopters++
		case lp.d[i] == 0 && treated[i] == 0:
			rows[i] = true
			clean++
		}
	}
	if adopters == 0 || clean == 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("no effect at event time %d: %d rows that adopt and %d clean ones have a period %d apart", h, adopters, clean, h))
		return nil
	}
	names := []string{"change", "adopts"}
	for k := range names {
		for lp.p.Has(names[k]) {
			names[k] += "_"
		}
	}
	q, err := lp.p.With(&panel.Variable{Name: names[0], Values: change}, &panel.Variable{Name: names[1], Values: lp.adopts})
	if err != nil {
		return err
	}
	f := &formula.Formula{Outcome: &formula.Name{Name: names[0]}, Terms: []formula.Term{treatTerm(names[1])},
		Effects: []formula.FixedEffect{{Vars: []formula.Expr{&formula.Name{Name: lp.p.TimeName()}}}}}
	o := lp.spec.Design
	o.Rows = rows
	m, err := regress.Run(q, f, regress.Spec{Vcov: lp.vcov, Design: o})
	var flat *regress.NoVariation
	if errors.As(err, &flat) {
		r.Notes = append(r.Notes, fmt.Sprintf("no effect at event time %d: no period has rows that adopt beside clean ones", h))
		return nil
	}
	if err != nil {
		return err
	}
	fit, err := m.Fit(lp.vcov, lp.spec.Level)
	if err != nil {
		return err
	}
	score := make([]float64, lp.groups)
	raw := 0.0
	for k, v := range m.Influence(names[1]) {
		score[lp.cluster[m.Design.PanelRow(k)]] += v
	}
	for _, v := range score {
		raw += v * v
	}
	for c := range score { // fixest's small-sample factor
		score[c] *= fit.Coef[0].StdError / math.Sqrt(raw)
	}
	lp.rows = max(lp.rows, fit.N)
	at, _ := slices.BinarySearch(out.keys, float64(h))
	out.keys = slices.Insert(out.keys, at, float64(h))
	out.values = slices.Insert(out.values, at, fit.Coef[0].Estimate)
	out.scores = slices.Insert(out.scores, at, score)
	out.units = slices.Insert(out.units, at, adopters)
	return nil
}
