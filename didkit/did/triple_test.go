package did_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

type tripleCase struct {
	ID, Program, Version, Est, Base, Covariates string
	Control                                     did.Control
	OtherErrors                                 string `json:"other_errors"`
	Cluster                                     string
	Sampling                                    did.Sampling
	Averages                                    map[did.Aggregate][2]float64
	ByCohort                                    [][3]float64 `json:"by_cohort"`
	GroupTime                                   [][4]float64 `json:"group_time"`
	ByEvent                                     [][3]float64 `json:"by_event"`
	Simple                                      *[2]float64
}

// TestTripleReference holds effects by cohort and period, and their averages, to other programs'.
func TestTripleReference(t *testing.T) {
	p := reference.Panel(t, "testdata/reference/data/triple.csv", "unit", "time")
	for _, c := range reference.Held[tripleCase](t, "staggered/triple.json") {
		t.Run(c.ID, func(t *testing.T) {
			s := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ " + c.Covariates}, Method: did.TripleDifference, Cohort: "g", Eligible: "q",
				Control: c.Control, Adjustment: did.Adjustment(c.Est), Base: did.BasePeriod(c.Base)}
			if c.Cluster != "" {
				s.Vcov = vcov.Spec{Type: vcov.Cluster, By: []string{c.Cluster}}
			}
			p := p
			if s.Sampling = c.Sampling; s.Sampling == did.EveryRow {
				p = someRows(t, p)
			}
			r, err := did.Staggered(p, s)
			if err != nil {
				t.Fatal(err)
			}
			compared.With(t, compared.Source{Command: "did", Method: string(did.TripleDifference), Program: c.Program, Version: c.Version, File: "staggered/triple.json", Case: c.ID})
			near := func(what string, got, want, relative float64) {
				t.Helper()
				compared.Near(t, what, got, want, relative, 1e-1)
			}
			cells := map[[2]float64]did.Effect{}
			for _, k := range r.GroupTime {
				cells[[2]float64{k.Cohort, k.Time}] = k.Effect
			}
			for _, w := range c.GroupTime {
				e, ok := cells[[2]float64{w[0], w[1]}]
				if !ok {
					t.Errorf("no effect on cohort %g in %g", w[0], w[1])
					continue
				}
				near("effect on a cohort", e.Estimate, w[2], 1e-9)
				near("its error", e.StdError, w[3], 1e-7)
			}
			events := map[float64]did.Effect{}
			for _, k := range r.ByEvent {
				events[k.Key] = k.Effect
			}
			for _, w := range c.ByEvent {
				near("effect at an event time", events[w[0]].Estimate, w[1], 1e-9)
				near("its error", events[w[0]].StdError, w[2], 1e-7)
			}
			for k, w := range c.Averages {
				near("average "+string(k), r.Averages[k].Estimate, w[0], 1e-9)
				near("its error", r.Averages[k].StdError, w[1], 1e-7)
			}
			for _, w := range c.ByCohort {
				i := slices.IndexFunc(r.ByCohort, func(e did.KeyedEffect) bool { return e.Key == w[0] })
				near("average of a cohort", r.ByCohort[i].Estimate, w[1], 1e-9)
				near("its error", r.ByCohort[i].StdError, w[2], 1e-7)
			}
			if c.Simple != nil {
				near("average", r.Averages[did.Simple].Estimate, c.Simple[0], 1e-9)
				near("its error", r.Averages[did.Simple].StdError, c.Simple[1], 1e-7)
			}
		})
	}
}

// someRows leaves out the rows that triple.py does.
func someRows(t *testing.T, p *panel.Panel) *panel.Panel {
	t.Helper()
	unit, _ := p.Numbers("unit")
	time, _ := p.Numbers("time")
	var rows []int32
	for i := range unit {
		if math.Mod(unit[i]*7+time[i]*3, 13) > 0 {
			rows = append(rows, int32(i))
		}
	}
	q, err := p.Subset(rows).Indexed("unit", "time")
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// TestTripleSentences: what can't be estimated is told in a sentence.
func TestTripleSentences(t *testing.T) {
	p := reference.Panel(t, "testdata/reference/data/triple.csv", "unit", "time")
	for _, c := range []struct {
		name   string
		change func(*did.StaggeredSpec)
		err    string
	}{
		{"no cohort", func(s *did.StaggeredSpec) { s.Cohort = "" }, "named by cohort="},
		{"no eligibility", func(s *did.StaggeredSpec) { s.Eligible = "" }, "named by eligible="},
		{"eligibility is no 0 or 1", func(s *did.StaggeredSpec) { s.Eligible = "x" }, "it must be 0 or 1"},
		{"eligibility changes", func(s *did.StaggeredSpec) { s.Eligible = "late" }, "late changes within"},
		{"all eligible", func(s *did.StaggeredSpec) { s.Eligible = "one" }, "one is the same for all units used"},
		{"unknown", func(s *did.StaggeredSpec) { s.Eligible = "qq" }, "qq"},
	} {
		t.Run(c.name, func(t *testing.T) {
			time, _ := p.Numbers("time")
			late, one := make([]float64, len(time)), make([]float64, len(time))
			for i := range late {
				one[i] = 1
				if time[i] > 3 {
					late[i] = 1
				}
			}
			q := withColumn(t, withColumn(t, p, "late", late), "one", one)
			s := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1"}, Method: did.TripleDifference, Cohort: "g", Eligible: "q"}
			c.change(&s)
			if _, err := did.Staggered(q, s); err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("error %v, want one with %q", err, c.err)
			}
		})
	}
}

// withColumn is the panel with one more variable.
func withColumn(t *testing.T, p *panel.Panel, name string, values []float64) *panel.Panel {
	t.Helper()
	q, err := p.With(&panel.Variable{Name: name, Values: values})
	if err != nil {
		t.Fatal(err)
	}
	return q
}
