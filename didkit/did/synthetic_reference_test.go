package did

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

type syntheticCase struct {
	ID, Data, Program, Version string
	file                       string
	Method                     Method
	Controls                   []string
	Covariates                 Covariates
	Overall                    float64
	ByCohort                   [][2]float64         `json:"by_cohort"`
	ByEvent                    [][2]float64         `json:"by_event"`
	UnitWeights                []map[string]float64 `json:"unit_weights"`
	TimeWeights                [][][2]float64       `json:"time_weights"`
	Placebo                    []syntheticDraw
	Bootstrap                  []syntheticDraw
	Typed                      []struct {
		Program, Version             string
		Estimate, Placebo, Tolerance float64
	}
	Jackknife *struct {
		Program, Version string
		Estimate         float64
		StdError         float64 `json:"std_error"`
	}
}

type syntheticDraw struct {
	Controls []string
	Treated  [][]string
	Estimate float64
}

func syntheticCases(t *testing.T) []syntheticCase {
	t.Helper()
	var all []syntheticCase
	for _, name := range []string{"synthetic.json", "synthetic_covariates.json"} {
		cases := reference.Held[syntheticCase](t, "staggered/"+name)
		for i := range cases {
			cases[i].file = "staggered/" + name
		}
		all = append(all, cases...)
	}
	return all
}

// syntheticPanel is the case's data, its outcome and its treatment.
func syntheticPanel(t *testing.T, data string) (p *panel.Panel, outcome, treat string) {
	t.Helper()
	switch data {
	case "prop99":
		return reference.PanelBeside(t, "validation/statspai/12_sdid.csv", "state", "year"), "cigsale", "treated"
	case "cohorts":
		return reference.Panel(t, "testdata/reference/data/cohorts.csv", "unit", "time"), "y", "d"
	case "organ":
		p = reference.Panel(t, "data/organ-donations.csv", "State", "Quarter_Num")
		quarter, _ := p.Numbers("Quarter_Num")
		d := make([]float64, p.Rows())
		for i, u := range p.Units().Codes {
			if p.Units().Label(int(u)) == "California" && quarter[i] > 3 {
				d[i] = 1
			}
		}
		q, err := p.With(&panel.Variable{Name: "d", Values: d})
		if err != nil {
			t.Fatal(err)
		}
		return q, "Rate", "d"
	}
	p = reference.Panel(t, "data/castle.csv", "sid", "year")
	law := reference.CastleLaw(t, p)
	year, _ := p.Numbers("year")
	d := make([]float64, p.Rows())
	var rows []int32
	for i := range d {
		g := law(i)
		if g > 0 && year[i] >= g {
			d[i] = 1
		}
		switch data {
		case "castle_2006":
			if g != 0 && g != 2006 {
				continue
			}
		case "castle_pairs":
			if !slices.Contains([]float64{0, 2006, 2007, 2008}, g) {
				continue
			}
		}
		rows = append(rows, int32(i))
	}
	q, err := p.With(&panel.Variable{Name: "law", Values: d})
	if err != nil {
		t.Fatal(err)
	}
	if q, err = q.Subset(rows).Indexed("sid", "year"); err != nil {
		t.Fatal(err)
	}
	return q, "l_homicide", "law"
}

func near(t *testing.T, what string, got, want, relative float64) {
	t.Helper()
	compared.Near(t, what, got, want, relative, 1e-3)
}

