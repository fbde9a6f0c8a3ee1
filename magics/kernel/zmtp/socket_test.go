package zmtp_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed2d25c7c2/didnb/magics/kernel/zmtp"
)

func ExampleListen() {
	router, err := zmtp.Listen(zmtp.Router, "tcp://127.0.0.1:0", zmtp.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer router.Close()
	dealer, err := zmtp.Dial(context.Background(), zmtp.Dealer, "tcp://"+router.Addr().String(), zmtp.Options{Identity: []byte("me")})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer dealer.Close()
	dealer.Send(zmtp.Message{[]byte("question")})
	m, _ := router.Recv()
	fmt.Printf("%s\n", m)
	router.Send(zmtp.Message{m[0], []byte("answer")})
	m, _ = dealer.Recv()
	fmt.Printf("%s\n", m)
	// Output:
	// [me question]
	// [answer]
}

// listen opens a socket on a free port of the loopback interface.
func listen(t *testing.T, typ zmtp.Type, o zmtp.Options) (*zmtp.Socket, string) {
	t.Helper()
	s, err := zmtp.Listen(typ, "tcp://127.0.0.1:0", o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, s.Addr().String()
}

func dial(t *testing.T, typ zmtp.Type, address string, o zmtp.Options) *zmtp.Socket {
	t.Helper()
	s, err := zmtp.Dial(context.Background(), typ, "tcp://"+address, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// recv fails the test if nothing comes in time.
func recv(t *testing.T, s *zmtp.Socket) zmtp.Message {
	t.Helper()
	type result struct {
		m   zmtp.Message
		err error
	}
	c := make(chan result, 1)
	go func() {
		m, err := s.Recv()
		c <- result{m, err}
	}()
	select {
	case r := <-c:
		if r.err != nil {
			t.Fatal(r.err)
		}
		return r.m
	case <-time.After(5 * time.Second):
		t.Fatal("nothing came in 5 s")
	}
	return nil
}

func waitPeers(t *testing.T, s *zmtp.Socket, n int) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); s.Peers() != n; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("got %d peers, want %d", s.Peers(), n)
		}
	}
}

func TestUnixSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s-1")
	router, err := zmtp.Listen(zmtp.Router, "ipc://"+path, zmtp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer router.Close()
	dealer, err := zmtp.Dial(context.Background(), zmtp.Dealer, "ipc://"+path, zmtp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer dealer.Close()
	dealer.Send(zmtp.Message{[]byte("a"), nil, []byte("b")})
	m := recv(t, router)
	if len(m) != 4 || len(m[0]) != 5 || string(m[1]) != "a" || len(m[2]) != 0 || string(m[3]) != "b" {
		t.Errorf("got %q", m)
	}
}

// A connection that says nothing, as a port scanner's, must not keep later clients out.
func TestSilentConnection(t *testing.T) {
	router, address := listen(t, zmtp.Router, zmtp.Options{Handshake: time.Minute})
	silent, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	dealer := dial(t, zmtp.Dealer, address, zmtp.Options{})
	dealer.Send(zmtp.Message{[]byte("hello")})
	recv(t, router)
}

// And it is dropped itself in the end.
func TestSilentConnectionEnds(t *testing.T) {
	_, address := listen(t, zmtp.Router, zmtp.Options{Handshake: 50 * time.Millisecond})
	silent, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	silent.SetReadDeadline(time.Now().Add(5 * time.Second))
	if _, err := io.Copy(io.Discard, silent); err != nil {
		t.Errorf("the silent connection is not dropped: %v", err)
	}
}

// What does not greet as it should is dropped, and the socket lives on.
func TestBadGreetings(t *testing.T) {
	router, address := listen(t, zmtp.Router, zmtp.Options{Handshake: 300 * time.Millisecond})
	greeting := func(major byte, mechanism string) string {
		return "\xff\x00\x00\x00\x00\x00\x00\x00\x00\x7f" + string(major) + "\x00" + mechanism + strings.Repeat("\x00", 52-len(mechanism))
	}
	for name, bytes := range map[string]string{
		"http":              "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
		"old version":       greeting(1, "NULL"),
		"other mechanism":   greeting(3, "CURVE"),
		"no command":        greeting(3, "NULL") + "\x00\x01a",
		"malformed command": greeting(3, "NULL") + "\x04\x01\x09",
		"not ready":         greeting(3, "NULL") + "\x04\x06\x05HELLO",
		"wrong type":        greeting(3, "NULL") + "\x04\x19\x05READY\x0bSocket-Type\x00\x00\x00\x03SUB",
		"malformed data":    greeting(3, "NULL") + "\x04\x08\x05READY\x0bS",
		"huge command":      greeting(3, "NULL") + "\x06\x00\x00\x00\x7f\xff\xff\xff\xff",
		"cut short":         greeting(3, "NULL")[:20],
	} {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(c, bytes); err != nil {
			t.Fatal(err)
		}
		c.SetReadDeadline(time.Now().Add(5 * time.Second))
		if _, err := io.Copy(io.Discard, c); errors.Is(err, context.DeadlineExceeded) || err != nil && strings.Contains(err.Error(), "timeout") {
			t.Errorf("%s: the connection is not dropped", name)
		}
		c.Close()
	}
	dealer := dial(t, zmtp.Dealer, address, zmtp.Options{})
	dealer.Send(zmtp.Message{[]byte("hello")})
	recv(t, router)
}

// A subscriber that stops reading is cut off; the others get everything, in order.
func TestStuckSubscriber(t *testing.T) {
	pub, address := listen(t, zmtp.Pub, zmtp.Options{QueueBytes: 1 << 20, Patience: 100 * time.Millisecond})
	live := dial(t, zmtp.Sub, address, zmtp.Options{})
	dial(t, zmtp.Sub, address, zmtp.Options{}) // whose Recv is never called
	waitPeers(t, pub, 2)
	const n = 2000
	got := make(chan error, 1)
	go func() {
		for i := range n {
			m, err := live.Recv()
			if err != nil {
				got <- err
				return
			}
			if want := fmt.Sprint(i, " "); !bytes.HasPrefix(m[0], []byte(want)) {
				got <- fmt.Errorf("message %d begins with %q", i, m[0][:10])
				return
			}
		}
		got <- nil
	}()
	body := strings.Repeat("x", 20000)
	for i := range n {
		if err := pub.Send(zmtp.Message{[]byte(fmt.Sprint(i, " ", body))}); err != nil {
			t.Fatal(err)
		}
	}
	select {
	case err := <-got:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Error("the live subscriber did not get everything in 20 s")
	}
	waitPeers(t, pub, 1)
}

// A subscriber that reads slowly keeps its connection and loses nothing.
func TestSlowSubscriber(t *testing.T) {
	pub, address := listen(t, zmtp.Pub, zmtp.Options{QueueBytes: 1 << 18, Patience: time.Second})
	slow := dial(t, zmtp.Sub, address, zmtp.Options{})
	waitPeers(t, pub, 1)
	const n = 300
	go func() {
		for i := range n {
			pub.Send(zmtp.Message{fmt.Appendf(nil, "%06d%s", i, strings.Repeat("x", 60000))})
		}
	}()
	for i := range n {
		if i%20 == 0 {
			time.Sleep(20 * time.Millisecond)
		}
		if m := recv(t, slow); string(m[0][:6]) != fmt.Sprintf("%06d", i) {
			t.Fatalf("message %d begins with %q", i, m[0][:6])
		}
	}
}

func TestTopics(t *testing.T) {
	joined := make(chan bool, 10)
	pub, address := listen(t, zmtp.Pub, zmtp.Options{Joined: func() { joined <- true }})
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	hello := "\xff\x00\x00\x00\x00\x00\x00\x00\x00\x7f\x03\x01NULL" + strings.Repeat("\x00", 48) + "\x04\x19\x05READY\x0bSocket-Type\x00\x00\x00\x03SUB"
	// A topic as a message (ZMTP 3.0), one as a command (3.1), one cancelled, and a ping (RFC 37).
	io.WriteString(c, hello+"\x00\x02\x01a"+"\x04\x0b\x09SUBSCRIBEb"+"\x00\x02\x01c"+"\x00\x02\x00c"+"\x04\x0a\x04PING\x00\x01ctx")
	for range 3 {
		<-joined
	}
	greeting := make([]byte, 64)
	c.SetReadDeadline(time.Now().Add(5 * time.Second))
	io.ReadFull(c, greeting)
	expect(t, c, "\x04\x26\x05READY\x0bSocket-Type\x00\x00\x00\x03PUB\x08Identity\x00\x00\x00\x00")
	expect(t, c, "\x04\x08\x04PONGctx")
	for _, topic := range []string{"c", "a1", "x", "b1"} {
		pub.Send(zmtp.Message{[]byte(topic), []byte("body")})
	}
	expect(t, c, "\x01\x02a1\x00\x04body\x01\x02b1\x00\x04body")
}

func expect(t *testing.T, r io.Reader, want string) {
	t.Helper()
	got := make([]byte, len(want))
	if n, err := io.ReadFull(r, got); err != nil || string(got) != want {
		t.Fatalf("got %q, error %v, want %q", got[:n], err, want)
	}
}

// Clients that come and go, some in the middle of a frame, leave the others and no goroutine behind.
func TestStorm(t *testing.T) {
	before := runtime.NumGoroutine()
	router, err := zmtp.Listen(zmtp.Router, "tcp://127.0.0.1:0", zmtp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	address := router.Addr().String()
	go func() {
		for {
			m, err := router.Recv()
			if err != nil {
				return
			}
			router.Send(m)
		}
	}()
	steady, err := zmtp.Dial(context.Background(), zmtp.Dealer, "tcp://"+address, zmtp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for k := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 60 {
				switch (i + k) % 3 {
				case 0: // half-open, gone in the middle of the greeting
					if c, err := net.Dial("tcp", address); err == nil {
						io.WriteString(c, "\xff\x00\x00")
						c.Close()
					}
				case 1: // asks and does not wait
					if d, err := zmtp.Dial(context.Background(), zmtp.Dealer, "tcp://"+address, zmtp.Options{Linger: time.Nanosecond}); err == nil {
						d.Send(zmtp.Message{bytes.Repeat([]byte("x"), 100000)})
						d.Close()
					}
				case 2:
					if d, err := zmtp.Dial(context.Background(), zmtp.Dealer, "tcp://"+address, zmtp.Options{}); err == nil {
						d.Send(zmtp.Message{[]byte("x")})
						d.Recv()
						d.Close()
					}
				}
			}
		}()
	}
	for i := range 200 {
		want := fmt.Sprint(i)
		steady.Send(zmtp.Message{[]byte(want)})
		if m := recv(t, steady); string(m[0]) != want {
			t.Fatalf("got %q, want %q", m[0], want)
		}
	}
	wg.Wait()
	waitPeers(t, router, 1)
	steady.Close()
	router.Close()
	for end := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			buf := make([]byte, 1<<16)
			t.Fatalf("%d goroutines before, %d after\n%s", before, runtime.NumGoroutine(), buf[:runtime.Stack(buf, true)])
		}
	}
}

