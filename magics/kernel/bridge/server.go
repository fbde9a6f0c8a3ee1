// Package bridge serves a notebook's session to the Go programs of its cells, over a Unix socket that only this user
// reaches and only a program with the token may use. The protocol is didkit/bridge's.
package bridge

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"crypto/subtle"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/seed2d25c7c2/didnb/didkit/bridge"
	"github.com/seed2d25c7c2/didnb/didkit/bridge/kind"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/kernel/leftover"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// Host is the notebook that is served.
type Host struct {
	// Do runs f in the goroutine that owns the session; the error is that nobody does any more.
	Do func(f func(s *session.Session)) error
	// Show shows displays in the cell that runs.
	Show func([]command.Bundle) error
}

// Server listens until Close.
type Server struct {
	host     Host
	dir      string
	listener net.Listener
	token    string

	wg    sync.WaitGroup
	mu    sync.Mutex
	conns map[net.Conn]bool
}

// Listen opens the socket, in a folder of its own that nobody else may enter.
func Listen(h Host) (*Server, error) {
	go leftover.Remove(os.TempDir(), "didnb-b", "b") // of kernels that were killed
	dir, err := os.MkdirTemp("", "didnb-b")          // made with mode 0700
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("unix", filepath.Join(dir, "b"))
	if err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	var b [32]byte
	rand.Read(b[:])
	s := &Server{host: h, dir: dir, listener: l, token: hex.EncodeToString(b[:]), conns: map[net.Conn]bool{}}
	s.wg.Add(1)
	go s.accept()
	return s, nil
}

// Env is what a cell's program must find in its environment.
func (s *Server) Env() []string {
	return []string{bridge.SocketEnv + "=" + filepath.Join(s.dir, "b"), bridge.TokenEnv + "=" + s.token}
}

// Close ends all connections and removes the socket.
func (s *Server) Close() {
	s.listener.Close()
	s.mu.Lock()
	for c := range s.conns {
		c.Close()
	}
	s.mu.Unlock()
	s.wg.Wait()
	os.RemoveAll(s.dir)
}

func (s *Server) accept() {
	defer s.wg.Done()
	for {
		c, err := s.listener.Accept()
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			time.Sleep(50 * time.Millisecond)
			continue
		}
		s.mu.Lock()
		s.conns[c] = true
		s.mu.Unlock()
		s.wg.Add(1)
		go func() {
			defer s.wg.Done()
			p := &program{server: s, in: bufio.NewReaderSize(c, 1<<16), out: bufio.NewWriterSize(c, 1<<16)}
			p.serve(c)
			c.Close()
			s.mu.Lock()
			delete(s.conns, c)
			s.mu.Unlock()
		}()
	}
}

// program is one connection.
type program struct {
	server    *Server
	in        *bufio.Reader
	out       *bufio.Writer
	simulated bool // it has read simulated data, so that what it puts back is such
}

// serve answers requests in turn. The first must hold the token, soon.
func (p *program) serve(c net.Conn) {
	c.SetDeadline(time.Now().Add(5 * time.Second))
	var hello bridge.Request
	if bridge.Read(p.in, &hello) != nil || hello.Op != "hello" {
		return
	}
	if subtle.ConstantTimeCompare([]byte(hello.Token), []byte(p.server.token)) != 1 {
		p.answer(bridge.Response{Error: "the token of this session is another one; restart the kernel"}, nil)
		return
	}
	c.SetDeadline(time.Time{})
	if p.answer(bridge.Response{}, nil) != nil {
		return
	}
	for {
		var q bridge.Request
		if bridge.Read(p.in, &q) != nil {
			return
		}
		// What follows the request is read before anything can go wrong, so that the next one is found.
		var sent *panel.Panel
		var body []byte
		var err error
		if q.Meta != nil {
			sent, err = bridge.ReadColumns(p.in, *q.Meta)
		} else if q.Bytes > 0 {
			body, err = bridge.ReadBytes(p.in, q.Bytes)
		}
		if err != nil {
			p.answer(bridge.Response{Error: err.Error()}, nil)
			return
		}
		r, write, err := p.handle(q, sent, body)
		if err != nil {
			r, write = bridge.Response{Error: err.Error()}, nil
		}
		if p.answer(r, write) != nil {
			return
		}
	}
}

