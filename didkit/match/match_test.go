package match_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
	"github.com/seed2d25c7c2/didnb/didkit/match"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

const data = "testdata/reference/data/balanced.csv"

func read(t *testing.T, path string, v any) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, v); err != nil {
		t.Fatal(err)
	}
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	compared.Near(t, what, got, want, tolerance, 1e-6)
}

// att is the mean outcome of the matched treated less the weighted mean of their controls.
func att(t *testing.T, p *panel.Panel, r *match.Result, outcome, treat string) float64 {
	t.Helper()
	y, err := p.Numbers(outcome)
	if err != nil {
		t.Fatal(err)
	}
	d, _ := p.Numbers(treat)
	var sum, n [2]float64
	for i, w := range r.Weights {
		if w > 0 {
			sum[int(d[i])] += w * y[i]
			n[int(d[i])] += w
		}
	}
	return sum[1]/n[1] - sum[0]/n[0]
}

func cond(t *testing.T, text string) design.Options {
	t.Helper()
	e, err := formula.ParseExpr(text)
	if err != nil {
		t.Fatal(err)
	}
	return design.Options{If: e}
}

func TestReference(t *testing.T) {
	var ref struct {
		Program, Version string
		Time             int
		Logit            []struct {
			Estimate float64
			StdError float64 `json:"std_error"`
		}
		LogLik float64
		Cases  []struct {
			Ratio int
			ATT   float64
			Pairs [][3]float64
		}
	}
	read(t, filepath.Join(reference.Root(t), "testdata/reference/matching.json"), &ref)
	p := reference.Panel(t, data)
	for _, c := range ref.Cases {
		compared.With(t, compared.Source{Command: "psm", Method: string(match.Nearest), Program: ref.Program, Version: ref.Version, File: "matching.json", Case: fmt.Sprint(c.Ratio)})
		r, err := match.Run(p, match.Spec{Formula: "treat ~ x1 + x2", Ratio: c.Ratio, Design: cond(t, fmt.Sprintf("time == %d", ref.Time))})
		if err != nil {
			t.Fatal(err)
		}
		for k, b := range ref.Logit {
			near(t, "logit estimate", r.Logit.Coef[k].Estimate, b.Estimate, 1e-8)
			near(t, "logit error", r.Logit.Coef[k].StdError, b.StdError, 1e-7)
		}
		near(t, "log-likelihood", r.Logit.LogLikelihood, ref.LogLik, 1e-10)
		near(t, "ATT", att(t, p, r, "y", "treat"), c.ATT, 1e-9)
		if len(r.Pairs) != len(c.Pairs) {
			t.Fatalf("%d pairs, want %d", len(r.Pairs), len(c.Pairs))
		}
		for k, want := range c.Pairs {
			if got := r.Pairs[k]; got.Treated != int(want[0]) || got.Control != int(want[1]) || !compared.Within(t, "distance", got.Distance, want[2], 1e-8, 1) {
				t.Errorf("pair %d: %+v, want %v", k, got, want)
			}
		}
	}
}

// TestMatchIt holds the matchings to MatchIt 4.7.1's on the sample that its package ships, where those goldens are at
// hand. With replacement the sample has exact ties, which MatchIt breaks by row order.
func TestMatchIt(t *testing.T) {
	dir := reference.Beside(t, "validation", "golden")
	var ref struct {
		Cases []struct {
			ID      string
			Weights []float64
			ATT     float64 `json:"att_wls_re78"`
		}
	}
	read(t, filepath.Join(dir, "matchit.json"), &ref)
	p, err := reference.ReadCSV(filepath.Join(dir, "..", "lalonde.csv"))
	if err != nil {
		t.Fatal(err)
	}
	specs := map[string]match.Spec{
		"nn_default": {NoReplacement: true}, "nn_smallest": {NoReplacement: true, Order: match.Smallest},
		"nn_ratio2_norep": {Ratio: 2, NoReplacement: true},
		"nn_caliper_raw":  {NoReplacement: true, Caliper: 0.05, CaliperRaw: true},
		"nn_linear":       {NoReplacement: true, Distance: match.Linear, Caliper: 0.2},
	}
	treat, _ := p.Numbers("treat")
	done := 0
	for _, c := range ref.Cases {
		s, ok := specs[c.ID]
		if !ok {
			continue
		}
		done++
		compared.With(t, compared.Source{Command: "psm", Method: string(match.Nearest), Program: "MatchIt (R)", Version: "4.7.1", Case: c.ID})
		s.Formula = "treat ~ age + educ + race + married + nodegree + re74 + re75"
		r, err := match.Run(p, s)
		if err != nil {
			t.Fatal(c.ID, err)
		}
		near(t, c.ID, att(t, p, r, "re78", "treat"), c.ATT, 1e-9)
		for i, w := range c.Weights {
			if treat[i] == 0 && (w > 0) != (r.Weights[i] > 0) {
				t.Errorf("%s: row %d has weight %g, MatchIt's %g", c.ID, i, r.Weights[i], w)
			}
		}
	}
	if done != len(specs) {
		t.Errorf("%d of %d cases found", done, len(specs))
	}
}

