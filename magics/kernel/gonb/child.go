// Package gonb owns a GoNB child process: it starts it, speaks to it as a Jupyter client does, interrupts it, and sees to
// it that nothing is left of it, whatever way it or we end.
package gonb

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/seed2d25c7c2/didnb/magics/kernel/wire"
	"github.com/seed2d25c7c2/didnb/magics/kernel/zmtp"
)

// ErrDied is the error of a request whose child has ended before it answered.
var ErrDied = errors.New("the Go process has ended")

// Child is a running GoNB. Its methods are safe for concurrent use; requests are answered in turn.
type Child struct {
	Started time.Time

	dir    string // ours alone, removed in the end
	cmd    *exec.Cmd
	guard  func() // ends what guards the child against our own sudden end
	log    *tail
	signer *wire.Signer
	other  func(*wire.Message)
	gone   chan struct{} // closed when the process has ended

	shell, control, stdin, iopub *zmtp.Socket
	readers                      sync.WaitGroup
	once                         sync.Once

	mu      sync.Mutex
	pending map[string]*pending // by the request's id
}

// pending is a request under way.
type pending struct {
	publish, input func(*wire.Message)
	reply          *wire.Message
	idle           bool
	done           chan struct{}
}

// Options of Start.
type Options struct {
	Dir   string              // that cells run in; "" is the process's own
	Env   []string            // more environment, NAME=value
	Other func(*wire.Message) // what the child publishes outside of requests; may be nil
	Log   *slog.Logger
}

// Start starts GoNB and waits until it answers. The error says what is missing.
func Start(ctx context.Context, o Options) (*Child, error) {
	path := searchPath()
	for _, m := range Missing() {
		if m.Program != "gopls" { // which only completion needs
			return nil, fmt.Errorf("the cell holds Go code, for which %s is missing; %s", m.Program, m.Remedy)
		}
	}
	dir, err := os.MkdirTemp("", "didnb-")
	if err != nil {
		return nil, err
	}
	key := wire.NewKey()
	connection := wire.Connection{
		Transport: "ipc", IP: filepath.Join(dir, "s"), Shell: 1, IOPub: 2, Stdin: 3, Control: 4, Heartbeat: 5,
		Key: key, Scheme: "hmac-sha256",
	}
	file := filepath.Join(dir, "kernel-c.json")
	if err := connection.Write(file); err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	c := &Child{
		Started: time.Now(), dir: dir, log: &tail{}, signer: wire.NewSigner(key), other: o.Other,
		gone: make(chan struct{}), pending: map[string]*pending{},
	}
	// Compile errors as text: one error output, as every other kernel gives.
	c.cmd = exec.Command(find("gonb", path), "--raw_error", "--kernel", file)
	c.cmd.Env = append(os.Environ(), "PATH="+path, "TMPDIR="+dir, "TMP="+dir, "GOFLAGS="+goFlags(os.Getenv("GOFLAGS")))
	c.cmd.Env = append(c.cmd.Env, o.Env...)
	c.cmd.Stderr, c.cmd.Stdout = c.log, c.log
	c.cmd.Dir = o.Dir
	ownGroup(c.cmd)
	if err := c.cmd.Start(); err != nil {
		os.RemoveAll(dir)
		return nil, fmt.Errorf("starting GoNB: %w", err)
	}
	c.guard = guard(c.cmd.Process.Pid, dir)
	go func() {
		c.cmd.Wait()
		killGroup(c.cmd.Process)
		killHeirs(dir)
		close(c.gone)
		c.fail()
	}()
	if err := c.connect(ctx, connection); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// goFlags are the user's GOFLAGS and ours: the module may be extended, and programs are linked without tables for
// debuggers, which nobody asks of a cell and which take half the linker's processor time. Panics name their lines all the
// same.
func goFlags(users string) string {
	flags := users + " -mod=mod"
	if !strings.Contains(users, "-ldflags") {
		flags += " -ldflags=-s"
	}
	return strings.TrimSpace(flags)
}

// connect dials the child's sockets as it opens them and asks whether it is there.
func (c *Child) connect(ctx context.Context, connection wire.Connection) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	// One identity on all sockets: GoNB answers what comes on control on shell.
	options := zmtp.Options{Identity: []byte("didnb"), Linger: 50 * time.Millisecond}
	for _, s := range []struct {
		socket **zmtp.Socket
		typ    zmtp.Type
		port   int
	}{{&c.iopub, zmtp.Sub, connection.IOPub}, {&c.stdin, zmtp.Dealer, connection.Stdin}, {&c.control, zmtp.Dealer, connection.Control}, {&c.shell, zmtp.Dealer, connection.Shell}} {
		for {
			socket, err := zmtp.Dial(ctx, s.typ, connection.Endpoint(s.port), options)
			if err == nil {
				*s.socket = socket
				break
			}
			select {
			case <-c.gone:
				return fmt.Errorf("GoNB ended as it was started: %s", c.log.last())
			case <-ctx.Done():
				return fmt.Errorf("GoNB does not answer: %w", context.Cause(ctx))
			case <-time.After(2 * time.Millisecond):
			}
		}
	}
	for _, r := range []struct {
		socket *zmtp.Socket
		handle func(*wire.Message)
	}{{c.shell, c.replied}, {c.control, c.replied}, {c.iopub, c.published}, {c.stdin, c.asked}} {
		c.readers.Add(1)
		go func() {
			defer c.readers.Done()
			for {
				frames, err := r.socket.Recv()
				if err != nil {
					return
				}
				if m, err := c.signer.Unpack(frames); err == nil {
					r.handle(m)
				}
			}
		}()
	}
	// Its iopub may not know our subscription yet; an answer that is heard on both sockets shows that it does.
	for {
		m, err := c.signer.New("kernel_info_request", nil, struct{}{})
		if err != nil {
			return err
		}
		short, end := context.WithTimeout(ctx, 500*time.Millisecond)
		_, err = c.Request(short, m, nil, nil)
		end()
		switch {
		case err == nil:
			return nil
		case errors.Is(err, ErrDied):
			return fmt.Errorf("GoNB ended as it was started: %s", c.log.last())
		case ctx.Err() != nil:
			return fmt.Errorf("GoNB does not answer: %w", ctx.Err())
		}
	}
}

