// Package kind names the results that go between a notebook's session and its Go cells, both of which must know their types.
package kind

import (
	"encoding/gob"

	"github.com/seed2d25c7c2/didnb/didkit/describe"
	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/estimators"
	"github.com/seed2d25c7c2/didnb/didkit/hetero"
	"github.com/seed2d25c7c2/didnb/didkit/match"
	"github.com/seed2d25c7c2/didnb/didkit/mediate"
	"github.com/seed2d25c7c2/didnb/didkit/placebo"
	"github.com/seed2d25c7c2/didnb/didkit/power"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/robust"
)

func init() { // what stands in the columns of estimators.Result
	gob.Register(new(regress.Fit))
	gob.Register(new(did.ATTResult))
}

// Of is the kind of a result, as the session names it; "" for values that are none.
func Of(result any) string {
	switch result.(type) {
	case *regress.Fit:
		return "fit"
	case *did.EventStudyResult:
		return "eventstudy"
	case *did.ATTResult:
		return "att"
	case *placebo.Result:
		return "placebo"
	case *placebo.LeaveOut:
		return "leaveout"
	case *power.Result:
		return "power"
	case *match.Result:
		return "match"
	case *mediate.Result:
		return "mediation"
	case *hetero.Result:
		return "hetero"
	case *robust.Result:
		return "robust"
	case *diagnose.Bacon:
		return "bacon"
	case *diagnose.Weights:
		return "weights"
	case *diagnose.Honest:
		return "honest"
	case *diagnose.Pretrends:
		return "pretrends"
	case *diagnose.Equivalence:
		return "equivalence"
	case *diagnose.Sensitivity:
		return "sensitivity"
	case *estimators.Result:
		return "estimators"
	case *describe.Table:
		return "describe"
	case *describe.Trend:
		return "trend"
	}
	return ""
}

// New is an empty result of a kind, to be read into; nil for kinds that Go cells don't know.
func New(kind string) any {
	for _, result := range []any{
		new(regress.Fit), new(did.EventStudyResult), new(did.ATTResult), new(placebo.Result), new(placebo.LeaveOut), new(power.Result), new(match.Result),
		new(mediate.Result), new(hetero.Result), new(robust.Result), new(diagnose.Bacon), new(diagnose.Weights), new(diagnose.Honest),
		new(diagnose.Pretrends), new(diagnose.Equivalence), new(diagnose.Sensitivity), new(estimators.Result), new(describe.Table), new(describe.Trend),
	} {
		if Of(result) == kind {
			return result
		}
	}
	return nil
}

// MarkSimulated marks a result as made from simulated data.
func MarkSimulated(result any) {
	switch r := result.(type) {
	case *regress.Fit:
		r.Simulated = true
	case *did.EventStudyResult:
		if r.Fit != nil {
			r.Fit.Simulated = true
		}
	case *did.ATTResult:
		r.Simulated = true
	case *placebo.Result:
		r.Simulated = true
	case *placebo.LeaveOut:
		r.Simulated = true
	case *power.Result:
		r.Simulated = true
	case *match.Result:
		r.Simulated = true
	case *mediate.Result:
		r.Simulated = true
	case *hetero.Result:
		r.Simulated = true
	case *robust.Result:
		r.Simulated = true
	case *diagnose.Bacon:
		r.Simulated = true
	case *diagnose.Weights:
		r.Simulated = true
	case *diagnose.Honest:
		r.Simulated = true
	case *diagnose.Pretrends:
		r.Simulated = true
	case *diagnose.Equivalence:
		r.Simulated = true
	case *diagnose.Sensitivity:
		r.Simulated = true
	case *estimators.Result:
		r.MarkSimulated()
	case *describe.Table:
		r.Simulated = true
	case *describe.Trend:
		r.Simulated = true
	}
}
