package command

import (
	"context"
	"sync"
	"time"

	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/progress"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// patience is how long an interrupted magic may take to notice; then it is left to itself.
const patience = 30 * time.Millisecond

// interruptible runs work on a copy of the session, which becomes the session if work succeeds. If ctx ends and work
// does not within patience, it is abandoned: its copy is dropped, its progress no longer told, its files not written.
// So an interrupt is answered at once also in the middle of one long computation, a sort or a matrix's factors, which
// would be slower if it asked all the time whether to go on.
func interruptible(ctx context.Context, s *session.Session, work func(context.Context, *session.Session) (*Output, error)) (*Output, error) {
	type outcome struct {
		out *Output
		err error
	}
	copied := s.Copy()
	within, cut := silenced(ctx)
	ended := make(chan outcome, 1)
	go func() {
		out, err := work(within, copied)
		ended <- outcome{out, err}
	}()
	finish := func(o outcome) (*Output, error) {
		if o.err == nil {
			s.Become(copied)
		}
		return o.out, o.err
	}
	select {
	case o := <-ended:
		return finish(o)
	case <-ctx.Done():
	}
	select {
	case o := <-ended:
		return finish(o)
	case <-time.After(patience):
		cut()
		return nil, ctx.Err()
	}
}

// silenced is ctx with a progress report that says nothing any more once cut has returned.
func silenced(ctx context.Context) (_ context.Context, cut func()) {
	report := progress.From(ctx)
	if report == nil {
		return ctx, func() {}
	}
	var mu sync.Mutex
	silent := false
	ctx = progress.With(ctx, func(done, total int) {
		mu.Lock()
		defer mu.Unlock()
		if !silent {
			report(done, total)
		}
	})
	return ctx, func() {
		mu.Lock()
		defer mu.Unlock()
		silent = true
	}
}

// perform does what runOne says, on a session of its own; a panic is an error.
func perform(ctx context.Context, s *session.Session, m *lang.Statement) (out *Output, err error) {
	start := time.Now()
	defer func() {
		if r := recover(); r != nil {
			out, err = nil, internalError(m, r)
		}
	}()
	if out, err = dispatch(ctx, s, m); err != nil {
		return nil, err
	}
	out.Seconds = time.Since(start).Seconds() // parse to result, without the figure
	if out.Figure == nil && !s.NoFigures {
		out.Figure, err = pictureOf(out.Result, s.Language(), labelsOfResult(s, out.As))
	}
	return out, err
}
