// Package atlas puts a panel's units on a map: by coordinates, or by boundaries that the user has. It holds no
// boundaries itself.
package atlas

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Map is a variable at some periods, by unit.
type Map struct {
	Variable  string   `json:"variable"`
	Label     string   `json:"label,omitempty"`
	LabelZH   string   `json:"label_zh,omitempty"`
	Periods   []string `json:"periods"`
	Classes   []Class  `json:"classes"`
	Units     []Unit   `json:"units"`    // those with a place
	Unplaced  []string `json:"unplaced"` // units without one
	Simulated bool     `json:"simulated,omitempty"`
	Data      string   `json:"data,omitempty"`

	Shapes  []Shape `json:"-"` // boundaries, if the map is made of them; a Unit's Shape counts in them
	Bounded bool    `json:"bounded"`
}

// Unit is one place with its values, one a period; NaN where there is none.
type Unit struct {
	Name   string    `json:"unit"`
	Lon    float64   `json:"lon"` // NaN on a map of boundaries
	Lat    float64   `json:"lat"`
	Shape  int       `json:"-"`
	Values []float64 `json:"values"`
}

// Class is a range of values in one colour: from Low to High, or the value Low alone.
type Class struct {
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	Label string  `json:"label"`
}

// fewValues is how many distinct values have a class each.
const fewValues = 6

// classes is how many classes of equally many values more distinct values have.
const classes = 5

// Classify makes the classes of a map's values: one a value where they are few, else fifths. It fails if no unit has a
// value.
func (m *Map) Classify() error {
	var all []float64
	for _, u := range m.Units {
		for _, v := range u.Values {
			if !math.IsNaN(v) && !math.IsInf(v, 0) {
				all = append(all, v)
			}
		}
	}
	if len(all) == 0 {
		return fmt.Errorf("%s has no value in the periods shown", m.Variable)
	}
	slices.Sort(all)
	distinct := slices.Compact(slices.Clone(all))
	m.Classes = nil
	if len(distinct) <= fewValues {
		for _, v := range distinct {
			m.Classes = append(m.Classes, Class{v, v, strconv.FormatFloat(v, 'g', 6, 64)})
		}
		return nil
	}
	cuts := []float64{all[0]}
	for k := 1; k < classes; k++ {
		if q := quantile(all, float64(k)/classes); q > cuts[len(cuts)-1] {
			cuts = append(cuts, q)
		}
	}
	cuts = append(cuts, all[len(all)-1])
	digits := digitsBetween(cuts)
	to := "–"
	if cuts[0] < 0 { // beside a minus sign a dash is none of a range
		to = " … "
	}
	for k := 1; k < len(cuts); k++ {
		write := func(x float64) string { return strings.Replace(strconv.FormatFloat(x, 'f', digits, 64), "-", "−", 1) }
		m.Classes = append(m.Classes, Class{cuts[k-1], cuts[k], write(cuts[k-1]) + to + write(cuts[k])})
	}
	return nil
}

// quantile is of type 7 (R, numpy) of sorted values.
func quantile(x []float64, p float64) float64 {
	h := p * float64(len(x)-1)
	i := int(h)
	if i+1 >= len(x) {
		return x[len(x)-1]
	}
	return x[i] + (h-float64(i))*(x[i+1]-x[i])
}

// digitsBetween are decimals that tell the cuts apart with two digits to spare.
func digitsBetween(cuts []float64) int {
	narrow := math.Inf(1)
	for k := 1; k < len(cuts); k++ {
		if d := cuts[k] - cuts[k-1]; d > 0 {
			narrow = min(narrow, d)
		}
	}
	if math.IsInf(narrow, 1) {
		return 2
	}
	return min(max(1-int(math.Floor(math.Log10(narrow))), 0), 6)
}

// ClassOf is the class of a value; -1 for a missing one.
func (m *Map) ClassOf(v float64) int {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return -1
	}
	for k, c := range m.Classes {
		if v <= c.High || k == len(m.Classes)-1 {
			return k
		}
	}
	return -1
}
