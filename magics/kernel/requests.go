package kernel

import (
	"context"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"github.com/seed2d25c7c2/didnb/magics/kernel/wire"
)

// receive takes a message from the shell socket: requests wait for their turn, comm messages don't, since a running Go
// cell may be waiting for one.
func (k *Kernel) receive(m *wire.Message) {
	if strings.HasPrefix(m.Header.Type, "comm_") && m.Header.Type != "comm_info_request" {
		k.handleComm(m)
		return
	}
	k.queue.push(m)
}

// handle answers one request, between one busy and one idle.
func (k *Kernel) handle(ctx context.Context, r request) {
	m := r.message
	k.publish(m, "status", status{"busy"})
	defer k.publish(m, "status", status{"idle"})
	defer func() {
		// A panic is a bug of ours; the user loses this answer and nothing else.
		if p := recover(); p != nil {
			k.log.Error("panic", "request", m.Header.Type, "panic", p, "stack", string(debug.Stack()))
			k.reply(k.shell, m, replyType(m), failed(Failure{
				Name: "InternalError", Value: fmt.Sprintf("an internal error (%v); please report it with this cell", p), Traceback: []string{},
			}))
		}
	}()
	switch m.Header.Type {
	case "execute_request":
		k.execute(ctx, r)
	case "kernel_info_request":
		k.reply(k.shell, m, "kernel_info_reply", k.info())
	case "complete_request":
		k.complete(ctx, m)
	case "inspect_request":
		k.inspect(ctx, m)
	case "is_complete_request":
		k.isComplete(m)
	case "history_request":
		k.answerHistory(m)
	case "comm_info_request":
		k.commInfo(m)
	case "shutdown_request":
		k.shutdown(k.shell, m)
	default:
		k.unknown(m)
	}
}

// unknown answers a request of a kind that we don't know, so that no client waits for ever.
func (k *Kernel) unknown(m *wire.Message) {
	k.log.Debug("unknown request", "type", m.Header.Type)
	if strings.HasSuffix(m.Header.Type, "_request") {
		k.reply(k.shell, m, replyType(m), failed(Failure{
			Name: "NotImplemented", Value: fmt.Sprintf("this kernel does not answer %s", m.Header.Type), Traceback: []string{},
		}))
	}
}

// malformed answers a request whose content is not what the protocol says.
func (k *Kernel) malformed(m *wire.Message, err error) {
	k.reply(k.shell, m, replyType(m), failed(Failure{Name: "MalformedRequest", Value: err.Error(), Traceback: []string{}}))
}

func replyType(m *wire.Message) string {
	return strings.TrimSuffix(m.Header.Type, "_request") + "_reply"
}

// errorReply is the content of a reply of status error.
type errorReply struct {
	Status string `json:"status"`
	Failure
}

func failed(f Failure) errorReply { return errorReply{"error", f} }

// patience is how long a client's first request waits for its subscription to iopub.
const patience = 100 * time.Millisecond

// awaitSubscriber lets the first request of a client wait until iopub has as many subscribers as clients have sent
// requests. A client connects all its sockets at once, but its subscription may arrive behind its first request, and
// what is published in between would be lost to it.
func (k *Kernel) awaitSubscriber(m *wire.Message) {
	if len(m.Identities) == 0 || k.met[string(m.Identities[0])] {
		return
	}
	k.met[string(m.Identities[0])] = true
	end := time.After(patience)
	for k.iopub.Peers() < min(len(k.met), k.shell.Peers()) {
		select {
		case <-k.joined:
		case <-end:
			return
		}
	}
}
