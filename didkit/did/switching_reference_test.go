package did_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

type switchingCase struct {
	ID, Program, Data, Weights, Cluster string
	Switchers                           did.Switchers
	Window                              [2]int
	Normalized, Missing                 bool
	OtherErrors                         string       `json:"other_errors"`
	ByEvent                             [][4]float64 `json:"by_event"`
	Total                               *[2]float64
	OtherEstimates                      string `json:"other_estimates"`
}

// TestSwitchingReference holds effects, placebos, their errors and the average per unit of treatment to other programs'.
func TestSwitchingReference(t *testing.T) {
	const estimate, stdError = 1e-9, 1e-7
	raw, err := os.ReadFile(filepath.Join(reference.Root(t), "testdata/reference/staggered/switching.json"))
	if err != nil {
		t.Fatal(err)
	}
	var f struct{ Cases []switchingCase }
	if err := json.Unmarshal(raw, &f); err != nil {
		t.Fatal(err)
	}
	for _, c := range f.Cases {
		t.Run(c.ID, func(t *testing.T) {
			var p *panel.Panel
			if c.Data == "switching" {
				p = reference.Panel(t, "testdata/reference/data/switching.csv", "unit", "time")
			} else {
				p = statspaiPanel(t, c.Data+".csv", "id", "t")
			}
			if !c.Missing {
				p = complete(t, p)
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
			near := func(what string, got, want, relative float64) {
				t.Helper()
				if !(math.Abs(got-want) <= relative*math.Max(math.Abs(want), 1e-2)) {
					t.Errorf("%s: %.15g, want %.15g", what, got, want)
				}
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

// complete leaves out units with a missing outcome.
func complete(t *testing.T, p *panel.Panel) *panel.Panel {
	t.Helper()
	y, err := p.Numbers("y")
	if err != nil {
		t.Fatal(err)
	}
	gone := map[int32]bool{}
	for i, u := range p.Units().Codes {
		if y[i] != y[i] {
			gone[u] = true
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
