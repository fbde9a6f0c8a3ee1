package diagnose

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

// cohorts are the units of a balanced sample gathered by first treated period.
type cohorts struct {
	periods int
	start   []int       // of each cohort, by rank of the period in the sample: 0 always, periods never treated
	label   []string    // the start's
	weight  []float64   // share of the units, or of their weights
	mean    [][]float64 // of the outcome, cohort × period
	cell    []int       // of each row: cohort*periods + period
	row     []float64   // of each row: its unit's weight over the cohort's
}

// cohortsOf gathers the sample of m; every unit must be seen in every period, under one weight.
func cohortsOf(p *panel.Panel, m *regress.Model, treat string) (*cohorts, error) {
	d := m.Design
	if !twoWay(d, p) {
		return nil, &OtherEffects{p.UnitName(), p.TimeName()}
	}
	units, nu, err := d.Codes(p.UnitName())
	if err != nil {
		return nil, err
	}
	treated, err := d.Column(treat)
	if err != nil {
		return nil, err
	}
	period, names := ranks(d, p)
	T := len(names)
	seen, weight := make([]int, nu), make([]float64, nu)
	start := make([]int, nu)
	for u := range start {
		start[u] = T
	}
	for i, u := range units {
		w := 1.0
		if d.Weights != nil {
			w = d.Weights[i]
		}
		if seen[u] > 0 && w != weight[u] {
			unit, _ := d.Label(p.UnitName(), i)
			return nil, fmt.Errorf("the decomposition needs weights that are constant within units, and those of %s vary; estimate the model without weights", unit)
		}
		weight[u] = w
		seen[u]++
		if treated[i] == 1 {
			start[u] = min(start[u], period[i])
		}
	}
	lack := &Unbalanced{Units: nu, Periods: T}
	for i, u := range units {
		if seen[u] < T {
			if lack.Lacking == 0 {
				lack.Unit, _ = d.Label(p.UnitName(), i)
			}
			seen[u] = T
			lack.Lacking++
		}
		if treated[i] == 0 && period[i] >= start[u] {
			return nil, fmt.Errorf("the decomposition is of a treatment that stays on, and %s switches off in row %d", treat, d.PanelRow(i)+1)
		}
	}
	if lack.Lacking > 0 {
		return nil, lack
	}
	return gather(d, units, period, names, start, weight), nil
}

// gather makes the cohorts of units with their starts and weights.
func gather(d *design.Design, units []int32, period []int, names []string, start []int, weight []float64) *cohorts {
	T := len(names)
	c := &cohorts{periods: T, start: slices.Compact(slices.Sorted(slices.Values(start))), cell: make([]int, d.N), row: make([]float64, d.N)}
	total := 0.0
	c.weight = make([]float64, len(c.start))
	of := make([]int, len(start))
	for u, s := range start {
		of[u], _ = slices.BinarySearch(c.start, s)
		c.weight[of[u]] += weight[u]
		total += weight[u]
	}
	c.mean = make([][]float64, len(c.start))
	for k, s := range c.start {
		c.mean[k] = make([]float64, T)
		switch s {
		case 0:
			c.label = append(c.label, Always)
		case T:
			c.label = append(c.label, Never)
		default:
			c.label = append(c.label, names[s])
		}
	}
	for i, u := range units {
		k := of[u]
		c.cell[i], c.row[i] = k*T+period[i], weight[u]/c.weight[k]
	}
	c.mean = c.means(d.Y)
	for k := range c.weight {
		c.weight[k] /= total
	}
	return c
}

// means are a column's weighted means, cohort × period.
func (c *cohorts) means(x []float64) [][]float64 {
	out := make([][]float64, len(c.start))
	for k := range out {
		out[k] = make([]float64, c.periods)
	}
	for i, v := range x {
		out[c.cell[i]/c.periods][c.cell[i]%c.periods] += c.row[i] * v
	}
	return out
}

// treatedShare is D̄_k.
func (c *cohorts) treatedShare(k int) float64 {
	return float64(c.periods-c.start[k]) / float64(c.periods)
}

