package did

import (
	"fmt"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// byRow is the type of errors that take every row for independent of the others.
const byRow vcov.Type = "rows"

// adoptRows reads repeated cross-sections: every row is a unit, which its Cohort or, in a panel, its unit's treatment
// dates. Errors take the rows for independent unless they are clustered by a variable.
func (s StaggeredSpec) adoptRows(p *panel.Panel) (*adoption, error) {
	f := s.Parsed
	if f == nil {
		var err error
		if f, err = formula.Parse(s.Formula); err != nil {
			return nil, err
		}
	}
	if s.Time == "" {
		s.Time = p.TimeName()
	}
	if s.Time == "" {
		return nil, fmt.Errorf("no period is named; say by time= which variable it is")
	}
	periods, err := p.Factor(s.Time)
	if err != nil {
		return nil, err
	}
	if periods.Texts != nil {
		return nil, fmt.Errorf("%s is text; repeated cross-sections need periods that are numbers", periods.Name)
	}
	start, err := s.rowStarts(p)
	if err != nil {
		return nil, err
	}
	g := *f
	if g.Terms, g.Effects = nil, nil; len(f.Effects) > 0 {
		for _, e := range f.Effects {
			if name := e.String(); name != formula.Quote(s.Time) && (!p.IsPanel() || name != formula.Quote(p.UnitName())) {
				return nil, fmt.Errorf("repeated cross-sections are compared between cohorts and periods, without further fixed effects; leave %s out of the formula", name)
			}
		}
	}
	for _, t := range f.Terms {
		if t.String() != formula.Quote(s.Treat) {
			g.Terms = append(g.Terms, t)
		}
	}
	a := &adoption{spec: s, formula: &g, vcov: s.Vcov}
	if a.vcov.Type == "" || a.vcov.Type == vcov.Hetero {
		a.vcov = vcov.Spec{Type: byRow}
	}
	if err := s.Method.admits(a.vcov); err != nil {
		return nil, err
	}
	o := s.Design
	o.KeepSingletons = true
	o.Present = append(slices.Clone(o.Present), s.Time)
	if s.Treat != "" && s.Treat != s.Cohort {
		o.Present = append(o.Present, s.Treat)
	}
	if a.vcov.Type == vcov.Cluster {
		o.Require = append(slices.Clone(o.Require), a.vcov.By...)
	}
	if a.d, err = design.Build(p, &g, o); err != nil {
		return nil, err
	}
	a.codeRows(periods, start)
	if len(a.cohorts) == 0 {
		return nil, &NoTreated{a.treatName(), 0}
	}
	if a.vcov.Type == vcov.Cluster && len(a.vcov.By) == 1 {
		if a.clusters, a.groups, err = a.d.Codes(a.vcov.By[0]); err != nil {
			return nil, err
		}
	}
	return a, nil
}

func (a *adoption) treatName() string {
	if a.spec.Treat == "" {
		return a.spec.Cohort
	}
	return a.spec.Treat
}

// rowStarts is the first treated period of every row of p.
func (s StaggeredSpec) rowStarts(p *panel.Panel) ([]float64, error) {
	out := make([]float64, p.Rows())
	switch {
	case s.Cohort != "":
		g, err := p.Numbers(s.Cohort)
		if err != nil {
			return nil, err
		}
		for i, v := range g {
			out[i] = firstTreated(v)
		}
	case s.Treat != "" && p.IsPanel() && s.Time == p.TimeName():
		t, err := startsOf(p, s.Treat, false)
		if err != nil {
			return nil, err
		}
		for i, u := range p.Units().Codes {
			out[i] = t.Start[u]
		}
	default:
		return nil, fmt.Errorf("a 0/1 treatment does not tell when the rows that are not treated yet will be; name by cohort= the variable that holds the first treated period, 0 or missing where there is none")
	}
	return out, nil
}

// codeRows numbers the rows kept as units of their own.
func (a *adoption) codeRows(periods *panel.Factor, start []float64) {
	n := a.d.N
	a.units, a.unit, a.codes = n, make([]int32, n), make([]int32, n)
	a.start = make([]float64, n)
	for k := range n {
		r := a.d.PanelRow(k)
		a.unit[k], a.codes[k], a.start[k] = int32(k), int32(r), start[r]
	}
	a.codePeriods(periods)
	a.label = func(u int) string { return fmt.Sprintf("row %d", a.codes[u]+1) }
	seen := map[float64]bool{}
	for _, g := range a.start {
		if g == g && !seen[g] {
			seen[g] = true
			a.cohorts = append(a.cohorts, g)
		}
	}
	slices.Sort(a.cohorts)
}
