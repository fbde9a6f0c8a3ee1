// Package evaluate computes expressions of the language on a panel: the arithmetic of %gen and if=, and the transforms
// inside a formula. A missing operand gives missing (NaN), comparisons give 0 or 1.
package evaluate

import (
	"fmt"
	"math"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/suggest"
)

// Error is a failure with the place in the source where it happened; Err is often a *panel.UnknownVariable.
type Error struct {
	Span formula.Span
	Err  error
}

func (e *Error) Error() string { return e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }

// Result is an evaluated expression.
type Result struct {
	Values []float64       // one a row; a variable's own values, not a copy, if the expression is a bare name
	Text   *panel.Variable // set instead of Values where the expression is a text variable
	Notes  []string        // counted notices: cells filled, cells clipped
}

// Expr evaluates e on every row of p. The functions mean, min, max, sum, sd, count and first work over the groups of
// by, a variable's name; over all rows if by is "".
func Expr(p *panel.Panel, e formula.Expr, by string) (*Result, error) {
	return evaluated(p, e, by, nil)
}

// evaluated is Expr that asks stop, if it is not nil, before each operation whether to go on.
func evaluated(p *panel.Panel, e formula.Expr, by string, stop func() error) (*Result, error) {
	ev := &evaluator{p: p, stop: stop}
	if by != "" {
		f, err := p.Factor(by)
		if err != nil {
			return nil, err
		}
		ev.by = f
	}
	v, err := ev.eval(e)
	if err != nil {
		return nil, err
	}
	switch {
	case v.text != nil:
		return &Result{Text: v.text, Notes: ev.notes}, nil
	case v.isWord:
		return nil, ev.fail(e, "%s is a text; a variable or a number is needed", e)
	}
	return &Result{Values: ev.spread(v), Notes: ev.notes}, nil
}

// Filter evaluates a condition: a row is kept where it is neither 0 nor missing.
func Filter(p *panel.Panel, e formula.Expr) ([]bool, error) { return filter(p, e, nil) }

func filter(p *panel.Panel, e formula.Expr, stop func() error) ([]bool, error) {
	r, err := evaluated(p, e, "", stop)
	if err != nil {
		return nil, err
	}
	if r.Text != nil {
		return nil, &Error{e.Span(), fmt.Errorf("%q is text and no condition; compare it, as in %s == %q", r.Text.Name, formula.Quote(r.Text.Name), "…")}
	}
	keep := make([]bool, len(r.Values))
	for i, x := range r.Values {
		keep[i] = x != 0 && x == x
	}
	return keep, nil
}

// value is a number, a column, a text variable or a text literal.
type value struct {
	num    []float64 // a column; of length 1 and scalar set for a number
	scalar bool
	text   *panel.Variable
	word   string
	isWord bool
}

type evaluator struct {
	p     *panel.Panel
	by    *panel.Factor
	notes []string
	stop  func() error
}

func number(x float64) value { return value{num: []float64{x}, scalar: true} }

func (ev *evaluator) fail(e formula.Expr, format string, args ...any) error {
	return &Error{e.Span(), fmt.Errorf(format, args...)}
}

// spread repeats a number over all rows.
func (ev *evaluator) spread(v value) []float64 {
	if !v.scalar {
		return v.num
	}
	out := make([]float64, ev.p.Rows())
	for i := range out {
		out[i] = v.num[0]
	}
	return out
}

func (ev *evaluator) eval(e formula.Expr) (value, error) {
	if ev.stop != nil {
		if err := ev.stop(); err != nil {
			return value{}, err
		}
	}
	switch e := e.(type) {
	case *formula.Number:
		return number(e.Value), nil
	case *formula.Text:
		return value{word: e.Value, isWord: true}, nil
	case *formula.Name:
		v, err := ev.p.Variable(e.Name)
		if err != nil {
			return value{}, &Error{e.At, err}
		}
		if v.Kind == panel.Text {
			return value{text: v}, nil
		}
		return value{num: v.Values}, nil
	case *formula.Unary:
		x, err := ev.numeric(e.X)
		if err != nil {
			return value{}, err
		}
		if e.Op == "!" {
			return ev.map1(x, func(a float64) float64 { return truth(a == 0, a, a) }), nil
		}
		return ev.map1(x, func(a float64) float64 { return -a }), nil
	case *formula.Binary:
		return ev.binary(e)
	case *formula.Call:
		f, ok := functions[e.Func]
		if !ok {
			return value{}, ev.fail(e, "no function %q%s", e.Func, suggest.Phrase(e.Func, FunctionNames()))
		}
		if n := len(e.Args); n < f.min || n > f.max {
			return value{}, ev.fail(e, "%s takes %s, not %d; its form is %s", e.Func, arity(f.min, f.max), n, f.form)
		}
		return f.eval(ev, e)
	}
	return value{}, ev.fail(e, "%s can't be evaluated", e)
}

func arity(lo, hi int) string {
	s := fmt.Sprint(lo)
	if hi > lo {
		s = fmt.Sprintf("%d to %d", lo, hi)
		if hi > 100 {
			s = fmt.Sprintf("at least %d", lo)
		}
	}
	if s == "1" {
		return "1 argument"
	}
	return s + " arguments"
}

