package install

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/seed2d25c7c2/didnb/didkit/report/figure/typeface"
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
	line("ports", "%s", ports())
	line("fonts", "%s", fonts())
	missing := gonb.Missing()
	for _, m := range missing {
		line(m.Program, "missing: %s", m.Remedy)
	}
	if len(missing) == 0 {
		line("go cells", "Go, GoNB, goimports and gopls are there")
	}
	cells := []trial{{"magic cell", "%session"}}
	if len(missing) == 0 {
		cells = append(cells, trial{"Go cell", "import \"github.com/seed2d25c7c2/didnb/didkit\"\n%%\nfmt.Println(didkit.Panels())"})
	}
	return tryCells(ctx, line, cells)
}

// ports tells whether a kernel could listen as Jupyter asks it to: on five ports of this machine's own address.
func ports() string {
	for range 5 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return fmt.Sprintf("none can be opened on 127.0.0.1, where Jupyter has kernels listen: %v", err)
		}
		defer l.Close()
	}
	return "five can be opened on 127.0.0.1, as Jupyter needs"
}

// fonts tells what figures are written with.
func fonts() string {
	if _, err := typeface.New(); err != nil {
		return err.Error()
	}
	text := "Liberation Sans and Noto Sans CJK SC, embedded"
	if own := os.Getenv(typeface.Variable); own != "" {
		text += "; before them " + own
	}
	return text
}

// trial is a cell to try.
type trial struct{ name, code string }

// warmingCell imports what notebooks with Go cells import, so that it is in the build cache from then on.
var warmingCell = trial{"Go cell", `import (
	"bytes"

	"github.com/go-gota/gota/dataframe"
	"github.com/seed2d25c7c2/didnb/didkit"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

%%
var svg bytes.Buffer
fig, canvas := plot.New(), vgsvg.New(100, 100)
fig.Add(plotter.NewGrid())
fig.Draw(draw.New(canvas))
canvas.WriteTo(&svg)
panels, err := didkit.Panels()
fmt.Println(len(panels), err, stat.Mean([]float64{1}, nil), dataframe.New().Nrow())
`}

// tryCells runs cells in a kernel on sockets of its own.
func tryCells(ctx context.Context, line func(name, format string, args ...any), cells []trial) error {
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
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute) // a cold build cache takes half of one, on a busy machine more
	defer cancel()
	notebook, err := client.Dial(ctx, connection, client.Options{})
	if err != nil {
		return err
	}
	defer notebook.Close()
	if err := notebook.Ready(ctx); err != nil {
		return err
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
