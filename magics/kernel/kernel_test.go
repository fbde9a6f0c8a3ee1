package kernel_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed2d25c7c2/didnb/magics/kernel/client"
	"github.com/seed2d25c7c2/didnb/magics/kernel/wire"
	"github.com/seed2d25c7c2/didnb/magics/kernel/zmtp"
)

// Every request has one busy and one idle, and what it publishes between them.
func TestOneBusyOneIdle(t *testing.T) {
	g := newFakeGo()
	c, _ := start(t, g, client.Options{})
	code := func(s string) any { return client.Cell(s) }
	cases := []struct {
		name, msgType string
		content       any
		want, status  string
	}{
		{"magic", "execute_request", code("%show a"), "busy execute_input display_data idle", "ok"},
		{"two magics", "execute_request", code("%show a\n%show b"), "busy execute_input display_data display_data idle", "ok"},
		{"go", "execute_request", code("print x"), "busy execute_input stream idle", "ok"},
		{"mixed", "execute_request", code("print x\n%show a"), "busy execute_input display_data stream idle", "ok"},
		{"failing magic", "execute_request", code("%show a\n%fail\nprint x"), "busy execute_input display_data error idle", "error"},
		{"failing go", "execute_request", code("%show a\nfail"), "busy execute_input display_data error idle", "error"},
		{"panic", "execute_request", code("%panic"), "busy execute_input idle", "error"},
		{"blank", "execute_request", code(" \n"), "busy execute_input idle", "ok"},
		{"silent", "execute_request", client.Execute{Code: "%show a\nprint x", Silent: true}, "busy idle", "ok"},
		{"silent failure", "execute_request", client.Execute{Code: "%fail", Silent: true}, "busy idle", "error"},
		{"malformed", "execute_request", []int{1}, "busy idle", "error"},
		{"info", "kernel_info_request", struct{}{}, "busy idle", "ok"},
		{"complete", "complete_request", map[string]any{"code": "%s", "cursor_pos": 2}, "busy idle", "ok"},
		{"inspect", "inspect_request", map[string]any{"code": "%show", "cursor_pos": 2}, "busy idle", "ok"},
		{"is complete", "is_complete_request", map[string]any{"code": "%show"}, "busy idle", "complete"},
		{"history", "history_request", map[string]any{"hist_access_type": "tail"}, "busy idle", "ok"},
		{"comms", "comm_info_request", struct{}{}, "busy idle", "ok"},
		{"unknown", "dance_request", struct{}{}, "busy idle", "error"},
	}
	for _, x := range cases {
		t.Run(x.name, func(t *testing.T) {
			a := ask(t, c, x.msgType, x.content)
			if got := types(a); got != x.want {
				t.Errorf("published %q, want %q", got, x.want)
			}
			if a.Status() != x.status {
				t.Errorf("status %q, want %q: %s", a.Status(), x.status, a.Reply.Content)
			}
			if got, want := a.Reply.Header.Type, strings.Replace(x.msgType, "_request", "_reply", 1); got != want {
				t.Errorf("reply %q, want %q", got, want)
			}
			for _, m := range a.Published {
				if !json.Valid(m.Content) || m.Header.ID == "" {
					t.Errorf("%s: content %s", m.Header.Type, m.Content)
				}
			}
		})
	}
	// Line numbers of Go code are the cell's.
	if diff := cmp.Diff([]string{"print x", "print x\n", "\nfail", "\nprint x"}, g.log()); diff != "" {
		t.Errorf("Go ran (-want +got):\n%s", diff)
	}
}

