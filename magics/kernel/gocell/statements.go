package gocell

import (
	"go/parser"
	"go/token"
	"regexp"
	"strings"
)

// declarations is what a Go cell without %% may hold; said behind the compiler's "expected declaration".
const (
	declarations   = "A cell without a line %% holds declarations only (func, type, var, const, import); write %% on a line before the statements to run them.\n"
	declarationsZH = "没有 %% 一行的 Go 单元只能写声明（func、type、var、const、import）；要运行语句，请在语句前另起一行写 %%。\n"
)

var (
	imports = regexp.MustCompile(`(?m)^[ \t]*import[ \t]+(?:\([^)]*\)|.*)`)
	foreign = regexp.MustCompile(`(?m)^[ \t]*[%!].*`) // lines that are no Go
)

// bareStatements tells whether a cell's Go code is statements that would run had the cell a line %% before them.
func bareStatements(code string) bool {
	for _, l := range strings.Split(code, "\n") {
		if l = strings.TrimSpace(l); l == "%%" || strings.HasPrefix(l, "%% ") || strings.HasPrefix(l, "%main") {
			return false
		}
	}
	code = foreign.ReplaceAllString(code, "")
	files := token.NewFileSet()
	if _, err := parser.ParseFile(files, "", "package p\n"+code, parser.SkipObjectResolution); err == nil {
		return false
	}
	_, err := parser.ParseFile(files, "", "package p\nfunc main() {\n"+imports.ReplaceAllString(code, "")+"\n}", parser.SkipObjectResolution)
	return err == nil
}
