// Package gocell runs the Go code of cells in a GoNB child that is started when the first of them comes, and started
// again when it has died.
package gocell

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/kernel"
	"github.com/seed2d25c7c2/didnb/magics/kernel/bridge"
	"github.com/seed2d25c7c2/didnb/magics/kernel/gonb"
	"github.com/seed2d25c7c2/didnb/magics/kernel/wire"
	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// Options of New.
type Options struct {
	Session *session.Session
	Dir     string // that Go cells run in; "" is the process's own
	Log     *slog.Logger
}

// Runner is a kernel.GoCells.
type Runner struct {
	o     Options
	calls chan func()

	mu     sync.Mutex
	child  *gonb.Child
	bridge *bridge.Server               // nil before the first child
	show   func([]command.Bundle) error // in the cell that runs; nil between cells

	numbers numbers // of the child's cells; touched by Execute only

	once   sync.Once
	closed chan struct{}
}

var _ kernel.GoCells = (*Runner)(nil)

// New makes a runner; no child is started yet.
func New(o Options) *Runner {
	return &Runner{o: o, calls: make(chan func()), closed: make(chan struct{})}
}

// Calls are pieces of work on the session that Go programs have asked for between cells.
func (r *Runner) Calls() <-chan func() { return r.calls }

// ready is the running child, started if there is none; again is true if an earlier one has died.
func (r *Runner) ready(ctx context.Context) (child *gonb.Child, again bool, err error) {
	child = r.started()
	if child != nil {
		select {
		case <-child.Gone():
			child.Close()
			again = true
		default:
			return child, false, nil
		}
	}
	r.mu.Lock()
	if r.bridge == nil {
		r.bridge, err = bridge.Listen(bridge.Host{Do: r.do, Show: r.display})
	}
	server := r.bridge
	r.mu.Unlock()
	if err != nil {
		return nil, again, fmt.Errorf("opening the way from Go cells to the session: %w", err)
	}
	child, err = gonb.Start(ctx, gonb.Options{Dir: r.o.Dir, Log: r.o.Log, Env: server.Env()})
	r.mu.Lock()
	r.child = child
	r.mu.Unlock()
	r.numbers = numbers{}
	return child, again, err
}

// Execute runs code as the answer to the request.
func (r *Runner) Execute(ctx context.Context, request *wire.Message, code string, c kernel.Client) (kernel.GoReply, error) {
	if err := ctx.Err(); err != nil {
		return kernel.GoReply{}, err
	}
	child, again, err := r.ready(ctx)
	if err != nil {
		return kernel.GoReply{}, err
	}
	if again {
		r.say(request, c, "The Go process had ended and was started again; what earlier Go cells declared is gone, the session's panels and results are still here.\n")
	}
	if err := child.Seed(); err != nil {
		return kernel.GoReply{}, fmt.Errorf("preparing the Go module: %w", err)
	}
	reset, rest := cutReset(lang.Shield(code))
	if reset != "" {
		// GoNB begins a new module at %reset, before the cell's Go code is built; that code needs the seed.
		if _, err := r.pass(ctx, child, request, reset, c); err != nil {
			return r.ended(err)
		}
		if err := child.Seed(); err != nil {
			return kernel.GoReply{}, fmt.Errorf("preparing the Go module: %w", err)
		}
		if strings.TrimSpace(rest) == "" {
			return kernel.GoReply{Status: "ok"}, nil
		}
	}
	reply, err := r.pass(ctx, child, request, rest, c)
	if err != nil {
		return r.ended(err)
	}
	var content struct {
		Status string `json:"status"`
		kernel.Failure
	}
	if err := json.Unmarshal(reply.Content, &content); err != nil {
		return kernel.GoReply{}, fmt.Errorf("GoNB's answer: %w", err)
	}
	if content.Status == "error" && bareStatements(rest) {
		hint := declarations
		if r.o.Session.Language() == session.Chinese {
			hint = declarationsZH
		}
		r.say(request, c, hint)
	}
	if content.Traceback == nil {
		content.Traceback = []string{}
	}
	return kernel.GoReply{Status: content.Status, Failure: content.Failure}, nil
}

// ended is the error of a request whose child did not answer.
func (r *Runner) ended(err error) (kernel.GoReply, error) {
	if errors.Is(err, gonb.ErrDied) {
		err = errors.New("the Go process ended while the cell ran; the next Go cell starts it again, and the session's panels and results are still here")
	}
	return kernel.GoReply{}, err
}

