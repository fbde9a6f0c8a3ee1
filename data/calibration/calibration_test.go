package calibration

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func design(t testing.TB) []byte {
	t.Helper()
	text, err := os.ReadFile("../dual-pilot.json")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

const sample = `{"seed": 7, "list": [{"name": "a", "x": {"sd": 0.5}}, {"name": "b", "x": {"sd": -1e-3}}],
  "rows": [[2006, 0.1], [2010, 2]], "plain": [1, {"y": 3}], "text": "12", "none": null, "yes": true}`

func TestPlaces(t *testing.T) {
	at, err := places([]byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for path, p := range at {
		got[path] = sample[p.start:p.end]
	}
	want := map[string]string{"seed": "7", "list/a/x/sd": "0.5", "list/b/x/sd": "-1e-3", "rows/0/0": "2006", "rows/0/1": "0.1",
		"rows/1/0": "2010", "rows/1/1": "2", "plain/0": "1", "plain/1/y": "3"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestWriteChangesNothingElse(t *testing.T) {
	out, err := write([]byte(sample), []string{"rows/1/1", "seed", "list/b/x/sd"}, []float64{-0.123456789, 8, 1e-9})
	if err != nil {
		t.Fatal(err)
	}
	want := strings.NewReplacer(`"seed": 7`, `"seed": 8`, `-1e-3`, `0.000000001`, `[2010, 2]`, `[2010, -0.123457]`).Replace(sample)
	if string(out) != want {
		t.Errorf("got  %s\nwant %s", out, want)
	}
	if _, err := write([]byte(sample), []string{"text"}, []float64{1}); err == nil {
		t.Error("a text is overwritten by a number")
	}
	if _, err := read([]byte(sample), []string{"list/c/x/sd"}); err == nil {
		t.Error("a number is read where there is none")
	}
}

// What is written is read back, to six digits.
func TestWriteThenRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		paths := []string{"seed", "list/a/x/sd", "list/b/x/sd", "rows/1/1", "plain/1/y"}
		x := rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), len(paths), len(paths)).Draw(t, "x")
		out, err := write([]byte(sample), paths, x)
		if err != nil {
			t.Fatal(err)
		}
		got, err := read(out, paths)
		if err != nil {
			t.Fatal(err)
		}
		for i := range x {
			if math.Abs(got[i]-x[i]) > 5.1e-6*math.Abs(x[i]) {
				t.Fatalf("%s: wrote %v, read %v", paths[i], x[i], got[i])
			}
		}
	})
}

// Any JSON has its numbers found where they stand; anything else is an error and no panic.
func FuzzPlaces(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte(`[{"name": 1}, {"name": {"name": 2}}]`))
	f.Add([]byte(`{"a": [1`))
	f.Add([]byte(`-0.5e+3`))
	f.Fuzz(func(t *testing.T, text []byte) {
		at, err := places(text)
		if err != nil {
			return
		}
		for path, p := range at {
			if !json.Valid(text[p.start:p.end]) {
				t.Fatalf("%s is %q", path, text[p.start:p.end])
			}
		}
	})
}

// Every parameter that a pair moves is a number of the design, and every statistic is one that is computed.
func TestPairsFitTheDesign(t *testing.T) {
	text := design(t)
	got, err := statistics(text)
	if err != nil {
		t.Fatal(err)
	}
	moved := map[string]bool{}
	for _, p := range Pairs() {
		x, err := read(text, p.Paths)
		if err != nil {
			t.Errorf("%s: %v", p.Statistic, err)
		}
		for i, path := range p.Paths {
			if moved[path] {
				t.Errorf("%s is moved twice", path)
			}
			moved[path] = true
			if p.Factor && !(x[i] > 0) {
				t.Errorf("%s is %v and moves by a factor", path, x[i])
			}
		}
		if _, ok := got[p.Statistic]; !ok {
			t.Errorf("no statistic %s", p.Statistic)
		}
		if !(p.Unit > 0) {
			t.Errorf("%s is measured in units of %v", p.Statistic, p.Unit)
		}
	}
}

// A design moved away from two targets finds back to them.
func TestSolveFindsBack(t *testing.T) {
	text, err := write(design(t), []string{"covariates/PGDP/shape/a", "covariates/PGDP/shape/b"}, []float64{1.3, 0.8})
	if err != nil {
		t.Fatal(err)
	}
	var system []Pair
	for _, p := range Pairs() {
		if p.Statistic == "mean PGDP" || p.Statistic == "sd PGDP" {
			system = append(system, p)
		}
	}
	_, miss, err := Solve(text, system, 15, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if miss > 0.01 {
		t.Errorf("the largest miss is %v hundredths of a standard deviation", miss)
	}
}

// The committed design is near the paper, and a design without effects is not.
func TestDistanceTellsDesignsApart(t *testing.T) {
	text := design(t)
	near, parts, err := Distance(text)
	if err != nil {
		t.Fatal(err)
	}
	if near > 1.2 {
		t.Errorf("the design's distance is %v, of which %v", near, parts[:5])
	}
	paths, zeros := []string{}, make([]float64, 12)
	for e := range zeros {
		paths = append(paths, "outcome/effects/0/path/"+string("0123456789"[e%10]))
	}
	paths[10], paths[11] = "outcome/effects/0/path/10", "outcome/effects/0/path/11"
	without, err := write(text, paths, zeros)
	if err != nil {
		t.Fatal(err)
	}
	if far, _, err := Distance(without); err != nil || far < 3*near {
		t.Errorf("without effects the distance is %v, %v; with them %v", far, err, near)
	}
}

func TestWithSeed(t *testing.T) {
	out, err := WithSeed([]byte(sample), 123)
	if err != nil || !bytes.Contains(out, []byte(`"seed": 123,`)) || len(out) != len(sample)+2 {
		t.Errorf("%s, %v", out, err)
	}
	if _, err := WithSeed([]byte(`{}`), 1); err == nil {
		t.Error("a seed is put where there is none")
	}
}
