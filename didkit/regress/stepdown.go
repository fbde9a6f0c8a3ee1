package regress

import (
	"fmt"
	"math"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// Stepdown is a family of hypotheses, one coefficient in regressions of several outcomes, with p values that hold for all of
// them together.
type Stepdown struct {
	Term     string         `json:"term"`
	Cluster  string         `json:"cluster"`
	Wild     vcov.Wild      `json:"wild"`
	Draws    int            `json:"draws"` // taken; fewer than asked for where all sign vectors are
	Outcomes []StepdownTest `json:"outcomes"`
}

// StepdownTest is one outcome's.
type StepdownTest struct {
	Outcome  string  `json:"outcome"`
	Estimate float64 `json:"estimate"`
	P        float64 `json:"p_value"`          // by itself, as the wild bootstrap has it
	Adjusted float64 `json:"p_value_adjusted"` // Romano and Wolf's
}

// RomanoWolf adjusts the tests that the term's coefficient is zero in each of the models for their number: the family-wise
// error rate is held whatever the dependence of the outcomes (Romano & Wolf 2005; p values of 2016, eq. 3.2 and algorithm
// 4.2). The hypotheses are taken by falling |t|; each one's p is the share of draws, the data among them, in which the
// largest |t*| of the hypotheses not yet passed is no smaller than its |t|, and no less than the p before. Draws are those of
// the wild cluster bootstrap, the same for all outcomes, which need the same clusters.
func RomanoWolf(models []*Model, term, by string, w vcov.Wild) (*Stepdown, error) {
	w = w.Filled()
	out := &Stepdown{Term: term, Cluster: by, Wild: w}
	if len(models) < 2 {
		return nil, fmt.Errorf("Romano and Wolf's step-down takes several outcomes, as in c(y1, y2) ~ x, and here is one")
	}
	t, stars := make([]float64, len(models)), make([][]float64, len(models))
	groups := 0
	for k, m := range models {
		b, ok := m.Coefficient(term)
		if !ok {
			names := make([]string, len(m.Kept))
			for i, j := range m.Kept {
				names[i] = m.Design.Terms[j]
			}
			return nil, &UnknownTerm{Term: term, Terms: names}
		}
		_, g, err := m.Design.Codes(by)
		if err != nil {
			return nil, err
		}
		if k > 0 && g != groups {
			return nil, fmt.Errorf("%s has %d clusters among the rows of %s and %d among those of %s; the step-down needs the same draws for all outcomes", by, g, m.Design.Outcome, groups, models[0].Design.Outcome)
		}
		groups = g
		p := m.problem()
		c := slices.IndexFunc(p.Coefs, func(c vcov.Coefficient) bool { return c.Name == term })
		if t[k], stars[k], err = p.WildStatistics(by, w, c); err != nil {
			return nil, err
		}
		t[k], out.Draws = math.Abs(t[k]), len(stars[k])
		test := StepdownTest{Outcome: m.Design.Outcome, Estimate: b}
		for i, s := range stars[k] {
			stars[k][i] = math.Abs(s)
			if stars[k][i] > t[k]*(1+tieOfDraws) {
				test.P++
			}
		}
		test.P /= float64(out.Draws)
		out.Outcomes = append(out.Outcomes, test)
	}
	out.stepDown(t, stars)
	return out, nil
}

// tieOfDraws is how near a draw's statistic may be to the data's to be the same but for rounding.
const tieOfDraws = 1e-9

func (s *Stepdown) stepDown(t []float64, stars [][]float64) {
	order := make([]int, len(t))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case t[a] > t[b]:
			return -1
		case t[a] < t[b]:
			return 1
		}
		return 0
	})
	before := 0.0
	for k, at := range order {
		as := 1
		for d := range s.Draws {
			for _, o := range order[k:] {
				if stars[o][d] >= t[at]*(1-tieOfDraws) {
					as++
					break
				}
			}
		}
		before = math.Max(before, math.Min(1, float64(as)/float64(s.Draws+1)))
		s.Outcomes[at].Adjusted = before
	}
}
