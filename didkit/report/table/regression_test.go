package table_test

import (
	"errors"
	"html"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

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

// stubOf are the labels of a table's rows.
func stubOf(t *table.Table) string {
	var out []string
	for _, r := range t.Body {
		out = append(out, r.Cells[0].Text)
	}
	return strings.Join(out, "|")
}

func fitOf(terms ...string) *regress.Fit {
	f := &regress.Fit{Outcome: "y", N: 10, R2: 0.5, R2Within: math.NaN(), Level: 0.95, Vcov: regress.VcovInfo{Type: "iid"}}
	for _, term := range terms {
		f.Coef = append(f.Coef, tValue(term, 1, 2, "**"))
	}
	return f
}

func TestTermsKeepTheFormulasOrder(t *testing.T) {
	for _, c := range []struct {
		fits [][]string
		want string
	}{
		{[][]string{{"a"}, {"a", "b"}, {"a", "b", "c"}}, "a|b|c"},
		{[][]string{{"DID"}, {"DID", "x", "z"}, {"SC", "x", "z"}, {"LCC", "x", "z"}}, "DID|SC|LCC|x|z"},
		{[][]string{{"DID", "x"}, {"DID", "m", "x"}, {"DID", "n", "x"}}, "DID|m|n|x"},
		{[][]string{{"(Intercept)", "b"}, {"(Intercept)", "a"}}, "b|a|Constant"},
		{[][]string{{"a", "b"}, {"b", "a"}}, "a|b"},
		{[][]string{{}, {"a"}}, "a"},
	} {
		var fits []*regress.Fit
		for _, terms := range c.fits {
			fits = append(fits, fitOf(terms...))
		}
		if got := stubOf(mustRegression(t, fits, table.Options{})); got != c.want+"|Observations|R²" {
			t.Errorf("%v: rows %s, want %s", c.fits, got, c.want)
		}
	}
}

// TestMergedOrderAgreesWithEveryFit: terms in the order of one list must come out in it, whatever subsets the fits have.
func TestMergedOrderAgreesWithEveryFit(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		all := []string{"a", "b", "c", "d", "e", "f"}
		var fits []*regress.Fit
		for range rapid.IntRange(1, 4).Draw(rt, "fits") {
			var terms []string
			for _, x := range all {
				if rapid.Bool().Draw(rt, x) {
					terms = append(terms, x)
				}
			}
			fits = append(fits, fitOf(append(terms, "last")...)) // a shared last term anchors what is new
		}
		tab, err := table.Regression(fits, table.Options{})
		if err != nil {
			rt.Fatal(err)
		}
		rows := strings.Split(stubOf(tab), "|")
		at := map[string]int{}
		for i, r := range rows {
			if _, twice := at[r]; twice {
				rt.Fatalf("%s stands twice in %v", r, rows)
			}
			at[r] = i
		}
		for _, c := range fits[0].Coef { // the first fit's order is always kept whole
			if _, ok := at[c.Term]; !ok {
				rt.Fatalf("%s is not in %v", c.Term, rows)
			}
		}
		for i := 1; i < len(fits[0].Coef); i++ {
			if at[fits[0].Coef[i-1].Term] > at[fits[0].Coef[i].Term] {
				rt.Fatalf("the first fit's order is lost in %v", rows)
			}
		}
		for _, f := range fits {
			for _, c := range f.Coef {
				if at["last"] < at[c.Term] {
					rt.Fatalf("%s stands after last in %v", c.Term, rows)
				}
			}
		}
	})
}

func TestKeepDropControls(t *testing.T) {
	fits := []*regress.Fit{fitOf("DID", "year::2010", "year::2011", "x*y"), fitOf("DID", "PGDP", "URB")}
	for _, c := range []struct {
		name string
		o    table.Options
		want string
	}{
		{"keep", table.Options{Keep: []string{"DID"}}, "DID"},
		{"keep by pattern", table.Options{Keep: []string{"year::*"}}, "year = 2010|year = 2011"},
		{"drop by pattern", table.Options{Drop: []string{"year::*", "*G*P"}}, "DID|x*y|URB"},
		{"a star in a name", table.Options{Keep: []string{"x*y"}}, "x*y"},
		{"controls", table.Options{Controls: []string{"PGDP", "URB"}, Drop: []string{"year*"}}, "DID|x*y|Controls"},
		{"controls win over keep", table.Options{Keep: []string{"*"}, Controls: []string{"*D*"}}, "year = 2010|year = 2011|x*y|URB|Controls"},
	} {
		if got := stubOf(mustRegression(t, fits, c.o)); got != c.want+"|Observations|R²" {
			t.Errorf("%s: rows %s, want %s", c.name, got, c.want)
		}
	}
	controls := mustRegression(t, fits, table.Options{Controls: []string{"PGDP", "URB"}, Keep: []string{"DID"}}).Body[1].Cells
	if controls[1].Text != "No" || controls[2].Text != "Yes" {
		t.Errorf("controls row: %v", controls)
	}
}

