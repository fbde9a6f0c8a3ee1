package kernel

import (
	"context"

	"github.com/seed2d25c7c2/didnb/magics/kernel/wire"
)

// GoCells runs the Go code of cells. Its methods are called from the goroutine that owns the session, but for Interrupt,
// Input and Comm.
type GoCells interface {
	// Execute has code run as the answer to a client's execute_request, whatever code that one holds. Messages for iopub
	// go to client.Publish as they come, without status and execute_input. It returns the content of the reply.
	Execute(ctx context.Context, request *wire.Message, code string, client Client) (GoReply, error)

	// Ask passes on a complete_request or inspect_request and returns the reply's content, nil when there is none to be
	// had now: the child is not running, or so young that the question would block it.
	Ask(ctx context.Context, request *wire.Message) []byte

	// Comm passes on a comm message; false if there is nobody to take it.
	Comm(m *wire.Message) bool

	// Input passes on an input_reply.
	Input(m *wire.Message)

	// Interrupt ends what Execute is doing.
	Interrupt()

	// Calls are pieces of work on the session that Go programs have asked for between cells; whoever owns the session
	// runs them. During Execute they are run there.
	Calls() <-chan func()

	// Close ends the child and removes what it left.
	Close()
}

// Client is where the answers of a Go cell go.
type Client struct {
	Publish func(*wire.Message) // to iopub
	Input   func(*wire.Message) // an input_request, to the stdin of whoever asked
	Count   int                 // the cell's number in the notebook; 0: it has none
}

// GoReply is what became of a Go cell.
type GoReply struct {
	Status  string // ok or error
	Failure        // of status error; its error message has been published
}
