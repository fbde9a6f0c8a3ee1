package command

import "github.com/seed2d25c7c2/didnb/magics/session"

// Inspection is what is known about a word.
type Inspection struct {
	Text string // plain text
	HTML string
}

// Inspect tells about the word at the cursor, a rune offset: a magic's help, a key's meaning, a variable's label and
// moments, a result's first lines. ok is false if the word is none of ours.
func Inspect(s *session.Session, src string, cursor int) (in Inspection, ok bool) {
	return Inspection{}, false
}
