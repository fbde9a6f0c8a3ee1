package lang

// Substitute puts values in the place of ${name} in a statement's arguments and reads the arguments anew. Unquoted, a
// value of several words becomes several words; inside quotes it stays one, and a quote in it is escaped. The runes of a
// value stand where ${name} stands, so a later error about the value points at ${name}. What value says is not
// substituted again. An error of value, and a ${ that is not closed or holds no name, is a *Diagnostic.
func (s Statement) Substitute(value func(name string) (string, error)) (Statement, error) {
	p := &argParser{s: &s}
	var quote rune // that is open, 0 if none
	var skip bool  // the next rune is escaped
	body := Text{}
	for i := 0; i < s.Body.Len(); i++ {
		c := s.Body.runes[i]
		if c == '$' && i+1 < s.Body.Len() && s.Body.runes[i+1] == '{' && !skip {
			name, end, err := parameterName(s, i)
			if err != nil {
				return s, err
			}
			text, err := value(name)
			if err != nil {
				d := errorAt(s.LineText(s.Body.at[i].line), s.Body.Range(i, end), "%s", err)
				d.Cause = err
				return s, d
			}
			body.insert(escapeIn(text, quote), s.Body.at[i:end])
			i = end - 1
			continue
		}
		body.runes = append(body.runes, c)
		body.at = append(body.at, s.Body.at[i])
		switch {
		case skip:
			skip = false
		case quote != 0 && c == '\\' && quote != '`':
			skip = true
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && isQuote(c):
			quote = c
		}
	}
	if len(s.Body.at) == 0 {
		return s, nil
	}
	body.at = append(body.at, s.Body.at[s.Body.Len()])
	p.body = body
	s.Args = nil
	return s, p.arguments()
}

// parameterName reads the ${name} at i; end is behind its brace.
func parameterName(s Statement, i int) (name string, end int, err error) {
	for end = i + 2; end < s.Body.Len() && s.Body.runes[end] != '}'; end++ {
		if c := s.Body.runes[end]; !isNameRune(c) {
			return "", 0, errorAt(s.LineText(s.Body.at[end].line), s.Body.Range(end, end+1),
				"%q can't stand between ${ and }, only a parameter's name", string(c))
		}
	}
	line := s.LineText(s.Body.at[i].line)
	switch {
	case end == s.Body.Len():
		return "", 0, errorAt(line, s.Body.Range(i, i+2), "${ is not closed; write ${name}")
	case end == i+2:
		return "", 0, errorAt(line, s.Body.Range(i, end+1), "a parameter's name is missing between ${ and }")
	}
	return string(s.Body.runes[i+2 : end]), end + 1, nil
}

// insert appends a value whose runes stand where the places do; the last one takes the last place, so that the whole
// value covers them all.
func (t *Text) insert(value []rune, places []place) {
	for k, c := range value {
		at := places[min(k, len(places)-1)]
		if k > 0 && k == len(value)-1 {
			at = places[len(places)-1]
		}
		t.runes = append(t.runes, c)
		t.at = append(t.at, at)
	}
}

// escapeIn makes a value safe inside an open quote.
func escapeIn(value string, quote rune) []rune {
	var out []rune
	for _, c := range value {
		if quote != 0 && quote != '`' && (c == quote || c == '\\') {
			out = append(out, '\\')
		}
		if c == '\n' || c == '\r' {
			c = ' ' // a statement is one line
		}
		out = append(out, c)
	}
	return out
}
