package regress_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// wildCase is a regression whose clusters are group modulo modulus, with the wild bootstrap's p values and intervals.
type wildCase struct {
	ID, Data, Group, Formula, Weights, Null string
	Modulus, Clusters, N, Draws             int
	RandomDraws                             int `json:"random_draws"`
	programs                                string
	Coef                                    []struct {
		Term     string
		P        float64  `json:"p_value"`
		Low      float64  `json:"conf_low"`
		High     float64  `json:"conf_high"`
		PWebb    *float64 `json:"p_webb"`
		PMammen  *float64 `json:"p_mammen"`
		PPackage *float64 `json:"p_wildboottest"`
	}
}

func wildCases(t *testing.T) []wildCase {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(reference.Root(t), "testdata", "reference", "wild.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Version string
		Cases   []wildCase
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	for i := range file.Cases {
		file.Cases[i].programs = file.Version
	}
	return file.Cases
}

// source names the case for package compared.
func (c *wildCase) source(draws string) compared.Source {
	return compared.Source{Command: "reg", Method: "vcov=wildboot", Program: c.programs, File: "wild.json", Case: c.ID + " " + c.Null + " " + draws}
}

func (c *wildCase) fit(t *testing.T, w vcov.Wild) *regress.Fit {
	t.Helper()
	p, err := reference.ReadCSV(filepath.Join(reference.Root(t), c.Data))
	if err != nil {
		t.Fatal(err)
	}
	p = with(t, p, "grp", fmt.Sprintf("%s - %d*floor(%s/%d)", c.Group, c.Modulus, c.Group, c.Modulus))
	return wildFit(t, p, c.Formula, c.Weights, w)
}

func wildFit(t *testing.T, p *panel.Panel, formula, weights string, w vcov.Wild) *regress.Fit {
	t.Helper()
	fits, err := regress.Estimate(p, regress.Spec{Formula: formula, Vcov: vcov.Spec{Type: vcov.WildBoot, By: []string{"grp"}, Wild: w}, Design: design.Options{Weights: weights}})
	if err != nil {
		t.Fatal(err)
	}
	return fits[0]
}

// With every vector of signs taken once p is one number, and wildboottest's and that of a regression anew for every draw
// are ours; the interval's ends are where that p crosses 5 %.
func TestWildBootstrapEnumerated(t *testing.T) {
	for _, c := range wildCases(t) {
		t.Run(c.ID+"/"+c.Null, func(t *testing.T) {
			f := c.fit(t, vcov.Wild{Unrestricted: c.Null == "free"})
			if f.N != c.N || f.Vcov.Clusters[0] != c.Clusters {
				t.Fatalf("%d rows, %v clusters; want %d, %d", f.N, f.Vcov.Clusters, c.N, c.Clusters)
			}
			compared.With(t, c.source("enumerated"))
			for _, want := range c.Coef {
				got, ok := f.Coefficient(want.Term)
				if !ok {
					t.Fatalf("no coefficient %s", want.Term)
				}
				compared.Within(t, "p of "+want.Term, got.PValue, want.P, 1e-12, 1)
				width := want.High - want.Low
				compared.Within(t, "interval of "+want.Term+", from", got.ConfLow, want.Low, 1e-7, width)
				compared.Within(t, "interval of "+want.Term+", to", got.ConfHigh, want.High, 1e-7, width)
			}
			note := fmt.Sprintf("%d distinct draws of the 9999 asked for", c.Draws)
			if !strings.Contains(strings.Join(f.Notes, "\n"), note) {
				t.Errorf("no note of %s: %q", note, f.Notes)
			}
		})
	}
}

// Random multipliers give wildboottest's p up to the draws' own error: five times it.
func TestWildBootstrapRandom(t *testing.T) {
	for _, c := range wildCases(t) {
		for _, weights := range []vcov.WildWeights{vcov.Webb, vcov.Mammen} {
			if c.Null == "free" || c.Coef[0].PWebb == nil {
				continue
			}
			const reps = 49999
			f := c.fit(t, vcov.Wild{Weights: weights, Reps: reps, Seed: 5})
			compared.With(t, c.source(string(weights)))
			for _, want := range c.Coef[:1] {
				p := *want.PWebb
				if weights == vcov.Mammen {
					p = *want.PMammen
				}
				got, _ := f.Coefficient(want.Term)
				e := math.Sqrt(p * (1 - p) * (1/float64(reps) + 1/float64(c.RandomDraws)))
				compared.Within(t, "p of "+want.Term, got.PValue, p, 5*e, 1)
			}
		}
	}
}

// The same seed gives the same numbers at any number of workers and whatever the order of rows and the units of columns.
func TestWildBootstrapInvariant(t *testing.T) {
	p, err := reference.ReadCSV(filepath.Join(reference.Root(t), "testdata", "reference", "data", "castle_study.csv"))
	if err != nil {
		t.Fatal(err)
	}
	p = with(t, p, "grp", "sid")
	w := vcov.Wild{Reps: 999}
	const formula = "l_homicide ~ cdl + poverty | state + year"
	base := wildFit(t, p, formula, "", w)
	again := wildFit(t, p, formula, "", w)
	for i := range base.Coef {
		if base.Coef[i] != again.Coef[i] {
			t.Errorf("a second run gave %+v, the first %+v", again.Coef[i], base.Coef[i])
		}
	}
	scaled := wildFit(t, with(t, p, "poor", "poverty*1000"), "l_homicide ~ cdl + poor | state + year", "", w)
	if a, b := base.Coef[1], scaled.Coef[1]; a.PValue != b.PValue || math.Abs(b.ConfLow*1000/a.ConfLow-1) > 1e-9 {
		t.Errorf("rescaled: %+v, want a thousandth of %+v", b, a)
	}
	other := wildFit(t, p, formula, "", vcov.Wild{Reps: 999, Seed: 2})
	if other.Coef[0].ConfLow == base.Coef[0].ConfLow {
		t.Error("another seed gave the same interval")
	}
	if d := math.Abs(other.Coef[0].PValue - base.Coef[0].PValue); d > 0.08 {
		t.Errorf("two seeds' p differ by %.3f", d)
	}
}