// Request passes a request on under the client's own header, so that what comes back names it as its parent. It gives
// publish what the child publishes for it, but status and execute_input, and input its questions, and returns when the
// reply and idle have come. The error is ErrDied, or that of ctx.
func (c *Child) Request(ctx context.Context, m *wire.Message, publish, input func(*wire.Message)) (*wire.Message, error) {
	p := &pending{publish: publish, input: input, done: make(chan struct{})}
	c.mu.Lock()
	c.pending[m.Header.ID] = p
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		delete(c.pending, m.Header.ID)
		c.mu.Unlock()
	}()
	if err := c.send(c.shell, m); err != nil {
		return nil, ErrDied
	}
	select {
	case <-p.done:
		if p.reply == nil {
			return nil, ErrDied
		}
		return p.reply, nil
	case <-c.gone:
		return nil, ErrDied
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// send re-signs: the client's key is not the child's.
func (c *Child) send(s *zmtp.Socket, m *wire.Message) error {
	out := *m
	out.Identities = nil
	return s.Send(c.signer.Pack(&out))
}

// Notify passes on a message that has no reply: comm messages on shell.
func (c *Child) Notify(m *wire.Message) error { return c.send(c.shell, m) }

// Input passes on an input_reply.
func (c *Child) Input(m *wire.Message) error { return c.send(c.stdin, m) }

// Interrupt ends what the child is doing: the program it runs, or the compiler.
func (c *Child) Interrupt() {
	still := c.underWay()
	if m, err := c.signer.New("interrupt_request", nil, struct{}{}); err == nil {
		c.send(c.control, m)
	}
	interruptCompiler(c.cmd.Process.Pid, still)
}

// underWay returns a function that tells whether a request of now is still unanswered: an interrupt that is late must not
// hit the cell behind the one it was meant for.
func (c *Child) underWay() func() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := make([]*pending, 0, len(c.pending))
	for _, p := range c.pending {
		now = append(now, p)
	}
	return func() bool {
		for _, p := range now {
			select {
			case <-p.done:
			default:
				return true
			}
		}
		return false
	}
}

// Gone is closed when the process has ended.
func (c *Child) Gone() <-chan struct{} { return c.gone }

// Pid is the child's process, which leads its group.
func (c *Child) Pid() int { return c.cmd.Process.Pid }

// Dir is the child's folder for temporary files.
func (c *Child) Dir() string { return c.dir }

func (c *Child) replied(m *wire.Message) {
	c.with(m, func(p *pending) { p.reply = m })
}

func (c *Child) published(m *wire.Message) {
	var s struct {
		State string `json:"execution_state"`
	}
	if m.Header.Type == "status" {
		if m.Decode(&s) == nil && s.State == "idle" {
			c.with(m, func(p *pending) { p.idle = true })
		}
		return
	}
	if m.Header.Type == "execute_input" {
		return
	}
	c.mu.Lock()
	p := c.pending[m.Parent().ID]
	c.mu.Unlock()
	switch {
	case p != nil && p.publish != nil:
		p.publish(m)
	case p == nil && c.other != nil:
		c.other(m)
	}
}

func (c *Child) asked(m *wire.Message) {
	c.mu.Lock()
	p := c.pending[m.Parent().ID]
	c.mu.Unlock()
	if p != nil && p.input != nil {
		p.input(m)
	}
}

// with enters a message into its request, and finishes that when reply and idle are there.
func (c *Child) with(m *wire.Message, enter func(*pending)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.pending[m.Parent().ID]
	if p == nil {
		return
	}
	enter(p)
	if p.reply != nil && p.idle {
		delete(c.pending, m.Parent().ID)
		close(p.done)
	}
}

// fail ends all requests of a dead child.
func (c *Child) fail() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for id, p := range c.pending {
		delete(c.pending, id)
		p.reply = nil
		close(p.done)
	}
}

// Close asks the child to end, kills what is left of it and its own children after a second, and removes its folder.
func (c *Child) Close() {
	c.once.Do(func() {
		if c.shell != nil {
			if m, err := c.signer.New("shutdown_request", nil, map[string]bool{"restart": false}); err == nil {
				c.send(c.control, m)
			}
			select {
			case <-c.gone:
			case <-time.After(time.Second):
			}
		}
		killGroup(c.cmd.Process)
		<-c.gone
		for _, s := range []*zmtp.Socket{c.shell, c.control, c.stdin, c.iopub} {
			if s != nil {
				s.Close()
			}
		}
		c.readers.Wait()
		c.guard()
		os.RemoveAll(c.dir)
	})
}

// tail keeps the last of what the child writes to its own standard error.
type tail struct {
	mu  sync.Mutex
	end []byte
}

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.end = append(t.end, b...)
	if len(t.end) > 8192 {
		t.end = append([]byte(nil), t.end[len(t.end)-4096:]...)
	}
	return len(b), nil
}

// last is the last line written.
func (t *tail) last() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := strings.Split(strings.TrimSpace(string(t.end)), "\n")
	return lines[len(lines)-1]
}
