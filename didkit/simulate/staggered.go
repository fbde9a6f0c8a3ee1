package simulate

import (
	"fmt"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// Cohort is a number of units that adopt in the same period.
type Cohort struct {
	Period int
	Units  int
}

// Options ask for a textbook panel. The zero value is 60 units over periods 1 to 10, a third adopting in period 4, a
// third in period 7, a third never, an effect of 1 and noise of standard deviation 1.
type Options struct {
	Seed       uint64
	Units      int
	Periods    int
	Cohorts    []Cohort  // units beyond them never adopt
	Effect     []float64 // 0, 1, 2 … periods after adoption, the last value staying
	Spread     float64   // of the effect over units; see Effect.Spread
	Covariates int       // x1, x2 … with coefficient 1 and persistent noise, independent of adoption
	NoiseSD    float64   // 0 means 1; negative means none
	AR         float64   // correlation of neighbouring periods' noise
}

// Staggered draws a balanced panel in which units adopt a lasting treatment at different times: variables unit, period,
// y, treat (0/1), adopted (the period, missing where never) and the covariates. Unit levels are standard normal and
// periods follow a line of slope 0.1; trends are parallel, adoption is random, and nothing is rounded. Truth holds the
// effect in every row. An impossible wish (more adopters than units, an adoption outside the panel) is a *DesignError.
func Staggered(o Options) (*panel.Panel, *Truth, error) {
	d, err := o.design()
	if err != nil {
		return nil, nil, err
	}
	return Draw(d)
}

func (o Options) design() (Design, error) {
	if o.Units == 0 {
		o.Units = 60
	}
	if o.Periods == 0 {
		o.Periods = 10
	}
	if o.Cohorts == nil {
		o.Cohorts = []Cohort{{4, o.Units / 3}, {7, o.Units / 3}}
	}
	if o.Effect == nil {
		o.Effect = []float64{1}
	}
	switch {
	case o.NoiseSD == 0:
		o.NoiseSD = 1
	case o.NoiseSD < 0:
		o.NoiseSD = 0
	}
	stage := Stage{Select: Mixture{Own: 1}}
	for i, c := range o.Cohorts {
		if c.Period < 1 || c.Period > o.Periods {
			return Design{}, bad(fmt.Sprintf("cohorts[%d]", i), "adopts in period %d of 1 to %d", c.Period, o.Periods)
		}
		stage.Groups = append(stage.Groups, Group{Units: c.Units, Adopt: []int{c.Period}})
	}
	d := Design{
		Simulated: true,
		Seed:      o.Seed,
		Units:     Index{Name: "unit", Count: o.Units},
		Period:    Index{Name: "period", First: 1, Count: o.Periods},
		Adoptions: []Adoption{{Policies: []Policy{{Name: "treat", Adopted: "adopted"}}, Stages: []Stage{stage}}},
		Outcome: Outcome{
			Name:     "y",
			Level:    Level{Scale: 1, Mixture: Mixture{Own: 1}},
			Path:     Path{{1, 0.1}, {float64(o.Periods), float64(o.Periods) / 10}},
			Coef:     map[string]float64{},
			Effects:  []Effect{{Policy: "treat", Path: o.Effect, Spread: o.Spread, Mixture: Mixture{Own: 1}}},
			Noise:    Noise{SD: o.NoiseSD, AR: o.AR},
			Decimals: -1,
		},
		Columns: []string{"y", "treat", "adopted"},
	}
	for k := range o.Covariates {
		name := fmt.Sprintf("x%d", k+1)
		d.Covariates = append(d.Covariates, Covariate{Name: name, Unit: Mixture{Own: 1}, Noise: Noise{SD: 1, AR: 0.5}, Decimals: -1})
		d.Outcome.Coef[name] = 1
		d.Columns = append(d.Columns, name)
	}
	return d, nil
}
