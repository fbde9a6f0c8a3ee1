package kernel_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed2d25c7c2/didnb/magics/kernel"
	"github.com/seed2d25c7c2/didnb/magics/kernel/client"
	"github.com/seed2d25c7c2/didnb/magics/kernel/wire"
	"github.com/seed2d25c7c2/didnb/magics/progress"
)

// echo is a language for tests: %show TEXT, %fail, %panic, %wait (until interrupted), %work (with progress).
type echo struct{}

func (echo) Run(ctx context.Context, cell string, show func(kernel.Display)) (string, error) {
	lines := strings.Split(cell, "\n")
	for i, l := range lines {
		word, arg, _ := strings.Cut(l, " ")
		switch word {
		case "%show":
			show(text(arg))
		case "%fail":
			return "", fmt.Errorf("line %d failed", i+1)
		case "%panic":
			panic("a bug")
		case "%wait":
			<-ctx.Done()
			return "", ctx.Err()
		case "%work":
			report := progress.From(ctx)
			for k := range 10 {
				time.Sleep(80 * time.Millisecond)
				if report != nil {
					report(k, 10)
				}
			}
			show(text("worked"))
		default:
			continue
		}
		lines[i] = ""
	}
	return strings.Join(lines, "\n"), nil
}

func text(s string) kernel.Display { return kernel.Display{Data: map[string]any{"text/plain": s}} }

func (echo) Rest(cell string) string {
	lines := strings.Split(cell, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, "%") {
			lines[i] = ""
		}
	}
	return strings.Join(lines, "\n")
}

func (echo) Complete(cell string, cursor int) (kernel.Completion, bool) {
	if !strings.HasPrefix(cell, "%") {
		return kernel.Completion{}, false
	}
	return kernel.Completion{Start: 1, End: cursor, Matches: []kernel.Match{{Text: "show", Kind: "magic", Doc: "shows"}}}, true
}

func (echo) Inspect(cell string, cursor int) (kernel.Display, bool) {
	if !strings.HasPrefix(cell, "%") {
		return kernel.Display{}, false
	}
	if strings.HasPrefix(cell, "%show") {
		return text("shows a text"), true
	}
	return kernel.Display{}, true
}

func (echo) Evaluate(expression string) (kernel.Display, error) {
	if expression == "one" {
		return text("1"), nil
	}
	return kernel.Display{}, errors.New("no such thing")
}

func (echo) Failure(err error) kernel.Failure {
	return kernel.Failure{Name: "Error", Value: err.Error(), Traceback: []string{err.Error()}}
}

// noGo is a machine without Go.
type noGo struct{}

func (noGo) Execute(context.Context, *wire.Message, string, kernel.Client) (kernel.GoReply, error) {
	return kernel.GoReply{}, errors.New("there is no Go here")
}
func (noGo) Ask(context.Context, *wire.Message) []byte { return nil }
func (noGo) Comm(*wire.Message) bool                   { return false }
func (noGo) Input(*wire.Message)                       {}
func (noGo) Interrupt()                                {}
func (noGo) Calls() <-chan func()                      { return nil }
func (noGo) Close()                                    {}

// fakeGo answers as GoNB does, by the code's words: print TEXT, ask PROMPT, fail, wait.
type fakeGo struct {
	noGo
	mu       sync.Mutex
	executed []string
	signer   *wire.Signer
	inputs   chan string
	stopped  chan bool
	calls    chan func()
	comms    []string
	closed   atomic.Bool
}

func newFakeGo() *fakeGo {
	return &fakeGo{signer: wire.NewSigner("child"), inputs: make(chan string, 1), stopped: make(chan bool, 1), calls: make(chan func())}
}

