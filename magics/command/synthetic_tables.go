package command

import (
	"fmt"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// heaviest is how many units of a synthetic control are shown, those of most weight: of one cohort, and of each of several.
const (
	heaviest     = 10
	heaviestEach = 5
)

// syntheticTables show of what the synthetic controls are made: units, periods, and coefficients of controls.
func (c *call) syntheticTables(r *did.ATTResult) []*table.Table {
	l := wordingOf(c.session.Language())
	cohort := l.Pick("cohort", "批次")
	units := newGrid(cohort, l.Pick("unit", "单位"), l.Pick("weight", "权重"))
	periods := newGrid(cohort, l.Pick("period", "时期"), l.Pick("weight", "权重"))
	controls := newGrid(cohort, l.Pick("control", "控制变量"), l.Pick("coefficient", "系数"))
	most := heaviest
	if len(r.Synthetic) > 1 {
		most = heaviestEach
	}
	for i, s := range r.Synthetic {
		of := fmt.Sprintf("%g", s.Cohort) // a year takes no comma
		rest := 0.0
		for k, w := range s.UnitWeights {
			if k < most {
				units.add(of, w.Unit, table.Digits(w.Weight, 3))
			} else {
				rest += w.Weight
			}
		}
		if more := len(s.UnitWeights) - most; more > 0 {
			units.add(of, further(more, l), table.Digits(rest, 3))
		}
		for _, w := range s.TimeWeights {
			periods.add(of, fmt.Sprintf("%g", w.Time), table.Digits(w.Weight, 3))
		}
		if r.Covariates == did.ProjectedCovariates {
			if i > 0 {
				continue
			}
			of = l.Pick("all", "全部")
		}
		for _, b := range s.Covariates {
			name, _ := c.labels(r.Data).Term(b.Term)
			controls.add(of, name, table.Digits(b.Estimate, 4))
		}
	}
	var out []*table.Table
	for _, part := range []struct {
		title string
		grid  *grid
	}{
		{l.Pick("Synthetic controls: weights of units", "合成对照：单位权重"), units},
		{l.Pick("Base: weights of periods", "基期：时期权重"), periods},
		{l.Pick("Coefficients of controls", "控制变量系数"), controls},
	} {
		if len(part.grid.rows) == 0 {
			continue
		}
		part.grid.options = table.GridOptions{Title: part.title, Language: l, Simulated: r.Simulated}
		out = append(out, part.grid.table())
	}
	return out
}

// further are the units that the table does not name.
func further(n int, l wording.Language) string {
	if n == 1 {
		return l.Pick("1 further unit", "另 1 个单位")
	}
	return fmt.Sprintf(l.Pick("%s further units", "另 %s 个单位"), wording.Count(n, l))
}
