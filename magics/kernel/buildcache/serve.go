package buildcache

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"time"
)

// Layers are the folders of a cache.
type Layers struct {
	Own  string // where objects are put and first looked for
	Base string // then looked for, and never written to; "" is none
}

// request and response are the go command's.
type request struct {
	ID       int64
	Command  string
	ActionID []byte
	OutputID []byte
	BodySize int64
}

type response struct {
	ID            int64
	Err           string     `json:",omitempty"`
	KnownCommands []string   `json:",omitempty"`
	Miss          bool       `json:",omitempty"`
	OutputID      []byte     `json:",omitempty"`
	Size          int64      `json:",omitempty"`
	Time          *time.Time `json:",omitempty"`
	DiskPath      string     `json:",omitempty"`
}

// Serve answers a go command until it says close or ends. The error is of reading and writing; what goes wrong with an
// object is answered to the go command, which then does without.
func Serve(in io.Reader, out io.Writer, l Layers) error {
	requests := json.NewDecoder(bufio.NewReaderSize(in, 1<<16))
	answers := json.NewEncoder(out)
	if err := answers.Encode(response{KnownCommands: []string{"get", "put", "close"}}); err != nil {
		return err
	}
	for {
		var r request
		if err := requests.Decode(&r); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		var body []byte
		if r.Command == "put" && r.BodySize > 0 {
			if err := requests.Decode(&body); err != nil {
				return err
			}
		}
		if err := answers.Encode(l.answer(r, body)); err != nil {
			return err
		}
		if r.Command == "close" {
			store(l.Own).trim()
			return nil
		}
	}
}

// answer does what a request asks.
func (l Layers) answer(r request, body []byte) response {
	a := response{ID: r.ID}
	switch {
	case r.Command == "close":
	case len(r.ActionID) == 0 || r.Command == "put" && len(r.OutputID) == 0:
		a.Err = "the request names no action or no output"
	case r.Command == "get":
		o, ok := store(l.Own).get(r.ActionID)
		switch {
		case ok:
			store(l.Own).used(r.ActionID, o)
		case l.Base != "":
			o, ok = store(l.Base).get(r.ActionID)
		}
		if a.Miss = !ok; ok {
			a.OutputID, a.Size, a.Time, a.DiskPath = o.output, o.size, &o.made, o.path
		}
	case r.Command == "put":
		o, err := store(l.Own).put(r.ActionID, r.OutputID, bytes.NewReader(body), r.BodySize)
		if a.DiskPath = o.path; err != nil {
			a.DiskPath, a.Err = "", err.Error()
		}
	default:
		a.Err = "unknown command " + r.Command
	}
	return a
}
