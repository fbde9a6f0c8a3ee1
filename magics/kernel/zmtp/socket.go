package zmtp

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// Options of a socket. The zero value is the default.
type Options struct {
	Identity   []byte        // what a ROUTER at the other end knows us by; nil: it makes one up
	Handshake  time.Duration // a peer must have greeted by then; 0: 5 s
	MaxMessage int64         // bytes of a message that may come in; 0: 256 MiB
	QueueBytes int           // bytes that may wait for one peer to read; 0: 64 MiB
	Patience   time.Duration // how long Send may wait for a full peer before it is cut off; 0: 2 s
	Linger     time.Duration // how long Close waits for queued messages to go out; 0: 1 s

	Joined func() // called when a peer is there (of a PUB: when it has subscribed); may be nil
}

func (o Options) withDefaults() Options {
	if o.Handshake == 0 {
		o.Handshake = 5 * time.Second
	}
	if o.MaxMessage == 0 {
		o.MaxMessage = 256 << 20
	}
	if o.QueueBytes == 0 {
		o.QueueBytes = 64 << 20
	}
	if o.Patience == 0 {
		o.Patience = 2 * time.Second
	}
	if o.Linger == 0 {
		o.Linger = time.Second
	}
	return o
}

// ErrClosed is the error of Recv and Send on a closed socket, and of Recv on a dialled one whose peer is gone.
var ErrClosed = errors.New("zmtp: socket is closed")

// Socket is one end of any number of connections. Recv and Send may be called from several goroutines; messages of one
// goroutine to one peer keep their order.
type Socket struct {
	typ      Type
	o        Options
	listener net.Listener // nil in a dialled socket

	in   chan Message
	done chan struct{}
	once sync.Once
	wg   sync.WaitGroup

	mu    sync.Mutex
	peers map[string]*peer // by identity
	next  uint32           // for identities made up
}

func newSocket(typ Type, o Options) *Socket {
	return &Socket{typ: typ, o: o.withDefaults(), in: make(chan Message), done: make(chan struct{}), peers: map[string]*peer{}}
}

// Listen opens a ROUTER, PUB or REP socket at tcp://host:port or ipc://path.
func Listen(typ Type, endpoint string, o Options) (*Socket, error) {
	if typ != Router && typ != Pub && typ != Rep {
		return nil, fmt.Errorf("zmtp: a %s socket dials and does not listen", typ)
	}
	network, address, err := splitEndpoint(endpoint)
	if err != nil {
		return nil, err
	}
	l, err := net.Listen(network, address)
	if err != nil {
		return nil, err
	}
	s := newSocket(typ, o)
	s.listener = l
	s.wg.Add(1)
	go s.accept()
	return s, nil
}

// Dial opens a DEALER or SUB socket to one listening peer. It does not reconnect: with the peer gone, Recv fails.
func Dial(ctx context.Context, typ Type, endpoint string, o Options) (*Socket, error) {
	if typ != Dealer && typ != Sub {
		return nil, fmt.Errorf("zmtp: a %s socket listens and does not dial", typ)
	}
	network, address, err := splitEndpoint(endpoint)
	if err != nil {
		return nil, err
	}
	var d net.Dialer
	conn, err := d.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	s := newSocket(typ, o)
	p, err := s.greet(conn)
	if err != nil {
		conn.Close()
		return nil, err
	}
	if typ == Sub {
		p.out.put(packet{Message: Message{{1}}}) // subscribe to everything
	}
	s.wg.Add(1)
	go func() {
		defer s.wg.Done()
		s.serve(p)
		s.shut()
	}()
	return s, nil
}

// Addr is the address listened on, nil in a dialled socket.
func (s *Socket) Addr() net.Addr {
	if s.listener == nil {
		return nil
	}
	return s.listener.Addr()
}

// accept takes connections; each has its handshake in a goroutine of its own, so that a silent one blocks nobody.
func (s *Socket) accept() {
	defer s.wg.Done()
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			select {
			case <-s.done:
				return
			case <-time.After(50 * time.Millisecond): // out of file descriptors, say
				continue
			}
		}
		s.wg.Add(1)
		go func() {
			defer s.wg.Done()
			p, err := s.greet(conn)
			if err != nil {
				conn.Close()
				return
			}
			s.serve(p)
		}()
	}
}

// greet shakes hands and enters the peer. Close ends a handshake that is under way.
func (s *Socket) greet(conn net.Conn) (*peer, error) {
	over := make(chan struct{})
	defer close(over)
	go func() {
		select {
		case <-s.done:
			conn.Close()
		case <-over:
		}
	}()
	in := bufio.NewReaderSize(conn, 1<<16)
	identity, err := handshake(conn, in, s.typ, s.o.Identity, s.o.Handshake)
	if err != nil {
		return nil, err
	}
	return s.enter(conn, in, identity)
}

// enter adds a peer. One that comes back under an identity still held takes the place of the old connection, as a
// client does that was cut off and has connected anew.
func (s *Socket) enter(conn net.Conn, in *bufio.Reader, identity []byte) (*peer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.done:
		return nil, ErrClosed
	default:
	}
	if len(identity) == 0 || s.typ != Router {
		s.next++
		identity = binary.BigEndian.AppendUint32([]byte{0}, s.next) // RFC 28: made-up identities begin with 0
	}
	p := newPeer(conn, in, identity, s.o)
	if old := s.peers[string(identity)]; old != nil {
		old.close()
	}
	s.peers[string(identity)] = p
	return p, nil
}

