package zmtp

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// What is written is read back, whatever the frames' lengths, commands in between included.
func TestFramesRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		length := rapid.OneOf(rapid.IntRange(0, 3), rapid.IntRange(250, 260), rapid.IntRange(60000, 70000))
		var sent []packet
		var b bytes.Buffer
		for range rapid.IntRange(1, 5).Draw(t, "messages") {
			p := packet{command: rapid.Bool().Draw(t, "command")}
			frames := 1
			if !p.command {
				frames = rapid.IntRange(1, 6).Draw(t, "frames")
			}
			for range frames {
				p.Message = append(p.Message, bytes.Repeat([]byte{byte(frames)}, length.Draw(t, "length")))
			}
			sent = append(sent, p)
			if err := writePacket(&b, p); err != nil {
				t.Fatal(err)
			}
		}
		r := bufio.NewReader(&b)
		for i, want := range sent {
			m, isCommand, err := readMessage(r, 1<<20)
			if err != nil || isCommand != want.command || len(m) != len(want.Message) {
				t.Fatalf("message %d: got %d frames, command %v, error %v; want %d, %v", i, len(m), isCommand, err, len(want.Message), want.command)
			}
			for k := range m {
				if !bytes.Equal(m[k], want.Message[k]) {
					t.Fatalf("message %d, frame %d differs", i, k)
				}
			}
		}
		if _, _, err := readMessage(r, 1<<20); err != io.EOF {
			t.Fatalf("at the end: got %v, want EOF", err)
		}
	})
}

func TestBodiesBeyondOneStep(t *testing.T) {
	for _, n := range []int{1 << 20, 1<<20 + 1, 3<<20 + 7} {
		want := bytes.Repeat([]byte("abcdefg"), n/7+1)[:n]
		got, err := readBody(bytes.NewReader(want), n)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d bytes: got %d, error %v", n, len(got), err)
		}
	}
	if _, err := readBody(strings.NewReader(strings.Repeat("x", 2<<20)), 5<<20); !errors.Is(err, io.ErrUnexpectedEOF) && err != io.EOF {
		t.Errorf("a body cut short: got %v, want an end of file", err)
	}
}

func TestMalformedFrames(t *testing.T) {
	cases := []struct{ name, in, want string }{
		{"unknown flags", "\x08\x00", "unknown flags"},
		{"too large", "\x02\x7f\xff\xff\xff\xff\xff\xff\xff", "too large"},
		{"negative as signed", "\x02\xff\xff\xff\xff\xff\xff\xff\xff", "too large"},
		{"cut in the length", "\x02\x00", "EOF"},
		{"cut in the body", "\x00\x05ab", "EOF"},
		{"nothing", "", "EOF"},
		{"command inside a message", "\x01\x01a\x04\x01a", "inside a message"},
		{"command with more", "\x05\x01a", "inside a message"},
		{"too many frames", strings.Repeat("\x01\x00", maxFrames) + "\x00\x00", "too large"},
		{"two frames too large together", "\x01\x64" + strings.Repeat("a", 100) + "\x00\x64" + strings.Repeat("a", 100), "too large"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := readMessage(bufio.NewReader(strings.NewReader(c.in)), 150)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestMetadata(t *testing.T) {
	props, err := parseProperties(properties("Socket-Type", "DEALER", "Identity", "", "X-More", "a\x00b"))
	if err != nil || props["socket-type"] != "DEALER" || props["identity"] != "" || props["x-more"] != "a\x00b" {
		t.Errorf("got %q, error %v", props, err)
	}
	for _, bad := range []string{"\x00", "\x05ab", "\x01a\x00\x00\x00\x05b", "\x01a\xff\xff\xff\xffb", "\x01a\x00"} {
		if _, err := parseProperties([]byte(bad)); err == nil {
			t.Errorf("%q: got no error", bad)
		}
	}
}

// FuzzIncoming reads whatever a peer may send behind its greeting: no panic, and no more memory than has come.
func FuzzIncoming(f *testing.F) {
	f.Add([]byte("\x00\x03abc"))
	f.Add([]byte("\x01\x03abc\x00\x00"))
	f.Add([]byte("\x04\x06\x05READY"))
	f.Add([]byte("\x04\x26\x05READY\x0bSocket-Type\x00\x00\x00\x06DEALER\x08Identity\x00\x00\x00\x00"))
	f.Add([]byte("\x06\x00\x00\x00\x00\x00\x00\x00\x05\x04PING"))
	f.Add([]byte("\x02\x00\x00\x00\x00\x0f\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, in []byte) {
		r := bufio.NewReader(bytes.NewReader(in))
		for total := 0; ; {
			m, isCommand, err := readMessage(r, 1<<28)
			if err != nil {
				return
			}
			for _, frame := range m {
				total += len(frame)
			}
			if total > len(in) {
				t.Fatalf("%d bytes were read from %d", total, len(in))
			}
			if !isCommand {
				continue
			}
			if name, data, err := parseCommand(m[0]); err == nil && name == "READY" {
				_, _ = parseProperties(data)
			}
		}
	})
}
