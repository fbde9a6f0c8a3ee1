package absorb

import (
	"fmt"
	"math"
)

const maxFinite = math.MaxFloat64

// BadEffect is the error for an effect that does not fit the rows.
type BadEffect struct {
	Effect string
	Reason string
}

func (e *BadEffect) Error() string { return fmt.Sprintf("fixed effect %q %s", e.Effect, e.Reason) }

// BadWeight is the error for weights that are not one positive number a row.
type BadWeight struct {
	Row    int // from 0; -1 if it is their number that is wrong
	Reason string
}

func (e *BadWeight) Error() string { return e.Reason }

// BadColumn is the error for a column that is too short or not finite.
type BadColumn struct {
	Column int // from 0
	Row    int // from 0; -1 if it is the length that is wrong, or the squares overflow
	Reason string
}

func (e *BadColumn) Error() string { return fmt.Sprintf("column %d %s", e.Column+1, e.Reason) }

// NotConverged is the error when the solver ran out of iterations. There is no result then.
type NotConverged struct {
	Iterations int
	Residual   float64 // relative residual of the normal equations that was reached, the worst column's
	Tol        float64 // what was asked for
	Column     int     // the worst column, from 0
}

func (e *NotConverged) Error() string {
	return fmt.Sprintf("the fixed effects of column %d are not solved after %d iterations (relative residual %.1e, not %.0e)",
		e.Column+1, e.Iterations, e.Residual, e.Tol)
}
