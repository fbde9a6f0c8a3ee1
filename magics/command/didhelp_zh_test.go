package command_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// The help is in Chinese: every magic's page, its keys and defaults. Texts that are English still are listed (go test
// -v), and the test fails when one page in three has some.
func TestHelpInChinese(t *testing.T) {
	words := regexp.MustCompile(`[a-z]{3,} [a-z]{2,} [a-z]{2,} [a-z]{2,}`)
	pages, still := 0, 0
	for _, name := range command.Names() {
		c, _ := command.Lookup(name)
		pages++
		text, _, _ := strings.Cut(c.HelpText(session.Chinese), "\n示例\n")
		_, text, _ = strings.Cut(text, "\n") // behind the form
		for _, line := range strings.Split(text, "\n") {
			if wide := len([]rune(line)) + len(regexp.MustCompile(`\p{Han}`).FindAllString(line, -1)); wide > 100 {
				t.Errorf("%%%s: a line of %d columns: %s", name, wide, line)
			}
		}
		if found := words.FindString(strings.ReplaceAll(text, "\n", " ")); found != "" {
			still++
			t.Logf("%%%s: %s", name, found)
		}
	}
	if 3*still > pages {
		t.Errorf("%d of %d pages hold English", still, pages)
	}
	out, _ := mustRun(t, "%lang zh\n%didhelp\n%didhelp winsor\n%didhelp did")
	for i, want := range []string{"允许", "两端缩尾", "双重差分"} {
		if !strings.Contains(out[i+1].Text, want) || !strings.Contains(out[i+1].HTML, want) {
			t.Errorf("%%didhelp %d lacks %q:\n%s", i, want, out[i+1].Text)
		}
	}
}
