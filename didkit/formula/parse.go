package formula

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// termSet is one alternative of a right-hand side.
type termSet struct {
	terms       []Term
	noIntercept bool
}

// effectSet is one alternative of the fixed effects.
type effectSet struct{ list []FixedEffect }

const mostTerms = 5000

func (p *parser) outcomes() ([]Expr, error) {
	if p.is("~") {
		return nil, &SyntaxError{"the formula has no outcome before ~", p.peek().span}
	}
	y, err := p.or()
	if err != nil {
		return nil, err
	}
	if c, ok := y.(*Call); ok && c.Func == "c" {
		if len(c.Args) == 0 {
			return nil, &SyntaxError{"c() names no outcome", c.At}
		}
		var ys []Expr
		for _, a := range c.Args {
			ys = append(ys, a.Value)
		}
		return ys, nil
	}
	return []Expr{y}, nil
}

// rightSide parses terms joined by + and -, expanding stepwise sets into alternatives.
func (p *parser) rightSide() ([]termSet, error) {
	sets := []termSet{{}}
	minus := p.accept("-")
	if !minus {
		p.accept("+")
	}
	for {
		t := p.peek()
		alternatives, err := p.summand()
		if err != nil {
			return nil, err
		}
		if minus {
			if len(alternatives) != 1 || !alternatives[0].isOne() {
				return nil, &SyntaxError{"only the intercept can be taken out, by - 1", t.span}
			}
			for i := range sets {
				sets[i].noIntercept = true
			}
		} else if sets, err = join(sets, alternatives, t.span); err != nil {
			return nil, err
		}
		switch {
		case p.accept("+"):
			minus = false
		case p.accept("-"):
			minus = true
		default:
			return sets, nil
		}
	}
}

// join forms every combination of a set with an alternative.
func join(sets, alternatives []termSet, at Span) ([]termSet, error) {
	var out []termSet
	for _, s := range sets {
		for _, a := range alternatives {
			j := termSet{terms: slices.Clone(s.terms), noIntercept: s.noIntercept || a.noIntercept}
			for _, t := range a.terms {
				if !isOneTerm(t) {
					j.terms = append(j.terms, t)
				}
			}
			if len(j.terms) > mostTerms || len(out) > 1000 {
				return nil, &SyntaxError{"the formula has too many terms", at}
			}
			out = append(out, j)
		}
	}
	return out, nil
}

func isOneTerm(t Term) bool {
	n, ok := t.Factors[0].(*Number)
	return ok && len(t.Factors) == 1 && n.Value == 1
}

func (s termSet) isOne() bool { return len(s.terms) == 1 && isOneTerm(s.terms[0]) }

// summand parses one thing between + signs: a product of factors, or a stepwise set.
func (p *parser) summand() ([]termSet, error) {
	if t := p.peek(); t.kind == tokName && isStepwise(t.text) && p.toks[p.at+1].text == "(" && p.toks[p.at+1].kind == tokOp {
		return p.stepwise()
	}
	terms, zero, err := p.crossing()
	if err != nil {
		return nil, err
	}
	return []termSet{{terms: terms, noIntercept: zero}}, nil
}

func isStepwise(name string) bool {
	return name == "sw" || name == "csw" || name == "sw0" || name == "csw0"
}

// stepwise parses sw(…) and its kin into alternatives.
func (p *parser) stepwise() ([]termSet, error) {
	name := p.next()
	p.next() // (
	if err := p.enter(); err != nil {
		return nil, err
	}
	var out []termSet
	if strings.HasSuffix(name.text, "0") {
		out = append(out, termSet{})
	}
	var sum []Term
	for {
		sets, err := p.rightSide()
		if err != nil {
			return nil, err
		}
		if len(sets) != 1 {
			return nil, &SyntaxError{"a stepwise set can't stand inside another", name.span}
		}
		if strings.HasPrefix(name.text, "csw") {
			sum = append(sum, sets[0].terms...)
			out = append(out, termSet{terms: slices.Clone(sum)})
		} else {
			out = append(out, sets[0])
		}
		if !p.accept(",") {
			break
		}
	}
	p.depth--
	return out, p.expect(")")
}

