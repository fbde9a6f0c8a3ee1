package evaluate_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/evaluate"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

func ExampleVariable() {
	p, _ := panel.New(&panel.Variable{Name: "x", Values: []float64{1, 2, 6}})
	mean, _ := formula.ParseExpr("mean(x)")
	cond, _ := formula.ParseExpr("x < 5")
	v, _, err := evaluate.Variable(p, "m", mean, evaluate.VariableOptions{If: cond})
	fmt.Println(v.Name, v.Values, err)
	// Output: m [1.5 1.5 NaN] <nil>
}

// Under a condition functions over groups see its rows only, lags the whole panel, and other rows are missing.
func TestVariableWhere(t *testing.T) {
	cases := []struct {
		expr, cond, by string
		want           []float64
	}{
		{"sum(x)", "t < 2004", "id", []float64{na, 3, 3, 40, 40, 40}},
		{"x - mean(x)", "x < 10", "", []float64{4 - 7./3, 1 - 7./3, 2 - 7./3, na, na, na}},
		{"lag(x)", "t == 2002", "", []float64{na, na, 1, na, 10, na}},
		{"max(x, 3)", "t == 2002", "", []float64{na, na, 3, na, na, na}},
		{"log(max(x) / max(x, 100))", "t == 2001", "", []float64{na, math.Log(.1), na, math.Log(.1), na, na}},
	}
	for _, c := range cases {
		p := small(t)
		e, err := formula.ParseExpr(c.expr)
		if err != nil {
			t.Fatal(err)
		}
		cond, err := formula.ParseExpr(c.cond)
		if err != nil {
			t.Fatal(err)
		}
		before := e.String()
		v, _, err := evaluate.Variable(p, "v", e, evaluate.VariableOptions{By: c.by, If: cond})
		if err != nil {
			t.Fatalf("%s: %v", c.expr, err)
		}
		for i, got := range v.Values {
			if want := c.want[i]; !(got != got && want != want) && math.Abs(got-want) > 1e-12 {
				t.Errorf("%s where %s, row %d: got %v, want %v", c.expr, c.cond, i, got, want)
			}
		}
		if e.String() != before {
			t.Errorf("the expression itself was changed to %s", e)
		}
	}
}

// Gaps between two values of a unit are filled by time, not by row, its ends only when told, and each filled value is
// flagged.
// TestStop ends an evaluation before each of its operations, also those of the condition, with the error of Stop.
func TestStop(t *testing.T) {
	stopped := errors.New("stopped")
	e, err := formula.ParseExpr("log(x) + lag(x) * mean(x)")
	if err != nil {
		t.Fatal(err)
	}
	cond, err := formula.ParseExpr("t > 2000")
	if err != nil {
		t.Fatal(err)
	}
	places := 0
	for {
		asked := 0
		v, _, err := evaluate.Variable(small(t), "z", e, evaluate.VariableOptions{If: cond, Stop: func() error {
			if asked++; asked > places {
				return stopped
			}
			return nil
		}})
		if asked <= places {
			if err != nil {
				t.Error(err)
			}
			break
		}
		if v != nil || !errors.Is(err, stopped) {
			t.Fatalf("stopped after %d questions: %v, %v", places, v, err)
		}
		places++
	}
	if places < 8 {
		t.Errorf("asked %d times whether to go on", places)
	}
}

func TestInterpolation(t *testing.T) {
	p, err := panel.New(
		&panel.Variable{Name: "id", Values: []float64{1, 1, 1, 1, 1, 2, 2, 2}},
		&panel.Variable{Name: "t", Values: []float64{2007, 2001, 2002, 2004, 2008, 2001, 2002, 2003}},
		&panel.Variable{Name: "x", Values: []float64{60, na, 10, na, na, na, na, na}})
	if err != nil {
		t.Fatal(err)
	}
	if p, err = p.Indexed("id", "t"); err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		expr, note string
		want       []float64
	}{
		{"interpolate(x)", "1 value interpolated, 5 left missing at the ends of units", []float64{60, na, 10, 30, na, na, na, na}},
		{"interpolated(x)", "1 value interpolated, 5 left missing at the ends of units", []float64{0, 0, 0, 1, 0, 0, 0, 0}},
		{"interpolate(x, ends=1)", "1 value interpolated, 2 carried beyond the ends, 3 left missing at the ends of units", []float64{60, 10, 10, 30, 60, na, na, na}},
		{"interpolated(x, ends=1)", "1 value interpolated, 2 carried beyond the ends, 3 left missing at the ends of units", []float64{0, 1, 0, 1, 1, 0, 0, 0}},
	}
	for _, c := range cases {
		e, err := formula.ParseExpr(c.expr)
		if err != nil {
			t.Fatal(err)
		}
		v, notes, err := evaluate.Variable(p, "v", e, evaluate.VariableOptions{})
		if err != nil {
			t.Fatalf("%s: %v", c.expr, err)
		}
		if len(notes) == 0 || notes[0] != c.note {
			t.Errorf("%s notes %q, want %q", c.expr, notes, c.note)
		}
		for i, want := range c.want {
			if got := v.Values[i]; !(got != got && want != want) && got != want {
				t.Errorf("%s, row %d: got %v, want %v", c.expr, i, got, want)
			}
		}
	}
}
