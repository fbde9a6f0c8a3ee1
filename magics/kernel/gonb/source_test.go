package gonb

import (
	"os"
	"path/filepath"
	"testing"
)

func TestSourceOfAnImage(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv(SourceVariable, "")
	own, err := unpacked()
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"go.mod", "go.sum", "didkit/didkit.go"} {
		if _, err := os.Stat(filepath.Join(own, file)); err != nil {
			t.Error(err)
		}
	}
	shared := t.TempDir()
	t.Setenv(SourceVariable, shared)
	if dir, err := unpacked(); err != nil || dir != own {
		t.Errorf("a folder without this version's source: %s, %v", dir, err)
	}
	want := filepath.Join(shared, filepath.Base(own))
	if err := os.Mkdir(want, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(want, "go.mod"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if dir, err := unpacked(); err != nil || dir != want {
		t.Errorf("got %s, %v; want %s", dir, err, want)
	}
}
