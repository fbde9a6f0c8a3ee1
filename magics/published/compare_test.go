package published_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/describe"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/magics/published"
)

func fitOf(treat string, coef ...regress.Coef) *regress.Fit {
	return &regress.Fit{Treatment: treat, Coef: coef, N: 5364, R2: 0.531}
}

func coef(term string, b, se float64) regress.Coef {
	return regress.Coef{Term: term, Estimate: b, StdError: se, Statistic: b / se}
}

func ExampleCompare() {
	book, _ := published.Paper()
	table, _ := book.Table("table2")
	fit := fitOf("DID", coef("DID", 0.2968, 0.04), coef("PGDP", -0.2, 0.01))
	column, _ := published.Match(table, fit, "(2)")
	for _, r := range published.Compare("m1", fit, column).Rows[:2] {
		fmt.Printf("%s %.3f %.3f %s\n", r.Row, r.Ours, r.Published, r.Kind)
	}
	// Output:
	// DID 0.297 0.297 same digits
	// PGDP -0.200 0.077 other sign
}

// A fit goes beside the column with its treatment and its controls.
func TestMatch(t *testing.T) {
	book, err := published.Paper()
	if err != nil {
		t.Fatal(err)
	}
	controls := []regress.Coef{coef("PGDP", 1, 1), coef("FINDEV", 1, 1), coef("OPEN", 1, 1), coef("GOVSUP", 1, 1), coef("MKTZ", 1, 1), coef("URB", 1, 1)}
	with := func(treat string, c ...regress.Coef) *regress.Fit {
		return fitOf(treat, append([]regress.Coef{coef(treat, 1, 1)}, c...)...)
	}
	cases := []struct {
		table, column string
		fit           *regress.Fit
		want          string
	}{
		{"table2", "", with("DID"), "(1)"},
		{"table2", "", with("DID", controls...), "(2)"},
		{"table2", "", with("SC", controls...), "(3)"},
		{"table2", "", with("LCC", controls[:3]...), "(4)"},
		{"table2", "2", with("DID"), "(2)"},
		{"table2", "(4)", with("DID"), "(4)"},
		{"table3", "", with("DID", append(controls, coef("BN", 1, 1))...), "(3) BN"},
		{"table3", "", fitOf("", coef("l(DID, 1)", 1, 1)), "(2) lagged"},
	}
	for _, c := range cases {
		table, err := book.Table(c.table)
		if err != nil {
			t.Fatal(err)
		}
		got, err := published.Match(table, c.fit, c.column)
		if err != nil {
			t.Errorf("%s %s: %v", c.table, c.want, err)
			continue
		}
		if got.Name != c.want {
			t.Errorf("%s: matched %s, want %s", c.table, got.Name, c.want)
		}
	}
	table, _ := book.Table("table5")
	if _, err := published.Match(table, fitOf("cdl", coef("cdl", 1, 1)), ""); err == nil || err.Error() != "no column of table5 has a term of the fit; its terms are DID" {
		t.Errorf("no common term: %v", err)
	}
	if _, err := published.Match(table, with("DID"), "7"); err == nil || err.Error() != `table5 has no column "7"; there are short 0-2, middle 3-5, long >5` {
		t.Errorf("no such column: %v", err)
	}
}

func TestKinds(t *testing.T) {
	stat := func(v float64) *published.Printed { return &published.Printed{Value: v, Decimals: 3} }
	cases := []struct {
		b, se, printed, t float64
		want              published.Kind
	}{
		{0.2965, 0.04, 0.297, 8, published.SameDigits},
		{0.2964, 1e-9, 0.297, 1e9, published.BeyondNoise},
		{0.35, 0.04, 0.297, 7.425, published.WithinNoise},
		{0.45, 0.04, 0.297, 7.425, published.BeyondNoise},
		{-0.45, 0.04, 0.297, 7.425, published.OtherSign},
		{-0.01, 0.04, 0.02, 0.5, published.WithinNoise},
	}
	for _, c := range cases {
		col := &published.Column{Name: "(1)", Statistic: "t", Terms: []published.Term{{Term: "D", Estimate: *stat(c.printed), Statistic: stat(c.t)}}}
		got := published.Compare("m", fitOf("D", coef("D", c.b, c.se)), col).Rows[0]
		if got.Kind != c.want {
			t.Errorf("%v (%v) beside %v (t %v): %q, want %q", c.b, c.se, c.printed, c.t, got.Kind, c.want)
		}
	}
}

// A column in standard errors gives the same comparison as one in t.
func TestStatisticOfColumn(t *testing.T) {
	fit := fitOf("D", coef("D", 0.5, 0.1))
	row := func(statistic string, v float64) published.Row {
		c := &published.Column{Statistic: statistic, Terms: []published.Term{{Term: "D", Estimate: published.Printed{Value: 0.4, Decimals: 1},
			Statistic: &published.Printed{Value: v}}}}
		return published.Compare("m", fit, c).Rows[0]
	}
	a, b := row("t", 4), row("se", 0.1)
	if math.Abs(a.JointStdError-b.JointStdError) > 1e-15 || math.Abs(a.JointStdError-math.Sqrt(0.02)) > 1e-15 || a.PublishedT != b.PublishedT {
		t.Errorf("t: %+v, se: %+v", a, b)
	}
}

func TestCompareSummary(t *testing.T) {
	book, _ := published.Paper()
	table, _ := book.Table("table1")
	d := &describe.Table{Rows: []describe.Row{{Variable: "DIA", N: 5364, Mean: 0.6971, SD: 0.66, Min: 0, Max: 9}}}
	got, err := published.CompareSummary("t1", d, table)
	if err != nil {
		t.Fatal(err)
	}
	want := []published.Kind{published.SameDigits, published.SameDigits, published.Close, published.SameDigits, published.Differs}
	for i, r := range got.Rows {
		if r.Kind != want[i] {
			t.Errorf("%s: %q, want %q", r.Row, r.Kind, want[i])
		}
	}
	if _, err := published.CompareSummary("t1", &describe.Table{}, table); err == nil {
		t.Error("no common variable is no error")
	}
}
