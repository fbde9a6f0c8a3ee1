package regress_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// spacetimeCase is a regression with errors correlated over time or space.
type spacetimeCase struct {
	ID, Program, Data, Formula, Weights, If, Type, Unit, Time, Distance, Place string
	Index                                                                      []string
	Lag                                                                        int
	Cutoff, DF                                                                 float64
	Coef                                                                       []struct {
		Term     string
		Estimate *float64
		SE       float64 `json:"std_error"`
	}
}

func (c *spacetimeCase) panel(t *testing.T) *panel.Panel {
	t.Helper()
	if c.Data == "city_frame_337.csv" {
		return cityFrame(t)
	}
	p, err := reference.ReadCSV(filepath.Join(reference.Root(t), "testdata", "reference", "data", c.Data))
	if err != nil {
		t.Fatal(err)
	}
	if c.Place != "" {
		p = with(t, p, "lat", fmt.Sprintf("(%[1]s*37 - 101*floor(%[1]s*37/101))*0.9 - 45", c.Place))
		p = with(t, p, "lon", fmt.Sprintf("(%[1]s*53 - 97*floor(%[1]s*53/97))*3.7 - 179", c.Place))
	}
	if len(c.Index) == 2 {
		if p, err = p.Indexed(c.Index[0], c.Index[1]); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// cityFrame is the panel of 297 cities with an outcome made of their codes, as fixest had it.
func cityFrame(t *testing.T) *panel.Panel {
	t.Helper()
	q := reference.PanelBeside(t, "china/city_frame_337.csv")
	q = subset(t, q, "in_frame_297 == 1 & !missing(lon)")
	cols := map[string][]float64{}
	for i := range q.Rows() {
		for year := 2010.0; year < 2020; year++ {
			for _, name := range []string{"adcode", "lon", "lat"} {
				x, err := q.Numbers(name)
				if err != nil {
					t.Fatal(err)
				}
				cols[name] = append(cols[name], x[i])
			}
			cols["year"] = append(cols["year"], year)
		}
	}
	var vars []*panel.Variable
	for _, name := range []string{"adcode", "year", "lon", "lat"} {
		vars = append(vars, &panel.Variable{Name: name, Values: cols[name]})
	}
	p, err := panel.New(vars...)
	if err != nil {
		t.Fatal(err)
	}
	mod := func(x, m string) string { return fmt.Sprintf("((%[1]s) - %[2]s*floor((%[1]s)/%[2]s))/%[2]s", x, m) }
	p = with(t, p, "x", mod("adcode*31 + year*17", "997")+" + lat/90")
	p = with(t, p, "z", mod("adcode*13 + year*year", "89"))
	return with(t, p, "y", mod("adcode*7 + year*13", "1009")+" + 0.5*x + 0.01*lon")
}

func (c *spacetimeCase) spec() vcov.Spec {
	return vcov.Spec{Type: vcov.Type(c.Type), Serial: vcov.Serial{Unit: c.Unit, Time: c.Time, Lag: c.Lag, Given: true},
		Space: vcov.Space{Lat: "lat", Lon: "lon", Cutoff: c.Cutoff, Distance: vcov.Distance(c.Distance)}}
}

// Newey-West, Driscoll-Kraay and Conley errors are R fixest's, and those of all pairs of rows.
func TestErrorsOverTimeAndSpace(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(reference.Root(t), "testdata", "reference", "spacetime.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []spacetimeCase }
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	for _, c := range file.Cases {
		t.Run(fmt.Sprintf("%s/%d/%g/%s%s", c.ID, c.Lag, c.Cutoff, c.Distance, c.Weights), func(t *testing.T) {
			s := regress.Spec{Formula: c.Formula, Vcov: c.spec(), Design: design.Options{Weights: c.Weights}}
			if c.If != "" {
				if s.Design.If, err = formula.ParseExpr(c.If); err != nil {
					t.Fatal(err)
				}
			}
			fits, err := regress.Estimate(c.panel(t), s)
			if err != nil {
				t.Fatal(err)
			}
			compared.With(t, compared.Source{Command: "reg", Method: "vcov=" + c.Type, Program: c.Program, File: "spacetime.json", Case: t.Name()})
			f := fits[0]
			if f.DFT != c.DF {
				t.Errorf("%g degrees of freedom, want %g", f.DFT, c.DF)
			}
			for _, want := range c.Coef {
				got, ok := f.Coefficient(want.Term)
				if !ok {
					t.Fatalf("no coefficient %s among %v", want.Term, f.Terms())
				}
				if want.Estimate != nil {
					compared.Near(t, "estimate of "+want.Term, got.Estimate, *want.Estimate, 1e-9, 0)
				}
				compared.Near(t, "standard error of "+want.Term, got.StdError, want.SE, 1e-7, 0)
			}
			if again := f.Vcov.Spec(); again.Type != c.spec().Type || again.Serial.Lag != c.Lag || again.Space.Cutoff != c.Cutoff {
				t.Errorf("the result asks for %s", again)
			}
		})
	}
}

// What these errors can't be made of is said.
func TestErrorsOverTimeAndSpaceRefused(t *testing.T) {
	p := (&spacetimeCase{Data: "castle_study.csv", Place: "sid", Index: []string{"state", "year"}}).panel(t)
	p = with(t, p, "far", "lat + 300")
	try := func(s vcov.Spec) error {
		_, err := regress.Estimate(p, regress.Spec{Formula: "l_homicide ~ cdl | state + year", Vcov: s})
		return err
	}
	space := func(lat, lon string, cutoff float64) vcov.Spec {
		return vcov.Spec{Type: vcov.Conley, Space: vcov.Space{Lat: lat, Lon: lon, Cutoff: cutoff}}
	}
	var bad *vcov.BadCoordinate
	if err := try(space("lon", "lat", 100)); !errors.As(err, &bad) || !bad.Swapped || !bad.Latitude {
		t.Errorf("swapped coordinates: %v", err)
	}
	if err := try(space("far", "lon", 100)); !errors.As(err, &bad) || bad.Swapped {
		t.Errorf("a latitude beyond the pole: %v", err)
	}
	if err := try(space("lat", "lon", -1)); err == nil {
		t.Error("a negative cutoff was taken")
	}
	var lag *vcov.BadLag
	if err := try(vcov.Spec{Type: vcov.DriscollKraay, Serial: vcov.Serial{Time: "year", Lag: 11, Given: true}}); !errors.As(err, &lag) || lag.Periods != 11 {
		t.Errorf("a lag of all periods: %v", err)
	}
	var twice *vcov.TwicePeriod
	if err := try(vcov.Spec{Type: vcov.NeweyWest, Serial: vcov.Serial{Unit: "region", Time: "year"}}); !errors.As(err, &twice) {
		t.Errorf("a unit that repeats periods: %v", err)
	}
}
