package didkit

import (
	"github.com/seed2d25c7c2/didnb/didkit/evaluate"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
)

// GenOptions are the options of Gen.
type GenOptions struct {
	By string // groups of mean, sum, sd, count, min, max, median, first, winsor and standardize
	If string // rows to fill, and the only ones that functions over groups see; the others are missing
}

// Gen returns the panel with a variable made by an expression of the notebook's language, as %gen makes it: arithmetic,
// comparisons, log, lag, mean, winsor, lq and the other functions of evaluate.FunctionNames.
func Gen(p *Panel, name, expr string, o GenOptions) (*Panel, error) {
	e, err := formula.ParseExpr(expr)
	if err != nil {
		return nil, err
	}
	var cond formula.Expr
	if o.If != "" {
		if cond, err = formula.ParseExpr(o.If); err != nil {
			return nil, err
		}
	}
	made, _, err := evaluate.Variable(p, name, e, evaluate.VariableOptions{By: o.By, If: cond})
	if err != nil {
		return nil, err
	}
	return p.With(made)
}
