//go:build unix

package gocell

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/magics/kernel"
	"github.com/seed2d25c7c2/didnb/magics/kernel/gonb"
	"github.com/seed2d25c7c2/didnb/magics/kernel/wire"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

func TestCutReset(t *testing.T) {
	for _, c := range []struct{ code, reset, rest string }{
		{"%%\nf()", "", "%%\nf()"},
		{"%reset\n%%\nf()", "%reset\n", "\n%%\nf()"},
		{"x\n%reset go.mod", "%reset go.mod\n", "x\n"},
		{"% reset", "% reset\n", ""},
		{"s := ` %reset`", "", "s := ` %reset`"},
		{"%resetting", "", "%resetting"},
	} {
		if reset, rest := cutReset(c.code); reset != c.reset || rest != c.rest {
			t.Errorf("%q: got %q, %q", c.code, reset, rest)
		}
	}
}

// goNotebook runs Go cells with a real GoNB.
type goNotebook struct {
	t      *testing.T
	r      *Runner
	signer *wire.Signer
	tmp    string
	count  int // of the next cell
}

func newNotebook(t *testing.T) *goNotebook {
	t.Helper()
	if testing.Short() {
		t.Skip("Go cells take seconds")
	}
	if missing := gonb.Missing(); len(missing) > 0 {
		t.Skipf("%s is not here: %s", missing[0].Program, missing[0].Remedy)
	}
	tmp, err := os.MkdirTemp("", "g") // short, for the sockets in it
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", tmp)
	p, err := panel.New(&panel.Variable{Name: "x", Values: []float64{1, 2, 3}})
	if err != nil {
		t.Fatal(err)
	}
	s := session.New("")
	s.PutPanel(&session.Dataset{Name: "panel", Panel: p})
	n := &goNotebook{t: t, r: New(Options{Session: s}), signer: wire.NewSigner("k"), tmp: tmp}
	t.Cleanup(func() {
		n.r.Close()
		// Whatever the cells did, nothing is left.
		if left, _ := filepath.Glob(filepath.Join(tmp, "didnb*")); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
		os.RemoveAll(tmp)
	})
	return n
}

// run runs a cell and returns its reply and what it showed: texts of streams, forms of displays, errors' names.
func (n *goNotebook) run(ctx context.Context, code string) (kernel.GoReply, string, error) {
	n.t.Helper()
	m, err := n.signer.New("execute_request", nil, map[string]any{"code": code, "silent": false, "store_history": true, "allow_stdin": false})
	if err != nil {
		n.t.Fatal(err)
	}
	var shown strings.Builder
	reply, err := n.r.Execute(ctx, m, code, kernel.Client{Count: n.count, Publish: func(out *wire.Message) {
		if out.Parent().ID != m.Header.ID {
			n.t.Errorf("a %s has another parent", out.Header.Type)
		}
		var content struct {
			Text  string
			Data  map[string]any
			EName string   `json:"ename"`
			Place []string `json:"traceback"`
		}
		out.Decode(&content)
		shown.WriteString(content.Text)
		if content.Data != nil {
			shown.WriteString("[display]")
		}
		if content.EName != "" {
			shown.WriteString("[error]" + strings.Join(content.Place, ""))
		}
	}})
	return reply, shown.String(), err
}

func TestGoCells(t *testing.T) {
	n := newNotebook(t)
	ctx := context.Background()
	cell := func(code, status, want string) {
		t.Helper()
		reply, shown, err := n.run(ctx, code)
		if err != nil || reply.Status != status || !strings.Contains(shown, want) {
			t.Errorf("%q: %+v, %q, %v; want %s, %q", code, reply, shown, err, status, want)
		}
	}
	cell("%%\nfmt.Println(\"hi\")", "ok", "hi")
	cell("import \"github.com/seed2d25c7c2/didnb/didkit\"\n%%\np := didkit.MustPanel(\"panel\")\nfmt.Println(p.Rows(), didkit.Show(p), didkit.Put(\"again\", p))", "ok", "[display]3 <nil> <nil>")
	cell("import (\n\"github.com/seed2d25c7c2/didnb/didkit\"\n\"gonum.org/v1/plot\"\n)\n%%\nfmt.Println(didkit.Show(didkit.MustPanel(\"panel\").DataFrame()), didkit.Show(plot.New()))", "ok", "[display][display]<nil> <nil>")
	if _, err := n.r.o.Session.Panel("again"); err != nil {
		t.Error(err)
	}
	// A new module is seeded again.
	cell("%reset\nimport \"github.com/seed2d25c7c2/didnb/didkit\"\n%%\nfmt.Println(didkit.Robust())", "ok", "hetero")
	cell("%%\nfmt.Printl(1)", "error", "[error]")
	cell("fmt.Println(1)", "error", "write %% on a line before the statements")
	cell("%%\nos.Exit(3)", "error", "[error]")
	cell("%%\ns := `\n%did y\n!echo no\n`\n/*\n!echo no\n*/\nfmt.Println(len(s), \"runes\")", "ok", "17 runes")
	cell("func falls() { panic(\"down\") }\n%%\nfalls()", "error", "main.falls") // though linked without tables for debuggers
	// Errors name cells by the notebook's numbers, here of another cell too.
	n.count = 41
	cell("func fine() int { return 1 }", "ok", "")
	n.count = 57
	cell("%%\nfmt.Println(fine())\nfmt.Printl(1)", "error", "Cell[57]: Line 3")
	n.count = 60
	cell("func fine() string { return other() }", "error", "Cell[60]: Line 1")
	cell("!echo from the shell", "ok", "from the shell")
	// Killed in the middle of a cell: an error that says so, then a new child, and the session is what it was.
	go func() {
		for n.r.started() == nil || time.Since(n.r.started().Started) < time.Second {
			time.Sleep(10 * time.Millisecond)
		}
		time.Sleep(500 * time.Millisecond)
		syscall.Kill(-n.r.started().Pid(), syscall.SIGKILL)
	}()
	if _, _, err := n.run(ctx, "%%\ntime.Sleep(time.Minute)"); err == nil || !strings.Contains(err.Error(), "the Go process ended") {
		t.Errorf("killed: %v", err)
	}
	cell("%%\nfmt.Println(\"back\")", "ok", "started again; what earlier Go cells declared is gone")
	// Interrupted while it runs.
	stopped, stop := context.WithCancel(ctx)
	go func() {
		time.Sleep(4 * time.Second)
		stop()
		n.r.Interrupt()
	}()
	if reply, _, err := n.run(stopped, "%%\ntime.Sleep(time.Minute)"); err != nil || reply.Status != "error" {
		t.Errorf("interrupted: %+v, %v", reply, err)
	}
	cell("%%\nfmt.Println(\"after\")", "ok", "after")
}
