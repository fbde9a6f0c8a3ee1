package lang

import "strings"

// goState follows Go code line by line, just far enough to know whether the next line begins inside a raw string or a
// block comment, where a % starts no magic.
type goState uint8

const (
	inCode goState = iota
	inRawString
	inComment
)

// after is the state behind one line of Go.
func (s goState) after(line string) goState {
	for len(line) > 0 {
		switch s {
		case inRawString:
			end := strings.IndexByte(line, '`')
			if end < 0 {
				return s
			}
			s, line = inCode, line[end+1:]
		case inComment:
			end := strings.Index(line, "*/")
			if end < 0 {
				return s
			}
			s, line = inCode, line[end+2:]
		default:
			s, line = s.step(line)
		}
	}
	return s
}

// step moves through code to the next raw string or block comment, over strings, runes and line comments.
func (s goState) step(line string) (goState, string) {
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == '`':
			return inRawString, line[i+1:]
		case strings.HasPrefix(line[i:], "/*"):
			return inComment, line[i+2:]
		case strings.HasPrefix(line[i:], "//"):
			return inCode, ""
		case line[i] == '"' || line[i] == '\'':
			i = closing(line, i)
		}
	}
	return inCode, ""
}

// closing is the index of the quote that closes the one at i, or the line's end.
func closing(line string, i int) int {
	for k := i + 1; k < len(line); k++ {
		switch line[k] {
		case '\\':
			k++
		case line[i]:
			return k
		}
	}
	return len(line)
}
