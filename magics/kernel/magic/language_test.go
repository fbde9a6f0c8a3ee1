package magic_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/magics/kernel"
	"github.com/seed2d25c7c2/didnb/magics/kernel/magic"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// loaded is a session with a small panel whose names and values try to be HTML.
func loaded(t *testing.T) magic.Language {
	t.Helper()
	dir := t.TempDir()
	csv := "unit,time,y,<script>x</script>,s\n"
	for u := range 4 {
		for k := range 5 {
			csv += strings.Join([]string{string(rune('a' + u)), string(rune('1' + k)), string(rune('1' + (u*k)%7)), string(rune('0' + u + k%3)), "<script>alert(1)</script>"}, ",") + "\n"
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "p.csv"), []byte(csv), 0o600); err != nil {
		t.Fatal(err)
	}
	l := magic.Language{Session: session.New(dir)}
	if _, err := l.Run(context.Background(), "%panel load p.csv unit=unit time=time", func(kernel.Display) {}); err != nil {
		t.Fatal(err)
	}
	return l
}

func TestRun(t *testing.T) {
	l := loaded(t)
	cases := []struct {
		name, cell string
		shown      int
		rest, fail string
	}{
		{"magics", "%gen z = y + 1\n%describe y z", 2, "", ""},
		{"mixed", "import \"fmt\"\n%describe y\n%%\nfmt.Println(1)", 1, "import \"fmt\"\n\n%%\nfmt.Println(1)", ""},
		{"go alone", "%%\nfmt.Println(`\n%describe y\n`)", 0, "%%\nfmt.Println(`\n%describe y\n`)", ""},
		{"a comment alone", "# note\n// note", 0, "", ""},
		{"gonb's own", "%goflags -race\n!ls", 0, "%goflags -race\n!ls", ""},
		{"a foreign cell", "%%writefile a\n%describe y", 0, "%%writefile a\n%describe y", ""},
		{"misspelt", "%descrbe y", 0, "", "did you mean %describe?"},
		{"unknown to all", "%frobnicate", 0, "", "no magic %frobnicate"},
		{"no percent", "%gen w = y\ndescribe y", 1, "", "did you mean %describe?"},
		{"a variable of that name", "table := 1", 0, "table := 1", ""},
		{"full-width percent", "％describe y", 0, "", "full-width"},
		{"the second fails", "%describe y\n%describe nope", 1, "", `no variable "nope"`},
		{"unterminated", "%gen x = \"", 0, "", "quote"},
		{"empty", "", 0, "", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			shown := 0
			rest, err := l.Run(context.Background(), c.cell, func(d kernel.Display) {
				shown++
				if d.Data["text/plain"] == "" {
					t.Error("a display without text")
				}
			})
			if shown != c.shown || rest != c.rest {
				t.Errorf("%d displays, rest %q; want %d, %q", shown, rest, c.shown, c.rest)
			}
			switch {
			case c.fail == "" && err != nil:
				t.Error(err)
			case c.fail != "":
				if err == nil || !strings.Contains(err.Error(), c.fail) {
					t.Fatalf("got %v, want %q", err, c.fail)
				}
				if f := l.Failure(err); f.Name != "MagicError" || len(f.Traceback) < 3 || !strings.Contains(strings.Join(f.Traceback, "\n"), "^") {
					t.Errorf("failure %+v has no caret", f)
				}
			}
		})
	}
}

// Names and values of the data never become markup.
func TestEscapes(t *testing.T) {
	l := loaded(t)
	for _, cell := range []string{"%panel head", "%panel list", "%describe `<script>x</script>`", "%reg y ~ `<script>x</script>` | unit", "%gen a = nope(<script>)", "%describe `<script>alert(1)</script>`", "%session"} {
		_, err := l.Run(context.Background(), cell, func(d kernel.Display) {
			html, _ := d.Data["text/html"].(string)
			svg, _ := d.Data["image/svg+xml"].(string)
			if strings.Contains(html+svg, "<script>") {
				t.Errorf("%s shows <script>", cell)
			}
		})
		_ = err // some of them fail, and errors are text
	}
	for cursor := range []rune("%describe `<script>x</script>`") {
		if d, _ := l.Inspect("%describe `<script>x</script>`", cursor); d.Data != nil {
			if html, _ := d.Data["text/html"].(string); strings.Contains(html, "<script>") {
				t.Error("inspection shows <script>")
			}
		}
	}
}

func TestComplete(t *testing.T) {
	l := loaded(t)
	for _, c := range []struct{ cell, want string }{{"%desc", "describe"}, {"%goim", ""}, {"%gofl", "goflags"}, {"%describe y", "y"}, {"%reg y ~ s vc", "vcov="}} {
		got, ours := l.Complete(c.cell, len(c.cell))
		found := c.want == "" && len(got.Matches) == 0
		for _, m := range got.Matches {
			found = found || m.Text == c.want
		}
		if !ours || !found {
			t.Errorf("%q: got %v", c.cell, got)
		}
	}
	if _, ours := l.Complete("fmt.Pri", 7); ours {
		t.Error("Go code is ours")
	}
}

func TestInspectAndEvaluate(t *testing.T) {
	l := loaded(t)
	if d, ours := l.Inspect("%describe y", 3); !ours || !strings.Contains(d.Data["text/plain"].(string), "describe") {
		t.Errorf("got %v", d)
	}
	if _, ours := l.Inspect("fmt.Println", 3); ours {
		t.Error("Go code is ours")
	}
	if _, err := l.Run(context.Background(), "%reg y ~ 1 as=m", func(kernel.Display) {}); err != nil {
		t.Fatal(err)
	}
	if d, err := l.Evaluate("m"); err != nil || d.Data["application/vnd.didnb+json"] == nil {
		t.Errorf("got %v, %v", d, err)
	}
	if _, err := l.Evaluate("n"); err == nil {
		t.Error("an unknown name has a value")
	}
}

func TestInterruptedIsSaidSo(t *testing.T) {
	l := loaded(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := l.Run(ctx, "%describe y", func(kernel.Display) {})
	if f := l.Failure(err); f.Name != "Interrupted" || !strings.HasPrefix(f.Value, "interrupted; the session") || !strings.Contains(f.Traceback[0], "interrupted") {
		t.Errorf("got %+v", f)
	}
}
