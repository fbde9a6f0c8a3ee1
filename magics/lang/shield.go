package lang

import (
	"slices"
	"strings"
)

// Shield rewrites a cell of Go code so that GoNB, which takes every line that begins with % or ! for a command of its
// own, leaves those alone that stand inside a raw string or a block comment. A raw string is parted before such a line,
// and stands in brackets: `a⏎%b` becomes (`a⏎`+`%b`); in a comment a blank is put before it. Line numbers stay. A cell
// that is not Go, as with %%writefile, is returned as it is.
func Shield(cell string) string {
	lines := strings.Split(cell, "\n")
	if isForeignCell(firstLine(lines)) {
		return cell
	}
	type edit struct {
		at   int
		text string
	}
	var edits []edit
	state, open, parted := inCode, 0, false // of the raw string: its first quote, whether it is parted
	start := 0
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		next := start + len(line) + 1
		switch {
		case state == inCode && isSpecial(line):
			for last := lastContinued(lines, i); i < last; {
				i++
				next += len(lines[i]) + 1
			}
			start = next
			continue
		case state == inRawString && forGoNB(line):
			edits, parted = append(edits, edit{start, "`+`"}), true
		case state == inComment && forGoNB(line):
			edits = append(edits, edit{start, " "})
		}
		for rest := line; rest != ""; {
			switch state {
			case inRawString:
				end := strings.IndexByte(rest, '`')
				if end < 0 {
					rest = ""
					break
				}
				rest, state = rest[end+1:], inCode
				if parted {
					edits, parted = append(edits, edit{open, "("}, edit{start + len(line) - len(rest), ")"}), false
				}
			case inComment:
				end := strings.Index(rest, "*/")
				if end < 0 {
					rest = ""
					break
				}
				rest, state = rest[end+2:], inCode
			default:
				state, rest = state.step(rest)
				open = start + len(line) - len(rest) - 1
			}
		}
		start = next
	}
	if len(edits) == 0 {
		return cell
	}
	slices.SortStableFunc(edits, func(a, b edit) int { return a.at - b.at })
	var b strings.Builder
	done := 0
	for _, e := range edits {
		b.WriteString(cell[done:e.at] + e.text)
		done = e.at
	}
	return b.String() + cell[done:]
}

// forGoNB tells a line that GoNB would take for a command, wherever it stands.
func forGoNB(line string) bool { return isSpecial(line) || strings.HasPrefix(line, "//gonb:") }
