package did

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
)

// TestTwoByTwoReference holds the comparisons to R's DRDID on LaLonde's data, where those stand.
func TestTwoByTwoReference(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(reference.Root(t), "testdata/reference/staggered/drdid.json"))
	if err != nil {
		t.Fatal(err)
	}
	var ref struct {
		Cases []struct {
			ID, Program, Version string
			Weighted             bool
			Sections             bool
			Est                  Adjustment
			ATT, SE              float64
		}
	}
	if err := json.Unmarshal(raw, &ref); err != nil {
		t.Fatal(err)
	}
	p := reference.PanelBeside(t, "validation/lalonde.csv")
	col := func(name string) []float64 {
		x, err := p.Numbers(name)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	race, _ := p.Variable("race")
	is := func(level string) []float64 {
		x := make([]float64, p.Rows())
		for i, c := range race.Codes {
			if race.Levels[c] == level {
				x[i] = 1
			}
		}
		return x
	}
	for _, c := range ref.Cases {
		q := &twoByTwo{n: p.Rows(), d: col("treat"), names: []string{"age", "educ", "black", "hispan", "married", "nodegree", "re74"},
			x: [][]float64{col("age"), col("educ"), is("black"), is("hispan"), col("married"), col("nodegree"), col("re74")}}
		for i := range p.Rows() {
			q.dy = append(q.dy, (col("re78")[i]-col("re75")[i])/1000)
			w := 1.0
			if c.Weighted {
				w = 1 + float64((i+1)%5)/5
			}
			q.w = append(q.w, w)
		}
		n, att, psi, err := float64(q.n), 0.0, []float64(nil), error(nil)
		if c.Sections { // both periods on top of each other
			s := stacked(q, col("re75"), col("re78"))
			if att, psi, err = s.estimate(c.Est); c.Est == DoublyRobust {
				s.turnSign(t, psi)
			}
			n *= 2
		} else {
			att, psi, err = q.estimate(c.Est)
		}
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for _, v := range psi {
			sum += v * v
		}
		se := math.Sqrt(sum) / n
		compared.With(t, compared.Source{Command: "did", Method: string(CallawaySantAnna), Program: c.Program, Version: c.Version, File: "staggered/drdid.json", Case: c.ID})
		compared.Near(t, c.ID+", estimate", att, c.ATT, 1e-8, 0)
		compared.Near(t, c.ID+", error", se, c.SE, 1e-6, 0)
	}
}

// stacked is the panel's comparison as one of repeated cross-sections.
func stacked(q *twoByTwo, before, after []float64) *sections {
	twice := func(x []float64) []float64 { return append(slices.Clone(x), x...) }
	s := &sections{n: 2 * q.n, d: twice(q.d), w: twice(q.w), post: append(make([]float64, q.n), ones(q.n)...), names: q.names}
	for _, y := range append(slices.Clone(before), after...) {
		s.y = append(s.y, y/1000)
	}
	for _, x := range q.x {
		s.x = append(s.x, twice(x))
	}
	return s
}
