package mathml

import (
	"slices"
	"strings"
)

// command reads what follows a command's name.
func (p *parser) command(t token) (*node, error) {
	name := t.text
	if c, ok := identifiers[name]; ok {
		return leaf("mi", c), nil
	}
	if c, ok := uprights[name]; ok {
		return upright(c), nil
	}
	if c, ok := fences[name]; ok {
		return leaf("mo", c).with(`stretchy="false"`), nil
	}
	if c, ok := operators[name]; ok {
		return leaf("mo", c), nil
	}
	if c, ok := largeOperators[name]; ok {
		n := leaf("mo", c)
		n.limits = !strings.HasSuffix(name, "int")
		n.movable = n.limits
		return n, nil
	}
	if slices.Contains(functions, name) {
		n := leaf("mi", name)
		n.fn = true
		return n, nil
	}
	if c, ok := limitFunctions[name]; ok {
		n := leaf("mi", c)
		n.fn, n.limits = true, p.display
		return n, nil
	}
	if w, ok := spaces[name]; ok {
		return space(w), nil
	}
	if c, ok := literal[name]; ok {
		return leaf("mo", c), nil
	}
	if a, ok := accents[name]; ok {
		return p.accent(t, a.sign, a.wide)
	}
	if size, ok := sizes[strings.TrimRight(name, "lrm")]; ok {
		return p.big(t, size)
	}
	return p.construct(t)
}

