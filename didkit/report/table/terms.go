package table

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
	"github.com/seed2d25c7c2/didnb/didkit/suggest"
)

// intercept is how regress names the constant of a regression without fixed effects.
const intercept = "(Intercept)"

// mergeTerms lists the terms of all fits in one order, constants left out; see wording.MergeTerms.
func mergeTerms(fits []*regress.Fit) []string {
	lists := make([][]string, len(fits))
	for i, f := range fits {
		for _, c := range f.Coef {
			if c.Term != intercept {
				lists[i] = append(lists[i], c.Term)
			}
		}
	}
	return wording.MergeTerms(lists...)
}

// UnknownTerm is a term asked for that no regression of the table has.
type UnknownTerm struct {
	Term  string
	Terms []string // those there are
}

func (e *UnknownTerm) Error() string {
	return fmt.Sprintf("no regression of the table has a term %q%s", e.Term, suggest.Phrase(e.Term, e.Terms))
}

// chosen applies Keep, Drop and Controls to the terms. A pattern that fits none is an *UnknownTerm.
func (o Options) chosen(terms []string) (shown, controls []string, err error) {
	for _, list := range [][]string{o.Keep, o.Drop, o.Controls} {
		for _, pattern := range list {
			if !slices.ContainsFunc(terms, func(t string) bool { return fits(pattern, t) }) {
				return nil, nil, &UnknownTerm{pattern, terms}
			}
		}
	}
	in := func(list []string, term string) bool {
		return slices.ContainsFunc(list, func(pattern string) bool { return fits(pattern, term) })
	}
	for _, t := range terms {
		switch {
		case in(o.Controls, t):
			controls = append(controls, t)
		case len(o.Keep) > 0 && !in(o.Keep, t) || in(o.Drop, t):
		default:
			shown = append(shown, t)
		}
	}
	return shown, controls, nil
}

// fits tells whether a term is of a pattern, in which * stands for any letters, none included. A term equal to the
// pattern always fits, so that x*y names the term that is written so.
func fits(pattern, term string) bool {
	if pattern == term {
		return true
	}
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return false
	}
	if !strings.HasPrefix(term, parts[0]) {
		return false
	}
	rest := term[len(parts[0]):]
	last := parts[len(parts)-1]
	for _, p := range parts[1 : len(parts)-1] {
		i := strings.Index(rest, p)
		if i < 0 {
			return false
		}
		rest = rest[i+len(p):]
	}
	return strings.HasSuffix(rest, last)
}
