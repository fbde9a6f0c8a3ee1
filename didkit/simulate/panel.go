package simulate

import (
	"math"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// Truth is what a real data set does not tell.
type Truth struct {
	// Effect is what the policies of Outcome.Effects add to the outcome in each row, in the order of the panel's rows;
	// what Coef gives a policy, and what mediators pass on, is not in it.
	Effect []float64
}

// Panel draws the panel that a design describes: balanced, rows sorted by unit and period, indexed. The errors are
// *DesignError.
func Panel(d Design) (*panel.Panel, error) {
	p, _, err := Draw(d)
	return p, err
}

// Draw is Panel, with the truth behind it.
func Draw(d Design) (*panel.Panel, *Truth, error) {
	if err := d.Validate(); err != nil {
		return nil, nil, err
	}
	g := newGrid(d)
	rows := g.units * g.periods
	unit, period := make([]float64, rows), make([]float64, rows)
	for r := range rows {
		unit[r], period[r] = float64(r/g.periods+1), g.period(r)
	}
	b := &builder{grid: g, made: map[string][]float64{}, policies: map[string]adopted{}}
	var adoptions []adopted
	for _, a := range d.Adoptions {
		for _, x := range g.adopt(a) {
			adoptions = append(adoptions, x)
			b.policies[x.policy.Name] = x
			b.add(x.policy.Name, "", "", g.force(x))
		}
	}
	for _, c := range d.Covariates {
		b.add(c.Name, c.Label, c.Zh, g.covariate(c, b.made))
	}
	for _, c := range d.Mediators {
		b.add(c.Name, c.Label, c.Zh, g.covariate(c, b.made))
	}
	y, effect := g.outcome(d.Outcome, b.made, b.policies)
	if c := d.Counts; c != nil {
		part, whole, err := g.counts(c, y)
		if err != nil {
			return nil, nil, err
		}
		b.add(c.Part, "", "", part)
		b.add(c.Whole, "", "", whole)
	} else {
		for r := range y {
			y[r] = round(y[r], d.Outcome.Decimals)
		}
	}
	b.add(d.Outcome.Name, d.Outcome.Label, d.Outcome.Zh, y)
	for _, a := range adoptions {
		if a.policy.Adopted != "" {
			b.add(a.policy.Adopted, "", "", g.rows(a.since))
		}
	}
	for _, m := range d.Missing {
		if err := b.remove(m); err != nil {
			return nil, nil, err
		}
	}
	p, err := b.panel(d, unit, period)
	return p, &Truth{Effect: effect}, err
}

// builder collects columns in the order they are made.
type builder struct {
	*grid
	vars     []*panel.Variable
	made     map[string][]float64
	policies map[string]adopted
}

func (b *builder) add(name, label, zh string, values []float64) {
	b.vars = append(b.vars, &panel.Variable{Name: name, Label: label, LabelZH: zh, Values: values})
	b.made[name] = values
}

// remove takes a variable from units drawn at random among those spared by the policies named.
func (b *builder) remove(m Missing) error {
	var candidates []int
	for i := range b.units {
		spared := true
		for _, p := range m.Spare {
			spared = spared && math.IsNaN(b.policies[p].since[i])
		}
		if spared {
			candidates = append(candidates, i)
		}
	}
	if len(candidates) < m.Units {
		return bad("missing", "%d units should lose %s and only %d may", m.Units, m.Variable, len(candidates))
	}
	b.stream("missing " + m.Variable).Shuffle(candidates)
	for _, i := range candidates[:m.Units] {
		for t := range b.periods {
			b.made[m.Variable][i*b.periods+t] = math.NaN()
		}
	}
	return nil
}

func (b *builder) panel(d Design, unit, period []float64) (*panel.Panel, error) {
	vars := []*panel.Variable{{Name: d.Units.Name, Values: unit}, {Name: d.Period.Name, Values: period}}
	if len(d.Columns) == 0 {
		vars = append(vars, b.vars...)
	}
	for _, name := range d.Columns {
		for _, v := range b.vars {
			if v.Name == name {
				vars = append(vars, v)
			}
		}
	}
	p, err := panel.New(vars...)
	if err != nil {
		return nil, err
	}
	return p.Indexed(d.Units.Name, d.Period.Name)
}
