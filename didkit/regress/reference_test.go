package regress_test

import (
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

// TestReference holds Estimate against every case of testdata/reference: five programs, each with its version and call.
func TestReference(t *testing.T) {
	panels := map[string]*panel.Panel{}
	for _, c := range reference.Cases(t) {
		t.Run(c.ID, func(t *testing.T) {
			key := c.Data
			for _, name := range c.Index {
				key += " " + name
			}
			p := panels[key]
			if p == nil {
				p = reference.Panel(t, c.Data, c.Index...)
				panels[key] = p
			}
			fits, err := regress.Estimate(p, regress.Spec{Formula: c.Formula, Vcov: c.VcovSpec(t),
				Design: design.Options{Weights: c.Weights, If: c.Filter(t), KeepSingletons: c.Singletons == "keep"}})
			if err != nil {
				t.Fatalf("%s: %v", c.Formula, err)
			}
			compared.With(t, c.Source("reg", c.VcovMethod()))
			reference.Compare(t, &c, fits[0])
			if c.Wald != nil {
				compareWald(t, &c, fits[0])
			}
			if t.Failed() {
				t.Logf("%s %s: %s", c.Program, c.Version, c.Call)
			}
		})
	}
}

func compareWald(t *testing.T, c *reference.Case, fit *regress.Fit) {
	w, err := did.WaldTest(fit, c.Wald.Terms)
	if err != nil {
		t.Fatal(err)
	}
	compared.With(t, c.Source("wald", "zero"))
	compared.Near(t, "Wald statistic", w.Statistic, c.Wald.Statistic, 3*c.Tolerance.StdError, 0)
	if w.DF1 != c.Wald.DF1 || c.Wald.DF2 != nil && w.DF2 != *c.Wald.DF2 {
		t.Errorf("Wald degrees of freedom: got %g, %g, want %g, %v", w.DF1, w.DF2, c.Wald.DF1, c.Wald.DF2)
	}
	if want := c.Wald.PValue; want != nil {
		compared.Near(t, "p of the Wald test", w.PValue, *want, 1e-6, 0)
	}
}
