package lang

import "strings"

// Cursor is what stands around a place of a magic, read leniently, since a line that is being typed is rarely whole.
// Offsets count runes of the source from 0.
type Cursor struct {
	Name               string // of the magic, up to the cursor if it stands in the name
	InName             bool
	NameStart, NameEnd int

	Words []string // whole words before the one at the cursor
	Keys  []string // keys before the one at the cursor
	Key   string   // whose value the cursor stands in, "" in a word
	InKey bool     // the cursor stands on a key's name
	Depth int      // of parentheses around the cursor

	Value      string // the value or word up to the cursor, without an opening quote
	ValueStart int

	Word               string // the name around the cursor
	WordStart, WordEnd int
}

// CursorAt reads the magic that the rune offset stands in; ok is false anywhere else: Go code, strings, comments.
func CursorAt(src string, offset int) (c Cursor, ok bool) {
	runes := []rune(src)
	offset = clamp(offset, 0, len(runes))
	start, ok := magicStart(runes, offset)
	if !ok {
		return c, false
	}
	at := start
	skipBlanks := func() {
		for at < offset && isBlank(runes[at]) {
			at++
		}
	}
	skipBlanks()
	if at >= offset || runes[at] != '%' {
		return c, false
	}
	at++
	if at < len(runes) && runes[at] == '%' {
		return c, false
	}
	skipBlanks()
	c.NameStart = at
	for at < len(runes) && isNameRune(runes[at]) {
		at++
	}
	c.NameEnd = at
	c.Name, c.InName = string(runes[c.NameStart:at]), offset <= at
	if !c.InName {
		if !c.scan(runes, at, offset) {
			return c, false
		}
	}
	c.word(runes, offset)
	return c, true
}

// magicStart is the offset at which the magic's first line begins.
func magicStart(runes []rune, offset int) (int, bool) {
	lines := strings.Split(string(runes), "\n")
	if isForeignCell(firstLine(lines)) {
		return 0, false
	}
	state, from := inCode, 0
	for i := 0; i < len(lines); i++ {
		last := i
		special := false
		if state == inCode {
			name, _ := magicName(strings.TrimSuffix(lines[i], "\r"))
			if special = name != "" || isSpecial(lines[i]) || strings.HasPrefix(strings.TrimSpace(lines[i]), "%"); special {
				last = lastContinued(lines, i)
			} else if !isComment(lines[i]) {
				state = state.after(lines[i])
			}
		} else {
			state = state.after(lines[i])
		}
		to := from - 1
		for _, l := range lines[i : last+1] {
			to += len([]rune(l)) + 1
		}
		if offset <= to {
			return from, special
		}
		from, i = to+1, last
	}
	return 0, false
}

// scan reads arguments from at up to the cursor; false if a comment begins before it.
func (c *Cursor) scan(runes []rune, at, offset int) bool {
	for at < offset {
		for at < offset && (isBlank(runes[at]) || runes[at] == '\n' || runes[at] == '\\' && at+1 < len(runes) && (runes[at+1] == '\n' || runes[at+1] == '\r')) {
			at++
		}
		if at == offset {
			break
		}
		if runes[at] == '#' {
			return false
		}
		var done bool
		if at, done = c.argument(runes, at, offset); done {
			return c.Depth >= 0
		}
	}
	c.Key, c.Value, c.ValueStart, c.Depth = "", "", offset, 0
	return true
}

// argument reads one argument; done tells that the cursor stands in it.
func (c *Cursor) argument(runes []rune, at, offset int) (next int, done bool) {
	key, from := "", at
	for i := at; i < offset; i++ {
		if isNameRune(runes[i]) {
			continue
		}
		if runes[i] == '=' && i > at && (i+1 == len(runes) || runes[i+1] != '=') {
			key, from = string(runes[at:i]), i+1
		}
		break
	}
	depth, quote := 0, rune(0)
	for i := from; i < offset; i++ {
		r := runes[i]
		switch {
		case quote != 0:
			if r == '\\' && quote != '`' {
				i++
			} else if r == quote {
				quote = 0
			}
		case isQuote(r):
			quote = r
		case r == '(' || r == '[':
			depth++
		case r == ')' || r == ']':
			depth = max(depth-1, 0)
		case r == '#':
			c.Depth = -1
			return i, true
		case (isBlank(r) || r == '\n') && depth == 0:
			if key != "" {
				c.Keys = append(c.Keys, key)
			} else {
				c.Words = append(c.Words, string(runes[from:i]))
			}
			return i, false
		}
	}
	c.Key, c.Depth, c.ValueStart = key, depth, min(from, offset)
	if c.ValueStart < offset && (runes[c.ValueStart] == '"' || runes[c.ValueStart] == '\'') {
		c.ValueStart++
	}
	c.Value = string(runes[c.ValueStart:offset])
	end := offset
	for end < len(runes) && isNameRune(runes[end]) {
		end++
	}
	c.InKey = key == "" && depth == 0 && end > at && end < len(runes) && runes[end] == '=' && (end+1 == len(runes) || runes[end+1] != '=')
	return offset, true
}

// word finds the name around the cursor, in backquotes or bare.
func (c *Cursor) word(runes []rune, offset int) {
	s, e := offset, offset
	for s > 0 && isNameRune(runes[s-1]) {
		s--
	}
	for e < len(runes) && isNameRune(runes[e]) {
		e++
	}
	for i := offset - 1; i >= c.ValueStart && !c.InName && i >= 0 && runes[i] != '\n'; i-- {
		if runes[i] != '`' {
			continue
		}
		if strings.Count(string(runes[c.ValueStart:offset]), "`")%2 == 1 {
			s = i
		}
		break
	}
	c.Word, c.WordStart, c.WordEnd = string(runes[s:e]), s, e
}
