package lang_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed2d25c7c2/didnb/magics/lang"
)

func all(string) bool { return true }

// ours holds for three names, as in a notebook whose other % lines are GoNB's.
func ours(name string) bool { return name == "did" || name == "panel" || name == "table" }

func ExampleSplit() {
	cell := "%did DIA ~ PGDP | city + year treat=DID vcov=cluster(city)\n%%\nfmt.Println(`\n%did in a string`)\n"
	magics, rest, err := lang.Split(cell, func(name string) bool { return name == "did" })
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range magics {
		fmt.Printf("%d: %%%s", m.Line, m.Name)
		for _, a := range m.Args {
			fmt.Printf(" [%s|%s]", a.Key, a.Value)
		}
		fmt.Println()
	}
	fmt.Printf("%q\n", rest)
	// Output:
	// 1: %did [|DIA] [|~] [|PGDP] [||] [|city] [|+] [|year] [treat|DID] [vcov|cluster(city)]
	// "\n%%\nfmt.Println(`\n%did in a string`)\n"
}

func TestSplit(t *testing.T) {
	cases := []struct {
		name, cell string
		magics     []string // "line-endline name head"
		rest       string
	}{
		{"two magics", "%panel list\n%did y ~ x", []string{"1-1 panel list", "2-2 did y ~ x"}, "\n"},
		{"indented", "  %panel list", []string{"1-1 panel list"}, ""},
		{"continued", "%did y ~ \\\n  x \\\n  | a\nx := 1", []string{"1-3 did y ~    x    | a"}, "\n\n\nx := 1"},
		{"continued at the end", "%did y \\", []string{"1-1 did y"}, ""},
		{"windows line ends", "%panel list\r\nx := 1\r\n", []string{"1-1 panel list"}, "\nx := 1\r\n"},
		{"comment line", "# first\n%panel list # then\n", []string{"2-2 panel list"}, "\n\n"},
		{"hash in quotes", `%table "a # b" # c`, []string{`1-1 table "a # b"`}, ""},
		{"raw string", "s := `\n%did y\n`\n%did z", []string{"4-4 did z"}, "s := `\n%did y\n`\n"},
		{"block comment", "/* a\n%did y\n*/ x()\n%did z", []string{"4-4 did z"}, "/* a\n%did y\n*/ x()\n"},
		{"line comment", "// `\n%did z", []string{"2-2 did z"}, "// `\n"},
		{"quotes in a string", "s := \"a`\\\"`\"\n%did z", []string{"2-2 did z"}, "s := \"a`\\\"`\"\n"},
		{"backquote rune", "c := '`'\n%did z", []string{"2-2 did z"}, "c := '`'\n"},
		{"two raw strings on a line", "f(`a`, `\n%did y\n`)", nil, "f(`a`, `\n%did y\n`)"},
		{"gonb's own", "%%\n%args -x\n!ls %did\n%did z", []string{"4-4 did z"}, "%%\n%args -x\n!ls %did\n"},
		{"shell continued", "!echo \\\n%did y\n%did z", []string{"3-3 did z"}, "!echo \\\n%did y\n"},
		{"written file", "\n%%writefile a.txt\n%did y\n", nil, "\n%%writefile a.txt\n%did y\n"},
		{"script cell", "%%bash\n%did y\n# c", nil, "%%bash\n%did y\n# c"},
		{"unknown name", "%zzz y", nil, "%zzz y"},
		{"modulo in go", "x := a %\nb\ny := c % did", nil, "x := a %\nb\ny := c % did"},
		{"chinese", "%did 数字产业 ~ 开放 | 城市 + 年份", []string{"1-1 did 数字产业 ~ 开放 | 城市 + 年份"}, ""},
		{"empty", "", nil, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			magics, rest, err := lang.Split(c.cell, ours)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, m := range magics {
				got = append(got, fmt.Sprintf("%d-%d %s %s", m.Line, m.EndLine, m.Name, m.Head(all)))
			}
			if d := cmp.Diff(c.magics, got); d != "" {
				t.Errorf("magics (-want +got):\n%s", d)
			}
			if rest != c.rest {
				t.Errorf("rest: got %q, want %q", rest, c.rest)
			}
		})
	}
}

