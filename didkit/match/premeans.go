package match

import (
	"fmt"
	"math"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// onPreMeans matches units on the means of the covariates over the periods before anyone was treated, so that neither
// another year nor the treatment itself enters the score, and gives all rows of a unit the unit's weight.
func onPreMeans(p *panel.Panel, f *formula.Formula, s Spec) (*Result, error) {
	name, ok := f.Outcome.(*formula.Name)
	if !ok {
		return nil, fmt.Errorf("matching on pre-treatment means needs a treatment variable, not %s", f.Outcome)
	}
	treat, err := p.Numbers(name.Name)
	if err != nil {
		return nil, err
	}
	units, periods := p.Units(), p.Periods()
	first := math.Inf(1)
	ever := make([]float64, units.Levels())
	varies := false
	for i, u := range units.Codes {
		if treat[i] == 1 {
			ever[u] = 1
		}
	}
	for i, u := range units.Codes {
		if treat[i] == 0 && ever[u] == 1 {
			varies = true
		}
		if treat[i] == 1 {
			first = math.Min(first, did.PeriodValue(periods, i))
		}
	}
	if !varies {
		return nil, fmt.Errorf("%s is constant over time in every unit, so it has no first treated period; name the 0/1 treatment that switches on", name.Name)
	}
	collapsed, row, err := collapse(p, f, ever, func(i int) bool { return did.PeriodValue(periods, i) < first })
	if err != nil {
		return nil, err
	}
	one := s
	one.Scheme, one.Formula = CrossSection, f.String()
	r, err := Run(collapsed, one)
	if err != nil {
		return nil, err
	}
	// back to the rows of the panel
	weights, score, treated := make([]float64, p.Rows()), make([]float64, p.Rows()), make([]bool, p.Rows())
	r.MatchedRows = r.MatchedRows[:0]
	for i, u := range units.Codes {
		weights[i], score[i], treated[i] = r.Weights[u], r.Score[u], r.InTreated[u]
		if weights[i] > 0 {
			r.MatchedRows = append(r.MatchedRows, i)
		}
	}
	for k := range r.Pairs {
		r.Pairs[k].Treated, r.Pairs[k].Control = row[r.Pairs[k].Treated], row[r.Pairs[k].Control]
	}
	r.Weights, r.Score, r.InTreated, r.Scheme = weights, score, treated, PreMeans
	one.Scheme = PreMeans
	r.Notes[0] = one.words()
	r.Notes = append(r.Notes, fmt.Sprintf("means over the periods before %g; pairs name each unit by its first row", first))
	return r, nil
}

// collapse makes a cross-section of units: the treatment as ever treated, the formula's variables as means over the rows
// that use admits. row is the panel's first row of each unit.
func collapse(p *panel.Panel, f *formula.Formula, ever []float64, use func(int) bool) (*panel.Panel, []int, error) {
	units := p.Units()
	row := make([]int, units.Levels())
	for u := range row {
		row[u] = -1
	}
	for i, u := range units.Codes {
		if row[u] < 0 {
			row[u] = i
		}
	}
	ids := make([]float64, units.Levels())
	for u := range ids {
		ids[u] = float64(u)
	}
	var vars []*panel.Variable
	for _, name := range f.Names() {
		if name == f.Outcome.(*formula.Name).Name {
			vars = append(vars, &panel.Variable{Name: name, Values: ever})
			continue
		}
		x, err := p.Numbers(name)
		if err != nil {
			return nil, nil, err
		}
		sum, n := make([]float64, units.Levels()), make([]float64, units.Levels())
		for i, u := range units.Codes {
			if use(i) && x[i] == x[i] {
				sum[u] += x[i]
				n[u]++
			}
		}
		for u := range sum {
			sum[u] /= n[u] // NaN where the unit has no value, and then it is dropped and counted
		}
		vars = append(vars, &panel.Variable{Name: name, Values: sum})
	}
	vars = append(vars, &panel.Variable{Name: p.UnitName(), Values: ids})
	q, err := panel.New(vars...)
	return q, row, err
}
