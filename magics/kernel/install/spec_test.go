package install

import (
	"bytes"
	"encoding/json"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWriteSpec(t *testing.T) {
	kernels := t.TempDir()
	program := filepath.Join(t.TempDir(), "didnb") // a temporary folder, so it is copied
	if err := os.WriteFile(program, []byte("program"), 0o755); err != nil {
		t.Fatal(err)
	}
	for range 2 { // again in place of the first
		dir, err := writeSpec(kernels, "didnb", program)
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(dir, "kernel.json"))
		if err != nil {
			t.Fatal(err)
		}
		var s spec
		if err := json.Unmarshal(text, &s); err != nil {
			t.Fatal(err)
		}
		if s.InterruptMode != "message" || s.Language != "go" || s.DisplayName != "Go (didnb)" || strings.Join(s.Argv[1:], " ") != "kernel {connection_file}" {
			t.Errorf("got %s", text)
		}
		if got, err := os.ReadFile(s.Argv[0]); err != nil || string(got) != "program" || filepath.Dir(s.Argv[0]) != dir {
			t.Errorf("the program is %s: %q, %v", s.Argv[0], got, err)
		}
		for size, file := range map[int]string{32: "logo-32x32.png", 64: "logo-64x64.png"} {
			content, err := os.ReadFile(filepath.Join(dir, file))
			if err != nil {
				t.Fatal(err)
			}
			if img, err := png.Decode(bytes.NewReader(content)); err != nil || img.Bounds().Dx() != size {
				t.Errorf("%s: %v", file, err)
			}
		}
	}
	for _, bad := range []string{"", "a b", "../x", "a/b"} {
		if _, err := writeSpec(kernels, bad, program); err == nil || !strings.Contains(err.Error(), "kernel name") {
			t.Errorf("%q: got %v", bad, err)
		}
	}
}

func TestFolders(t *testing.T) {
	t.Setenv("JUPYTER_DATA_DIR", filepath.Join("a", "b"))
	if got, err := userKernels(); err != nil || got != filepath.Join("a", "b", "kernels") {
		t.Errorf("got %s, %v", got, err)
	}
	t.Setenv("VIRTUAL_ENV", "venv")
	c := InstallCommand{SysPrefix: true}
	if got, err := c.kernels(t.Context()); err != nil || got != filepath.Join("venv", "share", "jupyter", "kernels") {
		t.Errorf("got %s, %v", got, err)
	}
	c = InstallCommand{Prefix: "p"}
	if got, err := c.kernels(t.Context()); err != nil || got != filepath.Join("p", "share", "jupyter", "kernels") {
		t.Errorf("got %s, %v", got, err)
	}
}
