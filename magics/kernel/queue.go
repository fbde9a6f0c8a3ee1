package kernel

import (
	"sync"
	"time"

	"github.com/seed2d25c7c2/didnb/magics/kernel/wire"
)

// request is a message of the shell socket that waits for its turn.
type request struct {
	message  *wire.Message
	received time.Time
}

// queue holds requests in the order in which they came. It has no bound: a client may send a thousand cells at once.
type queue struct {
	mu    sync.Mutex
	list  []request
	ready chan struct{} // capacity 1: there may be requests
}

func newQueue() *queue { return &queue{ready: make(chan struct{}, 1)} }

func (q *queue) push(m *wire.Message) {
	q.mu.Lock()
	q.list = append(q.list, request{m, time.Now()})
	q.mu.Unlock()
	select {
	case q.ready <- struct{}{}:
	default:
	}
}

func (q *queue) pop() (request, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.list) == 0 {
		q.list = nil // let a long queue's memory go
		return request{}, false
	}
	r := q.list[0]
	q.list[0] = request{}
	q.list = q.list[1:]
	return r, true
}
