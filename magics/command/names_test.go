package command_test

import (
	"testing"

	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/lang"
)

// A notebook runs GoNB's commands and ours side by side: no name of ours may hide one of GoNB's, none stands twice.
func TestNamesHideNothing(t *testing.T) {
	seen := map[string]bool{}
	for _, name := range command.Names() {
		if lang.IsGoNB(name) || seen[name] {
			t.Errorf("%%%s is taken", name)
		}
		seen[name] = true
	}
	for _, name := range lang.GoNBNames() {
		if command.Ours(name) {
			t.Errorf("%%%s is GoNB's and not ours", name)
		}
	}
}

// A misspelt magic is ours to report; a name that nobody knows is left to GoNB.
func TestOurs(t *testing.T) {
	for name, want := range map[string]bool{"did": true, "placebo": true, "evenstudy": true, "pannel": true, "zzzz": false, "ls": false, "": false} {
		if got := command.Ours(name); got != want {
			t.Errorf("Ours(%q) is %v", name, got)
		}
	}
}