func (p *program) answer(r bridge.Response, write func() error) error {
	err := bridge.Write(p.out, r)
	if err == nil && write != nil {
		err = write()
	}
	if err == nil {
		err = p.out.Flush()
	}
	return err
}

// handle answers one request; write writes what follows the response.
func (p *program) handle(q bridge.Request, sent *panel.Panel, body []byte) (r bridge.Response, write func() error, err error) {
	switch q.Op {
	case "panels":
		r.Panels, err = p.panels()
		return r, nil, err
	case "panel":
		return p.panel(q.Name)
	case "result":
		return p.result(q.Name)
	case "put-panel":
		if sent == nil {
			return r, nil, errors.New("no panel was sent")
		}
		return r, nil, p.putPanel(q.Name, sent)
	case "put-result":
		value, err := decode(q.Kind, body)
		if err != nil {
			return r, nil, err
		}
		return r, nil, p.putResult(q.Name, q.Kind, value)
	case "show-panel":
		if sent == nil {
			return r, nil, errors.New("no panel was sent")
		}
		return r, nil, p.showPanel(sent)
	case "show-result":
		value, err := decode(q.Kind, body)
		if err != nil {
			return r, nil, err
		}
		return r, nil, p.showResult(q.Kind, value)
	case "display":
		data := map[string]any{}
		if err := json.Unmarshal(q.Data, &data); err != nil {
			return r, nil, fmt.Errorf("the display can't be read: %w", err)
		}
		return r, nil, p.server.host.Show([]command.Bundle{{Data: data, Metadata: map[string]any{}}})
	}
	return r, nil, fmt.Errorf("this session does not know %q; cell and kernel are of different versions", q.Op)
}

func (p *program) panels() (list []bridge.PanelInfo, err error) {
	err = p.server.host.Do(func(s *session.Session) {
		for _, name := range s.PanelNames() {
			if d, err := s.Panel(name); err == nil {
				list = append(list, bridge.PanelInfo{Name: name, Rows: d.Panel.Rows(), Current: name == s.Current()})
			}
		}
	})
	return list, err
}

// panel sends a panel. It never changes, so only finding it needs the session's goroutine.
func (p *program) panel(name string) (r bridge.Response, write func() error, err error) {
	var d *session.Dataset
	if e := p.server.host.Do(func(s *session.Session) { d, err = s.Panel(name) }); e != nil || err != nil {
		return r, nil, errors.Join(e, err)
	}
	p.simulated = p.simulated || d.Simulated
	meta := bridge.MetaOf(d.Panel)
	return bridge.Response{Meta: &meta}, func() error { return bridge.WriteColumns(p.out, d.Panel) }, nil
}

func (p *program) result(name string) (r bridge.Response, write func() error, err error) {
	var found *session.Result
	var b bytes.Buffer
	e := p.server.host.Do(func(s *session.Session) {
		if found, err = s.Result(name); err == nil {
			err = gob.NewEncoder(&b).Encode(found.Value)
		}
	})
	if e != nil || err != nil {
		return r, nil, errors.Join(e, err)
	}
	p.simulated = p.simulated || found.Simulated
	return bridge.Response{Kind: found.Kind, Bytes: b.Len()}, func() error {
		_, err := p.out.Write(b.Bytes())
		return err
	}, nil
}

func (p *program) putPanel(name string, sent *panel.Panel) error {
	if err := checkName(name); err != nil {
		return err
	}
	return p.server.host.Do(func(s *session.Session) {
		s.PutPanel(&session.Dataset{Name: name, Panel: sent, Simulated: p.simulated})
	})
}

func (p *program) putResult(name, sort string, value any) error {
	if err := checkName(name); err != nil {
		return err
	}
	if p.simulated {
		kind.MarkSimulated(value)
	}
	return p.server.host.Do(func(s *session.Session) {
		s.PutResult(&session.Result{Name: name, Magic: "Go", Kind: sort, Source: "a Go cell", Value: value, Simulated: p.simulated})
	})
}

// checkName refuses what the magics could not name.
func checkName(name string) error {
	for i, r := range name {
		if !isNameRune(r) || i == 0 && r >= '0' && r <= '9' {
			return fmt.Errorf("%q is no name; a name is made of letters, digits, _ and .", name)
		}
	}
	if name == "" {
		return errors.New("a name is needed")
	}
	return nil
}