func TestCounting(t *testing.T) {
	c, _ := start(t, newFakeGo(), client.Options{})
	counts := []string{}
	for _, e := range []client.Execute{
		client.Cell("%show a"), client.Cell("print x"), {Code: "%show a", StoreHistory: false}, {Code: "%show a", Silent: true, StoreHistory: true},
		client.Cell(""), client.Cell("%fail"), client.Cell("%show b"),
	} {
		a := ask(t, c, "execute_request", e)
		counts = append(counts, field(a.Reply, "execution_count"))
		for _, m := range a.Of("execute_input") {
			if field(m, "execution_count") != counts[len(counts)-1] {
				t.Errorf("%q: execute_input counts %s, the reply %s", e.Code, field(m, "execution_count"), counts[len(counts)-1])
			}
		}
	}
	if got, want := strings.Join(counts, " "), "1 2 2 2 2 3 4"; got != want {
		t.Errorf("counts %s, want %s", got, want)
	}
}

func TestFailureIsWhole(t *testing.T) {
	c, _ := start(t, noGo{}, client.Options{})
	a := run(t, c, "%show a\n%fail")
	want := `"line 2 failed"`
	if field(a.Reply, "evalue") != want || field(a.Of("error")[0], "evalue") != want || field(a.Reply, "traceback") != `["line 2 failed"]` {
		t.Errorf("reply %s, error %s", a.Reply.Content, a.Of("error")[0].Content)
	}
	a = run(t, c, "go code")
	if field(a.Reply, "evalue") != `"there is no Go here"` || len(a.Of("error")) != 1 {
		t.Errorf("reply %s", a.Reply.Content)
	}
}

