// Package mathml translates the TeX of equations into MathML, which browsers, screen readers and printers show without a
// script, so that an exported page needs nothing beside itself. It knows the TeX of a methods text: letters and symbols,
// scripts, fractions, roots, accents, fences, text, sums with limits, matrices, cases and aligned lines. A command it
// does not know is an error that names it, never half an equation.
//
// Only elements of MathML Core (W3C, 2022) are written; bold, script and double-struck letters are the characters that
// Unicode has for them, since Core drops mathvariant.
package mathml

import (
	"fmt"
	"html"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/suggest"
)

// Equation is a translated equation.
type Equation struct {
	MathML string // one <math> element
	Tag    string // of \tag{…}, without parentheses; "" if none. MathML Core has no place for it
}

// Error is what is wrong with an equation's TeX.
type Error struct {
	Reason  string // a clause
	At      int    // byte in the TeX where it shows
	Nearest []string
}

func (e *Error) Error() string {
	s := e.Reason
	if len(e.Nearest) > 0 {
		s += `; did you mean \` + strings.Join(e.Nearest, ` or \`) + "?"
	}
	return s
}

// Translate writes the TeX between dollars as MathML; display is for $$…$$. The error is an *Error.
func Translate(tex string, display bool) (Equation, error) {
	if at := strings.IndexFunc(tex, unfit); at >= 0 {
		return Equation{}, &Error{Reason: "the equation holds a character that is no text", At: at}
	}
	p := &parser{src: tex, display: display}
	kids, err := p.list(endOfInput)
	if err != nil {
		return Equation{}, err
	}
	var b strings.Builder
	b.WriteString("<math")
	if display {
		b.WriteString(` display="block"`)
	}
	fmt.Fprintf(&b, ` alttext="%s">`, html.EscapeString(strings.Join(strings.Fields(tex), " ")))
	row(kids).write(&b)
	b.WriteString("</math>")
	return Equation{MathML: b.String(), Tag: p.tag}, nil
}

// unfit tells characters that XML has no room for, among them the sign of broken UTF-8.
func unfit(r rune) bool {
	return r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == '\ufffd' || r == '\ufffe' || r == '\uffff'
}

// node is an element of MathML, or a run of them that needs no element (name "").
type node struct {
	name  string
	attrs string // ready to write: ` stretchy="false"`
	text  string // of mi, mn, mo, mtext
	kids  []*node

	limits  bool // scripts stand above and below in display style
	movable bool // … and beside in running text
	fn      bool // a function's name: an invisible application follows
}

func leaf(name, text string) *node { return &node{name: name, text: text} }

func elem(name string, kids ...*node) *node { return &node{name: name, kids: kids} }

func (n *node) with(attrs string) *node { n.attrs += " " + attrs; return n }

// row makes one element of many.
func row(kids []*node) *node {
	if len(kids) == 1 {
		return kids[0]
	}
	return &node{name: "mrow", kids: kids}
}

func (n *node) write(b *strings.Builder) {
	b.WriteString("<" + n.name + n.attrs + ">")
	b.WriteString(html.EscapeString(n.text))
	for _, k := range n.kids {
		k.write(b)
	}
	b.WriteString("</" + n.name + ">")
}

func unknownCommand(name string, at int) error {
	return &Error{Reason: `\` + name + " is not known", At: at, Nearest: suggest.Nearest(name, commandNames())}
}
