package diagnose_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

type sensitivityCase struct {
	ID, Program, Version, Data, Unit, Time, Formula, Treat, Gen, If, Weights string
	Benchmarks                                                               [][]string
	KD, KY                                                                   []float64
	Estimate                                                                 float64
	StdError                                                                 float64 `json:"std_error"`
	Statistic                                                                float64
	DF                                                                       float64 `json:"df_resid"`
	PartialR2                                                                float64 `json:"partial_r2"`
	PartialF2                                                                float64 `json:"partial_f2"`
	Q, Alpha                                                                 float64
	RV                                                                       float64 `json:"rv_q"`
	RVAlpha                                                                  float64 `json:"rv_q_alpha"`
	Bounds                                                                   []sensitivityBound
}

type sensitivityBound struct {
	Benchmark string
	KD, KY    float64
	R2DZ      float64 `json:"r2dz_x"`
	R2YZ      float64 `json:"r2yz_dx"`
	Estimate  float64
	StdError  float64  `json:"std_error"`
	Statistic *float64 // none where the error is zero
	ConfLow   float64  `json:"conf_low"`
	ConfHigh  float64  `json:"conf_high"`
}

func (w sensitivityBound) hold(t *testing.T, got diagnose.Adjusted) {
	t.Helper()
	near(t, "adjusted estimate", got.Estimate, w.Estimate, 1e-9, 1e-3)
	near(t, "adjusted error", got.StdError, w.StdError, 1e-7, 1e-8)
	if w.StdError > 1e-8 {
		near(t, "adjusted statistic", got.Statistic, *w.Statistic, 1e-7, 1e-2)
	}
	near(t, "lower end", got.ConfLow, w.ConfLow, 1e-7, 1e-2)
	near(t, "upper end", got.ConfHigh, w.ConfHigh, 1e-7, 1e-2)
}

// TestSensitivityReference holds everything to PySensemakr's numbers on dummies: estimates and partial R² to 1e-9, what
// follows from errors to 1e-7.
func TestSensitivityReference(t *testing.T) {
	var ref struct {
		Cases  []sensitivityCase
		Darfur sensitivityCase
		Values []struct{ T, DF, Q, Alpha, RV float64 } `json:"robustness_values"`

		Program, Version string
	}
	load(t, "sensitivity.json", &ref)
	with := func(t *testing.T, id string) {
		compared.With(t, compared.Source{Command: "sensitivity", Program: ref.Program, Version: ref.Version, File: "sensitivity.json", Case: id})
	}
	for _, c := range ref.Cases {
		t.Run(c.ID, func(t *testing.T) {
			with(t, c.ID)
			p := withVariable(t, reference.Panel(t, c.Data, c.Unit, c.Time), c.Gen)
			f, err := formula.Parse(c.Formula)
			if err != nil {
				t.Fatal(err)
			}
			d := design.Options{Weights: c.Weights}
			if c.If != "" {
				d.If, _ = formula.ParseExpr(c.If)
			}
			o := diagnose.SensitivityOptions{KD: c.KD, KY: c.KY, Q: c.Q, Alpha: c.Alpha}
			for _, b := range c.Benchmarks {
				o.Benchmarks = append(o.Benchmarks, diagnose.Benchmark{Terms: b})
			}
			r, err := diagnose.Sensitive(p, f, c.Treat, vcov.Spec{}, d, o)
			if err != nil {
				t.Fatal(err)
			}
			if r.DF != c.DF {
				t.Fatalf("%g degrees of freedom, want %g", r.DF, c.DF)
			}
			near(t, "estimate", r.Estimate, c.Estimate, 1e-9, 0)
			near(t, "error", r.StdError, c.StdError, 1e-7, 0)
			near(t, "statistic", r.Statistic, c.Statistic, 1e-7, 0)
			near(t, "partial R²", r.PartialR2, c.PartialR2, 1e-9, 0)
			near(t, "partial f²", r.PartialF2, c.PartialF2, 1e-9, 0)
			near(t, "RV", r.RV, c.RV, 1e-9, 0)
			near(t, "RV at a level", r.RVAlpha, c.RVAlpha, 1e-7, 0)
			if len(r.Bounds) != len(c.Bounds) {
				t.Fatalf("%d bounds, want %d", len(r.Bounds), len(c.Bounds))
			}
			for i, want := range c.Bounds {
				got := r.Bounds[i]
				if got.Benchmark != want.Benchmark || got.KD != want.KD || got.KY != want.KY {
					t.Fatalf("bound %d is %s %g/%g", i, got.Benchmark, got.KD, got.KY)
				}
				near(t, want.Benchmark+" R²_D", got.R2DZ, want.R2DZ, 1e-9, 1e-6)
				near(t, want.Benchmark+" R²_Y", got.R2YZ, want.R2YZ, 1e-9, 1e-6)
				want.hold(t, got.Adjusted)
			}
		})
	}
	t.Run("darfur", func(t *testing.T) {
		with(t, "darfur")
		c := ref.Darfur
		s := &diagnose.Sensitivity{Estimate: c.Estimate, StdError: c.StdError, DF: c.DF, Q: 1, Alpha: 0.05}
		near(t, "RV", diagnose.RobustnessValue(c.Estimate/c.StdError, c.DF, 1, 1), c.RV, 1e-9, 0)
		near(t, "RV at 5 %", diagnose.RobustnessValue(c.Estimate/c.StdError, c.DF, 1, 0.05), c.RVAlpha, 1e-7, 0)
		for _, want := range c.Bounds {
			want.hold(t, s.Adjust(want.R2DZ, want.R2YZ))
		}
	})
	with(t, "robustness values")
	for _, v := range ref.Values {
		near(t, "robustness value", diagnose.RobustnessValue(v.T, v.DF, v.Q, v.Alpha), v.RV, 1e-9, 0)
	}
}

