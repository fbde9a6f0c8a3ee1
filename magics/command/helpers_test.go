package command_test

import (
	"context"
	"errors"
	"testing"

	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// towns begins the scripts of tests: eight made-up towns over eight years, four of which adopt; one x is missing.
const towns = "%panel load towns.csv unit=town time=year\n"

// runScript runs a script in a new session whose files stand in testdata.
func runScript(t *testing.T, src string) ([]command.Output, *session.Session, error) {
	t.Helper()
	s := session.New("testdata")
	s.NoFigures = true
	out, err := runIn(t, s, src)
	return out, s, err
}

func runIn(t *testing.T, s *session.Session, src string) ([]command.Output, error) {
	t.Helper()
	var out []command.Output
	err := command.Run(context.Background(), s, src, func(o command.Output) { out = append(out, o) })
	return out, err
}

// mustRun fails the test if a line fails.
func mustRun(t *testing.T, src string) ([]command.Output, *session.Session) {
	t.Helper()
	out, s, err := runScript(t, src)
	if err != nil {
		t.Fatal(diagnosticText(err))
	}
	return out, s
}

func diagnosticText(err error) string {
	var d *lang.Diagnostic
	if errors.As(err, &d) {
		return d.Text()
	}
	return err.Error()
}
