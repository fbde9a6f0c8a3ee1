package mediate_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/bootstrap"
	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
	"github.com/seed2d25c7c2/didnb/didkit/mediate"
)

type numbers struct {
	Program, Version    string
	A, B, Total, Direct float64
	ASE                 float64 `json:"a_se"`
	BSE                 float64 `json:"b_se"`
	SobelZ              float64 `json:"sobel_z"`
	AroianZ             float64 `json:"aroian_z"`
	GoodmanZ            float64 `json:"goodman_z"`
	RhoZero             float64 `json:"rho_zero"`
	Draws               []struct {
		Multiplicity []float64
		Indirect     float64
	}
}

func load(t *testing.T) numbers {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(reference.Root(t), "testdata/reference/mediation.json"))
	if err != nil {
		t.Fatal(err)
	}
	var n numbers
	if err := json.Unmarshal(b, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	compared.Near(t, what, got, want, tolerance, 0)
}

func TestReference(t *testing.T) {
	want := load(t)
	p := reference.Panel(t, "testdata/reference/data/balanced.csv", "unit", "time")
	r, err := mediate.Run(context.Background(), p, mediate.Spec{Formula: "y ~ d + x1 | unit + time", Treatment: "d", Mediators: []string{"x2"}, Boot: 400})
	if err != nil {
		t.Fatal(err)
	}
	m := r.Rows[0]
	compared.With(t, compared.Source{Command: "mediate", Program: want.Program, Version: want.Version, File: "mediation.json"})
	near(t, "a", m.A.Estimate, want.A, 1e-9)
	near(t, "error of a", m.A.StdError, want.ASE, 1e-7)
	near(t, "b", m.B.Estimate, want.B, 1e-9)
	near(t, "error of b", m.B.StdError, want.BSE, 1e-7)
	near(t, "total", m.Total, want.Total, 1e-9)
	near(t, "direct", m.Direct, want.Direct, 1e-9)
	near(t, "indirect", m.Indirect, want.Total-want.Direct, 1e-9)
	near(t, "Sobel statistic", m.SobelZ, want.SobelZ, 1e-7)
	near(t, "Aroian statistic", m.AroianZ, want.AroianZ, 1e-7)
	near(t, "Goodman statistic", m.GoodmanZ, want.GoodmanZ, 1e-7)
	near(t, "rho at which nothing is left", m.RhoZero, want.RhoZero, 1e-8)
	if !(m.BootLow < m.Indirect && m.Indirect < m.BootHigh) {
		t.Errorf("the bootstrap interval [%g, %g] does not hold the estimate %g", m.BootLow, m.BootHigh, m.Indirect)
	}
	again, _ := mediate.Run(context.Background(), p, mediate.Spec{Formula: "y ~ d + x1 | unit + time", Treatment: "d", Mediators: []string{"x2"}, Boot: 400})
	if again.Rows[0].BootLow != m.BootLow || again.Rows[0].BCaHigh != m.BCaHigh {
		t.Error("the same seed gave other intervals")
	}
}

// TestDrawsAreWeightedRegressions holds single bootstrap draws to weighted least squares by statsmodels.
func TestDrawsAreWeightedRegressions(t *testing.T) {
	want := load(t)
	p := reference.Panel(t, "testdata/reference/data/balanced.csv", "unit", "time")
	f, err := formula.Parse("y ~ x1 + d + x2 | unit + time")
	if err != nil {
		t.Fatal(err)
	}
	d, err := design.Build(p, f, design.Options{})
	if err != nil {
		t.Fatal(err)
	}
	codes, count, err := d.Codes("unit")
	if err != nil {
		t.Fatal(err)
	}
	g, err := bootstrap.NewGrams(d, append(append([][]float64{}, d.X...), d.Y), codes, count)
	if err != nil {
		t.Fatal(err)
	}
	fac := g.NewFactor()
	iy := g.Columns - 1
	compared.With(t, compared.Source{Command: "mediate", Method: "boot", Program: want.Program, Version: want.Version, File: "mediation.json"})
	for i, draw := range want.Draws {
		g.Factorise(draw.Multiplicity, fac)
		near(t, "draw "+string(rune('0'+i)), fac.Coefficient(iy-1, iy-2)*fac.Coefficient(iy, iy-1), draw.Indirect, 1e-8)
	}
}

func TestRefusals(t *testing.T) {
	p := reference.Panel(t, "testdata/reference/data/balanced.csv", "unit", "time")
	for via, want := range map[string]string{
		"y":    "y is the outcome and can't mediate its own effect",
		"d":    "d is the treatment and can't mediate its own effect",
		"x1":   "x1 is a control of the model already",
		"x3":   `no variable "x3"`,
		"unit": "mediator unit does not vary beyond the treatment, the controls and the fixed effects",
	} {
		_, err := mediate.Run(context.Background(), p, mediate.Spec{Formula: "y ~ d + x1 | unit + time", Treatment: "d", Mediators: []string{via}, Boot: -1})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("via %s: %v, want %q", via, err, want)
		}
	}
}

// TestCrossSection resamples rows where there are no units.
func TestCrossSection(t *testing.T) {
	p := reference.Panel(t, "testdata/reference/data/balanced.csv")
	r, err := mediate.Run(context.Background(), p, mediate.Spec{Formula: "y ~ d + x1", Treatment: "d", Mediators: []string{"x2"}, Boot: 200})
	if err != nil {
		t.Fatal(err)
	}
	m := r.Rows[0]
	near(t, "total - direct is ab", m.Indirect, m.Total-m.Direct, 1e-9)
	if !(m.BootLow < m.Indirect && m.Indirect < m.BootHigh) {
		t.Errorf("the bootstrap interval [%g, %g] does not hold the estimate %g", m.BootLow, m.BootHigh, m.Indirect)
	}
}
