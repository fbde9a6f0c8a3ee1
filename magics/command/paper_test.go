package command_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// paperReference is testdata/reference/paper.json.
type paperReference struct {
	Script    string
	Versions  map[string]string
	Tolerance struct{ Estimate, Std_Error, Logit float64 }
	Results   []paperResult
}

// paperResult is what another program gives for one result of the script: numbers under their paths in its JSON.
type paperResult struct {
	As, Program, Call string
	Values            map[string]float64
	Distribution      struct {
		Draws, Mean, SD float64
		Quantiles       map[string]float64
	}
}

// source names a result for package compared, by the magic that made it.
func (w paperReference) source(r paperResult, magic string) compared.Source {
	program := r.Program
	for _, name := range slices.Sorted(maps.Keys(w.Versions)) {
		program = strings.ReplaceAll(program, name, name+" "+w.Versions[name])
	}
	return compared.Source{Command: magic, Method: "the paper", Program: program, File: "paper.json", Case: r.As}
}

// TestPaper runs the script of the whole paper and holds the JSON of every table against other programs' numbers on the
// same panel: testdata/reference/paper.json, made by paper.py, which chose the tolerances.
func TestPaper(t *testing.T) {
	var want paperReference
	readReference(t, "paper.json", &want)
	results, magics := runPaper(t, want.Script)
	for _, r := range want.Results {
		t.Run(r.As, func(t *testing.T) {
			compared.With(t, want.source(r, magics[r.As]))
			for at, w := range r.Values {
				got, err := numberAt(results[r.As], at)
				if err != nil {
					t.Error(err)
					continue
				}
				tolerance := want.Tolerance.Estimate
				switch key := path.Base(at); {
				case strings.HasPrefix(at, "logit/"):
					tolerance = want.Tolerance.Logit
				case slices.ContainsFunc([]string{"std_error", "statistic", "p_", "conf_", "sobel", "aroian"}, func(s string) bool { return strings.HasPrefix(key, s) }):
					tolerance = want.Tolerance.Std_Error
				}
				compared.Near(t, nameOf(path.Base(at))+" at "+at, got, w, tolerance, 1e-3)
			}
			if t.Failed() {
				t.Logf("%s: %s", r.Program, r.Call)
			}
		})
	}
}

// The placebo coefficients of Figure 2 are distributed as another generator's: no draw can be the same, but mean,
// deviation and quantiles are within five Monte-Carlo errors.
func TestPaperPlacebo(t *testing.T) {
	var want paperReference
	readReference(t, "paper.json", &want)
	i := slices.IndexFunc(want.Results, func(r paperResult) bool { return r.As == "figure2" })
	w := want.Results[i].Distribution
	var got struct {
		Estimates []float64
		Mean, SD  float64
		P         struct{ Right float64 }
	}
	results, magics := runPaper(t, want.Script)
	raw, _ := json.Marshal(results["figure2"])
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	compared.With(t, want.source(want.Results[i], magics["figure2"]))
	n := float64(len(got.Estimates))
	mc := w.SD * math.Sqrt(1/n+1/w.Draws)
	compared.Within(t, "mean of the draws", got.Mean, w.Mean, 5*mc/w.SD, w.SD)
	compared.Near(t, "deviation of the draws", got.SD, w.SD, 5*math.Sqrt(1/(2*n)+1/(2*w.Draws)), 0)
	for text, q := range w.Quantiles {
		p, _ := strconv.ParseFloat(text, 64)
		below := 0.0
		for _, x := range got.Estimates {
			if x <= q {
				below += 1 / n
			}
		}
		if math.Abs(below-p) > 5*math.Sqrt(p*(1-p)*(1/n+1/w.Draws)) {
			t.Errorf("%g of the draws are below the other program's quantile %s", below, text)
		}
	}
	if got.P.Right > 0.01 {
		t.Errorf("p is %g for an effect of seven standard errors", got.P.Right)
	}
}

// nameOf is a key of a result's JSON in the words by which package conformance tells kinds of numbers.
func nameOf(key string) string {
	for prefix, name := range map[string]string{"std_error": "standard error", "p_": "p value", "conf_": "interval", "boot_": "interval"} {
		if strings.HasPrefix(key, prefix) {
			return name
		}
	}
	return key
}

// runPaper runs a script from the folder above data/ and returns its results, as JSON reads them, and its magics by name.
func runPaper(t *testing.T, script string) (results map[string]any, magics map[string]string) {
	t.Helper()
	src, err := os.ReadFile("../../" + script)
	if err != nil {
		t.Fatal(err)
	}
	s := session.New("../..")
	s.NoFigures = true
	out, err := runIn(t, s, string(src))
	if err != nil {
		t.Fatal(diagnosticText(err))
	}
	results, magics = map[string]any{}, map[string]string{}
	for _, o := range out {
		line, err := command.JSON(o)
		if err != nil {
			t.Fatal(err)
		}
		var read struct {
			As, Magic string
			Result    any
		}
		if err := json.Unmarshal(line, &read); err != nil {
			t.Fatal(err)
		}
		results[read.As], magics[read.As] = read.Result, read.Magic
	}
	return results, magics
}

func readReference(t *testing.T, file string, into any) {
	t.Helper()
	data, err := os.ReadFile("../../testdata/reference/" + file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

// numberAt follows a path into a JSON value: keys joined by "/", a place in a list by number or as key=value.
func numberAt(v any, at string) (float64, error) {
	for _, step := range strings.Split(at, "/") {
		switch x := v.(type) {
		case map[string]any:
			v = x[step]
		case []any:
			i, err := strconv.Atoi(step)
			if key, value, ok := strings.Cut(step, "="); ok {
				i = slices.IndexFunc(x, func(e any) bool {
					m, ok := e.(map[string]any)
					return ok && fmt.Sprint(m[key]) == value
				})
			} else if err != nil {
				i = -1
			}
			if i < 0 || i >= len(x) {
				return 0, fmt.Errorf("%s: nothing at %s", at, step)
			}
			v = x[i]
		default:
			return 0, fmt.Errorf("%s: %v at %s", at, v, step)
		}
	}
	number, ok := v.(float64)
	if !ok {
		return 0, fmt.Errorf("%s: %v is no number", at, v)
	}
	return number, nil
}
