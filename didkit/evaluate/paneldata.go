package evaluate

import (
	"math"

	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// needPanel refuses a function of unit and time in a cross-section.
func (ev *evaluator) needPanel(c *formula.Call) error {
	if ev.p.IsPanel() {
		return nil
	}
	return ev.fail(c, "%s needs a panel, and this is a cross-section; load it with unit= and time=", c.Func)
}

// periodValues is the time of each row as a number; a text time counts by rank.
func periodValues(p *panel.Panel) []float64 {
	f := p.Periods()
	out := make([]float64, len(f.Codes))
	for i, c := range f.Codes {
		if f.Texts != nil {
			out[i] = float64(c)
		} else {
			out[i] = f.Numbers[c]
		}
	}
	return out
}

// locationQuotient is (part/whole) relative to the ratio of the period's sums, over rows that have both (the paper's
// measure of agglomeration). Sums run in unit order, so that permuted rows give the same digits.
func locationQuotient(ev *evaluator, c *formula.Call) (value, error) {
	if err := ev.needPanel(c); err != nil {
		return value{}, err
	}
	a, err := ev.numeric(c.Args[0].Value)
	if err != nil {
		return a, err
	}
	b, err := ev.numeric(c.Args[1].Value)
	if err != nil {
		return b, err
	}
	part, whole := ev.spread(a), ev.spread(b)
	times := ev.p.Periods()
	parts, wholes := make([]float64, times.Levels()), make([]float64, times.Levels())
	order := ev.p.Order()
	for k := range part {
		i := k
		if order != nil {
			i = int(order[k])
		}
		if part[i] == part[i] && whole[i] == whole[i] {
			parts[times.Codes[i]] += part[i]
			wholes[times.Codes[i]] += whole[i]
		}
	}
	out := make([]float64, len(part))
	empty := 0
	for i, t := range times.Codes {
		out[i] = (part[i] / whole[i]) / (parts[t] / wholes[t])
		if whole[i] == 0 || math.IsInf(out[i], 0) {
			out[i] = math.NaN()
			empty++
		}
	}
	if empty > 0 {
		ev.notes = append(ev.notes, counting.Sprintf("%d rows have a whole of 0 and no quotient", empty))
	}
	return value{num: out}, nil
}

// never tells whether an adoption time means never treated: missing, infinite, or 0 where no period is that early.
func never(adoption, firstPeriod float64) bool {
	return adoption != adoption || math.IsInf(adoption, 0) || adoption == 0 && firstPeriod > 0
}

func (ev *evaluator) adoption(c *formula.Call, f func(time, adoption float64, never bool) float64) (value, error) {
	if err := ev.needPanel(c); err != nil {
		return value{}, err
	}
	a, err := ev.numeric(c.Args[0].Value)
	if err != nil {
		return a, err
	}
	adopt, times := ev.spread(a), periodValues(ev.p)
	if err := ev.oneAdoption(c, adopt); err != nil {
		return value{}, err
	}
	start := math.Inf(1)
	for _, t := range times {
		start = math.Min(start, t)
	}
	out := make([]float64, len(adopt))
	for i := range out {
		out[i] = f(times[i], adopt[i], never(adopt[i], start))
	}
	return value{num: out}, nil
}

// oneAdoption refuses an adoption that changes within a unit, as a treatment taken for its date does.
func (ev *evaluator) oneAdoption(c *formula.Call, adopt []float64) error {
	units := ev.p.Units()
	known := make([]float64, units.Levels())
	for u := range known {
		known[u] = math.NaN()
	}
	for i, u := range units.Codes {
		switch {
		case known[u] != known[u]:
			known[u] = adopt[i]
		case adopt[i] == adopt[i] && adopt[i] != known[u]:
			return ev.fail(c.Args[0].Value, "%s is %g and %g in %s; %s takes the period of adoption, one a unit, which cohort(D) makes of a treatment D",
				c.Args[0].Value, known[u], adopt[i], units.Label(int(u)), c.Func)
		}
	}
	return nil
}

func post(ev *evaluator, c *formula.Call) (value, error) {
	return ev.adoption(c, func(t, a float64, never bool) float64 { return truth(!never && t >= a, 0, 0) })
}

func exposure(ev *evaluator, c *formula.Call) (value, error) {
	return ev.adoption(c, func(t, a float64, never bool) float64 {
		if never {
			return math.NaN()
		}
		return t - a
	})
}

// cohort is the first period in which the unit's treatment is not 0.
func cohort(ev *evaluator, c *formula.Call) (value, error) {
	if err := ev.needPanel(c); err != nil {
		return value{}, err
	}
	v, err := ev.numeric(c.Args[0].Value)
	if err != nil {
		return v, err
	}
	treat, times, units := ev.spread(v), periodValues(ev.p), ev.p.Units()
	start := make([]float64, units.Levels())
	for u := range start {
		start[u] = math.NaN()
	}
	for i, u := range units.Codes {
		if treat[i] != 0 && treat[i] == treat[i] && !(start[u] <= times[i]) {
			start[u] = times[i]
		}
	}
	out := make([]float64, len(treat))
	for i, u := range units.Codes {
		out[i] = start[u]
	}
	return value{num: out}, nil
}