// change is cohort k's mean outcome from adopt to to less that from from to adopt.
func (c *cohorts) change(k, from, adopt, to int) float64 {
	return average(c.mean[k][adopt:to]) - average(c.mean[k][from:adopt])
}

func average(x []float64) float64 {
	s := 0.0
	for _, v := range x {
		s += v
	}
	return s / float64(len(x))
}

// withControls fills the comparisons of a model with controls.
func (c *cohorts) withControls(b *Bacon, m *regress.Model, treatment string) error {
	r, err := residualTreatment(m, treatment)
	if err != nil {
		return err
	}
	d := m.Design
	means := c.means(r)
	weight := func(i int) float64 { // of row i, as a share of a period's
		return c.row[i] * c.weight[c.cell[i]/c.periods]
	}
	total, within, product := 0.0, 0.0, 0.0
	for i, v := range r {
		own := v - means[c.cell[i]/c.periods][c.cell[i]%c.periods]
		total += weight(i) * v * v
		within += weight(i) * own * own
		product += weight(i) * own * d.Y[i]
	}
	b.Within = &Within{Weight: within / total}
	if within > 1e-14*total {
		b.Within.Estimate = product / within
	}
	for k := range c.weight {
		for l := range k {
			square, cross := 0.0, 0.0
			for t := range c.periods {
				delta := means[k][t] - means[l][t]
				square += delta * delta
				cross += delta * (c.mean[k][t] - c.mean[l][t])
			}
			// k starts later than l; the earlier one is named as treated unless it is treated all along
			x := Comparison{c.label[l], c.label[k], BothTreated, cross / square, c.weight[k] * c.weight[l] * square}
			switch {
			case c.start[l] == 0 && c.start[k] == c.periods: // never against always: controls alone tell them apart
				x.Type = TreatedUntreated
			case c.start[l] == 0:
				x.Treated, x.Control, x.Type = c.label[k], c.label[l], LaterAlways
			case c.start[k] == c.periods:
				x.Type = TreatedUntreated
			}
			if square > 0 {
				b.Comparisons = append(b.Comparisons, x)
			}
		}
	}
	return nil
}

// residualTreatment is the treatment less its regression on the effects and the other columns, one a row.
func residualTreatment(m *regress.Model, treatment string) ([]float64, error) {
	d := m.Design
	f := *d
	f.X, f.Terms = nil, nil
	for _, j := range m.Kept {
		if d.Terms[j] == treatment {
			f.Y = d.X[j]
		} else {
			f.X, f.Terms = append(f.X, d.X[j]), append(f.Terms, d.Terms[j])
		}
	}
	first, err := regress.Solve(&f)
	if err != nil {
		return nil, err
	}
	return first.Residuals(), nil
}

// twoWay tells whether the effects are those of unit and period and no others.
func twoWay(d *design.Design, p *panel.Panel) bool {
	var want, have []string
	for _, name := range []string{p.UnitName(), p.TimeName()} {
		want = append(want, formula.Quote(name))
	}
	for _, e := range d.Effects {
		if len(e.Slopes) > 0 || !e.Intercept {
			return false
		}
		have = append(have, e.Name)
	}
	slices.Sort(want)
	slices.Sort(have)
	return slices.Equal(want, have)
}

// ranks numbers the sample's periods in ascending order, and names them.
func ranks(d *design.Design, p *panel.Panel) (rank []int, names []string) {
	periods := p.Periods()
	present := map[int32]bool{}
	for i := range d.N {
		present[periods.Codes[d.PanelRow(i)]] = true
	}
	var codes []int32
	for c := range present {
		codes = append(codes, c)
	}
	slices.SortFunc(codes, cmp.Compare[int32])
	for _, c := range codes {
		names = append(names, periods.Label(int(c)))
	}
	rank = make([]int, d.N)
	for i := range rank {
		rank[i], _ = slices.BinarySearch(codes, periods.Codes[d.PanelRow(i)])
	}
	return rank, names
}
