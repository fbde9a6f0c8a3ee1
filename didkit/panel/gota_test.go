package panel_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

func ExamplePanel_DataFrame() {
	p, _ := panel.New(
		&panel.Variable{Name: "city", Kind: panel.Text, Codes: []int32{1, 0, -1}, Levels: []string{"Anqing", "Wuhan"}},
		&panel.Variable{Name: "year", Values: []float64{2006, 2007, 2008}},
		&panel.Variable{Name: "DIA", Values: []float64{0.5, math.NaN(), 1.25}},
	)
	df := p.DataFrame().Filter(dataframe.F{Colname: "year", Comparator: series.Greater, Comparando: 2006})
	fmt.Println(df)
	// Output:
	// [2x3] DataFrame
	//
	//     city     year  DIA
	//  0: Anqing   2007  NaN
	//  1: NaN      2008  1.250000
	//     <string> <int> <float>
}

func ExampleFromDataFrame() {
	df := dataframe.New(
		series.New([]string{"Wuhan", "Anqing"}, series.String, "city"),
		series.New([]bool{true, false}, series.Bool, "treated"),
	)
	p, err := panel.FromDataFrame(df)
	treated, _ := p.Numbers("treated")
	fmt.Println(p.Names(), treated, err)
	// Output: [city treated] [1 0] <nil>
}

func TestDataFrameTypes(t *testing.T) {
	cases := []struct {
		name   string
		values []float64
		want   series.Type
	}{
		{"whole", []float64{1, -2, 0}, series.Int},
		{"whole and missing", []float64{nan, 2, nan}, series.Int},
		{"all missing", []float64{nan, nan}, series.Float},
		{"fraction", []float64{1, 0.5}, series.Float},
		{"infinite", []float64{1, math.Inf(1)}, series.Float},
		{"large", []float64{1, 1 << 54}, series.Float},
		{"negative zero", []float64{1, math.Copysign(0, -1)}, series.Float},
	}
	for _, c := range cases {
		p, err := panel.New(number("x", c.values...))
		must(t, p, err)
		col := p.DataFrame().Col("x")
		if col.Type() != c.want {
			t.Errorf("%s: a %s series, want %s", c.name, col.Type(), c.want)
		}
		for row, x := range c.values {
			e := col.Elem(row)
			if e.IsNA() != (x != x) || x == x && e.Float() != x {
				t.Errorf("%s: row %d holds %v (missing: %v), want %v", c.name, row, e.Float(), e.IsNA(), x)
			}
		}
	}
}

func TestFromDataFrame(t *testing.T) {
	df := dataframe.New(
		series.New([]any{1, nil, -3}, series.Int, "n"),
		series.New([]any{0.5, nil, math.Inf(-1)}, series.Float, "x"),
		series.New([]any{true, nil, false}, series.Bool, "flag"),
		series.New([]any{"b", nil, ""}, series.String, "s"),
	)
	p, err := panel.FromDataFrame(df)
	must(t, p, err)
	for name, want := range map[string][]float64{"n": {1, nan, -3}, "x": {0.5, nan, math.Inf(-1)}, "flag": {1, nan, 0}} {
		got, err := p.Numbers(name)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, sameNumbers); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	s, _ := p.Variable("s")
	if diff := cmp.Diff(&panel.Variable{Name: "s", Kind: panel.Text, Codes: []int32{0, -1, -1}, Levels: []string{"b"}}, s); diff != "" {
		t.Error(diff)
	}

	long := dataframe.New(series.New([]int{1, 1<<53 + 1}, series.Int, "id"))
	_, err = panel.FromDataFrame(long)
	var inexact *panel.InexactInteger
	if !errors.As(err, &inexact) || err.Error() != `row 2 of "id" holds 9007199254740993, more digits than a number keeps; make it a String series` {
		t.Errorf("got %v", err)
	}
	if _, err := panel.FromDataFrame(dataframe.New()); err == nil || err.Error() != "the data frame holds an error: empty DataFrame" {
		t.Errorf("got %v", err)
	}
}

// A panel that went through gota is the same, to the last bit.
func TestDataFrameAndBack(t *testing.T) {
	values := rapid.OneOf(
		rapid.Just(nan), rapid.Float64(), rapid.Just(math.Copysign(0, -1)),
		rapid.Map(rapid.Int32(), func(i int32) float64 { return float64(i) }),
	)
	whole := rapid.OneOf(rapid.Just(nan), rapid.Map(rapid.Int64Range(-1<<53, 1<<53), func(i int64) float64 { return float64(i) }))
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.IntRange(1, 12).Draw(t, "rows")
		var vars []*panel.Variable
		for c := range rapid.IntRange(1, 4).Draw(t, "columns") {
			name := fmt.Sprintf("列 %d", c)
			switch rapid.IntRange(0, 2).Draw(t, "kind") {
			case 0:
				vars = append(vars, number(name, rapid.SliceOfN(values, rows, rows).Draw(t, "values")...))
			case 1:
				vars = append(vars, number(name, rapid.SliceOfN(whole, rows, rows).Draw(t, "values")...))
			case 2:
				vars = append(vars, text(name, rapid.SliceOfN(rapid.SampledFrom([]string{"", "a", "NA", "nan", "北京", "1"}), rows, rows).Draw(t, "cells")...))
			}
		}
		p, err := panel.New(vars...)
		if err != nil {
			t.Fatal(err)
		}
		q, err := panel.FromDataFrame(p.DataFrame())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(p.Names(), q.Names()); diff != "" {
			t.Fatal(diff)
		}
		for i, v := range q.Variables() {
			want := vars[i]
			for row := range rows {
				if v.Kind != want.Kind {
					t.Fatalf("%s is %s, want %s", v.Name, v.Kind, want.Kind)
				}
				if v.Kind == panel.Number {
					a, b := v.Values[row], want.Values[row]
					if math.Float64bits(a) != math.Float64bits(b) && !(a != a && b != b) {
						t.Fatalf("%s, row %d: got %v, want %v", v.Name, row, a, b)
					}
					continue
				}
				a, b := "", ""
				if c := v.Codes[row]; c >= 0 {
					a = v.Levels[c]
				}
				if c := want.Codes[row]; c >= 0 {
					b = want.Levels[c]
				}
				if a != b {
					t.Fatalf("%s, row %d: got %q, want %q", v.Name, row, a, b)
				}
			}
		}
	})
}
