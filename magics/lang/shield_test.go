package lang

import (
	"strings"
	"testing"
)

func TestShield(t *testing.T) {
	for _, c := range []struct{ name, code, want string }{
		{"plain code", "%%\nfmt.Println(`a`)", "%%\nfmt.Println(`a`)"},
		{"raw string", "%%\ns := `\n%did y\n`\nf(s)", "%%\ns := (`\n`+`%did y\n`)\nf(s)"},
		{"two lines of it", "s := `a\n!rm -rf x\nb\n%ls\n`+\"`\"", "s := (`a\n`+`!rm -rf x\nb\n`+`%ls\n`)+\"`\""},
		{"sliced", "s := `\n%x`[1:]", "s := (`\n`+`%x`)[1:]"},
		{"two strings", "f(`\n%x`, `y`, `\n!z`)", "f((`\n`+`%x`), `y`, (`\n`+`!z`))"},
		{"comment", "/* see\n%did y\n!ls\n*/ x := 1", "/* see\n %did y\n !ls\n*/ x := 1"},
		{"gonb comment in a string", "s := `\n//gonb:%ls\n`", "s := (`\n`+`//gonb:%ls\n`)"},
		{"GoNB's own", "%env A=`\n!echo '`'\n%%\nx := `\n%y`", "%env A=`\n!echo '`'\n%%\nx := (`\n`+`%y`)"},
		{"its continuation", "!echo \\\n`\n%%\nx := 1", "!echo \\\n`\n%%\nx := 1"},
		{"another cell", "%%writefile a.txt\n`\n%x\n`", "%%writefile a.txt\n`\n%x\n`"},
		{"quotes and comments", "a := \"`\" // `\nb := '`'\n%ls", "a := \"`\" // `\nb := '`'\n%ls"},
		{"unclosed", "s := `\n%x", "s := `\n`+`%x"},
		{"with carriage returns", "s := `\r\n%x\r\n`\r\n", "s := (`\r\n`+`%x\r\n`)\r\n"},
	} {
		got := Shield(c.code)
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if strings.Count(got, "\n") != strings.Count(c.code, "\n") {
			t.Errorf("%s: line numbers move", c.name)
		}
	}
}

// Whatever the cell, shielding it once is enough, and nothing but quotes, brackets and blanks is added.
func FuzzShield(f *testing.F) {
	for _, s := range []string{"s := `\n%did y\n`", "/*\n!x\n*/", "'`'\n%x", "`a`\n%b`\n%c`"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		once := Shield(cell)
		if again := Shield(once); again != once {
			t.Errorf("%q becomes %q and then %q", cell, once, again)
		}
	})
}
