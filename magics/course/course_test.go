package course

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

func TestParseNumber(t *testing.T) {
	cases := map[string]struct {
		value    float64
		decimals int
		ok       bool
	}{
		"0.042": {0.042, 3, true}, "-1,234.50": {-1234.5, 2, true}, "−3": {-3, 0, true}, "－0.5": {-0.5, 1, true}, "+7": {7, 0, true},
		"4.2%": {0.042, 3, true}, "10％": {0.1, 2, true}, ".05": {0.05, 2, true}, "5.": {5, 0, true}, "０．077": {0.077, 3, true}, "0,077": {0.077, 3, true}, "2,5": {2.5, 1, true}, "1,234": {1234, 0, true},
		"": {ok: false}, "x": {ok: false}, "1e-3": {ok: false}, "0.1.2": {ok: false}, "%": {ok: false}, "-": {ok: false},
	}
	for in, want := range cases {
		got, ok := parseNumber(in)
		if ok != want.ok || ok && (math.Abs(got.value-want.value) > 1e-15 || got.decimals != want.decimals) {
			t.Errorf("%q: %+v, %v; want %+v", in, got, ok, want)
		}
	}
}

// What an answer deserves beside 0.0564, asked to three decimals.
func TestJudgeValue(t *testing.T) {
	c := &Check{Number: "9.1", Kind: Value, Digits: 3, Want: "x", Hint: Text{"look again", "再看"},
		Bound: []binding{{"x", "0.0564"}, {"n", "298"}}, Traps: []trap{{"n", Text{"that is the count", "这是个数"}}}}
	cases := []struct {
		answer string
		state  State
		code   string
	}{
		{"", Open, "missing"}, {"0.056", Correct, ""}, {"0.0564", Correct, ""}, {"5.64%", Correct, ""}, {"0.06", Wrong, "rounding"},
		{"-0.056", Wrong, "sign"}, {"0.057", Wrong, "rounding"}, {"5.6", Wrong, "unit"}, {"298", Wrong, "other"},
		{"0.0561", Correct, ""}, {"0.9", Wrong, "size"}, {"0.07", Wrong, "value"}, {"much", Wrong, "number"},
	}
	for _, k := range cases {
		v, err := c.Judge(session.New(""), session.New(""), k.answer, json.Marshal)
		if err != nil {
			t.Fatal(err)
		}
		found := k.code == "" && len(v.Findings) == 0
		for _, f := range v.Findings {
			found = found || f.Code == k.code
			if f.Say.EN == "" || f.Say.ZH == "" || strings.Contains(f.Say.EN+f.Say.ZH, "%!") {
				t.Errorf("%q: %+v", k.answer, f)
			}
		}
		if v.State != k.state || !found {
			t.Errorf("%q: %s %+v, want %s %s", k.answer, v.State, v.Findings, k.state, k.code)
		}
	}
}

func TestFollow(t *testing.T) {
	var v any
	if err := json.Unmarshal([]byte(`{"coef":[{"term":"DID","estimate":0.5},{"term":"x","estimate":2}],"p":[0.01,0.2,0.05],"s":{"t":null}}`), &v); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]any{"coef[term=x].estimate": 2.0, "coef[0].term": "DID", "p[1]": 0.2, "s.t": nil} {
		if got, err := follow(v, path); err != nil || got != want {
			t.Errorf("%s: %v, %v", path, got, err)
		}
	}
	for _, path := range []string{"none", "coef[2]", "coef[term=y]", "p.q", "s[0]", "coef[-1]", "coef[x]"} {
		if got, err := follow(v, path); err == nil {
			t.Errorf("%s gives %v", path, got)
		}
	}
	list, _ := follow(v, "p")
	if got, err := share(list, "share<0.1"); err != nil || math.Abs(got-2.0/3) > 1e-15 {
		t.Error(got, err)
	}
	coefs, _ := follow(v, "coef")
	if got, err := count(coefs, "count:term=DID"[len("count:"):]); err != nil || got != 1 {
		t.Error(got, err)
	}
}

// How a variable's values differ is told by its kind.
func TestCompareVariable(t *testing.T) {
	base := []float64{1, 2, 3, math.NaN(), 5}
	with := func(f func(float64) float64) []float64 {
		out := make([]float64, len(base))
		for i, x := range base {
			out[i] = f(x)
		}
		return out
	}
	cases := map[string]struct {
		values []float64
		code   string
	}{
		"the same":     {base, ""},
		"a factor":     {with(func(x float64) float64 { return 100 * x }), "unit"},
		"a constant":   {with(func(x float64) float64 { return x + 7 }), "unit"},
		"zeros":        {with(func(x float64) float64 { return 0 * x }), "values"},
		"a logarithm":  {with(math.Log), "scale"},
		"levels":       {with(math.Exp), "scale"},
		"one value":    {[]float64{1, 2, 4, math.NaN(), 5}, "values"},
		"one missing":  {[]float64{1, math.NaN(), 3, math.NaN(), 5}, "missing values"},
		"one too many": {[]float64{1, 2, 3, 4, 5}, "missing values"},
	}
	rows := map[string]int{"a": 0, "b": 1, "c": 2, "d": 3, "e": 4}
	for name, c := range cases {
		v := &Verdict{}
		compareVariable(v, &panel.Variable{Name: "x", Values: c.values}, &panel.Variable{Name: "x", Values: base}, rows, rows)
		if len(v.Findings) == 0 && c.code == "" || len(v.Findings) == 1 && v.Findings[0].Code == c.code {
			continue
		}
		t.Errorf("%s: %+v, want %s", name, v.Findings, c.code)
	}
}

func TestParseRefuses(t *testing.T) {
	const about = "about.en = a\nabout.zh = b\n"
	for source, want := range map[string]string{
		"text":                           "text stands before the first block",
		"=== zh\nx":                      "Chinese without the English before it",
		"=== nothing\nx":                 "no such block",
		"=== answer\nen: x\n%gen x = 1":  "a cell to fill in needs a comment in both languages and a solution",
		"=== check 2.1 value\n" + about:  "check 2.1 stands in exercise 1",
		"=== check 1.1 value\n" + about:  "lacks something",
		"=== check 1.1 guess\n" + about:  `no kind of check "guess"`,
		"=== check 1.1 result\nname = m": "does not say what it is about",
		"=== check 1.1 result\nname":     `"name" is no key = value`,
	} {
		if want == "check 2.1 stands in exercise 1" {
			source += "want = 1\nhint.en = h\nhint.zh = h\n"
		}
		if _, err := parse("1-x", source); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", source, err, want)
		}
	}
}

// Whatever is typed, a number that is read is finite and reads the same without its sign of thousands.
func FuzzParseNumber(f *testing.F) {
	for _, s := range []string{"0.042", "-1,234.5", "4.2%", "０．５", "0,077", "", "-", "%", ",", "1e9"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, ok := parseNumber(s)
		if ok && (math.IsNaN(n.value) || math.IsInf(n.value, 0) || n.decimals < 0) {
			t.Errorf("%q gives %+v", s, n)
		}
	})
}