func (s *Socket) leave(p *peer) {
	s.mu.Lock()
	if s.peers[string(p.identity)] == p {
		delete(s.peers, string(p.identity))
	}
	s.mu.Unlock()
	p.close()
}

// serve reads and writes until the connection ends.
func (s *Socket) serve(p *peer) {
	defer s.leave(p)
	s.wg.Add(1)
	go func() {
		defer s.wg.Done()
		p.write()
	}()
	if s.typ != Pub && s.o.Joined != nil {
		s.o.Joined()
	}
	for {
		m, isCommand, err := readMessage(p.in, s.o.MaxMessage)
		if err != nil {
			return
		}
		if isCommand {
			if !s.obey(p, m[0]) {
				return
			}
			continue
		}
		if !s.deliver(p, m) {
			return
		}
	}
}

// obey follows a command; false ends the connection.
func (s *Socket) obey(p *peer, body []byte) bool {
	name, data, err := parseCommand(body)
	if err != nil {
		return false
	}
	switch name {
	case "PING": // RFC 37: two bytes of time to live, then a context to send back
		if len(data) < 2 || len(data) > 18 {
			return false
		}
		return p.command("PONG", data[2:])
	case "SUBSCRIBE":
		s.subscribe(p, data, true)
	case "CANCEL":
		s.subscribe(p, data, false)
	case "ERROR":
		return false
	}
	return true
}

func (s *Socket) subscribe(p *peer, topic []byte, on bool) {
	if s.typ != Pub {
		return
	}
	p.subscribe(topic, on)
	if on && s.o.Joined != nil {
		s.o.Joined()
	}
}

// deliver hands on a message; false ends the connection.
func (s *Socket) deliver(p *peer, m Message) bool {
	switch s.typ {
	case Pub:
		// ZMTP 3.0: a subscription is a message of one frame that begins with 1, its end one with 0.
		if len(m) == 1 && len(m[0]) > 0 && m[0][0] <= 1 {
			s.subscribe(p, m[0][1:], m[0][0] == 1)
		}
		return true
	case Rep:
		return p.out.put(packet{Message: m})
	case Router:
		m = append(Message{p.identity}, m...)
	}
	select {
	case s.in <- m:
		return true
	case <-s.done:
		return false
	case <-p.gone:
		return false
	}
}

// Recv waits for a message; a ROUTER's begins with the peer's identity. PUB and REP sockets have none for the caller.
func (s *Socket) Recv() (Message, error) {
	select {
	case m := <-s.in:
		return m, nil
	case <-s.done:
		return nil, ErrClosed
	}
}

// Send sends m: a ROUTER to the peer whose identity is the first frame, dropping it if that peer is gone; a PUB to all
// that have subscribed to its beginning; a DEALER to its peer. The frames must not be changed afterwards. It waits for
// a peer that has much to read, for Options.Patience or as long as a slow line needs, and then cuts that peer off.
func (s *Socket) Send(m Message) error {
	select {
	case <-s.done:
		return ErrClosed
	default:
	}
	if len(m) == 0 || s.typ == Router && len(m) < 2 {
		return fmt.Errorf("zmtp: a message needs a frame")
	}
	if s.typ == Router {
		s.mu.Lock()
		p := s.peers[string(m[0])]
		s.mu.Unlock()
		if p != nil && !p.out.put(packet{Message: m[1:]}) {
			p.close()
		}
		return nil
	}
	// Those with room first, so that one that is behind does not hold this message back from the others.
	var behind []*peer
	for _, p := range s.all() {
		if s.typ == Pub && !p.wants(m[0]) {
			continue
		}
		if queued, closed := p.out.try(packet{Message: m}); !queued && !closed {
			behind = append(behind, p)
		}
	}
	for _, p := range behind {
		if !p.out.put(packet{Message: m}) {
			p.close()
		}
	}
	return nil
}

// Peers is the number of connections, of a PUB that of subscribers.
func (s *Socket) Peers() int {
	n := 0
	for _, p := range s.all() {
		if s.typ != Pub || p.subscribed() {
			n++
		}
	}
	return n
}

// Connected tells whether a peer of that identity is there.
func (s *Socket) Connected(identity []byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.peers[string(identity)] != nil
}

func (s *Socket) all() []*peer {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]*peer, 0, len(s.peers))
	for _, p := range s.peers {
		list = append(list, p)
	}
	return list
}

// Close stops listening, gives queued messages Options.Linger to go out, and ends every connection. It returns when
// none of the socket's goroutines is left.
func (s *Socket) Close() error {
	if s.listener != nil {
		s.listener.Close()
	}
	for end := time.Now().Add(s.o.Linger); time.Now().Before(end) && !s.flushed(); {
		time.Sleep(time.Millisecond)
	}
	s.shut()
	s.wg.Wait()
	return nil
}

func (s *Socket) flushed() bool {
	for _, p := range s.all() {
		if !p.out.empty() {
			return false
		}
	}
	return true
}

// shut ends the socket at once.
func (s *Socket) shut() {
	s.once.Do(func() { close(s.done) })
	for _, p := range s.all() {
		p.close()
	}
}
