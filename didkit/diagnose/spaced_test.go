package diagnose_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// spacedStudy is the event study of the castle panel by the method, its years apart by step.
func spacedStudy(t *testing.T, method did.Method, step int) *did.EventStudyResult {
	t.Helper()
	p := reference.Panel(t, "data/castle.csv", "sid", "year")
	year, err := p.Numbers("year")
	if err != nil {
		t.Fatal(err)
	}
	apart := make([]float64, len(year))
	for i, y := range year {
		apart[i] = y * float64(step)
	}
	if p, err = p.With(&panel.Variable{Name: "when", Values: apart}); err != nil {
		t.Fatal(err)
	}
	if p, err = p.Indexed("sid", "when"); err != nil {
		t.Fatal(err)
	}
	s := did.Spec{Formula: "l_homicide ~ 1", Treat: "post"}
	if method == "twfe" {
		ref := -step
		es, err := did.EventStudy(p, did.EventSpec{Spec: s, Window: [2]int{-4 * step, 3 * step}, Clip: true, Ref: &ref})
		if err != nil {
			t.Fatal(err)
		}
		return es
	}
	spec := did.StaggeredSpec{Spec: s, Method: method}
	switch method {
	case did.CallawaySantAnna:
		spec.Base = did.UniversalBase
	case did.ExtendedTwoWay:
		spec.Control = did.NeverTreated
	}
	r, err := did.Staggered(p, spec)
	if err != nil {
		t.Fatal(err)
	}
	es, err := r.EventStudy([2]int{-4 * step, 3 * step})
	if err != nil {
		t.Fatal(err)
	}
	return es
}

// TestSpacedPeriods: in a panel of every second year the periods that follow each other are two apart, and %honest's intervals
// are those of the same panel with its periods numbered.
func TestSpacedPeriods(t *testing.T) {
	for _, method := range []did.Method{"twfe", did.CallawaySantAnna, did.SunAbraham, did.Imputation, did.ExtendedTwoWay, did.Switching} {
		t.Run(string(method), func(t *testing.T) {
			of := func(step int) (*diagnose.EventVector, *diagnose.Honest) {
				v, err := diagnose.VectorOf(spacedStudy(t, method, step))
				if err != nil {
					t.Fatal(err)
				}
				r, err := diagnose.Robust(context.Background(), v, diagnose.HonestOptions{M: []float64{0, 1}})
				if err != nil {
					t.Fatal(err)
				}
				return v, r
			}
			v, want := of(1)
			w, got := of(2)
			if w.Pre != v.Pre || w.Ref != 2*v.Ref || len(w.Times) != len(v.Times) {
				t.Fatalf("times %v with %d before %d, want twice %v with %d before %d", w.Times, w.Pre, w.Ref, v.Times, v.Pre, v.Ref)
			}
			for i, k := range v.Times {
				if w.Times[i] != 2*k {
					t.Errorf("time %d, want %d", w.Times[i], 2*k)
				}
				near(t, "estimate", w.Beta[i], v.Beta[i], 1e-9, 1e-3)
			}
			for i, k := range want.Intervals {
				near(t, "from", got.Intervals[i].ConfLow, k.ConfLow, 1e-6, 1e-3)
				near(t, "to", got.Intervals[i].ConfHigh, k.ConfHigh, 1e-6, 1e-3)
			}
			for _, n := range got.Notes {
				if strings.Contains(n, "may be violated too") {
					t.Errorf("the reference is the last period before adoption, and a note says: %s", n)
				}
			}
			if !slices.ContainsFunc(got.Notes, func(n string) bool { return strings.HasPrefix(n, "event times are 2 apart") }) {
				t.Errorf("no note says that periods are 2 apart: %q", got.Notes)
			}
		})
	}
}
