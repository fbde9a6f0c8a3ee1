package replica_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"

	"github.com/seed2d25c7c2/didnb/data/replica"
	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load/csv"
)

func load(t testing.TB) *panel.Panel {
	t.Helper()
	r, err := csv.File("../dual-pilot.csv", csv.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := r.Panel.Indexed("city", "year")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Every column agrees with pyfixest (testdata/reference.py): coefficients to 1e-9 of their standard errors' size or their
// own, standard errors to 1e-7, R² to 1e-9.
func TestColumnsAgreeWithPyfixest(t *testing.T) {
	text, err := os.ReadFile("testdata/pyfixest.json")
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		Program, Version string
		SHA256           string `json:"data_sha256"`
		Columns          []struct {
			Table, Column, Call string
			N                   int
			R2                  float64
			Coef                map[string][2]float64
		}
	}
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile("../dual-pilot.csv")
	if err != nil {
		t.Fatal(err)
	}
	if sum := fmt.Sprintf("%x", sha256.Sum256(data)); sum != want.SHA256 {
		t.Fatalf("the reference is of a file %s, the data are %s: run testdata/reference.py", want.SHA256, sum)
	}
	got, err := replica.Columns(load(t))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want.Columns) {
		t.Errorf("%d columns, pyfixest has %d", len(got), len(want.Columns))
	}
	for _, w := range want.Columns {
		compared.With(t, compared.Source{Command: "did", Method: "twfe", Program: want.Program, Version: want.Version, Case: w.Table + " " + w.Column})
		found := false
		for _, g := range got {
			if g.Table != w.Table || g.Name != w.Column {
				continue
			}
			found = true
			if g.Fit.N != w.N || math.Abs(g.Fit.R2-w.R2) > 1e-9 {
				t.Errorf("%s %s: n %d, R² %.12f; pyfixest %d, %.12f", w.Table, w.Column, g.Fit.N, g.Fit.R2, w.N, w.R2)
			}
			for term, c := range w.Coef {
				b, ok := g.Fit.Coefficient(term)
				if !ok {
					t.Errorf("%s %s: no coefficient %s", w.Table, w.Column, term)
					continue
				}
				compared.Within(t, term+", estimate", b.Estimate, c[0], 1e-9, max(math.Abs(c[0]), c[1]))
				compared.Within(t, term+", error", b.StdError, c[1], 1e-7, c[1])
			}
		}
		if !found {
			t.Errorf("%s %s is not estimated", w.Table, w.Column)
		}
	}
}

// Compare sets every published number beside one of ours, once.
func TestCompareCoversThePaper(t *testing.T) {
	lines, err := replica.Compare(load(t))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	kinds := map[replica.Kind]int{}
	for _, l := range lines {
		key := fmt.Sprint(l.Table, l.Column, l.What, l.Kind)
		if seen[key] {
			t.Errorf("%s stands twice", key)
		}
		seen[key] = true
		kinds[l.Kind]++
		if math.IsNaN(l.Ours) {
			t.Errorf("%s is missing", key)
		}
		if (l.Kind == replica.Coefficient) != (l.Gap() == l.Gap()) {
			t.Errorf("%s has the gap %v", key, l.Gap())
		}
	}
	// 11 variables × 4 moments; 22 printed columns with n and R²; 49 coefficients with their t.
	want := map[replica.Kind]int{replica.Moment: 44, replica.Rows: 11 + 22, replica.RSquared: 22, replica.Coefficient: 49, replica.Statistic: 49}
	for kind, n := range kinds {
		if want[kind] != n {
			t.Errorf("%d lines of kind %s, want %d", n, kind, want[kind])
		}
	}
}

func ExampleTrend() {
	r, err := csv.File("../dual-pilot.csv", csv.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, control, err := replica.Trend(r.Panel, 2014, 2023)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("cities that never are dual pilots: %+.3f\n", control)
	// Output: cities that never are dual pilots: +0.059
}
