package regress_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/evaluate"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// Wrong numbers that other programs have given without a word. Here each is refused by an error that names it, or
// counted, or right.

func small() *frame { return simulate(rand.New(rand.NewPCG(11, 3)), 30, 7, 0.05) }

func TestDuplicateRowsOfAUnitAndTimeAreRefused(t *testing.T) {
	f := small()
	rows := append(count(f.rows()), 17)
	vars := make([]*panel.Variable, len(f.names))
	g := f.pick(rows)
	for i, name := range g.names {
		vars[i] = &panel.Variable{Name: name, Values: g.cols[name]}
	}
	p, err := panel.New(vars...)
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.Indexed("unit", "time")
	var dup *panel.DuplicateRows
	if !errors.As(err, &dup) {
		t.Fatalf("got %v, want *panel.DuplicateRows", err)
	}
	if want := []int{18, f.rows() + 1}; !slices.Equal(dup.Rows, want) {
		t.Errorf("rows: got %v, want %v", dup.Rows, want)
	}
}

func TestUnknownOptionsAreRefused(t *testing.T) {
	p := small().panel(t, "unit", "time")
	for _, c := range []struct {
		name string
		spec regress.Spec
		says string
	}{
		{"covariance", regress.Spec{Formula: "y ~ x1 | unit", Vcov: vcov.Spec{Type: "robust"}}, `"robust"`},
		{"cluster", regress.Spec{Formula: "y ~ x1 | unit", Vcov: vcov.Spec{Type: vcov.Cluster, By: []string{"untt"}}}, "did you mean unit?"},
		{"no cluster named", regress.Spec{Formula: "y ~ x1 | unit", Vcov: vcov.Spec{Type: vcov.Cluster}}, "cluster"},
		{"clusters for iid errors", regress.Spec{Formula: "y ~ x1 | unit", Vcov: vcov.Spec{By: []string{"unit"}}}, "iid"},
		{"weights", plain("y ~ x1 | unit", "ww"), `"ww"`},
		{"variable", plain("y ~ x11 | unit", ""), "did you mean x1"},
		{"effect", plain("y ~ x1 | unti", ""), "did you mean unit?"},
		{"function", plain("y ~ winsorise(x1) | unit", ""), "winsorise"},
		{"argument of i()", plain("y ~ i(time, rf=2003) | unit", ""), "rf"},
		{"reference", plain("y ~ i(time, ref=1066) | unit", ""), "1066"},
		{"level", regress.Spec{Formula: "y ~ x1", Level: 95}, "95"},
		{"negative level", regress.Spec{Formula: "y ~ x1", Level: -0.5}, "0.5"},
	} {
		t.Run(c.name, func(t *testing.T) {
			fits, err := regress.Estimate(p, c.spec)
			if err == nil {
				t.Fatalf("estimated as %s with vcov %v", fits[0].Formula, fits[0].Vcov)
			}
			if !strings.Contains(err.Error(), c.says) {
				t.Errorf("%q does not say %q", err, c.says)
			}
		})
	}
}

func TestWeightsAndCovarianceAreHonoured(t *testing.T) {
	p := small().panel(t)
	for _, f := range []string{"y ~ x1 + x2", "y ~ x1 + x2 | unit", "y ~ x1 + x2 | unit + time", "y ~ x1 + x2 | unit + time + g"} {
		seen := map[float64]string{}
		for _, weights := range []string{"", "w"} {
			for _, v := range []vcov.Spec{{}, {Type: vcov.Hetero}, {Type: vcov.Cluster, By: []string{"unit"}}, {Type: vcov.Cluster, By: []string{"time"}}, {Type: vcov.Cluster, By: []string{"unit", "time"}}} {
				s := plain(f, weights)
				s.Vcov = v
				fit := estimate(t, p, s)
				c, _ := fit.Coefficient("x1")
				if other, ok := seen[c.StdError]; ok {
					t.Errorf("%s: %s with weights %q has the standard error of %s", f, v, weights, other)
				}
				seen[c.StdError] = v.String() + " with weights " + weights
				if fit.Weights != weights || vcov.Type(fit.Vcov.Type) != vcov.Type(strings.SplitN(v.String(), "(", 2)[0]) || !slices.Equal(fit.Vcov.By, v.By) && len(v.By) > 0 {
					t.Errorf("%s: the fit says weights %q and %+v", f, fit.Weights, fit.Vcov)
				}
			}
		}
	}
}

