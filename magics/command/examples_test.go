package command_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// The example in every magic's help runs as it stands from the folder above data/, shows something and, where figures
// are shown, draws it.
func TestExamplesRun(t *testing.T) {
	for _, name := range command.Names() {
		c, _ := command.Lookup(name)
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(c.Example, "%"+name) {
				t.Fatalf("the example does not show %%%s:\n%s", name, c.Example)
			}
			s := session.New(withData(t))
			s.NoFigures = true
			out, err := runIn(t, s, c.Example)
			if err != nil {
				t.Fatal(diagnosticText(err))
			}
			for _, o := range out {
				if o.Text == "" {
					t.Errorf("%%%s shows nothing", o.Magic)
				}
			}
		})
	}
}

// withData is a folder of the test's own, above a data/ with the study's files: an example may write a file.
func withData(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "data"), os.DirFS("../../data")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Every key in the table says what it is, and every magic what it does in both languages.
func TestHelpIsWhole(t *testing.T) {
	for _, name := range command.Names() {
		c, _ := command.Lookup(name)
		if c.Short == "" || c.ShortZH == "" || c.Help == "" {
			t.Errorf("%%%s lacks help", name)
		}
		for _, k := range c.Keys {
			if k.Doc == "" || k.Kind == command.Nothing || (k.Kind == command.Choice || k.Kind == command.ChoicesOf) != (len(k.Choices) > 0) {
				t.Errorf("%%%s %s=: doc %q, kind %q, choices %v", name, k.Name, k.Doc, k.Kind, k.Choices)
			}
		}
		for l, want := range map[session.Language]string{session.English: c.Short, session.Chinese: c.ShortZH} {
			if text := c.HelpText(l); !strings.Contains(text, want) || !strings.HasPrefix(text, "%"+name) {
				t.Errorf("%%%s, %s: %s", name, l, text)
			}
		}
	}
}
