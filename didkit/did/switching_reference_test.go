package did_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

type switchingCase struct {
	ID, Program, Version, Data, Weights, Cluster string
	Switchers                                    did.Switchers
	Window                                       [2]int
	Normalized, Missing                          bool
	OtherErrors                                  string       `json:"other_errors"`
	ByEvent                                      [][4]float64 `json:"by_event"`
	Total                                        *[2]float64
	OtherEstimates                               string `json:"other_estimates"`
}

// TestSwitchingReference holds effects, placebos, their errors and the average per unit of treatment to other programs'.
func TestSwitchingReference(t *testing.T) {
	const estimate, stdError = 1e-9, 1e-7
	for _, c := range reference.Held[switchingCase](t, "staggered/switching.json") {
		t.Run(c.ID, func(t *testing.T) {
			var p *panel.Panel
			if strings.HasPrefix(c.Data, "switching") {
				p = reference.Panel(t, "testdata/reference/data/"+c.Data+".csv", "unit", "time")
			} else {
				p = statspaiPanel(t, c.Data+".csv", "id", "t")
			}
			if !c.Missing {
				p = complete(t, p, "y")
			}
			s := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "d"}, Method: did.Switching, Window: c.Window, Switchers: c.Switchers, Normalized: c.Normalized}
			s.Design.Weights = c.Weights
			if c.Cluster != "" {
				s.Vcov = vcov.Spec{Type: vcov.Cluster, By: []string{c.Cluster}}
			}
			r, err := did.Staggered(p, s)
			if err != nil {
				t.Fatal(err)
			}
			compared.With(t, compared.Source{Command: "did", Method: string(did.Switching), Program: c.Program, Version: c.Version, File: "staggered/switching.json", Case: c.ID})
			near := func(what string, got, want, relative float64) {
				t.Helper()
				compared.Near(t, what, got, want, relative, 1e-2)
			}
			events := map[float64]did.KeyedEffect{}
			for _, e := range r.ByEvent {
				events[e.Key] = e
			}
			for _, w := range c.ByEvent {
				e, ok := events[w[0]]
				if !ok {
					t.Errorf("no effect at %g", w[0])
					continue
				}
				if c.OtherEstimates == "" {
					near("effect", e.Estimate, w[1], estimate)
				}
				if c.OtherErrors == "" {
					near("error", e.StdError, w[2], stdError)
				}
				near("switchers", float64(e.Units), w[3], 0)
			}
			if c.Total != nil {
				near("total", r.Averages[did.Total].Estimate, c.Total[0], estimate)
			}
			if c.Total != nil && c.Total[1] > 0 {
				near("error of the total", r.Averages[did.Total].StdError, c.Total[1], stdError)
			}
		})
	}
}

type dosesCase struct {
	ID, Program, Version, Treat string
	Window                      [2]int
	Missing                     bool
	First                       *float64      // units with this first treatment only
	ByEvent                     [][4]*float64 `json:"by_event"` // nil: not taken from the program, whose reason the generator has
	Total                       *[2]float64
	Options                     struct {
		Normalized, Missing bool
		Switchers           did.Switchers
		Weight, Cluster     string
		Controls            []string
		Trends              []string `json:"trends_nonparam"`
		Linear              bool     `json:"trends_lin"`
		Never               bool     `json:"only_never_switchers"`
		Same                bool     `json:"same_switchers"`
		SamePlacebos        bool     `json:"same_switchers_pl"`
	}
	OtherErrors string `json:"other_errors"`
}

