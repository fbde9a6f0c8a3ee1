package regress_test

import (
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// The effective number of clusters is (Σ L_g)²/Σ L_g² of the partial leverages, which a regression of the treatment on the
// rest gives: castle's, by its residuals.
func TestEffectiveClusters(t *testing.T) {
	p, err := reference.ReadCSV(filepath.Join(reference.Root(t), "testdata", "reference", "data", "castle_study.csv"))
	if err != nil {
		t.Fatal(err)
	}
	p = with(t, p, "alone", "cdl * (sid == 10) + 1e-3*cdl")
	p = with(t, p, "few", "cdl * (sid <= 11)")
	for _, c := range []struct {
		term, rest, weights, says string
	}{
		{"cdl", "poverty", "", ""},
		{"cdl", "poverty", "popwt", ""},
		{"few", "poverty", "popwt", "equal ones for few"},
		{"alone", "poverty", "", "one of the 50 clusters of sid holds"},
	} {
		f, err := formula.Parse(c.term + " ~ " + c.rest + " | sid + year")
		if err != nil {
			t.Fatal(err)
		}
		m, err := regress.Run(p, f, regress.Spec{Design: design.Options{Weights: c.weights}})
		if err != nil {
			t.Fatal(err)
		}
		codes, groups, err := m.Design.Codes("sid")
		if err != nil {
			t.Fatal(err)
		}
		share := make([]float64, groups)
		for i, e := range m.Residuals() {
			w := 1.0
			if m.Design.Weights != nil {
				w = m.Design.Weights[i]
			}
			share[codes[i]] += w * e * e
		}
		sum, squares := 0.0, 0.0
		for _, s := range share {
			sum, squares = sum+s, squares+s*s
		}
		fits, err := regress.Estimate(p, regress.Spec{Formula: "l_homicide ~ " + c.term + " + " + c.rest + " | sid + year",
			Vcov: vcov.Spec{Type: vcov.Cluster, By: []string{"sid"}}, Design: design.Options{Weights: c.weights}})
		if err != nil {
			t.Fatal(err)
		}
		full, err := formula.Parse("l_homicide ~ " + c.term + " + " + c.rest + " | sid + year")
		if err != nil {
			t.Fatal(err)
		}
		all, err := regress.Run(p, full, regress.Spec{Design: design.Options{Weights: c.weights}})
		if err != nil {
			t.Fatal(err)
		}
		got, largest := all.EffectiveClusters(codes, groups)
		if want := sum * sum / squares; math.Abs(got[0]/want-1) > 1e-9 {
			t.Errorf("%s weighted by %q: %.10g effective clusters, want %.10g", c.term, c.weights, got[0], want)
		}
		if want := slices.Max(share) / sum; math.Abs(largest[0]/want-1) > 1e-9 {
			t.Errorf("%s: the largest holds %.10g, want %.10g", c.term, largest[0], want)
		}
		notes := strings.Join(fits[0].Notes, "\n")
		if c.says == "" && strings.Contains(notes, "clusters") || !strings.Contains(notes, c.says) {
			t.Errorf("%s weighted by %q (%.1f clusters): notes %q, want %q among them", c.term, c.weights, got[0], fits[0].Notes, c.says)
		}
	}
}
