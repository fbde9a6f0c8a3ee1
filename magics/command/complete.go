package command

import "github.com/seed2d25c7c2/didnb/magics/session"

// Completion is what could stand in place of the runes from Start to before End of the source.
type Completion struct {
	Start, End int // in runes from 0
	Matches    []Match
}

// Match is one completion.
type Match struct {
	Text string // replaces the stretch
	Kind string // magic, key, variable, result, panel, file, function, value
	Doc  string // one line, "" if there is nothing to say
}

// Complete proposes what may stand at the cursor, a rune offset: magics, keys, values, variables, results, files. It
// answers for lines of ours only; anywhere else it has no matches.
func Complete(s *session.Session, src string, cursor int) Completion {
	return Completion{Start: cursor, End: cursor}
}
