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
	"unicode"

	"github.com/alecthomas/kong"

	"github.com/seed2d25c7c2/didnb/didkit/report/figure/typeface"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
	"github.com/seed2d25c7c2/didnb/magics/kernel"
	"github.com/seed2d25c7c2/didnb/magics/kernel/client"
	"github.com/seed2d25c7c2/didnb/magics/kernel/gocell"
	"github.com/seed2d25c7c2/didnb/magics/kernel/gonb"
	"github.com/seed2d25c7c2/didnb/magics/kernel/magic"
	"github.com/seed2d25c7c2/didnb/magics/kernel/wire"
	"github.com/seed2d25c7c2/didnb/magics/session"
	"github.com/seed2d25c7c2/didnb/magics/zh"
)

// DoctorCommand is `didnb doctor`: what is here, where, and whether a cell of each kind runs.
type DoctorCommand struct{}

// Run prints versions and paths, and tries one magic cell and one Go cell in a kernel of its own.
func (DoctorCommand) Run(ctx context.Context, k *kong.Kong, l wording.Language) error {
	line := func(name, format string, args ...any) {
		fmt.Fprintf(k.Stdout, "%s%s %s\n", name, strings.Repeat(" ", max(0, 12-columns(name))), fmt.Sprintf(format, args...))
	}
	self, _ := os.Executable()
	line("didnb", l.Pick("%s, built with %s for %s/%s, %s", "%s，由 %s 为 %s/%s 编译，%s"), version(), runtime.Version(), runtime.GOOS, runtime.GOARCH, self)
	for _, tool := range []struct{ program, arg string }{{"go", "version"}, {"jupyter", "--version"}, {"jupyter-lab", "--version"}} {
		path, err := exec.LookPath(tool.program)
		if err != nil {
			line(tool.program, "%s", l.Pick("not found", "没有找到"))
			continue
		}
		out, _ := exec.CommandContext(ctx, path, tool.arg).Output()
		first, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
		line(tool.program, "%s, %s", first, path)
	}
	if kernels, err := userKernels(); err == nil {
		file := filepath.Join(kernels, "didnb", "kernel.json")
		if _, err := os.Stat(file); err == nil {
			line(l.Pick("kernel", "内核"), "%s", file)
		} else {
			line(l.Pick("kernel", "内核"), "%s", l.Pick("not installed for this user; run `didnb install`", "尚未为当前用户安装；请运行 `didnb install`"))
		}
	}
	line(l.Pick("ports", "端口"), "%s", ports(l))
	line(l.Pick("fonts", "字体"), "%s", fonts(l))
	missing := gonb.Missing()
	for _, m := range missing {
		line(m.Program, l.Pick("missing: %s", "缺少；%s"), l.Pick(m.Remedy, zh.Sentence(m.Remedy)))
	}
	if len(missing) == 0 {
		line(l.Pick("go cells", "Go 单元格"), "%s", l.Pick("Go, GoNB, goimports and gopls are there", "Go、GoNB、goimports 与 gopls 俱在"))
	}
	cells := []trial{{l.Pick("magic cell", "命令单元格"), "%session"}}
	if len(missing) == 0 {
		cells = append(cells, trial{l.Pick("Go cell", "Go 单元格"), "import \"github.com/seed2d25c7c2/didnb/didkit\"\n%%\nfmt.Println(didkit.Panels())"})
	}
	return tryCells(ctx, l, line, cells)
}

// columns is how many columns of a terminal a text takes, two for each Chinese character.
func columns(s string) int {
	n := 0
	for _, r := range s {
		if n++; unicode.Is(unicode.Han, r) {
			n++
		}
	}
	return n
}

// ports tells whether a kernel could listen as Jupyter asks it to: on five ports of this machine's own address.
func ports(l wording.Language) string {
	for range 5 {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return fmt.Sprintf(l.Pick("none can be opened on 127.0.0.1, where Jupyter has kernels listen: %v", "127.0.0.1 上打不开端口，而 Jupyter 要内核在那里监听：%v"), err)
		}
		defer listener.Close()
	}
	return l.Pick("five can be opened on 127.0.0.1, as Jupyter needs", "127.0.0.1 上可打开五个，Jupyter 所需")
}

// fonts tells what figures are written with.
func fonts(l wording.Language) string {
	if _, err := typeface.New(); err != nil {
		return err.Error()
	}
	text := l.Pick("Liberation Sans and Noto Sans CJK SC, embedded", "内嵌 Liberation Sans 与 Noto Sans CJK SC")
	if own := os.Getenv(typeface.Variable); own != "" {
		text += l.Pick("; before them ", "；优先用 ") + own
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
func tryCells(ctx context.Context, l wording.Language, line func(name, format string, args ...any), cells []trial) error {
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
	s.SetLanguage(session.Language(l))
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
			line(cell.name, l.Pick("failed: %s", "失败：%s"), l.Pick(err.Error(), zh.Sentence(err.Error())))
			failed = fmt.Errorf("a %s does not run", cell.name)
			continue
		}
		line(cell.name, l.Pick("runs, %d ms", "可以运行，%d 毫秒"), time.Since(start).Milliseconds())
	}
	return failed
}