// TestStataPsmatch2 holds ATTs to Stata 18's psmatch2 (Leuven & Sianesi 2003), where those numbers are at hand.
func TestStataPsmatch2(t *testing.T) {
	dir := reference.Beside(t, "validation", "golden")
	var ref map[string]struct{ ATT float64 }
	b, err := os.ReadFile(filepath.Join(dir, "../statspai/psmatch2_stata.json"))
	if err != nil {
		t.Fatal(err)
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(b, &raw); err != nil {
		t.Fatal(err)
	}
	ref = map[string]struct{ ATT float64 }{}
	for k, v := range raw {
		var c struct{ ATT float64 }
		if json.Unmarshal(v, &c) == nil && c.ATT != 0 {
			ref[k] = c
		}
	}
	p, err := reference.ReadCSV(filepath.Join(dir, "../statspai/psmatch2_data.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for id, s := range map[string]match.Spec{
		"neighbor":          {},
		"kernel_epan_bw0.5": {Method: match.Kernel, Bandwidth: 0.5},
		"radius_cal0.1":     {Method: match.Radius, Caliper: 0.1, CaliperRaw: true},
	} {
		method := s.Method
		if method == "" {
			method = match.Nearest
		}
		compared.With(t, compared.Source{Command: "psm", Method: string(method), Program: "psmatch2 (Stata 18)", Case: id})
		s.Formula = "d ~ x1 + x2"
		r, err := match.Run(p, s)
		if err != nil {
			t.Fatal(id, err)
		}
		near(t, id, att(t, p, r, "y", "d"), ref[id].ATT, 1e-7)
	}
}

// TestRowOrder: a matching is the same set of pairs whatever the order of rows, also among ties.
func TestRowOrder(t *testing.T) {
	p := reference.Panel(t, data, "unit", "time")
	x, _ := p.Numbers("x1")
	coarse := make([]float64, len(x)) // few distinct values: ties everywhere
	for i := range x {
		coarse[i] = math.Round(x[i])
	}
	p, err := p.With(&panel.Variable{Name: "coarse", Values: coarse})
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 1))
	order := make([]int32, p.Rows())
	for i, r := range rng.Perm(p.Rows()) {
		order[i] = int32(r)
	}
	q := p.Subset(order)
	for _, s := range []match.Spec{{}, {Ratio: 2}, {NoReplacement: true}, {Scheme: match.ByYear}, {Distance: match.Mahalanobis}} {
		s.Formula = "treat ~ coarse + region"
		a, err := match.Run(p, s)
		if err != nil {
			t.Fatal(err)
		}
		b, err := match.Run(q, s)
		if err != nil {
			t.Fatal(err)
		}
		for k, r := range order {
			if math.Abs(a.Weights[r]-b.Weights[k]) > 1e-9 {
				t.Errorf("%s: row %d weighs %g, and %g when the rows are shuffled", a.Notes[0], r, a.Weights[r], b.Weights[k])
				break
			}
		}
	}
}

func TestRefusals(t *testing.T) {
	p := reference.Panel(t, data)
	d, _ := p.Numbers("treat")
	p, err := p.With(&panel.Variable{Name: "tell", Values: d}, &panel.Variable{Name: "none", Values: make([]float64, len(d))})
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		spec   match.Spec
		target any
		text   string
	}{
		{match.Spec{Formula: "treat ~ tell + x1"}, new(*regress.Separation), "separate the treated from the untreated completely"},
		{match.Spec{Formula: "treat ~ x1", Caliper: 1e-12, CaliperRaw: true}, new(*match.Unmatched), "has a control within the caliper"},
		{match.Spec{Formula: "none ~ x1"}, nil, "is 0 in every row"},
		{match.Spec{Formula: "treat ~ x1", Method: match.Radius}, nil, "radius matching needs a caliper"},
		{match.Spec{Formula: "treat ~ x1", Scheme: match.ByYear}, nil, "needs a panel"},
		{match.Spec{Formula: "y ~ x1"}, nil, "it must be 0 or 1"},
		{match.Spec{Formula: "treat ~ 1"}, nil, "names no covariate"},
	}
	for _, c := range cases {
		_, err := match.Run(p, c.spec)
		if err == nil || !strings.Contains(err.Error(), c.text) || c.target != nil && !errors.As(err, c.target) {
			t.Errorf("%s: %v, want %q", c.spec.Formula, err, c.text)
		}
	}
}

// TestPreMeans: every row of a unit has the unit's weight, and treated units weigh 1.
func TestPreMeans(t *testing.T) {
	p := reference.Panel(t, data, "unit", "time")
	r, err := match.Run(p, match.Spec{Formula: "d ~ x1 + x2", Scheme: match.PreMeans})
	if err != nil {
		t.Fatal(err)
	}
	units := p.Units()
	first := map[int32]float64{}
	for i, u := range units.Codes {
		if w, ok := first[u]; ok && w != r.Weights[i] {
			t.Fatalf("unit %s has weights %g and %g", units.Label(int(u)), w, r.Weights[i])
		}
		first[u] = r.Weights[i]
	}
	if r.TreatedMatched != r.Treated || len(r.MatchedRows)%9 != 0 {
		t.Errorf("%d of %d treated units matched, %d rows", r.TreatedMatched, r.Treated, len(r.MatchedRows))
	}
}
