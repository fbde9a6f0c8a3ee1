package command_test

import (
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance"
	"github.com/seed2d25c7c2/didnb/magics/command"
)

// %didhelp tells what numbers are held to: of each magic in the list, by method on its page.
func TestHelpTellsWhatNumbersAreHeldTo(t *testing.T) {
	out, _ := mustRun(t, "%didhelp\n%didhelp did\n%didhelp label\n%lang zh\n%didhelp did")
	list, did, label, zh := out[0], out[1], out[2], out[4]
	for _, s := range []string{"held to other programs", "worst gap", "allowed"} {
		if !strings.Contains(list.Text, s) || !strings.Contains(list.HTML, s) {
			t.Errorf("the list lacks %q:\n%s", s, list.Text)
		}
	}
	for _, m := range conformance.Recorded().Of("did").Methods() {
		if m != "" && !strings.Contains(did.Text, "\n  "+m+": ") || !strings.Contains(did.HTML, m) {
			t.Errorf("%%didhelp did lacks %s:\n%s", m, did.Text)
		}
	}
	if strings.Contains(label.Text, "held to") {
		t.Errorf("%%label has no numbers:\n%s", label.Text)
	}
	if !strings.Contains(zh.Text, "与其他程序核对") || !strings.Contains(zh.Text, "最大相对差") {
		t.Errorf("in Chinese:\n%s", zh.Text)
	}
}

// Every magic that a test records exists.
func TestRecordedMagicsExist(t *testing.T) {
	for _, r := range conformance.Recorded().Rows {
		if _, ok := command.Lookup(r.Command); r.Command != "" && !ok {
			t.Errorf("numbers of %%%s are recorded, and there is no such magic", r.Command)
		}
	}
}
