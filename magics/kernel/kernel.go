package kernel

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"

	"github.com/seed2d25c7c2/didnb/magics/kernel/wire"
	"github.com/seed2d25c7c2/didnb/magics/kernel/zmtp"
)

// Options of a kernel.
type Options struct {
	Connection wire.Connection
	Language   Language
	Go         GoCells
	Version    string       // of didnb
	Log        *slog.Logger // nil: no log
}

// Kernel serves one connection file. Make one with Listen.
type Kernel struct {
	o      Options
	log    *slog.Logger
	signer *wire.Signer

	shell, control, stdin, iopub, heartbeat *zmtp.Socket

	queue   *queue
	joined  chan struct{} // a subscriber of iopub has come
	stop    chan struct{} // closed by a shutdown request
	once    sync.Once
	readers sync.WaitGroup

	current atomic.Pointer[running]
	comms   comms

	// Owned by the goroutine of Serve:
	count   int
	history history
	failure failure
	met     map[string]bool // identities that have sent requests
}

// Listen opens the sockets that the connection file names.
func Listen(o Options) (*Kernel, error) {
	k := &Kernel{
		o: o, log: o.Log, signer: wire.NewSigner(o.Connection.Key), queue: newQueue(),
		joined: make(chan struct{}, 1), stop: make(chan struct{}), met: map[string]bool{},
	}
	if k.log == nil {
		k.log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	if !o.Connection.Loopback() {
		k.log.Warn("the connection file has the kernel listen where other machines can reach it", "ip", o.Connection.IP)
	}
	for _, s := range []struct {
		socket **zmtp.Socket
		typ    zmtp.Type
		port   int
	}{
		{&k.heartbeat, zmtp.Rep, o.Connection.Heartbeat},
		{&k.iopub, zmtp.Pub, o.Connection.IOPub},
		{&k.stdin, zmtp.Router, o.Connection.Stdin},
		{&k.control, zmtp.Router, o.Connection.Control},
		{&k.shell, zmtp.Router, o.Connection.Shell},
	} {
		var options zmtp.Options
		if s.typ == zmtp.Pub {
			options.Joined = func() {
				select {
				case k.joined <- struct{}{}:
				default:
				}
			}
		}
		socket, err := zmtp.Listen(s.typ, o.Connection.Endpoint(s.port), options)
		if err != nil {
			k.close()
			return nil, fmt.Errorf("port %d of the connection file: %w", s.port, err)
		}
		*s.socket = socket
	}
	return k, nil
}

// Serve answers requests until a client asks for shutdown or ctx ends. It leaves no goroutine, process or socket.
func (k *Kernel) Serve(ctx context.Context) {
	k.publish(nil, "status", status{"starting"})
	for _, r := range []struct {
		socket *zmtp.Socket
		handle func(*wire.Message)
	}{
		{k.shell, k.receive}, {k.control, k.handleControl}, {k.stdin, k.handleInput},
	} {
		k.readers.Add(1)
		go func() {
			defer k.readers.Done()
			k.read(r.socket, r.handle)
		}()
	}
	k.work(ctx)
	k.o.Go.Close()
	k.close()
	k.readers.Wait()
}

// close ends the sockets; what is on its way to clients has a second to get there.
func (k *Kernel) close() {
	var wg sync.WaitGroup
	for _, s := range []*zmtp.Socket{k.shell, k.control, k.stdin, k.iopub, k.heartbeat} {
		if s == nil {
			continue
		}
		wg.Add(1)
		go func() {
			defer wg.Done()
			s.Close()
		}()
	}
	wg.Wait()
}

// read hands a socket's messages on. What is not signed or malformed is dropped, with a line in the log that shows
// nothing of it.
func (k *Kernel) read(s *zmtp.Socket, handle func(*wire.Message)) {
	for {
		frames, err := s.Recv()
		if err != nil {
			return
		}
		m, err := k.signer.Unpack(frames)
		if err != nil {
			k.log.Warn("a message is dropped", "why", err)
			continue
		}
		handle(m)
	}
}

// work takes requests in turn.
func (k *Kernel) work(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-k.stop:
			return
		case call := <-k.o.Go.Calls():
			call()
		case <-k.queue.ready:
			for r, ok := k.queue.pop(); ok; r, ok = k.queue.pop() {
				k.awaitSubscriber(r.message)
				k.handle(ctx, r)
				select {
				case <-k.stop:
					return
				default:
				}
			}
		}
	}
}
