package gocell

import (
	"context"

	"github.com/seed2d25c7c2/didnb/magics/kernel"
	"github.com/seed2d25c7c2/didnb/magics/kernel/gonb"
	"github.com/seed2d25c7c2/didnb/magics/kernel/wire"
	"github.com/seed2d25c7c2/didnb/magics/notebook"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// Headless runs the Go cells of notebooks without Jupyter, by the same child as the kernel: it is a notebook.GoRunner.
// The zero value is ready; a child is started with the first Go cell of each session.
type Headless struct {
	session *session.Session
	runner  *Runner
	signer  *wire.Signer
}

// NewHeadless is a runner for the notebook package, nil where Go cells can't run, so that optional ones are skipped.
func NewHeadless() notebook.GoRunner {
	for _, m := range gonb.Missing() {
		if m.Program != "gopls" {
			return nil
		}
	}
	return &Headless{}
}

// RunGo runs the Go code of the cell with that number and emits what it shows, in order. A cell that fails is a
// *notebook.GoError.
func (h *Headless) RunGo(ctx context.Context, s *session.Session, count int, code string, emit func(notebook.Output)) error {
	if h.session != s {
		h.Close()
		h.session, h.signer = s, wire.NewSigner("")
		h.runner = New(Options{Session: s, Dir: s.Dir})
	}
	m, err := h.signer.New("execute_request", nil, map[string]any{"code": code, "silent": false, "store_history": true, "allow_stdin": false})
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, h.runner.Interrupt)
	defer stop()
	var failed *notebook.GoError
	reply, err := h.runner.Execute(ctx, m, code, kernel.Client{Count: count, Publish: func(m *wire.Message) {
		if m.Header.Type == "error" {
			var f kernel.Failure
			if m.Decode(&f) == nil {
				failed = &notebook.GoError{Name: f.Name, Value: f.Value, Traceback: f.Traceback}
			}
		}
		if o, ok := output(m); ok {
			emit(o)
		}
	}})
	switch {
	case err != nil || reply.Status == "ok":
		return err
	case failed == nil: // the reply says it too
		failed = &notebook.GoError{Name: reply.Name, Value: reply.Value, Traceback: reply.Traceback}
	}
	return failed
}

// Close ends the child.
func (h *Headless) Close() {
	if h.runner != nil {
		h.runner.Close()
	}
}

// output is a message as a notebook stores it; ok is false for those that leave nothing there. A cell's error is
// returned by RunGo and stored by its caller.
func output(m *wire.Message) (o notebook.Output, ok bool) {
	switch m.Header.Type {
	case "stream":
		var c struct{ Name, Text string }
		if m.Decode(&c) != nil {
			return o, false
		}
		return notebook.Output{Type: notebook.Stream, Name: c.Name, Text: c.Text}, true
	case "display_data":
		var c struct{ Data, Metadata map[string]any }
		if m.Decode(&c) != nil {
			return o, false
		}
		if c.Metadata == nil {
			c.Metadata = map[string]any{}
		}
		return notebook.Output{Type: notebook.DisplayData, Data: c.Data, Metadata: c.Metadata}, true
	}
	return o, false
}