// What follows a failing cell in the queue does not run; what is sent later does.
func TestAbort(t *testing.T) {
	g := newFakeGo()
	c, _ := start(t, g, client.Options{})
	if err := c.Ready(context.Background()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	var sent []*client.Pending
	for _, code := range []string{"print 1", "fail", "print 2", "%show a"} {
		p, err := c.Send(client.Shell, "execute_request", client.Cell(code))
		if err != nil {
			t.Fatal(err)
		}
		sent = append(sent, p)
	}
	question, err := c.Send(client.Shell, "kernel_info_request", struct{}{})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"ok busy execute_input stream idle", "error busy execute_input error idle", "aborted busy idle", "aborted busy idle"} {
		a, err := sent[i].Wait(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if got := a.Status() + " " + types(a); got != want {
			t.Errorf("cell %d: %s, want %s", i, got, want)
		}
	}
	if a, err := question.Wait(ctx); err != nil || a.Status() != "ok" {
		t.Errorf("a question behind the failure: %v", err)
	}
	if a := run(t, c, "print 3"); a.Status() != "ok" {
		t.Errorf("the next cell: %s", a.Reply.Content)
	}
	if got := strings.Join(g.log(), "|"); got != "print 1|fail|print 3" {
		t.Errorf("Go ran %s", got)
	}
	// Clients may say that they don't want it.
	var keep []*client.Pending
	for _, code := range []string{"fail", "print 4"} {
		e := client.Cell(code)
		e.StopOnError = false
		p, err := c.Send(client.Shell, "execute_request", e)
		if err != nil {
			t.Fatal(err)
		}
		keep = append(keep, p)
	}
	if a, err := keep[1].Wait(ctx); err != nil || a.Status() != "ok" {
		t.Errorf("behind a failure that may happen: %v", err)
	}
}

func TestInterrupt(t *testing.T) {
	for _, code := range []string{"%wait", "wait"} {
		t.Run(code, func(t *testing.T) {
			c, conn := start(t, newFakeGo(), client.Options{})
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			defer cancel()
			if err := c.Ready(ctx); err != nil {
				t.Fatal(err)
			}
			if a, err := c.Request(ctx, client.Control, "interrupt_request", struct{}{}); err != nil || a.Status() != "ok" {
				t.Fatalf("with nothing to interrupt: %v", err)
			}
			started := make(chan bool, 10)
			other := connect(t, conn, client.Options{Publish: func(m *wire.Message) {
				if m.Header.Type == "execute_input" {
					started <- true
				}
			}})
			if err := other.Ready(ctx); err != nil {
				t.Fatal(err)
			}
			p, err := c.Send(client.Shell, "execute_request", client.Cell(code))
			if err != nil {
				t.Fatal(err)
			}
			<-started
			if a, err := c.Request(ctx, client.Control, "interrupt_request", struct{}{}); err != nil || types(a) != "busy idle" {
				t.Fatalf("interrupt: %v", err)
			}
			a, err := p.Wait(ctx)
			if err != nil || a.Status() != "error" || len(a.Of("error")) != 1 {
				t.Fatalf("the interrupted cell: %v", err)
			}
			if a := run(t, c, "%show a"); a.Status() != "ok" {
				t.Errorf("afterwards: %s", a.Reply.Content)
			}
		})
	}
}

// A bar appears, is renewed and leaves no trace: a client that follows clear_output ends with the displays alone.
func TestProgress(t *testing.T) {
	c, _ := start(t, noGo{}, client.Options{})
	a := run(t, c, "%show first\n%work\n%show last")
	var outputs []string
	updates, cleared := 0, false
	for _, m := range a.Published {
		switch m.Header.Type {
		case "clear_output":
			cleared = true
		case "update_display_data":
			updates++
		case "display_data":
			if cleared {
				outputs, cleared = nil, false
			}
			var d struct{ Data map[string]string }
			m.Decode(&d)
			outputs = append(outputs, d.Data["text/plain"])
		}
	}
	if got := strings.Join(outputs, "|"); got != "first|worked|last" {
		t.Errorf("outputs %s", got)
	}
	if updates == 0 || updates > 10 {
		t.Errorf("%d updates", updates)
	}
}

func TestStdin(t *testing.T) {
	c, _ := start(t, newFakeGo(), client.Options{Input: func(prompt string, _ bool) string { return strings.ToUpper(prompt) }})
	if a := run(t, c, "ask name"); a.Text("stdout") != "got NAME" {
		t.Errorf("got %q", a.Text("stdout"))
	}
	e := client.Cell("ask name")
	e.AllowStdin = false
	if a := ask(t, c, "execute_request", e); a.Status() != "error" {
		t.Errorf("without stdin: %s", a.Reply.Content)
	}
}

func TestUserExpressions(t *testing.T) {
	c, _ := start(t, noGo{}, client.Options{})
	e := client.Cell("%show a")
	e.UserExpressions = map[string]string{"x": "one", "y": "two"}
	a := ask(t, c, "execute_request", e)
	want := `{"x":{"data":{"text/plain":"1"},"metadata":{},"status":"ok"},"y":{"status":"error","ename":"Error","evalue":"no such thing","traceback":["no such thing"]}}`
	if got := field(a.Reply, "user_expressions"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestComplete(t *testing.T) {
	g := newFakeGo()
	c, _ := start(t, g, client.Options{})
	ask := func(code string, cursor int) *client.Answer {
		return ask(t, c, "complete_request", map[string]any{"code": code, "cursor_pos": cursor})
	}
	a := ask("%sh", 3)
	if field(a.Reply, "matches") != `["show"]` || field(a.Reply, "cursor_start") != "1" || !strings.Contains(field(a.Reply, "metadata"), `"signature":"shows"`) {
		t.Errorf("a magic: %s", a.Reply.Content)
	}
	// Magics above Go code are blanked for gopls, and its answer is moved back. What does not begin with the word is left out.
	code := "var 产业 int\n%show a\nfmt.Pr"
	a = ask(code, len([]rune(code)))
	if got := g.log(); len(got) != 1 || got[0] != "var 产业 int\n\nfmt.Pr 18" {
		t.Errorf("gopls was asked %q", got)
	}
	if field(a.Reply, "matches") != `["Println","printer"]` || field(a.Reply, "cursor_start") != "23" || field(a.Reply, "cursor_end") != "25" {
		t.Errorf("Go: %s", a.Reply.Content)
	}
	for _, cursor := range []int{-5, 999} { // a client that is mistaken
		if a := ask("x", cursor); a.Status() != "ok" {
			t.Errorf("cursor %d: %s", cursor, a.Reply.Content)
		}
	}
}

func TestInspect(t *testing.T) {
	c, _ := start(t, newFakeGo(), client.Options{})
	for code, want := range map[string]string{
		"%show": `true {"text/plain":"shows a text"}`,
		"%none": `false {}`,
		"fmt":   `true {"text/plain":"from gopls"}`,
		"":      `false {}`,
	} {
		a := ask(t, c, "inspect_request", map[string]any{"code": code, "cursor_pos": len(code), "detail_level": 0})
		if got := field(a.Reply, "found") + " " + field(a.Reply, "data"); got != want {
			t.Errorf("%q: got %s, want %s", code, got, want)
		}
	}
}

func TestIsComplete(t *testing.T) {
	c, _ := start(t, noGo{}, client.Options{})
	for _, x := range []struct{ code, want string }{
		{"%show a", "complete"},
		{`%show a \`, "incomplete"},
		{"x := 1", "complete"},
		{"func f() {", "incomplete \t"},
		{"func f() {\n\tx := []int{", "incomplete \t\t"},
		{"func f() {\n}", "complete"},
		{"s := `raw", "incomplete"},
		{"/* a", "incomplete"},
		{"f(1))", "invalid"},
		{"f(1]", "invalid"},
		{"%%\nfmt.Println(`}`)", "complete"},
		{"!ls {", "complete"},
		{"", "complete"},
	} {
		a := ask(t, c, "is_complete_request", map[string]string{"code": x.code})
		var content struct{ Status, Indent string }
		a.Reply.Decode(&content)
		if got := strings.TrimSuffix(content.Status+" "+content.Indent, " "); got != x.want {
			t.Errorf("%q: got %q, want %q", x.code, got, x.want)
		}
	}
}

func TestHistory(t *testing.T) {
	c, _ := start(t, noGo{}, client.Options{})
	for _, code := range []string{"%show a", "%show b/c", "%show a"} {
		run(t, c, code)
	}
	for _, x := range []struct{ name, query, want string }{
		{"tail", `{"hist_access_type":"tail","n":2}`, `[[1,2,"%show b/c"],[1,3,"%show a"]]`},
		{"all", `{"hist_access_type":"tail","n":0}`, `[[1,1,"%show a"],[1,2,"%show b/c"],[1,3,"%show a"]]`},
		{"range", `{"hist_access_type":"range","session":0,"start":1,"stop":3}`, `[[1,1,"%show a"],[1,2,"%show b/c"]]`},
		{"an earlier session", `{"hist_access_type":"range","session":-1}`, `[]`},
		{"search", `{"hist_access_type":"search","pattern":"%show b*"}`, `[[1,2,"%show b/c"]]`},
		{"unique", `{"hist_access_type":"search","pattern":"*","unique":true,"n":5}`, `[[1,2,"%show b/c"],[1,3,"%show a"]]`},
		{"with output", `{"hist_access_type":"tail","n":1,"output":true}`, `[[1,3,["%show a",null]]]`},
		{"bad pattern", `{"hist_access_type":"search","pattern":"[","n":5}`, `[]`},
	} {
		a := ask(t, c, "history_request", json.RawMessage(x.query))
		if got := field(a.Reply, "history"); got != x.want {
			t.Errorf("%s: got %s, want %s", x.name, got, x.want)
		}
	}
}

func TestComms(t *testing.T) {
	g := newFakeGo()
	seen := make(chan string, 10)
	c, _ := start(t, g, client.Options{Publish: func(m *wire.Message) {
		if strings.HasPrefix(m.Header.Type, "comm_") {
			seen <- m.Header.Type
		}
	}})
	run(t, c, "comm")
	if got := <-seen; got != "comm_open" {
		t.Errorf("published %s", got)
	}
	if got := field(ask(t, c, "comm_info_request", map[string]string{"target_name": "gonb"}).Reply, "comms"); got != `{"1":{"target_name":"gonb"}}` {
		t.Errorf("open comms: %s", got)
	}
	if got := field(ask(t, c, "comm_info_request", map[string]string{"target_name": "other"}).Reply, "comms"); got != `{}` {
		t.Errorf("open comms of another target: %s", got)
	}
	c.Send(client.Shell, "comm_msg", map[string]any{"comm_id": "1", "data": map[string]int{"a": 1}})
	c.Send(client.Shell, "comm_close", map[string]any{"comm_id": "1", "data": struct{}{}})
	run(t, c, "%show a")
	if got := field(ask(t, c, "comm_info_request", struct{}{}).Reply, "comms"); got != `{}` {
		t.Errorf("after closing: %s", got)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if got := strings.Join(g.comms, " "); got != "comm_msg comm_close" {
		t.Errorf("Go heard %s", got)
	}
}

// Without Go nobody takes a comm, and the client hears so.
func TestCommToNobody(t *testing.T) {
	closed := make(chan string, 1)
	c, _ := start(t, noGo{}, client.Options{Publish: func(m *wire.Message) {
		if m.Header.Type == "comm_close" {
			closed <- field(m, "comm_id")
		}
	}})
	c.Ready(context.Background())
	c.Send(client.Shell, "comm_open", map[string]any{"comm_id": "x", "target_name": "jupyter.widget", "data": struct{}{}})
	select {
	case id := <-closed:
		if id != `"x"` {
			t.Errorf("closed %s", id)
		}
	case <-time.After(5 * time.Second):
		t.Error("no comm_close")
	}
}

func TestShutdown(t *testing.T) {
	for _, ch := range []client.Channel{client.Shell, client.Control} {
		g := newFakeGo()
		broadcast := make(chan bool, 1)
		c, conn := start(t, g, client.Options{Publish: func(m *wire.Message) {
			if m.Header.Type == "shutdown_reply" {
				broadcast <- true
			}
		}})
		c.Ready(context.Background())
		if ch == client.Control { // which does not wait for a running cell, as shell does
			c.Send(client.Shell, "execute_request", client.Cell("%wait"))
		}
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		a, err := c.Request(ctx, ch, "shutdown_request", map[string]bool{"restart": true})
		cancel()
		if err != nil || field(a.Reply, "restart") != "true" || a.Status() != "ok" {
			t.Fatalf("channel %v: %v", ch, err)
		}
		<-broadcast
		// The sockets close.
		for end := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
			s, err := zmtp.Dial(context.Background(), zmtp.Dealer, conn.Endpoint(conn.Shell), zmtp.Options{})
			if err != nil {
				break
			}
			s.Close()
			if time.Now().After(end) {
				t.Fatal("the shell socket is still open")
			}
		}
		for end := time.Now().Add(5 * time.Second); !g.closed.Load(); time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal("the Go side is not closed")
			}
		}
	}
}

// What Go programs ask of the session between cells is served by the goroutine that owns it.
func TestCallsBetweenCells(t *testing.T) {
	g := newFakeGo()
	start(t, g, client.Options{})
	called := make(chan bool)
	select {
	case g.calls <- func() { close(called) }:
		<-called
	case <-time.After(5 * time.Second):
		t.Error("nobody takes calls")
	}
}

func TestHeartbeatWhileBusy(t *testing.T) {
	c, conn := start(t, noGo{}, client.Options{})
	c.Ready(context.Background())
	c.Send(client.Shell, "execute_request", client.Cell("%wait"))
	s, err := zmtp.Dial(context.Background(), zmtp.Dealer, conn.Endpoint(conn.Heartbeat), zmtp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for i := range 3 {
		want := fmt.Sprint("ping", i)
		s.Send(zmtp.Message{nil, []byte(want)})
		if m, err := s.Recv(); err != nil || string(m[1]) != want {
			t.Fatalf("got %q, error %v", m, err)
		}
	}
}