func (g *fakeGo) Execute(ctx context.Context, request *wire.Message, code string, c kernel.Client) (kernel.GoReply, error) {
	g.mu.Lock()
	g.executed = append(g.executed, code)
	g.mu.Unlock()
	word, arg, _ := strings.Cut(strings.TrimSpace(code), " ")
	message := func(msgType string, content any) *wire.Message {
		m, err := g.signer.New(msgType, request, content)
		if err != nil {
			panic(err)
		}
		return m
	}
	print := func(s string) {
		c.Publish(message("stream", map[string]string{"name": "stdout", "text": s}))
	}
	switch word {
	case "print":
		print(arg)
	case "ask":
		if c.Input == nil {
			return kernel.GoReply{Status: "error", Failure: kernel.Failure{Name: "ERROR", Value: "no input", Traceback: []string{}}}, nil
		}
		c.Input(message("input_request", map[string]any{"prompt": arg, "password": false}))
		print("got " + <-g.inputs)
	case "wait":
		<-g.stopped
		return kernel.GoReply{}, context.Canceled
	case "big":
		c.Publish(message("display_data", map[string]any{"data": map[string]string{"text/plain": strings.Repeat("x", 5<<20)}, "metadata": struct{}{}, "transient": struct{}{}}))
	case "comm":
		c.Publish(message("comm_open", map[string]any{"comm_id": "1", "target_name": "gonb", "data": struct{}{}}))
	case "fail":
		f := kernel.Failure{Name: "ERROR", Value: "exit status 1", Traceback: []string{"exit status 1"}}
		c.Publish(message("error", f))
		return kernel.GoReply{Status: "error", Failure: f}, nil
	}
	return kernel.GoReply{Status: "ok"}, nil
}

func (g *fakeGo) Ask(_ context.Context, request *wire.Message) []byte {
	var q struct {
		Code   string
		Cursor int `json:"cursor_pos"`
	}
	if request.Decode(&q) != nil {
		return nil
	}
	g.mu.Lock()
	g.executed = append(g.executed, fmt.Sprintf("%s %d", q.Code, q.Cursor))
	g.mu.Unlock()
	if request.Header.Type == "inspect_request" {
		return []byte(`{"status":"ok","found":true,"data":{"text/plain":"from gopls"},"metadata":{}}`)
	}
	answer, _ := json.Marshal(map[string]any{"status": "ok", "matches": []string{"Println", "AppendLn", "printer"}, "cursor_start": q.Cursor - 2, "cursor_end": q.Cursor})
	return answer
}

func (g *fakeGo) Comm(m *wire.Message) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.comms = append(g.comms, m.Header.Type)
	return true
}

func (g *fakeGo) Input(m *wire.Message) {
	var q struct{ Value string }
	m.Decode(&q)
	g.inputs <- q.Value
}

func (g *fakeGo) Interrupt() {
	select {
	case g.stopped <- true:
	default:
	}
}

func (g *fakeGo) Calls() <-chan func() { return g.calls }

func (g *fakeGo) Close() { g.closed.Store(true) }

func (g *fakeGo) log() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]string(nil), g.executed...)
}

// start serves a kernel until the test ends and connects a client to it.
func start(t *testing.T, g kernel.GoCells, o client.Options) (*client.Client, wire.Connection) {
	t.Helper()
	// The path of a Unix socket is short on some systems, that of t.TempDir is not.
	dir, err := os.MkdirTemp("", "k")
	if err != nil {
		t.Fatal(err)
	}
	c := wire.Connection{Transport: "ipc", IP: filepath.Join(dir, "k"), Shell: 1, IOPub: 2, Stdin: 3, Control: 4, Heartbeat: 5, Key: "secret", Scheme: "hmac-sha256"}
	k, err := kernel.Listen(kernel.Options{Connection: c, Language: echo{}, Go: g, Version: "1"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan bool)
	go func() {
		k.Serve(ctx)
		close(served)
	}()
	t.Cleanup(func() {
		cancel()
		select {
		case <-served:
		case <-time.After(5 * time.Second):
			t.Error("the kernel did not stop in 5 s")
		}
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("the kernel left %v", left)
		}
		os.RemoveAll(dir)
	})
	return connect(t, c, o), c
}

func connect(t *testing.T, c wire.Connection, o client.Options) *client.Client {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	k, err := client.Dial(ctx, c, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.Close)
	return k
}

func ask(t *testing.T, c *client.Client, msgType string, content any) *client.Answer {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	a, err := c.Request(ctx, client.Shell, msgType, content)
	if err != nil {
		t.Fatalf("%s: %v; so far %s", msgType, err, types(a))
	}
	return a
}

func run(t *testing.T, c *client.Client, code string) *client.Answer {
	t.Helper()
	return ask(t, c, "execute_request", client.Cell(code))
}

// types lists what was published, a status by its state.
func types(a *client.Answer) string {
	var list []string
	for _, m := range a.Published {
		name := m.Header.Type
		if name == "status" {
			var s struct {
				State string `json:"execution_state"`
			}
			m.Decode(&s)
			name = s.State
		}
		list = append(list, name)
	}
	return strings.Join(list, " ")
}

// field reads one field of a message's content.
func field(m *wire.Message, name string) string {
	fields := map[string]json.RawMessage{}
	json.Unmarshal(m.Content, &fields)
	return string(fields[name])
}
