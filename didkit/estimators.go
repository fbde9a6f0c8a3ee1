package didkit

import (
	"context"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/estimators"
)

// EstimatorsResult is what Estimators returns.
type EstimatorsResult = estimators.Result

// Estimators sets the two-way regression and the methods, in their order, on one model side by side; o.Method is not read.
// See estimators.Run.
func Estimators(p *Panel, text, treat string, o StaggeredOptions, methods ...did.Method) (*EstimatorsResult, error) {
	s, err := o.spec(text, treat)
	if err != nil {
		return nil, err
	}
	return estimators.Run(context.Background(), p, estimators.Spec{StaggeredSpec: o.staggered(s), Methods: methods}, nil)
}
