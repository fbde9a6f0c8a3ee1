package did_test

import (
	"slices"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

type doseCase struct {
	ID               string
	Program, Version string
	Cohorts, Periods []float64
	Degree, Knots    int
	Control          did.Control
	Aggregate        did.Aggregate
	Grid             []float64
	Weights, Cluster string
	ATT, ACRT        [][2]float64
	OverallATT       *[2]float64  `json:"att_overall"`
	OverallACRT      *[2]float64  `json:"acrt_overall"`
	Levels           [][2]float64 `json:"level_by_event"`
	Slopes           [][2]float64 `json:"slope_by_event"`
}

// TestDoseReference holds curves, averages and event studies of continuous treatments to other programs'.
func TestDoseReference(t *testing.T) {
	all := reference.Panel(t, "testdata/reference/data/dose.csv", "unit", "time")
	for _, c := range reference.Held[doseCase](t, "staggered/dose.json") {
		t.Run(c.ID, func(t *testing.T) {
			p := cohortsOf(t, all, c.Cohorts, c.Periods)
			s := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1"}, Method: did.ContinuousTreatment, Cohort: "g", Control: c.Control, Aggregate: c.Aggregate,
				Dosage: did.Dosage{Dose: "dose", Degree: c.Degree, Knots: c.Knots, Grid: c.Grid}}
			s.Design.Weights = c.Weights
			if c.Cluster != "" {
				s.Vcov = vcov.Spec{Type: vcov.Cluster, By: []string{c.Cluster}}
			}
			r, err := did.Staggered(p, s)
			if err != nil {
				t.Fatal(err)
			}
			compared.With(t, compared.Source{Command: "did", Method: string(did.ContinuousTreatment), Program: c.Program, Version: c.Version, File: "staggered/dose.json", Case: c.ID})
			near := func(what string, got, want, relative float64) {
				t.Helper()
				compared.Near(t, what, got, want, relative, 1e-1)
			}
			effect := func(what string, got did.Effect, want [2]float64) {
				t.Helper()
				near(what, got.Estimate, want[0], 1e-9)
				if want[1] > 0 {
					near("error of "+what, got.StdError, want[1], 1e-7)
				}
			}
			for i, w := range c.ATT {
				effect("ATT(d)", r.Dose.Levels[i].Effect, w)
			}
			for i, w := range c.ACRT {
				effect("ACRT(d)", r.Dose.Slopes[i].Effect, w)
			}
			if c.OverallATT != nil {
				effect("mean ATT", r.Dose.ATT, *c.OverallATT)
				effect("overall effect", r.Overall, *c.OverallATT)
			}
			if c.OverallACRT != nil {
				effect("mean ACRT", r.Dose.ACRT, *c.OverallACRT)
			}
			byEvent := func(r *did.ATTResult, want [][2]float64) {
				t.Helper()
				for _, w := range want {
					i := slices.IndexFunc(r.ByEvent, func(e did.KeyedEffect) bool { return e.Key == w[0] })
					near("effect at an event time", r.ByEvent[i].Estimate, w[1], 1e-9)
				}
			}
			byEvent(r, c.Levels)
			s.Target = did.DoseSlope
			slope, err := did.Staggered(p, s)
			if err != nil {
				t.Fatal(err)
			}
			byEvent(slope, c.Slopes)
			if slope.Overall != slope.Dose.ACRT || slope.Dose.ACRT != r.Dose.ACRT {
				t.Errorf("overall slope %v, mean ACRT %v and %v", slope.Overall, slope.Dose.ACRT, r.Dose.ACRT)
			}
		})
	}
}

// cohortsOf are the never-treated units and those of some cohorts, in some periods.
func cohortsOf(t *testing.T, p *panel.Panel, cohorts, periods []float64) *panel.Panel {
	t.Helper()
	g, _ := p.Numbers("g")
	time, _ := p.Numbers("time")
	var rows []int32
	for i := range g {
		if (g[i] == 0 || slices.Contains(cohorts, g[i])) && slices.Contains(periods, time[i]) {
			rows = append(rows, int32(i))
		}
	}
	q, err := p.Subset(rows).Indexed("unit", "time")
	if err != nil {
		t.Fatal(err)
	}
	return q
}