// Estimates, weights and event studies are synthdid's, and so are estimates in samples drawn; the jackknife is diff-diff's.
func TestSyntheticReference(t *testing.T) {
	const estimate, stdError = 1e-8, 1e-6
	for _, c := range syntheticCases(t) {
		t.Run(c.ID, func(t *testing.T) {
			p, outcome, treat := syntheticPanel(t, c.Data)
			right := "1"
			if len(c.Controls) > 0 {
				right = strings.Join(c.Controls, " + ")
			}
			spec := StaggeredSpec{Spec: Spec{Formula: outcome + " ~ " + right, Treat: treat}, Method: c.Method, Covariates: c.Covariates, Draws: 2}
			if c.Jackknife != nil {
				spec.Resampling = JackknifeUnits
			}
			r, err := Staggered(p, spec)
			if err != nil {
				t.Fatal(err)
			}
			source := func(program, version string) {
				compared.With(t, compared.Source{Command: "did", Method: string(c.Method), Program: program, Version: version, File: c.file, Case: c.ID})
			}
			source(c.Program, c.Version)
			near(t, "overall", r.Overall.Estimate, c.Overall, estimate)
			if len(r.ByCohort) != len(c.ByCohort) || len(r.ByEvent) != len(c.ByEvent) {
				t.Fatalf("%d cohorts and %d event times, want %d and %d", len(r.ByCohort), len(r.ByEvent), len(c.ByCohort), len(c.ByEvent))
			}
			for i, w := range c.ByCohort {
				near(t, "cohort", r.ByCohort[i].Key, w[0], 0)
				near(t, "effect on the cohort", r.ByCohort[i].Estimate, w[1], estimate)
			}
			for i, w := range c.ByEvent {
				near(t, "event time", r.ByEvent[i].Key, w[0], 0)
				near(t, "effect at the event time", r.ByEvent[i].Estimate, w[1], estimate)
			}
			for i, s := range r.Synthetic { // weighted by units, effects beside each alone are the effect
				sum := 0.0
				for _, w := range s.UnitWeights {
					sum += w.Weight * w.Effect
				}
				if !(math.Abs(sum-s.Estimate) < 1e-9*math.Max(1, math.Abs(sum))) {
					t.Errorf("cohort %d: effects beside single units add up to %g, want %g", i, sum, s.Estimate)
				}
			}
			for i, want := range c.UnitWeights {
				if got := r.Synthetic[i].UnitWeights; len(got) != len(want) {
					t.Errorf("%d units have weight, want %d", len(got), len(want))
				}
				for _, w := range r.Synthetic[i].UnitWeights {
					near(t, "weight of "+w.Unit, w.Weight, want[w.Unit], estimate)
				}
			}
			for i, want := range c.TimeWeights {
				if got := r.Synthetic[i].TimeWeights; len(got) != len(want) {
					t.Fatalf("%d periods have weight, want %d", len(got), len(want))
				}
				for j, w := range r.Synthetic[i].TimeWeights {
					near(t, "period", w.Time, want[j][0], 0)
					near(t, "weight of the period", w.Weight, want[j][1], estimate)
				}
			}
			if c.Jackknife != nil {
				source(c.Jackknife.Program, c.Jackknife.Version)
				near(t, "overall of the jackknife's program", r.Overall.Estimate, c.Jackknife.Estimate, estimate)
				near(t, "jackknife", r.Overall.StdError, c.Jackknife.StdError, stdError)
			}
			if len(c.Typed) > 0 {
				spec.Resampling, spec.Draws = PlaceboUnits, 2000
				if r, err = Staggered(p, spec); err != nil {
					t.Fatal(err)
				}
			}
			for _, o := range c.Typed {
				source(o.Program, o.Version)
				near(t, o.Program, r.Overall.Estimate, o.Estimate, o.Tolerance)
				near(t, o.Program+"'s placebo error, of few draws", r.Overall.StdError, o.Placebo, 0.15)
			}
			source(c.Program, c.Version)
			s := syntheticOf(t, p, spec)
			for _, kind := range []Resampling{PlaceboUnits, BootstrapUnits} {
				draws := c.Placebo
				if kind == BootstrapUnits {
					draws = c.Bootstrap
				}
				for _, d := range draws {
					near(t, "estimate in a sample of the "+string(kind), s.overallIn(kind, d), d.Estimate, estimate)
				}
			}
		})
	}
}

// syntheticOf fits the sample's blocks.
func syntheticOf(t *testing.T, p *panel.Panel, spec StaggeredSpec) *synthetic {
	t.Helper()
	a, err := spec.adopt(p)
	if err != nil {
		t.Fatal(err)
	}
	s, err := a.balanced()
	if err != nil {
		t.Fatal(err)
	}
	if s, err = s.fit(); err != nil {
		t.Fatal(err)
	}
	return s
}

// overallIn is the overall estimate in a sample whose units are named.
func (s *synthetic) overallIn(kind Resampling, d syntheticDraw) float64 {
	unit := map[string]int{}
	for u := range s.units {
		unit[s.label(u)] = u
	}
	x := sampled{treated: make([][]int, len(s.blocks))}
	for _, name := range d.Controls {
		x.controls = append(x.controls, slices.Index(s.never, unit[name]))
	}
	effects, sizes := make([][]float64, len(s.blocks)), make([]float64, len(s.blocks))
	for k := range s.blocks {
		for _, name := range d.Treated[k] {
			x.treated[k] = append(x.treated[k], unit[name])
		}
		effects[k], sizes[k] = s.blocks[k].again(kind, x, k), float64(len(d.Treated[k]))
	}
	return s.averages().overall[0].value(effects, sizes)
}
