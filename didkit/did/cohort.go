package did

import (
	"fmt"
	"math"

	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// timed is prepare, with adoption read from Cohort where that is given.
func (s StaggeredSpec) timed(p *panel.Panel) (*prepared, error) {
	if s.Cohort == "" {
		return s.read(p, startsOf)
	}
	f := s.Parsed
	if f == nil {
		var err error
		if f, err = formula.Parse(s.Formula); err != nil {
			return nil, err
		}
	}
	t, err := CohortTiming(p, s.Cohort)
	if err != nil {
		return nil, err
	}
	if s.Treat != "" && s.Treat != s.Cohort {
		if err := agree(p, t, s.Treat); err != nil {
			return nil, err
		}
	}
	return s.completed(p, f, t)
}

// CohortTiming reads when units adopt from a variable that holds each unit's first treated period: 0, missing and infinite
// all mean never. A value that changes within a unit is an error. No unit counts as Always treated, since adoption is known
// even where no period before it is seen.
func CohortTiming(p *panel.Panel, cohort string) (*Timing, error) {
	if !p.IsPanel() {
		return nil, fmt.Errorf("difference-in-differences needs a panel, and this is a cross-section; load it with unit= and time=, or say panel=false for repeated cross-sections")
	}
	units, periods := p.Units(), p.Periods()
	if periods.Texts != nil {
		return nil, fmt.Errorf("%s is text, with which the first treated periods of %s can't be compared; it must be a number", periods.Name, cohort)
	}
	g, err := p.Numbers(cohort)
	if err != nil {
		return nil, err
	}
	t := &Timing{Treat: cohort, Start: make([]float64, units.Levels()), Always: make([]bool, units.Levels()), Event: make([]float64, p.Rows())}
	seen := make([]bool, units.Levels())
	for i, u := range units.Codes {
		start := firstTreated(g[i])
		if old := t.Start[u]; seen[u] && old != start && (old == old || start == start) {
			return nil, fmt.Errorf("%s changes within %s, from %s to %s (row %d); it must be the unit's first treated period in all its rows, 0 or missing where it is never treated", cohort, units.Label(int(u)), startText(old), startText(start), i+1)
		}
		t.Start[u], seen[u] = start, true
		t.Event[i] = PeriodValue(periods, i) - start
	}
	return t, nil
}

// firstTreated is a first treated period, NaN where the value stands for never.
func firstTreated(g float64) float64 {
	if g == 0 || math.IsInf(g, 0) {
		return math.NaN()
	}
	return g
}

func startText(g float64) string {
	if g != g {
		return "never"
	}
	return fmt.Sprintf("%g", g)
}

// agree checks a 0/1 treatment against the timing.
func agree(p *panel.Panel, t *Timing, treat string) error {
	d, err := p.Numbers(treat)
	if err != nil {
		return err
	}
	for i, e := range t.Event {
		want := 0.0
		if e >= 0 {
			want = 1
		}
		switch {
		case d[i] == d[i] && d[i] != 0 && d[i] != 1:
			return &NotBinary{treat, i + 1, d[i]}
		case d[i] == d[i] && d[i] != want:
			return fmt.Errorf("treatment %s is %g in row %d, where %s says that %s is first treated: %s", treat, d[i], i+1, t.Treat, p.Units().Label(int(p.Units().Codes[i])), startText(t.Start[p.Units().Codes[i]]))
		}
	}
	return nil
}