// A method that is no regression has controls without coefficients, and says nothing of fixed effects it does not absorb.
func TestControlsOfOtherMethods(t *testing.T) {
	a, b, c := fitOf("DID", "PGDP"), fitOf("DID"), fitOf("DID")
	a.FixedEffects = regress.Levels{{Name: "city"}}
	b.Method, b.Controls = "cs", []string{"PGDP"}
	c.Method = "ols"
	rows := mustRegression(t, []*regress.Fit{a, b, c}, table.Options{Controls: []string{"PGDP"}, Keep: []string{"DID"}}).Body
	for i, want := range [][]string{{"Controls", "Yes", "Yes", "No"}, {"Fixed effects: city", "Yes", "", "No"}} {
		for k, cell := range rows[i+1].Cells {
			if cell.Text != want[k] {
				t.Errorf("row %v: column %d is %q", want, k, cell.Text)
			}
		}
	}
}

// TestColumnsThatDiffer: what all columns share is a note, what they don't is a row.
func TestColumnsThatDiffer(t *testing.T) {
	a, b := fitOf("x"), fitOf("x", "z")
	a.FixedEffects = regress.Levels{{Name: "city"}, {Name: "year"}}
	a.Vcov = regress.VcovInfo{Type: "cluster", By: []string{"city"}, Clusters: []int{1298}}
	b.FixedEffects = regress.Levels{{Name: "year"}}
	b.Weights, b.If, b.Outcome, b.Method, b.Simulated = "pop", "year > 2010", "z", "sunab", true
	b.Collinear = []string{"u", "v"}
	tab := mustRegression(t, []*regress.Fit{a, b}, table.Options{Labels: wording.Labels{"u": "Urban share"}})
	want := "x|z|Fixed effects: city|Fixed effects: year|Estimator|Standard errors|Clusters|Weights|Rows used|Observations|R²"
	if got := stubOf(tab); got != want {
		t.Errorf("rows %s, want %s", got, want)
	}
	row := func(label string) []table.Cell {
		for _, r := range tab.Body {
			if r.Cells[0].Text == label {
				return r.Cells[1:]
			}
		}
		t.Fatalf("no row %s", label)
		return nil
	}
	if c := row("Fixed effects: city"); c[0].Text != "Yes" || c[1].Text != "No" {
		t.Errorf("city effects %v", c)
	}
	if c := row("Standard errors"); c[0].Text != "clustered by city" || c[1].Text != "classical (iid)" {
		t.Errorf("standard errors %v", c)
	}
	if c := row("Clusters"); c[0].Number == nil || c[0].Number.Value != 1298 || c[1].Text != "" {
		t.Errorf("clusters %v", c)
	}
	if c := row("Rows used"); c[0].Text != "" || c[1].Text != "year > 2010" {
		t.Errorf("rows used %v", c)
	}
	notes := strings.Join(tab.Notes, " ")
	for _, want := range []string{"Simulated data in (2).", "Urban share is collinear and left out of (2).", "v is collinear and left out of (2)."} {
		if !strings.Contains(notes, want) {
			t.Errorf("notes %q lack %q", notes, want)
		}
	}
	if tab.Simulated || strings.Contains(notes, "Standard errors are") {
		t.Errorf("simulated %v; notes %q", tab.Simulated, notes)
	}
	if heads := tab.Head[0].Cells; len(heads) != 3 || heads[1].Text != "y" || heads[2].Text != "z" {
		t.Errorf("heads %v", heads)
	}
}

