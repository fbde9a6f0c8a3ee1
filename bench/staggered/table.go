package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// writeTable prints, for each design, the fastest other program beside this one, and all of them below.
func writeTable(out io.Writer, dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return err
	}
	read := map[string]timing{} // by file name without .json
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		var t timing
		if err := json.Unmarshal(raw, &t); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		read[strings.TrimSuffix(filepath.Base(name), ".json")] = t
	}
	fmt.Fprintln(out, "| estimator | fastest other | its time | here | ratio | of processor time | its memory | memory here | of the data |")
	fmt.Fprintln(out, "|---|---|---:|---:|---:|---:|---:|---:|---:|")
	var rest []string
	for _, d := range designs() {
		id := d.id()
		mine, ok := read[id+".didkit"]
		if !ok || len(mine.Seconds) == 0 {
			continue
		}
		memory := func(full, empty timing) float64 { return float64(full.Peak-empty.Peak) / 1024 }
		here := memory(read[id+".didkit.memory"], read[id+".didkit.data"])
		data := float64(mine.Data) / (1 << 20)
		times := "–" // of data that are small the program is most
		if data > 10 {
			times = fmt.Sprintf("%.1f", (here+data)/data)
		}
		var best *timing
		bestMemory := math.NaN()
		for name, t := range read {
			if t.Design != id || t.Program == "didkit" || strings.HasSuffix(name, ".data") {
				continue
			}
			m := memory(t, read[name+".data"])
			if len(t.Seconds) == 0 {
				rest = append(rest, fmt.Sprintf("| %s | %s | – | – | – | %s |", d.what, t.Program, t.Note))
				continue
			}
			rest = append(rest, fmt.Sprintf("| %s | %s | %s | %.1f | %.0f MB | %s |", d.what, t.Version, seconds(median(t.Seconds)), median(t.Seconds)/median(mine.Seconds), m, difference(mine, t)))
			if best == nil || median(t.Seconds) < median(best.Seconds) {
				best, bestMemory = &t, m
			}
		}
		if best == nil {
			fmt.Fprintf(out, "| %s | – | – | %s | – | – | – | %.0f MB | %s |\n", d.what, seconds(median(mine.Seconds)), here, times)
			continue
		}
		fmt.Fprintf(out, "| %s | %s | %s | %s | %.1f | %.1f | %.0f MB | %.0f MB | %s |\n", d.what, best.Program, seconds(median(best.Seconds)), seconds(median(mine.Seconds)),
			median(best.Seconds)/median(mine.Seconds), median(best.CPU)/median(mine.CPU), bestMemory, here, times)
	}
	slices.Sort(rest)
	fmt.Fprintln(out, "\n| estimator | program | time | ratio | memory | overall effect, difference in standard errors |")
	fmt.Fprintln(out, "|---|---|---:|---:|---:|---|")
	fmt.Fprintln(out, strings.Join(rest, "\n"))
	fmt.Fprintf(out, "\nMedians of five after a warm-up, on %s, %d cores, %s. Memory: peak of a process that estimates once less one that reads the data only; of the data: data and estimation over the data.\n", processor(), runtime.NumCPU(), runtime.Version())
	return nil
}

func difference(mine, t timing) string {
	if t.Overall == nil || t.StdError == nil {
		return "–"
	}
	return fmt.Sprintf("%.0e, errors %+.1f %%", math.Abs(*t.Overall-*mine.Overall)/(*mine.StdError), 100*(*t.StdError / *mine.StdError - 1))
}

func median(x []float64) float64 {
	s := slices.Sorted(slices.Values(x))
	if len(s) == 0 {
		return math.NaN()
	}
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}

func seconds(s float64) string {
	switch {
	case s < 0.1:
		return fmt.Sprintf("%.1f ms", 1e3*s)
	case s < 10:
		return fmt.Sprintf("%.2f s", s)
	}
	return fmt.Sprintf("%.0f s", s)
}

func processor() string {
	raw, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "an unknown processor"
	}
	for _, line := range strings.Split(string(raw), "\n") {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "an unknown processor"
}
