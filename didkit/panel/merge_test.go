package panel_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// texts codes texts in their order of appearance, which New does not mind.
func texts(name string, values ...string) *panel.Variable {
	var codes []int32
	levels := []string{}
	for _, s := range values {
		at := int32(-1)
		for i, l := range levels {
			if l == s {
				at = int32(i)
			}
		}
		if at < 0 && s != "" {
			levels = append(levels, s)
			at = int32(len(levels) - 1)
		}
		codes = append(codes, at)
	}
	return &panel.Variable{Name: name, Kind: panel.Text, Codes: codes, Levels: levels}
}

func numbers(name string, values ...float64) *panel.Variable {
	return &panel.Variable{Name: name, Values: values}
}

func of(t testing.TB, vars ...*panel.Variable) *panel.Panel {
	t.Helper()
	p, err := panel.New(vars...)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// cells writes a panel out, one row a line.
func cells(p *panel.Panel) string {
	var b strings.Builder
	fmt.Fprintln(&b, strings.Join(p.Names(), " "))
	for r := range p.Rows() {
		for i, v := range p.Variables() {
			if i > 0 {
				b.WriteByte(' ')
			}
			switch {
			case v.Kind == panel.Text && v.Codes[r] < 0, v.Kind == panel.Number && v.Values[r] != v.Values[r]:
				b.WriteByte('.')
			case v.Kind == panel.Text:
				b.WriteString(v.Levels[v.Codes[r]])
			default:
				fmt.Fprint(&b, v.Values[r])
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

var none = math.NaN()

func TestLong(t *testing.T) {
	wide := of(t, texts("城市", "襄樊", "襄阳", "宜昌"), numbers("2010年", none, 3, 5), numbers("2009年", 2, none, 4))
	long, err := wide.Long("gdp", "year")
	if err != nil {
		t.Fatal(err)
	}
	want := "城市 year gdp\n襄樊 2009 2\n襄樊 2010 .\n襄阳 2009 .\n襄阳 2010 3\n宜昌 2009 4\n宜昌 2010 5\n"
	if got := cells(long); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	indexed, err := long.Indexed("城市", "year")
	if err != nil {
		t.Fatal(err)
	}
	one, changed, joined, err := indexed.Recoded("城市", func(s string) string { return strings.ReplaceAll(s, "襄樊", "襄阳") })
	if err != nil || changed != 2 || joined != 2 {
		t.Fatal(changed, joined, err)
	}
	want = "城市 year gdp\n襄阳 2009 2\n襄阳 2010 3\n宜昌 2009 4\n宜昌 2010 5\n"
	if got := cells(one); got != want || !one.IsPanel() {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if _, _, _, err := indexed.Recoded("城市", func(string) string { return "宜昌" }); err == nil {
		t.Error("rows that disagree are joined")
	} else if c := new(panel.Conflict); !errors.As(err, &c) || c.Variable != "gdp" || c.Unit != "宜昌" {
		t.Error(err)
	}
}

func TestLongRefuses(t *testing.T) {
	for want, p := range map[string]*panel.Panel{
		"no column's name holds a year of four digits, as in 2009 or 2009年 (the first is \"x\")":           of(t, numbers("x", 1)),
		`two columns hold the year 2009, "a2009" and "b2009"; a table is made long one variable at a time`: of(t, numbers("a2009", 1), numbers("b2009", 1)),
		`"2009" holds text (row 1: "many"), a number is needed`:                                            of(t, texts("2009", "many")),
		`two columns are named "year"`: of(t, numbers("year", 1), numbers("2009", 1)),
		"no column's name holds a year of four digits, as in 2009 or 2009年 (the first is \"12009\")": of(t, numbers("12009", 1)),
	} {
		if _, err := p.Long("gdp", "year"); err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

func TestMerge(t *testing.T) {
	left, err := of(t, texts("city", "a", "a", "b", "c"), numbers("year", 1, 2, 1, 1), numbers("x", 10, 20, 30, 40)).Indexed("city", "year")
	if err != nil {
		t.Fatal(err)
	}
	right := of(t, texts("city", "d", "b", "a"), numbers("year", 1, 1, 2), numbers("z", 7, 8, 9))
	list := of(t, texts("city", "b", "a"), texts("pilot", "yes", ""))
	cases := []struct {
		right *panel.Panel
		on    []string
		how   panel.How
		want  string
		count string
	}{
		{right, []string{"city", "year"}, panel.Left, "city year x z\na 1 10 .\na 2 20 9\nb 1 30 8\nc 1 40 .\n", "2 2 1 [c] [d]"},
		{right, []string{"city", "year"}, panel.Inner, "city year x z\na 2 20 9\nb 1 30 8\n", "2 2 1 [c] [d]"},
		{right, []string{"city", "year"}, panel.Outer, "city year x z\na 1 10 .\na 2 20 9\nb 1 30 8\nc 1 40 .\nd 1 . 7\n", "2 2 1 [c] [d]"},
		{list, []string{"city"}, panel.Left, "city year x pilot\na 1 10 .\na 2 20 .\nb 1 30 yes\nc 1 40 .\n", "3 1 0 [c] []"},
	}
	for _, c := range cases {
		p, m, err := left.Merge(c.right, c.on, c.how)
		if err != nil {
			t.Fatal(err)
		}
		if got := cells(p); got != c.want || !p.IsPanel() {
			t.Errorf("%s: got\n%swant\n%s", c.how, got, c.want)
		}
		if got := fmt.Sprint(m.Matched, m.LeftOnly, m.RightOnly, m.Lonely, m.Strangers); got != c.count {
			t.Errorf("%s: %s, want %s", c.how, got, c.count)
		}
	}
}

func TestMergeRefuses(t *testing.T) {
	left := of(t, texts("city", "a"), numbers("x", 1))
	cases := map[string]struct {
		right *panel.Panel
		on    []string
	}{
		`"a" stands on rows 1 and 3 of the panel to merge in, so it is not clear which of them belongs to a row`: {of(t, texts("city", "a", "b", "a")), []string{"city"}},
		`both panels have a variable "x" that is no key of the merge; rename it in one of them`:                  {of(t, texts("city", "a"), numbers("x", 1)), []string{"city"}},
		`"city" is a text in one panel and a number in the other, so no row can match`:                           {of(t, numbers("city", 1)), []string{"city"}},
		`no variable "town"`:                             {of(t, texts("city", "a")), []string{"town"}},
		"a merge needs a variable that both panels have": {of(t, texts("city", "a")), nil},
	}
	for want, c := range cases {
		if _, _, err := left.Merge(c.right, c.on, panel.Left); err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

func TestRenamed(t *testing.T) {
	p, err := of(t, texts("城市", "a"), numbers("年份", 1), numbers("x", 1)).Indexed("城市", "年份")
	if err != nil {
		t.Fatal(err)
	}
	q, err := p.Renamed("城市", "city")
	if err != nil || q.UnitName() != "city" || q.TimeName() != "年份" {
		t.Fatal(err)
	}
	if _, err := p.Renamed("x", "年份"); err == nil {
		t.Error("a name that is taken is given again")
	}
}