// numeric evaluates e and refuses text.
func (ev *evaluator) numeric(e formula.Expr) (value, error) {
	v, err := ev.eval(e)
	if err != nil {
		return v, err
	}
	if v.text != nil {
		return v, &Error{e.Span(), &panel.NotNumeric{Variable: v.text}}
	}
	if v.isWord {
		return v, ev.fail(e, "the text %s stands where a number is needed", e)
	}
	return v, nil
}

func (ev *evaluator) map1(x value, f func(float64) float64) value {
	out := make([]float64, len(x.num))
	for i, a := range x.num {
		out[i] = f(a)
	}
	return value{num: out, scalar: x.scalar}
}

func (ev *evaluator) map2(x, y value, f func(a, b float64) float64) value {
	if x.scalar && y.scalar {
		return number(f(x.num[0], y.num[0]))
	}
	out := make([]float64, ev.p.Rows())
	for i := range out {
		a, b := x.num[0], y.num[0]
		if !x.scalar {
			a = x.num[i]
		}
		if !y.scalar {
			b = y.num[i]
		}
		out[i] = f(a, b)
	}
	return value{num: out}
}

// truth is 1 or 0, or missing if an operand is.
func truth(b bool, x, y float64) float64 {
	switch {
	case x != x || y != y:
		return math.NaN()
	case b:
		return 1
	}
	return 0
}

func (ev *evaluator) binary(e *formula.Binary) (value, error) {
	x, err := ev.eval(e.X)
	if err != nil {
		return value{}, err
	}
	y, err := ev.eval(e.Y)
	if err != nil {
		return value{}, err
	}
	if x.text != nil || x.isWord || y.text != nil || y.isWord {
		return ev.compareText(e, x, y)
	}
	op, ok := arithmetic[e.Op]
	if !ok {
		return value{}, ev.fail(e, "the range %s has no place here", e)
	}
	return ev.map2(x, y, op), nil
}

var arithmetic = map[string]func(a, b float64) float64{
	"+":  func(a, b float64) float64 { return a + b },
	"-":  func(a, b float64) float64 { return a - b },
	"*":  func(a, b float64) float64 { return a * b },
	"/":  func(a, b float64) float64 { return a / b },
	"^":  power,
	"==": func(a, b float64) float64 { return truth(a == b, a, b) },
	"!=": func(a, b float64) float64 { return truth(a != b, a, b) },
	"<":  func(a, b float64) float64 { return truth(a < b, a, b) },
	"<=": func(a, b float64) float64 { return truth(a <= b, a, b) },
	">":  func(a, b float64) float64 { return truth(a > b, a, b) },
	">=": func(a, b float64) float64 { return truth(a >= b, a, b) },
	"&":  func(a, b float64) float64 { return truth(a != 0 && b != 0, a, b) },
	"|":  func(a, b float64) float64 { return truth(a != 0 || b != 0, a, b) },
}

// power is a^b where a missing operand gives missing (math.Pow(NaN, 0) is 1).
func power(a, b float64) float64 {
	if a != a || b != b {
		return math.NaN()
	}
	if b == 2 {
		return a * a
	}
	return math.Pow(a, b)
}

// compareText compares text variables and literals by == and !=.
func (ev *evaluator) compareText(e *formula.Binary, x, y value) (value, error) {
	if e.Op != "==" && e.Op != "!=" {
		for _, side := range []struct {
			e formula.Expr
			v value
		}{{e.X, x}, {e.Y, y}} {
			if side.v.text != nil {
				return value{}, &Error{side.e.Span(), &panel.NotNumeric{Variable: side.v.text}}
			}
		}
		return value{}, ev.fail(e, "text is compared by == and != only")
	}
	read := func(side formula.Expr, v value) (func(i int) (string, bool), error) {
		switch {
		case v.isWord:
			return func(int) (string, bool) { return v.word, true }, nil
		case v.text != nil:
			return func(i int) (string, bool) {
				if c := v.text.Codes[i]; c >= 0 {
					return v.text.Levels[c], true
				}
				return "", false
			}, nil
		}
		return nil, ev.fail(side, "%s is a number and is compared with a text", side)
	}
	a, err := read(e.X, x)
	if err != nil {
		return value{}, err
	}
	b, err := read(e.Y, y)
	if err != nil {
		return value{}, err
	}
	if x.isWord && y.isWord {
		return number(truth((x.word == y.word) == (e.Op == "=="), 0, 0)), nil
	}
	for _, side := range []struct {
		word value
		text value
		at   formula.Expr
	}{{x, y, e.X}, {y, x, e.Y}} {
		if side.word.isWord && side.text.text != nil && !slices.Contains(side.text.text.Levels, side.word.word) {
			ev.notes = append(ev.notes, fmt.Sprintf("no row of %s is %q%s", side.text.text.Name, side.word.word,
				suggest.Phrase(side.word.word, side.text.text.Levels)))
		}
	}
	out := make([]float64, ev.p.Rows())
	for i := range out {
		s, ok := a(i)
		t, ok2 := b(i)
		out[i] = math.NaN()
		if ok && ok2 {
			out[i] = truth((s == t) == (e.Op == "=="), 0, 0)
		}
	}
	return value{num: out}, nil
}
