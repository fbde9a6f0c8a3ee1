package lang_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/seed2d25c7c2/didnb/magics/lang"
)

// FuzzLang cuts any text: no panic, line numbers that stay, every place inside the source.
func FuzzLang(f *testing.F) {
	for _, seed := range []string{
		"%did DIA ~ PGDP | city + year treat=DID vcov=cluster(city, year)",
		"%panel load \"data/my file.csv\" unit=city time=year # comment\n%%\nfmt.Println(`%did`)",
		"%gen x = log(y) - lag(`a b`, 2) by=t \\\n  if=\"z == 'q'\"",
		"%did y ~ \\\n\\\n\\", "%", "%%", "% did", "%did (", "%did \"", "%did `\\`", "%did =a b= ==",
		"/* %did\n*/%did", "`\n%did x", "％did", "%did 数字＝1", "!ls \\\n%did", "%%writefile\n%did", "\xff%did\xff", "%did\r\n\r%did", "%did a='\\", "%did\u3000x",
		"#\n#%did\n%did #", "%did \\ ", "%did \\\n`", "'\n%did",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		lines := strings.Split(cell, "\n")
		inside := func(what string, r lang.Range) {
			t.Helper()
			if r.Line < 1 || r.Line > len(lines) {
				t.Fatalf("%s on line %d of %d", what, r.Line, len(lines))
			}
			if n := utf8.RuneCountInString(lines[r.Line-1]); r.Col < 1 || r.EndCol < r.Col || r.EndCol > n+1 {
				t.Fatalf("%s at columns %d to %d of a line of %d runes", what, r.Col, r.EndCol, n)
			}
		}
		magics, rest, err := lang.Split(cell, all)
		if err != nil {
			var d *lang.Diagnostic
			if !errors.As(err, &d) {
				t.Fatalf("%T is no diagnostic", err)
			}
			inside("error", d.Where)
			if utf8.ValidString(cell) && d.Source != strings.TrimSuffix(lines[d.Where.Line-1], "\r") {
				t.Fatalf("the offending line is %q, shown is %q", lines[d.Where.Line-1], d.Source)
			}
			_, _, _ = d.Text(), d.ANSI(), d.HTML()
		} else if n := strings.Count(rest, "\n"); n != len(lines)-1 {
			t.Fatalf("rest has %d line ends, the cell %d", n, len(lines)-1)
		}
		for _, m := range magics {
			inside("name", m.NameAt)
			inside("body", m.Body.All())
			inside("end", m.End())
			for _, a := range m.Args {
				inside("argument", a.At)
				inside("value", a.Text.All())
				if a.Key != "" {
					inside("key", a.KeyAt)
				}
				for i := range a.Text.Len() {
					inside("rune", a.Text.Range(i, i+1))
				}
				if a.Value != a.Text.String() {
					t.Fatalf("value %q, text %q", a.Value, a.Text)
				}
			}
		}
	})
}