func TestBadWeightsAreRefusedOrCounted(t *testing.T) {
	for _, bad := range []float64{-1, math.Inf(1)} {
		f := small()
		f.cols["w"][4] = bad
		_, err := regress.Estimate(f.panel(t), plain("y ~ x1 | unit", "w"))
		var weight *design.BadWeight
		if !errors.As(err, &weight) || weight.Row != 5 {
			t.Errorf("weight %g: got %v, want *design.BadWeight in row 5", bad, err)
		}
	}
	f := small()
	f.cols["w"][4], f.cols["w"][9] = 0, math.NaN()
	got := estimate(t, f.panel(t), plain("y ~ x1 | unit + time", "w"))
	if got.Dropped.ZeroWeight != 1 || got.Dropped.Missing != 1 {
		t.Errorf("dropped: got %+v, want one of weight 0 and one missing", got.Dropped)
	}
	rows := slices.DeleteFunc(count(f.rows()), func(i int) bool { return i == 4 || i == 9 })
	same(t, "weight 0", got, estimate(t, f.pick(rows).panel(t), plain("y ~ x1 | unit + time", "w")), 1e-12)
}

func TestAnOutcomeWithoutVariationIsRefused(t *testing.T) {
	for name, value := range map[string]func(unit, time float64) float64{
		"constant":                func(u, t float64) float64 { return 3.3 },
		"missing everywhere":      func(u, t float64) float64 { return math.NaN() },
		"constant, large":         func(u, t float64) float64 { return 1e9 / 3 },
		"infinite everywhere":     func(u, t float64) float64 { return math.Inf(1) },
		"missing but in one unit": func(u, t float64) float64 { return map[bool]float64{true: 1, false: math.NaN()}[u == 100] },
	} {
		f := small()
		for i := range f.cols["y"] {
			f.cols["y"][i] = value(f.cols["unit"][i], f.cols["time"][i])
		}
		if fits, err := regress.Estimate(f.panel(t), plain("y ~ x1 | unit + time", "")); err == nil {
			t.Errorf("%s: estimated %g ± %g", name, fits[0].Coef[0].Estimate, fits[0].Coef[0].StdError)
		} else {
			t.Logf("%s: %v", name, err)
		}
	}
}

func TestAnOutcomeThatTheEffectsExplainIsRefused(t *testing.T) {
	f := small()
	for i := range f.cols["y"] {
		f.cols["y"][i] = math.Sqrt(f.cols["unit"][i]) + math.Log(f.cols["time"][i])
	}
	f.names, f.cols["third"] = append(f.names, "third"), make([]float64, f.rows())
	for i := range f.rows() {
		f.cols["third"][i] = float64((i * 7) % 5)
	}
	for _, effects := range []string{"unit + time", "unit + time + third", "unit[third] + time"} {
		fits, err := regress.Estimate(f.panel(t), plain("y ~ x1 | "+effects, ""))
		var none *regress.NoVariation
		if !errors.As(err, &none) || none.Variable != "y" || !none.Effects {
			t.Errorf("| %s: got %v, %v; want y refused", effects, fits, err)
		}
	}
}

func TestAPerfectFitIsNoticed(t *testing.T) {
	f := small()
	f.names, f.cols["y2"] = append(f.names, "y2"), make([]float64, f.rows())
	for i, y := range f.cols["y"] {
		f.cols["y2"][i] = 3*y + f.cols["unit"][i]
	}
	for _, formula := range []string{"y ~ x1 + y", "y ~ x1 + y2 | unit + time"} {
		fit := estimate(t, f.panel(t), plain(formula, ""))
		if !strings.Contains(strings.Join(fit.Notes, "; "), "explains y entirely") {
			t.Errorf("%s: notes don't tell: %q", formula, fit.Notes)
		}
	}
	if fit := estimate(t, f.panel(t), plain("y ~ x1 | unit + time", "")); strings.Contains(strings.Join(fit.Notes, "; "), "entirely") {
		t.Errorf("an ordinary fit is said to be perfect: %q", fit.Notes)
	}
}

