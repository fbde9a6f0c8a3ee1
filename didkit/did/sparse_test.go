package did

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// sparsePanel is a staggered panel with weights and regions; a share of the rows is missing.
func sparsePanel(t *testing.T, seed uint64, missing float64) *panel.Panel {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 5))
	var unit, time, d, y, w, region, moving []float64
	for u := range 180 {
		level, start := rng.NormFloat64(), 100
		if u%3 > 0 {
			start = 4 + rng.IntN(4)
		}
		for k := 1; k <= 9; k++ {
			if rng.Float64() < missing && k != 1 && k != 2 && k != start { // which dates adoption
				continue
			}
			unit, time, w = append(unit, float64(u)), append(time, float64(k)), append(w, 0.5+rng.Float64())
			region, moving = append(region, float64(u%60)), append(moving, float64((u+k)%55))
			on := indicator(k >= start)
			d = append(d, on)
			y = append(y, level+0.3*float64(k)+on*(1+0.2*float64(k))+rng.NormFloat64())
		}
	}
	p, err := panel.New(&panel.Variable{Name: "unit", Values: unit}, &panel.Variable{Name: "time", Values: time}, &panel.Variable{Name: "d", Values: d},
		&panel.Variable{Name: "y", Values: y}, &panel.Variable{Name: "w", Values: w}, &panel.Variable{Name: "region", Values: region}, &panel.Variable{Name: "moving", Values: moving})
	if err == nil {
		p, err = p.Indexed("unit", "time")
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func sameEffects(t *testing.T, what string, a, b []KeyedEffect) {
	t.Helper()
	if len(a) != len(b) || len(a) == 0 {
		t.Fatalf("%s: %d effects, then %d", what, len(a), len(b))
	}
	for i, e := range a {
		f := b[i]
		near := func(x, y float64) bool { return x != x && y != y || math.Abs(x-y) <= 1e-9*(math.Abs(x)+0.1) }
		if e.Key != f.Key || e.Units != f.Units || !near(e.Estimate, f.Estimate) || !near(e.StdError, f.StdError) || !near(e.PValue, f.PValue) || !near(e.ConfLow, f.ConfLow) {
			t.Errorf("%s: %+v, then %+v", what, e, f)
		}
	}
}

var sparseCases = []struct {
	name, weights, cluster string
	missing                float64
}{{"plain", "", "unit", 0}, {"gaps", "", "unit", 0.1}, {"weights", "w", "unit", 0.1}, {"regions", "w", "region", 0.1}}

// TestSparseRegression: Sun & Abraham's and Wooldridge's regressions without columns are those with columns.
func TestSparseRegression(t *testing.T) {
	for i, c := range sparseCases {
		for _, m := range []Method{SunAbraham, ExtendedTwoWay} {
			t.Run(c.name+" "+string(m), func(t *testing.T) {
				s := StaggeredSpec{Spec: Spec{Formula: "y ~ 1", Treat: "d", Vcov: vcov.Spec{Type: vcov.Cluster, By: []string{c.cluster}}}, Method: m, Control: NeverTreated}
				if m == ExtendedTwoWay {
					s.Control = NotYetTreated
				}
				s.Design.Weights = c.weights
				p := sparsePanel(t, uint64(i), c.missing)
				a, err := s.adopt(p)
				if err != nil {
					t.Fatal(err)
				}
				ia := a.sparse()
				if ia == nil {
					t.Fatal("the regression without columns does not apply")
				}
				one, err := ia.result()
				if err != nil {
					t.Fatal(err)
				}
				two, err := a.columns(p)
				if err != nil {
					t.Fatal(err)
				}
				sameEffects(t, "event times", two.ByEvent, one.ByEvent)
				sameEffects(t, "cohorts", two.ByCohort, one.ByCohort)
				sameEffects(t, "periods", two.ByTime, one.ByTime)
				if one.N != two.N || one.dft != two.dft || len(one.Notes) != len(two.Notes) || len(one.GroupTime) != len(two.GroupTime) {
					t.Errorf("%d rows, %g degrees, notes %q; then %d, %g, %q", two.N, two.dft, two.Notes, one.N, one.dft, one.Notes)
				}
				if w, v := one.Pretrend, two.Pretrend; (w == nil) != (v == nil) || w != nil && math.Abs(w.PValue-v.PValue) > 1e-9 {
					t.Errorf("pre-trend %+v, then %+v", v, w)
				}
			})
		}
	}
}

// TestSparseLeads: the event times before adoption of the imputation estimator, without columns and with.
func TestSparseLeads(t *testing.T) {
	for i, c := range sparseCases {
		for _, leads := range []int{0, 2} {
			s := StaggeredSpec{Spec: Spec{Formula: "y ~ 1", Treat: "d", Vcov: vcov.Spec{Type: vcov.Cluster, By: []string{c.cluster}}}, Method: Imputation, Leads: leads}
			s.Design.Weights = c.weights
			p := sparsePanel(t, uint64(i), c.missing)
			var both [2][]KeyedEffect
			for k := range both {
				a, err := s.adopt(p)
				if err != nil {
					t.Fatal(err)
				}
				im, err := a.impute()
				if err != nil {
					t.Fatal(err)
				}
				im.findReference()
				found := map[float64]int{}
				for row := range im.unit {
					if e, ok := im.lead(row); ok {
						found[e]++
					}
				}
				g, ok := gathered{}, true
				if k == 0 {
					g, ok = im.sparseLeads(found)
				} else if g, err = im.regressLeads(p, a.result(), found); err != nil {
					t.Fatal(err)
				}
				if !ok {
					t.Fatal("the regression without columns does not apply")
				}
				g.cov = covarianceOf(im.parts, im.groups)
				for j, row := range g.scores {
					g.scores[j] = append(row, make([]float64, len(im.parts)-len(row))...)
				}
				both[k] = g.keyed(0.95)
			}
			sameEffects(t, c.name, both[1], both[0])
		}
	}
}

// TestSharedScores: what the model adds to the cells' scores is the same from what they share and cell by cell; clusters
// that units cross allow for the latter only.
func TestSharedScores(t *testing.T) {
	for i, c := range sparseCases {
		for _, m := range []Method{Imputation, TwoStage} {
			s := StaggeredSpec{Spec: Spec{Formula: "y ~ 1", Treat: "d", Vcov: vcov.Spec{Type: vcov.Cluster, By: []string{c.cluster}}}, Method: m}
			s.Design.Weights = c.weights
			p := sparsePanel(t, uint64(i), c.missing)
			var both [2][]KeyedEffect
			for k := range both {
				a, err := s.adopt(p)
				if err != nil {
					t.Fatal(err)
				}
				im, err := a.impute()
				if err != nil {
					t.Fatal(err)
				}
				if err := im.scores(k == 0); err != nil {
					t.Fatal(err)
				}
				im.cov = covarianceOf(im.parts, im.groups)
				both[k] = im.by(func(c *imputedCell) (float64, bool) { return c.t - c.g, true }).keyed(0.95)
			}
			sameEffects(t, c.name+" "+string(m), both[1], both[0])
		}
	}
	p := sparsePanel(t, 9, 0)
	s := StaggeredSpec{Spec: Spec{Formula: "y ~ 1", Treat: "d", Vcov: vcov.Spec{Type: vcov.Cluster, By: []string{"moving"}}}, Method: Imputation}
	a, err := s.adopt(p)
	if err != nil {
		t.Fatal(err)
	}
	im, err := a.impute()
	if err != nil {
		t.Fatal(err)
	}
	if im.nested() || im.shares() {
		t.Error("units that cross clusters share nothing")
	}
}
