package table_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// tValue makes a coefficient of an estimate and its t statistic, with p from the stars printed beside it in Gao, Han &
// Han (2026), Table 2.
func tValue(term string, estimate, t float64, stars string) regress.Coef {
	p := map[string]float64{"***": 0.001, "**": 0.03, "*": 0.07, "": 0.5}[stars]
	se := math.Abs(estimate / t)
	return regress.Coef{Term: term, Estimate: estimate, StdError: se, Statistic: t, PValue: p,
		ConfLow: estimate - 1.96*se, ConfHigh: estimate + 1.96*se}
}

// table2 is Gao, Han & Han (2026), Table 2, as four fits.
func table2() []*regress.Fit {
	constant := func(estimate, t float64, stars string) *regress.Coef {
		c := tValue("(Intercept)", estimate, t, stars)
		return &c
	}
	fit := func(r2 float64, c *regress.Coef, coef ...regress.Coef) *regress.Fit {
		return &regress.Fit{Method: "twfe", Outcome: "DIA", Coef: coef, Constant: c, N: 5364, R2: r2, R2Adj: r2 - 0.03, R2Within: r2 / 10, R2WithinAd: r2 / 11,
			Level: 0.95, FixedEffects: regress.Levels{{Name: "city", Levels: 298}, {Name: "year", Levels: 18}},
			Vcov: regress.VcovInfo{Type: "iid"}}
	}
	return []*regress.Fit{
		fit(0.521, constant(0.677, 99.290, "***"), tValue("DID", 0.276, 7.401, "***")),
		fit(0.531, constant(0.716, 1.560, ""), tValue("DID", 0.297, 7.931, "***"), tValue("PGDP", 0.077, 1.838, "*"), tValue("FINDEV", 0.013, 1.190, ""),
			tValue("OPEN", -0.011, -1.750, "*"), tValue("GOVSUP", 4.447, 5.233, "***"), tValue("MKTZ", -0.064, -7.329, "***"), tValue("URB", -0.381, -3.271, "***")),
		fit(0.526, constant(0.633, 1.368, ""), tValue("SC", 0.056, 2.087, "**"), tValue("PGDP", 0.081, 1.928, "*"), tValue("FINDEV", 0.010, 0.920, ""),
			tValue("OPEN", -0.011, -1.782, "*"), tValue("GOVSUP", 4.651, 5.440, "***"), tValue("MKTZ", -0.060, -6.856, "***"), tValue("URB", -0.365, -3.110, "***")),
		fit(0.529, constant(0.360, 0.782, ""), tValue("LCC", 0.158, 5.974, "***"), tValue("PGDP", 0.101, 2.396, "**"), tValue("FINDEV", 0.016, 1.395, ""),
			tValue("OPEN", -0.006, -0.908, ""), tValue("GOVSUP", 4.349, 5.093, "***"), tValue("MKTZ", -0.059, -6.748, "***"), tValue("URB", -0.355, -3.039, "***")),
	}
}

var chineseLabels = wording.Labels{"city": "城市", "year": "年份"}

func simulated(fits []*regress.Fit) []*regress.Fit {
	for _, f := range fits {
		f.Simulated = true
		f.Vcov = regress.VcovInfo{Type: "cluster", By: []string{"city"}, Clusters: []int{298}}
	}
	return fits
}

func mustRegression(t *testing.T, fits []*regress.Fit, o table.Options) *table.Table {
	t.Helper()
	tab, err := table.Regression(fits, o)
	if err != nil {
		t.Fatal(err)
	}
	return tab
}

func testDraft(t *testing.T) {
	tab := mustRegression(t, simulated(table2()), table.Options{Number: "2", Title: "Baseline regressions"})
	t.Log("\n" + tab.Text())
	tab = mustRegression(t, table2(), table.Options{Number: "2", Title: "基准回归结果", Language: wording.Chinese, Labels: chineseLabels, Beside: true})
	t.Log("\n" + tab.Text())
	t.Log("\n" + table.Render(table.Markdown{}, tab))
	t.Log("\n" + table.Render(table.LaTeX{}, tab))
}

func TestRegressionErrors(t *testing.T) {
	_, err := table.Regression(nil, table.Options{})
	if err == nil {
		t.Fatal("no fits: no error")
	}
	_, err = table.Regression(table2(), table.Options{Columns: []string{"a"}})
	if err == nil || !strings.Contains(err.Error(), "1 column heads stand for 4 regressions") {
		t.Errorf("heads: %v", err)
	}
	_, err = table.Regression(table2(), table.Options{Keep: []string{"PGPD"}})
	var unknown *table.UnknownTerm
	if !errors.As(err, &unknown) || err.Error() != `no regression of the table has a term "PGPD"; did you mean PGDP?` {
		t.Errorf("keep: %v", err)
	}
}
