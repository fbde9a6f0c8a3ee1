// Package honest makes papers whose every number didnb estimated and rounded, from panels drawn at random, to measure
// how often the audit is wrong on honest tables. Everything follows from a seed.
package honest

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// Conventions are what varies between papers.
type Conventions struct {
	Units, Periods int
	Decimals       int    // of estimates and statistics
	Statistic      string // t or se
	Errors         string // iid, hetero, unit or province: the last clusters by a few groups
	Missing        bool   // values are missing at random
	Weighted       bool   // the last baseline column is weighted
	Rich           bool   // se, t, p and interval are all printed
	Told           bool   // the file says the kind of errors and lists the controls
	AllSeen        bool   // every treated unit is seen long enough to fill the closed bins of exposure
	Small          bool   // outcome of a small scale, so that few digits are left
	Lean           bool   // the mediator's regressions have fewer controls than the baseline
	Singletons     bool   // kept, as Stata's xtreg and areg do
}

func (c Conventions) String() string {
	return fmt.Sprintf("%d × %d, %d decimals, %s, %s errors, missing %v, weighted %v, rich %v, told %v, seen %v, small %v, lean %v, singletons kept %v",
		c.Units, c.Periods, c.Decimals, c.Statistic, c.Errors, c.Missing, c.Weighted, c.Rich, c.Told, c.AllSeen, c.Small, c.Lean, c.Singletons)
}

func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

// conventions draws them.
func conventions(r *rand.Rand) Conventions {
	return Conventions{
		Units: 40 + r.IntN(200), Periods: 8 + r.IntN(11), Decimals: pick(r, 2, 3, 3, 3, 4), Statistic: pick(r, "t", "se"),
		Errors: pick(r, "iid", "hetero", "unit", "unit", "province"), Missing: r.IntN(3) == 0, Weighted: r.IntN(8) == 0,
		Rich: r.IntN(3) == 0, Told: r.IntN(3) == 0, AllSeen: r.IntN(2) == 0, Small: r.IntN(6) == 0, Lean: r.IntN(4) == 0, Singletons: r.IntN(2) == 0,
	}
}

// draw makes a panel: a staggered 0/1 treatment, controls that follow the units, a mediator, persistent noise.
func draw(r *rand.Rand, c Conventions) (*panel.Panel, error) {
	n := c.Units * c.Periods
	names := []string{"city", "year", "province", "D", "since", "y", "x1", "x2", "x3", "m", "g", "w"}
	col := map[string][]float64{}
	for _, name := range names {
		col[name] = make([]float64, n)
	}
	persistence := r.Float64() * 0.9
	effect, scale := r.Float64()*0.6-0.1, 1.0
	if c.Small {
		scale = 0.05
	}
	b := [3]float64{r.NormFloat64(), r.NormFloat64() * 0.2, r.NormFloat64() * 3}
	last := c.Periods - 1
	if c.AllSeen {
		last = c.Periods - 6 // as many periods behind the last adoption as the closed bins take
	}
	for u := range c.Units {
		level, luck := r.NormFloat64(), 0.0
		adopts := c.Periods + 1
		if r.Float64() < 0.3 && last > 1 {
			adopts = 1 + r.IntN(last)
		}
		x1, wt := r.NormFloat64(), 1+math.Exp(r.NormFloat64())
		for t := range c.Periods {
			i := u*c.Periods + t
			x1 = 0.7*x1 + r.NormFloat64()
			luck = persistence*luck + r.NormFloat64()*(1+0.3*math.Abs(level))
			d := 0.0
			if t >= adopts {
				d = 1
			}
			x2, x3 := 10+level+0.1*float64(t)+r.NormFloat64(), math.Exp(0.3*r.NormFloat64()-3)
			m := 0.4*d + 0.3*x2 + r.NormFloat64()
			y := 2 + level + 0.05*float64(t) + effect*d*float64(1+min(t-adopts, 3)) + b[0]*x1*0.1 + b[1]*x2 + b[2]*x3 + 0.2*m + luck
			for name, v := range map[string]float64{"city": float64(u + 1), "year": float64(2005 + t), "province": float64(u%25 + 1), "D": d, "since": float64(t - adopts), "y": scale * y,
				"x1": x1, "x2": x2, "x3": x3, "m": m, "g": math.Round(100*(level+r.NormFloat64())) / 100, "w": wt} {
				col[name][i] = v
			}
		}
	}
	if c.Missing {
		for _, name := range []string{"x1", "m", "g"} {
			for i := range n {
				if r.Float64() < 0.02 {
					col[name][i] = math.NaN()
				}
			}
		}
	}
	var vars []*panel.Variable
	for _, name := range names {
		vars = append(vars, &panel.Variable{Name: name, Values: col[name]})
	}
	p, err := panel.New(vars...)
	if err != nil {
		return nil, err
	}
	return p.Indexed("city", "year")
}
