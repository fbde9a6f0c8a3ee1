package diagnose

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"

	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

// anew is an event study's regression, estimated once more.
type anew struct {
	p      *panel.Panel
	s      did.EventSpec
	model  *regress.Model
	fit    *regress.Fit
	vector *EventVector // its leads
	at     []int        // of the leads among the model's coefficients
}

func newAnew(p *panel.Panel, s did.EventSpec) (*anew, error) {
	es, m, err := did.EventStudyModel(p, s)
	if err != nil {
		return nil, err
	}
	e := &anew{p: p, s: s, model: m, fit: es.Fit}
	e.vector, e.at, err = leadsOf(es, m)
	return e, err
}

// leadsOf are the estimates before the reference and where they stand in the model.
func leadsOf(es *did.EventStudyResult, m *regress.Model) (*EventVector, []int, error) {
	index := map[string]int{}
	for i, j := range m.Kept {
		index[m.Design.Terms[j]] = i
	}
	v := &EventVector{Ref: es.Ref, Binned: es.Binned}
	var at []int
	for _, c := range es.Coef {
		if c.EventTime >= es.Ref {
			continue
		}
		k, ok := indexOfEvent(index, c.EventTime)
		if !ok {
			return nil, nil, &NotConsecutive{c.EventTime}
		}
		at = append(at, k)
		v.Times, v.Beta = append(v.Times, c.EventTime), append(v.Beta, c.Estimate)
	}
	v.Pre = len(at)
	if v.Pre == 0 {
		return nil, nil, fmt.Errorf("the event study has no estimate before its reference, event time %d, so nothing is known of earlier trends; widen its window", es.Ref)
	}
	for _, i := range at {
		row := make([]float64, len(at))
		for b, j := range at {
			row[b] = es.Fit.V[i][j]
		}
		v.V = append(v.V, row)
	}
	return v, at, nil
}

// subsamples is how many shares of the units are taken: 1/5 … 4/5, and all (Dette & Schumann 2024, section 4.3).
const subsamples = 5

// rms tests the root mean square: with MS(λ) the mean of β̂_l² from the first share λ of the units, in random order, and
// V = (¼ Σ_λ (MS(λ) - MS(1))²)^½, (MS(1) - δ²)/V is distributed as W under H₀, whatever the errors' covariance.
func (e *anew) rms(ctx context.Context, r *Equivalence, o EquivalenceOptions) error {
	order := o.Order
	units := e.p.Units()
	used := make([]bool, units.Levels())
	for k := range e.model.Design.N {
		used[units.Codes[e.model.Design.PanelRow(k)]] = true
	}
	if order == nil {
		for u, in := range used {
			if in {
				order = append(order, int32(u))
			}
		}
		rng := rand.New(rand.NewPCG(o.Seed, 0x5eed))
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	}
	n := len(order)
	full := e.vector.meanSquare()
	sum := 0.0
	for k := 1; k < subsamples; k++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		in := make([]bool, units.Levels())
		for _, u := range order[:k*n/subsamples] {
			in[u] = true
		}
		s := e.s
		rows := make([]bool, e.p.Rows())
		for i := range rows {
			rows[i] = in[units.Codes[i]] && (e.s.Design.Rows == nil || e.s.Design.Rows[i])
		}
		s.Design.Rows = rows
		es, m, err := did.EventStudyModel(e.p, s)
		if err == nil {
			var v *EventVector
			if v, _, err = leadsOf(es, m); err == nil && v.Pre == e.vector.Pre {
				d := v.meanSquare() - full
				sum += d * d
			} else if err == nil {
				err = fmt.Errorf("%d of %d leads are estimated", v.Pre, e.vector.Pre)
			}
		}
		if err != nil {
			return fmt.Errorf("the leads can't be estimated from %d of %d units, a subsample that type=rms takes: %w; type=max and type=mean take none", k*n/subsamples, n, err)
		}
		if o.Progress != nil {
			o.Progress(k, subsamples-1)
		}
	}
	r.Spread = math.Sqrt(sum / (subsamples - 1))
	r.Smallest = math.Sqrt(full - QuantileW(o.Alpha)*r.Spread)
	r.Seed = o.Seed
	if o.Order != nil {
		r.Seed = 0
	}
	if r.Threshold != nil {
		square := o.Threshold*o.Threshold + QuantileW(o.Alpha)*r.Spread
		if r.Critical = math.Sqrt(square); square < 0 { // no statistic lies below
			r.Critical = 0
		}
		r.PValue = distributionW((full - o.Threshold*o.Threshold) / r.Spread)
		r.decide()
	}
	for i := range r.Leads { // they were not tested on their own
		r.Leads[i].Smallest, r.Leads[i].Critical, r.Leads[i].PValue = math.NaN(), math.NaN(), math.NaN()
	}
	return nil
}

// meanSquare is that of the leads.
func (v *EventVector) meanSquare() float64 {
	s := 0.0
	for _, b := range v.Beta[:v.Pre] {
		s += b * b
	}
	return s / float64(v.Pre)
}

// eigenvaluesW are those of the covariance of B(λ)/λ - B(1), λ = 1/5 … 4/5, which is 1/max(λ, λ') - 1, over 4.
var eigenvaluesW = sync.OnceValue(func() []float64 {
	v := mat.NewSymDense(subsamples-1, nil)
	for i := range subsamples - 1 {
		for j := i; j < subsamples-1; j++ {
			v.SetSym(i, j, (subsamples/float64(j+1)-1)/(subsamples-1))
		}
	}
	var e mat.EigenSym
	e.Factorize(v, false) // of a constant matrix, positive definite
	return e.Values(nil)
})

// distributionW is P(W ≤ w) of W = B(1)/(¼ Σ_λ (B(λ)/λ - B(1))²)^½, B a Brownian motion (Dette & Schumann 2024, eq. 4.16).
// The root is independent of B(1), and its square a sum of χ² weighted by eigenvaluesW, so that by Craig's form of the
// normal tail P(W > w) = π⁻¹ ∫₀^{π/2} Π_i (1 + w² ω_i/sin²θ)^{-½} dθ for w ≥ 0: no simulation is needed.
func distributionW(w float64) float64 {
	if math.IsNaN(w) {
		return w
	}
	omega := eigenvaluesW()
	const steps = 512
	sum := 0.0
	for k := range steps { // the integrand is smooth and even about both ends: midpoints converge geometrically
		s := math.Sin((float64(k) + 0.5) / steps * math.Pi / 2)
		f := 1.0
		for _, e := range omega {
			f /= 1 + w*w*e/(s*s)
		}
		sum += math.Sqrt(f)
	}
	upper := sum / steps / 2
	if w < 0 {
		return upper
	}
	return 1 - upper
}

var errSingularLeads = errors.New("the covariance of the estimates before adoption is singular")

// QuantileW is the w with P(W ≤ w) = p of the distribution that EquivalenceRMS rests on.
func QuantileW(p float64) float64 {
	if p > 0.5 { // W is symmetric
		return -QuantileW(1 - p)
	}
	lo := -1.0
	for distributionW(lo) > p {
		lo *= 2
	}
	return bisect(lo, 0, func(w float64) bool { return distributionW(w) < p })
}
