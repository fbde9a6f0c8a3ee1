package zmtp

import (
	"bufio"
	"bytes"
	"net"
	"sync"
)

// peer is one connection behind its handshake.
type peer struct {
	conn     net.Conn
	in       *bufio.Reader
	out      *outbox
	identity []byte

	mu     sync.Mutex
	topics [][]byte // what a subscriber asked for

	once sync.Once
	gone chan struct{} // closed with the connection
}

// maxTopics bounds what one subscriber can ask for.
const maxTopics = 1024

func newPeer(c net.Conn, in *bufio.Reader, identity []byte, o Options) *peer {
	return &peer{conn: c, in: in, identity: identity, out: newOutbox(o.QueueBytes, o.Patience), gone: make(chan struct{})}
}

// close ends the connection; what is queued is lost.
func (p *peer) close() {
	p.once.Do(func() {
		p.out.close()
		p.conn.Close()
		close(p.gone)
	})
}

// write sends what is put into the outbox until that or the connection is closed.
func (p *peer) write() {
	w := bufio.NewWriterSize(chunked{p}, 1<<16)
	for {
		batch, ok := p.out.take()
		if !ok {
			return
		}
		for i, m := range batch {
			err := writePacket(w, m)
			if err == nil && i == len(batch)-1 {
				err = w.Flush()
			}
			if err != nil {
				p.close()
				return
			}
			p.out.wrote(m)
			batch[i] = packet{}
		}
	}
}

// command queues a command.
func (p *peer) command(name string, data []byte) bool {
	return p.out.put(packet{Message{command(name, data)}, true})
}

// chunked writes large slices in pieces, so that the outbox can see a peer that reads slowly apart from a stuck one.
type chunked struct{ p *peer }

func (c chunked) Write(b []byte) (n int, err error) {
	for n < len(b) && err == nil {
		var k int
		k, err = c.p.conn.Write(b[n:min(n+1<<18, len(b))])
		n += k
		c.p.out.writes.Add(1)
	}
	return n, err
}

// subscribe adds or removes a topic.
func (p *peer) subscribe(topic []byte, on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, t := range p.topics {
		if bytes.Equal(t, topic) && !on {
			p.topics = append(p.topics[:i], p.topics[i+1:]...)
			return
		}
	}
	if on && len(p.topics) < maxTopics {
		p.topics = append(p.topics, bytes.Clone(topic))
	}
}

// wants tells whether a subscriber asked for messages that begin so.
func (p *peer) wants(first []byte) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, t := range p.topics {
		if bytes.HasPrefix(first, t) {
			return true
		}
	}
	return false
}

// subscribed tells whether a subscriber asked for anything.
func (p *peer) subscribed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.topics) > 0
}
