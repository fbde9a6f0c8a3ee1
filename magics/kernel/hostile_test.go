package kernel_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed2d25c7c2/didnb/magics/kernel"
	"github.com/seed2d25c7c2/didnb/magics/kernel/client"
	"github.com/seed2d25c7c2/didnb/magics/kernel/wire"
	"github.com/seed2d25c7c2/didnb/magics/kernel/zmtp"
)

// raw dials the shell socket and sends frames as they are.
func raw(t *testing.T, c wire.Connection, frames ...[]byte) {
	t.Helper()
	s, err := zmtp.Dial(context.Background(), zmtp.Dealer, c.Endpoint(c.Shell), zmtp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Send(frames); err != nil {
		t.Fatal(err)
	}
}

// What is not signed with the key, or no message at all, is dropped without an answer and harms nobody.
func TestUnsignedIsDropped(t *testing.T) {
	g := newFakeGo()
	heard := make(chan string, 100)
	c, conn := start(t, g, client.Options{Publish: func(m *wire.Message) { heard <- m.Header.Type }})
	if err := c.Ready(context.Background()); err != nil {
		t.Fatal(err)
	}
	for len(heard) > 0 {
		<-heard
	}
	stranger := wire.NewSigner("guess")
	m, err := stranger.New("execute_request", nil, client.Cell("print stolen"))
	if err != nil {
		t.Fatal(err)
	}
	frames := stranger.Pack(m)
	raw(t, conn, frames...)
	unsigned := append([][]byte(nil), frames...)
	unsigned[1] = nil
	raw(t, conn, unsigned...)
	raw(t, conn, []byte("<IDS|MSG>"))
	raw(t, conn, []byte("x"))
	raw(t, conn, bytes.Repeat([]byte("x"), 1<<20), []byte("<IDS|MSG>"), nil, nil, nil, nil, nil)
	if a := run(t, c, "print fine"); a.Text("stdout") != "fine" {
		t.Errorf("got %q", a.Text("stdout"))
	}
	if got := strings.Join(g.log(), "|"); got != "print fine" {
		t.Errorf("Go ran %s", got)
	}
	for range 4 { // busy execute_input stream idle, and nothing else
		<-heard
	}
	select {
	case got := <-heard:
		t.Errorf("%s was published", got)
	case <-time.After(20 * time.Millisecond):
	}
}

// Signed, but not what the protocol says: an answer of status error, or none, and the kernel goes on.
func TestMalformedContent(t *testing.T) {
	c, _ := start(t, newFakeGo(), client.Options{})
	for _, msgType := range []string{"execute_request", "complete_request", "inspect_request", "is_complete_request", "history_request", "comm_info_request"} {
		for _, content := range []string{`[]`, `"x"`, `{"code": 1, "session": "x", "target_name": 2}`} {
			if a := ask(t, c, msgType, json.RawMessage(content)); a.Status() != "error" {
				t.Errorf("%s with %s: %s", msgType, content, a.Reply.Content)
			}
		}
	}
	for _, msgType := range []string{"comm_open", "comm_msg", "comm_close"} {
		if _, err := c.Send(client.Shell, msgType, json.RawMessage(`[1]`)); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if a, err := c.Request(ctx, client.Control, "debug_request", struct{}{}); err != nil || a.Status() != "error" {
		t.Errorf("a debugger: %v", err)
	}
	if a := run(t, c, "%show a"); a.Status() != "ok" {
		t.Errorf("afterwards: %s", a.Reply.Content)
	}
}

func TestLargeCells(t *testing.T) {
	c, _ := start(t, newFakeGo(), client.Options{})
	long := strings.Repeat("产业 ", 300000) // 2 MB
	a := run(t, c, "%show "+long)
	var d struct{ Data map[string]string }
	if len(a.Of("display_data")) != 1 || a.Of("display_data")[0].Decode(&d) != nil || d.Data["text/plain"] != long {
		t.Error("2 MB did not come back as sent")
	}
	for range 5 {
		a := run(t, c, "big")
		if a.Of("display_data")[0].Decode(&d) != nil || len(d.Data["text/plain"]) != 5<<20 {
			t.Error("5 MB of output are not whole")
		}
	}
	// Code that is no UTF-8 can't be in JSON; a client that sends it all the same gets an answer.
	if a := ask(t, c, "execute_request", json.RawMessage("{\"code\": \"%show \xff\xfe\"}")); a.Status() != "ok" {
		t.Errorf("no UTF-8: %s", a.Reply.Content)
	}
}

// Clients at once, each with its own cells: every one gets its answers, whole and in order.
func TestConcurrentClients(t *testing.T) {
	_, conn := start(t, newFakeGo(), client.Options{})
	var wg sync.WaitGroup
	for k := range 4 {
		c := connect(t, conn, client.Options{})
		wg.Add(1)
		go func() {
			defer wg.Done()
			ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
			defer cancel()
			if err := c.Ready(ctx); err != nil {
				t.Error(err)
				return
			}
			var sent []*client.Pending
			for i := range 250 {
				p, err := c.Send(client.Shell, "execute_request", client.Cell(fmt.Sprintf("%%show %d.%d", k, i)))
				if err != nil {
					t.Error(err)
					return
				}
				sent = append(sent, p)
			}
			for i, p := range sent {
				a, err := p.Wait(ctx)
				if err != nil {
					t.Error(err)
					return
				}
				if got, want := types(a)+field(a.Of("display_data")[0], "data"), fmt.Sprintf(`busy execute_input display_data idle{"text/plain":"%d.%d"}`, k, i); got != want {
					t.Errorf("got %s, want %s", got, want)
				}
			}
		}()
	}
	wg.Wait()
}

// A client whose subscription comes late, or never, holds nothing up; one that comes later hears what is said from then on.
func TestSubscribers(t *testing.T) {
	c, conn := start(t, newFakeGo(), client.Options{})
	// A shell without any iopub.
	signer := wire.NewSigner(conn.Key)
	lone, err := zmtp.Dial(context.Background(), zmtp.Dealer, conn.Endpoint(conn.Shell), zmtp.Options{Identity: []byte("lone")})
	if err != nil {
		t.Fatal(err)
	}
	defer lone.Close()
	m, err := signer.New("kernel_info_request", nil, struct{}{})
	if err != nil {
		t.Fatal(err)
	}
	lone.Send(signer.Pack(m))
	if _, err := lone.Recv(); err != nil {
		t.Fatal(err)
	}
	// A subscriber that never reads.
	deaf, err := zmtp.Dial(context.Background(), zmtp.Sub, conn.Endpoint(conn.IOPub), zmtp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer deaf.Close()
	for range 3 {
		if a := run(t, c, "big"); len(a.Of("display_data")) != 1 {
			t.Error("output is lost")
		}
	}
	late := connect(t, conn, client.Options{})
	if a := run(t, late, "%show a"); types(a) != "busy execute_input display_data idle" {
		t.Errorf("a late client heard %s", types(a))
	}
}

// Clients that come and go, with and without manners, on a TCP port.
func TestStormOfClients(t *testing.T) {
	conn := wire.Connection{Transport: "tcp", IP: "127.0.0.1", Key: "secret", Scheme: "hmac-sha256"}
	for _, port := range []*int{&conn.Shell, &conn.IOPub, &conn.Stdin, &conn.Control, &conn.Heartbeat} {
		*port = freePort(t)
	}
	before := runtime.NumGoroutine()
	k, err := kernel.Listen(kernel.Options{Connection: conn, Language: echo{}, Go: noGo{}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan bool)
	go func() {
		k.Serve(ctx)
		close(served)
	}()
	var wg sync.WaitGroup
	for n := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 15 {
				switch (i + n) % 3 {
				case 0:
					if c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", conn.Shell)); err == nil {
						io.WriteString(c, "GET / HTTP/1.0\r\n\r\n")
						c.Close()
					}
				case 1: // asks and is gone
					if c, err := client.Dial(context.Background(), conn, client.Options{}); err == nil {
						c.Send(client.Shell, "execute_request", client.Cell("%show a"))
						c.Close()
					}
				case 2:
					c, err := client.Dial(context.Background(), conn, client.Options{})
					if err != nil {
						t.Error(err)
						return
					}
					// As every client does: what is published before its subscription has come, it can't hear.
					short, end := context.WithTimeout(context.Background(), 20*time.Second)
					if err := c.Ready(short); err != nil {
						t.Error(err)
					} else if _, err := c.Execute(short, "%show a"); err != nil {
						t.Error(err)
					}
					end()
					c.Close()
				}
			}
		}()
	}
	wg.Wait()
	cancel()
	<-served
	for end := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d goroutines before, %d after", before, runtime.NumGoroutine())
		}
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// A port that is taken is said, and what was opened before is closed again.
func TestPortTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	conn := wire.Connection{Transport: "tcp", IP: "127.0.0.1", Shell: l.Addr().(*net.TCPAddr).Port}
	for _, port := range []*int{&conn.IOPub, &conn.Stdin, &conn.Control, &conn.Heartbeat} {
		*port = freePort(t)
	}
	if _, err := kernel.Listen(kernel.Options{Connection: conn, Language: echo{}, Go: noGo{}}); err == nil || !strings.Contains(err.Error(), fmt.Sprint("port ", conn.Shell)) {
		t.Errorf("got %v", err)
	}
	again, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", conn.IOPub))
	if err != nil {
		t.Errorf("a port is left open: %v", err)
	} else {
		again.Close()
	}
}

// Nothing grows with the number of cells but the history.
func TestSoak(t *testing.T) {
	c, _ := start(t, newFakeGo(), client.Options{})
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapInuse
	}
	var settled uint64
	goroutines := 0
	for i := range 1000 {
		if i == 100 {
			settled, goroutines = heap(), runtime.NumGoroutine()
		}
		if a := run(t, c, "%show "+strings.Repeat("x", 1000)); a.Status() != "ok" {
			t.Fatalf("cell %d: %s", i, a.Reply.Content)
		}
	}
	// The history of 900 cells of 1 kB is under a megabyte; 8 leave room for the garbage collector's moods.
	if now := heap(); now > settled+8<<20 {
		t.Errorf("the heap grew from %d kB to %d kB", settled>>10, now>>10)
	}
	if now := runtime.NumGoroutine(); now > goroutines+2 {
		t.Errorf("%d goroutines became %d", goroutines, now)
	}
}
