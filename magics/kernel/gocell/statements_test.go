package gocell

import "testing"

func TestBareStatements(t *testing.T) {
	for code, want := range map[string]bool{
		"fmt.Println(1)":                              true,
		"x := 1\nfmt.Println(x)":                      true,
		"import \"fmt\"\nfmt.Println(1)":              true,
		"import (\n\"fmt\"\n)\n!ls\nfmt.Println(1)":   true,
		"%did y ~ x treat=d\nfmt.Println(1)":          true,
		"%%\nfmt.Println(1)":                          false,
		"%main\nfmt.Println(1)":                       false,
		"var x = 1\nfunc f() int { return x }":        false,
		"import \"fmt\"\nfunc main() { fmt.Println }": false,
		"fmt.Println(1":                               false, // wrong in another way
		"func f() { return }}":                        false,
		"":                                            false,
	} {
		if got := bareStatements(code); got != want {
			t.Errorf("%q: %v, want %v", code, got, want)
		}
	}
}
