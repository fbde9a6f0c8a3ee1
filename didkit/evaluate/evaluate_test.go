package evaluate_test

import (
	"math"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/evaluate"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

var na = math.NaN()

// small is two units over 2001, 2002, 2004 (a gap) and 2001 … 2003, rows out of order.
func small(t *testing.T) *panel.Panel {
	t.Helper()
	num := func(name string, v ...float64) *panel.Variable { return &panel.Variable{Name: name, Values: v} }
	p, err := panel.New(
		num("id", 1, 1, 1, 2, 2, 2),
		num("t", 2004, 2001, 2002, 2001, 2002, 2003),
		num("x", 4, 1, 2, 10, na, 30),
		num("w", 2, 2, 2, 3, 3, 3),
		num("adopt", 2002, 2002, 2002, 0, 0, 0),
		num("D", 1, 0, 1, 0, 0, 0),
		&panel.Variable{Name: "region", Kind: panel.Text, Codes: []int32{0, 0, 0, 1, 1, -1}, Levels: []string{"East", "West"}},
	)
	if err != nil {
		t.Fatal(err)
	}
	if p, err = p.Indexed("id", "t"); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestFunctions(t *testing.T) {
	cases := []struct {
		expr, by string
		want     []float64
	}{
		{"x + 1", "", []float64{5, 2, 3, 11, na, 31}},
		{"x > 2 & w == 2", "", []float64{1, 0, 0, 0, na, 0}},
		{"!(x > 2)", "", []float64{0, 1, 1, 0, na, 0}},
		{"log(x - 1)", "", []float64{math.Log(3), na, 0, math.Log(9), na, math.Log(29)}},
		{"lag(x)", "", []float64{na, na, 1, na, 10, na}},
		{"lag(x, 2)", "", []float64{2, na, na, na, na, 10}},
		{"lead(x)", "", []float64{na, 2, na, na, 30, na}},
		{"diff(x)", "", []float64{na, na, 1, na, na, na}},
		{"mean(x)", "id", []float64{7. / 3, 7. / 3, 7. / 3, 20, 20, 20}},
		{"count(x)", "id", []float64{3, 3, 3, 2, 2, 2}},
		{"sum(x)", "", []float64{47, 47, 47, 47, 47, 47}},
		{"sd(x)", "id", []float64{math.Sqrt(7. / 3), math.Sqrt(7. / 3), math.Sqrt(7. / 3), math.Sqrt(200), math.Sqrt(200), math.Sqrt(200)}},
		{"first(x)", "id", []float64{1, 1, 1, 10, 10, 10}},
		{"min(x, 3)", "", []float64{3, 1, 2, 3, na, 3}},
		{"max(x)", "id", []float64{4, 4, 4, 30, 30, 30}},
		{"interpolate(x)", "", []float64{4, 1, 2, 10, 20, 30}},
		{"interpolated(x)", "", []float64{0, 0, 0, 0, 1, 0}},
		{"post(adopt)", "", []float64{1, 0, 1, 0, 0, 0}},
		{"exposure(adopt)", "", []float64{2, -1, 0, na, na, na}},
		{"cohort(D)", "", []float64{2002, 2002, 2002, na, na, na}},
		{`region == "East"`, "", []float64{1, 1, 1, 0, 0, na}},
		{"ifelse(x > 3, 1, 0)", "", []float64{1, 0, 0, 1, na, 1}},
		{"in(t, 2001, 2004)", "", []float64{1, 1, 0, 1, 0, 0}},
		{"missing(x)", "", []float64{0, 0, 0, 0, 1, 0}},
		{"lq(x, w)", "", []float64{1, (1. / 2) / (11. / 5), 1, (10. / 3) / (11. / 5), na, 1}},
		{"winsor(x, 0.25)", "", []float64{4, 2, 2, 10, na, 10}},
		{"winsor(x, 0.25)", "id", []float64{3, 1.5, 2, 15, na, 25}},
	}
	p := small(t)
	for _, c := range cases {
		t.Run(c.expr, func(t *testing.T) {
			e, err := formula.ParseExpr(c.expr)
			if err != nil {
				t.Fatal(err)
			}
			r, err := evaluate.Expr(p, e, c.by)
			if err != nil {
				t.Fatal(err)
			}
			for i, got := range r.Values {
				if want := c.want[i]; !(got != got && want != want) && math.Abs(got-want) > 1e-12 {
					t.Errorf("row %d: got %v, want %v", i, got, want)
				}
			}
		})
	}
}

func TestErrorsNameTheWord(t *testing.T) {
	p := small(t)
	cases := []struct{ expr, message, word string }{
		{"x + PGPD", `no variable "PGPD"`, "PGPD"},
		{"lgo(x)", `no function "lgo"; did you mean log?`, "lgo(x)"},
		{"region * 2", `"region" holds text (row 1: "East"), a number is needed`, "region"},
		{"winsor(x, 2)", "the tail of winsor must be a number between 0 and 0.5, as in winsor(x, 0.01), not 2", "2"},
		{"lag(x, 0.5)", "k of lag must be one whole number, not 0.5", "0.5"},
		{"log(x, 2)", "log takes 1 argument, not 2; its form is log(x)", "log(x, 2)"},
		{"exposure(D)", "D is 1 and 0 in 1; exposure takes the period of adoption", "D"},
		{"post(D)", "D is 1 and 0 in 1; post takes the period of adoption", "D"},
		{"standardize(id - id)", "id - id does not vary, so it can't be standardized", "standardize(id - id)"},
	}
	for _, c := range cases {
		e, err := formula.ParseExpr(c.expr)
		if err != nil {
			t.Fatal(err)
		}
		_, err = evaluate.Expr(p, e, "")
		ee, ok := err.(*evaluate.Error)
		if !ok {
			t.Errorf("%s: %v", c.expr, err)
			continue
		}
		if !strings.HasPrefix(ee.Error(), c.message) {
			t.Errorf("%s: %q, want %q", c.expr, ee, c.message)
		}
		if got := c.expr[ee.Span.Start:ee.Span.End]; got != c.word {
			t.Errorf("%s points at %q, want %q", c.expr, got, c.word)
		}
	}
}
