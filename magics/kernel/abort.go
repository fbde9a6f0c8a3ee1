package kernel

import (
	"time"

	"github.com/seed2d25c7c2/didnb/magics/kernel/wire"
)

// failure is when a client was last told of a failing cell with whose failure it wants the queue stopped.
type failure struct{ when time.Time }

const (
	settling = 20 * time.Millisecond  // between a failure and its reply
	grace    = 200 * time.Millisecond // after the reply, for requests whose date is before it
)

// settle notes a failure whose reply is about to be sent. "Run all" sends every cell at once, and those behind the
// failing one must not run. A magic may fail within a fraction of a millisecond, while the cells behind it are still on
// their way, so the reply waits for them a little: what comes before it was sent by a client that did not know.
func (f *failure) settle() {
	time.Sleep(settling)
	f.when = time.Now()
}

// aborts tells whether a request was sent before its client can have known of the failure. What comes late, over a slow
// line, is known by its date, within a short time, so that a client whose clock is behind loses no later cell.
func (f *failure) aborts(r request) bool {
	switch since := r.received.Sub(f.when); {
	case f.when.IsZero():
		return false
	case since <= 0:
		return true
	case since > grace:
		return false
	}
	sent, ok := wire.ParseDate(r.message.Header.Date)
	return ok && sent.Add(time.Millisecond).Before(f.when) // browsers cut dates to milliseconds
}
