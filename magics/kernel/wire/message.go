package wire

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
	"time"
)

// Header is a message's header.
type Header struct {
	ID       string `json:"msg_id"`
	Session  string `json:"session"`
	Username string `json:"username"`
	Date     string `json:"date"` // ISO 8601
	Type     string `json:"msg_type"`
	Version  string `json:"version"`
}

// Message is one message. The raw parts are kept as they came, since a reply's parent header has to be the request's
// header to the byte, fields that we don't know included.
type Message struct {
	Identities [][]byte // where a reply goes; a topic in messages on iopub
	Header     Header
	RawHeader  json.RawMessage
	RawParent  json.RawMessage // {} if there is none
	Metadata   json.RawMessage
	Content    json.RawMessage
	Buffers    [][]byte
}

// Parent is the header of the message that this one answers.
func (m *Message) Parent() Header {
	var h Header
	_ = json.Unmarshal(m.RawParent, &h) // parse has seen that it is JSON
	return h
}

// Decode reads the content into v.
func (m *Message) Decode(v any) error {
	if err := json.Unmarshal(m.Content, v); err != nil {
		return fmt.Errorf("content of %s: %w", m.Header.Type, err)
	}
	return nil
}

// delimiter stands between identities and the message.
var delimiter = []byte("<IDS|MSG>")

// ErrSignature is the error for a message that the key has not signed.
var ErrSignature = errors.New("the message's signature is wrong")

// Signer packs and unpacks messages under one key. It is safe for concurrent use.
type Signer struct {
	key     []byte
	session string
	count   atomic.Int64
}

// NewSigner makes a signer, with a session id of its own.
func NewSigner(k Key) *Signer {
	var b [16]byte
	rand.Read(b[:])
	return &Signer{key: []byte(k), session: hex.EncodeToString(b[:])}
}

// Session is the session id of messages made here.
func (s *Signer) Session() string { return s.session }

// sign is the hexadecimal HMAC-SHA256 of the four parts, nothing without a key.
func (s *Signer) sign(parts ...[]byte) []byte {
	if len(s.key) == 0 {
		return []byte{}
	}
	mac := hmac.New(sha256.New, s.key)
	for _, p := range parts {
		mac.Write(p)
	}
	return hex.AppendEncode(nil, mac.Sum(nil))
}

// Unpack reads a message's frames. The error is ErrSignature, or says what is malformed; nothing of an unsigned message
// is looked at.
func (s *Signer) Unpack(frames [][]byte) (*Message, error) {
	at := 0
	for at < len(frames) && !bytes.Equal(frames[at], delimiter) {
		at++
	}
	if len(frames) < at+6 {
		return nil, fmt.Errorf("malformed message: %d frames, and %d behind the delimiter", len(frames), max(0, len(frames)-at-1))
	}
	signature, parts := frames[at+1], frames[at+2:at+6]
	if !hmac.Equal(signature, s.sign(parts...)) {
		return nil, ErrSignature
	}
	m := &Message{Identities: frames[:at], RawHeader: parts[0], RawParent: parts[1], Metadata: parts[2], Content: parts[3], Buffers: frames[at+6:]}
	for i, name := range []string{"header", "parent header", "metadata", "content"} {
		if !json.Valid(parts[i]) {
			return nil, fmt.Errorf("malformed message: its %s is no JSON", name)
		}
	}
	if err := json.Unmarshal(m.RawHeader, &m.Header); err != nil {
		return nil, fmt.Errorf("malformed message: header: %w", err)
	}
	if m.Header.Type == "" {
		return nil, fmt.Errorf("malformed message: its header has no msg_type")
	}
	return m, nil
}

// Pack signs a message and lays it out as frames.
func (s *Signer) Pack(m *Message) [][]byte {
	frames := make([][]byte, 0, len(m.Identities)+6+len(m.Buffers))
	frames = append(frames, m.Identities...)
	frames = append(frames, delimiter, s.sign(m.RawHeader, m.RawParent, m.Metadata, m.Content), m.RawHeader, m.RawParent, m.Metadata, m.Content)
	return append(frames, m.Buffers...)
}

// New makes a message of a type that answers parent (nil: none). Content is anything that encodes as a JSON object.
func (s *Signer) New(msgType string, parent *Message, content any) (*Message, error) {
	m := &Message{RawParent: json.RawMessage("{}"), Metadata: json.RawMessage("{}")}
	m.Header = Header{
		ID: s.session + "_" + strconv.FormatInt(s.count.Add(1), 10), Session: s.session, Username: "didnb",
		Date: Date(time.Now()), Type: msgType, Version: Version,
	}
	if parent != nil {
		m.RawParent = parent.RawHeader
	}
	var err error
	if m.RawHeader, err = json.Marshal(m.Header); err != nil {
		return nil, err
	}
	m.Content, err = encode(content)
	return m, err
}

// encode is JSON without escapes for HTML, which would only make tables longer.
func encode(v any) (json.RawMessage, error) {
	if raw, ok := v.(json.RawMessage); ok {
		return raw, nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// With is a copy of the message with other content.
func (m *Message) With(content any) (*Message, error) {
	c := *m
	var err error
	c.Content, err = encode(content)
	return &c, err
}

// Date is a time as headers write it: UTC with microseconds.
func Date(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

// ParseDate reads a header's date; ok is false if it is in no form that clients use.
func ParseDate(s string) (t time.Time, ok bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}
