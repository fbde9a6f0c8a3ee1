package bridge

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
)

// Environment of a cell's program.
const (
	SocketEnv = "DIDNB_BRIDGE" // path of the socket
	TokenEnv  = "DIDNB_TOKEN"  // that the first message must hold
)

// Request is what a program asks; Columns or Bytes may follow it.
type Request struct {
	Op    string          `json:"op"` // hello, panels, panel, put-panel, result, put-result, show-panel, show-result, display
	Token string          `json:"token,omitempty"`
	Name  string          `json:"name,omitempty"`
	Kind  string          `json:"kind,omitempty"`
	Meta  *Meta           `json:"meta,omitempty"`  // columns follow
	Bytes int             `json:"bytes,omitempty"` // so many bytes follow
	Data  json.RawMessage `json:"data,omitempty"`  // of display: forms by MIME type
}

// Response is the answer; columns or bytes may follow it.
type Response struct {
	Error  string      `json:"error,omitempty"`
	Panels []PanelInfo `json:"panels,omitempty"`
	Meta   *Meta       `json:"meta,omitempty"`
	Kind   string      `json:"kind,omitempty"`
	Bytes  int         `json:"bytes,omitempty"`
}

// PanelInfo is a panel in a list.
type PanelInfo struct {
	Name    string `json:"name"`
	Rows    int    `json:"rows"`
	Current bool   `json:"current"`
}

// maxHeader bounds a request or response without what follows.
const maxHeader = 64 << 20

// MaxBytes bounds what follows as bytes.
const MaxBytes = 256 << 20

// Write writes a request or response: its length in four bytes, then JSON.
func Write(w io.Writer, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if len(b) > maxHeader {
		return fmt.Errorf("a message of %d bytes is too long", len(b))
	}
	_, err = w.Write(append(binary.LittleEndian.AppendUint32(nil, uint32(len(b))), b...))
	return err
}

// Read reads a request or response.
func Read(r io.Reader, v any) error {
	var n [4]byte
	if _, err := io.ReadFull(r, n[:]); err != nil {
		return err
	}
	length := binary.LittleEndian.Uint32(n[:])
	if length > maxHeader {
		return fmt.Errorf("a message of %d bytes is too long", length)
	}
	b, err := ReadBytes(r, int(length))
	if err != nil {
		return err
	}
	return json.Unmarshal(b, v)
}

// ReadBytes reads n bytes, allocating as they come.
func ReadBytes(r io.Reader, n int) ([]byte, error) {
	if n < 0 || n > MaxBytes {
		return nil, fmt.Errorf("%d bytes are too many", n)
	}
	b, err := io.ReadAll(io.LimitReader(r, int64(n)))
	if err == nil && len(b) < n {
		err = io.ErrUnexpectedEOF
	}
	return b, err
}
