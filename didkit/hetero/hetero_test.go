package hetero_test

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/hetero"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
)

const data = "testdata/reference/data/balanced.csv"

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	compared.Near(t, what, got, want, tolerance, 0)
}

// TestReference holds the halves, the correlation behind the stacked test and the interaction to pyfixest's.
func TestReference(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(reference.Root(t), "testdata/reference/groups.json"))
	if err != nil {
		t.Fatal(err)
	}
	var ref struct {
		Program, Version string
		Groups           []struct {
			N        int
			Estimate float64
			StdError float64 `json:"std_error"`
		}
		Correlation float64
		Interaction struct{ Statistic float64 }
	}
	if err := json.Unmarshal(b, &ref); err != nil {
		t.Fatal(err)
	}
	p := reference.Panel(t, data, "unit", "time")
	r, err := hetero.Run(context.Background(), p, hetero.Spec{Spec: did.Spec{Formula: "y ~ x2", Treat: "d"}, By: "x1", Permute: 20})
	if err != nil {
		t.Fatal(err)
	}
	compared.With(t, compared.Source{Command: "hetero", Program: ref.Program, Version: ref.Version, File: "groups.json"})
	var est, se [2]float64
	for g, want := range ref.Groups {
		c, _ := r.Groups[g].Fit.Coefficient("d")
		est[g], se[g] = c.Estimate, c.StdError
		near(t, "estimate", c.Estimate, want.Estimate, 1e-9)
		near(t, "error", c.StdError, want.StdError, 1e-7)
		if r.Groups[g].Fit.N != want.N {
			t.Errorf("n %d, want %d", r.Groups[g].Fit.N, want.N)
		}
	}
	diff := est[1] - est[0]
	near(t, "stacked Wald", r.Difference.Statistic, diff*diff/(se[0]*se[0]+se[1]*se[1]-2*ref.Correlation*se[0]*se[1]), 1e-7)
	near(t, "interaction", r.Tests[1].Statistic, ref.Interaction.Statistic, 1e-7)
	if perm := r.Tests[2]; !strings.HasPrefix(perm.Method, "Fisher") || perm.PValue <= 0 || perm.PValue > 1 {
		t.Errorf("permutation test %+v", perm)
	}
}

// TestBinsLeaveOtherTreatedRowsOut: the bins' samples share the untreated rows and part the treated ones.
func TestBinsLeaveOtherTreatedRowsOut(t *testing.T) {
	p := reference.Panel(t, data, "unit", "time")
	d, _ := p.Numbers("d")
	treated := 0
	for _, x := range d {
		if x == 1 {
			treated++
		}
	}
	r, err := hetero.Run(context.Background(), p, hetero.Spec{Spec: did.Spec{Formula: "y ~ x2", Treat: "d"},
		Bins: []hetero.Bin{{Low: 0, High: 1}, {Low: 2, High: math.Inf(1)}}})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, g := range r.Groups {
		n += g.Fit.N + g.Fit.Dropped.Singleton - (p.Rows() - treated)
	}
	if n != treated {
		t.Errorf("the bins hold %d treated rows, the panel %d", n, treated)
	}
	if r.Groups[0].Label != "0-1" || r.Groups[1].Label != "2+" {
		t.Errorf("labels %q, %q", r.Groups[0].Label, r.Groups[1].Label)
	}
}

func TestRefusals(t *testing.T) {
	p := reference.Panel(t, data, "unit", "time")
	s := did.Spec{Formula: "y ~ x2", Treat: "d"}
	for want, spec := range map[string]hetero.Spec{
		`no variable "x9"`: {Spec: s, By: "x9"},
		"no treated row has been exposed for 50-60 periods": {Spec: s, Bins: []hetero.Bin{{Low: 50, High: 60}}},
		"no treatment is named":                             {Spec: did.Spec{Formula: "y ~ x2"}, By: "x1"},
		"no variable to split by is named":                  {Spec: s},
	} {
		if _, err := hetero.Run(context.Background(), p, spec); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
