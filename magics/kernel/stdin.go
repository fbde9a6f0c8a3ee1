package kernel

import (
	"time"

	"github.com/seed2d25c7c2/didnb/magics/kernel/wire"
)

// stdinPatience is how long a question waits for the client's stdin socket.
const stdinPatience = 2 * time.Second

// requestInput sends a Go cell's input_request to the client that runs the cell; nil if that client answers none.
func (k *Kernel) requestInput(cell *wire.Message, allowed bool) func(*wire.Message) {
	if !allowed {
		return nil
	}
	return func(m *wire.Message) {
		out := *m
		out.Identities = cell.Identities // a client has one identity on shell and stdin
		if len(out.Identities) == 0 {
			return
		}
		// The client's stdin may connect a little later than its shell.
		for end := time.Now().Add(stdinPatience); !k.stdin.Connected(out.Identities[0]) && time.Now().Before(end); {
			time.Sleep(time.Millisecond)
		}
		k.send(k.stdin, &out)
	}
}

// handleInput passes on an answer, if it comes from the client that was asked.
func (k *Kernel) handleInput(m *wire.Message) {
	r := k.current.Load()
	if m.Header.Type != "input_reply" || r == nil || !sameClient(r.request, m) {
		return
	}
	k.o.Go.Input(m)
}
