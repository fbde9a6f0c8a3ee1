package figure_test

import (
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed2d25c7c2/didnb/didkit/describe"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/report/figure"
	"github.com/seed2d25c7c2/didnb/didkit/report/figure/typeface"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

var (
	update = flag.Bool("update", false, "write the golden files anew")
	look   = flag.String("look", "", "folder to write every golden figure's PNG to, to be looked at")
)

// eventStudy has the shape of Gao, Han & Han (2026), Figure 1: nothing before adoption, effects from period 3 on.
func eventStudy() *did.EventStudyResult {
	r := &did.EventStudyResult{Method: "twfe", Outcome: "DIA", Treat: "DID", Ref: -1, Level: 0.90, Window: [2]int{-6, 8}, Binned: true, N: 5364,
		Pretrend: &did.Wald{Statistic: 0.84, DF1: 5, DF2: 297, PValue: 0.523},
		Fit:      &regress.Fit{Simulated: true, Vcov: regress.VcovInfo{Type: "cluster", By: []string{"city"}, Clusters: []int{298}}}}
	for i, b := range []float64{-0.031, 0.012, -0.018, 0.022, 0.009, 0, 0.021, 0.038, 0.052, 0.118, 0.164, 0.231, 0.327, 0.451, 0.702} {
		k := i - 6
		se := 0.03 + 0.004*math.Abs(float64(k))
		c := did.EventCoef{EventTime: k, Estimate: b, StdError: se, ConfLow: b - 1.645*se, ConfHigh: b + 1.645*se, Units: 40}
		if k == -1 {
			c.StdError, c.ConfLow, c.ConfHigh = math.NaN(), math.NaN(), math.NaN()
		}
		r.Coef = append(r.Coef, c)
	}
	return r
}

// doses has effects that level off, the band widest at the ends.
func doses() *did.ATTResult {
	r := &did.ATTResult{Method: did.ContinuousTreatment, Outcome: "DIA", Level: 0.95, Simulated: true, Dose: &did.DoseResponse{Variable: "grant", Degree: 2, Knots: []float64{2.5}, Lowest: 0.4, Highest: 5.2,
		ATT: did.Effect{Estimate: 0.71, ConfLow: 0.52, ConfHigh: 0.9}, ACRT: did.Effect{Estimate: 0.19, ConfLow: 0.05, ConfHigh: 0.33}, LevelBand: &did.Bands{Draws: 999, Seed: 1, Critical: 2.6}}}
	for i := range 40 {
		d := 0.6 + 0.11*float64(i)
		half := 0.15 + 0.05*(d-2.5)*(d-2.5)
		level, slope := 0.45*d-0.045*d*d, 0.45-0.09*d
		r.Dose.Levels = append(r.Dose.Levels, did.DosePoint{Dose: d, Effect: did.Effect{Estimate: level, ConfLow: level - half, ConfHigh: level + half}})
		r.Dose.Slopes = append(r.Dose.Slopes, did.DosePoint{Dose: d, Effect: did.Effect{Estimate: slope, ConfLow: slope - half, ConfHigh: slope + half}})
	}
	return r
}

func trend() *describe.Trend {
	t := &describe.Trend{Variable: "DIA", By: "treated", Simulated: true, Groups: []describe.Series{{Group: "0"}, {Group: "1"}}}
	for y := 2006; y <= 2023; y++ {
		t.Times = append(t.Times, float64(y))
		t.Periods = append(t.Periods, fmt.Sprint(y))
		x := float64(y - 2006)
		t.Groups[0].Mean = append(t.Groups[0].Mean, 0.62+0.005*x)
		t.Groups[1].Mean = append(t.Groups[1].Mean, 0.98+0.008*x)
	}
	t.Groups[0].Mean[5] = math.NaN()
	return t
}

func fits() []*regress.Fit {
	coef := func(term string, b, se float64) regress.Coef {
		return regress.Coef{Term: term, Estimate: b, StdError: se, ConfLow: b - 1.96*se, ConfHigh: b + 1.96*se}
	}
	fit := func(c ...regress.Coef) *regress.Fit {
		return &regress.Fit{Outcome: "DIA", Level: 0.95, Vcov: regress.VcovInfo{Type: "iid"}, Coef: c}
	}
	return []*regress.Fit{ // Gao, Han & Han (2026), Table 2, columns (2) and (3)
		fit(coef("DID", 0.297, 0.0374), coef("PGDP", 0.077, 0.0419), coef("FINDEV", 0.013, 0.0109), coef("OPEN", -0.011, 0.0063), coef("MKTZ", -0.064, 0.0087), coef("URB", -0.381, 0.1165)),
		fit(coef("SC", 0.056, 0.0268), coef("PGDP", 0.081, 0.042), coef("FINDEV", 0.010, 0.0109), coef("OPEN", -0.011, 0.0062), coef("MKTZ", -0.060, 0.0088), coef("URB", -0.365, 0.1174)),
	}
}

// drawn are the figures that goldens hold and that every other test looks at.
func drawn(t testing.TB) map[string]*figure.Figure {
	t.Helper()
	zh := figure.Options{Language: wording.Chinese, Labels: wording.Labels{"DIA": "数字产业集聚度", "city": "城市", "treated": "双试点"}}
	titled := zh
	titled.Title = "图1\u3000平行趋势检验结果"
	later := eventStudy()
	for i := range later.Coef {
		if later.Coef[i].EventTime != -1 {
			later.Coef[i].Estimate += 0.03
			later.Coef[i].ConfLow += 0.03
			later.Coef[i].ConfHigh += 0.03
		}
	}
	out := map[string]*figure.Figure{}
	add := func(name string, f *figure.Figure, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		f.Fonts = typeface.Embedded() // the same on every computer
		out[name] = f
	}
	f, err := figure.EventStudy(eventStudy(), figure.Options{})
	add("event-study", f, err)
	f, err = figure.EventStudy(eventStudy(), titled)
	add("event-study-zh", f, err)
	f, err = figure.EventStudies([]figure.Estimates{{Name: "TWFE", Result: eventStudy()}, {Name: "Sun & Abraham", Result: later}}, figure.Options{Title: "Estimators compared"})
	add("event-studies", f, err)
	f, err = figure.Trend(trend(), figure.TrendOptions{Policy: []figure.Marker{{At: 2013.5, Label: "second batch"}}, Groups: map[string]string{"0": "Other cities", "1": "Dual-pilot cities"}})
	add("trend", f, err)
	f, err = figure.Trend(trend(), figure.TrendOptions{Options: zh, Policy: []figure.Marker{{At: 2012, Label: "首批低碳试点"}}})
	add("trend-zh", f, err)
	f, err = figure.Coefficients(fits(), figure.CoefficientOptions{Options: figure.Options{Labels: wording.Labels{"PGDP": "GDP per head"}}, Names: []string{"Dual pilot", "Smart city only"}})
	add("coefficients", f, err)
	f, err = figure.Coefficients(fits()[:1], figure.CoefficientOptions{Options: figure.Options{Language: wording.Chinese, Labels: wording.Labels{"DID": "智慧低碳双试点", "URB": "城镇化水平"}}, Terms: []string{"DID", "URB"}})
	add("coefficients-zh", f, err)
	add("dose", figure.Dose(doses(), did.DoseLevel, figure.Options{}), nil)
	add("dose-zh", figure.Dose(doses(), did.DoseSlope, figure.Options{Language: wording.Chinese, Labels: wording.Labels{"DIA": "数字产业集聚", "grant": "补贴（万元）"}}), nil)
	diagnostics(add)
	maps(add)
	return out
}

func TestGoldens(t *testing.T) {
	for name, f := range drawn(t) {
		t.Run(name, func(t *testing.T) {
			got, err := f.SVG()
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", name+".svg")
			if *update {
				if err := os.MkdirAll("testdata", 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatalf("%v; run with -update to write it", err)
			}
			if d := cmp.Diff(string(want), string(got)); d != "" {
				t.Errorf("%s differs (-want +got):\n%s", path, d)
			}
			if *look != "" {
				png, err := f.PNG()
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(*look, name+".png"), png, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}
