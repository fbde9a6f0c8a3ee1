package evaluate

import (
	"math"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// codes is the group of each row (-1: none) and the number of groups; one group of all rows without by=.
func (ev *evaluator) codes() ([]int32, int) {
	if ev.by == nil {
		return make([]int32, ev.p.Rows()), 1
	}
	return ev.by.Codes, ev.by.Levels()
}

// members gathers the values of each group that are not missing, in row order.
func members(x []float64, codes []int32, groups int) [][]float64 {
	out := make([][]float64, groups)
	for i, c := range codes {
		if c >= 0 && x[i] == x[i] {
			out[c] = append(out[c], x[i])
		}
	}
	return out
}

// overGroups evaluates the first argument and puts f of each row's group into the row. A group with no value at all
// gives empty's result. Values are sorted before f, so that a sum does not depend on the order of rows.
func (ev *evaluator) overGroups(c *formula.Call, f func(sortedValues []float64) float64, empty float64) (value, error) {
	v, err := ev.numeric(c.Args[0].Value)
	if err != nil {
		return v, err
	}
	codes, n := ev.codes()
	stat := make([]float64, n)
	for g, xs := range members(ev.spread(v), codes, n) {
		stat[g] = empty
		if len(xs) > 0 {
			slices.Sort(xs)
			stat[g] = f(xs)
		}
	}
	out := make([]float64, len(codes))
	for i, g := range codes {
		out[i] = math.NaN()
		if g >= 0 {
			out[i] = stat[g]
		}
	}
	return value{num: out}, nil
}

func grouped(form, doc string, f func([]float64) float64) function {
	return function{form, doc, 1, 1, func(ev *evaluator, c *formula.Call) (value, error) {
		empty := math.NaN()
		if c.Func == "count" || c.Func == "sum" {
			empty = 0
		}
		return ev.overGroups(c, f, empty)
	}}
}

func extreme(form, doc string, f func([]float64) float64, pair func(a, b float64) float64) function {
	return function{form, doc, 1, 2, func(ev *evaluator, c *formula.Call) (value, error) {
		if len(c.Args) == 1 {
			return ev.overGroups(c, f, math.NaN())
		}
		x, err := ev.numeric(c.Args[0].Value)
		if err != nil {
			return x, err
		}
		y, err := ev.numeric(c.Args[1].Value)
		if err != nil {
			return y, err
		}
		return ev.map2(x, y, pair), nil
	}}
}

func sum(x []float64) float64 {
	s := 0.0
	for _, v := range x {
		s += v
	}
	return s
}

func mean(x []float64) float64 {
	m := sum(x) / float64(len(x))
	r := 0.0 // a second pass takes out what the first rounded
	for _, v := range x {
		r += v - m
	}
	return m + r/float64(len(x))
}

// standardDeviation is missing for fewer than two values.
func standardDeviation(x []float64) float64 {
	if len(x) < 2 {
		return math.NaN()
	}
	m, s := mean(x), 0.0
	for _, v := range x {
		s += (v - m) * (v - m)
	}
	return math.Sqrt(s / float64(len(x)-1))
}

// Quantile is the p-th quantile of ascending values by linear interpolation between order statistics at 1 + (n-1)p,
// R's type 7 and numpy's default; NaN for no values.
func Quantile(ascending []float64, p float64) float64 {
	n := len(ascending)
	if n == 0 {
		return math.NaN()
	}
	h := float64(n-1) * p
	i := int(math.Floor(h))
	if i+1 >= n {
		return ascending[n-1]
	}
	return ascending[i] + (h-float64(i))*(ascending[i+1]-ascending[i])
}

// winsor sets both tails to the quantiles p and 1-p (type 7) of the row's group.
func winsor(ev *evaluator, c *formula.Call) (value, error) {
	v, err := ev.numeric(c.Args[0].Value)
	if err != nil {
		return v, err
	}
	p := 0.01
	if a := c.Arg("p", 1); a != nil {
		n, ok := a.(*formula.Number)
		if !ok || !(n.Value > 0 && n.Value < 0.5) {
			return v, ev.fail(a, "the tail of winsor must be a number between 0 and 0.5, as in winsor(x, 0.01), not %s", a)
		}
		p = n.Value
	}
	x := ev.spread(v)
	codes, groups := ev.codes()
	low, high := make([]float64, groups), make([]float64, groups)
	for g, xs := range members(x, codes, groups) {
		slices.Sort(xs)
		low[g], high[g] = Quantile(xs, p), Quantile(xs, 1-p)
	}
	out := make([]float64, len(x))
	clipped := 0
	for i, g := range codes {
		if g < 0 {
			out[i] = math.NaN()
			continue
		}
		out[i] = x[i]
		if x[i] < low[g] {
			out[i], clipped = low[g], clipped+1
		} else if x[i] > high[g] {
			out[i], clipped = high[g], clipped+1
		}
	}
	ev.notes = append(ev.notes, counting.Sprintf("%d values clipped at the quantiles %g and %g", clipped, p, 1-p))
	return value{num: out}, nil
}

func standardize(ev *evaluator, c *formula.Call) (value, error) {
	m, err := ev.overGroups(c, mean, math.NaN())
	if err != nil {
		return m, err
	}
	s, err := ev.overGroups(c, standardDeviation, math.NaN())
	if err != nil {
		return s, err
	}
	x, err := ev.numeric(c.Args[0].Value)
	if err != nil {
		return x, err
	}
	col := ev.spread(x)
	out := make([]float64, len(col))
	for i := range out {
		if s.num[i] == 0 {
			return value{}, ev.fail(c, "%s does not vary%s, so it can't be standardized", c.Args[0].Value, within(ev.by))
		}
		out[i] = (col[i] - m.num[i]) / s.num[i]
	}
	return value{num: out}, nil
}

func within(by *panel.Factor) string {
	if by == nil {
		return ""
	}
	return " within a group of " + by.Name
}

// first is the group's first value that is not missing: by time, then by row, in a panel; by row in a cross-section.
func first(ev *evaluator, c *formula.Call) (value, error) {
	v, err := ev.numeric(c.Args[0].Value)
	if err != nil {
		return v, err
	}
	x := ev.spread(v)
	codes, groups := ev.codes()
	at := make([]int, groups)
	for g := range at {
		at[g] = -1
	}
	periods := ev.p.Periods()
	earlier := func(i, j int) bool {
		return periods != nil && periods.Codes[i] < periods.Codes[j]
	}
	for i, g := range codes {
		if g >= 0 && x[i] == x[i] && (at[g] < 0 || earlier(i, at[g])) {
			at[g] = i
		}
	}
	out := make([]float64, len(x))
	for i, g := range codes {
		out[i] = math.NaN()
		if g >= 0 && at[g] >= 0 {
			out[i] = x[at[g]]
		}
	}
	return value{num: out}, nil
}