// A confounder as strong with both as the robustness value says takes the estimate to (1 - q) of itself, and one as strong
// as that at a level takes its t statistic to the threshold.
func TestRobustnessValueIsWhereTheEstimateGoes(t *testing.T) {
	for _, q := range []float64{0.3, 1} {
		s := &diagnose.Sensitivity{Estimate: -2, StdError: 0.31, DF: 57, Q: q, Alpha: 0.05, H0: -2 * (1 - q)}
		tstat := s.Estimate / s.StdError
		rv := diagnose.RobustnessValue(tstat, s.DF, q, 1)
		near(t, "estimate", s.Adjust(rv, rv).Estimate, s.H0, 1e-12, 1)
		rv = diagnose.RobustnessValue(tstat, s.DF, q, 0.05)
		if rv > 0 {
			near(t, "t", s.Adjust(rv, rv).Statistic, s.Threshold(), 1e-9, 0)
		}
	}
}

// A confounder is added to a regression that leaves it out: its own partial R² give the estimate, the error and the t
// statistic of the regression with it, to rounding.
func TestAdjustIsTheLongRegression(t *testing.T) {
	p := reference.Panel(t, "data/castle.csv", "sid", "year")
	sensitive := func(text string) *diagnose.Sensitivity {
		f, err := formula.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		r, err := diagnose.Sensitive(p, f, "post", vcov.Spec{}, design.Options{}, diagnose.SensitivityOptions{Benchmarks: []diagnose.Benchmark{{Terms: []string{"l_police"}}}})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	short, long := sensitive("l_larceny ~ post + l_police | sid + year"), sensitive("l_larceny ~ post + l_police + poverty | sid + year")
	f, _ := formula.Parse("l_larceny ~ post + poverty + l_police | sid + year")
	r, err := diagnose.Sensitive(p, f, "post", vcov.Spec{}, design.Options{}, diagnose.SensitivityOptions{Benchmarks: []diagnose.Benchmark{{Terms: []string{"poverty"}}}})
	if err != nil {
		t.Fatal(err)
	}
	z := r.Bounds[0]
	adjusted := short.Adjust(z.R2DXJ, z.R2YXJ)
	if math.Abs(long.Estimate) > math.Abs(short.Estimate) { // the bias is taken towards zero
		adjusted.Estimate = 2*short.Estimate - adjusted.Estimate
	}
	near(t, "estimate", adjusted.Estimate, long.Estimate, 1e-9, 1e-2)
	near(t, "error", adjusted.StdError, long.StdError, 1e-9, 0)
}

func TestSensitivityRefuses(t *testing.T) {
	p := reference.Panel(t, "data/castle.csv", "sid", "year")
	for _, c := range []struct {
		formula, treat string
		o              diagnose.SensitivityOptions
		want           string
	}{
		{"l_homicide ~ post + poverty | sid + year", "pst", diagnose.SensitivityOptions{}, "did you mean post?"},
		{"l_homicide ~ post + poverty | sid + year", "post", diagnose.SensitivityOptions{Benchmarks: []diagnose.Benchmark{{[]string{"povert"}}}}, "did you mean poverty?"},
		{"l_homicide ~ post | sid + year", "post", diagnose.SensitivityOptions{Benchmarks: []diagnose.Benchmark{{[]string{"post"}}}}, "is the treatment itself"},
		{"l_homicide ~ post + poverty + I(2*poverty) | sid + year", "post", diagnose.SensitivityOptions{Benchmarks: []diagnose.Benchmark{{[]string{"I(2 * poverty)"}}}}, "left out of the model as collinear"},
		{"l_homicide ~ post + poverty | sid + year", "post", diagnose.SensitivityOptions{Benchmarks: []diagnose.Benchmark{{[]string{"year"}}}, KD: []float64{50}}, "nothing can be 50 times as strong as year"},
		{"l_homicide ~ post + poverty | sid + year", "post", diagnose.SensitivityOptions{KD: []float64{1, 2}, KY: []float64{1, 2, 3}}, "give as many"},
		{"l_homicide ~ post + poverty | sid + year", "post", diagnose.SensitivityOptions{KD: []float64{-1}}, "a strength of -1 is none"},
		{"l_homicide ~ post + poverty | sid + year", "post", diagnose.SensitivityOptions{Q: -1}, "above 0"},
		{"l_homicide ~ post + poverty | sid + year", "post", diagnose.SensitivityOptions{Alpha: 2}, "between 0 and 1"},
		{"I(2*post) ~ post + poverty", "post", diagnose.SensitivityOptions{}, "explains"},
	} {
		f, err := formula.Parse(c.formula)
		if err != nil {
			t.Fatal(err)
		}
		_, err = diagnose.Sensitive(p, f, c.treat, vcov.Spec{}, design.Options{}, c.o)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.formula, err, c.want)
		}
		var strong *diagnose.TooStrong
		if errors.As(err, &strong) { // just below the strength that it names there is a bound
			c.o.KD = []float64{strong.Most * 0.999}
			if _, err := diagnose.Sensitive(p, f, c.treat, vcov.Spec{}, design.Options{}, c.o); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestParseBenchmark(t *testing.T) {
	for text, want := range map[string]string{"poverty": "poverty", " a+ b ": "a + b", "log(x+1)+ i(year, ref=2000)": "log(x + 1) + i(year, ref=2000)", "`a + b` + c": "`a + b` + c", "a:b": "a:b", "region^year": "region^year"} {
		if got := diagnose.ParseBenchmark(text).String(); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