// Where columns differ in their errors, the row has room for a few words: what they leave out stands in the note.
func TestErrorsInBriefAndInFull(t *testing.T) {
	fits := table2()[:3]
	fits[1].Vcov = regress.VcovInfo{Type: "CR2", By: []string{"city"}, Clusters: []int{298}}
	fits[2].Inference = &regress.Inference{Method: regress.InferenceRI, Term: "SC", Stat: "t", Draws: 9999}
	for language, want := range map[wording.Language][]string{
		wording.English: {"classical (iid)", "clustered by city (CR2)", "randomisation, t, 9,999 draws",
			"Standard errors in (2) are clustered by city, corrected for leverage (CR2), with Satterthwaite's degrees of freedom."},
		wording.Chinese: {"按独立同分布计算", "聚类到城市层面（CR2）", "随机化推断（t），9\u202f999次抽样", "(2)列标准误聚类到城市层面并按杠杆值修正（CR2），自由度用 Satterthwaite 近似。"},
	} {
		text := mustRegression(t, fits, table.Options{Language: language, Labels: chineseLabels}).HTML()
		if language == wording.English {
			text = mustRegression(t, fits, table.Options{Language: language}).HTML()
		}
		for _, w := range want {
			if !strings.Contains(html.UnescapeString(text), w) {
				t.Errorf("no %q in\n%s", w, text)
			}
		}
	}
}

func TestStars(t *testing.T) {
	for p, want := range map[float64]int{0: 3, 0.00999: 3, 0.01: 2, 0.0499: 2, 0.05: 1, 0.0999: 1, 0.1: 0, 1: 0, math.NaN(): 0} {
		f := fitOf("x")
		f.Coef[0].PValue = p
		if got := mustRegression(t, []*regress.Fit{f}, table.Options{}).Body[0].Cells[1].Number.Stars; got != want {
			t.Errorf("p = %g has %d stars, want %d", p, got, want)
		}
	}
	f := fitOf("x")
	f.Coef[0].PValue = 0
	plain := mustRegression(t, []*regress.Fit{f}, table.Options{NoStars: true})
	if plain.Body[0].Cells[1].Number.Stars != 0 || strings.Contains(plain.Note(), "***") {
		t.Error("stars in spite of NoStars")
	}
}

// TestMissingStatistic: an estimate without an error has no empty bracket.
func TestMissingStatistic(t *testing.T) {
	f := fitOf("x")
	f.Coef[0].Statistic, f.Coef[0].StdError, f.Coef[0].ConfLow, f.Coef[0].ConfHigh = math.NaN(), math.NaN(), math.NaN(), math.NaN()
	for _, s := range []table.Statistic{table.TValue, table.StdErr, table.Confidence} {
		for _, beside := range []bool{false, true} {
			text := mustRegression(t, []*regress.Fit{f}, table.Options{Statistic: s, Beside: beside}).Text()
			body := strings.Split(text, "Observations")[0]
			if strings.ContainsAny(strings.Split(body, "x ")[1], "([") {
				t.Errorf("a bracket without a number:\n%s", text)
			}
		}
	}
}

func TestDescribeErrors(t *testing.T) {
	_, err := table.Describe(table1(), table.DescribeOptions{Groups: []table.Group{{Label: "g", Variables: []string{"DTL"}}}})
	if err == nil || err.Error() != `the summary has no variable "DTL"; did you mean DTI or GTI?` && err.Error() != `the summary has no variable "DTL"; did you mean DTI?` {
		t.Errorf("got %v", err)
	}
}

func TestDescribeWithoutLabels(t *testing.T) {
	d := table1()
	for i := range d.Rows {
		d.Rows[i].Label = ""
		d.Rows[i].P25, d.Rows[i].P50, d.Rows[i].P75 = 0, 0.5, 1
	}
	tab := mustDescribe(t, d, table.DescribeOptions{Detail: true, Digits: table.NoDigits})
	if len(tab.Columns) != 9 || tab.Stub != 1 {
		t.Errorf("%d columns, %d of them names", len(tab.Columns), tab.Stub)
	}
	labelled := mustDescribe(t, d, table.DescribeOptions{Labels: wording.Labels{"DIA": "Digital agglomeration"}})
	if got := labelled.Body[1].Cells[0].Text; got != "DID" {
		t.Errorf("a variable without a label is named %q in a labelled table, want its symbol", got)
	}
}
