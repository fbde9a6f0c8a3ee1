package lang_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/magics/lang"
)

func ExampleCursorAt() {
	c, _ := lang.CursorAt("%did DIA ~ PGDP treat=DI", 24)
	fmt.Println(c.Name, c.Words, c.Key, c.Value)
	// Output: did [DIA ~ PGDP] treat DI
}

// The cursor is the bar in the text.
func TestCursorAt(t *testing.T) {
	cases := []struct{ src, want string }{
		{"%di¦", "did? name=di"},
		{"%¦", "name="},
		{"%did y ~ PG¦", "name=did words=[y ~] value=PG word=PG"},
		{"%did y ~ PG¦DP", "name=did words=[y ~] value=PG word=PGDP"},
		{"%did log(PG¦", "name=did value=log(PG word=PG depth=1"},
		{"%did y treat=¦", "name=did words=[y] key=treat"},
		{"%did y vcov=cluster(ci¦", "name=did words=[y] key=vcov value=cluster(ci word=ci depth=1"},
		{"%did y if=\"ye¦", "name=did words=[y] key=if value=ye word=ye"},
		{"%did y as=m ¦", "name=did words=[y] keys=[as]"},
		{"%did y ~ `my v¦", "name=did words=[y ~] value=`my v word=`my v"},
		{"%did y tre¦at=D", "name=did words=[y] value=tre word=treat inkey"},
		{"%did y \\\n  ~ x¦", "name=did words=[y ~] value=x word=x"},
		{"%panel load data/c¦", "name=panel words=[load] value=data/c word=c"},
		{"%did y # x¦", "none"},
		{"x := 1¦", "none"},
		{"s := `\n%did ¦", "none"},
		{"%%writefile a\n%did ¦", "none"},
		{"%%¦", "none"},
		{"# a\n%did ¦", "name=did"},
		{"", "none"},
	}
	for _, c := range cases {
		before, after, _ := strings.Cut(c.src, "¦")
		cur, ok := lang.CursorAt(before+after, len([]rune(before)))
		got := "none"
		if ok {
			got = describeCursor(cur)
		}
		if want := strings.TrimPrefix(c.want, "did? "); got != want {
			t.Errorf("%q: got %s, want %s", c.src, got, want)
		}
	}
}

func describeCursor(c lang.Cursor) string {
	s := "name=" + c.Name
	if len(c.Words) > 0 {
		s += fmt.Sprint(" words=", c.Words)
	}
	if len(c.Keys) > 0 {
		s += fmt.Sprint(" keys=", c.Keys)
	}
	if c.Key != "" {
		s += " key=" + c.Key
	}
	if c.InName {
		return s
	}
	if c.Value != "" {
		s += " value=" + c.Value
	}
	if c.Word != "" {
		s += " word=" + c.Word
	}
	if c.Depth > 0 {
		s += fmt.Sprint(" depth=", c.Depth)
	}
	if c.InKey {
		s += " inkey"
	}
	return s
}

// FuzzCursor asks at every offset: no panic, every offset inside the source.
func FuzzCursor(f *testing.F) {
	f.Add("%did y ~ `x` if=\"a\\\" vcov=cluster(a, b) \\\n # c\ns := `\n%did`")
	f.Add("%did '\\")
	f.Fuzz(func(t *testing.T, src string) {
		n := len([]rune(src))
		for i := 0; i <= min(n, 60); i++ {
			c, ok := lang.CursorAt(src, i)
			if !ok {
				continue
			}
			for _, at := range []int{c.NameStart, c.NameEnd, c.WordStart, c.WordEnd, c.ValueStart} {
				if at < 0 || at > n {
					t.Fatalf("offset %d of %d at cursor %d: %+v", at, n, i, c)
				}
			}
			if c.WordStart > i || c.WordEnd < i {
				t.Fatalf("word %d to %d does not hold the cursor %d", c.WordStart, c.WordEnd, i)
			}
		}
	})
}
