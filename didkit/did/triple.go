package did

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// triple is a balanced sample in which only some units of a cohort are treated, the eligible ones.
type triple struct {
	*wide
	eligible []bool // one a unit
}

// tripleDifference estimates ATT(g, t) of the eligible units of each cohort by triple differences: their change less those of
// the cohort's ineligible units, of eligible units not enabled, and plus that of ineligible ones not enabled, each as a 2×2
// comparison adjusted for covariates by itself, and their averages (Ortiz-Villavicencio & Sant'Anna 2025, eq. 3.5 and 4.8).
// Beside cohorts not yet enabled, the estimates by cohort compared with are averaged so that the variance is least (eq. 4.11).
func tripleDifference(p *panel.Panel, s StaggeredSpec) (*ATTResult, error) {
	if s.Cohort == "" || s.Eligible == "" {
		return nil, fmt.Errorf("method=ddd needs the period in which the unit's group is enabled, named by cohort=, and who in it is eligible, 0 or 1, named by eligible=")
	}
	if err := s.groupTimeDefaults(); err != nil {
		return nil, err
	}
	s.Sampling, s.Treat = BalancedUnits, ""
	s.Design.Present = append(slices.Clone(s.Design.Present), s.Eligible)
	a, err := s.adopt(p)
	if err != nil {
		return nil, err
	}
	if !a.twoWay(p) {
		return nil, fmt.Errorf("method=ddd compares changes over time between cohorts, which allows for effects of %s and %s and no others", p.UnitName(), p.TimeName())
	}
	if err := a.byOneCluster(); err != nil {
		return nil, err
	}
	w, err := a.wide()
	if err != nil {
		return nil, err
	}
	three := &triple{wide: w.compares.(*wide)}
	w.compares = three
	if err := three.readEligible(p); err != nil {
		return nil, err
	}
	for i, is := range three.eligible { // cohorts count by their treated units
		if !is {
			w.mass[i] = 0
		}
	}
	if err := w.comparison(); err != nil {
		return nil, err
	}
	cells := w.cells()
	for _, c := range cells {
		c.units = three.count(c.g)
	}
	r, err := w.aggregate(cells)
	if err != nil {
		return nil, err
	}
	r.Comparison = "ineligible units of the cohort, and eligible and ineligible ones never enabled"
	if s.Control == NotYetTreated {
		r.Comparison = "ineligible units of the cohort, and eligible and ineligible ones not yet enabled, weighted for the least variance"
	}
	r.Treated = 0
	for i, is := range three.eligible {
		if is && w.g[i] == w.g[i] {
			r.Treated++
		}
	}
	return r, nil
}

// readEligible reads who is eligible; it must not change within units, and both kinds must stand in the sample.
func (w *triple) readEligible(p *panel.Panel) error {
	q, err := p.Numbers(w.spec.Eligible)
	if err != nil {
		return err
	}
	T := len(w.periods)
	w.eligible = make([]bool, w.n)
	n := 0
	for i := range w.eligible {
		for t := range T {
			row := w.d.PanelRow(int(w.row[i*T+t]))
			if x := q[row]; x != 0 && x != 1 {
				return &NotBinary{w.spec.Eligible, row + 1, x}
			}
			is := q[row] == 1
			if t > 0 && is != w.eligible[i] {
				return fmt.Errorf("%s changes within %s (row %d); who is eligible must be so in all rows", w.spec.Eligible, p.Units().Label(int(p.Units().Codes[row])), row+1)
			}
			w.eligible[i] = is
		}
		if w.eligible[i] {
			n++
		}
	}
	if n == 0 || n == w.n {
		return fmt.Errorf("%s is the same for all units used; triple differences need eligible and ineligible ones", w.spec.Eligible)
	}
	return nil
}

// count counts the eligible units of a cohort.
func (w *triple) count(g float64) int {
	lo, hi := w.span(g)
	n := 0
	for _, is := range w.eligible[lo:hi] {
		if is {
			n++
		}
	}
	return n
}

