package diagnose

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
)

// EventVector is an event study as the methods for pre-trends take it: consecutive event times without the reference,
// their estimates and the covariance of those.
type EventVector struct {
	Times []int       // ascending; the reference is left out
	Beta  []float64   // one a time
	V     [][]float64 // covariance, in the order of Times
	Ref   int
	Pre   int // how many of Times lie before Ref
	Step  int // periods are so far apart, as 2 in a panel of every second year; 0: 1

	Binned  bool // the first and the last time gather everything beyond them
	Aligned bool // imputed effects, measured from the reference as their leads are
}

// NotConsecutive is the error for an event study with a hole.
type NotConsecutive struct{ Missing int }

func (e *NotConsecutive) Error() string {
	return fmt.Sprintf("the event study has no estimate at event time %d, and violations of parallel trends are bounded over consecutive periods; choose a window without holes by window=", e.Missing)
}

// VectorOf takes the estimates of an event study. Errors are *NotConsecutive, and a study without covariance, without a
// period before the reference or without one from adoption on.
func VectorOf(r *did.EventStudyResult) (*EventVector, error) {
	if r.Fit == nil {
		return nil, fmt.Errorf("the event study by %s holds no covariance of its estimates", r.Method)
	}
	if err := comparable(r); err != nil {
		return nil, err
	}
	if r.Aligned != nil {
		return aligned(r)
	}
	if slices.ContainsFunc(r.Fit.Notes, func(n string) bool { return strings.Contains(n, "second reference") }) {
		return nil, fmt.Errorf("the event study has two references, as fixed effects leave its curve known up to a straight line only, and then a trend is neither seen nor bounded; add units that are never treated")
	}
	at := map[string]int{}
	for i, c := range r.Fit.Coef {
		at[c.Term] = i
	}
	v := &EventVector{Ref: r.Ref, Binned: r.Binned}
	var index, times []int
	for _, c := range r.Coef {
		times = append(times, c.EventTime)
	}
	var err error
	if v.Step, err = stepOf(times); err != nil {
		return nil, err
	}
	for _, c := range r.Coef {
		if c.EventTime == r.Ref {
			continue
		}
		k, ok := indexOfEvent(at, c.EventTime)
		if !ok {
			return nil, &NotConsecutive{c.EventTime}
		}
		if c.EventTime < r.Ref {
			v.Pre++
		}
		index = append(index, k)
		v.Times, v.Beta = append(v.Times, c.EventTime), append(v.Beta, c.Estimate)
	}
	for _, i := range index {
		row := make([]float64, len(index))
		for b, j := range index {
			row[b] = r.Fit.V[i][j]
		}
		v.V = append(v.V, row)
	}
	return v, v.check()
}

