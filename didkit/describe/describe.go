package describe

import (
	"fmt"
	"math"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/evaluate"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// Variables summarises the named variables over the rows where cond holds (nil: all). A text variable is an error.
func Variables(p *panel.Panel, names []string, cond formula.Expr) (*Table, error) {
	var keep []bool
	if cond != nil {
		var err error
		if keep, err = evaluate.Filter(p, cond); err != nil {
			return nil, err
		}
	}
	t := &Table{}
	for _, name := range names {
		x, err := p.Numbers(name)
		if err != nil {
			return nil, err
		}
		v, _ := p.Variable(name)
		var values []float64
		for i, a := range x {
			if a == a && (keep == nil || keep[i]) {
				values = append(values, a)
			}
		}
		if len(values) == 0 {
			return nil, fmt.Errorf("%s has no value among the rows used", name)
		}
		row := Summarise(values)
		row.Variable, row.Label = name, v.Label
		t.Rows = append(t.Rows, row)
	}
	return t, nil
}

// Summarise computes a Row of values without NaN. The values are summed in ascending order, so that the order of rows
// does not show in any digit; the slice itself is sorted.
func Summarise(values []float64) Row {
	slices.Sort(values)
	n := float64(len(values))
	mean := 0.0
	for _, x := range values {
		mean += x
	}
	mean /= n
	residue, squares := 0.0, 0.0
	for _, x := range values {
		residue += x - mean
	}
	mean += residue / n
	for _, x := range values {
		squares += (x - mean) * (x - mean)
	}
	sd := math.NaN()
	if len(values) > 1 {
		sd = math.Sqrt(squares / (n - 1))
	}
	return Row{N: len(values), Mean: mean, SD: sd, Min: values[0], Max: values[len(values)-1],
		P25: evaluate.Quantile(values, 0.25), P50: evaluate.Quantile(values, 0.5), P75: evaluate.Quantile(values, 0.75)}
}

// Series is the mean of a variable by period in one group of units.
type Series struct {
	Group  string    `json:"group"`
	Mean   []float64 `json:"mean"` // one a period, NaN where the group has no value
	Count  []int     `json:"count"`
	Missed int       `json:"missing"` // rows of the group without a value
}

// Trend is the mean of a variable over time, by group.
type Trend struct {
	Variable  string    `json:"variable"`
	By        string    `json:"by"`
	Periods   []string  `json:"periods"`
	Times     []float64 `json:"times"` // the periods as numbers; ranks if time is text
	Groups    []Series  `json:"groups"`
	Dropped   int       `json:"dropped"` // rows whose group is missing
	Simulated bool      `json:"simulated,omitempty"`
	Data      string    `json:"data,omitempty"`
	Notes     []string  `json:"notes,omitempty"`
}

// Trends computes the means of a variable by period and by the values of by ("" for one group of all rows).
func Trends(p *panel.Panel, variable, by string, cond formula.Expr) (*Trend, error) {
	if !p.IsPanel() {
		return nil, fmt.Errorf("a trend needs a panel, and this is a cross-section; load it with unit= and time=")
	}
	x, err := p.Numbers(variable)
	if err != nil {
		return nil, err
	}
	keep := make([]bool, len(x))
	for i := range keep {
		keep[i] = true
	}
	if cond != nil {
		if keep, err = evaluate.Filter(p, cond); err != nil {
			return nil, err
		}
	}
	group := &panel.Factor{Codes: make([]int32, len(x)), Texts: []string{"all"}}
	if by != "" {
		if group, err = p.Factor(by); err != nil {
			return nil, err
		}
	}
	if group.Levels() > 12 {
		return nil, fmt.Errorf("%s has %d values; a trend is drawn for twelve groups at most", by, group.Levels())
	}
	periods := p.Periods()
	t := &Trend{Variable: variable, By: by}
	for i := range periods.Levels() {
		t.Periods = append(t.Periods, periods.Label(i))
		if periods.Texts != nil {
			t.Times = append(t.Times, float64(i))
		} else {
			t.Times = append(t.Times, periods.Numbers[i])
		}
	}
	for g := range group.Levels() {
		t.Groups = append(t.Groups, Series{Group: group.Label(g), Mean: make([]float64, len(t.Periods)), Count: make([]int, len(t.Periods))})
	}
	order := p.Order()
	for k := range x { // in unit order, so that the order of rows does not show
		i := k
		if order != nil {
			i = int(order[k])
		}
		if !keep[i] {
			continue
		}
		g := group.Codes[i]
		if g < 0 {
			t.Dropped++
			continue
		}
		s := &t.Groups[g]
		if x[i] != x[i] {
			s.Missed++
			continue
		}
		s.Mean[periods.Codes[i]] += x[i]
		s.Count[periods.Codes[i]]++
	}
	for _, s := range t.Groups {
		for i, n := range s.Count {
			if n == 0 {
				s.Mean[i] = math.NaN()
				continue
			}
			s.Mean[i] /= float64(n)
		}
	}
	return t, nil
}
