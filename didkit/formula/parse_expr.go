package formula

import "fmt"

// ParseExpr parses an expression of %gen or if=.
//
//	or = and {"|" and}   and = not {"&" not}   not = "!" not | comparison
//	comparison = sum [op sum]   sum = product {("+"|"-") product}   product = power {("*"|"/") power}
//	power = ("-"|"+") power | primary ["^" power]   (so -2^2 is -4 and 2^-1 is 0.5)
func ParseExpr(src string) (Expr, error) {
	toks, err := scan(src)
	if err != nil {
		return nil, err
	}
	p := &parser{toks: toks}
	e, err := p.or()
	if err != nil {
		return nil, err
	}
	if t := p.peek(); t.kind != tokEnd {
		if t.text == "=" {
			return nil, &SyntaxError{`"=" does not compare; write == for equality`, t.span}
		}
		return nil, p.unexpected("an operator or the end")
	}
	return e, nil
}

const deepest = 200 // nested parentheses; more is a mistake, and recursion must end

type parser struct {
	toks  []token
	at    int
	depth int
}

func (p *parser) peek() token { return p.toks[p.at] }
func (p *parser) next() token { t := p.toks[p.at]; p.at = min(p.at+1, len(p.toks)-1); return t }
func (p *parser) is(ops ...string) bool {
	t := p.peek()
	for _, op := range ops {
		if t.kind == tokOp && t.text == op {
			return true
		}
	}
	return false
}
func (p *parser) accept(op string) bool {
	if p.is(op) {
		p.next()
		return true
	}
	return false
}
func (p *parser) expect(op string) error {
	if p.accept(op) {
		return nil
	}
	return p.unexpected(fmt.Sprintf("%q", op))
}
func (p *parser) unexpected(wanted string) error {
	t := p.peek()
	if t.kind == tokEnd {
		return &SyntaxError{fmt.Sprintf("it ends where %s is expected", wanted), t.span}
	}
	return &SyntaxError{fmt.Sprintf("%q stands where %s is expected", t.text, wanted), t.span}
}

func (p *parser) enter() error {
	if p.depth++; p.depth > deepest {
		return &SyntaxError{"parentheses are nested too deeply", p.peek().span}
	}
	return nil
}

// chain parses operands joined by left-associative operators.
func (p *parser) chain(operand func() (Expr, error), ops ...string) (Expr, error) {
	x, err := operand()
	for err == nil && p.is(ops...) {
		op := p.next().text
		var y Expr
		if y, err = operand(); err == nil {
			x = &Binary{op, x, y, Span{x.Span().Start, y.Span().End}}
		}
	}
	return x, err
}

func (p *parser) or() (Expr, error)  { return p.chain(p.and, "|") }
func (p *parser) and() (Expr, error) { return p.chain(p.not, "&") }

func (p *parser) not() (Expr, error) {
	if !p.is("!") {
		return p.comparison()
	}
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	t := p.next()
	x, err := p.not()
	if err != nil {
		return nil, err
	}
	return &Unary{"!", x, Span{t.span.Start, x.Span().End}}, nil
}

var comparisons = []string{"==", "!=", "<", "<=", ">", ">="}

func (p *parser) comparison() (Expr, error) {
	x, err := p.sum()
	if err != nil || !p.is(comparisons...) {
		return x, err
	}
	op := p.next().text
	y, err := p.sum()
	if err != nil {
		return nil, err
	}
	if p.is(comparisons...) {
		return nil, &SyntaxError{"comparisons can't be chained; join them by &", p.peek().span}
	}
	return &Binary{op, x, y, Span{x.Span().Start, y.Span().End}}, nil
}

func (p *parser) sum() (Expr, error)     { return p.chain(p.product, "+", "-") }
func (p *parser) product() (Expr, error) { return p.chain(p.power, "*", "/") }

func (p *parser) power() (Expr, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	if p.is("-", "+") {
		t := p.next()
		x, err := p.power()
		if err != nil {
			return nil, err
		}
		at := Span{t.span.Start, x.Span().End}
		if n, ok := x.(*Number); ok && n.Value >= 0 {
			if t.text == "-" {
				return &Number{-n.Value, at}, nil
			}
			return &Number{n.Value, at}, nil
		}
		if t.text == "+" {
			return x, nil
		}
		return &Unary{"-", x, at}, nil
	}
	x, err := p.primary()
	if err != nil || !p.accept("^") {
		return x, err
	}
	y, err := p.power()
	if err != nil {
		return nil, err
	}
	return &Binary{"^", x, y, Span{x.Span().Start, y.Span().End}}, nil
}

func (p *parser) primary() (Expr, error) {
	t := p.peek()
	switch {
	case t.kind == tokNumber:
		p.next()
		return &Number{t.num, t.span}, nil
	case t.kind == tokString:
		p.next()
		return &Text{t.text, t.span}, nil
	case t.kind == tokName:
		p.next()
		if p.is("(") {
			return p.call(t)
		}
		return &Name{t.text, t.span}, nil
	case p.is("("):
		p.next()
		if err := p.enter(); err != nil {
			return nil, err
		}
		x, err := p.or()
		if err != nil {
			return nil, err
		}
		p.depth--
		return x, p.expect(")")
	}
	return nil, p.unexpected("a variable, a number or a function")
}

// call parses the arguments after a function's name; an argument may be the range a:b.
func (p *parser) call(name token) (Expr, error) {
	p.next() // (
	if err := p.enter(); err != nil {
		return nil, err
	}
	c := &Call{Func: name.text}
	for !p.is(")") {
		if len(c.Args) > 0 {
			if err := p.expect(","); err != nil {
				return nil, err
			}
		}
		a := Arg{}
		if t := p.peek(); t.kind == tokName && p.toks[p.at+1].kind == tokOp && p.toks[p.at+1].text == "=" {
			a.Key = t.text
			p.next()
			p.next()
		}
		var err error
		if a.Value, err = p.chain(p.or, ":"); err != nil {
			return nil, err
		}
		c.Args = append(c.Args, a)
	}
	end := p.next()
	p.depth--
	c.At = Span{name.span.Start, end.span.End}
	return c, nil
}
