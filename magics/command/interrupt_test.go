package command

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/progress"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// A magic that does not look at its context is left to itself when it is interrupted: the answer comes at once, and
// what it does afterwards changes neither the session nor the bar nor a file.
func TestInterruptOfWorkThatDoesNotListen(t *testing.T) {
	s := session.New(t.TempDir())
	s.PutResult(&session.Result{Name: "m1"})
	reports := 0
	ctx, stop := context.WithCancel(progress.With(context.Background(), func(int, int) { reports++ }))
	started, goOn, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() { <-started; stop() }()
	begun := time.Now()
	out, err := interruptible(ctx, s, func(ctx context.Context, s *session.Session) (*Output, error) {
		progress.From(ctx)(1, 2)
		close(started)
		<-goOn
		progress.From(ctx)(2, 2)
		s.SetLanguage(session.Chinese)
		s.PutResult(&session.Result{Name: "m2"})
		c := &call{ctx: ctx, session: s, stmt: &lang.Statement{}}
		ended <- c.writeFile(lang.Arg{}, s.Path("t.tex"), []byte("late"))
		return &Output{}, nil
	})
	if took := time.Since(begun); out != nil || !errors.Is(err, context.Canceled) || took > 150*time.Millisecond {
		t.Errorf("interrupted: %v, %v after %v", out, err, took)
	}
	close(goOn)
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("a file written after the interrupt: %v", err)
	}
	if _, err := os.Stat(filepath.Join(s.Dir, "t.tex")); !os.IsNotExist(err) {
		t.Error("the file is there")
	}
	if reports != 1 || s.Language() != session.English || len(s.ResultNames()) != 1 {
		t.Errorf("%d reports, language %s, results %v after the interrupt", reports, s.Language(), s.ResultNames())
	}
}

// Work that ends within the patience counts as ended.
func TestInterruptTooLate(t *testing.T) {
	s := session.New("")
	ctx, stop := context.WithCancel(context.Background())
	out, err := interruptible(ctx, s, func(ctx context.Context, s *session.Session) (*Output, error) {
		stop()
		s.SetLanguage(session.Chinese)
		return &Output{}, nil
	})
	if out == nil || err != nil || s.Language() != session.Chinese {
		t.Errorf("%v, %v, language %s", out, err, s.Language())
	}
}
