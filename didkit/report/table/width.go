package table

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// displayWidth is the number of columns that s takes on a terminal or in a monospaced font: two for a Chinese, Japanese
// or Korean character, none for a combining mark. Characters of ambiguous width (Unicode's UAX 11) count one.
func displayWidth(s string) int {
	n := 0
	for _, r := range s {
		n += runeWidth(r)
	}
	return n
}

func runeWidth(r rune) int {
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// pad fills s up to a width.
func pad(s string, w int, a Align) string {
	gap := w - displayWidth(s)
	if gap <= 0 {
		return s
	}
	switch a {
	case Right:
		return strings.Repeat(" ", gap) + s
	case Center, Decimal:
		return strings.Repeat(" ", gap/2) + s + strings.Repeat(" ", gap-gap/2)
	}
	return s + strings.Repeat(" ", gap)
}

// Lines breaks s at blanks, and between Chinese characters, into lines of at most w columns in monospaced print.
func Lines(s string, w int) []string { return wrap(s, w) }

// wrap breaks a paragraph into lines of at most w columns: at blanks, and between any two Chinese characters but before
// closing punctuation. A word longer than a line stands on a line of its own.
func wrap(s string, w int) []string {
	var lines []string
	line, lineWidth := "", 0
	for _, p := range breakable(s) {
		trimmed := strings.TrimRight(p, " ")
		if line != "" && lineWidth+displayWidth(trimmed) > w {
			lines = append(lines, strings.TrimRight(line, " "))
			line, lineWidth = "", 0
		}
		line += p
		lineWidth += displayWidth(p)
	}
	return append(lines, strings.TrimRight(line, " "))
}

// breakable cuts s into pieces between which a line may end.
func breakable(s string) []string {
	var pieces []string
	start := 0
	runes := []rune(s)
	for i := 1; i < len(runes); i++ {
		before, after := runes[i-1], runes[i]
		wide := runeWidth(before) == 2 || runeWidth(after) == 2
		closing := strings.ContainsRune("、，。；：！？）》”’」』】", after)
		opening := strings.ContainsRune("（《“‘「『【", before)
		if before == ' ' && after != ' ' || wide && !closing && !opening && after != ' ' {
			pieces = append(pieces, string(runes[start:i]))
			start = i
		}
	}
	return append(pieces, string(runes[start:]))
}
