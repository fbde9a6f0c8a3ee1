package panel

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"
)

// DataFrame copies the panel into gota's DataFrame, in which a Go cell may filter, join and reshape. Numbers become an
// Int series where all of them are whole (at most 2^53 in size), else a Float series; text becomes a String series. A
// missing value is gota's NA, which gota writes NaN: a text that reads "NaN" is missing there as well. Labels and the
// unit and time index have no place in a DataFrame; a panel without variables gives gota's error of an empty one (Err).
func (p *Panel) DataFrame() dataframe.DataFrame {
	columns := make([]series.Series, len(p.vars))
	for i, v := range p.vars {
		switch {
		case v.Kind == Text:
			texts := make([]string, len(v.Codes))
			for row, c := range v.Codes {
				texts[row] = "NaN" // how gota takes a String that is missing
				if c >= 0 {
					texts[row] = v.Levels[c]
				}
			}
			columns[i] = series.New(texts, series.String, v.Name)
		case allInts(v.Values):
			columns[i] = series.New(ints(v.Values), series.Int, v.Name)
		default:
			columns[i] = series.New(v.Values, series.Float, v.Name)
		}
	}
	return dataframe.New(columns...)
}

// allInts tells whether a column holds whole numbers that int keeps as they are, and at least one. A NaN does not
// count: an Int series has a mark for it, and converting one would give an arbitrary integer.
func allInts(values []float64) bool {
	some := false
	for _, x := range values {
		switch {
		case x != x:
		case x != math.Trunc(x), math.Abs(x) > 1<<53, math.Abs(x) > math.MaxInt, x == 0 && math.Signbit(x):
			return false
		default:
			some = true
		}
	}
	return some
}

// ints are the values for an Int series: []int, or []any with nil where one is missing.
func ints(values []float64) any {
	if !slices.ContainsFunc(values, math.IsNaN) {
		out := make([]int, len(values))
		for i, x := range values {
			out[i] = int(x)
		}
		return out
	}
	out := make([]any, len(values))
	for i, x := range values {
		if x == x {
			out[i] = int(x)
		}
	}
	return out
}

// FromDataFrame copies gota's DataFrame into a cross-section; Indexed makes it a panel. Int, Float and Bool series become
// numbers (Bool as 1 and 0), String series text; NA and the empty string are missing. The errors are the DataFrame's own
// (Err) and an *InexactInteger for an Int that float64 does not have.
func FromDataFrame(df dataframe.DataFrame) (*Panel, error) {
	if df.Err != nil {
		return nil, fmt.Errorf("the data frame holds an error: %w", df.Err)
	}
	var vars []*Variable
	for _, name := range df.Names() {
		s := df.Col(name)
		v := &Variable{Name: name}
		switch s.Type() {
		case series.String:
			v.Kind = Text
			v.Codes, v.Levels = codeTexts(s)
		case series.Int:
			v.Values = make([]float64, s.Len())
			for row := range v.Values {
				n, err := s.Elem(row).Int()
				if err != nil { // NA
					v.Values[row] = math.NaN()
					continue
				}
				v.Values[row] = float64(n)
				if big := int64(n); big > 1<<53 || big < -1<<53 {
					return nil, &InexactInteger{Variable: name, Row: row + 1, Value: big}
				}
			}
		default:
			v.Values = s.Float()
		}
		vars = append(vars, v)
	}
	return New(vars...)
}

// codeTexts codes a String series.
func codeTexts(s series.Series) (codes []int32, levels []string) {
	rank := map[string]int32{}
	for row := range s.Len() {
		if e := s.Elem(row); !e.IsNA() {
			if text := e.String(); text != "" {
				rank[text] = 0
			}
		}
	}
	for text := range rank {
		levels = append(levels, text)
	}
	slices.Sort(levels)
	for i, text := range levels {
		rank[text] = int32(i)
	}
	codes = make([]int32, s.Len())
	for row := range codes {
		codes[row] = -1
		if e := s.Elem(row); !e.IsNA() && e.String() != "" {
			codes[row] = rank[e.String()]
		}
	}
	return codes, levels
}

// InexactInteger is the error for a whole number that has more digits than float64 keeps.
type InexactInteger struct {
	Variable string
	Row      int // from 1
	Value    int64
}

func (e *InexactInteger) Error() string {
	return fmt.Sprintf("row %d of %q holds %s, more digits than a number keeps; make it a String series", e.Row, e.Variable, strconv.FormatInt(e.Value, 10))
}
