package install

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/seed2d25c7c2/didnb/magics/kernel"
	"github.com/seed2d25c7c2/didnb/magics/kernel/client"
	"github.com/seed2d25c7c2/didnb/magics/kernel/gocell"
	"github.com/seed2d25c7c2/didnb/magics/kernel/gonb"
	"github.com/seed2d25c7c2/didnb/magics/kernel/magic"
	"github.com/seed2d25c7c2/didnb/magics/kernel/wire"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// DoctorCommand is `didnb doctor`: what is here, where, and whether a cell of each kind runs.
type DoctorCommand struct{}

// Run prints versions and paths, and tries one magic cell and one Go cell in a kernel of its own.
func (DoctorCommand) Run(ctx context.Context, k *kong.Kong) error {
	line := func(name, format string, args ...any) {
		fmt.Fprintf(k.Stdout, "%-12s %s\n", name, fmt.Sprintf(format, args...))
	}
	self, _ := os.Executable()
	line("didnb", "%s, built with %s for %s/%s, %s", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH, self)
	for _, tool := range []struct{ program, arg string }{{"go", "version"}, {"jupyter", "--version"}, {"jupyter-lab", "--version"}} {
		path, err := exec.LookPath(tool.program)
		if err != nil {
			line(tool.program, "not found")
			continue
		}
		out, _ := exec.CommandContext(ctx, path, tool.arg).Output()
		first, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
		line(tool.program, "%s, %s", first, path)
	}
	if kernels, err := userKernels(); err == nil {
		file := filepath.Join(kernels, "didnb", "kernel.json")
		if _, err := os.Stat(file); err == nil {
			line("kernel", "%s", file)
		} else {
			line("kernel", "not installed for this user; run `didnb install`")
		}
	}
	missing := gonb.Missing()
	for _, m := range missing {
		line(m.Program, "missing: %s", m.Remedy)
	}
	if len(missing) == 0 {
		line("go cells", "Go, GoNB, goimports and gopls are there")
	}
	return tryCells(ctx, line, len(missing) == 0)
}

// tryCells runs a kernel on sockets of its own and tries a cell of each kind.
func tryCells(ctx context.Context, line func(name, format string, args ...any), goCells bool) error {
	dir, err := os.MkdirTemp("", "didnb-d")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	connection := wire.Connection{
		Transport: "ipc", IP: filepath.Join(dir, "k"), Shell: 1, IOPub: 2, Stdin: 3, Control: 4, Heartbeat: 5,
		Key: wire.NewKey(), Scheme: "hmac-sha256",
	}
	s := session.New("")
	server, err := kernel.Listen(kernel.Options{
		Connection: connection, Language: magic.Language{Session: s}, Version: version(), Go: gocell.New(gocell.Options{Session: s}),
	})
	if err != nil {
		return err
	}
	serving, stop := context.WithCancel(ctx)
	served := make(chan struct{})
	go func() {
		server.Serve(serving)
		close(served)
	}()
	defer func() {
		stop()
		<-served
	}()
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute) // a cold build cache takes half of one
	defer cancel()
	notebook, err := client.Dial(ctx, connection, client.Options{})
	if err != nil {
		return err
	}
	defer notebook.Close()
	if err := notebook.Ready(ctx); err != nil {
		return err
	}
	cells := []struct{ name, code string }{{"magic cell", "%session"}}
	if goCells {
		cells = append(cells, struct{ name, code string }{"Go cell", "import \"github.com/seed2d25c7c2/didnb/didkit\"\n%%\nfmt.Println(didkit.Panels())"})
	}
	var failed error
	for _, cell := range cells {
		start := time.Now()
		a, err := notebook.Execute(ctx, cell.code)
		if err != nil || a.Status() != "ok" {
			var why kernel.Failure
			if err == nil {
				_ = a.Reply.Decode(&why)
				err = errors.New(why.Value)
			}
			line(cell.name, "failed: %v", err)
			failed = fmt.Errorf("a %s does not run", cell.name)
			continue
		}
		line(cell.name, "runs, %d ms", time.Since(start).Milliseconds())
	}
	return failed
}
