package audit_test

import (
	"fmt"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/audit"
	"github.com/seed2d25c7c2/didnb/didkit/audit/paper"
)

// Each check at the border of each verdict, worked out by hand.
func TestVerdictsCaseByCase(t *testing.T) {
	column := func(term string) string {
		return `{"stars": {"***": 0.01, "**": 0.05, "*": 0.10}, "tables": [{"name": "t", "columns": [{"name": "c", "statistic": "t", "n": 1000, "terms": [` + term + `]}]}]}`
	}
	summary := func(row string) string { return `{"tables": [{"name": "t", "summary": [` + row + `]}]}` }
	cases := []struct {
		name, book, check string
		want              audit.Verdict
	}{
		// a normal t of 1.96 has p 0.05; with nine degrees of freedom 2.262 has
		{"stars of a normal t", column(`{"term": "x", "estimate": 1, "statistic": 1.97, "stars": "**"}`), "stars", audit.Consistent},
		{"stars of few clusters", column(`{"term": "x", "estimate": 1, "statistic": 2.20, "stars": "*"}`), "stars", audit.Undetermined},
		{"stars of 25 clusters", column(`{"term": "x", "estimate": 1, "statistic": 2.77, "stars": "**"}`), "stars", audit.Undetermined},
		{"one star too few", column(`{"term": "x", "estimate": 1, "statistic": 2.30, "stars": "*"}`), "stars", audit.Inconsistent},
		{"one star too many", column(`{"term": "x", "estimate": 1, "statistic": 1.95, "stars": "**"}`), "stars", audit.Inconsistent},
		{"a border within rounding", column(`{"term": "x", "estimate": 1, "statistic": 1.96, "stars": "*"}`), "stars", audit.Consistent},
		{"an unknown mark", column(`{"term": "x", "estimate": 1, "statistic": 1.95, "stars": "†"}`), "stars", audit.Undetermined},
		{"25 clusters, said", `{"tables": [{"name": "t", "columns": [{"name": "c", "statistic": "t", "n": 1000, "errors": "cluster", "clusters": 25, "terms": [{"term": "x", "estimate": 1, "statistic": 2.77, "stars": "**"}]}]}]}`, "stars", audit.Consistent},
		{"100 clusters, said", `{"stars": {"***": 0.01, "**": 0.05, "*": 0.10}, "tables": [{"name": "t", "columns": [{"name": "c", "statistic": "t", "n": 1000, "errors": "cluster", "clusters": 100, "terms": [{"term": "x", "estimate": 1, "statistic": 2.77, "stars": "**"}]}]}]}`, "stars", audit.Inconsistent},
		{"stars at other levels", `{"stars": {"*": 0.05}, "tables": [{"name": "t", "columns": [{"name": "c", "statistic": "t", "n": 1000, "terms": [{"term": "x", "estimate": 1, "statistic": 1.95, "stars": ""}]}]}]}`, "stars", audit.Consistent},
		// 0.297 / 0.037 is 8.03; rounding lets it be 7.91 to 8.15
		{"the ratio", column(`{"term": "x", "estimate": 0.297, "statistic": 7.93, "std_error": 0.037, "stars": "***"}`), "statistic", audit.Consistent},
		{"not the ratio", column(`{"term": "x", "estimate": 0.297, "statistic": 7.89, "std_error": 0.037, "stars": "***"}`), "statistic", audit.Inconsistent},
		{"a standard error of 0.000 says little", column(`{"term": "x", "estimate": 0.002, "statistic": 5.8, "std_error": 0.000, "stars": "***"}`), "statistic", audit.Consistent},
		{"the sign", column(`{"term": "x", "estimate": 0.1, "statistic": -2.5, "stars": "**"}`), "sign", audit.Inconsistent},
		{"no t is negative", column(`{"term": "x", "estimate": -0.1, "statistic": 2.5, "stars": "**"}`), "sign", audit.Undetermined},
		{"stars without a legend", `{"tables": [{"name": "t", "columns": [{"name": "c", "statistic": "t", "n": 1000, "terms": [{"term": "x", "estimate": 1, "statistic": 2.30, "stars": "*"}]}]}]}`, "stars", audit.Undetermined},
		{"stars of no custom", `{"tables": [{"name": "t", "columns": [{"name": "c", "statistic": "t", "n": 1000, "terms": [{"term": "x", "estimate": 1, "statistic": 1.20, "stars": "*"}]}]}]}`, "stars", audit.Inconsistent},
		{"a zero has either sign", column(`{"term": "x", "estimate": 0.000, "statistic": -2.5, "stars": "**"}`), "sign", audit.Consistent},
		{"p of t", column(`{"term": "x", "estimate": 1, "statistic": 2.00, "p": 0.046, "stars": "**"}`), "p", audit.Consistent},
		{"p of few degrees", column(`{"term": "x", "estimate": 1, "statistic": 2.00, "p": 0.060, "stars": "*"}`), "p", audit.Undetermined},
		{"not p of t", column(`{"term": "x", "estimate": 1, "statistic": 2.00, "p": 0.040, "stars": "**"}`), "p", audit.Inconsistent},
		{"the interval", column(`{"term": "x", "estimate": 0.30, "statistic": 3.0, "low": 0.10, "high": 0.50, "stars": "***"}`), "interval", audit.Consistent},
		{"an interval of 90 %", column(`{"term": "x", "estimate": 0.300, "statistic": 3.00, "low": 0.135, "high": 0.465, "stars": "***"}`), "interval", audit.Undetermined},
		{"an interval of no level", column(`{"term": "x", "estimate": 0.300, "statistic": 3.00, "low": 0.180, "high": 0.420, "stars": "***"}`), "interval", audit.Inconsistent},
		{"off the middle", column(`{"term": "x", "estimate": 0.30, "statistic": 3.0, "low": 0.13, "high": 0.50, "stars": "***"}`), "interval", audit.Inconsistent},
		// moments
		{"mean at the end", summary(`{"variable": "x", "n": 10, "mean": 1.00, "sd": 0.1, "min": 1.0, "max": 2}`), "range", audit.Consistent},
		{"mean beyond it", summary(`{"variable": "x", "n": 10, "mean": 0.94, "sd": 0.1, "min": 1.0, "max": 2}`), "range", audit.Inconsistent},
		{"half ones", summary(`{"variable": "x", "n": 4, "mean": 0.50, "sd": 0.58, "min": 0.00, "max": 1.00}`), "spread", audit.Consistent},
		{"wider than half ones", summary(`{"variable": "x", "n": 4, "mean": 0.50, "sd": 0.60, "min": 0.00, "max": 1.00}`), "spread", audit.Inconsistent},
		{"narrower than one far value", summary(`{"variable": "x", "n": 100, "mean": 0.00, "sd": 0.90, "min": -0.10, "max": 10.00}`), "spread", audit.Inconsistent},
		{"sd of a 0/1 variable", summary(`{"variable": "d", "n": 5364, "mean": 0.072, "sd": 0.258, "min": 0, "max": 1}`), "binary", audit.Consistent},
		{"sd of another variable", summary(`{"variable": "d", "n": 5364, "mean": 0.072, "sd": 0.262, "min": 0, "max": 1}`), "binary", audit.Inconsistent},
		{"a share with whole ends", summary(`{"variable": "u", "n": 5364, "mean": 0.536, "sd": 0.166, "min": 0, "max": 1}`), "binary", audit.Undetermined},
		{"sd over n", summary(`{"variable": "d", "n": 36, "mean": 0.028, "sd": 0.164, "min": 0, "max": 1}`), "spread", audit.Consistent},
		// 3.45 of 20 answers is a sum of 69; 3.43 is none
		{"a mean of whole numbers", summary(`{"variable": "k", "n": 20, "mean": 3.45, "sd": 1.23, "kind": "whole"}`), "grain", audit.Consistent},
		{"a mean of none", summary(`{"variable": "k", "n": 20, "mean": 3.43, "sd": 1.23, "kind": "whole"}`), "grain", audit.Inconsistent},
		// of 10 values with the sum 50 the squares add up to 260 if sd is 1.054 and to 261, an odd number, if it is 1.106
		{"squares as odd as the sum", summary(`{"variable": "k", "n": 10, "mean": 5.00, "sd": 1.054, "kind": "whole"}`), "grain", audit.Consistent},
		{"squares of another parity", summary(`{"variable": "k", "n": 10, "mean": 5.00, "sd": 1.106, "kind": "whole"}`), "grain", audit.Inconsistent},
		// rows
		{"rows of firms", `{"sample": {"units": 10, "first": 2001, "last": 2005, "n": 50}, "tables": [{"name": "t", "columns": [{"name": "c", "statistic": "t", "n": 200, "terms": [{"term": "x", "estimate": 1, "stars": ""}]}]}]}`, "rows", audit.Undetermined},
		{"more rows", `{"sample": {"units": 10, "first": 2001, "last": 2005, "n": 50}, "tables": [{"name": "t", "columns": [{"name": "c", "statistic": "t", "n": 60, "terms": [{"term": "x", "estimate": 1, "stars": ""}]}]}]}`, "rows", audit.Inconsistent},
		{"two outcomes in two groups each", `{"sample": {"units": 10, "first": 2001, "last": 2005, "n": 50}, "tables": [{"name": "t", "columns": [
			{"name": "y low", "outcome": "y", "group": "g", "statistic": "t", "n": 25, "terms": []}, {"name": "y high", "outcome": "y", "group": "g", "statistic": "t", "n": 25, "terms": []},
			{"name": "z low", "outcome": "z", "group": "g", "statistic": "t", "n": 25, "terms": []}, {"name": "z high", "outcome": "z", "group": "g", "statistic": "t", "n": 25, "terms": []}]}]}`, "split", audit.Consistent},
		{"bins that lose the rows that the pooled column loses", binsBook(1460), "exposure", audit.Consistent},
		{"bins that lose rows where no row is lost", binsBook(1500), "exposure", audit.Inconsistent},
		{"effects that the file does not say", nestedBook(``, ``), "nested", audit.Undetermined},
		{"the same effects", nestedBook(`"effects": ["city"],`, `"effects": ["city"],`), "nested", audit.Inconsistent},
		{"quoted from nowhere", `{"quoted": [{"where": "abstract", "value": 0.3, "of": "t (9) x"}], "tables": [{"name": "t", "columns": [{"name": "c", "statistic": "t", "terms": [{"term": "x", "estimate": 0.1, "stars": ""}]}]}]}`, "quoted", audit.Undetermined},
		{"a lag", `{"sample": {"units": 10, "first": 2001, "last": 2005, "n": 50}, "tables": [{"name": "t", "columns": [{"name": "c", "statistic": "t", "n": 40, "terms": [{"term": "L1.x", "estimate": 1, "stars": ""}]}]}]}`, "lag", audit.Consistent},
		{"a lag and missing rows", `{"sample": {"units": 10, "first": 2001, "last": 2005, "n": 50}, "tables": [{"name": "t", "columns": [{"name": "c", "statistic": "t", "n": 38, "terms": [{"term": "L1.x", "estimate": 1, "stars": ""}]}]}]}`, "lag", audit.Undetermined},
		{"a lag of more rows than there are", `{"sample": {"units": 10, "first": 2001, "last": 2005, "n": 50}, "tables": [{"name": "t", "columns": [{"name": "c", "statistic": "t", "n": 51, "terms": [{"term": "L1.x", "estimate": 1, "stars": ""}]}]}]}`, "lag", audit.Inconsistent},
		{"a panel with gaps", `{"sample": {"units": 10, "first": 2001, "last": 2005, "n": 49}, "tables": [{"name": "t", "summary": [{"variable": "x", "n": 49}]}]}`, "panel", audit.Consistent},
		{"a panel of more rows than it can have", `{"sample": {"units": 10, "first": 2001, "last": 2005, "n": 52}, "tables": [{"name": "t", "summary": [{"variable": "x", "n": 49}]}]}`, "panel", audit.Inconsistent},
	}
	for _, c := range cases {
		b, err := paper.Parse([]byte(c.book), "case")
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		found := false
		for _, f := range audit.Run(b).Findings {
			if f.Check == c.check {
				found = true
				if f.Verdict != c.want {
					t.Errorf("%s: %s, want %s; %s", c.name, f.Verdict, c.want, f.Arithmetic)
				}
			}
		}
		if !found {
			t.Errorf("%s: no finding of %s", c.name, c.check)
		}
	}
}

