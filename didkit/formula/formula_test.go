package formula

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestParseAllCanonical(t *testing.T) {
	cases := []struct {
		src  string
		want []string
	}{
		{"y ~ x1 + x2 | unit + time", []string{"y ~ x1 + x2 | unit + time"}},
		{"log(y) ~ x^2", []string{"log(y) ~ I(x^2)"}},
		{"y ~ a*b", []string{"y ~ a + b + a:b"}},
		{"y ~ a:b + b:a", []string{"y ~ a:b"}},
		{"y ~ (a + b):c", []string{"y ~ a:c + b:c"}},
		{"y ~ a*b*c", []string{"y ~ a + b + c + a:b + a:c + b:c + a:b:c"}},
		{"y ~ x - 1", []string{"y ~ x - 1"}},
		{"y ~ 0 + x", []string{"y ~ x - 1"}},
		{"y ~ 1 | id", []string{"y ~ 1 | id"}},
		{"y ~ i(rel, ref=c(-1, -1000)) | id", []string{"y ~ i(rel, ref=c(-1, -1000)) | id"}},
		{"y ~ l(D, 0:2) + f(D,1)", []string{"y ~ l(D, 0:2) + f(D, 1)"}},
		{"y ~ x | city^year + city[trend] + g[[a, b]]", []string{"y ~ x | city^year + city[trend] + g[[a, b]]"}},
		{"c(y1, y2) ~ sw(a, b)", []string{"y1 ~ a", "y1 ~ b", "y2 ~ a", "y2 ~ b"}},
		{"y ~ x + csw0(a, b) | sw(u, u + t)", []string{"y ~ x | u", "y ~ x | u + t", "y ~ x + a | u", "y ~ x + a | u + t", "y ~ x + a + b | u", "y ~ x + a + b | u + t"}},
		{"数字产业 ~ first.treat + `a b` | 城市", []string{"数字产业 ~ first.treat + `a b` | 城市"}},
	}
	for _, c := range cases {
		t.Run(c.src, func(t *testing.T) {
			all, err := ParseAll(c.src)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range all {
				got = append(got, f.String())
			}
			if strings.Join(got, "; ") != strings.Join(c.want, "; ") {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestParseErrorsPointAtTheWord(t *testing.T) {
	cases := []struct{ src, message, word string }{
		{"y x", `"x" stands where "~" is expected`, "x"},
		{"~ x", "the formula has no outcome before ~", "~"},
		{"y ~ x | id | z ~ w", "instrumental variables are not part of this language; a formula has one bar, before the fixed effects", "|"},
		{"y ~ x/z", "arithmetic in a formula stands in I(…), as in I(x / y)", "/"},
		{"y ~ x - z", "only the intercept can be taken out, by - 1", "z"},
		{"y ~ log(x", `it ends where "," is expected`, ""},
		{"y ~ x | id:t", "fixed effects are interacted by ^, as in city^year", ":"},
		{"y ~ 2x", "\"2x\" is neither a number nor a name; put a name that starts with a digit in `backquotes`", "2x"},
		{`y ~ "x`, `the quote " is not closed`, `"x`},
	}
	for _, c := range cases {
		t.Run(c.src, func(t *testing.T) {
			_, err := ParseAll(c.src)
			var se *SyntaxError
			if !errors.As(err, &se) {
				t.Fatalf("no syntax error: %v", err)
			}
			if se.Message != c.message {
				t.Errorf("message %q, want %q", se.Message, c.message)
			}
			if got := string([]rune(c.src)[se.Span.Start:se.Span.End]); got != c.word {
				t.Errorf("points at %q, want %q", got, c.word)
			}
		})
	}
}

func TestExpressionPrecedence(t *testing.T) {
	cases := map[string]string{
		"a+b*c":              "a + b * c",
		"(a+b)*c":            "(a + b) * c",
		"-2^2":               "-2^2",
		"2^-1":               "2^-1",
		"a-b-c":              "a - b - c",
		"a-(b-c)":            "a - (b - c)",
		"!a & b | c == 1":    "!a & b | c == 1",
		"a<=1 && b<>2":       "a <= 1 & b != 2",
		"region == \"East\"": "region == \"East\"",
		"2^3^2":              "2^3^2",
		"(2^3)^2":            "(2^3)^2",
		"(-2)^2":             "(-2)^2",
	}
	for src, want := range cases {
		e, err := ParseExpr(src)
		if err != nil {
			t.Fatalf("%s: %v", src, err)
		}
		if got := e.String(); got != want {
			t.Errorf("%s: got %s, want %s", src, got, want)
		}
		again, err := ParseExpr(e.String())
		if err != nil || again.String() != e.String() {
			t.Errorf("%s: %s does not parse to itself: %v", src, e, err)
		}
	}
	if _, err := ParseExpr("a = 1"); err == nil || !strings.Contains(err.Error(), "==") {
		t.Errorf("a = 1: %v", err)
	}
}

func FuzzFormula(f *testing.F) {
	for _, s := range []string{"y ~ x1 + x2 | unit + time", "c(y, z) ~ sw(a, b)*i(r, ref=-1) | c^d[t]", "y ~ ((((x))))", "a ~ `", "y ~ l(x, 0:2)-1", "-(-(x))", "数 ~ 字|a[[b]]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		inside := func(err error) {
			var se *SyntaxError
			if !errors.As(err, &se) {
				t.Fatalf("error of another type: %v", err)
			}
			if n := utf8.RuneCountInString(src); se.Span.Start < 0 || se.Span.End < se.Span.Start || se.Span.End > n {
				t.Fatalf("span %v outside the source of %d runes", se.Span, n)
			}
		}
		all, err := ParseAll(src)
		if err != nil {
			inside(err)
		}
		for _, fm := range all {
			again, err := Parse(fm.String())
			if err != nil {
				t.Fatalf("canonical %q does not parse: %v", fm, err)
			}
			if again.String() != fm.String() {
				t.Fatalf("canonical %q becomes %q", fm, again)
			}
		}
		if e, err := ParseExpr(src); err != nil {
			inside(err)
		} else if again, err := ParseExpr(e.String()); err != nil || again.String() != e.String() {
			t.Fatalf("canonical expression %q: %v", e, err)
		}
	})
}

// A sum is written as it was read, in a time that grows with its length, up to the length from which it is refused.
func TestLongExpressions(t *testing.T) {
	src := strings.Repeat("x + ", 49_999) + "x"
	begun := time.Now()
	e, err := ParseExpr(src)
	if err != nil {
		t.Fatal(err)
	}
	if e.String() != src {
		t.Error("a sum of 50,000 terms is not written as it was read")
	}
	if took := time.Since(begun); took > 2*time.Second { // some 10 ms; joining strings level by level, 8 s
		t.Errorf("reading and writing it took %v", took)
	}
	var wrong *SyntaxError
	if _, err := ParseExpr(src + " + 1"); !errors.As(err, &wrong) || !strings.HasPrefix(wrong.Message, "more than 100,000 names") || wrong.Span.Start < 199_000 {
		t.Errorf("got %v", err)
	}
}
