package did_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

func balanced(t *testing.T) *panel.Panel {
	t.Helper()
	return reference.Panel(t, "testdata/reference/data/balanced.csv", "unit", "time")
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	compared.Near(t, what, got, want, tolerance, 1e-3)
}

// TestEventStudyReference holds coefficients to 1e-9 and errors to 1e-7 of pyfixest's.
func TestEventStudyReference(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(reference.Root(t), "testdata/reference/eventstudy.json"))
	if err != nil {
		t.Fatal(err)
	}
	var ref struct {
		Program, Version string
		Cases            []struct {
			Vcov string
			N    int
			Coef []struct {
				EventTime int     `json:"event_time"`
				Estimate  float64 `json:"estimate"`
				StdError  float64 `json:"std_error"`
			}
			Pretrend struct {
				Statistic, DF1, DF2 float64
				PValue              float64 `json:"p_value"`
			}
		}
	}
	if err := json.Unmarshal(b, &ref); err != nil {
		t.Fatal(err)
	}
	p := balanced(t)
	for _, c := range ref.Cases {
		compared.With(t, compared.Source{Command: "eventstudy", Method: "twfe", Program: ref.Program, Version: ref.Version, File: "eventstudy.json", Case: c.Vcov})
		v := vcov.Spec{}
		if c.Vcov == "iid" {
			v.Type = vcov.IID
		}
		r, err := did.EventStudy(p, did.EventSpec{Spec: did.Spec{Formula: "y ~ x1", Treat: "d", Vcov: v}, Window: [2]int{-3, 3}})
		if err != nil {
			t.Fatal(err)
		}
		if r.N != c.N || len(r.Coef) != 7 {
			t.Fatalf("%s: n %d, %d coefficients; want %d, 7", c.Vcov, r.N, len(r.Coef), c.N)
		}
		at := map[int]did.EventCoef{}
		for _, k := range r.Coef {
			at[k.EventTime] = k
		}
		if ref := at[-1]; ref.Estimate != 0 || ref.StdError == ref.StdError {
			t.Errorf("the reference is %+v, want 0 and no error", ref)
		}
		for _, k := range c.Coef {
			near(t, c.Vcov+" estimate", at[k.EventTime].Estimate, k.Estimate, 1e-9)
			near(t, c.Vcov+" error", at[k.EventTime].StdError, k.StdError, 1e-7)
		}
		near(t, c.Vcov+" Wald", r.Pretrend.Statistic, c.Pretrend.Statistic, 1e-7)
		near(t, c.Vcov+" p", r.Pretrend.PValue, c.Pretrend.PValue, 1e-6)
		if r.Pretrend.DF1 != c.Pretrend.DF1 || r.Pretrend.DF2 != c.Pretrend.DF2 {
			t.Errorf("%s: degrees of freedom %g, %g; want %g, %g", c.Vcov, r.Pretrend.DF1, r.Pretrend.DF2, c.Pretrend.DF1, c.Pretrend.DF2)
		}
	}
}

// replace returns the panel with one cell of the treatment changed.
func replace(t *testing.T, p *panel.Panel, name string, change func(x []float64)) *panel.Panel {
	t.Helper()
	x, err := p.Numbers(name)
	if err != nil {
		t.Fatal(err)
	}
	y := append([]float64(nil), x...)
	change(y)
	q, err := p.With(&panel.Variable{Name: name, Values: y})
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func TestTreatmentRefusals(t *testing.T) {
	p := balanced(t)
	d, _ := p.Numbers("d")
	cases := []struct {
		name   string
		change func(x []float64)
		target any
	}{
		{"not binary", func(x []float64) { x[4] = 2 }, new(*did.NotBinary)},
		{"nobody treated", func(x []float64) { clear(x) }, new(*did.NoTreated)},
		{"everybody treated", func(x []float64) {
			for i := range x {
				x[i] = 1
			}
		}, new(*did.NoTreated)},
		{"switches off", func(x []float64) {
			for i := range x {
				if d[i] == 1 && i+1 < len(x) && d[i+1] == 1 {
					x[i+1] = 0
					return
				}
			}
		}, new(*did.Reversal)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := did.TWFE(replace(t, p, "d", c.change), did.Spec{Formula: "y ~ x1", Treat: "d"})
			if !errors.As(err, c.target) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestWindowErrors(t *testing.T) {
	p := balanced(t)
	ref := -9
	for name, s := range map[string]did.EventSpec{
		"empty":             {Window: [2]int{3, -3}},
		"reference outside": {Window: [2]int{-3, 3}, Ref: &ref},
		"nobody there":      {Window: [2]int{40, 50}, Ref: func() *int { k := 45; return &k }()},
	} {
		s.Spec = did.Spec{Formula: "y ~ x1", Treat: "d"}
		var w *did.WindowError
		if _, err := did.EventStudy(p, s); !errors.As(err, &w) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestNobodyAtTheReferenceOfABiennialPanel: where periods are two apart, the period before adoption is -2, and the error
// names it.
func TestNobodyAtTheReferenceOfABiennialPanel(t *testing.T) {
	p := reference.Panel(t, "testdata/reference/data/biennial.csv", "unit", "time")
	s := did.EventSpec{Spec: did.Spec{Formula: "y ~ 1 | unit + time", Treat: "d"}}
	if _, err := did.EventStudy(p, s); err == nil || !strings.HasSuffix(err.Error(), "before adoption is -2: take ref=-2") {
		t.Errorf("error %v", err)
	}
	ref := -2
	s.Ref = &ref
	if _, err := did.EventStudy(p, s); err != nil {
		t.Errorf("with ref=-2: %v", err)
	}
}

// TestClipLeavesRowsOut: clipping drops the treated rows outside the window, and only those.
func TestClipLeavesRowsOut(t *testing.T) {
	p := balanced(t)
	timing, err := did.TimingOf(p, "d", false)
	if err != nil {
		t.Fatal(err)
	}
	out := 0
	for _, x := range timing.Event {
		if x < -2 || x > 2 {
			out++
		}
	}
	s := did.EventSpec{Spec: did.Spec{Formula: "y ~ x1", Treat: "d"}, Window: [2]int{-2, 2}}
	binned, err := did.EventStudy(p, s)
	if err != nil {
		t.Fatal(err)
	}
	s.Clip = true
	clipped, err := did.EventStudy(p, s)
	if err != nil {
		t.Fatal(err)
	}
	if binned.N-clipped.N != out || clipped.Fit.Dropped.Beyond != out || clipped.Fit.Dropped.Missing != binned.Fit.Dropped.Missing {
		t.Errorf("clipping left %d rows out of %d, want %d, and counts %+v", binned.N-clipped.N, binned.N, out, clipped.Fit.Dropped)
	}
}