func TestInfiniteValuesAreCounted(t *testing.T) {
	f := small()
	f.cols["x1"][3], f.cols["y"][8], f.cols["y"][9] = math.Inf(-1), math.Inf(1), math.NaN()
	fit := estimate(t, f.panel(t), plain("y ~ x1 | unit + time", ""))
	if fit.Dropped.Infinite != 2 || fit.Dropped.Missing != 1 {
		t.Errorf("dropped: got %+v, want 2 infinite and 1 missing", fit.Dropped)
	}
	if !strings.Contains(strings.Join(fit.Notes, "; "), "infinite") {
		t.Errorf("notes don't tell: %q", fit.Notes)
	}
}

func TestAbsorbedAndCollinearColumnsAreNamed(t *testing.T) {
	f := small()
	f.names = append(f.names, "fixed", "sum")
	for i, u := range f.cols["unit"] {
		f.cols["fixed"] = append(f.cols["fixed"], math.Sin(u))
		f.cols["sum"] = append(f.cols["sum"], f.cols["x1"][i]-3*f.cols["x2"][i])
	}
	for _, scale := range []float64{1e-8, 1, 1e8} { // fixest's own test is not free of scale
		g := f.clone()
		for i := range g.cols["sum"] {
			g.cols["sum"][i] *= scale
			g.cols["w"][i] *= 1e6
		}
		for _, weights := range []string{"", "w"} {
			fit := estimate(t, g.panel(t), plain("y ~ x1 + fixed + x2 + sum | unit + time", weights))
			if want := []string{"fixed", "sum"}; !slices.Equal(fit.Collinear, want) {
				t.Errorf("scale %g, weights %q: collinear: got %q, want %q", scale, weights, fit.Collinear, want)
			}
			if !strings.Contains(strings.Join(fit.Notes, "; "), "fixed, sum") {
				t.Errorf("notes don't tell: %q", fit.Notes)
			}
		}
	}
	_, err := regress.Estimate(f.panel(t), plain("y ~ fixed | unit", ""))
	var none *regress.NoVariation
	if !errors.As(err, &none) || none.Variable != "fixed" {
		t.Errorf("got %v, want *regress.NoVariation of fixed", err)
	}
}

func TestNearlyCollinearColumnsAreKept(t *testing.T) {
	f := small()
	f.names = append(f.names, "near")
	rng := rand.New(rand.NewPCG(1, 1))
	for _, x := range f.cols["x1"] {
		f.cols["near"] = append(f.cols["near"], x+1e-3*rng.NormFloat64())
	}
	fit := estimate(t, f.panel(t), plain("y ~ x1 + near | unit + time", ""))
	if len(fit.Collinear) > 0 {
		t.Errorf("%q differ in the third digit and are called collinear", fit.Collinear)
	}
}

func TestTooFewRowsAndNoRowsAreRefused(t *testing.T) {
	f := small()
	_, err := regress.Estimate(simulate(rand.New(rand.NewPCG(1, 1)), 2, 3, 0).panel(t), plain("y ~ x1 + x2 | unit + time", ""))
	var few *regress.TooFewRows
	if !errors.As(err, &few) || few.Rows != 6 || few.Parameters != 6 {
		t.Errorf("6 rows, 6 parameters: got %v, want *regress.TooFewRows", err)
	}
	s := plain("y ~ x1 | unit", "")
	s.Design.If = mustExpr(t, "x1 > 1e9")
	var none *design.AllRowsDropped
	if _, err = regress.Estimate(f.panel(t), s); !errors.As(err, &none) {
		t.Errorf("if= true nowhere: got %v, want *design.AllRowsDropped", err)
	}
	f.names, f.cols["none"] = append(f.names, "none"), make([]float64, f.rows())
	f.cols["x1"][2] = math.NaN()
	s = plain("y ~ x1", "")
	s.Design.Weights = "none"
	for formula, want := range map[string]string{
		"y ~ l(x1, 99) | unit": fmt.Sprintf("no row is left of %d: l(x1, 99) is missing in %[1]d rows", f.rows()),
		"y ~ log(none)":        fmt.Sprintf("no row is left of %d: log(none) is missing in %[1]d rows", f.rows()),
	} {
		if _, err := regress.Estimate(f.panel(t, "unit", "time"), plain(formula, "")); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", formula, err, want)
		}
	}
	if _, err := regress.Estimate(f.panel(t), s); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("%d rows have weight 0", f.rows())) {
		t.Errorf("weights of zero: got %v", err)
	}
}

