package zmtp

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
)

// Message is what ZeroMQ moves as one: a list of frames.
type Message [][]byte

// size is what a message costs in a queue: its bytes and a share for each frame's own keeping.
func (m Message) size() int {
	n := 64
	for _, f := range m {
		n += len(f) + 32
	}
	return n
}

// Flags of a frame, RFC 23 section "Framing".
const (
	moreFlag    = 1
	longFlag    = 2
	commandFlag = 4
)

// maxFrames bounds the frames of one message. Jupyter's have seven or so, and one more for each binary buffer.
const maxFrames = 4096

// errTooLarge is the error for a message beyond Options.MaxMessage or maxFrames.
var errTooLarge = fmt.Errorf("zmtp: message is too large")

// readMessage reads frames up to the one without the more flag. A command, which stands alone between messages, is
// returned as one frame with command set.
func readMessage(r *bufio.Reader, limit int64) (m Message, command bool, err error) {
	left := limit
	for {
		flags, body, err := readFrame(r, left)
		if err != nil {
			return nil, false, err
		}
		if flags&commandFlag != 0 {
			if len(m) > 0 || flags&moreFlag != 0 {
				return nil, false, fmt.Errorf("zmtp: a command stands inside a message")
			}
			return Message{body}, true, nil
		}
		m = append(m, body)
		left -= int64(len(body))
		if flags&moreFlag == 0 {
			return m, false, nil
		}
		if len(m) == maxFrames {
			return nil, false, errTooLarge
		}
	}
}

// readFrame reads one frame of at most limit bytes.
func readFrame(r *bufio.Reader, limit int64) (flags byte, body []byte, err error) {
	if flags, err = r.ReadByte(); err != nil {
		return 0, nil, err
	}
	if flags&^(moreFlag|longFlag|commandFlag) != 0 {
		return 0, nil, fmt.Errorf("zmtp: frame with unknown flags %#x", flags)
	}
	var length uint64
	if flags&longFlag != 0 {
		var b [8]byte
		if _, err = io.ReadFull(r, b[:]); err != nil {
			return 0, nil, err
		}
		length = binary.BigEndian.Uint64(b[:])
	} else {
		b, err := r.ReadByte()
		if err != nil {
			return 0, nil, err
		}
		length = uint64(b)
	}
	if length > uint64(max(limit, 0)) {
		return 0, nil, errTooLarge
	}
	body, err = readBody(r, int(length))
	return flags, body, err
}

// readBody grows with what has come, so that a header alone can't make it allocate much.
func readBody(r io.Reader, n int) ([]byte, error) {
	const step = 1 << 20
	body := make([]byte, min(n, step))
	for from := 0; ; {
		if _, err := io.ReadFull(r, body[from:]); err != nil {
			return nil, err
		}
		from = len(body)
		if from == n {
			return body, nil
		}
		body = append(body, make([]byte, min(from, n-from))...)
	}
}

// header is a frame's flags and length.
func header(flags byte, n int) []byte {
	if n > 255 {
		b := make([]byte, 9)
		b[0] = flags | longFlag
		binary.BigEndian.PutUint64(b[1:], uint64(n))
		return b
	}
	return []byte{flags, byte(n)}
}

// writePacket writes the frames one behind the other.
func writePacket(w io.Writer, m packet) error {
	for i, f := range m.Message {
		flags := byte(0)
		switch {
		case m.command:
			flags = commandFlag
		case i < len(m.Message)-1:
			flags = moreFlag
		}
		if _, err := w.Write(header(flags, len(f))); err != nil {
			return err
		}
		if _, err := w.Write(f); err != nil {
			return err
		}
	}
	return nil
}

// command is the body of a command frame: its name's length, its name, its data.
func command(name string, data []byte) []byte {
	b := append([]byte{byte(len(name))}, name...)
	return append(b, data...)
}

// parseCommand cuts a command into name and data.
func parseCommand(body []byte) (name string, data []byte, err error) {
	if len(body) == 0 || int(body[0]) > len(body)-1 || body[0] == 0 {
		return "", nil, fmt.Errorf("zmtp: malformed command")
	}
	n := 1 + int(body[0])
	return string(body[1:n]), body[n:], nil
}
