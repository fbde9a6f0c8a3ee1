package main

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"

	"github.com/seed2d25c7c2/didnb/bench/columns"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// table is a data set: columns of equal length, in order.
type table struct {
	names   []string
	columns map[string][]float64
}

func (t *table) add(name string, x []float64) {
	t.names = append(t.names, name)
	if t.columns == nil {
		t.columns = map[string][]float64{}
	}
	t.columns[name] = x
}

// twoway draws units × periods with k regressors that the effects share in; a share of the rows is missing.
func twoway(seed uint64, units, periods, k int, missing float64) *table {
	rng := rand.New(rand.NewPCG(seed, 1))
	a, b := normal(rng, units), normal(rng, periods)
	start := make([]int, units) // period of adoption, never in more than half of the units
	for u := range start {
		start[u] = 2 + rng.IntN(2*periods)
	}
	var rows [][2]int
	for u := range units {
		for t := range periods {
			if missing == 0 || rng.Float64() >= missing {
				rows = append(rows, [2]int{u, t})
			}
		}
	}
	n := len(rows)
	unit, time, place, d, y := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	x := make([][]float64, k)
	for j := range x {
		x[j] = make([]float64, n)
	}
	for i, r := range rows {
		unit[i], time[i], place[i] = float64(r[0]), float64(2000+r[1]), float64(rng.IntN(5000))
		if r[1] >= start[r[0]] {
			d[i] = 1
		}
		y[i] = a[r[0]] + b[r[1]] + 0.2*d[i] + rng.NormFloat64()
		for j := range x {
			x[j][i] = rng.NormFloat64() + 0.3*a[r[0]] + 0.1*float64(j)*b[r[1]]
			y[i] += x[j][i] / float64(j+2)
		}
	}
	t := &table{}
	t.add("unit", unit)
	t.add("time", time)
	t.add("place", place)
	t.add("y", y)
	t.add("d", d)
	for j := range x {
		t.add(fmt.Sprintf("x%d", j+1), x[j])
	}
	return t
}

// threeway is the data generation of fixest's and pyfixest's benchmarks: n/10 individuals over 10 years, 23 to a firm.
func threeway(seed uint64, n int, difficult bool) *table {
	rng := rand.New(rand.NewPCG(seed, 2))
	const years = 10
	people := n / years
	firms := int(math.Round(float64(people) / 23))
	pe, fe, ye := normal(rng, people), normal(rng, firms), normal(rng, years)
	unit, firm, time := make([]float64, n), make([]float64, n), make([]float64, n)
	x1, x2, y := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range n {
		u, f, t := i/years, rng.IntN(firms), i%years
		if difficult {
			f = i % firms
		}
		unit[i], firm[i], time[i] = float64(u+1), float64(f+1), float64(t+1)
		x1[i] = rng.NormFloat64()
		x2[i] = x1[i] * x1[i]
		y[i] = x1[i] + 0.05*x2[i] + fe[f] + pe[u] + ye[t] + rng.NormFloat64()
	}
	t := &table{}
	for _, c := range []struct {
		name string
		x    []float64
	}{{"unit", unit}, {"firm", firm}, {"time", time}, {"y", y}, {"x1", x1}, {"x2", x2}} {
		t.add(c.name, c.x)
	}
	return t
}

func normal(rng *rand.Rand, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	return x
}

// writeData writes every data set as DIR/NAME/COLUMN.f64 (little-endian doubles), and the designs as DIR/designs.json.
func writeData(dir string) error {
	for name, make := range map[string]func() *table{
		"city":      func() *table { return twoway(1, 298, 18, 10, 0) },
		"balanced":  func() *table { return twoway(2, 100_000, 10, 10, 0) },
		"gaps":      func() *table { return twoway(3, 107_527, 10, 10, 0.07) },
		"simple":    func() *table { return threeway(4, 1_000_000, false) },
		"difficult": func() *table { return threeway(5, 1_000_000, true) },
	} {
		t := make()
		if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
			return err
		}
		for _, c := range t.names {
			if err := columns.Write(filepath.Join(dir, name), c, t.columns[c]); err != nil {
				return err
			}
		}
	}
	text, err := json.MarshalIndent(designs(), "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "designs.json"), text, 0o644)
}

// readColumns reads the columns that a design needs.
func readColumns(dir string, d Design) (*table, error) {
	t := &table{}
	for _, name := range slices.Concat([]string{d.Outcome}, d.Columns, d.Effects) {
		x, err := columns.Read(filepath.Join(dir, d.Data), name)
		if err != nil {
			return nil, err
		}
		t.add(name, x)
	}
	return t, nil
}

// fresh is a panel that has coded no factor yet, so that coding is timed with the estimation, as pyfixest's is.
func (t *table) fresh() (*panel.Panel, error) {
	vars := make([]*panel.Variable, len(t.names))
	for i, name := range t.names {
		vars[i] = &panel.Variable{Name: name, Values: t.columns[name]}
	}
	return panel.New(vars...)
}