// compare is the triple difference of the change from base to t.
func (w *triple) compare(c *cell, t, base int) {
	spans := w.compared(c.g, w.periods[max(t, base)])
	var units []int
	var target, own []int // places in units
	others := map[float64]*[2][]int{}
	var cohorts []float64
	for _, s := range spans {
		for i := s.from; i < s.to; i++ {
			at := len(units)
			units = append(units, i)
			switch {
			case s.treated && w.eligible[i]:
				target = append(target, at)
			case s.treated:
				own = append(own, at)
			default:
				g := w.g[i]
				if g != g {
					g = math.Inf(1)
				}
				o := others[g]
				if o == nil {
					o = &[2][]int{}
					others[g] = o
					cohorts = append(cohorts, g)
				}
				side := int(indicator(w.eligible[i]))
				o[side] = append(o[side], at)
			}
		}
	}
	switch {
	case len(target) == 0:
		c.problem = "the cohort has no eligible unit"
		return
	case len(own) == 0:
		c.problem = "the cohort has no ineligible unit"
		return
	}
	cohorts = slices.DeleteFunc(cohorts, func(g float64) bool { return len(others[g][0]) == 0 || len(others[g][1]) == 0 })
	if len(cohorts) == 0 {
		c.problem = "no unit to compare with"
		return
	}
	all := make([]float64, len(cohorts))
	psi := make([][]float64, len(cohorts))
	for j, g := range cohorts {
		psi[j] = make([]float64, len(units))
		for k, group := range [][]int{own, others[g][1], others[g][0]} {
			sign := 1.0
			if k == 2 {
				sign = -1
			}
			v, by, err := w.pair(units, target, group, t, base)
			if err != nil {
				c.problem = err.Error()
				return
			}
			all[j] += sign * v
			for i, x := range by {
				at := 0
				if i < len(target) {
					at = target[i]
				} else {
					at = group[i-len(target)]
				}
				psi[j][at] += sign * x
			}
		}
	}
	weights, ok := leastVariance(psi)
	if !ok {
		c.problem = "the covariance of the estimates by cohort compared with is singular; control=never compares with one group"
		return
	}
	sum := make([]float64, len(units))
	for j, v := range weights {
		c.att += v * all[j]
		for i, x := range psi[j] {
			sum[i] += v * x
		}
	}
	c.influence = w.byCluster(spans, sum)
}

// pair is one 2×2 comparison of the target with a group, and the influence ψ/n of its units, the target's first.
func (w *triple) pair(units, target, group []int, t, base int) (float64, []float64, error) {
	T := len(w.periods)
	at := slices.Concat(target, group)
	n := len(at)
	dy, weight := make([]float64, n), []float64(nil)
	if w.d.Weights != nil || len(w.d.X) > 0 {
		weight = make([]float64, n)
	}
	for k, a := range at {
		i := units[a]
		dy[k] = w.d.Y[w.row[i*T+t]] - w.d.Y[w.row[i*T+base]]
		if weight != nil {
			weight[k] = w.weight(i, min(t, base))
		}
	}
	if len(w.d.X) == 0 {
		v := changes([]span{{0, len(target), true}, {len(target), n, false}}, dy, weight)
		return v, dy, nil
	}
	two := &twoByTwo{n: n, d: make([]float64, n), dy: dy, w: weight, names: w.d.Terms}
	for k := range target {
		two.d[k] = 1
	}
	for _, x := range w.d.X {
		col := make([]float64, n)
		for k, a := range at {
			col[k] = x[w.row[units[a]*T+min(t, base)]]
		}
		two.x = append(two.x, col)
	}
	v, psi, err := two.estimate(w.spec.Adjustment)
	for i := range psi {
		psi[i] /= float64(n)
	}
	return v, psi, err
}

// leastVariance are the weights, adding up to one, of estimates with these influences that make the average's variance least.
func leastVariance(psi [][]float64) ([]float64, bool) {
	k := len(psi)
	if k == 1 {
		return []float64{1}, true
	}
	v := mat.NewSymDense(k, nil)
	for a := range k {
		for b := a; b < k; b++ {
			v.SetSym(a, b, inner(psi[a], psi[b]))
		}
	}
	one, x := mat.NewVecDense(k, ones(k)), mat.NewVecDense(k, nil)
	var chol mat.Cholesky
	if !chol.Factorize(v) || chol.Cond() > 1e13 || chol.SolveVecTo(x, one) != nil {
		return nil, false
	}
	out := x.RawVector().Data
	normalise(out)
	return out, true
}
