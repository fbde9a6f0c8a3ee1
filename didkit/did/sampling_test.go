package did_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

var samplings = []did.Sampling{did.BalancedUnits, did.EveryRow, did.CrossSections}

// drawSampling draws a panel with gaps and a way to take it.
func drawSampling(t *rapid.T) (*columns, did.StaggeredSpec) {
	c := simulate(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "data"), 7)), 40, 7, 0)
	s := did.StaggeredSpec{Spec: did.Spec{Formula: rapid.SampledFrom([]string{"y ~ 1", "y ~ x"}).Draw(t, "formula")}, Method: did.CallawaySantAnna, Cohort: "adoption",
		Sampling: rapid.SampledFrom(samplings).Draw(t, "sampling"), Control: rapid.SampledFrom([]did.Control{did.NeverTreated, did.NotYetTreated}).Draw(t, "control"),
		Adjustment: rapid.SampledFrom([]did.Adjustment{did.OutcomeRegression, did.InverseProbability, did.DoublyRobust}).Draw(t, "est"),
		Base:       rapid.SampledFrom([]did.BasePeriod{did.VaryingBase, did.UniversalBase}).Draw(t, "base"), Draws: rapid.SampledFrom([]int{0, 100}).Draw(t, "boot")}
	if rapid.Bool().Draw(t, "weighted") {
		s.Design.Weights = "w"
	}
	if s.Sampling != did.BalancedUnits {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "gaps"), 8))
		var keep []int
		for i := range c.rows() {
			if rng.Float64() > 0.08 {
				keep = append(keep, i)
			}
		}
		c = c.pick(keep)
	}
	return c, s
}

// told is the result as text and numbers, or the error.
func told(p *panel.Panel, s did.StaggeredSpec) (effects []did.Effect, what string) {
	r, err := did.Staggered(p, s)
	if err != nil {
		return nil, err.Error()
	}
	for _, g := range r.GroupTime {
		effects = append(effects, g.Effect)
		what += fmt.Sprintf("%g,%g,%d;", g.Cohort, g.Time, g.Units)
	}
	for _, all := range [][]did.KeyedEffect{r.ByEvent, r.ByCohort, r.ByTime} {
		for _, e := range all {
			effects = append(effects, e.Effect)
			what += fmt.Sprintf("%g,%d;", e.Key, e.Units)
		}
	}
	for _, p := range r.Problems {
		what += fmt.Sprintf("%g,%g: %s;", p.Cohort, p.Time, strings.TrimRight(p.Reason, "0123456789."))
	}
	for _, k := range []did.Aggregate{did.Simple, did.Dynamic, did.Group, did.Calendar} {
		effects = append(effects, r.Averages[k])
	}
	return effects, what
}

func equalTold(t *rapid.T, what string, a, b []did.Effect, toldA, toldB string, by float64) {
	if toldA != toldB {
		t.Fatalf("%s: %s, then %s", what, toldA, toldB)
	}
	close := func(x, y, scale float64) bool { return x != x && y != y || math.Abs(x-y) <= 1e-7*scale }
	for i := range a {
		scale := math.Abs(a[i].Estimate) + math.Abs(a[i].StdError) + 1e-6
		if a[i].StdError != a[i].StdError {
			scale = math.Abs(a[i].Estimate) + 1
		}
		if !close(a[i].Estimate, b[i].Estimate/by, scale) || !close(a[i].StdError, b[i].StdError/by, scale) || !close(a[i].ConfHigh, b[i].ConfHigh/by, 10*scale) {
			t.Fatalf("%s: %+v, then %+v", what, a[i], b[i])
		}
	}
}

// TestSamplingInvariance: the order of rows, the names of units and the outcome's unit of measurement change nothing but
// the last. The bootstrap's draws go by the order of units and, in cross-sections, of rows, so these stay as they are.
func TestSamplingInvariance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, s := drawSampling(t)
		effects, what := told(c.panel(t), s)
		moved := c
		if s.Draws == 0 || s.Sampling != did.CrossSections {
			moved = c.pick(rapid.Permutation(count(c.rows())).Draw(t, "order"))
		}
		again, whatAgain := told(moved.panel(t), s)
		equalTold(t, "rows permuted", effects, again, what, whatAgain, 1)
		g := c.clone()
		for i := range g.of["unit"] {
			g.of["unit"][i] = 3*g.of["unit"][i] + 1e5
			g.of["y"][i] *= 1024
		}
		again, whatAgain = told(g.panel(t), s)
		equalTold(t, "units relabelled, outcome scaled", effects, again, what, whatAgain, 1024)
	})
}

// TestSamplingsOfABalancedPanel: without gaps and covariates, all rows kept or taken for cross-sections give the estimates
// of the changes within units, and all rows kept their errors too; rows clustered by unit have those errors again.
func TestSamplingsOfABalancedPanel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := simulate(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "data"), 9)), 30, 6, 0)
		s := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "treat"}, Method: did.CallawaySantAnna,
			Control: rapid.SampledFrom([]did.Control{did.NeverTreated, did.NotYetTreated}).Draw(t, "control")}
		p := c.panel(t)
		balanced, what := told(p, s)
		s.Sampling = did.EveryRow
		kept, whatKept := told(p, s)
		equalTold(t, "every row", balanced, kept, what, whatKept, 1)
		s.Sampling, s.Vcov = did.CrossSections, vcov.Spec{Type: vcov.Cluster, By: []string{"unit"}}
		rows, _ := told(p, s)
		equalTold(t, "cross-sections clustered by unit", balanced, rows, "", "", 1)
		s.Vcov = vcov.Spec{}
		rows, _ = told(p, s)
		for i := range rows {
			if !(math.Abs(rows[i].Estimate-balanced[i].Estimate) <= 1e-9*(1+math.Abs(balanced[i].Estimate))) {
				t.Fatalf("estimate %g of cross-sections, %g of changes", rows[i].Estimate, balanced[i].Estimate)
			}
		}
	})
}

