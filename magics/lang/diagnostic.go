package lang

import (
	"fmt"
	"strings"
)

// Diagnostic is what is wrong with one line: a sentence, the place of the offending word, and the nearest right words.
type Diagnostic struct {
	Summary     string   // one sentence, lower case, without the place
	Where       Range    // of the offending word; Line 0 if there is no place
	Source      string   // the offending line
	Suggestions []string // nearest right words, for completion; the sentence names them already
	Cause       error    // the typed error behind, nil if the language itself is at fault
}

// Error is the sentence.
func (d *Diagnostic) Error() string { return d.Summary }

// Unwrap is the error behind.
func (d *Diagnostic) Unwrap() error { return d.Cause }

// Place says line and column in words, "" without a place.
func (d *Diagnostic) Place() string {
	if d.Where.Line == 0 {
		return ""
	}
	return fmt.Sprintf("line %d, column %d", d.Where.Line, d.Where.Col)
}

// errorAt makes the diagnostic of a statement's word.
func errorAt(source string, where Range, format string, args ...any) *Diagnostic {
	return &Diagnostic{Summary: fmt.Sprintf(format, args...), Where: where, Source: source}
}

func nthLine(s string, n int) string {
	lines := strings.Split(s, "\n")
	if n < 0 || n >= len(lines) {
		return ""
	}
	return strings.TrimSuffix(lines[n], "\r")
}
