// Package hetero estimates a treatment's effect in parts of a sample and tests whether the parts differ.
package hetero

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/distribution"
	"github.com/seed2d25c7c2/didnb/didkit/evaluate"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

// Split is how a variable cuts the sample.
type Split string

const (
	Median  Split = "median"
	Tercile Split = "tercile"
	Values  Split = "values" // one group a value
)

// Bin is a range of exposure in periods since adoption, both ends included; High may be +Inf.
type Bin struct{ Low, High float64 }

// Label writes a bin as 0-2 or 6+.
func (b Bin) Label() string {
	switch {
	case math.IsInf(b.High, 1):
		return fmt.Sprintf("%g+", b.Low)
	case b.Low == b.High:
		return fmt.Sprint(b.Low)
	}
	return fmt.Sprintf("%g-%g", b.Low, b.High)
}

// Spec asks for groups. Exactly one of By and Bins is set.
type Spec struct {
	did.Spec
	By       string
	Split    Split // "" means Median, or Values for text and for variables of at most five values
	Baseline bool  // split units once, by their mean before anyone was treated, instead of rows
	Bins     []Bin // exposure bins: each group holds all untreated rows and the treated rows of its bin
	Permute  int   // permutations of Fisher's test; 0 none
	Seed     uint64
}

// Result is the plain-data result.
type Result struct {
	Groups      []Group      `json:"groups"`
	Difference  Difference   `json:"difference"` // the stacked Wald test that all groups' effects are equal
	Tests       []Difference `json:"tests"`      // that and the others asked for
	By          string       `json:"by"`
	Split       string       `json:"split"`
	Cut         []float64    `json:"cut"` // where the variable was cut
	OneEquation *regress.Fit `json:"one_equation,omitempty"`
	Simulated   bool         `json:"simulated,omitempty"`
	Data        string       `json:"data,omitempty"`
	Notes       []string     `json:"notes,omitempty"`
}

// Group is one part of the sample and its estimate.
type Group struct {
	Label string       `json:"label"`
	Fit   *regress.Fit `json:"fit"`
}

// Difference is a test that effects are equal.
type Difference struct {
	Statistic float64 `json:"statistic"`
	DF1       float64 `json:"df1,omitempty"`
	DF2       float64 `json:"df2,omitempty"`
	PValue    float64 `json:"p_value"`
	Method    string  `json:"method"`
}

// part is a group in the making: which rows of the panel it has.
type part struct {
	label string
	rows  []bool
}

