package did

import (
	"slices"

	"gonum.org/v1/gonum/mat"
)

// saturatedMean is the model: its rows in groups of cohort and period, in which the linear predictor is an intercept and
// slopes that are sums of a few parameters each.
type saturatedMean struct {
	*adoption
	cells  []*interaction
	row    []int32 // of the sample
	group  []int32 // one a row
	groups []meanGroup
	x      [][]float64 // controls in units of their standard deviation, about their mean
	slots  parameters
	kept   []int // parameter to its place among those estimated, -1: none
	size   int   // parameters estimated
	count  int   // and those of extreme cells
	theta  []float64
	level  float64 // logarithm of the mean outcome
	bread  *mat.SymDense
	notes  []string
}

// meanGroup is a cohort in a period.
type meanGroup struct {
	cohort, period int // 0: not treated, or the cohort compared with; from 0
	cell           int // -1: none
	mass, sum      float64
	rows           int
	dropped        bool
	extreme        bool      // all outcomes lie at an end of the range: its cell's parameters are not estimated
	mean           []float64 // of the controls in the cohort, all periods
}

// parameters tells where the parameters of a kind begin.
type parameters struct {
	cohort, period, cell, slope, slopeCohort, slopePeriod, slopeCell, all int
	controls, cohorts, periods, cells                                     int
}

func newParameters(controls, cohorts, periods, cells int) parameters {
	s := parameters{controls: controls, cohorts: cohorts, periods: periods, cells: cells, cohort: 1}
	s.period = s.cohort + cohorts
	s.cell = s.period + periods - 1
	s.slope = s.cell + cells
	s.slopeCohort = s.slope + controls
	s.slopePeriod = s.slopeCohort + cohorts*controls
	s.slopeCell = s.slopePeriod + (periods-1)*controls
	s.all = s.slopeCell + cells*controls
	return s
}

// share is a parameter's part in an intercept or slope.
type share struct {
	at    int
	value float64
}

// parts are the parameters of a group's intercept (0) and slopes (1 + j), without those of treatment if untreated.
func (n *saturatedMean) parts(g *meanGroup, row int, untreated bool) (out []share) {
	s := n.slots
	treated := g.cell >= 0 && !untreated
	if row == 0 {
		out = append(out, share{0, 1})
		if g.cohort > 0 {
			out = append(out, share{s.cohort + g.cohort - 1, 1})
		}
		if g.period > 0 {
			out = append(out, share{s.period + g.period - 1, 1})
			for j := range s.controls { // slopes are of controls less the cohort's mean
				out = append(out, share{s.slopePeriod + (g.period-1)*s.controls + j, g.mean[j]})
			}
		}
		if treated {
			out = append(out, share{s.cell + g.cell, 1})
		}
		return out
	}
	j := row - 1
	out = append(out, share{s.slope + j, 1})
	if g.cohort > 0 {
		out = append(out, share{s.slopeCohort + (g.cohort-1)*s.controls + j, 1})
	}
	if g.period > 0 {
		out = append(out, share{s.slopePeriod + (g.period-1)*s.controls + j, 1})
	}
	if treated {
		out = append(out, share{s.slopeCell + g.cell*s.controls + j, 1})
	}
	return out
}

// saturatedMean lists the rows and groups.
func (a *adoption) saturatedMean(cells []*interaction, codes []float64, used []bool) *saturatedMean {
	n := &saturatedMean{adoption: a, cells: cells}
	cohorts := a.cohorts
	if a.never() == 0 {
		cohorts = cohorts[:len(cohorts)-1]
	}
	periods := len(a.periods)
	n.slots = newParameters(len(a.d.X), len(cohorts), periods, len(cells))
	n.groups = make([]meanGroup, (len(cohorts)+1)*periods)
	for c := range len(cohorts) + 1 {
		for t := range periods {
			n.groups[c*periods+t] = meanGroup{cohort: c, period: t, cell: -1, mean: make([]float64, len(a.d.X))}
		}
	}
	for k, u := range a.unit {
		r := a.d.PanelRow(k)
		if !used[r] {
			continue
		}
		c := 0
		if at := slices.Index(cohorts, a.start[u]); at >= 0 {
			c = at + 1
		}
		id := c*periods + int(a.time[k])
		g := &n.groups[id]
		if codes[r] > 0 {
			g.cell = int(codes[r]) - 1
		}
		w := n.weight(k)
		g.mass += w
		g.sum += w * a.d.Y[k]
		g.rows++
		n.row, n.group = append(n.row, int32(k)), append(n.group, int32(id))
	}
	n.scaleControls()
	return n
}

func (n *saturatedMean) weight(k int) float64 {
	if n.d.Weights == nil {
		return 1
	}
	return n.d.Weights[k]
}

// scaleControls centres and scales the controls, which changes no effect, and takes their means by cohort.
func (n *saturatedMean) scaleControls() {
	use := make([]bool, n.d.N)
	for _, k := range n.row {
		use[k] = true
	}
	periods := len(n.periods)
	for j, x := range n.d.X {
		z := scaled(x, use)
		n.x = append(n.x, z)
		sum, mass := make([]float64, n.slots.cohorts+1), make([]float64, n.slots.cohorts+1)
		for i, k := range n.row {
			c := int(n.group[i]) / periods
			sum[c] += n.weight(int(k)) * z[k]
			mass[c] += n.weight(int(k))
		}
		for id := range n.groups {
			if c := id / periods; mass[c] > 0 {
				n.groups[id].mean[j] = sum[c] / mass[c]
			}
		}
	}
}
