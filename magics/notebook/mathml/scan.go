package mathml

import (
	"unicode"
	"unicode/utf8"
)

// token is a command (\name, name without the backslash), a single rune, or the end of the input.
type token struct {
	kind tokenKind
	text string
	at   int
}

type tokenKind uint8

const (
	runeToken tokenKind = iota
	commandToken
	endToken
)

func (t token) is(text string) bool      { return t.kind == runeToken && t.text == text }
func (t token) command(name string) bool { return t.kind == commandToken && t.text == name }

// next reads a token, over blanks and % comments.
func (p *parser) next() token {
	for p.at < len(p.src) {
		switch c := p.src[p.at]; {
		case c == '%':
			for p.at < len(p.src) && p.src[p.at] != '\n' {
				p.at++
			}
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			p.at++
		default:
			return p.scan()
		}
	}
	return token{kind: endToken, at: p.at}
}

func (p *parser) scan() token {
	start := p.at
	r, size := utf8.DecodeRuneInString(p.src[p.at:])
	p.at += size
	if r != '\\' {
		return token{runeToken, p.src[start:p.at], start}
	}
	name := p.at
	for p.at < len(p.src) && isASCIILetter(p.src[p.at]) {
		p.at++
	}
	if p.at == name && p.at < len(p.src) { // \, \{ \\ …
		_, size := utf8.DecodeRuneInString(p.src[p.at:])
		p.at += size
	}
	return token{commandToken, p.src[name:p.at], start}
}

func (p *parser) peek() token {
	at := p.at
	t := p.next()
	p.at = at
	return t
}

// raw reads a group {…} as text, braces inside it kept and backslashes before braces, %, & and _ taken off.
func (p *parser) raw(command string) (string, error) {
	if t := p.next(); !t.is("{") {
		return "", &Error{Reason: `\` + command + " needs a group in braces", At: t.at}
	}
	start, depth := p.at, 1
	var text []byte
	for ; p.at < len(p.src); p.at++ {
		switch c := p.src[p.at]; {
		case c == '\\' && p.at+1 < len(p.src) && isEscaped(p.src[p.at+1]):
			p.at++
			text = append(text, p.src[p.at])
			continue
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 {
				p.at++
				return string(text), nil
			}
		}
		text = append(text, p.src[p.at])
	}
	return "", &Error{Reason: "a brace is not closed", At: start - 1}
}

func isEscaped(c byte) bool {
	switch c {
	case '{', '}', '%', '&', '_', '#', '$', ' ':
		return true
	}
	return false
}

func isASCIILetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

// isWordRune tells letters of scripts that mathematics does not set one by one, such as Chinese.
func isWordRune(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}
