package did

import (
	"math"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/evaluate"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// roundingError is the share of the outcome's root mean square below which a standard error is what rounding leaves of zero.
const roundingError = 1e-14

// withoutRounding takes errors away that are mere rounding, of effects that are fitted exactly or rest on one cluster, with
// the tests and intervals made of them; without an overall error it says why there is none.
func (s StaggeredSpec) withoutRounding(p *panel.Panel, r *ATTResult) {
	least := roundingError * s.outcomeScale(p)
	wipe := func(e *Effect) bool {
		if !(e.StdError <= least) {
			return false
		}
		nan := math.NaN()
		*e = Effect{e.Estimate, nan, nan, nan, nan}
		return true
	}
	wipe(&r.Overall)
	for i := range r.GroupTime {
		wipe(&r.GroupTime[i].Effect)
	}
	for _, effects := range [][]KeyedEffect{r.ByCohort, r.ByTime} {
		for i := range effects {
			wipe(&effects[i].Effect)
		}
	}
	for k, e := range r.Averages {
		if wipe(&e) {
			r.Averages[k] = e
		}
	}
	for i := range r.ByEvent {
		if !wipe(&r.ByEvent[i].Effect) {
			continue
		}
		if i < len(r.Covariance) {
			for j := range r.Covariance {
				r.Covariance[i][j], r.Covariance[j][i] = 0, 0
			}
		}
		if r.ByEvent[i].Key < 0 && r.Pretrend != nil {
			r.Pretrend, r.Untested = nil, "no joint test of effects before adoption: one of them has no error"
		}
	}
	if math.IsNaN(r.Overall.StdError) && !slices.ContainsFunc(r.Notes, func(n string) bool { return strings.Contains(n, "has no error") }) {
		r.Notes = append(r.Notes, "the overall effect has no error: what tells it sums to zero in every cluster, as where it is fitted exactly or rests on one cluster")
	}
}

// outcomeScale is the root mean square of the outcome over all rows of the panel that have it; 0 where it can't be told.
func (s StaggeredSpec) outcomeScale(p *panel.Panel) float64 {
	f := s.Parsed
	if f == nil {
		var err error
		if f, err = formula.Parse(s.Formula); err != nil {
			return 0
		}
	}
	y, err := evaluate.Expr(p, f.Outcome, "")
	if err != nil {
		return 0
	}
	sum, n := 0.0, 0
	for _, v := range y.Values {
		if finite(v) {
			sum += v * v
			n++
		}
	}
	return math.Sqrt(sum / float64(max(n, 1)))
}
