package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
)

// writeTable prints both programs' times and memory, and the ratios.
func writeTable(out io.Writer, dir string) error {
	read := func(program string, runs int) (t timing, err error) {
		raw, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("%s.%d.json", program, runs)))
		if err != nil {
			return t, err
		}
		return t, json.Unmarshal(raw, &t)
	}
	var full [2]timing
	var memory [2]float64
	for i, program := range []string{"pyfixest", "didkit"} {
		var one, none timing
		var err error
		if full[i], err = read(program, 5); err != nil {
			return err
		}
		if one, err = read(program, 1); err != nil {
			return err
		}
		if none, err = read(program, 0); err != nil {
			return err
		}
		memory[i] = float64(one.Peak-none.Peak) / 1024
	}
	other, mine := full[0], full[1]
	fmt.Fprintf(out, "| wild bootstrap, 9,999 draws, the paper's panel, 298 × 18 | %s: p of one coefficient | here: p and interval of %d | ratio | of processor time | its memory | memory here |\n|---|---:|---:|---:|---:|---:|---:|\n", other.Program, mine.Coefs)
	fmt.Fprintf(out, "| regression and bootstrap | %.2f s | %.3f s | %.0f | %.0f | %.0f MB | %.0f MB |\n", median(other.Seconds), median(mine.Seconds),
		median(other.Seconds)/median(mine.Seconds), median(other.CPU)/median(mine.CPU), memory[0], memory[1])
	fmt.Fprintf(out, "\nMedians of five after a warm-up, %d cores, %s; p %.4f and %.4f from different seeds, interval %.4f to %.4f. Memory: peak of a process that estimates once less one that reads the data only.\n",
		runtime.NumCPU(), runtime.Version(), other.P, mine.P, mine.Interval[0], mine.Interval[1])
	return nil
}

func median(x []float64) float64 {
	s := slices.Sorted(slices.Values(x))
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}
