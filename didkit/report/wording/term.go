package wording

import "strings"

// Labels gives variables, and terms where a term's words are not those of its variables, their names in print.
type Labels map[string]string

// Term writes a term of a regression as a reader knows it: its own label if it has one, else its variables' labels,
// "DID × PGDP" for DID:PGDP and "year = 2010" for the level year::2010. The second result tells that no label was
// found, so that the words are the data's own names.
func (m Labels) Term(term string) (label string, bare bool) {
	if s, ok := m.find(term); ok {
		return s, false
	}
	bare = true
	var parts []string
	for _, part := range splitInteraction(term) {
		if s, ok := m.find(part); ok {
			parts, bare = append(parts, s), false
			continue
		}
		if name, level, ok := strings.Cut(part, "::"); ok {
			s, found := m.find(name)
			if !found {
				s = unquote(name)
			}
			bare = bare && !found
			parts = append(parts, s+" = "+level)
			continue
		}
		parts = append(parts, unquote(part))
	}
	return strings.Join(parts, " × "), bare
}

// find looks a name up as it stands and without its backquotes.
func (m Labels) find(name string) (string, bool) {
	s, ok := m[name]
	if !ok {
		s, ok = m[unquote(name)]
	}
	return s, ok && s != ""
}

// unquote takes the backquotes off a name that is no plain word.
func unquote(name string) string {
	if len(name) > 2 && name[0] == '`' && name[len(name)-1] == '`' && !strings.Contains(name[1:len(name)-1], "`") {
		return name[1 : len(name)-1]
	}
	return name
}

// splitInteraction cuts a:b at single colons outside backquotes and brackets; the :: of a level stays.
func splitInteraction(term string) []string {
	var parts []string
	start, depth, quoted := 0, 0, false
	for i := 0; i < len(term); i++ {
		switch c := term[i]; {
		case c == '`':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ':' && depth == 0:
			if i+1 < len(term) && term[i+1] == ':' {
				i++
				continue
			}
			parts = append(parts, term[start:i])
			start = i + 1
		}
	}
	return append(parts, term[start:])
}
