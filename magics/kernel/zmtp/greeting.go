package zmtp

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// Type is a kind of socket, by its name on the wire.
type Type string

const (
	Router Type = "ROUTER" // listens; Recv puts the peer's identity first, Send takes it from there
	Dealer Type = "DEALER" // dials a ROUTER
	Pub    Type = "PUB"    // listens; sends to whoever has subscribed
	Sub    Type = "SUB"    // dials a PUB; subscribes to everything
	Rep    Type = "REP"    // listens; sends back what comes, which is all that a heartbeat needs
)

// peers lists which types may stand at the other end.
var peers = map[Type][]Type{
	Router: {"DEALER", "REQ", "ROUTER"},
	Dealer: {"ROUTER", "REP", "DEALER"},
	Pub:    {"SUB", "XSUB"},
	Sub:    {"PUB", "XPUB"},
	Rep:    {"REQ", "DEALER"},
}

// greeting is the first 64 bytes of a connection, RFC 23: signature, version 3.0, mechanism NULL, no server.
func greeting() []byte {
	b := make([]byte, 64)
	b[0], b[9], b[10] = 0xff, 0x7f, 3
	copy(b[12:32], "NULL")
	return b
}

// checkGreeting refuses what is not ZMTP 3 with the NULL mechanism.
func checkGreeting(b []byte) error {
	switch {
	case b[0] != 0xff || b[9]&1 != 1:
		return fmt.Errorf("zmtp: the peer does not speak ZMTP")
	case b[10] < 3:
		return fmt.Errorf("zmtp: the peer speaks ZMTP %d, and 3 is needed", b[10])
	case strings.TrimRight(string(b[12:32]), "\x00") != "NULL":
		return fmt.Errorf("zmtp: the peer asks for a security mechanism other than NULL")
	}
	return nil
}

// handshake greets, exchanges READY and returns the peer's identity, all before the deadline.
func handshake(c net.Conn, r *bufio.Reader, own Type, identity []byte, timeout time.Duration) (peer []byte, err error) {
	if err := c.SetDeadline(time.Now().Add(timeout)); err != nil {
		return nil, err
	}
	if _, err := c.Write(greeting()); err != nil {
		return nil, err
	}
	theirs := make([]byte, 64)
	// The signature comes first, and a peer that sends something else may never send 64 bytes.
	if _, err := io.ReadFull(r, theirs[:11]); err != nil {
		return nil, err
	}
	copy(theirs[12:], "NULL")
	if err := checkGreeting(theirs); err != nil {
		return nil, err
	}
	if _, err := io.ReadFull(r, theirs[11:]); err != nil {
		return nil, err
	}
	if err := checkGreeting(theirs); err != nil {
		return nil, err
	}
	ready := command("READY", properties("Socket-Type", string(own), "Identity", string(identity)))
	if _, err := c.Write(append(header(commandFlag, len(ready)), ready...)); err != nil {
		return nil, err
	}
	if peer, err = readReady(r, own); err != nil {
		return nil, err
	}
	return peer, c.SetDeadline(time.Time{})
}

// readReady reads the peer's READY and checks that its type goes with ours.
func readReady(r *bufio.Reader, own Type) (identity []byte, err error) {
	m, isCommand, err := readMessage(r, 1<<16)
	if err != nil {
		return nil, err
	}
	if !isCommand {
		return nil, fmt.Errorf("zmtp: the peer sent a message before READY")
	}
	name, data, err := parseCommand(m[0])
	if err != nil {
		return nil, err
	}
	if name != "READY" {
		return nil, fmt.Errorf("zmtp: the peer sent %q where READY is due", name)
	}
	props, err := parseProperties(data)
	if err != nil {
		return nil, err
	}
	theirs := Type(props["socket-type"])
	for _, t := range peers[own] {
		if t == theirs {
			return []byte(props["identity"]), nil
		}
	}
	return nil, fmt.Errorf("zmtp: a %s socket does not talk to a %q socket", own, theirs)
}

// properties writes names and values as READY's metadata: one byte and the name, four bytes and the value.
func properties(namesAndValues ...string) []byte {
	var b []byte
	for i := 0; i+1 < len(namesAndValues); i += 2 {
		name, value := namesAndValues[i], namesAndValues[i+1]
		b = append(append(b, byte(len(name))), name...)
		b = binary.BigEndian.AppendUint32(b, uint32(len(value)))
		b = append(b, value...)
	}
	return b
}

// parseProperties reads metadata; names are compared without case, so they are returned in lower case.
func parseProperties(b []byte) (map[string]string, error) {
	props := map[string]string{}
	for len(b) > 0 {
		n := int(b[0])
		if n == 0 || len(b) < 1+n+4 {
			return nil, fmt.Errorf("zmtp: malformed metadata")
		}
		name, rest := strings.ToLower(string(b[1:1+n])), b[1+n:]
		size := binary.BigEndian.Uint32(rest)
		if uint64(len(rest)) < 4+uint64(size) {
			return nil, fmt.Errorf("zmtp: malformed metadata")
		}
		props[name] = string(rest[4 : 4+size])
		b = rest[4+size:]
	}
	return props, nil
}
