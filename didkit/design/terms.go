package design

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/seed2d25c7c2/didnb/didkit/evaluate"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// columns evaluates the outcome and expands every term into columns.
func (b *builder) columns() error {
	f := b.d.Formula
	y, err := b.number(f.Outcome)
	if err != nil {
		return err
	}
	b.y = y
	for _, t := range f.Terms {
		cols := []column{{}}
		for _, factor := range t.Factors {
			alternatives, err := b.factorColumns(factor, len(f.Effects) == 0 && !f.NoIntercept)
			if err != nil {
				return err
			}
			var crossed []column
			for _, c := range cols {
				for _, a := range alternatives {
					crossed = append(crossed, multiply(c, a))
				}
			}
			cols = crossed
		}
		b.parts = append(b.parts, cols...)
	}
	return nil
}

// number evaluates an expression that must be numeric.
func (b *builder) number(e formula.Expr) ([]float64, error) {
	r, err := evaluate.Expr(b.p, e, "")
	if err != nil {
		return nil, err
	}
	if r.Text != nil {
		return nil, &evaluate.Error{Span: e.Span(), Err: &panel.NotNumeric{Variable: r.Text}}
	}
	b.d.Notes = append(b.d.Notes, r.Notes...)
	return r.Values, nil
}

// multiply is the interaction of two columns.
func multiply(c, a column) column {
	if c.name == "" {
		return a
	}
	out := column{name: c.name + ":" + a.name, levels: append(slices.Clone(c.levels), a.levels...)}
	switch {
	case c.values == nil:
		out.values = a.values
	case a.values == nil:
		out.values = c.values
	default:
		out.values = make([]float64, len(c.values))
		for i := range out.values {
			out.values[i] = c.values[i] * a.values[i]
		}
	}
	return out
}

// factorColumns expands one factor of a term: a number is one column, text a dummy for each level but the first, i() and
// lags of a range several.
func (b *builder) factorColumns(e formula.Expr, intercept bool) ([]column, error) {
	switch x := e.(type) {
	case *formula.Name:
		v, err := b.p.Variable(x.Name)
		if err != nil {
			return nil, &evaluate.Error{Span: x.At, Err: err}
		}
		if v.MostlyNumbers() { // a typing error, not a classification
			return nil, &evaluate.Error{Span: x.At, Err: &panel.NotNumeric{Variable: v}}
		}
		if v.Kind == panel.Text {
			f, err := b.p.Factor(x.Name)
			if err != nil {
				return nil, err
			}
			return dummies(f, []int{0}), nil
		}
		return []column{{name: e.String(), values: v.Values}}, nil
	case *formula.Call:
		switch x.Func {
		case "i":
			return b.interactionDummies(x, intercept)
		case "l", "lag", "f", "lead", "d", "diff":
			return b.shifts(x)
		}
	}
	v, err := b.number(e)
	if err != nil {
		return nil, err
	}
	return []column{{name: e.String(), values: v}}, nil
}

// dummies makes a column for each level but the references.
func dummies(f *panel.Factor, refs []int) []column {
	var cols []column
	for level := range f.Levels() {
		if !slices.Contains(refs, level) {
			cols = append(cols, column{name: f.Name + "::" + f.Label(level), levels: []dummy{{f.Codes, int32(level)}}})
		}
	}
	return cols
}

// interactionDummies is fixest's i(f), i(f, ref=), i(f, x, ref=): dummies of f, or f's levels times x. Without ref= a
// regression with an intercept leaves out the first level.
func (b *builder) interactionDummies(c *formula.Call, intercept bool) ([]column, error) {
	for _, a := range c.Args {
		if a.Key != "" && a.Key != "ref" {
			return nil, &evaluate.Error{Span: a.Value.Span(), Err: fmt.Errorf("i() has no argument %q; its form is i(factor, x, ref=…)", a.Key)}
		}
	}
	first := c.Arg("", 0)
	if first == nil {
		return nil, &evaluate.Error{Span: c.At, Err: errors.New("i() names no variable; its form is i(factor, x, ref=…)")}
	}
	f, err := b.factor(first)
	if err != nil {
		return nil, err
	}
	second := c.Arg("", 1)
	refs, err := references(c.Arg("ref", 2), f)
	if err != nil {
		return nil, err
	}
	if c.Arg("ref", 2) == nil && second == nil && intercept {
		refs = []int{0}
	}
	cols := dummies(f, refs)
	if second == nil {
		return cols, nil
	}
	by, err := b.factorColumns(second, false)
	if err != nil {
		return nil, err
	}
	var out []column
	for _, col := range cols {
		for _, x := range by {
			out = append(out, multiply(col, x))
		}
	}
	return out, nil
}

