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
	castle, err := readCastle("data/castle.csv")
	if err != nil {
		return err
	}
	for name, data := range map[string][][]float64{
		"mpdta": small, "paper": paper,
		"castle": castle, "castle2006": only(castle, 3, 0, 2006), "switching": switching(3, 100_000, 10),
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

// switching draws a balanced panel of a treatment that begins in a quarter of the units, switches on and off, and has an
// effect of 0.5; cohort is 0 throughout.
func switching(seed uint64, units, periods int) [][]float64 {
	rng := rand.New(rand.NewPCG(seed, 3))
	out := make([][]float64, len(names))
	for u := range units {
		level, d := rng.NormFloat64(), 0.0
		if rng.Float64() < 0.25 {
			d = 1
		}
		for t := range periods {
			if t > 0 && rng.Float64() < 0.08 {
				d = 1 - d
			}
			for j, v := range []float64{float64(u + 1), float64(t + 1), d, 0, level + 0.1*float64(t) + 0.5*d + rng.NormFloat64()} {
				out[j] = append(out[j], v)
			}
		}
	}
	return out
}

// readCastle is the castle-doctrine study: laws take effect in the year before post is 1.
func readCastle(name string) ([][]float64, error) {
	data, err := readCSV(name, "sid", "year", "post", "l_homicide")
	if err != nil {
		return nil, err
	}
	first := map[float64]float64{}
	for i, u := range data[0] {
		if g := data[1][i] - 1; data[3][i] == 1 && (first[u] == 0 || g < first[u]) {
			first[u] = g
		}
	}
	for i, u := range data[0] {
		g := first[u]
		data[2][i], data[3][i] = 0, g
		if g > 0 && data[1][i] >= g {
			data[2][i] = 1
		}
	}
	return data, nil
}

// only keeps the rows in which column j has one of the values.
func only(data [][]float64, j int, values ...float64) [][]float64 {
	out := make([][]float64, len(data))
	for i, v := range data[j] {
		if slices.Contains(values, v) {
			for k := range data {
				out[k] = append(out[k], data[k][i])
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
