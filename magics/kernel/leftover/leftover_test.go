//go:build unix

package leftover_test

import (
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/seed2d25c7c2/didnb/magics/kernel/leftover"
)

// Only old folders of ours whose socket nobody listens on are removed.
func TestRemove(t *testing.T) {
	dir, err := os.MkdirTemp("", "lo") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	make := func(name string, listening bool, age time.Duration) {
		folder := filepath.Join(dir, name)
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		l, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(folder, "b"), Net: "unix"})
		if err != nil {
			t.Fatal(err)
		}
		l.SetUnlinkOnClose(false) // as when its owner is killed
		if listening {
			t.Cleanup(func() { l.Close() })
		} else {
			l.Close()
		}
		when := time.Now().Add(-age)
		if err := os.Chtimes(folder, when, when); err != nil {
			t.Fatal(err)
		}
	}
	make("didnb-b1", false, time.Hour)
	make("didnb-b2", true, time.Hour)
	make("didnb-b3", false, time.Second)
	make("didnb-bx", false, time.Hour)
	make("didnb-4", false, time.Hour)
	if err := os.Symlink(filepath.Join(dir, "didnb-bx"), filepath.Join(dir, "didnb-b5")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "didnb-b6"), 0o700); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-time.Hour)
	os.Chtimes(filepath.Join(dir, "didnb-b6"), old, old)
	leftover.Remove(dir, "didnb-b", "b")
	for name, there := range map[string]bool{"didnb-b1": false, "didnb-b2": true, "didnb-b3": true, "didnb-bx": true, "didnb-4": true, "didnb-b5": true, "didnb-b6": true} {
		if _, err := os.Lstat(filepath.Join(dir, name)); (err == nil) != there {
			t.Errorf("%s: there %v, want %v", name, err == nil, there)
		}
	}
}
