package gocell

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
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
	room, err := mounted(t, n.tmp)
	if err != nil && !inNamespace(t, err) { // where namespaces are forbidden too, as in most containers
		var small string
		if small, room = smallDisk(t); small == "" {
			t.Skipf("no file system can be mounted here (%v), nor in a namespace, and none is small", err)
		}
		t.Setenv("TMPDIR", small)
		n = newNotebook(t)
	} else if err != nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
	defer cancel()
	room(32 << 10)
	reply, shown, err := n.run(ctx, readsPanel)
	if err == nil || !strings.Contains(err.Error(), "no space left") || strings.Contains(err.Error(), "\n") {
		t.Errorf("no room for the module: %+v, %q, %v", reply, shown, err)
	}
	room(300 << 10)
	if reply, shown, err = n.run(ctx, readsPanel); err == nil && reply.Status != "error" {
		t.Errorf("no room for the program: %+v, %q", reply, shown)
	}
	t.Logf("no room for the program: %v, %v", err, reply.Value)
	room(1 << 30)
	if reply, shown, err = n.run(ctx, readsPanel); err != nil || reply.Status != "ok" || !strings.Contains(shown, "rows: 3") {
		t.Errorf("with room again: %+v, %q, %v", reply, shown, err)
	}
	n.r.Close()
}

// mounted puts a file system of its own over the folder and returns what makes room for so many bytes on it. The error is
// that of a user who may not mount.
func mounted(t *testing.T, folder string) (room func(bytes int64), err error) {
	t.Helper()
	set := func(bytes int64, flags uintptr) error {
		return syscall.Mount("tmpfs", folder, "tmpfs", flags, "size="+strconv.FormatInt(bytes, 10))
	}
	if err := set(1<<30, 0); err != nil {
		return nil, err
	}
	t.Cleanup(func() { syscall.Unmount(folder, syscall.MNT_DETACH) }) // before the notebook's own
	return func(bytes int64) {
		t.Helper()
		if err := set(bytes, syscall.MS_REMOUNT); err != nil {
			t.Fatal(err)
		}
	}, nil
}

// namespaceEnv tells a test that it runs inside inNamespace.
const namespaceEnv = "DIDNB_TEST_NAMESPACE"

// inNamespace runs the test again as the root of a user namespace of its own, where anybody may mount, unless the system
// forbids it; why is the error of mounting here.
func inNamespace(t *testing.T, why error) bool {
	t.Helper()
	if os.Getenv(namespaceEnv) != "" {
		t.Fatalf("no file system can be mounted in a namespace: %v", why)
	}
	cmd := exec.Command("/proc/self/exe", "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), namespaceEnv+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}},
	}
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case err == nil:
		t.Logf("in a namespace, since %v here:\n%s", why, out)
	case errors.As(err, &exit):
		t.Errorf("in a namespace, since %v here:\n%s", why, out)
	default:
		t.Logf("in a namespace: %v", err)
		return false
	}
	return true
}

// smallDisk is a folder on a file system in memory that is small already, as a container's /dev/shm of 64 MB is, and what
// leaves room for so many bytes on it, by a file that takes the rest.
func smallDisk(t *testing.T) (folder string, room func(bytes int64)) {
	t.Helper()
	mounts, _ := os.ReadFile("/proc/mounts")
	for line := range strings.Lines(string(mounts)) {
		f := strings.Fields(line)
		var s syscall.Statfs_t
		if len(f) < 3 || f[2] != "tmpfs" || syscall.Statfs(f[1], &s) != nil || int64(s.Bavail)*s.Bsize < 48<<20 || int64(s.Blocks)*s.Bsize > 1<<30 {
			continue
		}
		folder, err := os.MkdirTemp(f[1], "d")
		if err != nil {
			continue
		}
		t.Cleanup(func() { os.RemoveAll(folder) })
		ballast := filepath.Join(folder, "ballast")
		return folder, func(bytes int64) {
			t.Helper()
			if err := os.RemoveAll(ballast); err != nil {
				t.Fatal(err)
			}
			if err := syscall.Statfs(folder, &s); err != nil {
				t.Fatal(err)
			}
			if rest := int64(s.Bavail)*s.Bsize - bytes; rest > 0 {
				file, err := os.Create(ballast)
				if err != nil {
					t.Fatal(err)
				}
				defer file.Close()
				if err := syscall.Fallocate(int(file.Fd()), 0, 0, rest); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	return "", nil
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

// GoNB alone is killed, not its group: gopls, which leads one of its own, goes too.
func TestKilledAlone(t *testing.T) {
	n := newNotebook(t)
	ctx := context.Background()
	cell := "%%\nfmt.Println(\"up\")"
	for range 2 { // and again, with the child that takes its place
		if reply, shown, err := n.run(ctx, cell); err != nil || reply.Status != "ok" || !strings.Contains(shown, "up") {
			t.Fatalf("%+v, %q, %v", reply, shown, err)
		}
		child := n.r.started()
		before := heirs(n.tmp)
		for end := time.Now().Add(20 * time.Second); len(before) < 2 && time.Now().Before(end); before = heirs(n.tmp) {
			time.Sleep(50 * time.Millisecond) // gopls starts on its own
		}
		if len(before) < 2 {
			t.Skipf("no gopls beside GoNB: %v", before)
		}
		syscall.Kill(child.Pid(), syscall.SIGKILL)
		for end := time.Now().Add(5 * time.Second); len(heirs(n.tmp)) > 0; time.Sleep(20 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("left of %v: %v", before, heirs(n.tmp))
			}
		}
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
