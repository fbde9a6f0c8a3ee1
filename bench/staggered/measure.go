package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"time"

	"github.com/seed2d25c7c2/didnb/bench/process"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// timing is what one program took for one design.
type timing struct {
	Design   string    `json:"design"`
	Program  string    `json:"program"`
	Seconds  []float64 `json:"seconds"`
	CPU      []float64 `json:"cpu"` // processor seconds, all cores together
	Overall  *float64  `json:"overall,omitempty"`
	StdError *float64  `json:"std_error,omitempty"`
	Peak     int64     `json:"peak_kb"` // of the process
	Data     int64     `json:"data_bytes,omitempty"`
	Note     string    `json:"note,omitempty"`
	Version  string    `json:"version"`
}

// measure times a design from columns in memory to all effects with their errors, coding of units and periods included.
func measure(dir string, d design, reps int, out io.Writer) error {
	vars, err := readColumns(dir, d.data)
	if err != nil {
		return err
	}
	t := timing{Design: d.id(), Program: "didkit", Version: runtime.Version(), Data: int64(len(vars) * 8 * len(vars[0].Values))}
	runs := reps
	if reps > 1 {
		runs++ // the first warms up
	}
	for i := range runs {
		if i > 0 {
			runtime.GC()
		}
		start, cpu := time.Now(), process.CPUSeconds()
		r, err := estimate(d, vars)
		if err != nil {
			return err
		}
		if i > 0 || reps == 1 {
			t.Seconds, t.CPU = append(t.Seconds, time.Since(start).Seconds()), append(t.CPU, process.CPUSeconds()-cpu)
		}
		t.Overall, t.StdError = &r.Overall.Estimate, &r.Overall.StdError
	}
	runtime.KeepAlive(vars)
	t.Peak = process.PeakKB()
	fmt.Fprintln(os.Stderr, d.id(), t.Seconds)
	return json.NewEncoder(out).Encode(t)
}

func estimate(d design, vars []*panel.Variable) (*did.ATTResult, error) {
	p, err := panel.New(vars...)
	if err != nil {
		return nil, err
	}
	if p, err = p.Indexed("unit", "time"); err != nil {
		return nil, err
	}
	s := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "d"}, Method: d.method}
	switch d.method {
	case did.CallawaySantAnna:
		s.Draws, s.Seed = 999, 1
	case did.SyntheticDID:
		s.Draws, s.Seed, s.Resampling = 500, 1, did.PlaceboUnits
	case did.Switching:
		s.Window, s.Switchers = [2]int{-3, 4}, did.SwitchersIn
	}
	return did.Staggered(p, s)
}
