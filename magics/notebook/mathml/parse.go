package mathml

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// parser is a recursive descent over the TeX; each method leaves at behind what it read.
type parser struct {
	src     string
	at      int
	depth   int
	display bool
	tag     string
}

// deepest nesting of groups that an equation may have; a page's author stays far below it.
const deepest = 100

func endOfInput(t token) bool { return t.kind == endToken }

// list reads nodes until a token at which stop holds, which is not consumed.
func (p *parser) list(stop func(token) bool) ([]*node, error) {
	if p.depth++; p.depth > deepest {
		return nil, &Error{Reason: "groups are nested too deeply", At: p.at}
	}
	defer func() { p.depth-- }()
	var out []*node
	for {
		t := p.peek()
		if stop(t) {
			return out, nil
		}
		switch {
		case t.kind == endToken:
			return nil, &Error{Reason: "a brace, \\left or \\begin is not closed", At: t.at}
		case t.is("}"):
			return nil, &Error{Reason: "a brace is closed that was not opened", At: t.at}
		case t.command("displaystyle") || t.command("textstyle"):
			p.next()
			rest, err := p.list(stop)
			if err != nil {
				return nil, err
			}
			style := elem("mstyle", rest...).with(`displaystyle="` + map[bool]string{true: "true", false: "false"}[t.text == "displaystyle"] + `"`)
			return append(out, style), nil
		}
		n, err := p.scripted()
		if err != nil {
			return nil, err
		}
		if n == nil {
			continue
		}
		if isSign(n) && (len(out) == 0 || opensOperand(out[len(out)-1])) {
			n = n.with(`form="prefix"`) // k = −1: the minus belongs to the 1, which its place alone does not tell
		}
		out = append(out, n)
		if n.fn && p.startsArgument() {
			out = append(out, leaf("mo", "\u2061")) // function application, which is read aloud
			if !p.startsFence() {
				out = append(out, space(spaces[","]))
			}
		}
	}
}

func (p *parser) startsArgument() bool {
	t := p.peek()
	return t.kind == commandToken && !isStructural(t.text) || t.kind == runeToken && !strings.Contains("}&=+-)],.;", t.text)
}

// startsFence tells whether a bracket follows, which needs no space before it.
func (p *parser) startsFence() bool {
	t := p.peek()
	if t.kind == runeToken {
		return t.text == "(" || t.text == "["
	}
	return t.text == "left" || t.text == "{" || sizes[strings.TrimSuffix(t.text, "l")] != ""
}

// isSign tells a plus or minus.
func isSign(n *node) bool {
	return n.name == "mo" && n.attrs == "" && strings.ContainsAny(n.text, "−+±∓") && len([]rune(n.text)) == 1
}

// opensOperand tells whether a sign behind n must be a prefix: behind a relation, another sign, a comma or an open bracket.
func opensOperand(n *node) bool {
	switch {
	case n.name == "mspace":
		return false
	case n.name != "mo":
		return n.fn
	}
	return !slices.Contains([]string{")", "]", "}", "|", "‖", "⟩", "⌋", "⌉", "!", "′", "%", "…"}, n.text)
}

