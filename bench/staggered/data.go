package main

import (
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/seed2d25c7c2/didnb/bench/columns"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

var names = []string{"unit", "time", "d", "cohort", "y"}

// writeData writes every data set as DIR/NAME/COLUMN.f64 (little-endian doubles); cohort is 0 where never treated.
func writeData(dir, mpdta string) error {
	small := simulated(1, 5, 2003, []int{309, 20, 40, 131}, []int{0, 2004, 2006, 2007})
	var err error
	if mpdta != "" {
		if small, err = readCSV(mpdta, "countyreal", "year", "first.treat", "lemp"); err != nil {
			return err
		}
	}
	paper, err := readCSV("data/dual-pilot.csv", "city", "year", "adopt_dual", "DIA")
	if err != nil {
		return err
	}
	for name, data := range map[string][][]float64{
		"mpdta": small, "paper": paper,
		"million": simulated(2, 10, 2001, []int{40_000, 12_000, 12_000, 12_000, 12_000, 12_000}, []int{0, 2004, 2005, 2006, 2007, 2008}),
	} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
			return err
		}
		for j, c := range names {
			if err := columns.Write(filepath.Join(dir, name), c, data[j]); err != nil {
				return err
			}
		}
	}
	return nil
}

// simulated draws a balanced panel of cohorts of given sizes, in mixed order; the effect grows with exposure.
func simulated(seed uint64, periods, first int, sizes, starts []int) [][]float64 {
	rng := rand.New(rand.NewPCG(seed, 3))
	var cohort []int
	for i, n := range sizes {
		cohort = append(cohort, slices.Repeat([]int{starts[i]}, n)...)
	}
	rng.Shuffle(len(cohort), func(i, j int) { cohort[i], cohort[j] = cohort[j], cohort[i] })
	out := make([][]float64, len(names))
	for u, g := range cohort {
		level := rng.NormFloat64()
		for t := first; t < first+periods; t++ {
			d, y := 0.0, level+0.1*float64(t-first)+rng.NormFloat64()
			if g > 0 && t >= g {
				d, y = 1, y+0.5+0.1*float64(t-g)
			}
			for j, v := range []float64{float64(u + 1), float64(t), d, float64(g), y} {
				out[j] = append(out[j], v)
			}
		}
	}
	return out
}

// readCSV takes unit, time, cohort (0 where blank) and outcome from a file, sorted by unit and time as it stands.
func readCSV(name, unit, time, cohort, y string) ([][]float64, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	out := make([][]float64, len(names))
	for k, row := range rows[1:] {
		var v [4]float64
		for j, c := range []string{unit, time, cohort, y} {
			at := slices.Index(rows[0], c)
			if at < 0 {
				return nil, fmt.Errorf("%s has no column %s", name, c)
			}
			if row[at] == "" && c == cohort {
				continue
			}
			if v[j], err = strconv.ParseFloat(row[at], 64); err != nil {
				return nil, fmt.Errorf("%s, row %d: %w", name, k+1, err)
			}
		}
		d := 0.0
		if v[2] > 0 && v[1] >= v[2] {
			d = 1
		}
		for j, x := range []float64{v[0], v[1], d, v[2], v[3]} {
			out[j] = append(out[j], x)
		}
	}
	return out, nil
}

// readColumns reads what an estimator takes.
func readColumns(dir, data string) ([]*panel.Variable, error) {
	var out []*panel.Variable
	for _, name := range []string{"unit", "time", "d", "y"} {
		x, err := columns.Read(filepath.Join(dir, data), name)
		if err != nil {
			return nil, err
		}
		out = append(out, &panel.Variable{Name: name, Values: x})
	}
	return out, nil
}
