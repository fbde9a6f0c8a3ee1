package regress_test

import (
	"math"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

// TestCombineIsARegression: the sum of two coefficients is the coefficient of x1 after x2 is replaced by x2 - x1.
func TestCombineIsARegression(t *testing.T) {
	p := reference.Panel(t, "testdata/reference/data/balanced.csv", "unit", "time")
	fits, err := regress.Estimate(p, regress.Spec{Formula: "y ~ x1 + x2 + d:x1 | unit + time"})
	if err != nil {
		t.Fatal(err)
	}
	other, err := regress.Estimate(p, regress.Spec{Formula: "y ~ x1 + I(x2 - 2*x1) + d:x1 | unit + time"})
	if err != nil {
		t.Fatal(err)
	}
	want := other[0].Coef[0]
	got, err := fits[0].Combine("x1 + 2*x2")
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(got.Estimate-want.Estimate) > 1e-10 || math.Abs(got.StdError-want.StdError) > 1e-10 || math.Abs(got.PValue-want.PValue) > 1e-9 || math.Abs(got.ConfLow-want.ConfLow) > 1e-9 {
		t.Errorf("got %+v, want %+v", got, want)
	}
	single, err := fits[0].Combine("d:x1 = 0")
	if err != nil {
		t.Fatal(err)
	}
	c, _ := fits[0].Coefficient("d:x1")
	if c.Term == "" {
		c, _ = fits[0].Coefficient("x1:d")
	}
	if single.Estimate != c.Estimate || math.Abs(single.PValue-c.PValue) > 1e-12 {
		t.Errorf("got %+v, want %+v", single, c)
	}
	if math.Abs(single.PGreater+single.PLess-1) > 1e-12 {
		t.Errorf("one-sided p values %g and %g", single.PGreater, single.PLess)
	}
	for text, want := range map[string]string{"x9": `no coefficient "x9"; did you mean x1 or x2?`, "x1*x2": "no linear combination", "x1 - x1": "has no variance"} {
		if _, err := fits[0].Combine(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

// A term whose name begins with another's is read whole.
func TestCombineTermsOfOneBeginning(t *testing.T) {
	p := reference.Panel(t, "testdata/reference/data/balanced.csv", "unit", "time")
	x, err := p.Numbers("x2")
	if err != nil {
		t.Fatal(err)
	}
	if p, err = p.With(&panel.Variable{Name: "x10", Values: x}); err != nil {
		t.Fatal(err)
	}
	fits, err := regress.Estimate(p, regress.Spec{Formula: "y ~ d:x1 + d:x10 | unit + time"})
	if err != nil {
		t.Fatal(err)
	}
	want, _ := fits[0].Coefficient("d:x10")
	got, err := fits[0].Combine("d:x10")
	if err != nil || got.Estimate != want.Estimate {
		t.Errorf("%v, %v; want %v", got, err, want.Estimate)
	}
}
