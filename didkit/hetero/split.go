package hetero

import (
	"fmt"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/evaluate"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

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
			return nil, &EmptyBin{b}
		}
		parts = append(parts, part{b.Label(), rows})
	}
	r.Notes = append(r.Notes, "each column holds all untreated rows and the treated rows of its bin; the other treated rows are left out")
	return parts, nil
}
