package command_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// estimations are lines of every magic that estimates, on the panel that invented writes.
var estimations = []struct {
	line   string
	drawn  bool // by a seed, over units in the order of their labels
	scaled bool // an estimate that a threshold in units of y or x chooses, such as winsorised rows
}{
	{line: "%reg y ~ d + x1 + x2 | unit + year as=r"},
	{line: "%reg y ~ d + l(x1, 1) | unit + year + sector weights=w vcov=cluster(unit, year)"},
	{line: "%did y ~ x1 + x2 treat=d as=m"},
	{line: "%did y ~ x1 treat=d weights=w as=mw"},
	{line: "%did y ~ 1 treat=d method=cs as=cs", drawn: true},
	{line: "%did y ~ x1 treat=d method=stacked window=-3:3"},
	{line: "%eventstudy y ~ 1 treat=d method=stacked window=-2:2 stack=none weights=w"},
	{line: "%did y ~ x1 treat=d method=etwfe"},
	{line: "%did y ~ x1 treat=d method=etwfe control=never weights=w"},
	{line: "%did y ~ x1 treat=d method=lpdid window=-3:3 reweight=true"},
	{line: "%did y ~ l(x1, 1) treat=d method=lpdid window=-2:2 premean=all nocomp=true weights=w"},
	{line: "%eventstudy y ~ x1 treat=d window=-3:3 as=es"},
	{line: `%wald r that="d = x1"`, scaled: true},
	{line: "%placebo m reps=30 seed=3", drawn: true},
	{line: "%placebo mw reps=30 seed=3 kind=time", drawn: true},
	{line: "%placebo m reps=30 seed=3 kind=mixed", drawn: true},
	{line: "%placebo m reps=30 seed=3 kind=row", drawn: true},
	{line: "%leaveout m"},
	{line: "%power m reps=100 seed=3", drawn: true},
	{line: "%power mw reps=100 noise=ar", drawn: true},
	{line: "%psm d ~ x1 + x2 data=panel as=ma"},
	{line: "%psm d ~ x1 + x2 method=kernel data=panel as=mb"},
	{line: "%mediate m via=q boot=40 seed=5", drawn: true},
	{line: "%mediate mw via=q boot=40 seed=5", drawn: true},
	{line: "%hetero m by=x2"},
	{line: "%hetero mw by=x2 split=tercile"},
	{line: "%robust m checks=lag,winsor(0.05)"},
	{line: "%bacon m"},
	{line: "%twfeweights m"},
	{line: "%estimators m methods=cs,sunab,imputation,did2s,stacked window=-3:3"},
	{line: "%estimators mw methods=imputation,sunab"},
	{line: "%honest es mbar=0.5 method=conditional"},
	{line: "%honest es type=sd mbar=0"},
	{line: "%pretrends es"},
	{line: "%equivalence es threshold=1.5", scaled: true},
	{line: "%equivalence es type=mean"},
	{line: "%equivalence es type=rms", drawn: true},
	{line: "%equivalence es method=boot reps=200 rows=before"},
	{line: "%equivalence es method=wild reps=200", drawn: true},
	{line: "%sensitivity m benchmark=x1,x1+x2,year kd=0.5,1"},
	{line: "%sensitivity mw benchmark=x1 ky=2 q=0.5"},
}

