package main

import (
	"math"
	"math/rand/v2"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/simulate"
)

// The panel of every design: a quarter of the units adopts in period 5, a quarter in period 7, at random; half never does.
const (
	units        = 100
	periods      = 10
	early, late  = 5, 7
	correlation  = 0.5 // of neighbouring periods' noise, whose standard deviation is 1
	lastCommon   = periods - late
	firstCommon  = -3 // of the window in which both cohorts are seen
	trendOfLater = 0.1
)

// scenario is what adoption does to the outcome.
type scenario struct {
	name, says string
	effect     func(cohort, since float64) float64 // of treatment, in the periods from adoption on
	before     func(since float64) float64         // what adopters gain before adoption; nil: nothing
	trend      float64                             // by which the adopters' outcome grows each period, treated or not
	sampled    bool                                // units adopt by chance, so that cohorts' sizes are drawn too
}

// sample is what a panel holds beside units that are treated or not.
type sample int

const (
	plain  sample = iota
	triple        // as many units again that are not eligible: in the groups, with their trends, never treated
	dosed         // doses, even between 0.5 and 1.5, by which the effect is multiplied
)

func one(_, _ float64) float64 { return 1 }

func varying(cohort, since float64) float64 {
	if cohort == early {
		return 1 + 0.5*since
	}
	return 0.5
}

var designs = []scenario{
	{name: "constant", says: "the effect is 1", effect: one},
	{name: "dynamic", says: "the effect grows from 0.5 by 0.5 a period", effect: func(_, since float64) float64 { return 0.5 + 0.5*since }},
	{name: "cohort-varying", says: "the early cohort's effect grows from 1 by 0.5 a period, the late cohort's is 0.5", effect: varying},
	{name: "cohort-varying by drawn sizes", says: "the same, where units adopt by chance, each with probability ¼ in each of the two periods: truth is that of the population", sampled: true, effect: varying},
	{name: "anticipation", says: "the effect is 1, and half of it comes a period early", effect: one, before: func(since float64) float64 {
		if since == -1 {
			return 0.5
		}
		return 0
	}},
	{name: "violated trends", says: "the effect is 1, and adopters' outcomes grow by 0.1 a period more than the others'", effect: one, trend: trendOfLater},
}

// draw makes a panel of unit, period, y, treat, adopted, eligible and dose.
func (d scenario) draw(seed uint64, noise float64, kind sample) (*panel.Panel, error) {
	o := simulate.Options{Seed: seed, Units: units, Periods: periods, Effect: []float64{0}, AR: correlation, NoiseSD: noise}
	if kind == triple {
		o.Units *= 2
	}
	rng := rand.New(rand.NewPCG(seed, 1))
	sizes := [2]int{o.Units / 4, o.Units / 4}
	if d.sampled {
		sizes = [2]int{}
		for range o.Units {
			if k := rng.IntN(4); k < 2 {
				sizes[k]++
			}
		}
	}
	o.Cohorts = []simulate.Cohort{{Period: early, Units: sizes[0]}, {Period: late, Units: sizes[1]}}
	p, _, err := simulate.Staggered(o)
	if err != nil {
		return nil, err
	}
	columns := map[string][]float64{}
	for _, name := range []string{"y", "adopted", "treat", "period"} {
		x, err := p.Numbers(name)
		if err != nil {
			return nil, err
		}
		columns[name] = append([]float64(nil), x...)
	}
	y, treat, eligible, dose := columns["y"], columns["treat"], make([]float64, p.Rows()), make([]float64, p.Rows())
	seen := map[float64]int{} // units of each group; the never treated are group 0
	for first := 0; first < len(y); first += periods {
		group := columns["adopted"][first]
		if math.IsNaN(group) {
			group = 0
		}
		in := kind != triple || seen[group]%2 == 0
		seen[group]++
		amount := 1.0
		if kind == dosed {
			amount = 0.5 + rng.Float64()
		}
		for r := first; r < first+periods; r++ {
			if in {
				eligible[r] = 1
			}
			if group == 0 {
				continue
			}
			since := columns["period"][r] - group
			y[r] += d.trend * columns["period"][r]
			switch {
			case !in:
				treat[r] = 0
			case since >= 0:
				y[r] += amount * d.effect(group, since)
			case d.before != nil:
				y[r] += amount * d.before(since)
			}
			if in {
				dose[r] = amount
			}
		}
	}
	return p.With(&panel.Variable{Name: "y", Values: y}, &panel.Variable{Name: "treat", Values: treat}, &panel.Variable{Name: "eligible", Values: eligible}, &panel.Variable{Name: "dose", Values: dose})
}
