package did

import (
	"fmt"
	"math"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
)

// Where outcomes of a whole group are at the end of the family's range (0, or 1 of a logit), its coefficient runs off and has
// no finite estimate. A cell's own coefficient concerns the cell alone: its fitted outcomes are the end itself, so that its
// effect is the end less the mean without treatment. A cohort, or a period, whose untreated rows are all at the end has no
// mean without treatment, and is left out.

// extreme is the end at which all outcomes of the groups lie, if they do.
func (n *saturatedMean) extreme(belongs func(g *meanGroup) bool) (end float64, all bool) {
	sum, mass := 0.0, 0.0
	for id := range n.groups {
		if g := &n.groups[id]; !g.dropped && belongs(g) {
			sum, mass = sum+g.sum, mass+g.mass
		}
	}
	switch {
	case mass == 0:
		return math.NaN(), false
	case sum == 0:
		return 0, true
	case n.spec.Family == Logit && sum >= mass*(1-1e-15):
		return 1, true
	}
	return math.NaN(), false
}

// dropSeparated leaves out groups without a finite estimate, again and again until none is left, and says why of each cell.
func (n *saturatedMean) dropSeparated() error {
	for id := range n.groups {
		if c := n.groups[id].cell; c >= 0 {
			n.cells[c].weight, n.cells[c].rows = n.groups[id].mass, n.groups[id].rows
		}
	}
	rows := 0
	drop := func(g *meanGroup, why string) {
		g.dropped = true
		rows += g.rows
		if g.cell >= 0 {
			n.cells[g.cell].why = why
		}
	}
	for again := true; again; {
		again = false
		for id := range n.groups {
			g := &n.groups[id]
			if _, all := n.extreme(func(o *meanGroup) bool { return o == g }); all && g.cell >= 0 && !g.extreme {
				g.extreme = true
			}
		}
		for c := range n.slots.cohorts + 1 {
			end, all := n.extreme(func(g *meanGroup) bool { return g.cohort == c && g.cell < 0 })
			if all && c == 0 {
				return fmt.Errorf("every outcome of the comparison group is %g, so nothing can be compared by family=%s", end, n.spec.Family)
			}
			for id := range n.groups {
				if g := &n.groups[id]; all && g.cohort == c && !g.dropped && g.rows > 0 {
					again = true
					drop(g, fmt.Sprintf("every outcome of the cohort before is %g, so its level has no finite estimate", end))
				}
			}
		}
		for t := range n.slots.periods {
			end, all := n.extreme(func(g *meanGroup) bool { return g.period == t && g.cell < 0 })
			for id := range n.groups {
				if g := &n.groups[id]; all && g.period == t && !g.dropped && g.rows > 0 {
					again = true
					drop(g, fmt.Sprintf("every untreated outcome of the period is %g, so its level has no finite estimate", end))
				}
			}
		}
	}
	n.tellExtreme()
	if rows > 0 {
		n.notes = append(n.notes, counting.Sprintf("%d rows were left out, as all outcomes of their cohort or period are alike", rows))
	}
	for _, c := range n.cells {
		if c.why == "" && c.t >= c.g {
			return nil
		}
	}
	return fmt.Errorf("no cell after adoption can be estimated by family=%s: outcomes of cohorts or periods are all alike", n.spec.Family)
}

// tellExtreme says which cells have outcomes that are all alike at an end of the range.
func (n *saturatedMean) tellExtreme() {
	var named []string
	count := 0
	for id := range n.groups {
		if g := &n.groups[id]; g.extreme && !g.dropped {
			if count++; count <= 5 {
				named = append(named, fmt.Sprintf("%g in %g", n.cells[g.cell].g, n.cells[g.cell].t))
			}
		}
	}
	if count > 5 {
		named = append(named, "…")
	}
	if count > 0 {
		n.notes = append(n.notes, fmt.Sprintf("cells with all outcomes at an end of their range (%s): the errors of their effects are those of the mean without treatment alone", strings.Join(named, ", ")))
	}
}

// separated is the error where controls tell outcomes without error, so that there is no finite maximum.
func (n *saturatedMean) separated() error {
	if n.slots.controls == 0 {
		return fmt.Errorf("the %s regression has no finite estimate: outcomes of some cohorts and periods are too much alike", n.spec.Family)
	}
	worst, far := -1, 0.0
	b := n.coefficients(n.theta, false)
	for i := range n.row {
		if !n.groups[n.group[i]].informs() {
			continue
		}
		if eta := math.Abs(n.predictor(i, b)); eta > far || worst < 0 {
			worst, far = int(n.group[i]), eta
		}
	}
	g := n.groups[worst]
	where := "the units compared with"
	if g.cohort > 0 {
		where = fmt.Sprintf("cohort %g", n.adoption.cohorts[g.cohort-1])
	}
	return fmt.Errorf("the controls tell the outcomes of %s in %g without error, so the %s regression has no finite estimate; leave one out, or join cohorts", where, n.periods[g.period], n.spec.Family)
}
