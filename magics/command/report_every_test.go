package command_test

import (
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// A report takes the result of every magic's example, in both languages.
func TestReportTakesEveryResult(t *testing.T) {
	for _, name := range command.Names() {
		c, _ := command.Lookup(name)
		if name == "report" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			s := session.New(withData(t))
			s.NoFigures = true
			if _, err := runIn(t, s, c.Example); err != nil {
				t.Fatal(diagnosticText(err))
			}
			out, err := runIn(t, s, "%lang en\n%report out=en.docx\n%lang zh\n%report out=zh.md")
			switch {
			case err != nil && strings.Contains(err.Error(), "nothing to report yet"):
			case err != nil:
				t.Error(diagnosticText(err))
			case captions(out[1]) == "" || captions(out[3]) == "":
				t.Errorf("no captions: %s", out[1].Text)
			}
			if t.Failed() || err != nil {
				return
			}
			t.Log("\n" + captions(out[1]) + "\n" + captions(out[3]))
		})
	}
}
