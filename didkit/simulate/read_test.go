package simulate

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// whole is a small design that uses every field.
const whole = `{
  "simulated": true, "about": "a small one", "seed": 9,
  "units": {"name": "city", "count": 8}, "period": {"name": "year", "first": 2000, "count": 4},
  "traits": ["wealth"],
  "adoptions": [{
    "policies": [{"name": "A", "adopted": "since_a"}, {"name": "B"}], "joint": {"name": "AB", "adopted": "since_ab"},
    "stages": [{"select": {"load": {"wealth": 1}, "own": 1}, "groups": [{"units": 2, "adopt": [2001, 2002]}, {"units": 1, "adopt": [2001, 0]}]}]
  }],
  "covariates": [{"name": "x", "label": "a covariate", "zh": "变量", "unit": {"load": {"wealth": 0.5}, "own": 1}, "path": [[2000, 0], [2003, 1]],
    "slope": 0.1, "shock": 0.1, "noise": {"sd": 0.5, "ar": 0.2, "df": 5}, "shape": {"min": 0, "max": 10, "a": 2, "b": 1.5}, "decimals": 3}],
  "mediators": [{"name": "m", "unit": {"own": 1}, "noise": {"sd": 0.5}, "effects": {"AB": 1}, "decimals": 4}],
  "outcome": {"name": "y", "level": {"base": 0.2, "scale": 0.7, "sigma": 0.5, "own": 1}, "path": [[2000, 0]], "coef": {"x": 0.01, "m": 0.1},
    "effects": [{"policy": "AB", "path": [0.5, 1], "spread": 1, "cap": 10, "base": 0.1, "load": {"wealth": 1}}],
    "noise": {"sd": 0.2}, "power": 0.5, "floor": 0, "decimals": -1},
  "counts": {"part": "part", "whole": "whole", "size": {"own": 0.5}, "median": 100000, "growth": 0.01, "noise": {"sd": 0.1}, "share": [[2000, 0.02]]},
  "missing": [{"variable": "x", "units": 1, "spare": ["A"]}],
  "columns": ["y", "part", "whole", "x", "m", "A", "B", "AB", "since_a"]
}`

