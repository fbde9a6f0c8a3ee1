package command_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

func ExampleComplete() {
	c := command.Complete(session.New(""), "%even", 5)
	for _, m := range c.Matches {
		fmt.Printf("%d-%d %s (%s): %s\n", c.Start, c.End, m.Text, m.Kind, m.Doc)
	}
	// Output: 1-5 eventstudy (magic): effects by time since adoption
}

func ExampleInspect() {
	in, _ := command.Inspect(session.New(""), "%didhelp winsor", 14)
	fmt.Print(in.Text)
	// Output: winsor(x, p=0.01): x with both tails set to the quantiles p and 1 - p of each group of by=
}

// The cursor is the bar. want must all be offered, never must not.
func TestComplete(t *testing.T) {
	_, s := mustRun(t, towns+"%gen `my var` = x\n%did y ~ x treat=D as=main\n%panel load towns.csv as=plain\n%gen extra = x data=plain")
	cases := []struct {
		src, replaced string
		want, never   string
	}{
		{"%¦", "", "panel did eventstudy table audit power", "x"},
		{"%di¦", "di", "did didhelp", "panel"},
		{"%did re¦", "re", "region", "y treat="},
		{"%did y ~ x + ¦", "", "x region `my var` log i treat= vcov=", "panel"},
		{"%did y ~ lo¦", "lo", "log log10", "treat="},
		{"%did y ~ log(¦", "", "x region log", "treat= vcov="},
		{"%did y ~ x treat=¦", "", "D x", "treat= vcov= log"},
		{"%did y ~ x treat=D ¦", "", "vcov= if= as=", "treat="},
		{"%did y ~ x tr¦", "tr", "treat=", "vcov="},
		{"%did y ~ x vcov=¦", "", "iid hetero cluster( conley(", "x"},
		{"%did y ~ x vcov=cl¦", "cl", "cluster(", "iid"},
		{"%did y ~ x vcov=cluster(to¦", "to", "town", "cluster("},
		{"%did y ~ x method=¦", "", "twfe sdid dcdh", "x"},
		{"%did y ~ x go=¦", "", "true false", "x"},
		{"%estimators main methods=cs,su¦", "su", "sunab", "cs x"},
		{"%did y ~ x if=\"ye¦", "ye", "year", "y"},
		{"%did y ~ x data=¦", "", "panel plain", "x"},
		{"%did y ~ ex¦ data=plain", "ex", "extra", "x"},
		{"%did y ~ ex¦", "ex", "exp", "extra"},
		{"%gen z = lo¦", "lo", "log", "region"},
		{"%gen z = log(x) b¦", "b", "by=", "region"},
		{"%gen z=lo¦", "lo", "log", "region"},
		{"%table m¦", "m", "main", "panel"},
		{"%panel ¦", "", "load use list head save", "x"},
		{"%panel use p¦", "p", "panel plain", "x"},
		{"%panel use ¦", "", "panel plain", "unit= n="},
		{"%panel head ¦", "", "n= data= full=", "unit= sheet="},
		{"%panel load t¦", "t", "towns.csv", "x"},
		{"%panel load ./to¦", "./to", "./towns.csv", "x"},
		{"%didhelp ev¦", "ev", "eventstudy", "x"},
		{"%lang ¦", "", "zh en", "x"},
		{"%did y ~ `my¦", "`my", "`my var`", "x"},
		{"x := 1¦", "", "", "panel"},
		{"%%¦", "", "", "panel"},
		{"%power m¦", "m", "main method=", "x"},
	}
	for _, c := range cases {
		before, after, _ := strings.Cut(c.src, "¦")
		got := command.Complete(s, before+after, len([]rune(before)))
		runes := []rune(before + after)
		if replaced := string(runes[got.Start:got.End]); replaced != c.replaced && len(got.Matches) > 0 {
			t.Errorf("%s: replaces %q, want %q", c.src, replaced, c.replaced)
		}
		var texts []string
		for _, m := range got.Matches {
			texts = append(texts, m.Text)
		}
		for _, w := range words(c.want) {
			if !slices.Contains(texts, w) {
				t.Errorf("%s: %s is not offered: %v", c.src, w, texts)
			}
		}
		for _, n := range words(c.never) {
			if slices.Contains(texts, n) {
				t.Errorf("%s: %s is offered: %v", c.src, n, texts)
			}
		}
	}
}

// words cuts at blanks outside backquotes.
func words(s string) []string {
	var out []string
	for _, w := range strings.Fields(strings.ReplaceAll(s, "`my var`", "`my_var`")) {
		out = append(out, strings.ReplaceAll(w, "`my_var`", "`my var`"))
	}
	return out
}

func TestInspect(t *testing.T) {
	_, s := mustRun(t, towns+"%did y ~ x treat=D as=main")
	cases := []struct{ src, want string }{
		{"%d¦id y ~ x", "%did FORMULA treat=DID"},
		{"%did y ~ x tre¦at=D", "treat= (variable): the treatment: 0, and 1 from adoption on"},
		{"%did y ~ x treat=¦", "treat= (variable): the treatment"},
		{"%did y ~ x¦", "x: number variable of panel panel, 64 rows, 1 missing"},
		{"%did y ~ regi¦on", "region: text variable of panel panel, 64 rows, 0 missing\n2 values: East, West"},
		{"%table ma¦in", "main: fit of panel panel\n%did y ~ x treat=D as=main"},
		{"%panel use pan¦el", "panel: 8 units × 8 periods, 64 rows, balanced"},
		{"%gen z = lag¦(x)", "lag(x, k=1): x of k periods earlier"},
		{"%did zzz¦", "none"},
		{"fmt.Println(¦)", "none"},
		{"%zzz x¦", "none"},
	}
	for _, c := range cases {
		before, after, _ := strings.Cut(c.src, "¦")
		got, ok := command.Inspect(s, before+after, len([]rune(before)))
		text := got.Text
		if !ok {
			text = "none"
		}
		if !strings.HasPrefix(text, c.want) {
			t.Errorf("%s: %q, want %q", c.src, text, c.want)
		}
	}
}
