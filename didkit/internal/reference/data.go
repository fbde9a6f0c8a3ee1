package reference

import (
	"compress/gzip"
	"encoding/csv"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// Root is the top of the repository: the folder of go.mod above the test.
func Root(tb testing.TB) string {
	tb.Helper()
	dir, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			tb.Fatal("no go.mod above the test")
		}
		dir = up
	}
}

// Panel reads a data set by its path from the root: the file's columns, with unit and time declared if index names them.
func Panel(tb testing.TB, path string, index ...string) *panel.Panel {
	tb.Helper()
	return read(tb, filepath.Join(Root(tb), filepath.FromSlash(path)), index)
}

func read(tb testing.TB, path string, index []string) *panel.Panel {
	tb.Helper()
	p, err := ReadCSV(path)
	if err != nil {
		tb.Fatal(err)
	}
	if len(index) == 2 {
		if p, err = p.Indexed(index[0], index[1]); err != nil {
			tb.Fatal(err)
		}
	}
	return p
}

// ReadCSV reads a plain CSV file, packed by gzip if its name ends in .gz: a column of numbers, empty or NA where missing,
// is numeric, any other text. It is no reader for users (see panel/load); the tests need one that can't share its bugs.
func ReadCSV(path string) (*panel.Panel, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			return nil, err
		}
	}
	rows, err := csv.NewReader(r).ReadAll()
	if err != nil {
		return nil, err
	}
	names, rows := rows[0], rows[1:]
	vars := make([]*panel.Variable, len(names))
	for j, name := range names {
		vars[j] = column(name, rows, j)
	}
	return panel.New(vars...)
}

func column(name string, rows [][]string, j int) *panel.Variable {
	v := &panel.Variable{Name: name, Values: make([]float64, len(rows))}
	for i, row := range rows {
		if row[j] == "" || row[j] == "NA" {
			v.Values[i] = math.NaN()
			continue
		}
		x, err := strconv.ParseFloat(row[j], 64)
		if err != nil {
			return text(name, rows, j)
		}
		v.Values[i] = x
	}
	return v
}

func text(name string, rows [][]string, j int) *panel.Variable {
	v := &panel.Variable{Name: name, Kind: panel.Text, Codes: make([]int32, len(rows))}
	for _, row := range rows {
		if row[j] != "" && row[j] != "NA" {
			v.Levels = append(v.Levels, row[j])
		}
	}
	slices.Sort(v.Levels)
	v.Levels = slices.Compact(v.Levels)
	for i, row := range rows {
		c, ok := slices.BinarySearch(v.Levels, row[j])
		if !ok {
			c = -1
		}
		v.Codes[i] = int32(c)
	}
	return v
}

// CastleLaw is for each row of data/castle.csv, read with its unit and time, the year in which the unit's law took effect, a
// year before post turns 1; 0 where it never does.
func CastleLaw(tb testing.TB, p *panel.Panel) func(row int) float64 {
	tb.Helper()
	post, err := p.Numbers("post")
	if err != nil {
		tb.Fatal(err)
	}
	year, err := p.Numbers("year")
	if err != nil {
		tb.Fatal(err)
	}
	first := map[int32]float64{}
	for i, u := range p.Units().Codes {
		if post[i] == 1 && (first[u] == 0 || year[i]-1 < first[u]) {
			first[u] = year[i] - 1
		}
	}
	return func(row int) float64 { return first[p.Units().Codes[row]] }
}
