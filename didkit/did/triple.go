package did

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// triple is a sample in which only some units of a cohort are treated, the eligible ones.
type triple struct {
	*groupTimes
	sample   tripleSample
	eligible []bool // one a unit
}

// tripleSample is units compared by their changes, or rows compared as cross-sections.
type tripleSample interface {
	comparer
	members(c *cell, t, base int) []member
	difference(of []member, targets, t, base int) (float64, []float64, error)
	collect(c *cell, t, base int, psi []float64) influence
	eachRow(do func(unit int, row int32) error) error
}

// member is a unit of a comparison, or a row of one of its periods.
type member struct {
	at, unit      int
	treated, post bool
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
	if s.Treat = ""; s.Sampling == "" {
		s.Sampling = BalancedUnits
	}
	s.Design.Present = append(slices.Clone(s.Design.Present), s.Eligible)
	w, err := s.groupTimes(p)
	if err != nil {
		return nil, err
	}
	three := &triple{groupTimes: w, sample: w.compares.(tripleSample)}
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
	w.eligible = make([]bool, w.n)
	known := make([]bool, w.n)
	if err := w.sample.eachRow(func(unit int, k int32) error {
		row := w.d.PanelRow(int(k))
		if x := q[row]; x != 0 && x != 1 {
			return &NotBinary{w.spec.Eligible, row + 1, x}
		}
		is := q[row] == 1
		if known[unit] && is != w.eligible[unit] {
			return fmt.Errorf("%s changes within %s (row %d); who is eligible must be so in all rows", w.spec.Eligible, p.Units().Label(int(p.Units().Codes[row])), row+1)
		}
		w.eligible[unit], known[unit] = is, true
		return nil
	}); err != nil {
		return err
	}
	n := 0
	for _, is := range w.eligible {
		if is {
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
	members := w.sample.members(c, t, base)
	var target, own []int // places among the members
	others := map[float64]*[2][]int{}
	var cohorts []float64
	for at, m := range members {
		switch {
		case m.treated && w.eligible[m.unit]:
			target = append(target, at)
		case m.treated:
			own = append(own, at)
		default:
			g := w.g[m.unit]
			if g != g {
				g = math.Inf(1)
			}
			o := others[g]
			if o == nil {
				o = &[2][]int{}
				others[g] = o
				cohorts = append(cohorts, g)
			}
			side := int(indicator(w.eligible[m.unit]))
			o[side] = append(o[side], at)
		}
	}
	lacking := func(group []int) bool { return w.lacking(members, group) }
	switch {
	case lacking(target):
		c.problem = "the cohort has no eligible unit"
		return
	case lacking(own):
		c.problem = "the cohort has no ineligible unit"
		return
	}
	cohorts = slices.DeleteFunc(cohorts, func(g float64) bool { return lacking(others[g][0]) || lacking(others[g][1]) })
	if len(cohorts) == 0 {
		c.problem = "no unit to compare with"
		return
	}
	if w.spec.Sampling == CrossSections {
		c.units = len(target)
	}
	all := make([]float64, len(cohorts))
	psi := make([][]float64, len(cohorts))
	for j, g := range cohorts {
		psi[j] = make([]float64, len(members))
		for k, group := range [][]int{own, others[g][1], others[g][0]} {
			sign := 1.0
			if k == 2 {
				sign = -1
			}
			pair := make([]member, 0, len(target)+len(group))
			for _, at := range target {
				pair = append(pair, members[at])
			}
			for _, at := range group {
				pair = append(pair, members[at])
			}
			v, by, err := w.sample.difference(pair, len(target), t, base)
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
	sum := make([]float64, len(members))
	for j, v := range weights {
		c.att += v * all[j]
		for i, x := range psi[j] {
			sum[i] += v * x
		}
	}
	c.influence = w.sample.collect(c, t, base, sum)
}

// lacking tells whether a group of members has nobody; as cross-sections, nobody in one of the periods.
func (w *triple) lacking(members []member, group []int) bool {
	if w.spec.Sampling == BalancedUnits {
		return len(group) == 0
	}
	var n [2]int
	for _, at := range group {
		n[int(indicator(members[at].post))]++
	}
	return n[0] == 0 || n[1] == 0
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
