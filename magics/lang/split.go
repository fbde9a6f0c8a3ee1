package lang

import "strings"

// Split cuts a cell into our magics and the rest. The magics are the lines that begin with % and a name for which ours
// holds, with the lines that a "\" at their end adds; rest is the cell with those lines and comment lines (#) blanked,
// so that line numbers stay. Inside a Go raw string or block comment a % is no magic, and GoNB's own lines (%%, its
// % names, !) stay in rest, as does a whole %%writefile or %%script cell. A line that can't be read is a *Diagnostic;
// the magics before it are returned with it.
func Split(cell string, ours func(name string) bool) (magics []Statement, rest string, err error) {
	lines := strings.Split(cell, "\n")
	if isForeignCell(firstLine(lines)) {
		return nil, cell, nil
	}
	state := inCode
	for i := 0; i < len(lines); i++ {
		line := strings.TrimSuffix(lines[i], "\r")
		if state != inCode {
			state = state.after(line)
			continue
		}
		last := lastContinued(lines, i)
		switch name, at := magicName(line); {
		case name != "" && ours(name):
			if at.double {
				return magics, "", errorAt(line, Range{i + 1, at.col - 1, at.col + len([]rune(name))},
					"%%%%%s has one %% too many; write %%%s", name, name)
			}
			s, err := parseStatement(lines[i:last+1], i+1, name, at.col)
			if err != nil {
				return magics, "", err
			}
			magics = append(magics, s)
			blank(lines, i, last)
			i = last
		case isSpecial(line):
			i = last
		case isComment(line):
			blank(lines, i, i)
		default:
			state = state.after(line)
		}
	}
	return magics, strings.Join(lines, "\n"), nil
}

// firstLine is the first line that is not blank.
func firstLine(lines []string) string {
	for _, l := range lines {
		if strings.TrimSpace(l) != "" {
			return strings.TrimSuffix(l, "\r")
		}
	}
	return ""
}

type namePlace struct {
	col    int // of the name, from 1
	double bool
}

// magicName reads the name behind a line's % or %%; "" if the line is no such thing.
func magicName(line string) (string, namePlace) {
	c := []rune(line)
	i := 0
	skip := func() {
		for i < len(c) && isBlank(c[i]) {
			i++
		}
	}
	skip()
	if i == len(c) || c[i] != '%' {
		return "", namePlace{}
	}
	i++
	double := i < len(c) && c[i] == '%'
	if double {
		i++
	} else {
		skip()
	}
	start := i
	for i < len(c) && isNameRune(c[i]) {
		i++
	}
	return string(c[start:i]), namePlace{start + 1, double}
}

// isSpecial tells a line that GoNB takes as its own.
func isSpecial(line string) bool {
	return strings.HasPrefix(line, "%") || strings.HasPrefix(line, "!")
}

func isComment(line string) bool { return strings.HasPrefix(strings.TrimSpace(line), "#") }

// lastContinued is the last of the lines that begin at i and are joined by "\".
func lastContinued(lines []string, i int) int {
	for i < len(lines)-1 && continues(lines[i]) {
		i++
	}
	return i
}

func continues(line string) bool {
	return strings.HasSuffix(strings.TrimRight(line, " \t\r"), `\`)
}

func blank(lines []string, from, to int) {
	for i := from; i <= to; i++ {
		lines[i] = ""
	}
}
