package didkit

import (
	"math"

	"github.com/seed2d25c7c2/didnb/didkit/evaluate"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// GenOptions are the options of Gen.
type GenOptions struct {
	By string // groups of mean, sum, sd, count, min, max, median, first, winsor and standardize
	If string // rows to fill; the others are missing
}

// Gen returns the panel with a variable made by an expression of the notebook's language, as %gen makes it: arithmetic,
// comparisons, log, lag, mean, winsor, lq and the other functions of evaluate.FunctionNames.
func Gen(p *Panel, name, expr string, o GenOptions) (*Panel, error) {
	e, err := formula.ParseExpr(expr)
	if err != nil {
		return nil, err
	}
	r, err := evaluate.Expr(p, e, o.By)
	if err != nil {
		return nil, err
	}
	v := &panel.Variable{Name: name, Values: r.Values}
	if r.Text != nil {
		v.Kind, v.Codes, v.Levels = panel.Text, append([]int32(nil), r.Text.Codes...), r.Text.Levels
	}
	if o.If != "" {
		cond, err := formula.ParseExpr(o.If)
		if err != nil {
			return nil, err
		}
		keep, err := evaluate.Filter(p, cond)
		if err != nil {
			return nil, err
		}
		if v.Kind == panel.Number {
			v.Values = append([]float64(nil), v.Values...)
		}
		for i, k := range keep {
			switch {
			case k:
			case v.Kind == panel.Text:
				v.Codes[i] = -1
			default:
				v.Values[i] = math.NaN()
			}
		}
	}
	return p.With(v)
}
