package evaluate

import (
	"math"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// VariableOptions restrict Variable. The zero value takes all rows as one group.
type VariableOptions struct {
	By   string       // groups of mean, sum, sd, count, min, max, median, first, winsor and standardize
	If   formula.Expr // rows to fill, and the only rows that those functions see; nil: all
	Stop func() error // asked before each operation; its error ends the evaluation and is returned; nil goes on
}

// Variable makes the variable name = e on p; it is not added to p. A row where If does not hold is missing. Functions
// over groups then see the rows where it holds and no others, while lags look at the whole panel: Stata's egen and gen
// with an if do the same. The second result holds counted notices. Errors are those of Expr.
func Variable(p *panel.Panel, name string, e formula.Expr, o VariableOptions) (*panel.Variable, []string, error) {
	var keep []bool
	if o.If != nil {
		var err error
		if keep, err = filter(p, o.If, o.Stop); err != nil {
			return nil, nil, err
		}
		e = restrict(e, o.If)
	}
	r, err := evaluated(p, e, o.By, o.Stop)
	if err != nil {
		return nil, nil, err
	}
	v := &panel.Variable{Name: name, Values: r.Values}
	if r.Text != nil {
		v = &panel.Variable{Name: name, Kind: panel.Text, Codes: r.Text.Codes, Levels: r.Text.Levels}
	}
	if keep != nil {
		v = blanked(v, keep)
	}
	return v, r.Notes, nil
}

// overGroups are the functions that see the rows of if= only. min and max of two arguments go row by row.
var overGroups = []string{"mean", "sum", "sd", "count", "min", "max", "median", "first", "winsor", "standardize", "lq"}

// restrict puts ifelse(cond, x, missing) in the place of the arguments of functions over groups.
func restrict(e, cond formula.Expr) formula.Expr {
	switch x := e.(type) {
	case *formula.Unary:
		y := *x
		y.X = restrict(x.X, cond)
		return &y
	case *formula.Binary:
		y := *x
		y.X, y.Y = restrict(x.X, cond), restrict(x.Y, cond)
		return &y
	case *formula.Call:
		y := *x
		y.Args = slices.Clone(x.Args)
		for i := range y.Args {
			y.Args[i].Value = restrict(x.Args[i].Value, cond)
		}
		for i := range masked(x) {
			y.Args[i].Value = onlyWhere(cond, y.Args[i].Value)
		}
		return &y
	}
	return e
}

// masked is the number of leading arguments of a call that are data of a function over groups.
func masked(c *formula.Call) int {
	switch {
	case !slices.Contains(overGroups, c.Func) || len(c.Args) == 0:
		return 0
	case c.Func == "lq":
		return min(2, len(c.Args))
	case (c.Func == "min" || c.Func == "max") && len(c.Args) > 1:
		return 0
	}
	return 1
}

func onlyWhere(cond, x formula.Expr) formula.Expr {
	missing := &formula.Number{Value: math.NaN(), At: x.Span()}
	return &formula.Call{Func: "ifelse", Args: []formula.Arg{{Value: cond}, {Value: x}, {Value: missing}}, At: x.Span()}
}

// blanked is a copy of v that is missing where keep is false.
func blanked(v *panel.Variable, keep []bool) *panel.Variable {
	w := *v
	if v.Kind == panel.Text {
		w.Codes = slices.Clone(v.Codes)
		for i, k := range keep {
			if !k {
				w.Codes[i] = -1
			}
		}
		return &w
	}
	w.Values = slices.Clone(v.Values)
	for i, k := range keep {
		if !k {
			w.Values[i] = math.NaN()
		}
	}
	return &w
}
