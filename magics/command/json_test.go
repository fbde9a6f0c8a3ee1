package command_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/lang"
)

func ExampleJSON() {
	line, err := command.JSON(command.Output{Magic: "reg", Line: 2, As: "m1", Kind: "fit", Seconds: 0.5,
		Result: struct {
			R2 float64 `json:"r2"`
			F  float64 `json:"f"`
		}{1.0 / 3, math.NaN()}})
	fmt.Println(string(line), err)
	// Output: {"magic":"reg","line":2,"as":"m1","kind":"fit","seconds":0.5,"result":{"r2":0.3333333333333333,"f":null}} <nil>
}

func TestJSONNumbers(t *testing.T) {
	cases := []struct {
		value any
		want  string
	}{
		{math.Inf(1), "null"}, {math.Inf(-1), "null"}, {math.NaN(), "null"}, {-0.0, "0"}, {1e300, "1e+300"}, {5e-324, "5e-324"},
		{[]float64{1, math.NaN()}, "[1,null]"}, {[]float64(nil), "[]"}, {[2]int{-6, 8}, "[-6,8]"},
		{map[string]int{"b": 1, "a": 2}, `{"a":2,"b":1}`},
		{(*regress.Fit)(nil), "null"}, {nil, "null"}, {"<a> & \"b\" 数", `"<a> & \"b\" 数"`},
		{regress.Levels{{Name: "year", Levels: 2}, {Name: "city", Levels: 3}}, `{"year":2,"city":3}`},
		{struct {
			A int `json:"a,omitempty"`
			b int
			C *float64 `json:"c"`
		}{b: 1}, `{"c":null}`},
	}
	for _, c := range cases {
		line, err := command.JSON(command.Output{Kind: "x", Result: c.value})
		if err != nil {
			t.Fatal(err)
		}
		_, got, _ := strings.Cut(string(line), `"result":`)
		if got = strings.TrimSuffix(got, "}"); got != c.want {
			t.Errorf("%v: %s, want %s", c.value, got, c.want)
		}
		if !json.Valid(line) {
			t.Errorf("%s is no JSON", line)
		}
	}
}

// A result may hold a number that is text once more: every float64 reads back as the same bits.
func TestJSONRoundTrip(t *testing.T) {
	for _, x := range []float64{math.Pi, 1.0 / 3, 2.2250738585072014e-308, 123456789.123456789, 0.1, 1e21, 1e-7} {
		line, _ := command.JSON(command.Output{Result: x})
		var back struct{ Result float64 }
		if err := json.Unmarshal(line, &back); err != nil || back.Result != x {
			t.Errorf("%v reads back as %v (%v)", x, back.Result, err)
		}
	}
}

func TestJSONError(t *testing.T) {
	cases := []struct {
		src, want string
		line      int
	}{
		{"%lang zh\n  %did y ~ \\\n  q", `{"magic":"did","line":2,"error":"no x"}`, 3},
		{"% reg y", `{"magic":"reg","line":1,"error":"no x"}`, 1},
		{"x", `{"magic":"","line":1,"error":"no x"}`, 1},
		{"", `{"magic":"","line":0,"error":"no x"}`, 0},
	}
	for _, c := range cases {
		got, err := command.JSONError(c.src, &lang.Diagnostic{Summary: "no x", Where: lang.Range{Line: c.line}})
		if err != nil || string(got) != c.want {
			t.Errorf("%q: %s %v, want %s", c.src, got, err, c.want)
		}
	}
	if got, _ := command.JSONError("", errors.New("no x")); string(got) != `{"magic":"","line":0,"error":"no x"}` {
		t.Errorf("%s", got)
	}
}

// schema is what a JSON value must look like: a type's name ("number", "null or number", "string", "bool"), a list of one
// element for all of a list, or an object of at least these keys.
type (
	list   []any
	object map[string]any
)

var coefRow = object{"term": "string", "estimate": "number", "std_error": "number", "statistic": "number", "p_value": "number", "conf_low": "number", "conf_high": "number"}

var fitSchema = object{
	"method": "string", "formula": "string", "vcov": object{"type": "string", "by": list{"string"}, "clusters": list{"number"}},
	"coef": list{coefRow}, "n": "number", "dropped": object{"missing": "number", "singleton": "number"}, "collinear": list{"string"},
	"r2": "number", "r2_adj": "number", "r2_within": "null or number", "rmse": "number", "df_resid": "number", "fixed_effects": object{},
}

