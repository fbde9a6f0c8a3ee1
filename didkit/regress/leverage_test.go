package regress_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/distribution"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

type leverageFile struct {
	Program, Version string
	Statspai         struct {
		Data, Formula, By, Programs string
		StdError                    map[vcov.Type]map[string]float64 `json:"std_error"`
	}
	Cases []struct {
		ID, Data, Formula, Weights, Vcov string
		N                                int
		Coef                             []struct {
			Term string
			SE   float64 `json:"std_error"`
			DF   float64
		}
	}
}

func leverages(t *testing.T) (f leverageFile) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(reference.Root(t), "testdata", "reference", "leverage.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &f); err != nil {
		t.Fatal(err)
	}
	return f
}

// HC2, HC3, CR2 and CR3 are those of regressions with all dummies written out, degrees of freedom included.
func TestLeverageCorrections(t *testing.T) {
	file := leverages(t)
	for _, c := range file.Cases {
		t.Run(c.ID+"/"+c.Vcov, func(t *testing.T) {
			p, err := reference.ReadCSV(filepath.Join(reference.Root(t), c.Data))
			if err != nil {
				t.Fatal(err)
			}
			kind, by, clustered := strings.Cut(strings.TrimSuffix(c.Vcov, ")"), "(")
			s := regress.Spec{Formula: c.Formula, Vcov: vcov.Spec{Type: vcov.Type(kind)}, Design: design.Options{Weights: c.Weights}}
			if clustered {
				s.Vcov.By = []string{by}
			}
			fits, err := regress.Estimate(p, s)
			if err != nil {
				t.Fatal(err)
			}
			compared.With(t, compared.Source{Command: "reg", Method: "vcov=" + kind, Program: file.Version, File: "leverage.json", Case: c.ID + c.Vcov})
			f := fits[0]
			if f.N != c.N {
				t.Fatalf("%d rows, want %d", f.N, c.N)
			}
			for _, want := range c.Coef {
				got, ok := f.Coefficient(want.Term)
				if !ok {
					t.Fatalf("no coefficient %s", want.Term)
				}
				compared.Near(t, "standard error of "+want.Term, got.StdError, want.SE, 1e-7, 0)
				df := f.DFT
				if clustered {
					df = got.DF
					compared.Near(t, "degrees of freedom of "+want.Term, got.DF, want.DF, 1e-7, 0)
				}
				if p := distribution.TwoSidedT(got.Estimate/got.StdError, df); math.Abs(got.PValue-p) > 1e-12 {
					t.Errorf("%s: p = %g, want %g", want.Term, got.PValue, p)
				}
				if half := distribution.CriticalT(0.95, df) * got.StdError; math.Abs((got.ConfHigh-got.ConfLow)/2/half-1) > 1e-9 {
					t.Errorf("%s: interval %g to %g is not %g wide", want.Term, got.ConfLow, got.ConfHigh, 2*half)
				}
			}
		})
	}
}

// clubSandwich's and sandwich's own numbers, on data that are not kept here.
func TestLeverageCorrectionsOfR(t *testing.T) {
	c := leverages(t).Statspai
	p := reference.PanelBeside(t, "validation/statspai/"+c.Data)
	for kind, terms := range c.StdError {
		s := vcov.Spec{Type: kind}
		if kind == vcov.CR2 || kind == vcov.CR3 {
			s.By = []string{c.By}
		}
		fits, err := regress.Estimate(p, regress.Spec{Formula: c.Formula, Vcov: s})
		if err != nil {
			t.Fatal(err)
		}
		compared.With(t, compared.Source{Command: "reg", Method: "vcov=" + string(kind), Program: c.Programs, File: "leverage.json", Case: string(kind)})
		for term, want := range terms {
			got, _ := fits[0].Coefficient(term)
			compared.Near(t, "standard error of "+term, got.StdError, want, 1e-7, 0)
		}
	}
}