// factor codes an expression: a variable as it is, anything else by its values.
func (b *builder) factor(e formula.Expr) (*panel.Factor, error) {
	if n, ok := e.(*formula.Name); ok {
		f, err := b.p.Factor(n.Name)
		if err != nil {
			return nil, &evaluate.Error{Span: n.At, Err: err}
		}
		return f, nil
	}
	x, err := b.number(e)
	if err != nil {
		return nil, err
	}
	f := panel.FactorOf(x)
	f.Name = e.String()
	return f, nil
}

// references finds the levels named by ref=: a number, a text, or c(…) of them.
func references(e formula.Expr, f *panel.Factor) ([]int, error) {
	if e == nil {
		return nil, nil
	}
	if c, ok := e.(*formula.Call); ok && c.Func == "c" {
		var all []int
		for _, a := range c.Args {
			r, err := references(a.Value, f)
			if err != nil {
				return nil, err
			}
			all = append(all, r...)
		}
		return all, nil
	}
	var want string
	switch x := e.(type) {
	case *formula.Number:
		want = strconv.FormatFloat(x.Value, 'g', -1, 64)
	case *formula.Text:
		want = x.Value
	case *formula.Name:
		want = x.Name
	default:
		return nil, &evaluate.Error{Span: e.Span(), Err: fmt.Errorf("a reference is a value of %s, not %s", f.Name, e)}
	}
	for level := range f.Levels() {
		if f.Label(level) == want {
			return []int{level}, nil
		}
	}
	return nil, &evaluate.Error{Span: e.Span(), Err: &NoLevel{Variable: f.Name, Level: want, First: f.Label(0), Last: f.Label(f.Levels() - 1)}}
}

// NoLevel is the error for a reference that the variable never takes.
type NoLevel struct{ Variable, Level, First, Last string }

func (e *NoLevel) Error() string {
	return fmt.Sprintf("%s is never %s, so it can't be the reference; its values run from %s to %s", e.Variable, e.Level, e.First, e.Last)
}

// shifts expands l(x, 0:2), f(x, 1), d(x) into columns named as fixest names them: l(x, 1), f(x, 1), d(x).
func (b *builder) shifts(c *formula.Call) ([]column, error) {
	one := func(call *formula.Call, name string) (column, error) {
		v, err := b.number(call)
		return column{name: name, values: v}, err
	}
	short := map[string]string{"lag": "l", "lead": "f", "diff": "d"}
	head := c.Func
	if s, ok := short[head]; ok {
		head = s
	}
	if len(c.Args) == 0 {
		return nil, &evaluate.Error{Span: c.At, Err: fmt.Errorf("%s() names no variable", c.Func)}
	}
	x := c.Args[0].Value
	k := c.Arg("k", 1)
	if k == nil {
		if head == "d" {
			col, err := one(c, "d("+x.String()+")")
			return []column{col}, err
		}
		k = &formula.Number{Value: 1, At: c.At}
	}
	steps, err := formula.Integers(k)
	if err != nil {
		return nil, &evaluate.Error{Span: k.Span(), Err: err}
	}
	var cols []column
	for _, s := range steps {
		step := formula.Arg{Value: &formula.Number{Value: float64(s), At: k.Span()}}
		col, err := one(&formula.Call{Func: c.Func, Args: []formula.Arg{{Value: x}, step}, At: c.At}, fmt.Sprintf("%s(%s, %d)", head, x, s))
		if err != nil {
			return nil, err
		}
		cols = append(cols, col)
	}
	return cols, nil
}
