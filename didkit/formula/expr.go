package formula

import (
	"strconv"
	"strings"
)

// Expr is an arithmetic or logical expression. String writes it in the one canonical form that names terms.
type Expr interface {
	Span() Span
	String() string
}

type (
	// Number is a literal.
	Number struct {
		Value float64
		At    Span
	}
	// Text is a quoted literal.
	Text struct {
		Value string
		At    Span
	}
	// Name is a variable.
	Name struct {
		Name string
		At   Span
	}
	// Unary is -x, +x or !x.
	Unary struct {
		Op string
		X  Expr
		At Span
	}
	// Binary is x op y, op one of + - * / ^ == != < <= > >= & | and, inside a call only, the range a:b.
	Binary struct {
		Op   string
		X, Y Expr
		At   Span
	}
	// Call is f(a, b, key=c).
	Call struct {
		Func string
		Args []Arg
		At   Span
	}
	// Arg is an argument of a call; Key is "" for a positional one.
	Arg struct {
		Key   string
		Value Expr
	}
)

// Span is where the number stands in the text.
func (e *Number) Span() Span { return e.At }

// Span is where the text in quotes stands in the text.
func (e *Text) Span() Span { return e.At }

// Span is where the name stands in the text.
func (e *Name) Span() Span { return e.At }

// Span is where the operation stands in the text.
func (e *Unary) Span() Span { return e.At }

// Span is where the operation stands in the text.
func (e *Binary) Span() Span { return e.At }

// Span is where the call stands in the text.
func (e *Call) Span() Span { return e.At }

func (e *Number) String() string { return text(e) }
func (e *Text) String() string   { return text(e) }
func (e *Name) String() string   { return text(e) }
func (e *Unary) String() string  { return text(e) }
func (e *Binary) String() string { return text(e) }
func (e *Call) String() string   { return text(e) }

// text writes e into one buffer: a sum of many terms is as deep as it is long, and joining strings at each level would
// take time with the square of its length.
func text(e Expr) string {
	var b strings.Builder
	write(&b, e)
	return b.String()
}

func write(b *strings.Builder, e Expr) {
	switch e := e.(type) {
	case *Number:
		b.WriteString(strconv.FormatFloat(e.Value, 'g', -1, 64))
	case *Text:
		quote := byte('"')
		if strings.Contains(e.Value, `"`) {
			quote = '\''
		}
		b.WriteByte(quote)
		b.WriteString(e.Value)
		b.WriteByte(quote)
	case *Name:
		b.WriteString(Quote(e.Name))
	case *Unary:
		b.WriteString(e.Op)
		operand(b, e.X, 7)
	case *Call:
		b.WriteString(e.Func + "(")
		for i, a := range e.Args {
			if i > 0 {
				b.WriteString(", ")
			}
			if a.Key != "" {
				b.WriteString(a.Key + "=")
			}
			write(b, a.Value)
		}
		b.WriteByte(')')
	case *Binary:
		p := precedence[e.Op]
		left, right, op := p, p+1, " "+e.Op+" "
		switch e.Op {
		case "^": // right-associative
			left, right, op = p+1, p-1, e.Op
		case ":":
			op = e.Op
		}
		operand(b, e.X, left)
		b.WriteString(op)
		operand(b, e.Y, right)
	}
}

// operand writes x, in parentheses if it binds less tightly than least.
func operand(b *strings.Builder, x Expr, least int) {
	p := 9
	switch x := x.(type) {
	case *Binary:
		p = precedence[x.Op]
	case *Unary:
		p = 7
		if x.Op == "!" {
			p = 3
		}
	case *Number:
		if x.Value < 0 {
			p = 7
		}
	}
	if p < least {
		b.WriteByte('(')
		write(b, x)
		b.WriteByte(')')
		return
	}
	write(b, x)
}

var precedence = map[string]int{"|": 1, "&": 2, "==": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4,
	"+": 5, "-": 5, "*": 6, "/": 6, ":": 7, "^": 8}

// Arg returns the argument of that key, or else the positional one at place i; nil if there is none.
func (e *Call) Arg(key string, i int) Expr {
	at := 0
	for _, a := range e.Args {
		if a.Key != "" {
			if a.Key == key {
				return a.Value
			}
			continue
		}
		if at == i {
			return a.Value
		}
		at++
	}
	return nil
}

// Walk calls visit for e and every expression inside it, outermost first.
func Walk(e Expr, visit func(Expr)) {
	if e == nil {
		return
	}
	visit(e)
	switch e := e.(type) {
	case *Unary:
		Walk(e.X, visit)
	case *Binary:
		Walk(e.X, visit)
		Walk(e.Y, visit)
	case *Call:
		for _, a := range e.Args {
			Walk(a.Value, visit)
		}
	}
}

// Names lists the variables of an expression, in order of appearance, each once.
func Names(e Expr) []string {
	var names []string
	seen := map[string]bool{}
	Walk(e, func(x Expr) {
		if n, ok := x.(*Name); ok && !seen[n.Name] {
			seen[n.Name] = true
			names = append(names, n.Name)
		}
	})
	return names
}