// TestSamplingSentences: what a sampling can't do is told in a sentence, for all or for the cell.
func TestSamplingSentences(t *testing.T) {
	c := &columns{names: []string{"unit", "time", "g", "d", "y", "x"}, of: map[string][]float64{}}
	add := func(v ...float64) {
		for i, name := range c.names {
			c.of[name] = append(c.of[name], v[i])
		}
	}
	for u := range 12 {
		g := []float64{0, 3, 4, 9}[u%4]
		for k := 1.0; k <= 5; k++ {
			if u%4 == 2 && k == 4 || u == 0 && k == 2 {
				continue // cohort 4 has no row in its first treated period
			}
			add(float64(u), k, g, indicator(g > 0 && k >= g), float64((u*7+int(k*k)*3)%11), float64(u%4))
		}
	}
	p := c.panel(t)
	for _, k := range []struct {
		name, err, note, problem string
		change                   func(*did.StaggeredSpec)
	}{
		{name: "cohort without a row", problem: "cohort 4 in 4: the cohort has no row in 4", note: "3 units first treated after the last period, 5, count as never treated"},
		{name: "covariates", change: func(s *did.StaggeredSpec) {
			s.Formula, s.Adjustment = "y ~ x", did.OutcomeRegression
			s.Control = did.NeverTreated
		}, note: "row's own period"},
		{name: "separated", change: func(s *did.StaggeredSpec) { s.Formula, s.Adjustment = "y ~ I(x == 1)", did.InverseProbability }, err: "no cohort can be estimated after its adoption; cohort 3 in 2, for one: no propensity score"},
		{name: "no cohort", change: func(s *did.StaggeredSpec) { s.Cohort, s.Treat = "", "d" }, note: "not seen in the period before"},
		{name: "cohort changes", change: func(s *did.StaggeredSpec) { s.Cohort = "time" }, err: "time changes within 0, from 1 to 3 (row 2)"},
		{name: "contradiction", change: func(s *did.StaggeredSpec) { s.Treat, s.Cohort = "d", "unit" }, err: "is first treated"},
		{name: "rows", change: func(s *did.StaggeredSpec) { s.Sampling = did.CrossSections }, note: "every row counts as a unit of its own"},
		{name: "rows, further effects", change: func(s *did.StaggeredSpec) { s.Sampling, s.Formula = did.CrossSections, "y ~ 1 | x" }, err: "leave x out of the formula"},
		{name: "balanced, none left", change: func(s *did.StaggeredSpec) { s.Sampling = did.BalancedUnits; s.Control = did.NeverTreated }, note: "unbalanced=keep compares all rows"},
	} {
		t.Run(k.name, func(t *testing.T) {
			s := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1"}, Method: did.CallawaySantAnna, Cohort: "g", Sampling: did.EveryRow}
			if k.change != nil {
				k.change(&s)
			}
			r, err := did.Staggered(p, s)
			if k.err != "" || err != nil {
				if err == nil || k.err == "" || !strings.Contains(err.Error(), k.err) {
					t.Fatalf("error %v, want one with %q", err, k.err)
				}
				return
			}
			if notes := strings.Join(r.Notes, "\n"); !strings.Contains(notes, k.note) {
				t.Errorf("notes %q, want one with %q", notes, k.note)
			}
			problems := ""
			for _, p := range r.Problems {
				problems += fmt.Sprintf("cohort %g in %g: %s\n", p.Cohort, p.Time, p.Reason)
			}
			if !strings.Contains(problems, k.problem) {
				t.Errorf("problems %q, want one with %q", problems, k.problem)
			}
			for _, g := range r.GroupTime {
				if math.IsNaN(g.Estimate) {
					t.Errorf("cohort %g in %g is NaN", g.Cohort, g.Time)
				}
			}
		})
	}
}

func indicator(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// TestDesignsAtTheEdge: with one cohort, or one treated unit, cs still gives what R's did gives by definition, differences of
// means from the last period before adoption, and says what they rest on.
func TestDesignsAtTheEdge(t *testing.T) {
	for _, start := range [][]int{{0, 0, 0, 4, 4}, {0, 0, 0, 0, 3}} {
		p := staggeredPanelOf(t, 6, start, func(u, k int) float64 { return 0 })
		y, _ := p.Numbers("y")
		at := func(u, k int) float64 { return y[u*6+k-1] }
		for _, sampling := range samplings {
			r, err := did.Staggered(p, did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "d"}, Method: did.CallawaySantAnna, Sampling: sampling})
			if err != nil {
				t.Fatal(err)
			}
			g, treated, never := start[4], 0, 0
			for _, s := range start {
				treated, never = treated+int(indicator(s > 0)), never+int(indicator(s == 0))
			}
			for _, c := range r.GroupTime {
				k, base := int(c.Time), g-1
				if k < g {
					base = k - 1
				}
				want := 0.0
				for u, s := range start {
					if s > 0 {
						want += (at(u, k) - at(u, base)) / float64(treated)
					} else {
						want -= (at(u, k) - at(u, base)) / float64(never)
					}
				}
				if math.Abs(c.Estimate-want) > 1e-12 {
					t.Errorf("%v, %s, period %d: %g, want %g", start, sampling, k, c.Estimate, want)
				}
			}
			if alone := strings.Contains(strings.Join(r.Notes, "\n"), "is one unit"); sampling != did.CrossSections && alone != (treated == 1) {
				t.Errorf("%v, %s: notes %q", start, sampling, r.Notes)
			}
		}
	}
}