// spec is the case in our words.
func (c dosesCase) spec() did.StaggeredSpec {
	right, units, periods := "1", "unit", "time"
	if len(c.Options.Controls) > 0 {
		right = strings.Join(c.Options.Controls, " + ")
	}
	if c.Options.Linear {
		units = "unit[time]"
	}
	if len(c.Options.Trends) > 0 {
		periods = strings.Join(c.Options.Trends, "^") + "^time"
	}
	s := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ " + right + " | " + units + " + " + periods, Treat: c.Treat}, Method: did.Switching, Window: c.Window, Switchers: c.Options.Switchers, Normalized: c.Options.Normalized}
	s.Design.Weights = c.Options.Weight
	if c.Options.Cluster != "" {
		s.Vcov = vcov.Spec{Type: vcov.Cluster, By: []string{c.Options.Cluster}}
	}
	if c.Options.Never {
		s.Control = did.NeverTreated
	}
	if c.Options.Same {
		s.SameSwitchers = did.SameAfter
	}
	if c.Options.SamePlacebos {
		s.SameSwitchers = did.SameAll
	}
	return s
}

// TestSwitchingDoses holds treatments of several doses, controls, trends and further options to the authors' command.
func TestSwitchingDoses(t *testing.T) {
	const estimate, stdError = 1e-9, 1e-7
	for _, c := range reference.Held[dosesCase](t, "staggered/switching_doses.json") {
		t.Run(c.ID, func(t *testing.T) {
			p := reference.Panel(t, "testdata/reference/data/doses.csv", "unit", "time")
			if !c.Missing {
				p = complete(t, p, "y", "d")
			}
			if c.First != nil {
				p = beginning(t, p, c.Treat, *c.First)
			}
			r, err := did.Staggered(p, c.spec())
			if err != nil {
				t.Fatal(err)
			}
			compared.With(t, compared.Source{Command: "did", Method: string(did.Switching), Program: c.Program, Version: c.Version, File: "staggered/switching_doses.json", Case: c.ID})
			near := func(what string, got, want, relative float64) {
				t.Helper()
				compared.Near(t, what, got, want, relative, 1e-2)
			}
			events := map[float64]did.KeyedEffect{}
			for _, e := range r.ByEvent {
				events[e.Key] = e
			}
			if len(events) != len(c.ByEvent)+1 {
				t.Errorf("%d event times, want %d and the reference", len(events), len(c.ByEvent))
			}
			for _, w := range c.ByEvent {
				e := events[*w[0]]
				for i, got := range []float64{e.Estimate, e.StdError, float64(e.Units)} {
					if w[i+1] != nil && (i != 1 || c.OtherErrors == "") {
						near(fmt.Sprintf("%s at %g", []string{"effect", "error", "switchers"}[i], *w[0]), got, *w[i+1], []float64{estimate, stdError, 0}[i])
					}
				}
			}
			if c.Total != nil {
				near("total", r.Averages[did.Total].Estimate, c.Total[0], estimate)
				if c.OtherErrors == "" {
					near("error of the total", r.Averages[did.Total].StdError, c.Total[1], stdError)
				}
			}
		})
	}
}

// beginning keeps the units whose treatment is first in the first period.
func beginning(t *testing.T, p *panel.Panel, treat string, first float64) *panel.Panel {
	t.Helper()
	d, err := p.Numbers(treat)
	if err != nil {
		t.Fatal(err)
	}
	kept := map[int32]bool{}
	for i, u := range p.Units().Codes {
		if p.Periods().Codes[i] == 0 && d[i] == first {
			kept[u] = true
		}
	}
	var rows []int32
	for i, u := range p.Units().Codes {
		if kept[u] {
			rows = append(rows, int32(i))
		}
	}
	q, err := p.Subset(rows).Indexed("unit", "time")
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// complete leaves out units in which one of the variables is missing.
func complete(t *testing.T, p *panel.Panel, variables ...string) *panel.Panel {
	t.Helper()
	gone := map[int32]bool{}
	for _, name := range variables {
		x, err := p.Numbers(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, u := range p.Units().Codes {
			if x[i] != x[i] {
				gone[u] = true
			}
		}
	}
	var rows []int32
	for i, u := range p.Units().Codes {
		if !gone[u] {
			rows = append(rows, int32(i))
		}
	}
	q, err := p.Subset(rows).Indexed("unit", "time")
	if err != nil {
		t.Fatal(err)
	}
	return q
}