func TestReadAndWriteAgain(t *testing.T) {
	d, err := Read(strings.NewReader(whole))
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Read(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(d, again); diff != "" {
		t.Errorf("a design changes when it is written and read:\n%s", diff)
	}
	if _, err := Panel(d); err != nil {
		t.Error(err)
	}
}

// A wrong design gets one sentence that says where and what.
func TestWrongDesigns(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"not said to be simulated", `"simulated": true`, `"simulated": false`, "simulated: must be true, so that nobody takes the panel for observed data"},
		{"unknown key", `"slope": 0.1`, `"slop": 0.1`, `the design is not readable: unknown field "slop"`},
		{"no JSON", `"seed": 9`, `"seed": nine`, "the design is not readable: invalid character 'i' in literal null (expecting 'u')"},
		{"a second design", `"since_a"]
}`, `"since_a"]
} {}`, "something follows the design after its closing brace"},
		{"no name", `"name": "city"`, `"name": ""`, "units, period: both need a name"},
		{"one unit", `"count": 8`, `"count": 1`, "units, period: a panel needs at least 2 of each, not 1 and 4"},
		{"too large", `"count": 8`, `"count": 100000000`, "units, period: 100000000 × 4 are more than 50000000 rows"},
		{"out of time", `"first": 2000`, `"first": 99999999999`, "period.first: is 99999999999; it must lie between -1e9 and 1e9"},
		{"unknown trait", `{"wealth": 1}, "own": 1}, "groups"`, `{"welth": 1}, "own": 1}, "groups"`, `adoptions[0].stages[0].select.load: no trait "welth"; did you mean wealth?`},
		{"too few periods of adoption", `[2001, 0]`, `[2001]`, "adoptions[0].stages[0].groups[1].adopt: has 1 periods for 2 policies (0 means never)"},
		{"too many adopters", `{"units": 2, "adopt"`, `{"units": 9, "adopt"`, "adoptions[0].stages[0].groups[0].units: the groups need 9 units and there are 8"},
		{"negative adopters", `{"units": 2, "adopt"`, `{"units": -2, "adopt"`, "adoptions[0].stages[0].groups[0].units: is -2"},
		{"a name twice", `"name": "m"`, `"name": "x"`, `mediators[0].name: "x" is made twice`},
		{"a column without name", `"name": "m"`, `"name": ""`, `mediators[0].name: a variable has no name`},
		{"no policy of that name", `"policy": "AB"`, `"policy": "BA"`, `outcome.effects[0].policy: no policy "BA"; did you mean A or AB or B?`},
		{"no path", `"path": [0.5, 1]`, `"path": []`, "outcome.effects[0].path: is empty; it holds the effect 0, 1, 2 … periods after adoption"},
		{"effect too uneven", `"spread": 1`, `"spread": 30`, "outcome.effects[0].spread: is 30; it must lie between -20 and 20"},
		{"negative cap", `"cap": 10`, `"cap": -1`, "outcome.effects[0].cap: is -1; it must be positive, or 0 for none"},
		{"no variable of that name", `"coef": {"x": 0.01`, `"coef": {"xx": 0.01`, `outcome.coef: no variable "xx"; did you mean x?`},
		{"the outcome's own coefficient", `"coef": {"x": 0.01`, `"coef": {"y": 0.01`, `outcome.coef: no variable "y"; did you mean A or B or m?`},
		{"negative noise", `"noise": {"sd": 0.2}`, `"noise": {"sd": -0.2}`, "outcome.noise.sd: is -0.2; it must be 0 or positive"},
		{"a random walk", `"ar": 0.2`, `"ar": 1`, "covariates[0].noise.ar: is 1; it must lie between -1 and 1"},
		{"no variance", `"df": 5`, `"df": 2`, "covariates[0].noise.df: is 2; it must be 3 to 1000, or 0 for the normal, since fewer have no variance"},
		{"an empty range", `"max": 10`, `"max": 0`, "covariates[0].shape: the range 0 to 0 is empty"},
		{"a shape of nothing", `"a": 2`, `"a": 0`, "covariates[0].shape: a and b must be positive, not 0 and 1.5"},
		{"decimals", `"decimals": 3`, `"decimals": 30`, "covariates[0].decimals: is 30; it must be 0 to 12, or -1 for no rounding"},
		{"a path backwards", `[2003, 1]`, `[1999, 1]`, "covariates[0].path: periods must ascend, and 1999 follows 2000"},
		{"negative outcomes", `"floor": 0`, `"floor": -1`, "outcome.floor: must be 0 or more, since a location quotient can't be negative"},
		{"negative power", `"power": 0.5`, `"power": -0.5`, "outcome.power: is -0.5; it must be 0 or positive"},
		{"a share of all", `[[2000, 0.02]]`, `[[2000, 1.5]]`, "counts.share: is 1.5 in 2000; it must lie between 0 and 1"},
		{"nobody", `"median": 100000`, `"median": 0`, "counts: median is 0 and growth is 0.01; a size is 1 person or more"},
		{"missing what is not there", `"missing": [{"variable": "x"`, `"missing": [{"variable": "z"`, `missing[0].variable: no variable "z"; did you mean A or B or m?`},
		{"missing too much", `"x", "units": 1`, `"x", "units": 9`, "missing[0].units: 9 of 8 units can't lose a variable"},
		{"spared by nothing known", `"spare": ["A"]`, `"spare": ["C"]`, `missing[0].spare: no policy "C"; did you mean A or B?`},
		{"a column unknown", `"whole", "x", "m"`, `"whole", "x", "n"`, `columns[4]: no variable "n"; did you mean A or B or m?`},
		{"a column twice", `"whole", "x", "m"`, `"whole", "x", "x"`, `columns[4]: "x" stands twice`},
	} {
		text := strings.Replace(whole, c.old, c.new, 1)
		if text == whole {
			t.Fatalf("%s: %q is not in the design", c.name, c.old)
		}
		_, err := Read(strings.NewReader(text))
		if err == nil {
			t.Errorf("%s: no error, want %q", c.name, c.want)
			continue
		}
		var e *DesignError
		if !errors.As(err, &e) || err.Error() != c.want {
			t.Errorf("%s:\n got %q\nwant %q", c.name, err, c.want)
		}
	}
}