// invented writes a staggered panel of 36 units over 8 years as panel.csv, its rows in the order given (nil: by unit and
// year), units under their labels, y and x1 times their scales; and returns the folder.
func invented(t *testing.T, order []int, label func(unit int) int, yScale, xScale float64) string {
	t.Helper()
	const units, years = 36, 8
	rng := rand.New(rand.NewPCG(11, 4))
	var rows []string
	for u := range units {
		start := 9999
		if u%3 != 0 {
			start = 2003 + u%4
		}
		level := rng.NormFloat64()
		for y := 2000; y < 2000+years; y++ {
			d := 0
			if y >= start {
				d = 1
			}
			x1, x2 := rng.NormFloat64()+0.3*level+0.2*float64(d), rng.NormFloat64()+0.02*float64(u)
			q := 0.5*float64(d) + 0.4*x1 + rng.NormFloat64()
			out := level + 0.1*float64(y-2000) + 0.7*float64(d) + 0.5*x1 - 0.2*x2 + 0.3*q + rng.NormFloat64()
			rows = append(rows, fmt.Sprintf("%d,%d,%.17g,%d,%.17g,%.17g,%.17g,%.17g,%d", label(u), y, yScale*out, d, xScale*x1, x2, q, 0.5+rng.Float64(), (u+y)%5))
		}
	}
	if order != nil {
		shuffled := make([]string, len(rows))
		for i, r := range order {
			shuffled[i] = rows[r]
		}
		rows = shuffled
	}
	dir := t.TempDir()
	text := "unit,year,y,d,x1,x2,q,w,sector\n" + strings.Join(rows, "\n") + "\n"
	if err := os.WriteFile(filepath.Join(dir, "panel.csv"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// results runs all estimations and returns what each gave, as JSON decoded.
func results(t *testing.T, dir string) map[string]any {
	t.Helper()
	s := session.New(dir)
	s.NoFigures = true
	if _, err := runIn(t, s, "%panel load panel.csv unit=unit time=year\n"); err != nil {
		t.Fatal(diagnosticText(err))
	}
	d, _ := s.Panel("panel")
	before := fmt.Sprint(len(d.Panel.Names()), d.Panel.Variables()[2].Values)
	all := map[string]any{}
	for _, e := range estimations {
		out, err := runIn(t, s, e.line)
		if err != nil {
			t.Fatal(diagnosticText(err))
		}
		line, err := command.JSON(out[len(out)-1])
		if err != nil {
			t.Fatal(err)
		}
		var v struct{ Result any }
		if err := json.Unmarshal(line, &v); err != nil {
			t.Fatal(err)
		}
		all[e.line] = v.Result
		if _, err := runIn(t, s, "%panel use panel"); err != nil {
			t.Fatal(diagnosticText(err))
		}
	}
	d, _ = s.Panel("panel")
	if after := fmt.Sprint(len(d.Panel.Names()), d.Panel.Variables()[2].Values); after != before {
		t.Error("the panel is another one after the estimations")
	}
	return all
}

// differ tells where two results differ by more than the tolerance, relative to their size; "" is nowhere. Below keys
// that skip knows nothing is compared.
func differ(a, b any, where string, tolerance float64, skip func(key string) bool) string {
	switch a := a.(type) {
	case map[string]any:
		bm, _ := b.(map[string]any)
		if len(a) != len(bm) {
			return fmt.Sprintf("%s: %d keys and %d", where, len(a), len(bm))
		}
		for k, x := range a {
			if skip(k) {
				continue
			}
			if s := differ(x, bm[k], where+"."+k, tolerance, skip); s != "" {
				return s
			}
		}
	case []any:
		bs, _ := b.([]any)
		if len(a) != len(bs) {
			return fmt.Sprintf("%s: %d values and %d", where, len(a), len(bs))
		}
		for i := range a {
			if s := differ(a[i], bs[i], fmt.Sprintf("%s[%d]", where, i), tolerance, skip); s != "" {
				return s
			}
		}
	case float64:
		if y, ok := b.(float64); !ok || math.Abs(a-y) > tolerance*math.Max(1e-5, math.Max(math.Abs(a), math.Abs(y))) {
			return fmt.Sprintf("%s: %.17g and %v", where, a, b)
		}
	default:
		if a != b {
			return fmt.Sprintf("%s: %v and %v", where, a, b)
		}
	}
	return ""
}

func itself(unit int) int { return unit }

func among(keys ...string) func(string) bool {
	return func(key string) bool {
		for _, k := range keys {
			if k == key {
				return true
			}
		}
		return false
	}
}

// Permuted rows change no number; what is listed by the rows of the file stands in their order.
func TestPermutedRowsChangeNoEstimate(t *testing.T) {
	want := results(t, invented(t, nil, itself, 1, 1))
	order := rand.New(rand.NewPCG(1, 1)).Perm(36 * 8)
	got := results(t, invented(t, order, itself, 1, 1))
	for _, e := range estimations {
		if s := differ(want[e.line], got[e.line], "", 1e-8, among("pairs", "matched_rows", "weights")); s != "" {
			t.Errorf("%s: %s", e.line, s)
		}
	}
}

// Relabelled units change no number that is not drawn.
func TestRelabelledUnitsChangeNoEstimate(t *testing.T) {
	want := results(t, invented(t, nil, itself, 1, 1))
	got := results(t, invented(t, nil, func(u int) int { return 5000 + u*25%37 }, 1, 1))
	for _, e := range estimations {
		if e.drawn {
			continue
		}
		if s := differ(want[e.line], got[e.line], "", 1e-8, among("pairs", "matched_rows", "units", "weights")); s != "" {
			t.Errorf("%s: %s", e.line, s)
		}
	}
}

// With y and a regressor in other units of measurement p values, shares and R² are the same.
func TestUnitsOfMeasurementChangeNoTest(t *testing.T) {
	want := results(t, invented(t, nil, itself, 1, 1))
	got := results(t, invented(t, nil, itself, 1e4, 1e-3))
	keys := among("estimate", "std_error", "rmse", "ssr", "estimates", "actual", "mean", "sd", "min", "max", "covariance", "event_covariance",
		"total", "direct", "indirect", "logit", "twfe", "distance", "change", "slope", "trend", "breakdown", "h0", "effect", "noise_sd", "mde_formula", "statistic", "minimum_threshold", "spread", "critical")
	measured := func(key string) bool {
		for _, end := range []string{"_low", "_high", "_se", "_estimate", "_covariance"} {
			if strings.HasSuffix(key, end) {
				return true
			}
		}
		return keys(key) || strings.HasPrefix(key, "mean_") || strings.HasPrefix(key, "sigma_")
	}
	for _, e := range estimations {
		if e.scaled {
			continue
		}
		if s := differ(want[e.line], got[e.line], "", 1e-6, measured); s != "" {
			t.Errorf("%s: %s", e.line, s)
		}
	}
}

// One core and several give the same bits, and so does a second run.
func TestCoresChangeNoEstimate(t *testing.T) {
	dir := invented(t, nil, itself, 1, 1)
	want := results(t, dir)
	again := results(t, dir)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	got := results(t, dir)
	for _, e := range estimations {
		for name, other := range map[string]any{"one core": got[e.line], "a second run": again[e.line]} {
			if s := differ(want[e.line], other, "", 0, among()); s != "" {
				t.Errorf("%s, %s: %s", e.line, name, s)
			}
		}
	}
}
