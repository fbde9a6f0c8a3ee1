package conformance_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance"
)

func caseOf(id string, beside bool, gap float64) conformance.Case {
	c := conformance.Case{Test: "T", Command: "did", Method: "cs", Program: "a 1", File: "f.json", ID: id, Beside: beside}
	c.Add(conformance.Estimate, gap, 1e-9)
	return c
}

// Cases are counted once, and of their gaps the one nearest to what is allowed stands, a digit up.
func TestGather(t *testing.T) {
	cases := []conformance.Case{caseOf("x", false, 2.1e-11), caseOf("x", false, 1e-12), caseOf("y", false, 1e-13), caseOf("z", true, 0)}
	got := conformance.Gather(cases, conformance.Table{}, true)
	if len(got.Rows) != 2 || got.Rows[0].Cases != 2 || got.Rows[1].Cases != 1 || !got.Rows[1].Beside {
		t.Fatalf("rows %+v", got.Rows)
	}
	if n := got.Rows[0].Numbers[0]; n.Count != 3 || n.Gap != 3e-11 || n.Allow != 1e-9 {
		t.Errorf("numbers %+v, want three within 3e-11", n)
	}
	if w, ok := got.Worst(); !ok || w.Gap != 3e-11 {
		t.Errorf("worst %+v", w)
	}
	if got.Cases() != 3 || !slices.Equal(got.Programs(), []string{"a 1"}) || !got.Passed() {
		t.Errorf("%d cases of %v", got.Cases(), got.Programs())
	}
}

// Another machine's rounding leaves a gap as it was, a real change does not; rows on data that are not at hand stay.
func TestGatherKeeps(t *testing.T) {
	former := conformance.Gather([]conformance.Case{caseOf("x", false, 4e-11), caseOf("z", true, 5e-11)}, conformance.Table{}, true)
	for _, c := range []struct{ gap, want float64 }{{2e-11, 4e-11}, {9e-11, 4e-11}, {4e-10, 4e-10}, {1e-13, 1e-13}} {
		got := conformance.Gather([]conformance.Case{caseOf("x", false, c.gap)}, former, false)
		if len(got.Rows) != 2 || got.Rows[0].Numbers[0].Gap != c.want || got.Rows[1].Numbers[0].Gap != 5e-11 {
			t.Errorf("gap %g: rows %+v, want %g and what was", c.gap, got.Rows, c.want)
		}
		if s := got.Differs(former, false); s != nil {
			t.Errorf("the same cases differ: %v", s)
		}
	}
	more := conformance.Gather([]conformance.Case{caseOf("x", false, 0), caseOf("y", false, 0)}, former, false)
	if s := more.Differs(former, false); len(s) != 1 || s[0] != "%did cs beside a 1 has 2 cases, the table 1" {
		t.Errorf("one more case: %v", s)
	}
	if s := (conformance.Table{}).Differs(former, false); len(s) != 1 || !strings.HasSuffix(s[0], "was not compared") {
		t.Errorf("no case: %v", s)
	}
}

func TestKindOf(t *testing.T) {
	for what, want := range map[string]conformance.Kind{
		"standard error of x": conformance.StdError, "p of x": conformance.PValue, "p": conformance.PValue, "clustered p": conformance.PValue,
		"lower end of x": conformance.Interval, "weight of 3": conformance.Weight, "Wald statistic": conformance.Statistic, "population": conformance.Estimate,
	} {
		if got := conformance.KindOf(what); got != want {
			t.Errorf("%s is a %s, want %s", what, got, want)
		}
	}
}

func TestGap(t *testing.T) {
	for x, want := range map[float64]string{0: "0", 3e-16: "0", 2.1e-11: "3e-11", 1e-9: "1e-9", 9.5e-8: "1e-7", 0.02: "2e-2"} {
		if got := conformance.Gap(x); got != want {
			t.Errorf("%g is written %s, want %s", x, got, want)
		}
	}
}

// The table that the package carries can be read, writes itself and passed.
func TestRecorded(t *testing.T) {
	table := conformance.Recorded()
	if table.Cases() < 1000 || !table.Passed() {
		t.Fatalf("%d cases, passed %t", table.Cases(), table.Passed())
	}
	text, err := table.JSON()
	if err != nil {
		t.Fatal(err)
	}
	again, err := conformance.Read(text)
	if err != nil || len(again.Rows) != len(table.Rows) {
		t.Errorf("%d rows read back of %d: %v", len(again.Rows), len(table.Rows), err)
	}
	if got := table.Of("did").OfMethod("cs"); got.Cases() == 0 || !slices.Contains(table.Of("did").Methods(), "imputation") {
		t.Errorf("no cases of %%did method=cs or imputation: %+v", got)
	}
}
