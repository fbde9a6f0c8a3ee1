package simulate

import (
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"os"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// The functions of our own agree with the machine's to a few units in the last place.
func TestFunctionsAgreeWithMath(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(-700, 700).Draw(t, "x")
		if got, want := exp(x), math.Exp(x); math.Abs(got-want) > 4e-16*want {
			t.Fatalf("exp(%v) = %v, want %v", x, got, want)
		}
		y := exp(rapid.Float64Range(-600, 600).Draw(t, "log y"))
		if got, want := log(y), math.Log(y); math.Abs(got-want) > 4e-16*max(math.Abs(want), 1) {
			t.Fatalf("log(%v) = %v, want %v", y, got, want)
		}
		p := rapid.Float64Range(1e-12, 1-1e-12).Draw(t, "p")
		if got, want := quantile(p), distuv.UnitNormal.Quantile(p); math.Abs(got-want) > 1e-9*max(1, math.Abs(want)) {
			t.Fatalf("quantile(%v) = %v, want %v", p, got, want)
		}
		// The distribution function of the quantile is the probability.
		if got := distuv.UnitNormal.CDF(quantile(p)); math.Abs(got-p) > 1e-13*max(p, 1e-2) {
			t.Fatalf("Φ(quantile(%v)) = %v", p, got)
		}
	})
}

func TestFunctionsAtTheEdges(t *testing.T) {
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"exp 0", exp(0), 1},
		{"exp of much", exp(800), math.Inf(1)},
		{"exp of very little", exp(-800), 0},
		{"log 1", log(1), 0},
		{"log 0", log(0), math.Inf(-1)},
		{"log of infinity", log(math.Inf(1)), math.Inf(1)},
		{"log of 2", log(2), math.Ln2},
		{"power of 0", power(0, 0.5), 0},
		{"round up", round(2.675, 2), 2.68},
		{"round half away", round(-0.5, 0), -1},
		{"no rounding", round(math.Pi, -1), math.Pi},
		{"median", quantile(0.5), 0},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, c.got, c.want)
		}
	}
	if x := log(-1); x == x {
		t.Errorf("log(-1) = %v, want NaN", x)
	}
}

// No product may stand next to a sum unrounded, since some architectures would fuse the two. Products of whole numbers
// and of constants are told apart by the names they use.
func TestNoProductCanBeFused(t *testing.T) {
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		set := token.NewFileSet()
		tree, err := parser.ParseFile(set, f.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BinaryExpr:
				if n.Op == token.ADD || n.Op == token.SUB {
					for _, side := range []ast.Expr{n.X, n.Y} {
						if isProduct(side) {
							t.Errorf("%s: a product in a sum may be fused; use times", set.Position(side.Pos()))
						}
					}
				}
			case *ast.AssignStmt:
				if (n.Tok == token.ADD_ASSIGN || n.Tok == token.SUB_ASSIGN) && isProduct(n.Rhs[0]) {
					t.Errorf("%s: a product in a sum may be fused; use times", set.Position(n.Pos()))
				}
			}
			return true
		})
	}
}

// isProduct tells whether e is x*y, but not one that indexes rows (i*periods+t), which is of whole numbers.
func isProduct(e ast.Expr) bool {
	for {
		p, ok := e.(*ast.ParenExpr)
		if !ok {
			break
		}
		e = p.X
	}
	b, ok := e.(*ast.BinaryExpr)
	if !ok || b.Op != token.MUL {
		return false
	}
	switch y := b.Y.(type) {
	case *ast.Ident:
		return y.Name != "periods"
	case *ast.SelectorExpr:
		return y.Sel.Name != "periods"
	}
	return true
}
