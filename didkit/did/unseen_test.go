package did_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
)

// Where if= takes all rows before a cohort's adoption, its effects are not known: they are left out and counted, and the
// regressions give what the methods give that compare cell by cell or impute. Kept, one of the cohort's treated cells would
// be its zero.
func TestCohortsWithoutAPeriodBeforeAreLeftOut(t *testing.T) {
	p := reference.Panel(t, "data/castle.csv", "sid", "year")
	cond, err := formula.ParseExpr("year >= 2006")
	if err != nil {
		t.Fatal(err)
	}
	run := func(m did.Method) *did.ATTResult {
		s := did.StaggeredSpec{Spec: did.Spec{Formula: "l_homicide ~ 1", Treat: "post"}, Method: m}
		s.Design.If = cond
		r, err := did.Staggered(p, s)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	for regression, other := range map[did.Method]did.Method{did.SunAbraham: did.CallawaySantAnna, did.ExtendedTwoWay: did.Imputation} {
		r, want := run(regression), run(other).Overall.Estimate
		if math.Abs(r.Overall.Estimate-want) > 1e-9 {
			t.Errorf("%s: %.12g, want that of %s, %.12g", regression, r.Overall.Estimate, other, want)
		}
		if len(r.Problems) > 0 || r.Units != 49 || !strings.Contains(strings.Join(r.Notes, "\n"), "1 treated unit was left out, as no period before their treatment is in the sample") {
			t.Errorf("%s: %d units, problems %v, notes %v", regression, r.Units, r.Problems, r.Notes)
		}
	}
	only, err := formula.ParseExpr("year >= 2006 & (sid == 10 | post == 0)")
	if err != nil {
		t.Fatal(err)
	}
	s := did.StaggeredSpec{Spec: did.Spec{Formula: "l_homicide ~ 1", Treat: "post"}, Method: did.SunAbraham}
	s.Design.If = only
	if _, err := did.Staggered(p, s); err == nil {
		t.Error("no unit is seen before adoption and after, and no error")
	}
}

// Rows left out for being treated at once, for a missing value and by if= are told apart.
func TestCausesOfRowsLeftOut(t *testing.T) {
	c := simulate(rand.New(rand.NewPCG(21, 4)), 60, 8, 0)
	unit, treat, y := c.of["unit"], c.of["treat"], c.of["y"]
	for i, u := range unit {
		if u == unit[0] {
			treat[i] = 1
		}
	}
	y[len(y)-1] = math.NaN()
	for _, method := range []did.Method{did.CallawaySantAnna, did.SunAbraham, did.Imputation, did.TwoStage, did.ExtendedTwoWay, did.LocalProjections, did.Stacked} {
		s := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "treat"}, Method: method}
		r, err := did.Staggered(c.panel(t), s)
		if err != nil {
			t.Errorf("%s: %v", method, err)
			continue
		}
		notes := strings.Join(r.Notes, "\n")
		for _, want := range []string{"treated in their first period already", "1 row with a missing value dropped"} {
			if !strings.Contains(notes, want) {
				t.Errorf("%s: notes lack %q:\n%s", method, want, notes)
			}
		}
		if strings.Contains(notes, "if=") {
			t.Errorf("%s: there is no if=:\n%s", method, notes)
		}
	}
}

// A small panel whose cells all lack an effect by quasi-maximum likelihood: an error, where there was a panic.
func TestNoCellHasAnEffect(t *testing.T) {
	c := withSize(simulate(rand.New(rand.NewPCG(0x1615, 1)), 15, 5, 0.3))
	r, err := did.Staggered(c.panel(t), staggeredSpecs()["etwfe, poisson"])
	if err == nil || !strings.Contains(err.Error(), "no effect after adoption can be told apart") {
		t.Errorf("got %v, error %v; want that no effect can be told apart", r, err)
	}
}

// Where every unit is treated at some time, no method says that it compares with never-treated ones.
func TestComparisonWithoutNeverTreated(t *testing.T) {
	p := reference.Panel(t, "testdata/reference/data/all_treated.csv", "unit", "time")
	for _, m := range []did.Method{did.Imputation, did.TwoStage, did.ExtendedTwoWay, did.LocalProjections, did.CallawaySantAnna} {
		s := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "d"}, Method: m, Control: did.NotYetTreated}
		r, err := did.Staggered(p, s)
		if err != nil {
			t.Errorf("%s: %v", m, err)
		} else if strings.Contains(r.Comparison, "never") {
			t.Errorf("%s: compared with %s, and there are no never-treated units", m, r.Comparison)
		}
	}
}
