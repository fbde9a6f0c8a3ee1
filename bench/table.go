package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// writeTable prints a Markdown table of medians and ratios from the two programs' reports, DIR/*.didkit.json and
// DIR/*.pyfixest.json.
func writeTable(out io.Writer, dir string) error {
	a, err := readReports(filepath.Join(dir, "*.didkit.json"))
	if err != nil {
		return err
	}
	b, err := readReports(filepath.Join(dir, "*.pyfixest.json"))
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "| regression | pyfixest, its fastest | back end | here | ratio | ratio of processor time | largest difference of a coefficient, in standard errors |")
	fmt.Fprintln(out, "|---|---:|---|---:|---:|---:|---:|")
	for _, d := range designs() {
		i := slices.IndexFunc(a.Timings, func(t Timing) bool { return t.ID == d.ID })
		if i < 0 {
			continue
		}
		mine := a.Timings[i]
		var best *Timing
		for j, t := range b.Timings {
			if t.ID == d.ID && len(t.Seconds) > 0 && (best == nil || t.median() < best.median()) {
				best = &b.Timings[j]
			}
		}
		if best == nil {
			fmt.Fprintf(out, "| %s | – | – | %s | – | – | – |\n", d.What, seconds(mine.median()))
			continue
		}
		fmt.Fprintf(out, "| %s | %s | %s | %s | %s | %s | %s |\n", d.What, seconds(best.median()), best.Backend, seconds(mine.median()),
			ratio(best.median()/mine.median()), ratio(median(best.CPU)/median(mine.CPU)), difference(mine, *best))
	}
	fmt.Fprintf(out, "\n%s\n", machine(a, b))
	return nil
}

// readReports joins the reports of one program.
func readReports(pattern string) (Report, error) {
	var all Report
	files, err := filepath.Glob(pattern)
	if err != nil {
		return all, err
	}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			return all, err
		}
		var r Report
		if err := json.Unmarshal(raw, &r); err != nil {
			return all, fmt.Errorf("%s: %w", name, err)
		}
		all.Versions = r.Versions
		all.Timings = append(all.Timings, r.Timings...)
	}
	return all, nil
}

func seconds(s float64) string {
	switch {
	case s < 0.1:
		return fmt.Sprintf("%.1f ms", 1e3*s)
	case s < 10:
		return fmt.Sprintf("%.2f s", s)
	}
	return fmt.Sprintf("%.1f s", s)
}

func ratio(r float64) string {
	if !(r > 0) || math.IsInf(r, 0) {
		return "–"
	}
	if r < 10 {
		return fmt.Sprintf("%.1f", r)
	}
	return fmt.Sprintf("%.0f", r)
}

func difference(a, b Timing) string {
	worst, any := 0.0, false
	for term, x := range b.Coef {
		if y, ok := a.Coef[term]; ok {
			worst, any = math.Max(worst, math.Abs(x-y)/a.StdError[term]), true
		}
	}
	if !any {
		return "–"
	}
	return fmt.Sprintf("%.0e", worst)
}

// machine says where the numbers come from.
func machine(a, b Report) string {
	cpu := "an unknown processor"
	if raw, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for _, line := range strings.Split(string(raw), "\n") {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				cpu = strings.TrimSpace(value)
				break
			}
		}
	}
	var theirs []string
	for _, k := range slices.Sorted(maps.Keys(b.Versions)) {
		theirs = append(theirs, k+" "+b.Versions[k])
	}
	s := fmt.Sprintf("Medians of five after a warm-up, on %s, %s cores; %s", cpu, a.Versions["cores"], a.Versions["go"])
	if v := a.Versions["didnb"]; v != "" {
		s += ", didnb " + v
	}
	return s + "; " + strings.Join(theirs, ", ") + "."
}
