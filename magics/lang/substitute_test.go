package lang

import (
	"fmt"
	"strings"
	"testing"
)

// statement reads the single magic of a cell.
func statement(t *testing.T, cell string) Statement {
	t.Helper()
	magics, _, err := Split(cell, func(string) bool { return true })
	if err != nil || len(magics) != 1 {
		t.Fatalf("%q: %d magics, %v", cell, len(magics), err)
	}
	return magics[0]
}

var values = map[string]string{
	"data": "a.csv", "blank": "my data.csv", "controls": "PGDP + URB", "quote": `say "hi" \ it's`, "加": "数字", "hash": "a#b",
	"nested": "${data}", "eq": "n=3", "empty": "", "lines": "a\nb", "d": "x",
}

func lookup(name string) (string, error) {
	if v, ok := values[name]; ok {
		return v, nil
	}
	return "", fmt.Errorf("no parameter %q", name)
}

func TestSubstitute(t *testing.T) {
	tests := []struct {
		cell string
		body string   // without blanks around
		args []string // key=value or word
	}{
		{`%panel load ${data} unit=city`, `load a.csv unit=city`, []string{"load", "a.csv", "unit=city"}},
		{`%panel load dir/${data}`, `load dir/a.csv`, []string{"load", "dir/a.csv"}},
		{`%panel load ${blank}`, `load my data.csv`, []string{"load", "my", "data.csv"}},
		{`%panel load "${blank}"`, `load "my data.csv"`, []string{"load", "my data.csv"}},
		{`%table m title="${quote}"`, `m title="say \"hi\" \\ it's"`, []string{"m", `title=say "hi" \ it's`}},
		{`%table m title='${quote}'`, `m title='say "hi" \\ it\'s'`, []string{"m", `title=say "hi" \ it's`}},
		{"%gen `${quote}` = 1", "`say \"hi\" \\ it's` = 1", []string{"`say \"hi\" \\ it's`", "=", "1"}},
		{`%did y ~ x + ${controls} | city as=m`, `y ~ x + PGDP + URB | city as=m`, []string{"y", "~", "x", "+", "PGDP", "+", "URB", "|", "city", "as=m"}},
		{`%describe ${加}产业`, `数字产业`, []string{"数字产业"}},
		{`%describe ${hash}`, `a#b`, []string{"a#b"}},
		{`%describe ${nested}`, `${data}`, []string{"${data}"}},
		{`%panel head ${eq}`, `head n=3`, []string{"head", "n=3"}},
		{`%describe a${empty}b ${empty}`, `ab`, []string{"ab"}},
		{`%describe ${lines}`, `a b`, []string{"a", "b"}},
		{`%describe $data {data} $ {data}`, `$data {data} $ {data}`, []string{"$data", "{data}", "$", "{data}"}},
		{`%describe "\${data}"`, `"\${data}"`, []string{`\${data}`}},
		{`%describe x # ${unknown}`, `x`, []string{"x"}},
		{"%describe ${data} \\\n  ${d}", `a.csv    x`, []string{"a.csv", "x"}},
		{`%describe`, ``, nil},
	}
	for _, tt := range tests {
		s, err := statement(t, tt.cell).Substitute(lookup)
		if err != nil {
			t.Errorf("%s: %v", tt.cell, err)
			continue
		}
		if got := s.Body.TrimSpace().String(); got != tt.body {
			t.Errorf("%s: body %q, want %q", tt.cell, got, tt.body)
		}
		var args []string
		for _, a := range s.Args {
			if a.IsWord() {
				args = append(args, a.Value)
			} else {
				args = append(args, a.Key+"="+a.Value)
			}
		}
		if got, want := strings.Join(args, "·"), strings.Join(tt.args, "·"); got != want {
			t.Errorf("%s: arguments %s, want %s", tt.cell, got, want)
		}
	}
}

func TestSubstituteErrors(t *testing.T) {
	tests := []struct{ cell, want, place string }{
		{`%panel load ${dta}`, `no parameter "dta"`, "line 1, column 13"},
		{"%panel load \\\n ${dta}", `no parameter "dta"`, "line 2, column 2"},
		{`%panel load ${data`, "${ is not closed; write ${name}", "line 1, column 13"},
		{`%panel load ${}`, "a parameter's name is missing between ${ and }", "line 1, column 13"},
		{`%panel load ${a b}`, `" " can't stand between ${ and }, only a parameter's name`, "line 1, column 16"},
	}
	for _, tt := range tests {
		_, err := statement(t, tt.cell).Substitute(lookup)
		d, ok := err.(*Diagnostic)
		if !ok {
			t.Errorf("%s: no diagnostic but %v", tt.cell, err)
			continue
		}
		if d.Error() != tt.want || d.Place() != tt.place {
			t.Errorf("%s\ngot  %s (%s)\nwant %s (%s)", tt.cell, d, d.Place(), tt.want, tt.place)
		}
	}
}

// An error about a value points at the ${name} it came from, whole, whatever the value's length.
func TestSubstituteKeepsPlaces(t *testing.T) {
	for _, name := range []string{"data", "blank", "controls"} {
		s, err := statement(t, "%describe A ${"+name+"} B").Substitute(lookup)
		if err != nil {
			t.Fatal(err)
		}
		from := strings.Index(s.Body.String(), values[name])
		got := s.Body.Range(from, from+len(values[name]))
		want := Range{1, 13, 16 + len(name)}
		if got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
		last := s.Args[len(s.Args)-1]
		if last.Value != "B" || last.At != (Range{1, 17 + len(name), 18 + len(name)}) {
			t.Errorf("%s: the word behind it stands at %v", name, last.At)
		}
	}
}

func FuzzSubstitute(f *testing.F) {
	for _, s := range []string{`load ${data}`, `"${data}"`, `x=${`, "`${d}` \\\n ${d}", `'\${d}'`, `${}${d}}`} {
		f.Add(s, "a b")
	}
	f.Fuzz(func(t *testing.T, body, value string) {
		magics, _, err := Split("%m "+body, func(string) bool { return true })
		if err != nil || len(magics) == 0 {
			return
		}
		s, err := magics[0].Substitute(func(string) (string, error) { return value, nil })
		if err != nil {
			if _, ok := err.(*Diagnostic); !ok {
				t.Fatalf("an error of another type: %v", err)
			}
			return
		}
		for _, a := range s.Args {
			if a.At.Line < 1 || a.At.Col < 1 || a.At.EndCol < a.At.Col {
				t.Fatalf("argument %q stands at %v", a.Value, a.At)
			}
		}
	})
}
