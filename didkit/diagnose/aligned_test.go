package diagnose_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// drifting is castle with l_homicide and, beside it, the same with a drift of treated units by event time added.
func drifting(t *testing.T) (p *panel.Panel, drift func(event float64) float64) {
	t.Helper()
	p = reference.Panel(t, "data/castle.csv", "sid", "year")
	timing, err := did.TimingOf(p, "post", false)
	if err != nil {
		t.Fatal(err)
	}
	drift = func(e float64) float64 { return 0.3*e + 0.02*e*e + math.Sin(3*e) }
	plain, err := p.Numbers("l_homicide")
	if err != nil {
		t.Fatal(err)
	}
	y := slices.Clone(plain)
	for i := range y {
		if e := timing.Event[i]; e == e {
			y[i] += drift(e)
		}
	}
	if p, err = p.With(&panel.Variable{Name: "drifted", Values: y}); err != nil {
		t.Fatal(err)
	}
	return p, drift
}

// What %honest takes of every method shows a drift relative to the reference as it is, before adoption and from then on,
// whatever the method's own base is.
func TestVectorIsTheDriftFromTheReference(t *testing.T) {
	p, drift := drifting(t)
	for _, s := range []did.StaggeredSpec{
		{Method: did.CallawaySantAnna, Base: did.UniversalBase}, {Method: did.SunAbraham}, {Method: did.Imputation}, {Method: did.ExtendedTwoWay, Control: did.NeverTreated},
		{Method: did.LocalProjections, Control: did.NeverTreated}, {Method: did.Stacked, Control: did.NeverTreated, Window: [2]int{-3, 2}},
	} {
		var with, without *diagnose.EventVector
		for outcome, v := range map[string]**diagnose.EventVector{"drifted": &with, "l_homicide": &without} {
			s.Spec = did.Spec{Formula: outcome + " ~ 1", Treat: "post"}
			att, err := did.Staggered(p, s)
			if err != nil {
				t.Fatalf("%s: %v", s.Method, err)
			}
			es, err := att.EventStudy([2]int{-3, 2})
			if err != nil {
				t.Fatalf("%s: %v", s.Method, err)
			}
			if *v, err = diagnose.VectorOf(es); err != nil {
				t.Fatalf("%s: %v", s.Method, err)
			}
		}
		for i, e := range with.Times {
			near(t, string(s.Method), with.Beta[i]-without.Beta[i], drift(float64(e))-drift(-1), 1e-9, 1)
		}
	}
}

// Methods whose estimates before adoption don't tell how the others are biased are refused, and say where to go.
func TestVectorRefusesOtherBases(t *testing.T) {
	p, _ := drifting(t)
	for want, s := range map[string]did.StaggeredSpec{
		"method=imputation has the same effects":               {Method: did.TwoStage},
		"no effects before adoption here":                      {Method: did.ExtendedTwoWay},
		"method=cs, ddd and cdid have one with base=universal": {Method: did.CallawaySantAnna},
		"measured from all periods before adoption":            {Method: did.Imputation, Leads: 2},
	} {
		s.Spec = did.Spec{Formula: "l_homicide ~ 1", Treat: "post"}
		att, err := did.Staggered(p, s)
		if err != nil {
			t.Fatal(err)
		}
		es, err := att.EventStudy([2]int{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := diagnose.VectorOf(es); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", s.Method, err)
		}
	}
}

// The bounds of an imputed effect widen with M, and the note says from where the effect is measured.
func TestAlignedIntervals(t *testing.T) {
	v := castleVector(t, did.Imputation)
	r, err := diagnose.Robust(context.Background(), v, diagnose.HonestOptions{M: []float64{0, 0.5, 1}})
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; i < len(r.Intervals); i++ {
		if a, b := r.Intervals[i-1], r.Intervals[i]; b.ConfLow > a.ConfLow || b.ConfHigh < a.ConfHigh {
			t.Errorf("the interval under M = %g lies not inside that under %g", a.M, b.M)
		}
	}
	if len(r.Notes) == 0 || !strings.Contains(r.Notes[0], "measured from the last one too") {
		t.Errorf("notes: %v", r.Notes)
	}
}
