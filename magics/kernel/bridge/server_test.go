package bridge_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	client "github.com/seed2d25c7c2/didnb/didkit/bridge"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/kernel/bridge"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// notebook serves a session; shown gathers what programs show.
type notebook struct {
	mu      sync.Mutex
	session *session.Session
	shown   []command.Bundle
	server  *bridge.Server
}

func serve(t *testing.T) *notebook {
	t.Helper()
	n := &notebook{session: session.New("")}
	var err error
	n.server, err = bridge.Listen(bridge.Host{
		Do: func(f func(*session.Session)) error {
			n.mu.Lock()
			defer n.mu.Unlock()
			f(n.session)
			return nil
		},
		Show: func(b []command.Bundle) error { n.shown = append(n.shown, b...); return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.server.Close)
	return n
}

// env is the value of one of the server's environment variables.
func (n *notebook) env(name string) string {
	for _, e := range n.server.Env() {
		if v, ok := strings.CutPrefix(e, name+"="); ok {
			return v
		}
	}
	return ""
}

func (n *notebook) dial(t *testing.T) *client.Client {
	t.Helper()
	c, err := client.Dial(n.env(client.SocketEnv), n.env(client.TokenEnv))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func numbers(t *testing.T, values ...float64) *panel.Panel {
	t.Helper()
	p, err := panel.New(&panel.Variable{Name: "x", Values: values})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPanels(t *testing.T) {
	n := serve(t)
	n.session.PutPanel(&session.Dataset{Name: "a", Panel: numbers(t, 1, 2), Simulated: true})
	c := n.dial(t)
	if list, err := c.Panels(); err != nil || len(list) != 1 || list[0] != (client.PanelInfo{Name: "a", Rows: 2, Current: true}) {
		t.Errorf("got %v, %v", list, err)
	}
	if err := c.PutPanel("clean", numbers(t, 3)); err != nil {
		t.Fatal(err)
	}
	if d, err := n.session.Panel("clean"); err != nil || d.Simulated || d.Panel.Rows() != 1 {
		t.Errorf("put before anything was read: %+v, %v", d, err)
	}
	p, err := c.Panel("")
	if err != nil || p.Rows() != 2 {
		t.Fatalf("got %v, %v", p, err)
	}
	// What may come from simulated data is marked as such.
	if err := c.PutPanel("b", p); err != nil {
		t.Fatal(err)
	}
	if d, err := n.session.Panel("b"); err != nil || !d.Simulated {
		t.Errorf("made of simulated data: %+v, %v", d, err)
	}
	if err := c.PutResult("m", "fit", &regress.Fit{Coef: []regress.Coef{{Term: "x"}}}); err != nil {
		t.Fatal(err)
	}
	if r, err := n.session.Result("m"); err != nil || !r.Simulated || !r.Value.(*regress.Fit).Simulated {
		t.Errorf("a fit made of simulated data is not marked: %+v, %v", r, err)
	}
	for name, want := range map[string]string{"": "a name is needed", "1a": "no name", "a b": "no name"} {
		if err := c.PutPanel(name, p); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v", name, err)
		}
	}
	if _, err := c.Panel("c"); err == nil || !strings.Contains(err.Error(), `no panel "c"`) {
		t.Errorf("an unknown panel: %v", err)
	}
}

func TestResults(t *testing.T) {
	n := serve(t)
	c := n.dial(t)
	fit := &regress.Fit{Method: "ols", Formula: "y ~ x", Outcome: "y", N: 3, Coef: []regress.Coef{{Term: "x", Estimate: 1.5, StdError: 0.5, Statistic: 3, PValue: 0.01}}}
	if err := c.PutResult("m", "fit", fit); err != nil {
		t.Fatal(err)
	}
	got, err := c.Result("m", func(kind string) any {
		if kind == "fit" {
			return new(regress.Fit)
		}
		return nil
	})
	if f, ok := got.(*regress.Fit); err != nil || !ok || f.Coef[0].Estimate != 1.5 {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := c.Result("m", func(string) any { return nil }); err == nil || !strings.Contains(err.Error(), "kind fit") {
		t.Errorf("a kind that the program does not know: %v", err)
	}
	if _, err := c.Result("n", nil); err == nil || !strings.Contains(err.Error(), `no result "n"`) {
		t.Errorf("an unknown result: %v", err)
	}
	if err := c.PutResult("p", "dance", fit); err == nil || !strings.Contains(err.Error(), "dance") {
		t.Errorf("another kind: %v", err)
	}
	if err := c.ShowResult("fit", fit); err != nil {
		t.Error(err)
	}
	es := &did.EventStudyResult{Method: "twfe", Outcome: "y", Ref: -1, Level: 0.9, Window: [2]int{-1, 0}, Coef: []did.EventCoef{{EventTime: -1}, {EventTime: 0, Estimate: 1, StdError: 1, ConfHigh: 3, ConfLow: -1}}}
	if err := c.ShowResult("eventstudy", es); err != nil {
		t.Error(err)
	}
	if err := c.ShowPanel(numbers(t, 1, 2)); err != nil {
		t.Error(err)
	}
	if err := c.Display(map[string]string{"text/html": "<b>x</b>"}); err != nil {
		t.Error(err)
	}
	if len(n.shown) != 4 || n.shown[0].Data["text/html"] == nil || n.shown[1].Data["image/svg+xml"] == nil || n.shown[3].Data["text/html"] != "<b>x</b>" {
		t.Errorf("%d displays", len(n.shown))
	}
	if names := n.session.ResultNames(); len(names) != 1 || names[0] != "m" {
		t.Errorf("showing left %v in the session", names)
	}
	if len(n.session.PanelNames()) != 0 {
		t.Error("showing left a panel in the session")
	}
}

func TestToken(t *testing.T) {
	n := serve(t)
	if _, err := client.Dial(n.env(client.SocketEnv), "guess"); err == nil || !strings.Contains(err.Error(), "token") {
		t.Errorf("got %v", err)
	}
	path := n.env(client.SocketEnv)
	if info, err := os.Stat(filepath.Dir(path)); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o700 {
		t.Errorf("the folder's mode is %v, %v", info.Mode(), err)
	}
	c := n.dial(t)
	n.server.Close()
	if _, err := c.Panels(); err == nil || !strings.Contains(err.Error(), "does not answer") {
		t.Errorf("after the session's end: %v", err)
	}
	if _, err := client.Dial(path, "x"); err == nil || !strings.Contains(err.Error(), "restart the kernel") {
		t.Errorf("with the socket gone: %v", err)
	}
	if _, err := os.Stat(filepath.Dir(path)); !os.IsNotExist(err) {
		t.Error("the socket's folder is left")
	}
}