// Run estimates the two-way model of s in each group and tests the difference three ways: a stacked Wald test with
// errors clustered as in the model, which allows for the same unit in several groups (seemingly unrelated estimation,
// Weesie 1999); the treatment interacted with the groups in one regression; and, if asked for two groups, Fisher's
// permutation of the labels over units.
func Run(ctx context.Context, p *panel.Panel, s Spec) (*Result, error) {
	if s.Treat == "" {
		return nil, fmt.Errorf("no treatment is named; say which 0/1 variable it is by treat=")
	}
	r := &Result{By: s.By}
	parts, err := split(p, s, r)
	if err != nil {
		return nil, err
	}
	models := make([]*regress.Model, len(parts))
	for g, part := range parts {
		fit, m, err := estimate(p, s, part.rows)
		if err != nil {
			return nil, fmt.Errorf("group %s: %w", part.label, err)
		}
		models[g] = m
		r.Groups = append(r.Groups, Group{part.label, fit})
	}
	if err := stacked(r, models); err != nil {
		r.Notes = append(r.Notes, "no stacked test: "+err.Error())
	}
	if err := oneEquation(p, s, r, parts); err != nil {
		r.Notes = append(r.Notes, "no interaction test: "+err.Error())
	}
	if s.Permute > 0 {
		if len(parts) != 2 || len(s.Bins) > 0 {
			return nil, fmt.Errorf("Fisher's permutation test is made for two groups of a split, not for %d", len(parts))
		}
		if err := permutation(ctx, p, s, r, parts); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// estimate runs the model on the rows of a group.
func estimate(p *panel.Panel, s Spec, rows []bool) (*regress.Fit, *regress.Model, error) {
	kept := s.Spec
	kept.Design.Rows = rows
	return did.TWFEModel(p, kept)
}

// split makes the groups.
func split(p *panel.Panel, s Spec, r *Result) ([]part, error) {
	if len(s.Bins) > 0 {
		return bins(p, s, r)
	}
	if s.By == "" {
		return nil, fmt.Errorf("no variable to split by is named; say which by by=")
	}
	f, err := p.Factor(s.By)
	if err != nil {
		return nil, err
	}
	kind := s.Split
	if kind == "" {
		kind = Median
		if f.Texts != nil || f.Levels() <= 5 {
			kind = Values
		}
	}
	r.Split = string(kind)
	if f.Levels() < 2 {
		return nil, fmt.Errorf("%s has one value only, so it splits nothing", s.By)
	}
	if kind == Values {
		if f.Levels() > 20 {
			return nil, fmt.Errorf("%s has %d values; split=median or split=tercile cuts it into groups", s.By, f.Levels())
		}
		parts := make([]part, f.Levels())
		for g := range parts {
			parts[g] = part{s.By + " = " + f.Label(g), make([]bool, p.Rows())}
		}
		for i, c := range f.Codes {
			if c >= 0 {
				parts[c].rows[i] = true
			}
		}
		return parts, nil
	}
	if f.Texts != nil {
		return nil, fmt.Errorf("%s is text, which has no %s; use split=values", s.By, kind)
	}
	x, err := p.Numbers(s.By)
	if err != nil {
		return nil, err
	}
	if s.Baseline {
		if x, err = baseline(p, s, x); err != nil {
			return nil, err
		}
		r.Split += " of units at baseline"
		r.Notes = append(r.Notes, fmt.Sprintf("units are split once, by their mean of %s before anyone was treated, so that no unit changes sides", s.By))
	} else {
		r.Split += " of rows"
		r.Notes = append(r.Notes, fmt.Sprintf("rows are split at the %s of %s over all rows, so a unit can change sides, also because of the treatment; baseline=true splits units", kind, s.By))
	}
	return cut(x, s, kind, r, p)
}

// cut divides rows at quantiles of x; ties go to the lower group.
func cut(x []float64, s Spec, kind Split, r *Result, p *panel.Panel) ([]part, error) {
	var values []float64
	if s.Baseline { // each unit counts once
		seen := map[int32]bool{}
		for i, u := range p.Units().Codes {
			if !seen[u] && x[i] == x[i] {
				seen[u] = true
				values = append(values, x[i])
			}
		}
	} else {
		for _, v := range x {
			if v == v {
				values = append(values, v)
			}
		}
	}
	slices.Sort(values)
	labels, probs := []string{"low", "high"}, []float64{0.5}
	if kind == Tercile {
		labels, probs = []string{"low", "middle", "high"}, []float64{1. / 3, 2. / 3}
	}
	for _, q := range probs {
		r.Cut = append(r.Cut, evaluate.Quantile(values, q))
	}
	parts := make([]part, len(labels))
	for g := range parts {
		parts[g] = part{s.By + " " + labels[g], make([]bool, p.Rows())}
	}
	count := make([]int, len(parts))
	for i, v := range x {
		if v != v {
			continue
		}
		g := 0
		for g < len(r.Cut) && v > r.Cut[g] {
			g++
		}
		parts[g].rows[i] = true
		count[g]++
	}
	for g, n := range count {
		if n == 0 {
			return nil, fmt.Errorf("the group %s has no row: %s takes too few values for split=%s", parts[g].label, s.By, kind)
		}
	}
	return parts, nil
}

// baseline is each unit's mean of x over the periods before the first adoption in the panel.
func baseline(p *panel.Panel, s Spec, x []float64) ([]float64, error) {
	t, err := did.TimingOf(p, s.Treat, s.AllowReversal)
	if err != nil {
		return nil, err
	}
	starts, _ := t.Cohorts()
	units, periods := p.Units(), p.Periods()
	sum, n := make([]float64, units.Levels()), make([]float64, units.Levels())
	for i, u := range units.Codes {
		if did.PeriodValue(periods, i) < starts[0] && x[i] == x[i] {
			sum[u] += x[i]
			n[u]++
		}
	}
	out := make([]float64, len(x))
	for i, u := range units.Codes {
		out[i] = sum[u] / n[u]
	}
	return out, nil
}

// bins makes one group a bin: untreated rows and the treated rows whose exposure lies in it (the paper's Table 5).
func bins(p *panel.Panel, s Spec, r *Result) ([]part, error) {
	t, err := did.TimingOf(p, s.Treat, s.AllowReversal)
	if err != nil {
		return nil, err
	}
	d, err := p.Numbers(s.Treat)
	if err != nil {
		return nil, err
	}
	r.By, r.Split = "exposure", "bins"
	var parts []part
	for _, b := range s.Bins {
		rows, n := make([]bool, p.Rows()), 0
		for i, x := range d {
			in := x == 1 && t.Event[i] >= b.Low && t.Event[i] <= b.High
			rows[i] = x == 0 || in
			if in {
				n++
			}
		}
		if n == 0 {
			return nil, fmt.Errorf("no treated row has been exposed for %s periods", b.Label())
		}
		parts = append(parts, part{b.Label(), rows})
	}
	r.Notes = append(r.Notes, "each column holds all untreated rows and the treated rows of its bin; the other treated rows are left out")
	return parts, nil
}

// stacked tests that the treatment's coefficients of the groups are equal, with their joint covariance from influence
// functions: clustered as the model's errors are (one way), or by row where those are iid or robust.
func stacked(r *Result, models []*regress.Model) error {
	fits := r.Groups
	k := len(models)
	by := fits[0].Fit.Vcov.By
	if len(by) > 1 {
		return fmt.Errorf("errors clustered %d ways have no stacked form here", len(by))
	}
	sums := make([]map[string]float64, k)
	for g, m := range models {
		psi := m.Influence(fits[g].Fit.Treatment)
		sums[g] = map[string]float64{}
		for i, x := range psi {
			key := fmt.Sprint(m.Design.PanelRow(i))
			if len(by) == 1 {
				label, err := m.Design.Label(by[0], i)
				if err != nil {
					return err
				}
				key = label
			}
			sums[g][key] += x
		}
	}
	b, v := mat.NewVecDense(k, nil), mat.NewSymDense(k, nil)
	smallest := math.Inf(1)
	for g := range k {
		c, _ := fits[g].Fit.Coefficient(fits[g].Fit.Treatment)
		b.SetVec(g, c.Estimate)
		smallest = math.Min(smallest, fits[g].Fit.DFT)
		v.SetSym(g, g, c.StdError*c.StdError)
	}
	for g := range k {
		for h := g + 1; h < k; h++ {
			// scaled so that the diagonal is the groups' own variance, small-sample factors included
			v.SetSym(g, h, cross(sums[g], sums[h])/math.Sqrt(cross(sums[g], sums[g])*cross(sums[h], sums[h]))*math.Sqrt(v.At(g, g)*v.At(h, h)))
		}
	}
	d, err := equality(b, v, smallest)
	if err != nil {
		return err
	}
	d.Method = "stacked Wald"
	if len(by) == 1 {
		d.Method += ", clustered by " + by[0]
	}
	r.Difference = *d
	r.Tests = append(r.Tests, *d)
	return nil
}

// cross is Σ_c a_c b_c, in the order of keys, so that digits do not depend on map order.
func cross(a, b map[string]float64) float64 {
	keys := make([]string, 0, len(a))
	for k := range a {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	s := 0.0
	for _, k := range keys {
		s += a[k] * b[k]
	}
	return s
}

// equality is the Wald test of b_1 = … = b_k.
func equality(b *mat.VecDense, v *mat.SymDense, df float64) (*Difference, error) {
	k := b.Len()
	c := mat.NewDense(k-1, k, nil)
	for i := range k - 1 {
		c.Set(i, 0, -1)
		c.Set(i, i+1, 1)
	}
	var cb mat.VecDense
	cb.MulVec(c, b)
	var cv, cvc mat.Dense
	cv.Mul(c, v)
	cvc.Mul(&cv, c.T())
	var x mat.VecDense
	if err := x.SolveVec(&cvc, &cb); err != nil {
		return nil, fmt.Errorf("the covariance of the groups' effects is singular")
	}
	d := &Difference{Statistic: mat.Dot(&cb, &x) / float64(k-1), DF1: float64(k - 1), DF2: df}
	d.PValue = distribution.UpperF(d.Statistic, d.DF1, d.DF2)
	return d, nil
}

// oneEquation estimates outcome ~ Σ_g D × group_g + controls | effects on the rows of all groups, with common controls
// and effects, and tests that the D × group coefficients are equal.
func oneEquation(p *panel.Panel, s Spec, r *Result, parts []part) error {
	d, err := p.Numbers(s.Treat)
	if err != nil {
		return err
	}
	vars := make([]*panel.Variable, len(parts))
	all := make([]bool, p.Rows())
	for g, part := range parts {
		x := make([]float64, p.Rows())
		for i, in := range part.rows {
			all[i] = all[i] || in
			if in {
				x[i] = d[i]
			}
			if d[i] != d[i] {
				x[i] = d[i]
			}
		}
		vars[g] = &panel.Variable{Name: fmt.Sprintf("%s in %s", s.Treat, part.label), Values: x}
	}
	q, err := p.With(vars...)
	if err != nil {
		return err
	}
	f, spec, err := s.Spec.Prepared(p)
	if err != nil {
		return err
	}
	g := *f
	g.Terms = nil
	for _, v := range vars {
		g.Terms = append(g.Terms, formula.Term{Factors: []formula.Expr{&formula.Name{Name: v.Name}}})
	}
	for _, t := range f.Terms {
		if t.String() != formula.Quote(s.Treat) {
			g.Terms = append(g.Terms, t)
		}
	}
	o := s.Design
	o.Rows = all
	fits, err := regress.Estimate(q, regress.Spec{Parsed: []*formula.Formula{&g}, Vcov: spec, Level: s.Level, Design: o})
	if err != nil {
		return err
	}
	fit := fits[0]
	k := len(parts)
	if len(fit.Coef) < k {
		return fmt.Errorf("the interactions are collinear")
	}
	b, v := mat.NewVecDense(k, nil), mat.NewSymDense(k, nil)
	for i := range k {
		if fit.Coef[i].Term != formula.Quote(vars[i].Name) {
			return fmt.Errorf("the interaction with %s is collinear", parts[i].label)
		}
		b.SetVec(i, fit.Coef[i].Estimate)
		for j := i; j < k; j++ {
			v.SetSym(i, j, fit.V[i][j])
		}
	}
	d2, err := equality(b, v, fit.DFT)
	if err != nil {
		return err
	}
	d2.Method = "interactions in one regression"
	r.OneEquation = fit
	r.Tests = append(r.Tests, *d2)
	return nil
}

// permutation shuffles which units carry which group: each unit keeps its rows' sides as a block, so that a unit that
// changes sides over time still does. p is the share of shuffles with a difference at least as large, the actual one
// counted (Fisher 1935; Phipson & Smyth 2010).
func permutation(ctx context.Context, p *panel.Panel, s Spec, r *Result, parts []part) error {
	if s.Seed == 0 {
		s.Seed = 1
	}
	diff := func(a, b *regress.Fit) float64 {
		x, _ := a.Coefficient(a.Treatment)
		y, _ := b.Coefficient(b.Treatment)
		return y.Estimate - x.Estimate
	}
	actual := diff(r.Groups[0].Fit, r.Groups[1].Fit)
	units, periods := p.Units(), p.Periods()
	// side of (unit, period): 0 low, 1 high, -1 neither
	side := make([]int8, units.Levels()*periods.Levels())
	for i := range side {
		side[i] = -1
	}
	cell := func(u, t int32) int { return int(u)*periods.Levels() + int(t) }
	for i := range units.Codes {
		for g := range parts {
			if parts[g].rows[i] {
				side[cell(units.Codes[i], periods.Codes[i])] = int8(g)
			}
		}
	}
	larger, done, failed := 1, 1, 0
	for rep := range s.Permute {
		if err := ctx.Err(); err != nil {
			return err
		}
		rng := rand.New(rand.NewPCG(s.Seed, uint64(rep)))
		perm := rng.Perm(units.Levels())
		rows := [2][]bool{make([]bool, p.Rows()), make([]bool, p.Rows())}
		for i := range units.Codes {
			if g := side[cell(int32(perm[units.Codes[i]]), periods.Codes[i])]; g >= 0 {
				rows[g][i] = true
			}
		}
		low, _, err := estimate(p, s, rows[0])
		if err == nil {
			var high *regress.Fit
			if high, _, err = estimate(p, s, rows[1]); err == nil {
				done++
				if math.Abs(diff(low, high)) >= math.Abs(actual) {
					larger++
				}
			}
		}
		if err != nil {
			failed++
		}
	}
	if failed > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("%d of %d permutations left a group without treated or untreated rows and were not counted", failed, s.Permute))
	}
	r.Tests = append(r.Tests, Difference{Statistic: actual, PValue: float64(larger) / float64(done), Method: fmt.Sprintf("Fisher permutation, %d draws, seed %d", done-1, s.Seed)})
	return nil
}
