package did_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/evaluate"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// Wrong numbers that other programs have given without a word. Here each is refused by an error that names it, or
// counted, or right.

func spec(f string) did.Spec { return did.Spec{Formula: f, Treat: "treat"} }

func study() *columns { return simulate(rand.New(rand.NewPCG(21, 4)), 40, 10, 0.05) }

// with adds a variable made by an expression of the notebook.
func with(t *testing.T, p *panel.Panel, name, src string) *panel.Panel {
	t.Helper()
	e, err := formula.ParseExpr(src)
	if err != nil {
		t.Fatal(err)
	}
	r, err := evaluate.Expr(p, e, "")
	if err != nil {
		t.Fatal(err)
	}
	q, err := p.With(&panel.Variable{Name: name, Values: r.Values})
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// Never treated is an adoption that is missing, 0 or infinite: fixest's sunab drops the rows where it is NA.
func TestNeverTreatedHasOneMeaning(t *testing.T) {
	c := study()
	var want string
	for _, never := range []float64{math.NaN(), 0, math.Inf(1)} {
		g := c.clone()
		for i, a := range g.of["adoption"] {
			if a != a {
				g.of["adoption"][i] = never
			}
		}
		p := with(t, g.panel(t), "on", "post(adoption)")
		s := spec("y ~ x")
		s.Treat = "on"
		b := estimate(t, p, s)
		if b.n != c.rows() {
			t.Errorf("never = %g: %d rows of %d are used", never, b.n, c.rows())
		}
		if got := bits(b); want == "" {
			want = got
		} else if got != want {
			t.Errorf("never = %g: got\n%s\nwant as with a missing adoption\n%s", never, got, want)
		}
	}
}

func TestTWFEIsTheRegressionClusteredByUnit(t *testing.T) {
	p := study().panel(t)
	fit, err := did.TWFE(p, spec("y ~ x"))
	if err != nil {
		t.Fatal(err)
	}
	want, err := regress.Estimate(p, regress.Spec{Formula: "y ~ treat + x | unit + time", Vcov: vcov.Spec{Type: vcov.Cluster, By: []string{"unit"}}})
	if err != nil {
		t.Fatal(err)
	}
	if fit.Coef[0] != want[0].Coef[0] || fit.Coef[1] != want[0].Coef[1] || fit.Vcov.Type != "cluster" || !slices.Equal(fit.Vcov.By, []string{"unit"}) {
		t.Errorf("got %+v, %+v, want %+v", fit.Coef, fit.Vcov, want[0].Coef)
	}
}

func TestEventStudyIsTheRegressionOnItsDummies(t *testing.T) {
	p := with(t, study().panel(t), "rel", "ifelse(missing(cohort(treat)), -99, max(min(time - cohort(treat), 3), -3))")
	es, err := did.EventStudy(p, did.EventSpec{Spec: spec("y ~ x"), Window: [2]int{-3, 3}})
	if err != nil {
		t.Fatal(err)
	}
	want, err := regress.Estimate(p, regress.Spec{Formula: "y ~ i(rel, ref=c(-1, -99)) + x | unit + time", Vcov: vcov.Spec{Type: vcov.Cluster, By: []string{"unit"}}})
	if err != nil {
		t.Fatal(err)
	}
	k := 0
	for _, c := range es.Coef {
		if c.EventTime == -1 {
			if c.Estimate != 0 || c.StdError == c.StdError {
				t.Errorf("the reference: got %+v, want an estimate of 0 without error", c)
			}
			continue
		}
		if w := want[0].Coef[k]; math.Abs(c.Estimate-w.Estimate) > 1e-12 || math.Abs(c.StdError-w.StdError) > 1e-12 {
			t.Errorf("event time %d: got %g ± %g, want %s %g ± %g", c.EventTime, c.Estimate, c.StdError, w.Term, w.Estimate, w.StdError)
		}
		k++
	}
	if es.N != want[0].N || len(es.Coef) != 7 {
		t.Errorf("got %d rows and %d event times, want %d and 7", es.N, len(es.Coef), want[0].N)
	}
}

// Where the row of adoption is missing, the first treated row seen stands for it, and the result says so.
func TestAGapBeforeTreatmentIsNoticed(t *testing.T) {
	c := simulate(rand.New(rand.NewPCG(2, 2)), 30, 10, 0)
	whole, err := did.EventStudy(c.panel(t), did.EventSpec{Spec: spec("y ~ x")})
	if err != nil {
		t.Fatal(err)
	}
	dropped := 0
	rows := slices.DeleteFunc(count(c.rows()), func(i int) bool {
		gone := c.of["time"][i] == c.of["adoption"][i] && c.of["unit"][i] < 50
		if gone {
			dropped++
		}
		return gone
	})
	gaps, err := did.EventStudy(c.pick(rows).panel(t), did.EventSpec{Spec: spec("y ~ x")})
	if err != nil {
		t.Fatal(err)
	}
	const says = "not seen in the period before their first treated one"
	if notes := strings.Join(whole.Fit.Notes, "; "); strings.Contains(notes, says) {
		t.Errorf("no gap, but the notes say %q", notes)
	}
	if notes := strings.Join(gaps.Fit.Notes, "; "); !strings.Contains(notes, fmt.Sprint(dropped, " units are "+says)) {
		t.Errorf("%d gaps, but the notes say %q", dropped, notes)
	}
}

func TestClippingLeavesRowsOutAndBinningKeepsThem(t *testing.T) {
	c := study()
	p := with(t, c.panel(t), "far", "ifelse(missing(cohort(treat)), 0, (time - cohort(treat) < -2) | (time - cohort(treat) > 2))")
	s := spec("y ~ x")
	clipped, err := did.EventStudy(p, did.EventSpec{Spec: s, Window: [2]int{-2, 2}, Clip: true})
	if err != nil {
		t.Fatal(err)
	}
	binned, err := did.EventStudy(p, did.EventSpec{Spec: s, Window: [2]int{-2, 2}})
	if err != nil {
		t.Fatal(err)
	}
	far := 0
	x, _ := p.Numbers("far")
	for _, v := range x {
		far += int(v)
	}
	if binned.N != c.rows() || clipped.N+clipped.Fit.Dropped.Singleton != c.rows()-far || !binned.Binned || clipped.Binned {
		t.Errorf("got %d rows binned, %d clipped; want %d and %d", binned.N, clipped.N, c.rows(), c.rows()-far)
	}
	if binned.Coef[0].Estimate == clipped.Coef[0].Estimate {
		t.Error("binned and clipped ends have the same estimate")
	}
}

func TestWeightsCovarianceAndFilterAreHonoured(t *testing.T) {
	p := study().panel(t)
	cond, err := formula.ParseExpr("time > 2001")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[float64]bool{}
	for _, weights := range []string{"", "w"} {
		for _, filter := range []formula.Expr{nil, cond} {
			for _, v := range []vcov.Spec{{Type: vcov.IID}, {Type: vcov.Hetero}, {}, {Type: vcov.Cluster, By: []string{"time"}}, {Type: vcov.Cluster, By: []string{"unit", "time"}}} {
				s := spec("y ~ x")
				s.Vcov, s.Design.Weights, s.Design.If = v, weights, filter
				b := estimate(t, p, s)
				for i := 1; i < len(b.values); i += 2 {
					if x := b.values[i]; i != 3 && seen[x] { // 3: the control
						t.Errorf("weights %q, if %v, %s: %s is that of another choice", weights, filter, v, b.terms[i])
					}
				}
				for i := 1; i < len(b.values); i += 2 {
					seen[b.values[i]] = true
				}
			}
		}
	}
}

func TestImpossibleTreatmentsAreRefused(t *testing.T) {
	base := study()
	change := func(f func(c *columns)) *columns {
		c := base.clone()
		f(c)
		return c
	}
	var binary *did.NotBinary
	var none *did.NoTreated
	var reversal *did.Reversal
	for _, k := range []struct {
		name   string
		c      *columns
		target any
		says   string
	}{
		{"a value of 2", change(func(c *columns) { c.of["treat"][7] = 2 }), &binary, "row 8"},
		{"a share", change(func(c *columns) { c.of["treat"][0] = 0.5 }), &binary, "0.5"},
		{"nobody treated", change(func(c *columns) { clear(c.of["treat"]) }), &none, "0 in every row"},
		{"all treated", change(func(c *columns) {
			for i := range c.of["treat"] {
				c.of["treat"][i] = 1
			}
		}), &none, "1 in every row"},
		{"switching off", change(func(c *columns) {
			for i := len(c.of["treat"]) - 1; ; i-- {
				if c.of["treat"][i] == 1 && c.of["treat"][i-1] == 1 && c.of["unit"][i-1] == c.of["unit"][i] {
					c.of["treat"][i] = 0
					break
				}
			}
		}), &reversal, "switches off"},
	} {
		t.Run(k.name, func(t *testing.T) {
			p := k.c.panel(t)
			_, err := did.TWFE(p, spec("y ~ x"))
			if err == nil || !errors.As(err, k.target) || !strings.Contains(err.Error(), k.says) {
				t.Errorf("TWFE: got %v, want %T that says %q", err, k.target, k.says)
			}
			_, err = did.EventStudy(p, did.EventSpec{Spec: spec("y ~ x")})
			if err == nil || !errors.As(err, k.target) || !strings.Contains(err.Error(), k.says) {
				t.Errorf("EventStudy: got %v, want %T that says %q", err, k.target, k.says)
			}
		})
	}
}

func TestATreatmentThatTheEffectsAbsorbIsRefused(t *testing.T) {
	c := study()
	for i, year := range c.of["time"] { // everybody at once
		c.of["treat"][i] = 0
		if year >= 2005 {
			c.of["treat"][i] = 1
		}
	}
	_, err := did.TWFE(c.panel(t), spec("y ~ x"))
	var none *regress.NoVariation
	if !errors.As(err, &none) || none.Variable != "treat" {
		t.Errorf("got %v, want *regress.NoVariation of treat", err)
	}
}

func TestMissingOutcomesAndTreatmentsAreCounted(t *testing.T) {
	c := study()
	c.of["y"][3], c.of["treat"][5], c.of["x"][9] = math.NaN(), math.NaN(), math.NaN()
	p := c.panel(t)
	fit, err := did.TWFE(p, spec("y ~ x"))
	if err != nil {
		t.Fatal(err)
	}
	if fit.Dropped.Missing != 3 {
		t.Errorf("TWFE dropped %+v, want 3 missing", fit.Dropped)
	}
	es, err := did.EventStudy(p, did.EventSpec{Spec: spec("y ~ x")})
	if err != nil {
		t.Fatal(err)
	}
	if es.Fit.Dropped.Missing != 3 {
		t.Errorf("EventStudy dropped %+v, want 3 missing", es.Fit.Dropped)
	}
	for i := range c.of["y"] {
		c.of["y"][i] = math.NaN()
	}
	if fit, err := did.TWFE(c.panel(t), spec("y ~ x")); err == nil {
		t.Errorf("an outcome missing everywhere: estimated %+v", fit.Coef[0])
	}
}

func TestAWindowOrReferenceThatCannotBeIsRefused(t *testing.T) {
	p := study().panel(t)
	ref := func(k int) *int { return &k }
	for name, s := range map[string]did.EventSpec{
		"reference outside":  {Window: [2]int{-3, 3}, Ref: ref(-7)},
		"empty window":       {Window: [2]int{3, -3}},
		"window never seen":  {Window: [2]int{40, 50}, Ref: ref(40)},
		"reference not seen": {Window: [2]int{-90, 3}, Ref: ref(-80), Clip: true},
	} {
		s.Spec = spec("y ~ x")
		_, err := did.EventStudy(p, s)
		var window *did.WindowError
		if !errors.As(err, &window) {
			t.Errorf("%s: got %v, want *did.WindowError", name, err)
		}
	}
}

func TestACrossSectionIsRefused(t *testing.T) {
	c := study()
	p, err := panel.New(&panel.Variable{Name: "y", Values: c.of["y"]}, &panel.Variable{Name: "treat", Values: c.of["treat"]})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := did.TWFE(p, spec("y ~ 1")); err == nil || !strings.Contains(err.Error(), "panel") {
		t.Errorf("got %v, want an error that asks for a panel", err)
	}
}