// comparable refuses event studies whose estimates before adoption don't say how those from then on are biased. A method is
// admitted where a drift of the treated units' outcomes away from the others' enters every estimate as the drift since one
// period, the reference (TestVectorIsTheDriftFromTheReference), and the covariance is that of leads and effects together
// (TestJointCovarianceIsTheBootstraps); one whose leads are residuals of a fit to the same periods, or are chosen to be
// small, has its refusal here.
func comparable(r *did.EventStudyResult) error {
	noted := func(words string) bool {
		return slices.ContainsFunc(r.Fit.Notes, func(n string) bool { return strings.Contains(n, words) })
	}
	switch method := did.Method(r.Method); {
	case method == did.TwoStage:
		return fmt.Errorf("effects before adoption by method=did2s are what its first stage, fitted to these periods, leaves of them: they hide violations of parallel trends; method=imputation has the same effects from adoption on and leads beside them")
	case method == did.SyntheticDID || method == did.SyntheticControl:
		return fmt.Errorf("the weights of method=%s are chosen to fit the periods before adoption, so that effects there say nothing about violations of parallel trends; method=cs with base=universal has some that do", r.Method)
	case method == did.InteractiveEffects || method == did.MatrixCompletion:
		return fmt.Errorf("the model of method=%s is fitted to the periods before adoption, so that effects there hide violations of parallel trends, and those that placebo= hides from it have no period that all are measured from; method=imputation has leads", r.Method)
	case method == did.Switching && noted("effects by event time are normalised"):
		return fmt.Errorf("normalised effects of method=dcdh are divided by different numbers of periods, so that violations of one period can't be held against those of another; leave normalized= out")
	case method == did.Switching && noted("linear trends of units"):
		return fmt.Errorf("effects of method=dcdh with linear trends of units are sums of changes of changes, which don't measure violations from one period; leave the trends out and let type=sd bound how trends bend")
	case method == did.Imputation && r.Aligned == nil:
		return fmt.Errorf("effects by method=imputation are measured from all periods before adoption, and not all of them have a lead here; leave leads= out, and periods that fixed effects can't be told from")
	case r.NoReference && !slices.ContainsFunc(r.Coef, func(c did.EventCoef) bool { return c.EventTime < 0 }):
		return fmt.Errorf("method=%s has no effects before adoption here, so nothing is known of earlier trends; control=never gives it some, method=imputation has leads", r.Method)
	case r.NoReference:
		return fmt.Errorf("method %s estimates every event time of this event study, so that none is the reference from which violations are counted; method=cs, ddd and cdid have one with base=universal", r.Method)
	}
	return nil
}

// aligned takes the estimates that are all measured from the reference.
func aligned(r *did.EventStudyResult) (*EventVector, error) {
	v := &EventVector{Ref: r.Ref, Aligned: true}
	times := append(slices.Clone(r.Aligned.Times), r.Ref)
	slices.Sort(times)
	var err error
	if v.Step, err = stepOf(times); err != nil {
		return nil, err
	}
	for _, t := range r.Aligned.Times {
		if t < r.Ref {
			v.Pre++
		}
	}
	v.Times, v.Beta, v.V = r.Aligned.Times, r.Aligned.Estimate, r.Aligned.V
	return v, v.check()
}

// stepOf is the distance between event times, ascending, one and the same; the error is *NotConsecutive.
func stepOf(times []int) (int, error) {
	if len(times) < 2 {
		return 1, nil
	}
	step := math.MaxInt
	for i, t := range times[1:] {
		step = min(step, t-times[i])
	}
	for i, t := range times[1:] {
		if t-times[i] != step {
			return 0, &NotConsecutive{times[i] + step}
		}
	}
	return step, nil
}

// lastBefore tells whether the reference is the last period before adoption.
func (v *EventVector) lastBefore() bool { return v.Ref == -max(v.Step, 1) }

// indexOfEvent finds the coefficient of an event time, whose variable has underscores behind it if the panel has an
// event_time already.
func indexOfEvent(at map[string]int, k int) (int, bool) {
	for name := "event_time"; len(name) < 40; name += "_" {
		if i, ok := at[fmt.Sprintf("%s::%d", formula.Quote(name), k)]; ok {
			return i, true
		}
	}
	return 0, false
}

func (v *EventVector) check() error {
	switch {
	case v.Pre == 0:
		return fmt.Errorf("the event study has no estimate before its reference, event time %d, so nothing is known of earlier trends; widen its window", v.Ref)
	case len(v.Times) == v.Pre || v.Times[len(v.Times)-1] < 0:
		return fmt.Errorf("the event study has no estimate from adoption on")
	}
	for i, row := range v.V {
		if !(row[i] > 0) {
			return fmt.Errorf("the estimate at event time %d has no standard error", v.Times[i])
		}
	}
	return nil
}

// post is the number of times after the reference.
func (v *EventVector) post() int { return len(v.Times) - v.Pre }

// quadratic is a'Va.
func (v *EventVector) quadratic(a []float64) float64 {
	s := 0.0
	for i, x := range a {
		for j, y := range a {
			s += x * y * v.V[i][j]
		}
	}
	return s
}

func dot(a, b []float64) float64 {
	s := 0.0
	for i, x := range a {
		s += x * b[i]
	}
	return s
}
