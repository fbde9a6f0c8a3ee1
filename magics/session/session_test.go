package session_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

func ExampleSession_Try() {
	s := session.New("")
	s.SetLanguage(session.Chinese)
	err := s.Try(func() error {
		s.SetLanguage(session.English)
		s.PutResult(&session.Result{Name: "m1"})
		return errors.New("the line fails")
	})
	fmt.Println(err, s.Language(), s.ResultNames())
	// Output: the line fails zh []
}

func ExampleSession_Panel() {
	s := session.New("")
	_, err := s.Panel("")
	fmt.Println(err)
	s.PutPanel(&session.Dataset{Name: "castle"})
	_, err = s.Panel("castel")
	fmt.Println(err)
	// Output:
	// no panel is loaded; begin with %panel load FILE unit= time=
	// no panel "castel"; did you mean castle?
}

func TestUnknownNameListsWhatThereIs(t *testing.T) {
	s := session.New("")
	want := []string{`no result "zzz"; the session holds no result yet`, `no result "zzz"; the session holds m1`}
	for i, w := range want {
		if _, err := s.Result("zzz"); err == nil || err.Error() != w {
			t.Errorf("with %d results: %v, want %s", i, err, w)
		}
		s.PutResult(&session.Result{Name: "m1"})
	}
	for i := range 9 {
		s.PutResult(&session.Result{Name: fmt.Sprint("r", i)})
	}
	if _, err := s.Result("zzz"); err.Error() != `no result "zzz"; %session lists what is held` {
		t.Error(err)
	}
}

func TestPath(t *testing.T) {
	s := session.New("study")
	abs, err := filepath.Abs("x.csv")
	if err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{"x.csv": filepath.Join("study", "x.csv"), abs: abs} {
		if got := s.Path(file); got != want {
			t.Errorf("%s: %s, want %s", file, got, want)
		}
	}
}

// The first panel is the current one until another is asked for; a result made again is the newest.
func TestOrder(t *testing.T) {
	s := session.New("")
	for _, n := range []string{"b", "a", "b"} {
		s.PutPanel(&session.Dataset{Name: n})
		s.PutResult(&session.Result{Name: n})
	}
	if got := fmt.Sprintln(s.PanelNames(), s.Current(), s.ResultNames()); got != "[b a] b [a b]\n" {
		t.Error(got)
	}
	if err := s.Use("a"); err != nil || s.Current() != "a" {
		t.Error(err, s.Current())
	}
}

// Whatever a failing or panicking line does, all is as before; what a good line does stays.
func TestTryIsAtomic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := session.New("")
		p, err := panel.New(&panel.Variable{Name: "x", Values: []float64{1}})
		if err != nil {
			t.Fatal(err)
		}
		for range rapid.IntRange(1, 20).Draw(t, "lines") {
			before := dump(s)
			how := rapid.SampledFrom([]string{"good", "failing", "panicking"}).Draw(t, "how")
			after := ""
			func() {
				defer func() {
					if r := recover(); r != nil && r != "no" { // rapid's own
						panic(r)
					}
				}()
				_ = s.Try(func() error {
					for range rapid.IntRange(1, 4).Draw(t, "changes") {
						change(t, s, p)
					}
					after = dump(s)
					switch how {
					case "failing":
						return errors.New("no")
					case "panicking":
						panic("no")
					}
					return nil
				})
			}()
			want := before
			if how == "good" {
				want = after
			}
			if got := dump(s); got != want {
				t.Fatalf("after a %s line:\n%s\nwant\n%s", how, got, want)
			}
		}
	})
}

func change(t *rapid.T, s *session.Session, p *panel.Panel) {
	name := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "name")
	switch rapid.IntRange(0, 5).Draw(t, "what") {
	case 0:
		s.PutPanel(&session.Dataset{Name: name, Panel: p, File: rapid.StringN(1, 3, 3).Draw(t, "file")})
	case 1:
		s.PutResult(&session.Result{Name: name, Source: rapid.StringN(1, 3, 3).Draw(t, "source")})
	case 2:
		_ = s.Use(name)
	case 3:
		s.SetLanguage(session.Chinese)
	case 4:
		s.SetParameter(name, rapid.StringN(1, 3, 3).Draw(t, "value"))
	case 5:
		s.SetCheck(name, rapid.StringN(1, 3, 3).Draw(t, "state"))
	}
}

// dump writes out all that a session holds.
func dump(s *session.Session) string {
	out := fmt.Sprintf("%s %q\n", s.Language(), s.Current())
	for _, n := range s.PanelNames() {
		d, _ := s.Panel(n)
		out += fmt.Sprintf("panel %+v\n", *d)
	}
	for _, n := range s.ResultNames() {
		r, _ := s.Result(n)
		out += fmt.Sprintf("result %+v\n", *r)
	}
	for _, n := range s.ParameterNames() {
		v, _ := s.Parameter(n)
		out += fmt.Sprintf("parameter %s %q\n", n, v)
	}
	for _, n := range s.CheckNumbers() {
		out += fmt.Sprintf("check %s %q\n", n, s.CheckState(n))
	}
	return out
}
