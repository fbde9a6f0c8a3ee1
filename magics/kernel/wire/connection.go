package wire

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strconv"
)

// Connection is what a connection file says: where to listen, and the key that signs messages.
type Connection struct {
	Transport   string `json:"transport"` // tcp or ipc
	IP          string `json:"ip"`        // of ipc: the path that "-" and the port's number are added to
	Shell       int    `json:"shell_port"`
	IOPub       int    `json:"iopub_port"`
	Stdin       int    `json:"stdin_port"`
	Control     int    `json:"control_port"`
	Heartbeat   int    `json:"hb_port"`
	Key         Key    `json:"key"`
	Scheme      string `json:"signature_scheme"`
	KernelName  string `json:"kernel_name,omitempty"`
	JupyterSess string `json:"jupyter_session,omitempty"`
}

// Key signs messages. It prints as asterisks, so that no log shows it.
type Key string

// String hides the key.
func (k Key) String() string {
	if k == "" {
		return "(none)"
	}
	return "****"
}

// GoString hides the key from %#v.
func (k Key) GoString() string { return k.String() }

// LogValue hides the key from structured logs.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.String()) }

// NewKey makes a random key.
func NewKey() Key {
	var b [32]byte
	rand.Read(b[:])
	return Key(hex.EncodeToString(b[:]))
}

// ReadConnection reads a connection file and checks that a kernel can and may listen as it says.
func ReadConnection(path string) (Connection, error) {
	var c Connection
	data, err := os.ReadFile(path)
	if err != nil {
		return c, err
	}
	if err := json.Unmarshal(data, &c); err != nil {
		return c, fmt.Errorf("connection file %s: %w", path, err)
	}
	if err := c.complete(); err != nil {
		return c, fmt.Errorf("connection file %s: %w", path, err)
	}
	return c, nil
}

// Write writes the connection file, readable by its owner only.
func (c Connection) Write(path string) error {
	type plain Connection
	data, err := json.MarshalIndent(plain(c), "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(data, '\n'), 0o600)
}

// complete fills in what may be left out, and refuses what is unsafe or unknown.
func (c *Connection) complete() error {
	if c.Transport == "" {
		c.Transport = "tcp"
	}
	if c.Scheme == "" {
		c.Scheme = "hmac-sha256"
	}
	if c.Scheme != "hmac-sha256" {
		return fmt.Errorf("signature scheme %q is not known; it is hmac-sha256", c.Scheme)
	}
	for _, p := range []struct {
		name string
		port int
	}{{"shell_port", c.Shell}, {"iopub_port", c.IOPub}, {"stdin_port", c.Stdin}, {"control_port", c.Control}, {"hb_port", c.Heartbeat}} {
		if p.port <= 0 || p.port > 65535 {
			return fmt.Errorf("%s is %d, which is no port", p.name, p.port)
		}
	}
	switch c.Transport {
	case "ipc":
		if c.IP == "" {
			return fmt.Errorf("transport ipc needs a path as ip")
		}
		return nil
	case "tcp":
	default:
		return fmt.Errorf("transport %q is not known; it is tcp or ipc", c.Transport)
	}
	switch c.IP {
	case "":
		c.IP = "127.0.0.1"
	case "*":
		c.IP = "0.0.0.0"
	}
	if c.Key == "" && !c.Loopback() {
		return fmt.Errorf("messages are not signed (no key), and %s can be reached from other machines", c.IP)
	}
	return nil
}

// Loopback tells whether only this machine can reach the kernel.
func (c Connection) Loopback() bool {
	if c.Transport == "ipc" || c.IP == "localhost" {
		return true
	}
	ip := net.ParseIP(c.IP)
	return ip != nil && ip.IsLoopback()
}

// Endpoint is where a port is listened on, as ZeroMQ writes it.
func (c Connection) Endpoint(port int) string {
	if c.Transport == "ipc" {
		return "ipc://" + c.IP + "-" + strconv.Itoa(port)
	}
	return "tcp://" + net.JoinHostPort(c.IP, strconv.Itoa(port))
}
