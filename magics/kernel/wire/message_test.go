package wire_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/seed2d25c7c2/didnb/magics/kernel/wire"
)

func ExampleSigner() {
	s := wire.NewSigner("secret")
	m, _ := s.New("status", nil, map[string]string{"execution_state": "busy"})
	frames := s.Pack(m)
	got, err := s.Unpack(frames)
	fmt.Println(got.Header.Type, string(got.Content), err)
	frames[len(frames)-1] = []byte(`{"execution_state":"idle"}`)
	_, err = s.Unpack(frames)
	fmt.Println(err)
	// Output:
	// status {"execution_state":"busy"} <nil>
	// the message's signature is wrong
}

// signed lays out a message as a client does, with the key given.
func signed(key string, parts ...string) [][]byte {
	mac := hmac.New(sha256.New, []byte(key))
	frames := [][]byte{[]byte("id"), []byte("<IDS|MSG>"), nil}
	for _, p := range parts {
		mac.Write([]byte(p))
		frames = append(frames, []byte(p))
	}
	frames[2] = []byte(hex.EncodeToString(mac.Sum(nil)))
	return frames
}

const header = `{"msg_id":"1","msg_type":"execute_request","session":"s","username":"u","date":"2026-01-02T03:04:05.678Z","version":"5.3","extra":[1]}`

func TestUnpack(t *testing.T) {
	s := wire.NewSigner("secret")
	frames := append(signed("secret", header, "{}", "{}", `{"code":"1"}`), []byte("buffer"))
	m, err := s.Unpack(frames)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Identities) != 1 || m.Header.Type != "execute_request" || string(m.Buffers[0]) != "buffer" || string(m.RawHeader) != header {
		t.Errorf("got %+v", m)
	}
	reply, err := s.New("execute_reply", m, struct{}{})
	if err != nil || string(reply.RawParent) != header || reply.Parent().ID != "1" {
		t.Errorf("parent %s, error %v", reply.RawParent, err)
	}
	if got := s.Pack(m); !equalFrames(got, frames) {
		t.Errorf("packed again: got %q, want %q", got, frames)
	}
	var content struct{ Code string }
	if err := m.Decode(&content); err != nil || content.Code != "1" {
		t.Errorf("content %+v, error %v", content, err)
	}
	if err := m.Decode(new([]int)); err == nil || !strings.Contains(err.Error(), "execute_request") {
		t.Errorf("content of another shape: got %v", err)
	}
}

func equalFrames(a, b [][]byte) bool {
	return bytes.Equal(bytes.Join(a, []byte("|")), bytes.Join(b, []byte("|")))
}

func TestUnpackRefuses(t *testing.T) {
	cases := []struct {
		name   string
		frames [][]byte
		want   string
	}{
		{"another key", signed("other", header, "{}", "{}", "{}"), "signature"},
		{"no signature", append([][]byte{[]byte("<IDS|MSG>"), nil}, signed("x", header, "{}", "{}", "{}")[3:]...), "signature"},
		{"no frames", nil, "malformed"},
		{"no delimiter", [][]byte{[]byte("a"), []byte("b")}, "malformed"},
		{"too few frames", signed("secret", header, "{}", "{}"), "malformed"},
		{"content is no JSON", signed("secret", header, "{}", "{}", "{"), "content is no JSON"},
		{"header is no JSON", signed("secret", "\xff", "{}", "{}", "{}"), "header is no JSON"},
		{"header is a list", signed("secret", "[]", "{}", "{}", "{}"), "header"},
		{"header without type", signed("secret", "{}", "{}", "{}", "{}"), "msg_type"},
	}
	s := wire.NewSigner("secret")
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := s.Unpack(c.frames)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
			if strings.Contains(fmt.Sprint(err), "secret") {
				t.Error("the key stands in the error")
			}
		})
	}
	if _, err := s.Unpack(cases[0].frames); !errors.Is(err, wire.ErrSignature) {
		t.Errorf("got %v, want ErrSignature", err)
	}
}

func TestUnsigned(t *testing.T) {
	s := wire.NewSigner("")
	m, err := s.New("status", nil, struct{}{})
	if err != nil {
		t.Fatal(err)
	}
	if frames := s.Pack(m); len(frames[1]) != 0 {
		t.Errorf("a signature without a key: %q", frames[1])
	} else if _, err := s.Unpack(frames); err != nil {
		t.Error(err)
	}
}

// The key stands in no print of anything that holds it.
func TestKeyIsHidden(t *testing.T) {
	c := wire.Connection{Key: "secret", IP: "127.0.0.1"}
	for _, format := range []string{"%v", "%+v", "%s", "%#v"} {
		if s := fmt.Sprintf(format, c); strings.Contains(s, "secret") {
			t.Errorf("%s prints %s", format, s)
		}
	}
	if s := c.Key.LogValue().String(); strings.Contains(s, "secret") {
		t.Errorf("a log shows %s", s)
	}
}

func TestDates(t *testing.T) {
	want := time.Date(2026, 1, 2, 3, 4, 5, 678000000, time.UTC)
	for _, s := range []string{wire.Date(want), "2026-01-02T03:04:05.678Z", "2026-01-02T04:04:05.678+01:00", "2026-01-02T03:04:05.678"} {
		if got, ok := wire.ParseDate(s); !ok || !got.Equal(want) {
			t.Errorf("%q: got %v, %v", s, got, ok)
		}
	}
	if _, ok := wire.ParseDate("yesterday"); ok {
		t.Error("yesterday is a date")
	}
}

// FuzzUnpack gives a signer frames that are rightly signed and otherwise anything.
func FuzzUnpack(f *testing.F) {
	f.Add(header, "{}", "{}", `{"code":""}`)
	f.Add("{}", "", "[]", "null")
	f.Add(`{"msg_type":1}`, "{}", "{}", "{}")
	f.Fuzz(func(t *testing.T, h, p, md, c string) {
		s := wire.NewSigner("secret")
		m, err := s.Unpack(signed("secret", h, p, md, c))
		if err != nil {
			return
		}
		m.Parent()
		if !json.Valid(m.Content) || m.Header.Type == "" {
			t.Errorf("accepted %q", c)
		}
		if again, err := s.Unpack(s.Pack(m)); err != nil || string(again.Content) != string(m.Content) {
			t.Errorf("packed and unpacked: %v", err)
		}
	})
}