func isStructural(command string) bool {
	_, op := operators[command]
	_, space := spaces[command]
	return op || space || slices.Contains([]string{"right", "middle", "end", `\`}, command)
}

// scripted reads an atom with its sub- and superscripts and primes. It returns nil for what leaves no mark.
func (p *parser) scripted() (*node, error) {
	var base *node
	var err error
	if t := p.peek(); t.is("^") || t.is("_") || t.is("'") {
		base = elem("mrow") // scripts of nothing: {}^2
	} else if base, err = p.atom(); err != nil {
		return nil, err
	}
	if base == nil {
		return nil, nil
	}
	var sub, sup *node
	primes := ""
	for {
		t := p.peek()
		switch {
		case t.command("limits") || t.command("nolimits"):
			p.next()
			base.limits, base.movable = t.text == "limits", false
		case t.is("'"):
			p.next()
			primes += "′"
		case t.is("_"), t.is("^"):
			p.next()
			if t.is("_") && sub != nil || t.is("^") && sup != nil {
				return nil, &Error{Reason: "a second " + map[string]string{"_": "subscript", "^": "superscript"}[t.text] + " follows; use braces", At: t.at}
			}
			arg, err := p.argument("a script")
			if err != nil {
				return nil, err
			}
			if t.is("_") {
				sub = arg
			} else {
				sup = arg
			}
		default:
			if primes != "" {
				prime := leaf("mo", primes)
				if sup == nil {
					sup = prime
				} else {
					sup = row([]*node{prime, sup})
				}
			}
			return attach(base, sub, sup), nil
		}
	}
}

func attach(base, sub, sup *node) *node {
	names := [3]string{"msub", "msup", "msubsup"}
	if base.limits {
		names = [3]string{"munder", "mover", "munderover"}
		if base.movable && base.name == "mo" {
			base.attrs += ` movablelimits="true"`
		}
	}
	if (sub != nil || sup != nil) && base.name == "mo" && strings.Contains(base.attrs, `stretchy="true"`) {
		base = elem("mpadded", base) // browsers lose the sign's place when it stretches as the base of a script
	}
	n := base
	switch {
	case sub != nil && sup != nil:
		n = elem(names[2], base, sub, sup)
	case sub != nil:
		n = elem(names[0], base, sub)
	case sup != nil:
		n = elem(names[1], base, sup)
	}
	if n != base {
		n.fn = base.fn
	}
	return n
}

// argument reads a command's argument: a group, or one atom.
func (p *parser) argument(of string) (*node, error) {
	t := p.peek()
	switch {
	case t.kind == endToken, t.is("}"), t.is("^"), t.is("_"), t.is("&"):
		return nil, &Error{Reason: of + " lacks what it is to hold", At: t.at}
	case t.kind == runeToken && t.text >= "0" && t.text <= "9":
		p.next() // one digit: x^12 is x¹2
		return leaf("mn", t.text), nil
	}
	n, err := p.atom()
	if err == nil && n == nil {
		n = elem("mrow")
	}
	return n, err
}

// group reads {…}, the opening brace consumed already.
func (p *parser) group() (*node, error) {
	kids, err := p.list(func(t token) bool { return t.is("}") })
	if err != nil {
		return nil, err
	}
	p.next()
	return row(kids), nil
}

// atom reads one thing without scripts.
func (p *parser) atom() (*node, error) {
	t := p.next()
	if t.kind == commandToken {
		return p.command(t)
	}
	r, _ := utf8.DecodeRuneInString(t.text)
	switch {
	case t.is("{"):
		return p.group()
	case t.is("&"):
		return nil, &Error{Reason: "& stands outside a table; write \\& for the sign", At: t.at}
	case t.is("~"):
		return space("0.25em"), nil
	case unicode.IsDigit(r) || r == '.' && p.digitFollows():
		return p.number(t), nil
	case isWordRune(r):
		end := p.at
		for end < len(p.src) {
			r, size := utf8.DecodeRuneInString(p.src[end:])
			if !isWordRune(r) {
				break
			}
			end += size
		}
		p.at = end
		return leaf("mtext", p.src[t.at:end]), nil
	case unicode.IsLetter(r):
		return leaf("mi", t.text), nil
	}
	return sign(t.text), nil
}

// sign is a character that is neither letter nor digit.
func sign(s string) *node {
	switch s {
	case "-":
		return leaf("mo", "−")
	case "*":
		return leaf("mo", "∗")
	case "(", ")", "[", "]", "|", "/":
		return leaf("mo", s).with(`stretchy="false"`)
	}
	return leaf("mo", s)
}

func (p *parser) digitFollows() bool {
	return p.at < len(p.src) && '0' <= p.src[p.at] && p.src[p.at] <= '9'
}

// number reads digits with a point, and with commas before three digits: 5,364.
func (p *parser) number(t token) *node {
	digits := func(from int) int {
		for from < len(p.src) && '0' <= p.src[from] && p.src[from] <= '9' {
			from++
		}
		return from
	}
	end := digits(p.at)
	for end < len(p.src) && p.src[end] == ',' && digits(end+1) == end+4 {
		end += 4
	}
	if end < len(p.src) && p.src[end] == '.' && digits(end+1) > end+1 {
		end = digits(end + 1)
	}
	p.at = end
	return leaf("mn", p.src[t.at:end])
}

func space(width string) *node { return elem("mspace").with(`width="` + width + `"`) }
