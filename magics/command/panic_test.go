package command

import (
	"context"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/magics/session"
)

// A panic inside a magic becomes an error of its line, and the session is as it was.
func TestPanicBecomesAnError(t *testing.T) {
	commands = append(commands, &Command{Name: "explode", run: func(c *call) (*Output, error) {
		c.session.SetLanguage(session.Chinese)
		var none []int
		_ = none[len(c.stmt.Args)]
		return &Output{}, nil
	}})
	t.Cleanup(func() { commands = commands[:len(commands)-1] })
	s := session.New("")
	err := Run(context.Background(), s, "%explode", func(Output) { t.Error("an output") })
	if err == nil || !strings.HasPrefix(err.Error(), "an internal error in %explode (runtime error: index out of range") {
		t.Errorf("got %v", err)
	}
	if s.Language() != session.English {
		t.Error("the session changed")
	}
}

// An interrupt stops a script between two lines.
func TestInterrupt(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	err := Run(ctx, session.New(""), "%lang en\n%lang zh\n%lang en", func(Output) { n++; cancel() })
	if err == nil || err.Error() != "interrupted before %lang" || n != 1 {
		t.Errorf("%d outputs, %v", n, err)
	}
}
