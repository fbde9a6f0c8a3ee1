package command_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// paperReference is testdata/reference/paper.json.
type paperReference struct {
	Script    string
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

// TestPaper runs the script of the whole paper and holds the JSON of every table against other programs' numbers on the
// same panel: testdata/reference/paper.json, made by paper.py, which chose the tolerances.
func TestPaper(t *testing.T) {
	var want paperReference
	readReference(t, "paper.json", &want)
	results := runPaper(t, want.Script)
	for _, r := range want.Results {
		t.Run(r.As, func(t *testing.T) {
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
				if off := math.Abs(got - w); !(off <= tolerance*math.Max(math.Abs(w), 1e-3)) {
					t.Errorf("%s is %.15g, want %.15g (relative %.1e)", at, got, w, off/math.Abs(w))
				}
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
	raw, _ := json.Marshal(runPaper(t, want.Script)["figure2"])
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	n := float64(len(got.Estimates))
	mc := w.SD * math.Sqrt(1/n+1/w.Draws)
	if math.Abs(got.Mean-w.Mean) > 5*mc {
		t.Errorf("mean %g, want %g ± %g", got.Mean, w.Mean, mc)
	}
	if math.Abs(got.SD/w.SD-1) > 5*math.Sqrt(1/(2*n)+1/(2*w.Draws)) {
		t.Errorf("deviation %g, want %g", got.SD, w.SD)
	}
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

// runPaper runs a script from the folder above data/ and returns its results, as JSON reads them, by name.
func runPaper(t *testing.T, script string) map[string]any {
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
	results := map[string]any{}
	for _, o := range out {
		line, err := command.JSON(o)
		if err != nil {
			t.Fatal(err)
		}
		var read struct {
			As     string
			Result any
		}
		if err := json.Unmarshal(line, &read); err != nil {
			t.Fatal(err)
		}
		results[read.As] = read.Result
	}
	return results
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