// pass hands the request to the child with other code. The context's end interrupts the child and waits for its answer,
// and kills it when none comes: a child that hangs must not make the kernel hang.
func (r *Runner) pass(ctx context.Context, child *gonb.Child, request *wire.Message, code string, c kernel.Client) (*wire.Message, error) {
	fields := map[string]any{}
	if err := request.Decode(&fields); err != nil {
		return nil, err
	}
	// GoNB insists on these.
	for name, value := range map[string]any{"silent": false, "store_history": true, "allow_stdin": c.Input != nil} {
		if _, ok := fields[name].(bool); !ok || name == "allow_stdin" {
			fields[name] = value
		}
	}
	fields["code"] = code
	if fields["store_history"] == true { // else the child does not count it
		r.numbers.next(c.Count)
	}
	m, err := request.With(fields)
	if err != nil {
		return nil, err
	}
	waiting, stop := context.WithCancel(context.Background())
	defer stop()
	over := make(chan struct{})
	defer close(over)
	go func() {
		select {
		case <-over:
			return
		case <-ctx.Done():
		}
		select {
		case <-over:
		case <-time.After(killAfter):
			child.Close()
			stop()
		}
	}()
	r.setShow(func(bundles []command.Bundle) error { return r.publish(request, c, bundles) })
	defer r.setShow(nil)
	type answer struct {
		reply *wire.Message
		err   error
	}
	answered := make(chan answer, 1)
	go func() {
		reply, err := child.Request(waiting, m, func(m *wire.Message) { c.Publish(r.numbers.in(m)) }, c.Input)
		answered <- answer{reply, err}
	}()
	// We are in the goroutine that owns the session: what the cell's program asks of it is done here.
	for {
		select {
		case call := <-r.calls:
			call()
		case a := <-answered:
			if a.err == nil {
				a.reply = r.numbers.in(a.reply)
			}
			return a.reply, a.err
		}
	}
}

// killAfter is how long an interrupted child may take; GoNB itself gives a program five seconds before it kills it.
const killAfter = 8 * time.Second

// say writes to the cell's standard error.
func (r *Runner) say(request *wire.Message, c kernel.Client, text string) {
	if m, err := wire.NewSigner("").New("stream", request, map[string]string{"name": "stderr", "text": text}); err == nil {
		c.Publish(m)
	}
}

// cutReset parts lines that begin a new module from the rest of the cell; rest keeps the line numbers.
func cutReset(code string) (reset, rest string) {
	lines := strings.Split(code, "\n")
	for i, l := range lines {
		if f := strings.Fields(l); len(f) > 0 && strings.HasPrefix(l, "%") && (f[0] == "%reset" || len(f) > 1 && f[0] == "%" && f[1] == "reset") {
			reset += l + "\n"
			lines[i] = ""
		}
	}
	return reset, strings.Join(lines, "\n")
}

// young is how long a child must not be asked for completions: gopls is starting, and GoNB would answer nothing else
// until it has.
const young = 12 * time.Second

// Ask passes on a question about code. Without a child one is started, for the next question.
func (r *Runner) Ask(ctx context.Context, request *wire.Message) []byte {
	child := r.started()
	if child == nil || time.Since(child.Started) < young {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	reply, err := child.Request(ctx, request, nil, nil)
	if err != nil {
		return nil
	}
	return reply.Content
}

// started is the running child, nil if there is none.
func (r *Runner) started() *gonb.Child {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.child
}

// Comm passes on a comm message; false if no child runs.
func (r *Runner) Comm(m *wire.Message) bool {
	child := r.started()
	return child != nil && child.Notify(m) == nil
}

// Input passes on an answer to a question.
func (r *Runner) Input(m *wire.Message) {
	child := r.started()
	if child != nil {
		child.Input(m)
	}
}

// Interrupt ends what the child is doing.
func (r *Runner) Interrupt() {
	child := r.started()
	if child != nil {
		child.Interrupt()
	}
}

// Close ends the child.
func (r *Runner) Close() {
	r.once.Do(func() { close(r.closed) })
	r.mu.Lock()
	child, server := r.child, r.bridge
	r.child, r.bridge = nil, nil
	r.mu.Unlock()
	if child != nil {
		child.Close()
	}
	if server != nil {
		server.Close()
	}
}
