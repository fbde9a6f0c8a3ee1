package diagnose

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// PretrendsOptions say which trend. The zero value asks for the slopes that a test at 95 % finds half and four fifths of
// the time, and takes the first as the hypothesised trend.
type PretrendsOptions struct {
	Level  float64   // of the test of each period before the reference; 0: 0.95
	Powers []float64 // nil: 0.5 and 0.8
	Slope  *float64  // of the hypothesised trend, per period; nil: the slope of the first power
}

// Pretrends is what the usual look at the periods before adoption could have found, and what follows for the others if
// it found nothing (Roth 2022).
type Pretrends struct {
	Outcome string       `json:"outcome"`
	Level   float64      `json:"level"`
	Ref     int          `json:"ref"`
	Slopes  []PowerSlope `json:"slopes"`

	Slope           float64    `json:"slope"`            // of the hypothesised trend
	Power           float64    `json:"power"`            // that some period before is significant under it
	BayesFactor     float64    `json:"bayes_factor"`     // of passing the test, under the trend over under none
	LikelihoodRatio float64    `json:"likelihood_ratio"` // of the estimates before, likewise
	Rows            []TrendRow `json:"rows"`             // the reference included

	Simulated bool     `json:"simulated,omitempty"`
	Data      string   `json:"data,omitempty"`
	Notes     []string `json:"notes,omitempty"`
}

// PowerSlope is the slope of a linear trend that the test finds with this power.
type PowerSlope struct {
	Power float64 `json:"power"`
	Slope float64 `json:"slope"`
}

// TrendRow is one event time.
type TrendRow struct {
	EventTime   int     `json:"event_time"`
	Estimate    float64 `json:"estimate"`
	StdError    float64 `json:"std_error"`      // NaN at the reference
	Trend       float64 `json:"trend"`          // what the hypothesised trend adds to every estimate
	Conditional float64 `json:"mean_if_passed"` // what it adds on average to those that pass the test
}

// PowerOfPretrends computes the power of the test that no estimate before the reference differs from zero at the level,
// each on its own, against a linear violation δ_t = slope·(t - ref): 1 - P(|β̂_t| ≤ z se_t for all t < ref), β̂ normal
// around δ with the study's covariance. Conditional means are δ_pre's mean inside that box and, after the reference,
// δ_post + Σ_post,pre Σ_pre⁻¹ (E[β̂_pre | passed] - δ_pre) (Roth 2022, proposition 1). Box probabilities are by
// quasi-Monte Carlo, to about 1e-5.
func PowerOfPretrends(v *EventVector, o PretrendsOptions) (*Pretrends, error) {
	if o.Level == 0 {
		o.Level = 0.95
	}
	if o.Powers == nil {
		o.Powers = []float64{0.5, 0.8}
	}
	z := upperQuantile((1 - o.Level) / 2)
	pre := make([][]float64, v.Pre)
	half := make([]float64, v.Pre)
	for i := range pre {
		pre[i] = v.V[i][:v.Pre]
		half[i] = z * math.Sqrt(v.V[i][i])
	}
	b, err := newBox(pre, half)
	if err != nil {
		return nil, err
	}
	r := &Pretrends{Level: o.Level, Ref: v.Ref, Notes: v.notes()}
	p := &pretest{v: v, box: b}
	for _, power := range o.Powers {
		slope, err := p.slope(power, half)
		if err != nil {
			return nil, err
		}
		r.Slopes = append(r.Slopes, PowerSlope{power, slope})
	}
	switch {
	case o.Slope != nil:
		r.Slope = *o.Slope
	case len(r.Slopes) > 0:
		r.Slope = r.Slopes[0].Slope
	}
	if math.IsNaN(r.Slope) || math.IsInf(r.Slope, 0) {
		return nil, fmt.Errorf("a slope of %g is none", r.Slope)
	}
	return r, p.fill(r)
}

// pretest is the test of the periods before the reference.
type pretest struct {
	v   *EventVector
	box *box
}

// trend is the violation at the times of v.
func (p *pretest) trend(slope float64) []float64 {
	d := make([]float64, len(p.v.Times))
	for i, t := range p.v.Times {
		d[i] = slope * float64(t-p.v.Ref)
	}
	return d
}

func (p *pretest) power(slope float64) float64 {
	passed, _ := p.box.integrate(p.trend(slope)[:p.v.Pre])
	return 1 - passed
}

// slope is the positive slope that the test finds with the power: the power grows with it, so a bracket is doubled and
// then narrowed by regula falsi with Illinois's halving.
func (p *pretest) slope(power float64, half []float64) (float64, error) {
	f := func(x float64) float64 { return p.power(x) - power }
	a, fa := 0.0, f(0)
	if !(power < 1) || fa >= 0 {
		return 0, fmt.Errorf("no trend is found with probability %g: without a trend some period is significant with probability %.3g, and the power lies between that and 1", power, fa+power)
	}
	b := half[0] / float64(-p.v.Times[0]+p.v.Ref)
	fb := f(b)
	for range 60 {
		if fb > 0 {
			break
		}
		a, fa = b, fb
		b *= 2
		fb = f(b)
	}
	side := 0 // of the last point: twice the same, and the other end counts half
	for range 200 {
		if b-a <= 1e-9*b || fb == 0 {
			break
		}
		c := (a*fb - b*fa) / (fb - fa)
		if !(c > a && c < b) {
			c = (a + b) / 2
		}
		fc := f(c)
		if math.Abs(fc) < 1e-10 {
			return c, nil
		}
		if fc > 0 {
			if b, fb = c, fc; side > 0 {
				fa /= 2
			}
			side = 1
		} else {
			if a, fa = c, fc; side < 0 {
				fb /= 2
			}
			side = -1
		}
	}
	return b, nil
}

// fill computes what follows from the hypothesised trend.
func (p *pretest) fill(r *Pretrends) error {
	v, K := p.v, p.v.Pre
	d := p.trend(r.Slope)
	passed, inside := p.box.integrate(d[:K])
	none, _ := p.box.integrate(make([]float64, K))
	r.Power, r.BayesFactor = 1-passed, passed/none
	s := mat.NewSymDense(K, nil)
	for i := range K {
		for j := i; j < K; j++ {
			s.SetSym(i, j, v.V[i][j])
		}
	}
	var c mat.Cholesky
	if !c.Factorize(s) {
		return fmt.Errorf("the covariance of the estimates before adoption is singular")
	}
	solve := func(x []float64) []float64 {
		var out mat.VecDense
		_ = c.SolveVecTo(&out, mat.NewVecDense(K, append([]float64(nil), x...))) // its condition was checked with the box
		return out.RawVector().Data
	}
	shift := make([]float64, K) // by how much passing moves the estimates before
	apart := make([]float64, K)
	for i := range K {
		shift[i] = inside[i] - d[i]
		apart[i] = v.Beta[i] - d[i]
	}
	r.LikelihoodRatio = math.Exp((dot(v.Beta[:K], solve(v.Beta[:K])) - dot(apart, solve(apart))) / 2)
	moved := solve(shift)
	for i, t := range v.Times {
		if i == K {
			r.Rows = append(r.Rows, TrendRow{EventTime: v.Ref, StdError: math.NaN()})
		}
		row := TrendRow{EventTime: t, Estimate: v.Beta[i], StdError: math.Sqrt(v.V[i][i]), Trend: d[i]}
		if i < K {
			row.Conditional = inside[i]
		} else {
			row.Conditional = d[i] + dot(v.V[i][:K], moved)
		}
		r.Rows = append(r.Rows, row)
	}
	return nil
}
