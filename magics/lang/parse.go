package lang

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// parseStatement reads a magic whose name stands at a column of the first line.
func parseStatement(lines []string, line int, name string, col int) (Statement, error) {
	s := Statement{Name: name, Line: line, EndLine: line + len(lines) - 1, Source: strings.Join(lines, "\n")}
	s.NameAt = Range{line, col, col + utf8.RuneCountInString(name)}
	if !utf8.ValidString(s.Source) {
		return s, errorAt(strings.ToValidUTF8(lines[0], "\ufffd"), s.NameAt, "the line is not valid UTF-8 text")
	}
	p := &argParser{s: &s, body: joinContinued(lines, line, s.NameAt.EndCol)}
	if err := p.parse(); err != nil {
		return s, err
	}
	return s, nil
}

// joinContinued places the runes behind the name, over all lines; each "\" at a line's end reads as a blank.
func joinContinued(lines []string, line, from int) Text {
	t := Text{}
	end := place{line, from}
	for i, l := range lines {
		c := []rune(strings.TrimRight(l, " \t\r"))
		k := 0
		if i == 0 {
			k = min(from-1, len(c))
		}
		for ; k < len(c); k++ {
			r := c[k]
			if r == '\\' && k == len(c)-1 && continues(l) {
				r = ' '
			}
			t.runes = append(t.runes, r)
			t.at = append(t.at, place{line + i, k + 1})
		}
		end = place{line + i, max(len(c)+1, 1)}
		if i == 0 {
			end.col = max(end.col, from)
		}
	}
	t.at = append(t.at, end)
	return t
}

// argParser cuts a statement's body into arguments.
type argParser struct {
	s    *Statement
	body Text
	at   int
}

func (p *argParser) parse() error {
	if err := p.cutComment(); err != nil {
		return err
	}
	return p.arguments()
}

// arguments cuts the body, which has no comment any more.
func (p *argParser) arguments() error {
	p.s.Body = p.body
	for {
		for p.at < p.body.Len() && isBlank(p.body.runes[p.at]) {
			p.at++
		}
		if p.at == p.body.Len() {
			return nil
		}
		a, err := p.argument()
		if err != nil {
			return err
		}
		p.s.Args = append(p.s.Args, a)
	}
}

// cutComment ends the body at a # outside quotes.
func (p *argParser) cutComment() error {
	for i := 0; i < p.body.Len(); i++ {
		switch c := p.body.runes[i]; {
		case c == '#':
			p.body = p.body.Slice(0, i)
			return nil
		case isQuote(c):
			end, err := p.quoteEnd(i)
			if err != nil {
				return err
			}
			i = end
		}
	}
	return nil
}

func isQuote(c rune) bool { return c == '"' || c == '\'' || c == '`' }

// quoteEnd is the index of the quote that closes the one at i. A backslash escapes the next rune in "…" and '…'.
func (p *argParser) quoteEnd(i int) (int, error) {
	q := p.body.runes[i]
	for k := i + 1; k < p.body.Len(); k++ {
		switch c := p.body.runes[k]; {
		case c == '\\' && q != '`':
			k++
		case c == q:
			return k, nil
		}
	}
	return 0, p.errorAt(i, p.body.Len(), "the quote %c is not closed", q)
}

// argument reads a word or a key=value at depth 0.
func (p *argParser) argument() (Arg, error) {
	start := p.at
	key := p.key()
	from := p.at
	if err := p.skipValue(); err != nil {
		return Arg{}, err
	}
	a := Arg{Key: key, At: p.body.Range(start, p.at), Text: p.body.Slice(from, p.at), start: start, end: p.at}
	if key != "" {
		a.KeyAt = p.body.Range(start, start+utf8.RuneCountInString(key))
	}
	if key == "" {
		if err := p.refuseFullWidth(start); err != nil {
			return a, err
		}
	}
	a.unquote()
	return a, nil
}

// key reads "name=" and moves behind it; "" without moving if what follows is no key.
func (p *argParser) key() string {
	i := p.at
	for i < p.body.Len() && isNameRune(p.body.runes[i]) {
		i++
	}
	if i == p.at || i == p.body.Len() || p.body.runes[i] != '=' {
		return ""
	}
	if i+1 < p.body.Len() && p.body.runes[i+1] == '=' { // a comparison
		return ""
	}
	name := string(p.body.runes[p.at:i])
	p.at = i + 1
	return name
}

// skipValue moves to the next blank outside quotes and parentheses.
func (p *argParser) skipValue() error {
	var open []int
	for ; p.at < p.body.Len(); p.at++ {
		c := p.body.runes[p.at]
		switch {
		case isQuote(c):
			end, err := p.quoteEnd(p.at)
			if err != nil {
				return err
			}
			p.at = end
		case c == '(' || c == '[':
			open = append(open, p.at)
		case c == ')' || c == ']':
			if len(open) == 0 || p.body.runes[open[len(open)-1]] != partner(c) {
				return p.errorAt(p.at, p.at+1, "%q closes nothing", string(c))
			}
			open = open[:len(open)-1]
		case isBlank(c) && len(open) == 0:
			return nil
		}
	}
	if len(open) > 0 {
		i := open[len(open)-1]
		return p.errorAt(i, i+1, "%q is not closed", string(p.body.runes[i]))
	}
	return nil
}

func partner(c rune) rune {
	if c == ')' {
		return '('
	}
	return '['
}

// fullWidth are the signs that a Chinese input method types in place of ours.
var fullWidth = map[rune]string{'＝': "=", '（': "(", '）': ")", '，': ",", '：': ":", '～': "~", '＋': "+", '｜': "|",
	'“': `"`, '”': `"`, '‘': "'", '’': "'", '＊': "*", '％': "%", '＞': ">", '＜': "<", '！': "!", '＆': "&"}

// refuseFullWidth points at the first full-width sign outside quotes in the word that ends here.
func (p *argParser) refuseFullWidth(start int) error {
	for i := start; i < p.at; i++ {
		c := p.body.runes[i]
		if isQuote(c) {
			end, err := p.quoteEnd(i)
			if err != nil {
				return err
			}
			i = end
			continue
		}
		if half, ok := fullWidth[c]; ok {
			d := p.errorAt(i, i+1, "the full-width %c stands where %s is needed", c, half)
			d.Suggestions = []string{half}
			return d
		}
	}
	return nil
}

// unquote takes the quotes off a value that is quoted as a whole; backquotes stay, since they are part of a name.
func (a *Arg) unquote() {
	c := a.Text.runes
	a.Value = string(c)
	if len(c) < 2 || c[0] != '"' && c[0] != '\'' {
		return
	}
	var t Text
	for i := 1; i < len(c); i++ {
		r := c[i]
		switch {
		case r == c[0]:
			if i != len(c)-1 {
				return // more follows the closing quote: an expression such as 'a' == x
			}
			t.at = append(t.at, a.Text.at[i])
			a.Text, a.Value, a.Quoted = t, string(t.runes), true
			return
		case r == '\\' && i+1 < len(c) && (c[i+1] == c[0] || c[i+1] == '\\'):
			i++
			r = c[i]
		}
		t.runes = append(t.runes, r)
		t.at = append(t.at, a.Text.at[i])
	}
}

func (p *argParser) errorAt(start, end int, format string, args ...any) *Diagnostic {
	where := p.body.Range(start, end)
	return errorAt(p.s.LineText(where.Line), where, format, args...)
}

func isNameRune(c rune) bool {
	return c == '_' || c == '.' || unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.Is(unicode.M, c)
}
