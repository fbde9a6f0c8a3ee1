package diagnose_test

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
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
	if !(math.Abs(got-want) <= tolerance*math.Max(math.Abs(want), scale)) {
		t.Errorf("%s: got %.15g, want %.15g (off by %.1e)", what, got, want, math.Abs(got-want))
	}
}

// TestBaconReference holds every comparison of bacondecomp's to 1e-9, and the sums to one.
func TestBaconReference(t *testing.T) {
	var ref struct {
		Cases []struct {
			ID, Data, Formula, Treat string
			Comparisons              []diagnose.Comparison
			ByType                   []diagnose.TypeShare `json:"by_type"`
			TWFE                     *float64
			Omega, Within            *float64
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
			ID, Data  string
			TWFE      float64
			Pairs     [][3]any
			Tolerance float64
		}
	}
	load(t, "statspai.json", &ref)
	for _, c := range ref.Bacon {
		t.Run(c.ID, func(t *testing.T) {
			q, err := reference.ReadCSV(filepath.Join(reference.Root(t), "../shared/validation/statspai", c.Data+".csv"))
			if err != nil {
				t.Skip("the data are not kept in this repository")
			}
			p, err := q.Indexed("countyreal", "year")
			if err != nil {
				t.Fatal(err)
			}
			b, err := diagnose.Decompose(p, did.Spec{Formula: "lemp ~ 1", Treat: "treat"})
			if err != nil {
				t.Fatal(err)
			}
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
