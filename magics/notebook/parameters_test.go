package notebook

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/seed2d25c7c2/didnb/magics/lang"
)

func TestParseParameter(t *testing.T) {
	tests := []struct{ arg, name, value, err string }{
		{"data=a.csv", "data", "a.csv", ""},
		{"f=y ~ x = 1", "f", "y ~ x = 1", ""},
		{"empty=", "empty", "", ""},
		{"数据=a", "数据", "a", ""},
		{"data", "", "", `"data" sets no parameter; write -p name=value`},
		{"=x", "", "", `"" is no parameter's name; a name is made of letters, digits, _ and .`},
		{"1a=x", "", "", `"1a" is no parameter's name; a name is made of letters, digits, _ and .`},
	}
	for _, tt := range tests {
		p, err := ParseParameter(tt.arg)
		if message(err) != tt.err || p.Name != tt.name || p.Value != tt.value {
			t.Errorf("%s: %+v, %v", tt.arg, p, err)
		}
	}
}

func TestParameters(t *testing.T) {
	got := read(t, "tiny").Parameters()
	if diff := cmp.Diff([]Parameter{{"data", "toy.csv"}, {"controls", "x"}}, got); diff != "" {
		t.Error(diff)
	}
	if got := read(t, "failing").Parameters(); got != nil {
		t.Errorf("%v", got)
	}
}

func TestCheckParameters(t *testing.T) {
	tiny, failing := read(t, "tiny"), read(t, "failing")
	tests := []struct {
		name      string
		notebooks []*Notebook
		want      string
	}{
		{"data", []*Notebook{failing, tiny}, ""},
		{"dta", []*Notebook{failing, tiny}, `no notebook has a parameter "dta"; did you mean data?`},
		{"seed", []*Notebook{tiny}, `no notebook has a parameter "seed"; there is controls, data`},
		{"data", []*Notebook{failing}, `no notebook has a parameter "data", nor a cell tagged "parameters"`},
	}
	for _, tt := range tests {
		err := CheckParameters([]Parameter{{tt.name, "1"}}, tt.notebooks...)
		if message(err) != tt.want {
			t.Errorf("%s\ngot  %v\nwant %s", tt.name, err, tt.want)
		}
		if err != nil && !errors.As(err, new(*UnknownParameter)) {
			t.Errorf("%T", err)
		}
	}
}

func TestInject(t *testing.T) {
	n := read(t, "tiny")
	before := string(n.Encode())
	got := n.Inject([]Parameter{{"controls", "x + z"}, {"data", "mine/a b.csv"}, {"other", "1"}}, "/home/u", "/home/u/study/notebooks")
	if string(n.Encode()) != before {
		t.Error("the notebook itself was changed")
	}
	if len(got.Cells) != len(n.Cells)+1 {
		t.Fatalf("%d cells", len(got.Cells))
	}
	want := &Cell{ID: "injected-parameters", Kind: Code, Metadata: Object{"tags": []any{"injected-parameters"}},
		Source: "# Parameters\n%param controls=\"x + z\"\n%param data=\"../../mine/a b.csv\""}
	if diff := cmp.Diff(want, got.Cells[2]); diff != "" {
		t.Error(diff)
	}
	again := got.Inject([]Parameter{{"data", "/abs/b.csv"}}, "/home/u", "/home/u/study/notebooks")
	if len(again.Cells) != len(got.Cells) || again.Cells[2].Source != "# Parameters\n%param data=/abs/b.csv" {
		t.Errorf("injected twice: %q", again.Cells[2].Source)
	}
	if diff := cmp.Diff(n, n.Inject([]Parameter{{"other", "1"}}, ".", ".")); diff != "" {
		t.Errorf("a parameter it has not: %s", diff)
	}
	if old := read(t, "minor4").Inject([]Parameter{{"a", "2"}}, ".", "."); old.Cells[1].ID != "" {
		t.Errorf("a cell id in nbformat 4.4: %q", old.Cells[1].ID)
	}
}

func TestInjectedParametersAreRead(t *testing.T) {
	n := read(t, "tiny").Inject([]Parameter{{"data", filepath.Join("testdata", "notebooks", "toy.csv")}, {"controls", ""}}, ".", "testdata/notebooks")
	got, err := execute(t, n)
	if err == nil { // an empty set of controls is no formula
		t.Error("no error for a formula without a term")
	}
	if src := n.Cells[2].Source; src != "# Parameters\n%param data=toy.csv\n%param controls=\"\"" {
		t.Errorf("%q", src)
	}
	if v, _ := got.Session.Parameter("data"); v != "toy.csv" {
		t.Errorf("data = %q", v)
	}
}

// Whatever value -p gives, %param reads it back, but for line ends and a ${ of its own.
func TestQuotedReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.String().Draw(t, "value")
		value = strings.Map(func(r rune) rune {
			if r == '\n' || r == '\r' || r == '\ufffd' {
				return -1
			}
			return r
		}, value)
		magics, _, err := lang.Split("%param x="+quoted(value), func(string) bool { return true })
		if err != nil || len(magics) != 1 {
			t.Fatalf("%d magics, %v", len(magics), err)
		}
		a, ok := magics[0].Key("x")
		if !ok || a.Value != value {
			t.Fatalf("%q read back as %q", value, a.Value)
		}
	})
}
