package diagnose_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// castleStudy is the event study that honest.py and pretrends.py estimate with statsmodels.
func castleStudy(t *testing.T) *diagnose.EventVector {
	t.Helper()
	p := reference.Panel(t, "data/castle.csv", "sid", "year")
	r, err := did.EventStudy(p, did.EventSpec{Spec: did.Spec{Formula: "l_homicide ~ 1", Treat: "post"}, Window: [2]int{-4, 3}})
	if err != nil {
		t.Fatal(err)
	}
	v, err := diagnose.VectorOf(r)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// castleVector is a method's event study of castle; Sun & Abraham's is the one that honest.py estimates with statsmodels.
func castleVector(t *testing.T, m did.Method) *diagnose.EventVector {
	t.Helper()
	p := reference.Panel(t, "data/castle.csv", "sid", "year")
	att, err := did.Staggered(p, did.StaggeredSpec{Spec: did.Spec{Formula: "l_homicide ~ 1", Treat: "post"}, Method: m})
	if err != nil {
		t.Fatal(err)
	}
	es, err := att.EventStudy([2]int{-4, 3})
	if err != nil {
		t.Fatal(err)
	}
	v, err := diagnose.VectorOf(es)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

type vector struct {
	Beta  []float64
	Sigma [][]float64
	Pre   int
}

// events are the vector's estimates under event times around a reference of -1.
func (w vector) events() *diagnose.EventVector {
	v := &diagnose.EventVector{Beta: w.Beta, V: w.Sigma, Ref: -1, Pre: w.Pre}
	for i := range w.Beta {
		k := i - w.Pre - 1
		if i >= w.Pre {
			k++
		}
		v.Times = append(v.Times, k)
	}
	return v
}

// sameVector holds an event study to another program's.
func sameVector(t *testing.T, got *diagnose.EventVector, want vector) {
	t.Helper()
	if got.Pre != want.Pre || len(got.Beta) != len(want.Beta) {
		t.Fatalf("%d estimates, %d before; want %d, %d", len(got.Beta), got.Pre, len(want.Beta), want.Pre)
	}
	for i, b := range want.Beta {
		near(t, "estimate", got.Beta[i], b, 1e-9, 1e-2)
		for j, s := range want.Sigma[i] {
			near(t, "covariance", got.V[i][j], s, 1e-7, 1e-3)
		}
	}
}

// TestRobustReference holds intervals to other programs': fixed-length ones to the optimum, conditional ones, which those
// programs read off a grid, to one step of it, and hybrid ones, whose first stage they simulate anew, to two.
func TestRobustReference(t *testing.T) {
	var ref struct {
		Vectors map[string]vector
		Cases   []struct {
			ID, Program, Version, Vector, Type, Method string
			Average                                    bool
			M                                          []float64
			ConfLow                                    []float64 `json:"conf_low"`
			ConfHigh                                   []float64 `json:"conf_high"`
			Tolerance                                  float64
		}
	}
	load(t, "honest.json", &ref)
	ours := map[string]*diagnose.EventVector{"castle": castleStudy(t), "sunab": castleVector(t, did.SunAbraham)}
	for name, v := range ours {
		sameVector(t, v, ref.Vectors[name])
	}
	for _, c := range ref.Cases {
		t.Run(c.ID, func(t *testing.T) {
			v := ours[c.Vector]
			if v == nil {
				v = ref.Vectors[c.Vector].events()
			}
			r, err := diagnose.Robust(context.Background(), v, diagnose.HonestOptions{Type: diagnose.Restriction(c.Type),
				Method: diagnose.RobustMethod(c.Method), M: c.M, Average: c.Average})
			if err != nil {
				t.Fatal(err)
			}
			compared.With(t, compared.Source{Command: "honest", Method: strings.TrimSpace(c.Type + " " + c.Method), Program: c.Program, Version: c.Version, File: "honest.json", Case: c.ID})
			for i, got := range r.Intervals {
				compared.Within(t, fmt.Sprintf("interval at M %g, from", got.M), got.ConfLow, c.ConfLow[i], c.Tolerance, 1)
				compared.Within(t, fmt.Sprintf("interval at M %g, to", got.M), got.ConfHigh, c.ConfHigh[i], c.Tolerance, 1)
			}
		})
	}
}

// The interval under the breakdown value just leaves zero out, and the one above holds it.
func TestBreakdown(t *testing.T) {
	w := &diagnose.EventVector{Times: []int{-3, -2, 0, 1}, Beta: []float64{0.01, -0.02, 0.5, 0.6}, Ref: -1, Pre: 2,
		V: [][]float64{{0.01, 0.002, 0.001, 0}, {0.002, 0.008, 0.001, 0}, {0.001, 0.001, 0.009, 0.003}, {0, 0, 0.003, 0.012}}}
	for _, o := range []diagnose.HonestOptions{{Type: diagnose.RelativeMagnitude}, {Type: diagnose.RelativeMagnitude, Method: diagnose.Conditional},
		{Type: diagnose.Smoothness}, {Type: diagnose.Smoothness, Method: diagnose.CLF}} {
		r, err := diagnose.Robust(context.Background(), w, o)
		if err != nil {
			t.Fatal(err)
		}
		if !(r.Breakdown > 0) || math.IsInf(r.Breakdown, 0) {
			t.Errorf("%s %s: breakdown %g", r.Type, r.Method, r.Breakdown)
			continue
		}
		o.M = []float64{r.Breakdown, 1.001 * r.Breakdown}
		if r, err = diagnose.Robust(context.Background(), w, o); err != nil {
			t.Fatal(err)
		}
		if a, b := r.Intervals[0], r.Intervals[1]; !(a.ConfLow > 0) || !(b.ConfLow <= 0) {
			t.Errorf("%s %s: breakdown %g, but %v", r.Type, r.Method, o.M[0], r.Intervals)
		}
	}
}

// firstTreated is the unit's first treated period in every row, NaN in units never treated.
func firstTreated(t *testing.T, p *panel.Panel) []float64 {
	t.Helper()
	timing, err := did.TimingOf(p, "post", false)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]float64, p.Rows())
	for i, u := range p.Units().Codes {
		out[i] = timing.Start[u]
	}
	return out
}

func TestVectorRefuses(t *testing.T) {
	p := reference.Panel(t, "data/castle.csv", "sid", "year")
	r, err := did.EventStudy(p, did.EventSpec{Spec: did.Spec{Formula: "l_homicide ~ 1", Treat: "post"}, Window: [2]int{-1, 3}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := diagnose.VectorOf(r); err == nil {
		t.Error("no period before the reference, and no error")
	}
	treated, _ := formula.ParseExpr("first == first")
	q, err := p.With(&panel.Variable{Name: "first", Values: firstTreated(t, p)})
	if err != nil {
		t.Fatal(err)
	}
	r, err = did.EventStudy(q, did.EventSpec{Spec: did.Spec{Formula: "l_homicide ~ 1", Treat: "post", Design: design.Options{If: treated}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := diagnose.VectorOf(r); err == nil || !strings.Contains(err.Error(), "two references") {
		t.Errorf("no never-treated units: %v", err)
	}
}
