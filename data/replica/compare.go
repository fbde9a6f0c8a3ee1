package replica

import (
	"fmt"
	"math"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/describe"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/magics/published"
)

// Kind is what a number is.
type Kind string

const (
	Moment      Kind = "moment" // of Table 1
	Rows        Kind = "rows"   // a sample size
	Coefficient Kind = "coefficient"
	Statistic   Kind = "t"
	RSquared    Kind = "r2"
)

// Line is a published number beside the same number on a panel.
type Line struct {
	Table, Column string // as in data/published.json; the variable in table1
	What          string // mean, sd, min, max; the term; n; R²
	Kind          Kind
	Published     published.Printed
	Ours          float64
	StdError      float64 // ours, of a coefficient and of its t (which is 1); NaN otherwise
}

// Gap is a coefficient's distance from the published one in standard errors, ours; NaN for other kinds.
func (l Line) Gap() float64 {
	if l.Kind != Coefficient {
		return math.NaN()
	}
	return (l.Ours - l.Published.Value) / l.StdError
}

// Compare sets every number of the paper's tables beside the panel's, in the paper's order.
func Compare(p *panel.Panel) ([]Line, error) {
	book, err := published.Paper()
	if err != nil {
		return nil, err
	}
	columns, err := Columns(p)
	if err != nil {
		return nil, err
	}
	matched, err := Matched(p)
	if err != nil {
		return nil, err
	}
	fits := map[[2]string]*regress.Fit{{"table3", "(1) PSM-DID"}: matched}
	for _, c := range columns {
		fits[[2]string{c.Table, c.Name}] = c.Fit
	}
	var out []Line
	for _, t := range book.Tables {
		for _, s := range t.Summary {
			lines, err := moments(p, t.Name, s)
			if err != nil {
				return nil, err
			}
			out = append(out, lines...)
		}
		for _, c := range t.Columns {
			fit := fits[[2]string{t.Name, c.Name}]
			if fit == nil {
				return nil, fmt.Errorf("%s %s is not estimated here", t.Name, c.Name)
			}
			lines, err := regression(fit, t.Name, c)
			if err != nil {
				return nil, err
			}
			out = append(out, lines...)
		}
	}
	return out, nil
}

func moments(p *panel.Panel, table string, s published.Summary) ([]Line, error) {
	d, err := describe.Variables(p, []string{s.Variable}, nil)
	if err != nil {
		return nil, err
	}
	r := d.Rows[0]
	line := func(what string, of published.Printed, ours float64) Line {
		return Line{table, s.Variable, what, Moment, of, ours, math.NaN()}
	}
	return []Line{
		{table, s.Variable, "n", Rows, published.Printed{Value: float64(s.N)}, float64(r.N), math.NaN()},
		line("mean", s.Mean, r.Mean), line("sd", s.SD, r.SD), line("min", s.Min, r.Min), line("max", s.Max, r.Max),
	}, nil
}

func regression(fit *regress.Fit, table string, c published.Column) ([]Line, error) {
	var out []Line
	for _, t := range c.Terms {
		b, ok := fit.Coefficient(strings.Replace(t.Term, "L1.DID", "l(DID, 1)", 1))
		if t.Term == "constant" && fit.Constant != nil {
			b, ok = *fit.Constant, true
		}
		if !ok {
			return nil, fmt.Errorf("%s %s has no coefficient %s", table, c.Name, t.Term)
		}
		out = append(out, Line{table, c.Name, t.Term, Coefficient, t.Estimate, b.Estimate, b.StdError})
		if t.Statistic != nil {
			out = append(out, Line{table, c.Name, t.Term, Statistic, *t.Statistic, b.Statistic, 1})
		}
	}
	if c.R2 != nil {
		out = append(out, Line{table, c.Name, "R²", RSquared, *c.R2, fit.R2, math.NaN()})
	}
	return append(out, Line{table, c.Name, "n", Rows, published.Printed{Value: float64(c.N)}, float64(fit.N), math.NaN()}), nil
}
