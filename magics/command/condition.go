package command

import (
	"github.com/seed2d25c7c2/didnb/didkit/evaluate"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// checkCondition evaluates a condition for its errors, and refuses one that no row fulfils.
func checkCondition(d *session.Dataset, e formula.Expr) error {
	keep, err := evaluate.Filter(d.Panel, e)
	if err != nil {
		return err
	}
	for _, k := range keep {
		if k {
			return nil
		}
	}
	return &NoRow{Condition: e.String(), Rows: len(keep), span: e.Span()}
}

// NoRow is the error for an if= that no row fulfils.
type NoRow struct {
	Condition string
	Rows      int
	span      formula.Span
}

func (e *NoRow) Error() string {
	return "no row of the panel fulfils " + e.Condition
}
