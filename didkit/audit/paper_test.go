package audit_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/audit"
	"github.com/seed2d25c7c2/didnb/didkit/audit/honest"
	"github.com/seed2d25c7c2/didnb/didkit/audit/paper"
)

// study is Gao, Han and Han's (2026) printed numbers.
func study(t testing.TB) *paper.Book {
	t.Helper()
	data, err := os.ReadFile("../../data/published.json")
	if err != nil {
		t.Fatal(err)
	}
	b, err := paper.Parse(data, "published.json")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// What the study's printed numbers imply, worked out by hand from the article: the arithmetic must find each.
func TestFactsOfTheStudy(t *testing.T) {
	r := audit.Run(study(t))
	want := []struct{ fact, where, value, arithmetic string }{
		{"treated_rows", "table5", "385: 120 + 120 + 145", "385 / 5364 = 0.0718"},
		{"treated_units", "table5", "40", "120 / 3 = 40"},
		{"adoption", "table5", "for instance ", "Σ (2018 − g) = 145, U = 40"},
		{"standard_errors", "table2 (1)", "classical (iid)", "s² = 0.645² (1 − 0.521) 5363 / (5364 − 298 − 18 + 1 − 1)"},
		{"classical_error", "table2 (1) DID", "printed [0.03722, 0.03736], classical [0.03695, 0.03788]", "SS(DID) ∈ [147.9, 154.7]"},
		{"r2", "table2 (1)", "overall", "≟ 0.521"},
		{"missing_units", "table3 (3) BN", "1", "5364 − 5346 = 18 = 1 · 18"},
		{"lag_n", "table3 (2) lagged", "5066", "5066 = 298 · 17"},
		{"split", "table6 PGDP", "median of units or rows", "2682 = 149 · 18 + 0"},
		{"split", "table6 PM25", "median of rows", "2683 = 149 · 18 + 1; |2683 − 2681| = 2"},
		{"matched_on", "table3 (1) PSM-DID", "ever-treated: 720 + 542", "1262 > 2 · 385 = 770"},
		{"indirect", "table4 DTI", "", "0.297 − 0.294 ∈ [0.0020, 0.0040]; 0.090 · 0.031 ∈ [0.00273, 0.00285]"},
		{"indirect", "table4 GTI", "", "0.092 · 0.084"},
		{"indirect", "table4 HC", "", "0.002 · 8.374"},
		{"sobel", "table4 DTI", "z = 1.605, p = 0.108", ""},
		{"tension", "trend 2014–2023", "0.023 beside 0.628", "0.082 − 0.059"},
		{"quotient_share", "table1 DIA", "at most 14.5 %", ""},
	}
	for _, w := range want {
		i := slices.IndexFunc(r.Facts, func(f audit.Fact) bool { return f.Name == w.fact && f.Where == w.where })
		if i < 0 {
			t.Errorf("%s in %s was not found", w.fact, w.where)
			continue
		}
		if f := r.Facts[i]; !strings.HasPrefix(f.Value, w.value) || !strings.Contains(f.Arithmetic, w.arithmetic) {
			t.Errorf("%s in %s is %q by %q, want %q by %q", w.fact, w.where, f.Value, f.Arithmetic, w.value, w.arithmetic)
		}
	}
	for _, f := range r.Findings {
		if f.Verdict == audit.Inconsistent {
			t.Errorf("%s in %s is called inconsistent: %s", f.Check, f.Where, f.Arithmetic)
		}
	}
}

// The article's sample sizes leave adoption years open; 9, 9, 8 and 14 cities are one solution of the 103.
func TestKnownAdoptionIsASolution(t *testing.T) {
	units, sum := 0, 0
	for year, n := range map[int]int{2012: 9, 2013: 9, 2014: 8, 2017: 14} {
		units, sum = units+n, sum+n*(2018-year)
	}
	if units != 40 || sum != 145 {
		t.Fatalf("%d units, sum %d", units, sum)
	}
	if f := audit.Run(study(t)).Fact("adoption"); !strings.Contains(f.Arithmetic, "103 solutions") {
		t.Error(f.Arithmetic)
	}
}

// Each number of the study is changed by a tenth, one at a time. No finding may accuse numbers among which it is not, and
// those that other printed numbers determine must be found.
func TestSpoiltStudy(t *testing.T) {
	b := study(t)
	var missed []string
	for _, s := range honest.Numbers(b) {
		c := copyOf(t, b)
		s.Spoil(c)
		found := false
		for _, f := range audit.Run(c).Findings {
			if f.Verdict != audit.Inconsistent {
				continue
			}
			if !slices.Contains(f.Numbers, s.Name) {
				t.Errorf("%s was changed, and %s in %s accuses %v: %s", s.Name, f.Check, f.Where, f.Numbers, f.Arithmetic)
			}
			found = true
		}
		if !found {
			missed = append(missed, s.Name)
		}
	}
	for _, must := range []string{
		"table1 DID mean", "table1 DID sd", "table1 PGDP mean", "table1 MKTZ mean", "table1 DIA n", "table2 (2) DID estimate", "table2 (2) PGDP estimate",
		"table2 (2) n", "table2 (1) r2", "table2 (2) r2", "table3 (4) ET n", "table4 GTI, second step DID estimate", "table4 HC, first step DID estimate",
		"table5 short 0-2 n", "table5 middle 3-5 n", "table5 long >5 n", "table5 long >5 DID estimate", "table6 PGDP low n", "table6 PM25 high n",
	} {
		if slices.Contains(missed, must) {
			t.Errorf("%s was changed and not found", must)
		}
	}
	for _, m := range missed {
		if strings.HasSuffix(m, " stars") {
			t.Errorf("%s were changed and not found", m)
		}
	}
}

// A number that is off by an order of magnitude, or has lost its sign, is found wherever another number ties it down.
func TestGrossErrors(t *testing.T) {
	cases := []struct {
		name, check string
		change      func(b *paper.Book)
	}{
		{"digits of a t swapped", "stars", func(b *paper.Book) { b.Tables[1].Columns[0].Terms[0].Statistic.Value = 1.407 }},
		{"sign of a t lost", "sign", func(b *paper.Book) { b.Tables[1].Columns[1].Terms[3].Statistic.Value = 1.750 }},
		{"more rows than the panel", "rows", func(b *paper.Book) { b.Tables[1].Columns[1].N = 5464 }},
		{"mean above the largest value", "range", func(b *paper.Book) { b.Tables[0].Summary[0].Mean.Value = 6.97 }},
		{"sd beyond its bound", "spread", func(b *paper.Book) { b.Tables[0].Summary[10].SD.Value = 1.66 }},
		{"sd of a 0/1 variable", "binary", func(b *paper.Book) { b.Tables[0].Summary[1].SD.Value = 0.285 }},
		{"R² falls with more regressors", "nested", func(b *paper.Book) { b.Tables[1].Columns[1].R2.Value = 0.513 }},
		{"R² of a percentage", "r2", func(b *paper.Book) { b.Tables[3].Columns[0].R2.Value = 95.0 }},
		{"a mediator's coefficient", "mediation", func(b *paper.Book) { b.Tables[3].Columns[1].Terms[1].Estimate.Value = 0.310 }},
		{"a group's rows", "split", func(b *paper.Book) { b.Tables[5].Columns[0].N = 2862 }},
		{"a bin's rows", "exposure", func(b *paper.Book) { b.Tables[4].Columns[2].N = 5142 }},
		{"rows of a matched sample", "matched", func(b *paper.Book) { b.Tables[2].Columns[0].N = 12620 }},
		{"a number repeated in the text", "quoted", func(b *paper.Book) { b.Quoted[0].Value.Value = 0.279 }},
		{"a location quotient below 1 throughout", "quotient", func(b *paper.Book) { b.Tables[0].Summary[0].Max.Value = 0.899 }},
		{"the panel's size", "panel", func(b *paper.Book) { b.Sample.N = 5634 }},
	}
	for _, c := range cases {
		b := copyOf(t, study(t))
		c.change(b)
		r := audit.Run(b)
		if !slices.ContainsFunc(r.Findings, func(f audit.Finding) bool { return f.Check == c.check && f.Verdict == audit.Inconsistent }) {
			t.Errorf("%s: no finding of %s", c.name, c.check)
		}
		if r.Verdict != audit.Inconsistent {
			t.Errorf("%s: the verdict is %s", c.name, r.Verdict)
		}
	}
}

func copyOf(t testing.TB, b *paper.Book) *paper.Book {
	t.Helper()
	c, err := honest.Copy(b)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
