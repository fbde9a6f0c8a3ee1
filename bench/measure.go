package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"time"

	"github.com/seed2d25c7c2/didnb/bench/process"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/placebo"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// Timing is what one program took for one design.
type Timing struct {
	ID       string             `json:"id"`
	Backend  string             `json:"backend"`
	Seconds  []float64          `json:"seconds"` // of each run after a warm-up
	CPU      []float64          `json:"cpu"`     // processor seconds of each, all cores together
	Coef     map[string]float64 `json:"coef,omitempty"`
	StdError map[string]float64 `json:"std_error,omitempty"`
	Note     string             `json:"note,omitempty"`
}

// Report is what a program writes: its versions and its timings.
type Report struct {
	Versions map[string]string `json:"versions"`
	Timings  []Timing          `json:"timings"`
}

func (t Timing) median() float64 { return median(t.Seconds) }

func median(x []float64) float64 {
	s := slices.Sorted(slices.Values(x))
	n := len(s)
	if n == 0 {
		return 0
	}
	return (s[(n-1)/2] + s[n/2]) / 2
}

// measure times the designs whose ID matches only. reps 0 reads the data and estimates nothing: what memory the data take.
func measure(dir, only string, reps int, out io.Writer) error {
	match, err := regexp.Compile("^(?:" + only + ")$")
	if err != nil {
		return err
	}
	r := Report{Versions: map[string]string{"go": runtime.Version(), "cores": fmt.Sprint(runtime.GOMAXPROCS(0))}}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && len(s.Value) >= 12 {
				r.Versions["didnb"] = s.Value[:12]
			}
		}
	}
	for _, d := range designs() {
		if only != "" && !match.MatchString(d.ID) {
			continue
		}
		data, err := readColumns(dir, d)
		if err != nil {
			return err
		}
		if reps == 0 {
			continue
		}
		t := Timing{ID: d.ID, Backend: "didkit"}
		runs := reps
		if reps > 1 {
			runs++ // the first warms up
		}
		for i := range runs {
			runtime.GC()
			start, cpu := time.Now(), process.CPUSeconds()
			if err := estimate(d, data, &t); err != nil {
				return fmt.Errorf("%s: %w", d.ID, err)
			}
			if i > 0 || reps == 1 {
				t.Seconds = append(t.Seconds, time.Since(start).Seconds())
				t.CPU = append(t.CPU, process.CPUSeconds()-cpu)
			}
		}
		fmt.Fprintf(os.Stderr, "%-20s didkit %10.4f s\n", d.ID, t.median())
		r.Timings = append(r.Timings, t)
	}
	e := json.NewEncoder(out)
	e.SetIndent("", " ")
	return e.Encode(r)
}

// code reads the data of the designs whose ID matches only and codes their effects: a panel as a session holds it once its
// variables are coded, before anything is estimated.
func code(dir, only string) error {
	match, err := regexp.Compile("^(?:" + only + ")$")
	if err != nil {
		return err
	}
	for _, d := range designs() {
		if !match.MatchString(d.ID) {
			continue
		}
		data, err := readColumns(dir, d)
		if err != nil {
			return err
		}
		p, err := data.fresh()
		if err != nil {
			return err
		}
		for _, e := range d.Effects {
			if _, err := p.Factor(e); err != nil {
				return err
			}
		}
		runtime.KeepAlive(p)
	}
	return nil
}

func estimate(d Design, data *table, t *Timing) error {
	p, err := data.fresh()
	if err != nil {
		return err
	}
	v := vcov.Spec{}
	if d.Cluster != "" {
		v = vcov.Spec{Type: vcov.Cluster, By: []string{d.Cluster}}
	}
	if d.Draws > 0 {
		if p, err = p.Indexed("unit", "time"); err != nil {
			return err
		}
		s := did.Spec{Formula: d.formula(), Treat: d.Columns[0], Vcov: v}
		r, err := placebo.Test(context.Background(), p, s, placebo.Options{Reps: d.Draws})
		if err != nil {
			return err
		}
		t.Coef = map[string]float64{d.Columns[0]: r.Actual}
		t.StdError = map[string]float64{d.Columns[0]: r.Actual / r.ActualT}
		return nil
	}
	fits, err := regress.Estimate(p, regress.Spec{Formula: d.formula(), Vcov: v})
	if err != nil {
		return err
	}
	t.Coef, t.StdError = map[string]float64{}, map[string]float64{}
	for _, c := range fits[0].Coef {
		t.Coef[c.Term], t.StdError[c.Term] = c.Estimate, c.StdError
	}
	for _, n := range fits[0].Notes {
		t.Note = n
	}
	return nil
}
