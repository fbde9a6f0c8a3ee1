package bridge

import (
	"bufio"
	"bytes"
	"encoding/gob"
	"encoding/json"
	"errors"
	"net"
	"os"
	"sync"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// ErrNoSession is the error outside of a notebook's Go cell.
var ErrNoSession = errors.New("there is no notebook session here; this works in a Go cell of the didnb kernel")

// Client is a program's connection to the session. It is safe for concurrent use.
type Client struct {
	mu   sync.Mutex
	conn net.Conn
	in   *bufio.Reader
	out  *bufio.Writer
}

// Connect connects to the session that started this program. The error is ErrNoSession outside of a notebook.
func Connect() (*Client, error) {
	path := os.Getenv(SocketEnv)
	if path == "" {
		return nil, ErrNoSession
	}
	return Dial(path, os.Getenv(TokenEnv))
}

// Dial connects to a session's socket.
func Dial(path, token string) (*Client, error) {
	conn, err := net.Dial("unix", path)
	if err != nil {
		return nil, errors.New("the notebook's session can't be reached; restart the kernel")
	}
	c := &Client{conn: conn, in: bufio.NewReaderSize(conn, 1<<16), out: bufio.NewWriterSize(conn, 1<<16)}
	if _, err := c.ask(Request{Op: "hello", Token: token}, nil, nil); err != nil {
		conn.Close()
		return nil, err
	}
	return c, nil
}

// Close ends the connection.
func (c *Client) Close() error { return c.conn.Close() }

// ask sends a request with what follows it, and reads the response with what follows that.
func (c *Client) ask(q Request, send func() error, receive func(Response) error) (Response, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var r Response
	err := Write(c.out, q)
	if err == nil && send != nil {
		err = send()
	}
	if err == nil {
		err = c.out.Flush()
	}
	if err == nil {
		err = Read(c.in, &r)
	}
	switch {
	case err != nil:
		return r, errors.New("the notebook's session does not answer: " + err.Error())
	case r.Error != "":
		return r, errors.New(r.Error)
	case receive != nil:
		err = receive(r)
	}
	return r, err
}

// Panels lists the session's panels, oldest first.
func (c *Client) Panels() ([]PanelInfo, error) {
	r, err := c.ask(Request{Op: "panels"}, nil, nil)
	return r.Panels, err
}

// Panel fetches a panel, the current one for "".
func (c *Client) Panel(name string) (p *panel.Panel, err error) {
	_, err = c.ask(Request{Op: "panel", Name: name}, nil, func(r Response) (err error) {
		if r.Meta == nil {
			return errors.New("the session sent no panel")
		}
		p, err = ReadColumns(c.in, *r.Meta)
		return err
	})
	return p, err
}

// PutPanel keeps a panel in the session under a name.
func (c *Client) PutPanel(name string, p *panel.Panel) error {
	return c.sendPanel("put-panel", name, p)
}

// ShowPanel shows a panel's first rows in the cell.
func (c *Client) ShowPanel(p *panel.Panel) error { return c.sendPanel("show-panel", "", p) }

func (c *Client) sendPanel(op, name string, p *panel.Panel) error {
	meta := MetaOf(p)
	_, err := c.ask(Request{Op: op, Name: name, Meta: &meta}, func() error { return WriteColumns(c.out, p) }, nil)
	return err
}

// Result fetches a result: its kind (fit, eventstudy …), and itself into what into gives for that kind.
func (c *Client) Result(name string, into func(kind string) any) (value any, err error) {
	_, err = c.ask(Request{Op: "result", Name: name}, nil, func(r Response) error {
		b, err := ReadBytes(c.in, r.Bytes)
		if err != nil {
			return err
		}
		if value = into(r.Kind); value == nil {
			return errors.New("a result of kind " + r.Kind + " can't be read in a Go cell")
		}
		return gob.NewDecoder(bytes.NewReader(b)).Decode(value)
	})
	return value, err
}

// PutResult keeps a result in the session under a name.
func (c *Client) PutResult(name, kind string, value any) error {
	return c.sendResult("put-result", name, kind, value)
}

// ShowResult shows a result in the cell as its magic would, and returns when that has been done.
func (c *Client) ShowResult(kind string, value any) error {
	return c.sendResult("show-result", "", kind, value)
}

func (c *Client) sendResult(op, name, kind string, value any) error {
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(value); err != nil {
		return err
	}
	_, err := c.ask(Request{Op: op, Name: name, Kind: kind, Bytes: b.Len()}, func() error {
		_, err := c.out.Write(b.Bytes())
		return err
	}, nil)
	return err
}

// Display shows something in the cell, in several forms by MIME type: text/html, image/svg+xml as text, image/png in
// base64. It returns when that has been done.
func (c *Client) Display(forms map[string]string) error {
	data, err := json.Marshal(forms)
	if err != nil {
		return err
	}
	_, err = c.ask(Request{Op: "display", Data: data}, nil, nil)
	return err
}
