package command

import "github.com/seed2d25c7c2/didnb/magics/session"

// Notice is a library's notice as tables say it.
func Notice(s string, l session.Language) string { return notice(s, wordingOf(l)) }
