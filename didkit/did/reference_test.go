package did_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
)

// TestTWFEAgainstReference estimates by TWFE every reference case whose treatment it can be told: fixest, pyfixest,
// statsmodels, linearmodels and Stata on the castle-doctrine study.
func TestTWFEAgainstReference(t *testing.T) {
	ran := 0
	for _, c := range reference.Cases(t) {
		treat := ""
		switch {
		case strings.HasSuffix(c.Data, "castle.csv"):
			treat = "post"
		case strings.HasSuffix(c.Data, "castle_study.csv") && strings.Contains(c.Formula, " law |"):
			treat = "law"
		default:
			continue
		}
		ran++
		t.Run(c.ID, func(t *testing.T) {
			unit, _, _ := strings.Cut(c.Formula[strings.Index(c.Formula, "| ")+2:], " ")
			p := reference.Panel(t, c.Data, unit, "year")
			s := did.Spec{Formula: c.Formula, Treat: treat, Vcov: c.VcovSpec(t)}
			s.Design.Weights = c.Weights
			fit, err := did.TWFE(p, s)
			if err != nil {
				t.Fatal(err)
			}
			compared.With(t, c.Source("did", "twfe"))
			reference.Compare(t, &c, fit)
			if fit.Coef[0].Term != treat {
				t.Errorf("the first coefficient is %s, want %s", fit.Coef[0].Term, treat)
			}
		})
	}
	if ran < 10 {
		t.Errorf("%d cases only", ran)
	}
}

// TestEventStudyAgainstReference is fixest's event study of the castle-doctrine laws, from six years before to four after.
func TestEventStudyAgainstReference(t *testing.T) {
	ran := 0
	for _, c := range reference.Cases(t) {
		if !strings.HasSuffix(c.Data, "castle_study.csv") || !strings.Contains(c.Formula, "i(rel, ref=c(-1, -99))") {
			continue
		}
		ran++
		t.Run(c.ID, func(t *testing.T) {
			p := reference.Panel(t, c.Data, "state", "year")
			s := did.EventSpec{Spec: did.Spec{Formula: "l_homicide ~ 1 | state + year", Treat: "law", Vcov: c.VcovSpec(t)}, Window: [2]int{-6, 4}}
			s.Design.Weights = c.Weights
			es, err := did.EventStudy(p, s)
			if err != nil {
				t.Fatal(err)
			}
			compared.With(t, c.Source("eventstudy", "twfe"))
			at := map[string]did.EventCoef{}
			for _, k := range es.Coef {
				at[fmt.Sprintf("rel::%d", k.EventTime)] = k
			}
			for _, want := range c.Coef {
				got, ok := at[want.Term]
				if !ok {
					t.Errorf("no event time %s", want.Term)
					continue
				}
				compared.Near(t, "estimate of "+want.Term, got.Estimate, want.Estimate, 1e-9, 0)
				compared.Near(t, "error of "+want.Term, got.StdError, *want.StdError, 1e-7, 0)
				compared.Within(t, "interval of "+want.Term, got.ConfLow, *want.ConfLow, 1e-6, *want.StdError)
				compared.Within(t, "p of "+want.Term, got.PValue, *want.PValue, 1e-6, 1)
			}
			if w := c.Wald; w != nil {
				p := es.Pretrend
				if p == nil || p.DF1 != w.DF1 || p.DF2 != *w.DF2 {
					t.Fatalf("pre-trend test: got %+v, want %+v", p, *w)
				}
				compared.Near(t, "Wald statistic", p.Statistic, w.Statistic, 3e-7, 0)
				compared.Within(t, "p of the Wald test", p.PValue, *w.PValue, 1e-6, 1)
			}
		})
	}
	if ran == 0 {
		t.Error("no case")
	}
}
