package gocell

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

const readsPanel = "import \"github.com/seed2d25c7c2/didnb/didkit\"\n%%\nfmt.Println(\"rows:\", didkit.MustPanel(\"panel\").Rows())"

// heirs are the processes whose environment names the folder: what a notebook started, whatever their group.
func heirs(tmp string) (pids []string) {
	all, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, file := range all {
		if environ, err := os.ReadFile(file); err == nil && bytes.Contains(environ, []byte("="+tmp+"/")) {
			pids = append(pids, filepath.Base(filepath.Dir(file)))
		}
	}
	return pids
}

// A disk that is full before the child starts, and one that fills while a cell is built: each an error of the cell, and
// when there is room again the next cell runs.
func TestFullDisk(t *testing.T) {
	n := newNotebook(t)
	if err := syscall.Mount("tmpfs", n.tmp, "tmpfs", 0, "size=32k"); err != nil {
		t.Skipf("no small file system can be mounted here: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(n.tmp, syscall.MNT_DETACH) }) // before newNotebook's own
	resize := func(size string) {
		t.Helper()
		if err := syscall.Mount("tmpfs", n.tmp, "tmpfs", syscall.MS_REMOUNT, "size="+size); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
	defer cancel()
	reply, shown, err := n.run(ctx, readsPanel)
	if err == nil || !strings.Contains(err.Error(), "no space left") || strings.Contains(err.Error(), "\n") {
		t.Errorf("no room for the module: %+v, %q, %v", reply, shown, err)
	}
	resize("300k")
	if reply, shown, err = n.run(ctx, readsPanel); err == nil && reply.Status != "error" {
		t.Errorf("no room for the program: %+v, %q", reply, shown)
	}
	t.Logf("no room for the program: %v, %v", err, reply.Value)
	resize("1g")
	if reply, shown, err = n.run(ctx, readsPanel); err != nil || reply.Status != "ok" || !strings.Contains(shown, "rows: 3") {
		t.Errorf("with room again: %+v, %q, %v", reply, shown, err)
	}
	n.r.Close()
}

// The session's socket is removed: cells that need it fail with a sentence, others run.
func TestSocketRemoved(t *testing.T) {
	n := newNotebook(t)
	ctx := context.Background()
	if reply, shown, err := n.run(ctx, readsPanel); err != nil || reply.Status != "ok" {
		t.Fatalf("%+v, %q, %v", reply, shown, err)
	}
	sockets, _ := filepath.Glob(filepath.Join(n.tmp, "didnb-b*", "b"))
	if len(sockets) != 1 {
		t.Fatalf("sockets: %v", sockets)
	}
	if err := os.Remove(sockets[0]); err != nil {
		t.Fatal(err)
	}
	if reply, shown, err := n.run(ctx, readsPanel); err != nil || reply.Status != "error" || !strings.Contains(shown, "restart the kernel") {
		t.Errorf("without the socket: %+v, %q, %v", reply, shown, err)
	}
	if reply, shown, err := n.run(ctx, "%%\nfmt.Println(\"fine\")"); err != nil || reply.Status != "ok" || !strings.Contains(shown, "fine") {
		t.Errorf("a cell that needs no session: %+v, %q, %v", reply, shown, err)
	}
}

// Two notebooks of one user at once: each reads its own panel, and neither leaves a process.
func TestTwoAtOnce(t *testing.T) {
	a := newNotebook(t)
	p, err := panel.New(&panel.Variable{Name: "x", Values: []float64{1, 2, 3, 4, 5}})
	if err != nil {
		t.Fatal(err)
	}
	s := session.New("")
	s.PutPanel(&session.Dataset{Name: "panel", Panel: p})
	b := &goNotebook{t: t, r: New(Options{Session: s}), signer: a.signer, tmp: a.tmp}
	cache, err := exec.Command("go", "env", "GOCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOCACHE", strings.TrimSpace(string(cache)))
	t.Setenv("XDG_CACHE_HOME", t.TempDir()) // didkit's source is unpacked anew, by both
	var wg sync.WaitGroup
	for _, x := range []struct {
		n    *goNotebook
		want string
	}{{a, "rows: 3"}, {b, "rows: 5"}} {
		wg.Go(func() {
			if reply, shown, err := x.n.run(context.Background(), readsPanel); err != nil || reply.Status != "ok" || !strings.Contains(shown, x.want) {
				t.Errorf("%+v, %q, %v; want %s", reply, shown, err, x.want)
			}
		})
	}
	wg.Wait()
	if len(heirs(a.tmp)) < 2 {
		t.Error("the children are not found among the processes, so that what is left of them would not be")
	}
	a.r.Close()
	b.r.Close()
	for end := time.Now().Add(5 * time.Second); len(heirs(a.tmp)) > 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("processes left: %v", heirs(a.tmp))
		}
	}
}
