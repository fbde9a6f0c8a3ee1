// Package formula turns text into syntax: fixest's formulas and the expressions of %gen and if=. It knows nothing of data.
package formula

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Span is a stretch of the source, in runes from 0, the end excluded.
type Span struct{ Start, End int }

// SyntaxError is a text that is no formula or expression: what is wrong, and where.
type SyntaxError struct {
	Message string
	Span    Span
}

func (e *SyntaxError) Error() string { return e.Message }

type kind uint8

const (
	tokEnd kind = iota
	tokName
	tokNumber
	tokString
	tokOp
)

type token struct {
	kind kind
	text string  // the name without backquotes, the string without quotes, the operator
	num  float64 // of a number
	span Span
}

var operators = []string{"[[", "]]", "<=", ">=", "==", "!=", "&&", "||", "<>",
	"~", "|", "+", "-", "*", "/", "^", ":", "(", ")", "[", "]", ",", "=", "<", ">", "&", "!"}

// longest is how many tokens an expression may have: what is made of them is a tree as deep as a sum is long, and those
// who walk it need stack for each level.
const longest = 100_000

// scan cuts the text into tokens, the last of which is tokEnd.
func scan(src string) ([]token, error) {
	var toks []token
	at, r := 0, 0 // byte and rune offset
	fail := func(n int, format string, args ...any) ([]token, error) {
		return nil, &SyntaxError{fmt.Sprintf(format, args...), Span{r, r + n}}
	}
	if !utf8.ValidString(src) {
		return nil, &SyntaxError{"the text is not valid UTF-8", Span{0, 0}}
	}
next:
	for at < len(src) {
		if len(toks) >= longest {
			return fail(1, "more than 100,000 names, numbers and signs stand in one expression; make it in steps")
		}
		c, size := utf8.DecodeRuneInString(src[at:])
		switch {
		case unicode.IsSpace(c) || c == '\u00a0' || c == '\u3000':
			at, r = at+size, r+1
			continue
		case c == '`' || c == '"' || c == '\'':
			end := strings.IndexRune(src[at+1:], c)
			if end < 0 {
				return fail(utf8.RuneCountInString(src[at:]), "the quote %c is not closed", c)
			}
			body := src[at+1 : at+1+end]
			n := utf8.RuneCountInString(body) + 2
			k := tokString
			if c == '`' {
				k = tokName
				if body == "" {
					return fail(2, "a name in backquotes is empty")
				}
			}
			toks = append(toks, token{kind: k, text: body, span: Span{r, r + n}})
			at, r = at+end+2, r+n
			continue
		case c >= '0' && c <= '9' || c == '.' && at+1 < len(src) && src[at+1] >= '0' && src[at+1] <= '9':
			n := numberLength(src[at:])
			x, err := strconv.ParseFloat(src[at:at+n], 64)
			if err != nil {
				return fail(n, "%q is not a number that can be represented", src[at:at+n])
			}
			if after, _ := utf8.DecodeRuneInString(src[at+n:]); nameRune(after) {
				word := src[at : at+n+nameLength(src[at+n:])]
				return fail(utf8.RuneCountInString(word), "%q is neither a number nor a name; put a name that starts with a digit in `backquotes`", word)
			}
			toks = append(toks, token{kind: tokNumber, text: src[at : at+n], num: x, span: Span{r, r + n}})
			at, r = at+n, r+n
			continue
		case nameRune(c):
			n := nameLength(src[at:])
			k := utf8.RuneCountInString(src[at : at+n])
			toks = append(toks, token{kind: tokName, text: src[at : at+n], span: Span{r, r + k}})
			at, r = at+n, r+k
			continue
		}
		for _, op := range operators {
			if strings.HasPrefix(src[at:], op) {
				text := op
				switch op {
				case "&&", "||":
					text = op[:1]
				case "<>":
					text = "!="
				}
				toks = append(toks, token{kind: tokOp, text: text, span: Span{r, r + len(op)}})
				at, r = at+len(op), r+len(op)
				continue next
			}
		}
		return fail(1, "unexpected character %q", c)
	}
	return append(toks, token{kind: tokEnd, span: Span{r, r}}), nil
}

func nameRune(c rune) bool {
	return c == '_' || c == '.' || unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.Is(unicode.M, c)
}

func nameLength(s string) int {
	for i, c := range s {
		if !nameRune(c) {
			return i
		}
	}
	return len(s)
}

// numberLength is the length of digits [. digits] [e [sign] digits] at the start of s.
func numberLength(s string) int {
	i := 0
	digits := func() {
		for i < len(s) && s[i] >= '0' && s[i] <= '9' {
			i++
		}
	}
	digits()
	if i < len(s) && s[i] == '.' {
		i++
		digits()
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		mark := i
		i++
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		from := i
		if digits(); i == from {
			i = mark
		}
	}
	return i
}

// Quote writes a name as the language needs it: bare where it can be, else in backquotes.
func Quote(name string) string {
	if name == "" || name[0] >= '0' && name[0] <= '9' || nameLength(name) < len(name) ||
		name[0] == '.' && len(name) > 1 && name[1] >= '0' && name[1] <= '9' {
		return "`" + name + "`"
	}
	return name
}
