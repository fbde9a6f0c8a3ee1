// Package lang reads the magic language: it cuts a cell or script into magics and leaves the rest alone, and it writes
// what is wrong with a line as a Diagnostic with a place and a suggestion. It knows no command; magics/command does.
package lang

// Statement is one magic of a cell.
type Statement struct {
	Name    string // without %
	NameAt  Range
	Line    int // first line in the cell, from 1
	EndLine int // last line, more than Line if "\" continues it
	Args    []Arg
	Body    Text   // everything after the name, without the comment
	Source  string // the lines as written
}

// Arg is a word or a key=value.
type Arg struct {
	Key    string // "" for a word
	Value  string // without quotes
	Quoted bool
	At     Range // key and value
	KeyAt  Range // empty for a word
	Text   Text  // the value, with its place

	start, end int // in Body
}

// IsWord tells a word from a key=value.
func (a Arg) IsWord() bool { return a.Key == "" }

// Head is what stands before the first key=value for which isKey holds: a magic's formula or expression, blanks and all.
func (s *Statement) Head(isKey func(key string) bool) Text {
	for _, a := range s.Args {
		if !a.IsWord() && isKey(a.Key) {
			return s.Body.Slice(0, a.start).TrimSpace()
		}
	}
	return s.Body.TrimSpace()
}

// After is the text behind the n-th argument's start, up to the first key=value after it for which isKey holds.
func (s *Statement) After(offset int, isKey func(key string) bool) Text {
	for _, a := range s.Args {
		if a.start >= offset && !a.IsWord() && isKey(a.Key) {
			return s.Body.Slice(offset, a.start).TrimSpace()
		}
	}
	return s.Body.Slice(offset, s.Body.Len()).TrimSpace()
}

// Words are the arguments without a key.
func (s *Statement) Words() []Arg {
	var words []Arg
	for _, a := range s.Args {
		if a.IsWord() {
			words = append(words, a)
		}
	}
	return words
}

// Key finds the argument of that key; the last one, if it stands twice.
func (s *Statement) Key(key string) (Arg, bool) {
	for i := len(s.Args) - 1; i >= 0; i-- {
		if s.Args[i].Key == key && key != "" {
			return s.Args[i], true
		}
	}
	return Arg{}, false
}

// End is the place behind the last argument, where something is missing.
func (s *Statement) End() Range {
	t := s.Body.TrimSpace()
	if t.Len() == 0 {
		return Range{Line: s.NameAt.Line, Col: s.NameAt.EndCol, EndCol: s.NameAt.EndCol}
	}
	return t.Range(t.Len(), t.Len())
}

// LineText is a line of the statement as written; n counts in the cell, from 1.
func (s *Statement) LineText(n int) string { return nthLine(s.Source, n-s.Line) }
