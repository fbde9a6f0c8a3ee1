package formula

import (
	"fmt"
	"slices"
	"strings"
)

// Term is one regressor before data: an interaction of one or more factors, each a variable, a transform or i(…).
type Term struct{ Factors []Expr }

// String joins the factors by colons, as coefficients are named.
func (t Term) String() string {
	parts := make([]string, len(t.Factors))
	for i, f := range t.Factors {
		parts[i] = f.String()
	}
	return strings.Join(parts, ":")
}

// Span is where the term stands.
func (t Term) Span() Span {
	return Span{t.Factors[0].Span().Start, t.Factors[len(t.Factors)-1].Span().End}
}

// FixedEffect is one absorbed effect: a variable or several interacted by ^, with slopes for each level or none.
type FixedEffect struct {
	Vars       []Expr
	Slopes     []Expr // city[x, z]
	SlopesOnly bool   // city[[x]]: no intercepts
	At         Span
}

// Name is the effect without its slopes: city^year.
func (f FixedEffect) Name() string {
	parts := make([]string, len(f.Vars))
	for i, v := range f.Vars {
		parts[i] = v.String()
	}
	return strings.Join(parts, "^")
}

// String is the effect as written.
func (f FixedEffect) String() string {
	if len(f.Slopes) == 0 {
		return f.Name()
	}
	parts := make([]string, len(f.Slopes))
	for i, s := range f.Slopes {
		parts[i] = s.String()
	}
	open, end := "[", "]"
	if f.SlopesOnly {
		open, end = "[[", "]]"
	}
	return f.Name() + open + strings.Join(parts, ", ") + end
}

// Formula is one regression: a single outcome, a list of terms, fixed effects.
type Formula struct {
	Outcome     Expr
	Terms       []Term
	Effects     []FixedEffect
	NoIntercept bool // "- 1" or "0"; without meaning when effects are absorbed
}

// String writes the formula in canonical form.
func (f *Formula) String() string {
	var b strings.Builder
	if f.Outcome != nil {
		b.WriteString(f.Outcome.String() + " ")
	}
	b.WriteString("~ ")
	for i, t := range f.Terms {
		if i > 0 {
			b.WriteString(" + ")
		}
		b.WriteString(t.String())
	}
	switch {
	case f.NoIntercept && len(f.Effects) == 0 && len(f.Terms) > 0:
		b.WriteString(" - 1")
	case len(f.Terms) == 0:
		b.WriteString("1")
	}
	for i, e := range f.Effects {
		if i == 0 {
			b.WriteString(" | ")
		} else {
			b.WriteString(" + ")
		}
		b.WriteString(e.String())
	}
	return b.String()
}

// Has tells whether a term of that name stands in the formula.
func (f *Formula) Has(term string) bool {
	for _, t := range f.Terms {
		if t.String() == term {
			return true
		}
	}
	return false
}

// Names lists the variables that the formula reads, in order of appearance, each once.
func (f *Formula) Names() []string {
	var names []string
	seen := map[string]bool{}
	add := func(e Expr) {
		for _, n := range Names(e) {
			if !seen[n] {
				seen[n] = true
				names = append(names, n)
			}
		}
	}
	add(f.Outcome)
	for _, t := range f.Terms {
		for _, x := range t.Factors {
			add(x)
		}
	}
	for _, e := range f.Effects {
		for _, v := range e.Vars {
			add(v)
		}
		for _, s := range e.Slopes {
			add(s)
		}
	}
	return names
}

// Parse reads one regression; a formula that stands for several (c(y1, y2), sw, csw) is an error: use ParseAll.
func Parse(src string) (*Formula, error) {
	all, err := ParseAll(src)
	if err != nil {
		return nil, err
	}
	if len(all) != 1 {
		return nil, &SyntaxError{fmt.Sprintf("the formula stands for %d regressions, one is needed here", len(all)), Span{0, len([]rune(src))}}
	}
	return all[0], nil
}

// ParseAll reads a formula and expands several outcomes, c(y1, y2) ~ …, and stepwise sets, sw(a, b), csw(a, b) and
// their forms sw0, csw0 that begin with nothing, into single regressions: outcomes outermost, the last set innermost.
func ParseAll(src string) ([]*Formula, error) {
	toks, err := scan(src)
	if err != nil {
		return nil, err
	}
	p := &parser{toks: toks}
	outcomes, err := p.outcomes()
	if err != nil {
		return nil, err
	}
	if err := p.expect("~"); err != nil {
		return nil, err
	}
	terms, err := p.rightSide()
	if err != nil {
		return nil, err
	}
	effects := []effectSet{{}}
	if p.accept("|") {
		if effects, err = p.effects(); err != nil {
			return nil, err
		}
	}
	if p.is("|") {
		return nil, &SyntaxError{"instrumental variables are not part of this language; a formula has one bar, before the fixed effects", p.peek().span}
	}
	if p.peek().kind != tokEnd {
		return nil, p.unexpected("+, | or the end")
	}
	var all []*Formula
	for _, y := range outcomes {
		for _, t := range terms {
			for _, e := range effects {
				all = append(all, &Formula{Outcome: y, Terms: unique(t.terms), NoIntercept: t.noIntercept, Effects: e.list})
			}
		}
	}
	if len(all) > 1000 {
		return nil, &SyntaxError{fmt.Sprintf("the formula stands for %d regressions, at most 1000 are run", len(all)), Span{0, len([]rune(src))}}
	}
	return all, nil
}

// unique drops repeated terms, keeping the first of each (a:b and b:a are the same term), and puts main effects before
// interactions, as R orders the terms of a formula.
func unique(terms []Term) []Term {
	seen := map[string]bool{}
	out := terms[:0:0]
	for _, t := range terms {
		key := canonicalKey(t)
		if !seen[key] {
			seen[key] = true
			out = append(out, t)
		}
	}
	slices.SortStableFunc(out, func(a, b Term) int { return len(a.Factors) - len(b.Factors) })
	return out
}