// crossing parses factors joined by * and :, where : binds more tightly, as in R; zero tells that it was the literal 0.
func (p *parser) crossing() (terms []Term, zero bool, err error) {
	left, err := p.interaction()
	if err != nil {
		return nil, false, err
	}
	if len(left) == 1 && len(left[0].Factors) == 1 {
		if n, ok := left[0].Factors[0].(*Number); ok {
			switch {
			case p.is("*", ":"):
			case n.Value == 0:
				return nil, true, nil
			case n.Value == 1:
				return left, false, nil
			}
			return nil, false, &SyntaxError{"a number is no term; 1 is the intercept, 0 none", n.At}
		}
	}
	for p.accept("*") {
		right, err := p.interaction()
		if err != nil {
			return nil, false, err
		}
		both, err := interact(left, right)
		if err != nil {
			return nil, false, err
		}
		left = append(append(slices.Clone(left), right...), both...)
	}
	return left, false, nil
}

func (p *parser) interaction() ([]Term, error) {
	left, err := p.factor()
	for err == nil && p.accept(":") {
		var right []Term
		if right, err = p.factor(); err == nil {
			left, err = interact(left, right)
		}
	}
	return left, err
}

// interact is every product of a left and a right term.
func interact(left, right []Term) ([]Term, error) {
	var out []Term
	for _, a := range left {
		for _, b := range right {
			t := Term{}
			for _, f := range append(slices.Clone(a.Factors), b.Factors...) {
				if n, ok := f.(*Number); ok {
					return nil, &SyntaxError{"a number can't be interacted; write I(2*x) for arithmetic", n.At}
				}
				if !slices.ContainsFunc(t.Factors, func(g Expr) bool { return g.String() == f.String() }) {
					t.Factors = append(t.Factors, f)
				}
			}
			if out = append(out, t); len(out) > mostTerms {
				return nil, &SyntaxError{"the formula has too many terms", t.Span()}
			}
		}
	}
	return out, nil
}

// factor parses a variable, a call, a power of either, or a sum in parentheses.
func (p *parser) factor() ([]Term, error) {
	if p.is("(") {
		p.next()
		if err := p.enter(); err != nil {
			return nil, err
		}
		start := p.peek().span
		sets, err := p.rightSide()
		if err != nil {
			return nil, err
		}
		if len(sets) != 1 {
			return nil, &SyntaxError{"a stepwise set can't stand in parentheses", start}
		}
		p.depth--
		if err := p.expect(")"); err != nil {
			return nil, err
		}
		if len(sets[0].terms) == 0 {
			return nil, &SyntaxError{"the parentheses hold no variable", start}
		}
		return sets[0].terms, nil
	}
	x, err := p.primary()
	if err != nil {
		return nil, err
	}
	switch x := x.(type) {
	case *Text:
		return nil, &SyntaxError{fmt.Sprintf("the text %q is no term; a name with blanks stands in `backquotes`", x.Value), x.At}
	case *Call:
		if isStepwise(x.Func) {
			return nil, &SyntaxError{x.Func + " must stand between + signs", x.At}
		}
	}
	if p.is("/", "==", "<", ">", "!", "&", "<=", ">=", "!=") {
		return nil, &SyntaxError{fmt.Sprintf("arithmetic in a formula stands in I(…), as in I(x %s y)", p.peek().text), p.peek().span}
	}
	if p.accept("^") {
		y, err := p.power()
		if err != nil {
			return nil, err
		}
		if _, ok := y.(*Number); !ok {
			return nil, &SyntaxError{"an exponent is a number; interacted fixed effects, a^b, stand after the bar", y.Span()}
		}
		at := Span{x.Span().Start, y.Span().End}
		return []Term{{[]Expr{&Call{"I", []Arg{{"", &Binary{"^", x, y, at}}}, at}}}}, nil
	}
	return []Term{{[]Expr{x}}}, nil
}

