package diagnose_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// load reads a file of testdata/reference.
func load(t *testing.T, name string, into any) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(reference.Root(t), "testdata", "reference", name))
	if err == nil {
		err = json.Unmarshal(raw, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// near fails where got is further from want than tolerance times the larger of want and scale.
func near(t *testing.T, what string, got, want, tolerance, scale float64) {
	t.Helper()
	compared.Near(t, what, got, want, tolerance, scale)
}

// TestBaconReference holds every comparison of bacondecomp's to 1e-9, and the sums to one.
func TestBaconReference(t *testing.T) {
	var ref struct {
		Cases []struct {
			ID, Data, Formula, Treat, Program, Version string
			Comparisons                                []diagnose.Comparison
			ByType                                     []diagnose.TypeShare `json:"by_type"`
			TWFE                                       *float64
			Omega, Within                              *float64
		}
	}
	load(t, "bacon.json", &ref)
	for _, c := range ref.Cases {
		t.Run(c.ID, func(t *testing.T) {
			p := reference.Panel(t, c.Data, "sid", "year")
			b, err := diagnose.Decompose(p, did.Spec{Formula: c.Formula, Treat: c.Treat})
			if err != nil {
				t.Fatal(err)
			}
			compared.With(t, compared.Source{Command: "bacon", Program: c.Program, Version: c.Version, File: "bacon.json", Case: c.ID})
			if len(b.Comparisons) != len(c.Comparisons) {
				t.Fatalf("%d comparisons, want %d", len(b.Comparisons), len(c.Comparisons))
			}
			for _, want := range c.Comparisons {
				found := false
				for _, got := range b.Comparisons {
					same := got.Treated == want.Treated && got.Control == want.Control
					if got.Type == diagnose.BothTreated { // the order says nothing there
						same = same || got.Treated == want.Control && got.Control == want.Treated
					}
					if same && got.Type == want.Type {
						found = true
						near(t, "estimate of "+want.Treated+" against "+want.Control, got.Estimate, want.Estimate, 1e-9, 0)
						near(t, "weight of "+want.Treated+" against "+want.Control, got.Weight, want.Weight, 1e-9, 0)
					}
				}
				if !found {
					t.Errorf("no comparison %s against %s, %s", want.Treated, want.Control, want.Type)
				}
			}
			for _, want := range c.ByType {
				for _, got := range b.ByType {
					if got.Type == want.Type {
						near(t, string(want.Type), got.Estimate, want.Estimate, 1e-9, 0)
						near(t, string(want.Type)+" weight", got.Weight, want.Weight, 1e-9, 0)
					}
				}
			}
			if c.TWFE != nil {
				near(t, "twfe", b.TWFE, *c.TWFE, 1e-9, 0)
			}
			if c.Omega != nil {
				near(t, "Ω", b.Within.Weight, *c.Omega, 1e-9, 0)
				near(t, "within", b.Within.Estimate, *c.Within, 1e-9, 0)
			}
			compared.Done(t)
			addsUp(t, b)
		})
	}
}

// addsUp holds that the comparisons' weights add up to one and their mean is the two-way estimate.
func addsUp(t *testing.T, b *diagnose.Bacon) {
	t.Helper()
	weight, mean := 0.0, 0.0
	for _, s := range b.ByType {
		weight += s.Weight
		mean += s.Weight * s.Estimate
	}
	near(t, "sum of weights", weight, 1, 1e-12, 0)
	if b.Within != nil {
		mean = (1-b.Within.Weight)*mean + b.Within.Weight*b.Within.Estimate
	}
	near(t, "weighted mean", mean, b.TWFE, 1e-10, 1e-3)
}

// The mean of the comparisons is the estimate with always-treated units, controls and weights too, on the project's own panels.
func TestBaconAddsUp(t *testing.T) {
	for _, c := range []struct {
		data, unit, formula, treat, weights string
	}{
		{"data/castle.csv", "sid", "l_homicide ~ poverty + unemployrt", "post", ""},
		{"data/castle.csv", "sid", "l_homicide ~ 1", "post", ""},
		{"data/dual-pilot.csv", "city", "DIA ~ 1", "DID", ""},
		{"data/dual-pilot.csv", "city", "DIA ~ PGDP + FINDEV + OPEN", "DID", ""},
		{"testdata/reference/data/castle_study.csv", "sid", "l_homicide ~ l_police", "law", "popwt"},
	} {
		p := reference.Panel(t, c.data, c.unit, "year")
		o := design.Options{Weights: c.weights}
		b, err := diagnose.Decompose(p, did.Spec{Formula: c.formula, Treat: c.treat, Design: o})
		if err != nil {
			t.Fatal(err)
		}
		addsUp(t, b)
		if c.data == "data/castle.csv" { // 2006 and later: the first cohort is treated all along
			o.If, _ = formula.ParseExpr("year >= 2006")
			b, err = diagnose.Decompose(p, did.Spec{Formula: c.formula, Treat: c.treat, Design: o})
			if err != nil {
				t.Fatal(err)
			}
			addsUp(t, b)
		}
	}
}

func TestBaconRefuses(t *testing.T) {
	p := reference.Panel(t, "data/castle.csv", "sid", "year")
	cond, _ := formula.ParseExpr("!(sid == 3 & year == 2004)")
	_, err := diagnose.Decompose(p, did.Spec{Formula: "l_homicide ~ 1", Treat: "post", Design: design.Options{If: cond}})
	var u *diagnose.Unbalanced
	if !errors.As(err, &u) || u.Unit != "3" || u.Lacking != 1 || u.Units != 50 || u.Periods != 11 {
		t.Errorf("unbalanced: %v", err)
	}
	_, err = diagnose.Decompose(p, did.Spec{Formula: "l_homicide ~ 1 | sid + year + sid[year]", Treat: "post"})
	var o *diagnose.OtherEffects
	if !errors.As(err, &o) {
		t.Errorf("trends: %v", err)
	}
}

// TestBaconStatsPAI holds estimates of comparisons to what R's and Stata's bacondecomp print on data not kept here.
func TestBaconStatsPAI(t *testing.T) {
	var ref struct {
		Bacon []struct {
			ID, Data, Program, Version string
			TWFE                       float64
			Pairs                      [][3]any
			Tolerance                  float64
		}
	}
	load(t, "statspai.json", &ref)
	for _, c := range ref.Bacon {
		t.Run(c.ID, func(t *testing.T) {
			p := reference.PanelBeside(t, "validation/statspai/"+c.Data+".csv", "countyreal", "year")
			b, err := diagnose.Decompose(p, did.Spec{Formula: "lemp ~ 1", Treat: "treat"})
			if err != nil {
				t.Fatal(err)
			}
			compared.With(t, compared.Source{Command: "bacon", Program: c.Program, Version: c.Version, File: "statspai.json", Case: c.ID})
			near(t, "twfe", b.TWFE, c.TWFE, c.Tolerance, 0)
			estimates := map[[2]string]float64{}
			for _, k := range b.Comparisons {
				estimates[[2]string{k.Treated, k.Control}] = k.Estimate
			}
			for _, want := range c.Pairs {
				pair := [2]string{want[0].(string), want[1].(string)}
				got, ok := estimates[pair]
				if !ok {
					t.Errorf("no comparison of %s with %s", pair[0], pair[1])
				}
				near(t, pair[0]+" against "+pair[1], got, want[2].(float64), c.Tolerance, 0)
			}
		})
	}
}

// TestBaconElsewhere holds every comparison of bacondecomp's on studies that are not kept here, with always-treated units
// among them.
func TestBaconElsewhere(t *testing.T) {
	var ref struct {
		Elsewhere []struct {
			ID, Program, Version, File, Unit, Time, Formula, Treat, First, Only string
			Comparisons                                                         []diagnose.Comparison
			ByType                                                              []diagnose.TypeShare `json:"by_type"`
			TWFE                                                                float64
		}
	}
	load(t, "bacon.json", &ref)
	for _, c := range ref.Elsewhere {
		t.Run(c.ID, func(t *testing.T) {
			p := elsewhere(t, c.File, c.Unit, c.Time, c.Treat, c.First, c.Only)
			b, err := diagnose.Decompose(p, did.Spec{Formula: c.Formula, Treat: c.Treat})
			if err != nil {
				t.Fatal(err)
			}
			compared.With(t, compared.Source{Command: "bacon", Program: c.Program, Version: c.Version, File: "bacon.json", Case: c.ID})
			near(t, "twfe", b.TWFE, c.TWFE, 1e-9, 1e-3)
			if len(b.Comparisons) != len(c.Comparisons) {
				t.Errorf("%d comparisons, want %d", len(b.Comparisons), len(c.Comparisons))
			}
			got := map[[2]string]diagnose.Comparison{}
			for _, k := range b.Comparisons {
				got[[2]string{k.Treated, k.Control}] = k
			}
			for _, want := range c.Comparisons {
				k, ok := got[[2]string{want.Treated, want.Control}]
				if !ok || k.Type != want.Type {
					t.Errorf("no comparison %s against %s, %s: %+v", want.Treated, want.Control, want.Type, k)
					continue
				}
				near(t, "estimate of "+want.Treated+" against "+want.Control, k.Estimate, want.Estimate, 1e-9, 1e-2)
				near(t, "weight of "+want.Treated+" against "+want.Control, k.Weight, want.Weight, 1e-9, 0)
			}
			for _, want := range c.ByType {
				found := false
				for _, s := range b.ByType {
					if s.Type == want.Type {
						found = true
						near(t, string(want.Type), s.Estimate, want.Estimate, 1e-9, 1e-2)
						near(t, string(want.Type)+" weight", s.Weight, want.Weight, 1e-9, 0)
					}
				}
				if !found {
					t.Errorf("no type %s", want.Type)
				}
			}
		})
	}
}

// elsewhere reads a study that stands beside the repository, with its treatment: from the year in first on, where changed
// is 1 if there is such a variable; rows are those in which only is 2.
func elsewhere(t *testing.T, file, unit, time, treat, first, only string) *panel.Panel {
	t.Helper()
	q := reference.PanelBeside(t, "validation/"+file)
	if only != "" {
		q = reference.Only(t, q, only, 2)
	}
	q, err := q.Indexed(unit, time)
	if err != nil {
		t.Fatal(err)
	}
	if first == "" {
		return q
	}
	start, err := q.Numbers(first)
	if err != nil {
		t.Fatal(err)
	}
	var changed []float64
	if q.Has("changed") {
		if changed, err = q.Numbers("changed"); err != nil {
			t.Fatal(err)
		}
	}
	d := make([]float64, q.Rows())
	for i := range d {
		if start[i] > 0 && did.PeriodValue(q.Periods(), i) >= start[i] && (changed == nil || changed[i] == 1) {
			d[i] = 1
		}
	}
	if q, err = q.With(&panel.Variable{Name: treat, Values: d}); err != nil {
		t.Fatal(err)
	}
	return q
}