// Numbers that JSON can't hold but a program can write.
func TestNumbersThatAreNone(t *testing.T) {
	for _, c := range []struct {
		name string
		harm func(*Design, float64)
	}{
		{"loading", func(d *Design, x float64) { d.Covariates[0].Unit.Load["wealth"] = x }},
		{"own", func(d *Design, x float64) { d.Covariates[0].Unit.Own = x }},
		{"path", func(d *Design, x float64) { d.Outcome.Path[0][1] = x }},
		{"coefficient", func(d *Design, x float64) { d.Outcome.Coef["x"] = x }},
		{"effect", func(d *Design, x float64) { d.Outcome.Effects[0].Path[0] = x }},
		{"base", func(d *Design, x float64) { d.Outcome.Effects[0].Base = x }},
		{"level", func(d *Design, x float64) { d.Outcome.Level.Scale = x }},
		{"noise", func(d *Design, x float64) { d.Outcome.Noise.SD = x }},
		{"slope", func(d *Design, x float64) { d.Covariates[0].Slope = x }},
		{"effect on a mediator", func(d *Design, x float64) { d.Mediators[0].Effects["AB"] = x }},
		{"growth", func(d *Design, x float64) { d.Counts.Growth = x }},
	} {
		for _, x := range []float64{math.NaN(), math.Inf(1)} {
			d, err := Read(strings.NewReader(whole))
			if err != nil {
				t.Fatal(err)
			}
			c.harm(&d, x)
			if _, err := Panel(d); err == nil {
				t.Errorf("%s of %v is accepted", c.name, x)
			}
		}
	}
}

func TestImpossibleDraws(t *testing.T) {
	d, err := Read(strings.NewReader(whole))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		harm func(*Design)
		want string
	}{
		{"all above 1", func(d *Design) { d.Outcome.Level = Level{Base: 9} }, "counts: no sizes make the weighted mean of the outcome 1 in 2000; all its values lie on one side"},
		{"all below 1", func(d *Design) { d.Outcome.Level = Level{Base: -9} }, "counts: no sizes make the weighted mean of the outcome 1 in 2000; all its values lie on one side"},
		{"too many adopt", func(d *Design) { d.Missing[0].Units = 7 }, "missing: 7 units should lose x and only 5 may"},
	} {
		harmed := d
		harmed.Missing = append([]Missing(nil), d.Missing...)
		c.harm(&harmed)
		if _, err := Panel(harmed); err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
	if _, _, err := Staggered(Options{Cohorts: []Cohort{{11, 5}}}); err == nil || err.Error() != "cohorts[0]: adopts in period 11 of 1 to 10" {
		t.Errorf("adoption after the end: %v", err)
	}
	if _, _, err := Staggered(Options{Units: 5, Cohorts: []Cohort{{3, 9}}}); err == nil {
		t.Error("9 adopters of 5 units are accepted")
	}
}

// Whatever the text, Read answers with a design that can be drawn or with a *DesignError.
func FuzzRead(f *testing.F) {
	f.Add([]byte(whole))
	f.Add([]byte(`{"simulated": true, "units": {"name": "u", "count": 2}, "period": {"name": "t", "count": 2}, "outcome": {"name": "y"}}`))
	f.Add([]byte(`{}`))
	f.Add([]byte(`[1, 2]`))
	f.Add([]byte(`{"simulated": true} x`))
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := Read(strings.NewReader(string(text)))
		var e *DesignError
		if err != nil {
			if !errors.As(err, &e) {
				t.Fatalf("%T: %v", err, err)
			}
			return
		}
		if d.Units.Count*d.Period.Count > 2000 {
			return
		}
		if _, err := Panel(d); err != nil && !errors.As(err, &e) {
			t.Fatalf("%T: %v", err, err)
		}
	})
}
