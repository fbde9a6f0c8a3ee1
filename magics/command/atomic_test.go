package command_test

import (
	"fmt"
	"testing"

	"github.com/seed2d25c7c2/didnb/magics/session"
)

// A failing line leaves the session as it was, whatever it got to before it failed.
func TestFailingLineChangesNothing(t *testing.T) {
	before := towns + "%panel load towns.csv as=plain\n%did y ~ x treat=D as=m1\n%lang zh\n"
	for _, line := range []string{
		"%panel load towns.csv unit=region time=year as=panel",
		"%panel load none.csv as=other",
		"%panel use none",
		"%gen y = lgo(x)",
		"%gen z = log(x) if=\"q > 1\"",
		"%did y ~ x treat=x as=m1",
		"%reg y ~ x data=plain vcov=cluster(q) as=m2",
		"%eventstudy y ~ 1 treat=D window=90:95 ref=90 as=m1",
		"%table m1 out=nowhere/t.tex",
		"%lang fr",
		"%describe y q as=d1",
		"%trend y by=q as=t1",
		"%param a=1 =2",
		"%nothing",
	} {
		_, s, err := runScript(t, before)
		if err != nil {
			t.Fatal(err)
		}
		want := held(s)
		if _, err := runIn(t, s, line); err == nil {
			t.Errorf("%s does not fail", line)
		}
		if got := held(s); got != want {
			t.Errorf("%s changes the session:\n%s\nwant\n%s", line, got, want)
		}
	}
}

// held tells all that a session holds, panels and results by identity.
func held(s *session.Session) string {
	out := fmt.Sprintf("%s, current %s, parameters %v\n", s.Language(), s.Current(), s.ParameterNames())
	for _, n := range s.PanelNames() {
		d, _ := s.Panel(n)
		out += fmt.Sprintf("panel %s %p %v\n", n, d.Panel, d.Panel.Names())
	}
	for _, n := range s.ResultNames() {
		r, _ := s.Result(n)
		out += fmt.Sprintf("result %s %p %s\n", n, r.Value, r.Source)
	}
	return out
}

// The lines before a failing one have run and stay.
func TestLinesBeforeAFailingOneStay(t *testing.T) {
	out, s, err := runScript(t, towns+"%did y ~ x treat=D as=m1\n%did y ~ q treat=D as=m2\n%did y ~ x treat=D as=m3")
	if err == nil || len(out) != 2 || fmt.Sprint(s.ResultNames()) != "[m1]" {
		t.Errorf("%d outputs, results %v, error %v", len(out), s.ResultNames(), err)
	}
	out, _, err = runScript(t, towns+"%describe y\nnot a magic\n%describe x")
	if err == nil || len(out) != 2 {
		t.Errorf("before a stray line: %d outputs, error %v", len(out), err)
	}
	out, _, err = runScript(t, towns+"%describe y\n%describe \"x\n%describe x")
	if err == nil || len(out) != 2 {
		t.Errorf("before an open quote: %d outputs, error %v", len(out), err)
	}
}

// Without as= a result is kept under the first free name, and the same line run again keeps its name.
func TestNamesOfResults(t *testing.T) {
	_, s := mustRun(t, towns+"%did y ~ x treat=D as=m1\n%did y ~ 1 treat=D\n%reg y ~ x\n%eventstudy y ~ 1 treat=D")
	for range 2 {
		if _, err := runIn(t, s, "%reg y ~ x"); err != nil {
			t.Fatal(err)
		}
	}
	if got := fmt.Sprint(s.ResultNames()); got != "[m1 m2 es1 m3]" {
		t.Error(got)
	}
}