// effects parses what stands after the bar.
func (p *parser) effects() ([]effectSet, error) {
	if t := p.peek(); t.kind == tokNumber && (t.num == 0 || t.num == 1) {
		p.next()
		return []effectSet{{}}, nil
	}
	sets := []effectSet{{}}
	for {
		var alternatives []effectSet
		if t := p.peek(); t.kind == tokName && isStepwise(t.text) && p.toks[p.at+1].text == "(" {
			p.next()
			p.next()
			if strings.HasSuffix(t.text, "0") {
				alternatives = append(alternatives, effectSet{})
			}
			var sum []FixedEffect
			for {
				var one []FixedEffect
				for {
					e, err := p.effect()
					if err != nil {
						return nil, err
					}
					if one = append(one, e); !p.accept("+") {
						break
					}
				}
				sum = append(sum, one...)
				if strings.HasPrefix(t.text, "csw") {
					one = slices.Clone(sum)
				}
				alternatives = append(alternatives, effectSet{one})
				if !p.accept(",") {
					break
				}
			}
			if err := p.expect(")"); err != nil {
				return nil, err
			}
		} else {
			e, err := p.effect()
			if err != nil {
				return nil, err
			}
			alternatives = []effectSet{{[]FixedEffect{e}}}
		}
		var joined []effectSet
		for _, s := range sets {
			for _, a := range alternatives {
				if joined = append(joined, effectSet{append(slices.Clone(s.list), a.list...)}); len(joined) > 1000 {
					return nil, &SyntaxError{"the formula stands for too many regressions", p.peek().span}
				}
			}
		}
		sets = joined
		if !p.accept("+") {
			return sets, nil
		}
	}
}

// effect parses name {^ name} [slopes].
func (p *parser) effect() (FixedEffect, error) {
	f := FixedEffect{}
	for {
		x, err := p.primary()
		if err != nil {
			return f, err
		}
		switch x := x.(type) {
		case *Name, *Call:
			f.Vars = append(f.Vars, x)
		default:
			return f, &SyntaxError{"a fixed effect is a variable", x.Span()}
		}
		if !p.accept("^") {
			break
		}
	}
	end := "]"
	switch {
	case p.accept("[["):
		f.SlopesOnly, end = true, "]]"
	case p.accept("["):
	case p.is(":", "*"):
		return f, &SyntaxError{"fixed effects are interacted by ^, as in city^year", p.peek().span}
	default:
		end = ""
	}
	if end != "" {
		for {
			x, err := p.or()
			if err != nil {
				return f, err
			}
			if f.Slopes = append(f.Slopes, x); !p.accept(",") {
				break
			}
		}
		if err := p.expect(end); err != nil {
			return f, err
		}
	}
	f.At = Span{f.Vars[0].Span().Start, p.toks[max(p.at-1, 0)].span.End}
	return f, nil
}

// canonicalKey is equal for terms that are the same product in another order.
func canonicalKey(t Term) string {
	parts := make([]string, len(t.Factors))
	for i, f := range t.Factors {
		parts[i] = f.String()
	}
	slices.Sort(parts)
	return strings.Join(parts, ":")
}

// Integers evaluates an argument that stands for whole numbers: 2, -1, 0:3, c(1, 3) or c(-1, -1000).
func Integers(e Expr) ([]int, error) {
	bad := func() ([]int, error) {
		return nil, &SyntaxError{fmt.Sprintf("%s is no whole number, range a:b or list c(a, b)", e), e.Span()}
	}
	one := func(x Expr) (int, bool) {
		n, ok := x.(*Number)
		if !ok || n.Value != math.Trunc(n.Value) || math.Abs(n.Value) > 1e6 {
			return 0, false
		}
		return int(n.Value), true
	}
	switch x := e.(type) {
	case *Number:
		if k, ok := one(x); ok {
			return []int{k}, nil
		}
	case *Binary:
		a, ok := one(x.X)
		b, ok2 := one(x.Y)
		if x.Op != ":" || !ok || !ok2 || b-a > 10000 || a-b > 10000 {
			return bad()
		}
		var out []int
		for k := a; k <= b; k++ {
			out = append(out, k)
		}
		for k := a; k >= b && b < a; k-- {
			out = append(out, k)
		}
		return out, nil
	case *Call:
		if x.Func != "c" {
			return bad()
		}
		var out []int
		for _, a := range x.Args {
			k, err := Integers(a.Value)
			if err != nil {
				return nil, err
			}
			out = append(out, k...)
		}
		return out, nil
	}
	return bad()
}