// construct reads the commands with a form of their own.
func (p *parser) construct(t token) (*node, error) {
	switch name := t.text; name {
	case "frac", "dfrac", "tfrac", "binom":
		return p.fraction(name)
	case "sqrt":
		return p.root()
	case "text", "textrm", "textit", "textbf", "mbox":
		s, err := p.raw(name)
		return leaf("mtext", nonBreaking(s)), err
	case "mathrm", "operatorname":
		return p.name(name)
	case "mathbf", "boldsymbol", "bm", "mathcal", "mathscr", "mathbb", "mathsf", "mathit":
		return p.lettering(name)
	case "left":
		return p.fenced(t)
	case "begin":
		return p.environment(t)
	case "underline":
		arg, err := p.argument(`\underline`)
		return ruled(arg, "bottom"), err
	case "underbrace":
		arg, err := p.argument(`\underbrace`)
		n := elem("munder", arg, leaf("mo", "⏟").with(`stretchy="true"`))
		n.limits = true
		return n, err
	case "overset", "stackrel", "underset":
		over, err := p.argument(`\` + name)
		if err != nil {
			return nil, err
		}
		base, err := p.argument(`\` + name)
		return elem(map[bool]string{true: "munder", false: "mover"}[name == "underset"], base, over), err
	case "substack":
		if b := p.next(); !b.is("{") {
			return nil, &Error{Reason: `\substack needs a group in braces`, At: b.at}
		}
		return p.table(table{}, func(t token) bool { return t.is("}") })
	case "phantom":
		arg, err := p.argument(`\phantom`)
		return elem("mphantom", arg), err
	case "not":
		arg, err := p.argument(`\not`)
		if err == nil && arg.name == "mo" {
			arg.text += "\u0338" // combining long solidus
		}
		return arg, err
	case "tag":
		s, err := p.raw(name)
		p.tag = s
		return nil, err
	case "label":
		_, err := p.raw(name)
		return nil, err
	case "nonumber", "notag":
		return nil, nil
	case `\`:
		return nil, &Error{Reason: `\\ breaks a line outside a table; use \begin{aligned}`, At: t.at}
	case "right", "middle", "end":
		return nil, &Error{Reason: `\` + name + " stands without its beginning", At: t.at}
	case "":
		return nil, &Error{Reason: "a backslash ends the equation", At: t.at}
	}
	return nil, unknownCommand(t.text, t.at)
}

// upright is a name or letter that is not slanted.
func upright(s string) *node {
	n := leaf("mi", s)
	if len([]rune(s)) == 1 {
		n.attrs = ` mathvariant="normal"` // Core slants a single letter otherwise
	}
	return n
}

func nonBreaking(s string) string {
	trimmed := strings.TrimLeft(s, " ")
	lead := strings.Repeat("\u00a0", len(s)-len(trimmed))
	end := strings.TrimRight(trimmed, " ")
	return lead + end + strings.Repeat("\u00a0", len(trimmed)-len(end))
}

func (p *parser) fraction(name string) (*node, error) {
	over, err := p.argument(`\` + name)
	if err != nil {
		return nil, err
	}
	under, err := p.argument(`\` + name)
	if err != nil {
		return nil, err
	}
	f := elem("mfrac", over, under)
	switch name {
	case "dfrac":
		return elem("mstyle", f).with(`displaystyle="true"`), nil
	case "tfrac":
		return elem("mstyle", f).with(`displaystyle="false"`), nil
	case "binom":
		f.attrs = ` linethickness="0"`
		return elem("mrow", leaf("mo", "("), f, leaf("mo", ")")), nil
	}
	return f, nil
}

func (p *parser) root() (*node, error) {
	var index *node
	if p.peek().is("[") {
		p.next()
		kids, err := p.list(func(t token) bool { return t.is("]") })
		if err != nil {
			return nil, err
		}
		p.next()
		index = row(kids)
	}
	arg, err := p.argument(`\sqrt`)
	if err != nil {
		return nil, err
	}
	if index != nil {
		return elem("mroot", arg, index), nil
	}
	return elem("msqrt", arg), nil
}

// name reads \mathrm{DIA} or \operatorname*{arg\,max}: one upright identifier, which is read aloud as one word.
func (p *parser) name(command string) (*node, error) {
	star := command == "operatorname" && p.peek().is("*")
	if star {
		p.next()
	}
	if command == "mathrm" && !p.peek().is("{") {
		arg, err := p.argument(`\mathrm`)
		if err == nil && arg.name == "mi" {
			arg.attrs = ` mathvariant="normal"`
		}
		return arg, err
	}
	s, err := p.raw(command)
	if err != nil {
		return nil, err
	}
	s = strings.NewReplacer(`\,`, "\u2009", `\ `, " ", `\;`, " ", `\!`, "", `~`, "\u00a0").Replace(s)
	n := upright(s)
	if command == "operatorname" {
		n.fn, n.limits = true, star && p.display
	}
	return n, nil
}

// lettering reads \mathbf{x} and its kin.
func (p *parser) lettering(name string) (*node, error) {
	arg, err := p.argument(`\` + name)
	if err != nil {
		return nil, err
	}
	a := map[string]alphabet{"mathbf": boldAlphabet, "boldsymbol": boldItalic, "bm": boldItalic, "mathcal": scriptAlphabet,
		"mathscr": scriptAlphabet, "mathbb": doubleStruck, "mathsf": sansSerif}
	if letters, ok := a[name]; ok {
		arg.letter(letters)
	}
	return arg, nil
}

func (n *node) letter(a alphabet) {
	if n.name == "mi" || n.name == "mn" {
		n.text = a.apply(n.text)
	}
	for _, k := range n.kids {
		k.letter(a)
	}
}

func (p *parser) accent(t token, accent string, wide bool) (*node, error) {
	arg, err := p.argument(`\` + t.text)
	if err != nil {
		return nil, err
	}
	if t.text == "overline" {
		return ruled(arg, "top"), nil
	}
	stretchy := `stretchy="false"`
	if wide {
		stretchy = `stretchy="true"`
	}
	n := elem("mover", arg, leaf("mo", accent).with(stretchy)).with(`accent="true"`)
	n.limits = t.text == "overbrace"
	return n, nil
}

// ruled draws a rule over or under an expression. No browser stretches a bar sign as far as the expression reaches.
func ruled(n *node, side string) *node {
	return elem("mrow", n).with(`style="border-` + side + `:0.06em solid;padding-` + side + `:0.12em"`)
}

// big reads \Bigl( and its kin: a fence of a fixed size.
func (p *parser) big(t token, size string) (*node, error) {
	sign, err := p.fence(`\` + t.text)
	if err != nil {
		return nil, err
	}
	n := leaf("mo", sign).with(`stretchy="true" symmetric="true" minsize="` + size + `" maxsize="` + size + `"`)
	if size == sizes["big"] { // so small a step needs no other sign, only a larger one
		n = leaf("mo", sign).with(`stretchy="false" mathsize="` + size + `"`)
	}
	switch {
	case strings.HasSuffix(t.text, "l"):
		n.with(`form="prefix"`)
	case strings.HasSuffix(t.text, "r"):
		n.with(`form="postfix"`)
	}
	return n, nil
}

// fence reads the sign behind \left, \right or \big; "." is none.
func (p *parser) fence(of string) (string, error) {
	t := p.next()
	switch {
	case t.kind == endToken:
		return "", &Error{Reason: of + " needs a bracket", At: t.at}
	case t.is("."):
		return "", nil
	case t.is("<"):
		return "⟨", nil
	case t.is(">"):
		return "⟩", nil
	case t.kind == runeToken && strings.Contains("()[]|/", t.text):
		return t.text, nil
	case t.kind == commandToken && fences[t.text] != "":
		return fences[t.text], nil
	}
	return "", &Error{Reason: of + " is followed by no bracket", At: t.at}
}

// fenced reads \left( … \right).
func (p *parser) fenced(t token) (*node, error) {
	open, err := p.fence(`\left`)
	if err != nil {
		return nil, err
	}
	stretched := func(sign, form string) *node {
		return leaf("mo", sign).with(`fence="true" stretchy="true" form="` + form + `"`)
	}
	kids := []*node{stretched(open, "prefix")}
	for {
		part, err := p.list(func(t token) bool { return t.command("right") || t.command("middle") })
		if err != nil {
			return nil, err
		}
		kids = append(kids, part...)
		end := p.next()
		sign, err := p.fence(`\` + end.text)
		if err != nil {
			return nil, err
		}
		if end.text == "right" {
			return elem("mrow", append(kids, stretched(sign, "postfix"))...), nil
		}
		kids = append(kids, stretched(sign, "infix"))
	}
}