// schemas are the kinds of magics.md that are built.
var schemas = map[string]object{
	"panel": {"name": "string", "units": "number", "periods": "number", "rows": "number", "balanced": "bool",
		"variables": list{object{"name": "string", "type": "string", "missing": "number"}}},
	"describe": {"rows": list{object{"variable": "string", "n": "number", "mean": "number", "sd": "number", "min": "number",
		"p25": "number", "p50": "number", "p75": "number", "max": "number"}}},
	"trend": {"variable": "string", "by": "string", "periods": list{"string"}, "groups": list{object{"group": "string", "mean": list{"null or number"}}}},
	"fit":   fitSchema,
	"fits":  {"columns": list{object{"label": "string", "result": fitSchema}}},
	"eventstudy": {"method": "string", "ref": "number", "level": "number", "n": "number",
		"coef": list{object{"event_time": "number", "estimate": "number", "std_error": "null or number", "p_value": "null or number",
			"conf_low": "null or number", "conf_high": "null or number"}},
		"pretrend": object{"statistic": "number", "df1": "number", "df2": "number", "p_value": "number"}},
	"estimators": {"columns": list{object{"label": "string", "result": object{}}},
		"paths": list{object{"to": "string", "steps": list{object{"step": "string", "change": "number", "estimate": "number"}}}}},
	"table": {"html": "string"},
	"compare": {"published": "string", "source": "string", "columns": list{object{"result": "string", "column": "string",
		"rows": list{object{"row": "string", "ours": "null or number", "published": "null or number", "difference": "null or number", "kind": "string"}}}}},
}

func TestSchemas(t *testing.T) {
	out, _ := mustRun(t, towns+`%describe y x
%trend y by=region
%reg y ~ x | town + year as=m1
%reg y ~ x
%reg c(y, x) ~ D + x | town as=k
%did y ~ 1 | town + year treat=D
%eventstudy y ~ 1 | town + year treat=D window=-2:3
%table m1
%did y ~ 1 treat=D as=m2
%estimators m2 minpre=2
%gen DID = D
%did y ~ 1 | town + year treat=DID as=m4
%compare m4 published=table2`)
	seen := map[string]bool{}
	for _, o := range out {
		if o.Kind == "" {
			continue
		}
		line, err := command.JSON(o)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.ContainsAny(line, "\n\r") {
			t.Errorf("%s: more than one line", o.Kind)
		}
		var got struct {
			Magic, As, Kind string
			Line            int
			Seconds         float64
			Result          any
		}
		if err := json.Unmarshal(line, &got); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if got.Magic != o.Magic || got.Line == 0 || got.Seconds <= 0 || got.Kind != o.Kind {
			t.Errorf("head of %s: %+v", o.Kind, got)
		}
		want, ok := schemas[o.Kind]
		if !ok {
			t.Errorf("kind %q has no schema", o.Kind)
			continue
		}
		seen[o.Kind] = true
		for _, fault := range faults(o.Kind, got.Result, want) {
			t.Error(fault)
		}
	}
	for kind := range schemas {
		if !seen[kind] {
			t.Errorf("no output of kind %s", kind)
		}
	}
}

// faults lists where a value breaks the schema.
func faults(at string, got, want any) []string {
	switch w := want.(type) {
	case string:
		if name := typeName(got); !strings.Contains(" or "+w+" ", " or "+name+" ") {
			return []string{fmt.Sprintf("%s is %s, want %s", at, name, w)}
		}
	case list:
		items, ok := got.([]any)
		if !ok {
			return []string{fmt.Sprintf("%s is %s, want a list", at, typeName(got))}
		}
		var all []string
		for i, item := range items {
			all = append(all, faults(fmt.Sprintf("%s[%d]", at, i), item, w[0])...)
		}
		return all
	case object:
		fields, ok := got.(map[string]any)
		if !ok {
			return []string{fmt.Sprintf("%s is %s, want an object", at, typeName(got))}
		}
		var all []string
		for key, value := range w {
			field, ok := fields[key]
			if !ok {
				all = append(all, fmt.Sprintf("%s has no %q", at, key))
				continue
			}
			all = append(all, faults(at+"."+key, field, value)...)
		}
		return all
	}
	return nil
}

func typeName(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case float64:
		return "number"
	case string:
		return "string"
	case bool:
		return "bool"
	case []any:
		return "list"
	}
	return "object"
}
