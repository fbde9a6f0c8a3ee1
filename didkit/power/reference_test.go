package power

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
	"github.com/seed2d25c7c2/didnb/didkit/simulate"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

type powerReference struct {
	Cases []struct {
		Program, Version                string
		Treated, Control, Before, After int
		Equal, AR, MDE                  float64
		Power                           [][2]float64
	}
	Wilson struct {
		Rows []struct {
			K, N      int
			Low, High float64
		}
	}
}

// TestAgainstFormulas: 8,000 draws of noise of a known kind find the power and the least effect of diff-diff and StatsPAI,
// whose formulas are exact for one date of adoption, to three Monte-Carlo errors. Their critical values are normal, ours
// have some 200 clusters: 0.7 % between them at most.
func TestAgainstFormulas(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(reference.Root(t), "testdata/reference/power.json"))
	if err != nil {
		t.Fatal(err)
	}
	var f powerReference
	if err := json.Unmarshal(raw, &f); err != nil {
		t.Fatal(err)
	}
	for _, c := range f.Cases {
		p, _, err := simulate.Staggered(simulate.Options{Seed: 2, Units: c.Treated + c.Control, Periods: c.Before + c.After, Cohorts: []simulate.Cohort{{Period: c.Before + 1, Units: c.Treated}}})
		if err != nil {
			t.Fatal(err)
		}
		o := Options{Noise: Autoregressive, Reps: 8000}
		if err := o.complete(TwoWay); err != nil {
			t.Fatal(err)
		}
		s := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "treat"}, Method: TwoWay}
		if c.AR == 0 { // errors that hold for it
			s.Vcov = vcov.Spec{Type: vcov.IID}
		}
		st, err := newStudy(p, s, o)
		if err != nil {
			t.Fatal(err)
		}
		st.noise.rho = c.AR
		for u := range st.noise.own { // noise equally correlated over periods is less noise within units
			st.noise.own[u] = math.Sqrt(1 - c.Equal)
		}
		own, err := st.as(p, nil, st.where, identity(st.where.units), st.noise.block)
		if err != nil {
			t.Fatal(err)
		}
		d, err := own.simulate(context.Background(), func(int) {})
		if err != nil {
			t.Fatal(err)
		}
		compared.With(t, compared.Source{Command: "power", Method: "simulated", Program: c.Program, Version: c.Version, File: "power.json", Case: fmt.Sprint(c.Treated, c.Equal, c.AR)})
		m := d.mde(0.8)
		compared.Near(t, "least effect", m.Effect, c.MDE, 3*m.StdError/c.MDE+0.007, 0)
		compared.Near(t, "least effect by the formula", d.byFormula(0.8), c.MDE, 3/math.Sqrt(2*8000)+0.007, 0)
		for _, x := range c.Power {
			got := d.share(x[0])
			compared.Within(t, fmt.Sprintf("power at %g", x[0]), got.Share, x[1], 3*math.Sqrt(x[1]*(1-x[1])/8000)+0.007, 1)
		}
	}
	for _, c := range f.Wilson.Rows {
		if w := wilson(c.K, c.N); math.Abs(w.Low-c.Low) > 1e-9 || math.Abs(w.High-c.High) > 1e-9 {
			t.Errorf("%d of %d: %+v, want %g to %g", c.K, c.N, w, c.Low, c.High)
		}
	}
}

// TestFormula: the closed form on draws of a given spread is diff-diff's (z₁₋ₐ/₂ + z_power)·se.
func TestFormula(t *testing.T) {
	d := &draws{all: []draw{{b: -1 / math.Sqrt2}, {b: 1 / math.Sqrt2}}, a: 1, critical: 1.9599639845400545, df: math.Inf(1)} // spread 1
	raw, err := os.ReadFile(filepath.Join(reference.Root(t), "testdata/reference/power.json"))
	if err != nil {
		t.Fatal(err)
	}
	var f powerReference
	if err := json.Unmarshal(raw, &f); err != nil {
		t.Fatal(err)
	}
	c := f.Cases[0]
	se := math.Sqrt((1/float64(c.Treated) + 1/float64(c.Control)) * (1/float64(c.Before) + 1/float64(c.After)) * (1 - c.Equal))
	compared.With(t, compared.Source{Command: "power", Method: "formula", Program: c.Program, Version: c.Version, File: "power.json"})
	compared.Near(t, "least effect", d.byFormula(0.8)*se, c.MDE, 1e-9, 0)
}
