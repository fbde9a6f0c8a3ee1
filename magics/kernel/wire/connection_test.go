package wire_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/magics/kernel/wire"
)

const ports = `"shell_port": 1, "iopub_port": 2, "stdin_port": 3, "control_port": 4, "hb_port": 5`

func TestReadConnection(t *testing.T) {
	cases := []struct{ name, in, endpoint, wrong string }{
		{"as Jupyter writes it", `{` + ports + `, "ip": "127.0.0.1", "key": "k", "transport": "tcp", "signature_scheme": "hmac-sha256", "kernel_name": "didnb"}`, "tcp://127.0.0.1:1", ""},
		{"loopback unless said otherwise", `{` + ports + `}`, "tcp://127.0.0.1:1", ""},
		{"IPv6", `{` + ports + `, "ip": "::1"}`, "tcp://[::1]:1", ""},
		{"all interfaces, demanded and signed", `{` + ports + `, "ip": "0.0.0.0", "key": "k"}`, "tcp://0.0.0.0:1", ""},
		{"all interfaces by star", `{` + ports + `, "ip": "*", "key": "k"}`, "tcp://0.0.0.0:1", ""},
		{"ipc", `{` + ports + `, "transport": "ipc", "ip": "/run/k"}`, "ipc:///run/k-1", ""},
		{"all interfaces, unsigned", `{` + ports + `, "ip": "0.0.0.0"}`, "", "not signed"},
		{"another machine's name, unsigned", `{` + ports + `, "ip": "example"}`, "", "not signed"},
		{"no port", `{"ip": "127.0.0.1"}`, "", "shell_port is 0"},
		{"bad port", `{` + strings.Replace(ports, `"hb_port": 5`, `"hb_port": 70000`, 1) + `}`, "", "hb_port is 70000"},
		{"transport", `{` + ports + `, "transport": "udp"}`, "", `"udp"`},
		{"ipc without path", `{` + ports + `, "transport": "ipc"}`, "", "path"},
		{"scheme", `{` + ports + `, "signature_scheme": "hmac-md5"}`, "", `"hmac-md5"`},
		{"no JSON", `{`, "", "connection file"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "c.json")
			if err := os.WriteFile(path, []byte(c.in), 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := wire.ReadConnection(path)
			switch {
			case c.wrong != "":
				if err == nil || !strings.Contains(err.Error(), c.wrong) {
					t.Errorf("got %v, want %q", err, c.wrong)
				}
			case err != nil:
				t.Error(err)
			case got.Endpoint(got.Shell) != c.endpoint:
				t.Errorf("got %s, want %s", got.Endpoint(got.Shell), c.endpoint)
			}
		})
	}
	if _, err := wire.ReadConnection(filepath.Join(t.TempDir(), "none")); !os.IsNotExist(err) {
		t.Errorf("a missing file: got %v", err)
	}
}

func TestWriteConnection(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.json")
	want := wire.Connection{Transport: "ipc", IP: "/run/k", Shell: 1, IOPub: 2, Stdin: 3, Control: 4, Heartbeat: 5, Key: wire.NewKey(), Scheme: "hmac-sha256"}
	if err := want.Write(path); err != nil {
		t.Fatal(err)
	}
	if got, err := wire.ReadConnection(path); err != nil || got != want {
		t.Errorf("got %+v, error %v", got, err)
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, error %v", info.Mode(), err)
	}
}
