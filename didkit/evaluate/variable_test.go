package evaluate_test

import (
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
