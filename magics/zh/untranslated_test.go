package zh

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestUntranslated lists the sentences of errors in the magics and the library that have no entry here (go test -v), and
// fails when one in ten lacks one.
func TestUntranslated(t *testing.T) {
	root := filepath.Join("..", "..")
	all, missing := 0, []string(nil)
	for _, folder := range []string{"magics/command", "magics/session", "magics/lang", "magics/published", "didkit"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || developers(path) {
				return err
			}
			sentences, err := sentencesIn(path)
			for _, s := range sentences {
				all++
				if !Known(s) && Sentence(s) == s {
					missing = append(missing, path+": "+s)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(missing)
	for _, m := range missing {
		t.Log(m)
	}
	t.Logf("%d of %d sentences have no Chinese", len(missing), all)
	if all < 300 || 10*len(missing) > all {
		t.Errorf("%d of %d sentences have no Chinese", len(missing), all)
	}
}

// developers are files whose errors no user's line can bring about.
func developers(path string) bool {
	path = filepath.ToSlash(path)
	for _, part := range []string{"didkit/internal/", "didkit/simulate/coverage/", "didkit/bridge/", "didkit/notebook.go", "didkit/panel/gota.go", "typeface/face.go"} {
		if strings.Contains(path, part) {
			return true
		}
	}
	return false
}

// sentencesIn are the formats of a file's errors: of the functions that make diagnostics, fmt.Errorf and errors.New, and
// the texts in methods Error, those of three words at least.
func sentencesIn(path string) ([]string, error) {
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		return nil, err
	}
	var out []string
	add := func(e ast.Expr) bool {
		l, ok := e.(*ast.BasicLit)
		if !ok || l.Kind != token.STRING {
			return false
		}
		s, err := strconv.Unquote(l.Value)
		if err == nil && len(strings.Fields(s)) >= 3 && !slices.Contains(out, s) {
			out = append(out, s)
		}
		return err == nil
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.FuncDecl:
			if x.Name.Name == "Error" && x.Recv != nil && x.Body != nil {
				ast.Inspect(x.Body, func(n ast.Node) bool {
					if e, ok := n.(ast.Expr); ok {
						add(e)
					}
					return true
				})
			}
		case *ast.CallExpr:
			name := ""
			switch fn := x.Fun.(type) {
			case *ast.SelectorExpr:
				name = fn.Sel.Name
			case *ast.Ident:
				name = fn.Name
			}
			if slices.Contains([]string{"wordError", "valueError", "textError", "missing", "Errorf", "New", "fail"}, name) {
				for _, a := range x.Args {
					if add(a) {
						break
					}
				}
			}
		}
		return true
	})
	return out, nil
}
