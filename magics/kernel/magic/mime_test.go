package magic_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/kernel"
	"github.com/seed2d25c7c2/didnb/magics/kernel/magic"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// Every magic's example, line by line through the kernel's language: whatever is shown is there as text and HTML, every
// result as JSON too, every figure as SVG and PNG.
func TestEveryResultInEveryForm(t *testing.T) {
	said := []string{"gen", "param", "lang", "didhelp"} // they say something and have no result
	figures := []string{"trend", "eventstudy", "leaveout", "placebo", "psm", "hetero", "bacon", "twfeweights", "honest", "pretrends", "power", "plot"}
	for _, name := range command.Names() {
		c, _ := command.Lookup(name)
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir() // an example may write a file
			if err := os.CopyFS(filepath.Join(dir, "data"), os.DirFS("../../../data")); err != nil {
				t.Fatal(err)
			}
			l := magic.Language{Session: session.New(dir)}
			for line := range strings.Lines(c.Example) {
				forms := map[string]any{}
				if _, err := l.Run(context.Background(), line, func(d kernel.Display) {
					for _, want := range []string{"text/plain", "text/html"} {
						if s, _ := d.Data[want].(string); strings.TrimSpace(s) == "" {
							t.Errorf("%sa display has no %s", line, want)
						}
					}
					for mime, data := range d.Data {
						if mime == command.ResultMIME && forms[mime] != nil {
							t.Errorf("%sthe result is there twice", line)
						}
						forms[mime] = data
					}
				}); err != nil {
					t.Fatal(err)
				}
				magic, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "%"), " ")
				result, _ := forms[command.ResultMIME].(json.RawMessage)
				switch {
				case slices.Contains(said, magic):
				case !json.Valid(result) || !strings.Contains(string(result), `"magic":"`+magic+`"`):
					t.Errorf("%sthe result as JSON is %s", line, result)
				}
				if slices.Contains(figures, magic) {
					svg, _ := forms["image/svg+xml"].(string)
					png, _ := forms["image/png"].(string)
					html, _ := forms["text/html"].(string)
					if !strings.Contains(svg, "<title>") || !strings.Contains(svg, "<desc>") || !strings.Contains(svg, `role="img"`) ||
						!strings.HasPrefix(png, "iVBOR") || !strings.Contains(html, "<img ") || strings.Contains(html, `alt=""`) {
						t.Errorf("%sthe figure: SVG %.80q, PNG %.8q, HTML %.80q", line, svg, png, html)
					}
				}
			}
		})
	}
}