func TestArguments(t *testing.T) {
	type arg struct{ Key, Value string }
	cases := []struct {
		line string
		want []arg
	}{
		{`%did y ~ x treat=D`, []arg{{"", "y"}, {"", "~"}, {"", "x"}, {"treat", "D"}}},
		{`%did vcov=cluster(city, year) if="x > 2 & y == 'a'"`, []arg{{"vcov", "cluster(city, year)"}, {"if", "x > 2 & y == 'a'"}}},
		{`%did if=x>=2 a==b a<=b`, []arg{{"if", "x>=2"}, {"", "a==b"}, {"", "a<=b"}}},
		{`%did i(rel, ref=-1) window=-6:8`, []arg{{"", "i(rel, ref=-1)"}, {"window", "-6:8"}}},
		{"%did `my var` treat=`a b`", []arg{{"", "`my var`"}, {"treat", "`a b`"}}},
		{`%table title="say \"hi\" \\ there" x="" `, []arg{{"title", `say "hi" \ there`}, {"x", ""}}},
		{`%table title='it is "so"'`, []arg{{"title", `it is "so"`}}},
		{`%table 'a' == x "b"c`, []arg{{"", "a"}, {"", "=="}, {"", "x"}, {"", `"b"c`}}},
		{`%table C:\data\x.csv`, []arg{{"", `C:\data\x.csv`}}},
		{`%table as=`, []arg{{"as", ""}}},
		{"%table\u3000x\u3000y=1", []arg{{"", "x"}, {"y", "1"}}},
		{`%table title=表2（基准）`, []arg{{"title", "表2（基准）"}}},
	}
	for _, c := range cases {
		magics, _, err := lang.Split(c.line, ours)
		if err != nil {
			t.Errorf("%s: %v", c.line, err)
			continue
		}
		var got []arg
		for _, a := range magics[0].Args {
			got = append(got, arg{a.Key, a.Value})
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.line, d)
		}
	}
}

func TestSyntaxErrors(t *testing.T) {
	cases := []struct{ cell, want string }{
		{`%did y ~ log(x`, "\"(\" is not closed\n" +
			"  1 | %did y ~ log(x\n" +
			"    |             ^\n"},
		{`%did y) ~ x`, "\")\" closes nothing\n" +
			"  1 | %did y) ~ x\n" +
			"    |       ^\n"},
		{`%did f(x] `, "\"]\" closes nothing\n" +
			"  1 | %did f(x] \n" +
			"    |         ^\n"},
		{"%panel list\n%table title=\"abc", "the quote \" is not closed\n" +
			"  2 | %table title=\"abc\n" +
			"    |              ^^^^\n"},
		{`%did 产业 ~ 开放 vcov＝iid`, "the full-width ＝ stands where = is needed\n" +
			"  1 | %did 产业 ~ 开放 vcov＝iid\n" +
			"    |                      ^^\n"},
		{"%did y ~ \\\n\tx + `z", "the quote ` is not closed\n" +
			"  2 | \tx + `z\n" +
			"    | \t    ^^\n"},
		{"%%did y ~ x", "%%did has one % too many; write %did\n" +
			"  1 | %%did y ~ x\n" +
			"    |  ^^^^\n"},
		{"%did y\xff", "the line is not valid UTF-8 text\n" +
			"  1 | %did y\ufffd\n" +
			"    |  ^^^\n"},
	}
	for _, c := range cases {
		magics, _, err := lang.Split(c.cell, ours)
		var d *lang.Diagnostic
		if !errors.As(err, &d) {
			t.Errorf("%q: no error but %v", c.cell, err)
			continue
		}
		if d.Text() != c.want {
			t.Errorf("%q: got\n%s\nwant\n%s", c.cell, d.Text(), c.want)
		}
		if n := strings.Count(c.cell[:strings.Index(c.cell, d.Source[:4])], "\n"); len(magics) > n {
			t.Errorf("%q: %d magics before the error", c.cell, len(magics))
		}
	}
}

// A continued line and an escape move the value's runes; the places must follow.
func TestPlacesFollowTheSource(t *testing.T) {
	cell := "x := 1\n%did y ~ \\\n   z if=\"a == \\\"b\\\" & c\""
	magics, _, err := lang.Split(cell, ours)
	if err != nil {
		t.Fatal(err)
	}
	m := magics[0]
	words := m.Words()
	if got, want := words[2].At, (lang.Range{Line: 3, Col: 4, EndCol: 5}); got != want {
		t.Errorf("z stands at %v, want %v", got, want)
	}
	cond, _ := m.Key("if")
	if cond.Value != `a == "b" & c` {
		t.Fatalf("if= is %q", cond.Value)
	}
	i := strings.Index(cond.Value, "c")
	at := cond.Text.Range(i, i+1)
	if got := m.LineText(3)[at.Col-1 : at.EndCol-1]; got != "c" {
		t.Errorf("c is placed on %q", got)
	}
	if got, want := m.End(), (lang.Range{Line: 3, Col: 25, EndCol: 25}); got != want {
		t.Errorf("the end is %v, want %v", got, want)
	}
}
