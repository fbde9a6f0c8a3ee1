// Package client talks to a Jupyter kernel as a notebook does: it asks, and gathers what the kernel publishes in answer.
// `didnb doctor` tries the kernel with it, benchmarks measure with it, and tests need no Jupyter.
package client

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/seed2d25c7c2/didnb/magics/kernel/wire"
	"github.com/seed2d25c7c2/didnb/magics/kernel/zmtp"
)

// Client is connected to one kernel. Requests may be made from several goroutines.
type Client struct {
	o                            Options
	signer                       *wire.Signer
	shell, control, stdin, iopub *zmtp.Socket
	readers                      sync.WaitGroup

	mu      sync.Mutex
	pending map[string]*Pending // by the request's id
}

// Options of a client, called from its own goroutines; each may be nil.
type Options struct {
	Input   func(prompt string, password bool) (answer string) // nil: questions stay unanswered
	Publish func(*wire.Message)                                // sees every message of iopub first
}

// Pending is a request under way.
type Pending struct {
	ID string // the message's

	client  *Client
	answer  Answer
	replied bool
	idle    bool
	done    chan struct{}
}

// Answer is what a kernel made of a request.
type Answer struct {
	Reply     *wire.Message
	Published []*wire.Message // on iopub in answer to the request, in order, busy and idle included
}

// Of lists the published messages of a type.
func (a *Answer) Of(msgType string) []*wire.Message {
	var list []*wire.Message
	for _, m := range a.Published {
		if m.Header.Type == msgType {
			list = append(list, m)
		}
	}
	return list
}

// Text is everything the request wrote to a stream, stdout or stderr.
func (a *Answer) Text(stream string) string {
	text := ""
	for _, m := range a.Of("stream") {
		var s struct{ Name, Text string }
		if m.Decode(&s) == nil && s.Name == stream {
			text += s.Text
		}
	}
	return text
}

// Status is the reply's status.
func (a *Answer) Status() string {
	var s struct{ Status string }
	_ = a.Reply.Decode(&s)
	return s.Status
}

// Dial connects to a kernel, whose sockets may still be about to open, until ctx ends.
func Dial(ctx context.Context, c wire.Connection, o Options) (*Client, error) {
	k := &Client{o: o, signer: wire.NewSigner(c.Key), pending: map[string]*Pending{}}
	options := zmtp.Options{Identity: []byte(k.signer.Session()), Linger: 100 * time.Millisecond}
	for _, s := range []struct {
		socket **zmtp.Socket
		typ    zmtp.Type
		port   int
	}{{&k.iopub, zmtp.Sub, c.IOPub}, {&k.stdin, zmtp.Dealer, c.Stdin}, {&k.control, zmtp.Dealer, c.Control}, {&k.shell, zmtp.Dealer, c.Shell}} {
		for {
			socket, err := zmtp.Dial(ctx, s.typ, c.Endpoint(s.port), options)
			if err == nil {
				*s.socket = socket
				break
			}
			select {
			case <-ctx.Done():
				k.Close()
				return nil, fmt.Errorf("no kernel answers at %s: %w", c.Endpoint(s.port), err)
			case <-time.After(2 * time.Millisecond):
			}
		}
	}
	for _, r := range []struct {
		socket *zmtp.Socket
		handle func(*wire.Message)
	}{{k.shell, k.replied}, {k.control, k.replied}, {k.iopub, k.published}, {k.stdin, k.asked}} {
		k.readers.Add(1)
		go func() {
			defer k.readers.Done()
			for {
				frames, err := r.socket.Recv()
				if err != nil {
					return
				}
				if m, err := k.signer.Unpack(frames); err == nil {
					r.handle(m)
				}
			}
		}()
	}
	return k, nil
}

// Close ends the connections.
func (c *Client) Close() {
	for _, s := range []*zmtp.Socket{c.shell, c.control, c.stdin, c.iopub} {
		if s != nil {
			s.Close()
		}
	}
	c.readers.Wait()
}