func TestLargeMessages(t *testing.T) {
	router, address := listen(t, zmtp.Router, zmtp.Options{MaxMessage: 10 << 20, QueueBytes: 1 << 20})
	dealer := dial(t, zmtp.Dealer, address, zmtp.Options{Identity: []byte("d")})
	big := bytes.Repeat([]byte("0123456789"), 5<<20/10) // beyond the queue's bound
	for range 5 {
		dealer.Send(zmtp.Message{big})
		m := recv(t, router)
		if !bytes.Equal(m[1], big) {
			t.Fatal("5 MB did not come as sent")
		}
		router.Send(m)
		if m := recv(t, dealer); !bytes.Equal(m[0], big) {
			t.Fatal("5 MB did not come back as sent")
		}
	}
	dealer.Send(zmtp.Message{bytes.Repeat([]byte("x"), 11<<20)})
	waitPeers(t, router, 0)
}

// A client that reconnects under its identity takes its old place.
func TestSameIdentity(t *testing.T) {
	router, address := listen(t, zmtp.Router, zmtp.Options{})
	old := dial(t, zmtp.Dealer, address, zmtp.Options{Identity: []byte("same")})
	old.Send(zmtp.Message{[]byte("1")})
	recv(t, router)
	anew := dial(t, zmtp.Dealer, address, zmtp.Options{Identity: []byte("same")})
	anew.Send(zmtp.Message{[]byte("2")})
	router.Send(recv(t, router))
	if m := recv(t, anew); string(m[0]) != "2" {
		t.Errorf("got %q", m)
	}
	if _, err := old.Recv(); err != zmtp.ErrClosed {
		t.Errorf("the old connection: got %v, want %v", err, zmtp.ErrClosed)
	}
	router.Send(zmtp.Message{[]byte("nobody"), []byte("x")}) // dropped, as ROUTER sockets do
	if !router.Connected([]byte("same")) || router.Connected([]byte("nobody")) {
		t.Error("the router does not know its peers")
	}
}