// binsBook has a panel of 1500 rows, 244 of them treated, 40 of which miss a control in the regressions by exposure.
func binsBook(pooled int) string {
	column := func(name string, n int) string {
		return fmt.Sprintf(`{"name": "%s", "outcome": "y", "statistic": "t", "n": %d, "terms": [{"term": "D", "estimate": 1, "stars": ""}]}`, name, n)
	}
	return `{"sample": {"units": 100, "first": 2005, "last": 2019, "n": 1500}, "tables": [{"name": "s", "summary": [{"variable": "D", "n": 1500, "mean": 0.163, "sd": 0.369, "min": 0, "max": 1}]},
		{"name": "t", "columns": [` + column("(1)", pooled) + `]}, {"name": "u", "columns": [` + column("0-2", 1311) + "," + column("3-5", 1302) + "," + column(">5", 1285) + `]}]}`
}

// nestedBook has a second column with a term more and a lower R².
func nestedBook(first, second string) string {
	column := func(name, said, r2, more string) string {
		return `{"name": "` + name + `", "outcome": "y", "statistic": "t", ` + said + ` "n": 500, "r2": ` + r2 + `, "terms": [{"term": "x", "estimate": 1, "stars": ""}, ` + more + `{"term": "constant", "estimate": 1, "stars": ""}]}`
	}
	return `{"tables": [{"name": "t", "columns": [` + column("(1)", first, "0.90", "") + "," + column("(2)", second, "0.40", `{"term": "z", "estimate": 1, "stars": ""}, `) + `]}]}`
}

// Columns with other effects, another model or winsorised values are not held against each other.
func TestColumnsOfOtherKindsAreNotCompared(t *testing.T) {
	for _, said := range [][2]string{{`"effects": ["city"],`, `"effects": [],`}, {"", `"model": "logit",`}, {`"weights": "population",`, ""}} {
		b, err := paper.Parse([]byte(nestedBook(said[0], said[1])), "case")
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range audit.Run(b).Findings {
			if f.Check == "nested" {
				t.Errorf("%q beside %q: %s", said[0], said[1], f.Arithmetic)
			}
		}
	}
}
