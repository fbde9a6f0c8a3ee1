package table_test

import (
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// Columns whose stars are not by the standard error in brackets are named under the table.
func TestNotesOfInference(t *testing.T) {
	fit := func(method string) *regress.Fit {
		f := &regress.Fit{Formula: "y ~ d", Outcome: "y", N: 10, Level: 0.95, Coef: []regress.Coef{{Term: "d", Estimate: 1, StdError: 0.1, Statistic: 10, PValue: 0.2}}, Vcov: regress.VcovInfo{Type: "iid"}}
		if method != "" {
			f.Rest(&regress.Inference{Method: method, Term: "d", PValue: 0.04, ConfLow: 0.1, ConfHigh: 1.9})
		}
		return f
	}
	fits := []*regress.Fit{fit(""), fit(regress.InferenceRI), fit(regress.InferenceFermanPinto), fit(regress.InferenceRI)}
	for l, wants := range map[wording.Language][2]string{
		wording.English: {"Stars and intervals of d in (2) and (4) are by randomisation inference.", "Stars and intervals of d in (3) are by the test of Ferman & Pinto (2019)."},
		wording.Chinese: {"列d的星号与置信区间由随机化推断得出。", "(3)列d的星号与置信区间由Ferman与Pinto（2019）的检验得出。"},
	} {
		made, err := table.Regression(fits, table.Options{Language: l})
		if err != nil {
			t.Fatal(err)
		}
		notes := strings.Join(made.Notes, "\n")
		for _, want := range wants {
			if !strings.Contains(notes, want) {
				t.Errorf("%s: %q, want %q", l, notes, want)
			}
		}
	}
}