func (c *Client) replied(m *wire.Message) {
	c.note(m, func(p *Pending) { p.answer.Reply, p.replied = m, true })
}

func (c *Client) published(m *wire.Message) {
	if c.o.Publish != nil {
		c.o.Publish(m)
	}
	c.note(m, func(p *Pending) {
		p.answer.Published = append(p.answer.Published, m)
		var s struct {
			State string `json:"execution_state"`
		}
		if m.Header.Type == "status" && m.Decode(&s) == nil && s.State == "idle" {
			p.idle = true
		}
	})
}

// note enters a message into the request that it answers.
func (c *Client) note(m *wire.Message, enter func(*Pending)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.pending[m.Parent().ID]
	if p == nil {
		return
	}
	enter(p)
	if p.idle && p.replied {
		delete(c.pending, m.Parent().ID)
		close(p.done)
	}
}

func (c *Client) asked(m *wire.Message) {
	var q struct {
		Prompt   string
		Password bool
	}
	if m.Header.Type != "input_request" || c.o.Input == nil || m.Decode(&q) != nil {
		return
	}
	reply, err := c.signer.New("input_reply", m, map[string]string{"status": "ok", "value": c.o.Input(q.Prompt, q.Password)})
	if err == nil {
		c.stdin.Send(zmtp.Message(c.signer.Pack(reply)))
	}
}

// Channel is a socket that requests go to.
type Channel int

// Shell takes cells and questions; Control takes interrupts and shutdown, and is served at once.
const (
	Shell Channel = iota
	Control
)

// Send sends a request and returns at once; the Pending gathers its answer.
func (c *Client) Send(ch Channel, msgType string, content any) (*Pending, error) {
	m, err := c.signer.New(msgType, nil, content)
	if err != nil {
		return nil, err
	}
	p := &Pending{client: c, ID: m.Header.ID, done: make(chan struct{})}
	c.mu.Lock()
	c.pending[p.ID] = p
	c.mu.Unlock()
	socket := c.shell
	if ch == Control {
		socket = c.control
	}
	return p, socket.Send(zmtp.Message(c.signer.Pack(m)))
}

// Wait waits for the reply and for idle. When ctx ends before, what has come so far is returned with its error.
func (p *Pending) Wait(ctx context.Context) (*Answer, error) {
	select {
	case <-p.done:
		return &p.answer, nil
	case <-ctx.Done():
		p.client.mu.Lock()
		defer p.client.mu.Unlock()
		delete(p.client.pending, p.ID)
		got := p.answer
		return &got, fmt.Errorf("waiting for the kernel (reply: %v, idle: %v): %w", p.replied, p.idle, ctx.Err())
	}
}

// Request sends a request and waits for its answer.
func (c *Client) Request(ctx context.Context, ch Channel, msgType string, content any) (*Answer, error) {
	p, err := c.Send(ch, msgType, content)
	if err != nil {
		return nil, err
	}
	return p.Wait(ctx)
}

// Execute is the content of an execute_request.
type Execute struct {
	Code            string            `json:"code"`
	Silent          bool              `json:"silent"`
	StoreHistory    bool              `json:"store_history"`
	UserExpressions map[string]string `json:"user_expressions"`
	AllowStdin      bool              `json:"allow_stdin"`
	StopOnError     bool              `json:"stop_on_error"`
}

// Cell is a cell run as a notebook runs it.
func Cell(code string) Execute {
	return Execute{Code: code, StoreHistory: true, AllowStdin: true, StopOnError: true, UserExpressions: map[string]string{}}
}

// Execute runs a cell.
func (c *Client) Execute(ctx context.Context, code string) (*Answer, error) {
	return c.Request(ctx, Shell, "execute_request", Cell(code))
}

// Ready waits until the kernel answers and its iopub is heard.
func (c *Client) Ready(ctx context.Context) error {
	for {
		short, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
		_, err := c.Request(short, Shell, "kernel_info_request", struct{}{})
		cancel()
		if err == nil || ctx.Err() != nil {
			return err
		}
	}
}