func TestFewClustersAreNotConfident(t *testing.T) {
	f := small()
	f.names = append(f.names, "half", "one")
	for _, u := range f.cols["unit"] {
		f.cols["half"] = append(f.cols["half"], math.Mod(u, 2))
		f.cols["one"] = append(f.cols["one"], 1)
	}
	s := plain("y ~ x1 | unit + time", "")
	s.Vcov = vcov.Spec{Type: vcov.Cluster, By: []string{"half"}}
	fit := estimate(t, f.panel(t), s)
	c := fit.Coef[0]
	if fit.DFT != 1 || math.Abs((c.ConfHigh-c.Estimate)/c.StdError-12.7062047361747) > 1e-9 {
		t.Errorf("two clusters: t has %g degrees of freedom, and the interval is %g errors wide; want 1 and 12.706", fit.DFT, (c.ConfHigh-c.Estimate)/c.StdError)
	}
	if !strings.Contains(strings.Join(fit.Notes, "; "), "2 clusters") {
		t.Errorf("notes don't warn of two clusters: %q", fit.Notes)
	}
	s.Vcov.By = []string{"one"}
	var few *vcov.TooFewClusters
	if _, err := regress.Estimate(f.panel(t), s); !errors.As(err, &few) {
		t.Errorf("one cluster: got %v, want *vcov.TooFewClusters", err)
	}
}

// With both effects among the clusters the constant's variance is that of the slopes less that of the rows: often negative.
func TestANegativeVarianceIsNoErrorOfZero(t *testing.T) {
	s := plain("y ~ d | unit + time", "")
	s.Vcov = vcov.Spec{Type: vcov.Cluster, By: []string{"unit", "time"}}
	negative := 0
	for seed := range uint64(20) {
		fit := estimate(t, simulate(rand.New(rand.NewPCG(seed, 8)), 40, 8, 0).panel(t), s)
		c := fit.Constant
		switch {
		case math.IsNaN(c.StdError) && math.IsNaN(c.PValue) && math.IsNaN(c.ConfLow):
			negative++
		case !(c.StdError > 0):
			t.Errorf("seed %d: the constant is %g with an error of %g and p = %g", seed, c.Estimate, c.StdError, c.PValue)
		}
	}
	if negative == 0 {
		t.Error("no variance is negative; the test tests nothing")
	}
}

func TestALagAcrossAGapIsMissing(t *testing.T) {
	f := simulate(rand.New(rand.NewPCG(5, 5)), 30, 7, 0)
	rows := slices.DeleteFunc(count(f.rows()), func(i int) bool { return i%7 == 3 }) // 2003 is missing in every unit
	p := f.pick(rows).panel(t, "unit", "time")
	fit := estimate(t, p, plain("y ~ l(x1, 1) | unit", ""))
	if want := 30 * 4; fit.N != want || fit.Dropped.Missing != 30*2 {
		t.Errorf("got %d rows, %d dropped as missing; want %d and %d: 2000 has no past and 2004 none in 2003", fit.N, fit.Dropped.Missing, want, 60)
	}
	if want := "l(x1, 1) is missing in 30 rows because of gaps in time"; !slices.Contains(fit.Notes, want) {
		t.Errorf("notes %q, want %q", fit.Notes, want)
	}
	fit = estimate(t, f.panel(t, "unit", "time"), plain("y ~ l(x1, 1) + f(x1, 2) + d(x1) | unit", ""))
	if strings.Contains(strings.Join(fit.Notes, "; "), "gap") {
		t.Errorf("a panel without gaps has notes of them: %q", fit.Notes)
	}
	var bad *evaluate.Error
	if _, err := regress.Estimate(f.panel(t), plain("y ~ l(x1, 1)", "")); !errors.As(err, &bad) {
		t.Errorf("a lag in a cross-section: got %v, want *evaluate.Error", err)
	}
}

func TestErrorsHaveAPlaceInTheFormula(t *testing.T) {
	p := small().panel(t, "unit", "time")
	const src = "y ~ x1 + log(x22) | unit"
	_, err := regress.Estimate(p, plain(src, ""))
	var at *evaluate.Error
	if !errors.As(err, &at) {
		t.Fatalf("got %v, want *evaluate.Error", err)
	}
	if got := src[at.Span.Start:at.Span.End]; got != "x22" {
		t.Errorf("the place is %q, want x22", got)
	}
	_, err = regress.Estimate(p, plain("y ~ x1 + | unit", ""))
	var syntax *formula.SyntaxError
	if !errors.As(err, &syntax) {
		t.Errorf("got %v, want *formula.SyntaxError", err)
	}
}
