package did_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
)

// TestStatsPAIReference holds averages and effects by event time to what R and Stata print on common data.
func TestStatsPAIReference(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(reference.Root(t), "testdata/reference/statspai.json"))
	if err != nil {
		t.Fatal(err)
	}
	var ref struct {
		Staggered []struct {
			ID, Program, Version, Data, Unit, Time, Outcome, Method, Control string
			Averages                                                         map[did.Aggregate][]*float64
			ByEvent                                                          [][]*float64 `json:"by_event"`
			Tolerance                                                        reference.Tolerance
		}
	}
	if err := json.Unmarshal(raw, &ref); err != nil {
		t.Fatal(err)
	}
	for _, c := range ref.Staggered {
		t.Run(c.ID, func(t *testing.T) {
			p := statspaiPanel(t, c.Data+".csv", c.Unit, c.Time)
			first, err := p.Numbers("first_treat")
			if err != nil {
				t.Fatal(err)
			}
			p = withTreated(t, p, func(i int) float64 { return first[i] })
			r, err := did.Staggered(p, did.StaggeredSpec{Spec: did.Spec{Formula: c.Outcome + " ~ 1", Treat: "treated"}, Method: did.Method(c.Method), Control: did.Control(c.Control)})
			if err != nil {
				t.Fatal(err)
			}
			tol := tolerance{c.Tolerance.Estimate, c.Tolerance.StdError}
			source := compared.Source{Command: "did", Method: c.Method, Program: c.Program, Version: c.Version, File: "statspai.json", Case: c.ID}
			compared.With(t, source)
			check := func(what string, got did.Effect, ok bool, want []*float64) {
				if want[1] == nil { // no error to compare with
					compared.Within(t, what+", estimate", got.Estimate, *want[0], tol.estimate, math.Max(math.Abs(*want[0]), got.StdError))
					return
				}
				hold(t, what, got, ok, want, tol)
			}
			for k, want := range c.Averages {
				got, ok := r.Averages[k]
				check(string(k), got, ok, want)
			}
			source.Command = "eventstudy"
			compared.With(t, source)
			events := map[float64]did.Effect{}
			for _, e := range r.ByEvent {
				events[e.Key] = e.Effect
			}
			for _, w := range c.ByEvent {
				got, ok := events[*w[0]]
				check("event time", got, ok, w[1:])
			}
		})
	}
}
