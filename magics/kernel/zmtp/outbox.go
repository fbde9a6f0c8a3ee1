package zmtp

import (
	"sync"
	"sync/atomic"
	"time"
)

// packet is what stands in an outbox: a message, or a command's body as its only frame.
type packet struct {
	Message
	command bool
}

// outbox is the queue of messages to one peer, bounded in bytes. The peer's writer takes from it.
type outbox struct {
	limit    int           // bytes
	patience time.Duration // how long a full queue may make a sender wait

	mu     sync.Mutex
	queue  []packet
	bytes  int // of queue and of what the writer is busy with
	closed bool

	filled chan struct{} // capacity 1: something to write, or closed
	freed  chan struct{} // capacity 1: some of it is written, or closed
	writes atomic.Int64  // counts written chunks, as a sign of life
}

// minimumRate is how fast, in bytes a second, a peer must at least read while its queue is full.
const minimumRate = 1 << 19

func newOutbox(limit int, patience time.Duration) *outbox {
	return &outbox{limit: limit, patience: patience, filled: make(chan struct{}, 1), freed: make(chan struct{}, 1)}
}

// put queues a message. With the queue full it waits while the peer reads at all and not forever; false tells that the
// peer is closed or hopelessly behind. A message larger than the limit goes into an empty queue.
func (o *outbox) put(m packet) bool {
	if queued, closed := o.try(m); queued || closed {
		return queued
	}
	deadline := time.Now().Add(o.patience + time.Duration(m.size())*time.Second/minimumRate)
	timer := time.NewTimer(o.patience)
	defer timer.Stop()
	for time.Now().Before(deadline) {
		seen := o.writes.Load()
		timer.Reset(o.patience)
		select {
		case <-o.freed:
		case <-timer.C:
			if o.writes.Load() == seen {
				return false
			}
		}
		if queued, closed := o.try(m); queued || closed {
			return queued
		}
	}
	return false
}

// try queues a message if there is room now.
func (o *outbox) try(m packet) (queued, closed bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := m.size()
	if o.closed || o.bytes > 0 && o.bytes+n > o.limit {
		return false, o.closed
	}
	o.queue = append(o.queue, m)
	o.bytes += n
	signal(o.filled)
	return true, false
}

// take waits for messages and takes all of them; ok is false when the outbox is closed and empty.
func (o *outbox) take() (batch []packet, ok bool) {
	for {
		o.mu.Lock()
		batch, o.queue = o.queue, nil
		closed := o.closed
		o.mu.Unlock()
		if len(batch) > 0 {
			return batch, true
		}
		if closed {
			return nil, false
		}
		<-o.filled
	}
}

// wrote tells that a message is out of the process.
func (o *outbox) wrote(m packet) {
	o.mu.Lock()
	o.bytes -= m.size()
	o.mu.Unlock()
	signal(o.freed)
}

// empty tells that everything put has been written.
func (o *outbox) empty() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.bytes == 0
}

// close refuses further messages; those queued may still be taken.
func (o *outbox) close() {
	o.mu.Lock()
	o.closed = true
	o.mu.Unlock()
	signal(o.filled)
	signal(o.freed)
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