func TestHeartbeat(t *testing.T) {
	_, address := listen(t, zmtp.Rep, zmtp.Options{})
	d := dial(t, zmtp.Dealer, address, zmtp.Options{})
	d.Send(zmtp.Message{nil, []byte("ping")})
	if m := recv(t, d); len(m) != 2 || len(m[0]) != 0 || string(m[1]) != "ping" {
		t.Errorf("got %q", m)
	}
}

// What is queued when a socket is closed still goes out.
func TestLinger(t *testing.T) {
	router, address := listen(t, zmtp.Router, zmtp.Options{})
	dealer := dial(t, zmtp.Dealer, address, zmtp.Options{Identity: []byte("d")})
	waitPeers(t, router, 1)
	for i := range 100 {
		router.Send(zmtp.Message{[]byte("d"), fmt.Appendf(nil, "%02d%s", i, strings.Repeat("x", 10000))})
	}
	go router.Close()
	for i := range 100 {
		if m := recv(t, dealer); string(m[0][:2]) != fmt.Sprintf("%02d", i) {
			t.Fatalf("message %d begins with %q", i, m[0][:2])
		}
	}
}

func TestMisuse(t *testing.T) {
	for _, endpoint := range []string{"", "tcp://", "udp://x", "127.0.0.1:1"} {
		if _, err := zmtp.Listen(zmtp.Router, endpoint, zmtp.Options{}); err == nil || !strings.Contains(err.Error(), "endpoint") {
			t.Errorf("%q: got %v", endpoint, err)
		}
	}
	if _, err := zmtp.Listen(zmtp.Dealer, "tcp://127.0.0.1:0", zmtp.Options{}); err == nil {
		t.Error("a DEALER listens")
	}
	if _, err := zmtp.Dial(context.Background(), zmtp.Pub, "tcp://127.0.0.1:1", zmtp.Options{}); err == nil {
		t.Error("a PUB dials")
	}
	router, _ := listen(t, zmtp.Router, zmtp.Options{})
	if err := router.Send(zmtp.Message{[]byte("only an identity")}); err == nil {
		t.Error("a message without a frame was sent")
	}
	router.Close()
	if err := router.Send(zmtp.Message{[]byte("a"), []byte("b")}); err != zmtp.ErrClosed {
		t.Errorf("send on a closed socket: got %v", err)
	}
	if _, err := router.Recv(); err != zmtp.ErrClosed {
		t.Errorf("recv on a closed socket: got %v", err)
	}
}
