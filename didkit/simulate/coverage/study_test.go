package main

import (
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// TestTargets: with next to no noise every estimator returns, up to that noise, the average of true effects that it is held against, wherever
// trends are parallel and nobody anticipates; the two-way regression only where the effect is one and the same.
func TestTargets(t *testing.T) {
	for _, d := range designs[:3] {
		for _, kind := range []sample{plain, triple} { // doses are drawn, and with them the average
			p, err := d.draw(3, 1e-7, kind)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range estimators {
				if e.sample != kind || e.name == "sc" { // whose weights match levels only nearly
					continue
				}
				got, err := e.estimate(p)
				if err != nil {
					t.Errorf("%s, %s: %v", d.name, e.name, err)
					continue
				}
				gap := math.Abs(got.Estimate - e.target.of(d))
				if e.name == "twfe" && d.name != "constant" {
					if gap < 0.1 {
						t.Errorf("%s: the two-way regression gives %g, near the average effect %g", d.name, got.Estimate, e.target.of(d))
					}
					continue
				}
				if !(gap <= 1e-6) {
					t.Errorf("%s, %s: %.12g, and the true average over %s is %.12g", d.name, e.name, got.Estimate, e.target.says, e.target.of(d))
				}
			}
		}
	}
}

// TestCommandRuns prints every design and estimator from a few draws, the same at any number of cores, and puts the tables
// between the markers of a file.
func TestCommandRuns(t *testing.T) {
	o := options{draws: 3, slow: 2, seed: 5, designs: designs}
	for _, e := range estimators {
		if e.name != "sdid" && e.name != "mc minpre=4" { // which take longer than all others together
			o.estimators = append(o.estimators, e)
		}
	}
	run := func(cores int) string {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		return markdown(o, study(o, func(string) {}), "")
	}
	text := run(1)
	if text != run(4) {
		t.Error("the tables depend on the number of cores")
	}
	for _, e := range o.estimators {
		if n := strings.Count(text, "| "+e.name+" |") + strings.Count(text, "| "+e.name+" (2 panels) |"); n != len(designs) {
			t.Errorf("%s has %d rows, want one a design, %d", e.name, n, len(designs))
		}
	}
	if strings.Contains(text, "NaN") || strings.Contains(text, "no estimate") {
		t.Errorf("some estimator failed:\n%s", text)
	}
	one := o
	one.estimators, one.designs = o.estimators[1:2], designs[1:2]
	if kept := markdown(one, study(one, func(string) {}), text); kept != text {
		t.Errorf("the same study of one estimator and design changes the tables of all:\n%s\nwas\n%s", kept, text)
	}
	former := strings.Replace(text, "| sunab | treated cells | 1.", "| sunab | treated cells | 9.", 1)
	if kept := markdown(one, study(one, func(string) {}), former); kept != former {
		t.Errorf("a row that was not studied did not stay as it was:\n%s", kept)
	}
	file := filepath.Join(t.TempDir(), "README.md")
	if err := os.WriteFile(file, []byte("before\n"+begin+"\nold\n"+end+"\nafter\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := insert(file, text); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(file)
		if want := "before\n" + begin + "\n\n" + text + "\n" + end + "\nafter\n"; err != nil || string(got) != want {
			t.Errorf("got %q, want %q (%v)", got, want, err)
		}
	}
	if err := os.WriteFile(file, []byte("no markers"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := insert(file, text); err == nil {
		t.Error("a file without markers was written")
	}
}

// TestPick: names of estimators and designs, and what an unknown one gets.
func TestPick(t *testing.T) {
	name := func(e estimator) string { return e.name }
	got, err := pick("cs, twfe", estimators, name)
	if err != nil || len(got) != 2 || got[0].name != "cs" || got[1].name != "twfe" {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := pick("xs", estimators, name); err == nil || !strings.Contains(err.Error(), `nothing is named "xs"`) {
		t.Errorf("error %v", err)
	}
	if all, _ := pick("", estimators, name); len(all) != len(estimators) {
		t.Errorf("%d of %d", len(all), len(estimators))
	}
}

// TestCoverageHolds: in the constant design every quick estimator's interval holds the truth about as often as it says, over
// 200 panels, give or take three binomial standard errors.
func TestCoverageHolds(t *testing.T) {
	o := options{draws: 200, seed: 11, designs: designs[:1]}
	o.estimators = slices.DeleteFunc(slices.Clone(estimators), func(e estimator) bool { return strings.HasPrefix(e.name, "sdid") || e.slow })
	for _, p := range study(o, func(string) {})[0] {
		if math.Abs(p.coverage-0.95) > 3*noise(o.draws) || p.failed > 0 {
			t.Errorf("%s covers %.3f, want 0.95 ± %.3f; %d failed", p.estimator.name, p.coverage, 3*noise(o.draws), p.failed)
		}
	}
}
