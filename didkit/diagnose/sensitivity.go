package diagnose

import (
	"fmt"
	"math"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/distribution"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// SensitivityOptions say against what a coefficient is held. The zero value asks how strong a confounder brings the
// estimate to zero, or into an interval at 95 % with zero, and names no benchmark.
type SensitivityOptions struct {
	Benchmarks []Benchmark
	KD         []float64 // how many times as strong as a benchmark the confounder is with the treatment; nil: 1
	KY         []float64 // and with the outcome, one for each of KD, or one for all; nil: as KD
	Q          float64   // the share of the estimate that is to be explained away; 0: 1
	Alpha      float64   // 0: 0.05
}

// Benchmark is a group of observed covariates that an unobserved confounder is compared with: columns of the model by
// their names, all levels of a factor by the factor's, or absorbed effects.
type Benchmark struct{ Terms []string }

func (b Benchmark) String() string { return strings.Join(b.Terms, " + ") }

// Sensitivity is how strong an unobserved confounder would have to be to change what a regression says of its treatment
// (Cinelli & Hazlett 2020). Errors are the classical ones.
type Sensitivity struct {
	Outcome   string  `json:"outcome"`
	Treatment string  `json:"treatment"` // the term
	Formula   string  `json:"formula"`
	Estimate  float64 `json:"estimate"`
	StdError  float64 `json:"std_error"`
	Statistic float64 `json:"statistic"`
	DF        float64 `json:"df_resid"`
	Q         float64 `json:"q"`
	Alpha     float64 `json:"alpha"`
	H0        float64 `json:"h0"` // (1 - q) estimate: what is left of it, which t statistics are held against

	PartialR2 float64 `json:"partial_r2"` // of the treatment with the outcome
	PartialF2 float64 `json:"partial_f2"`
	RV        float64 `json:"rv_q"`       // robustness value
	RVAlpha   float64 `json:"rv_q_alpha"` // for statistical significance

	Bounds    []Bound          `json:"bounds"` // benchmarks in their order, each under every strength
	N         int              `json:"n"`
	Vcov      regress.VcovInfo `json:"vcov"` // of the model; it enters nothing here
	Simulated bool             `json:"simulated,omitempty"`
	Data      string           `json:"data,omitempty"`
	Notes     []string         `json:"notes,omitempty"`
}

// Bound is the strongest confounder that is KD and KY times as strong as a benchmark, and what it leaves of the estimate.
type Bound struct {
	Benchmark string  `json:"benchmark"`
	KD        float64 `json:"kd"`
	KY        float64 `json:"ky"`
	R2DXJ     float64 `json:"r2dxj_x"`  // partial R² of the benchmark with the treatment
	R2YXJ     float64 `json:"r2yxj_dx"` // and with the outcome
	R2DZ      float64 `json:"r2dz_x"`   // of the confounder with the treatment
	R2YZ      float64 `json:"r2yz_dx"`  // and with the outcome
	Adjusted
}

// Adjusted is the estimate as it would be with the confounder in the regression.
type Adjusted struct {
	Estimate  float64 `json:"estimate"`
	StdError  float64 `json:"std_error"`
	Statistic float64 `json:"statistic"` // (Estimate - H0) / StdError
	ConfLow   float64 `json:"conf_low"`
	ConfHigh  float64 `json:"conf_high"`
}

// UnknownBenchmark is the error for a benchmark that the model does not have.
type UnknownBenchmark struct {
	Term      string
	Terms     []string // that it has
	Collinear bool     // the model left it out
}

func (e *UnknownBenchmark) Error() string {
	switch {
	case e.Collinear:
		return fmt.Sprintf("%s was left out of the model as collinear, so nothing can be as strong as it", e.Term)
	case len(e.Terms) == 0:
		return fmt.Sprintf("%s is not in the model, which has no covariate to compare a confounder with; estimate it with some", e.Term)
	}
	return (&regress.UnknownTerm{Term: e.Term, Terms: e.Terms}).Error()
}

// TooStrong is the error for a confounder that would explain more of the treatment than there is.
type TooStrong struct {
	Benchmark string
	KD, Most  float64
}

func (e *TooStrong) Error() string {
	return fmt.Sprintf("nothing can be %g times as strong as %s, which would explain more than all of the treatment; kd= must lie below %.4g for it", e.KD, e.Benchmark, e.Most)
}

// Sensitive computes the sensitivity of the coefficient of treat, a term of f, to unobserved confounders, with σ² = SSR/df:
// the partial R² R = t²/(t² + df) of the treatment; the robustness values RV = (√(f⁴ + 4f²) - f²)/2 of f = q|t|/√df and of
// f less f* = t_{α/2, df-1}/√(df-1), or (f² - f*²)/(1 + f²) where f > 1/f* (Cinelli & Hazlett 2020, section 4.2 and its
// later correction in sensemakr); and the bounds of their section 4.4.
//
// The model is estimated anew, with effects absorbed; degrees of freedom count them. spec is the model's own covariance,
// of which only the name is kept: what the paper shows of errors, t and intervals with the confounder in the regression is
// shown of classical errors.
func Sensitive(p *panel.Panel, f *formula.Formula, treat string, spec vcov.Spec, d design.Options, o SensitivityOptions) (*Sensitivity, error) {
	if err := o.fill(); err != nil {
		return nil, err
	}
	m, err := regress.Run(p, f, regress.Spec{Design: d})
	if err != nil {
		return nil, err
	}
	fit, err := m.Fit(vcov.Spec{Type: vcov.IID}, 1-o.Alpha)
	if err != nil {
		return nil, err
	}
	c, ok := fit.Coefficient(treat)
	if !ok {
		return nil, &regress.UnknownTerm{Term: treat, Terms: fit.Terms()}
	}
	if fit.DFResid < 2 {
		return nil, fmt.Errorf("%g degrees of freedom leave none for a confounder; the model needs 2 at least", fit.DFResid)
	}
	if !(c.StdError > 0) || m.SSR <= 1e-20*m.SSWithin {
		return nil, fmt.Errorf("the regression explains %s entirely and leaves nothing that a confounder could explain", fit.Outcome)
	}
	s := &Sensitivity{Outcome: fit.Outcome, Treatment: treat, Formula: fit.Formula, Estimate: c.Estimate, StdError: c.StdError, Statistic: c.Statistic,
		DF: fit.DFResid, Q: o.Q, Alpha: o.Alpha, H0: (1 - o.Q) * c.Estimate, N: fit.N, Vcov: regress.VcovInfo{Type: string(spec.Type), By: spec.By}, Bounds: []Bound{}}
	s.PartialF2 = s.Statistic * s.Statistic / s.DF
	s.PartialR2 = s.PartialF2 / (1 + s.PartialF2)
	s.RV, s.RVAlpha = RobustnessValue(s.Statistic, s.DF, o.Q, 1), RobustnessValue(s.Statistic, s.DF, o.Q, o.Alpha)
	if err := s.bound(m, o); err != nil {
		return nil, err
	}
	if spec.Type != vcov.IID && spec.Type != "" {
		s.Notes = append(s.Notes, "errors, t and intervals here, and the robustness value at a level, are classical: the theory is of these, and the model's own errors enter nothing; partial R² and the robustness value of the estimate rest on no errors")
	}
	s.Notes = append(s.Notes, regress.DroppedNotes(fit.Dropped)...)
	return s, nil
}

func (o *SensitivityOptions) fill() error {
	if o.Q == 0 {
		o.Q = 1
	}
	if o.Alpha == 0 {
		o.Alpha = 0.05
	}
	if o.KD == nil {
		o.KD = []float64{1}
		if len(o.KY) > 1 {
			o.KD = make([]float64, len(o.KY))
			for i := range o.KD {
				o.KD[i] = 1
			}
		}
	}
	switch {
	case o.KY == nil:
		o.KY = o.KD
	case len(o.KY) == 1:
		one := o.KY[0]
		o.KY = make([]float64, len(o.KD))
		for i := range o.KY {
			o.KY[i] = one
		}
	case len(o.KY) != len(o.KD):
		return fmt.Errorf("ky= has %d strengths and kd= %d; give as many, or one for all", len(o.KY), len(o.KD))
	}
	for _, k := range append(append([]float64(nil), o.KD...), o.KY...) {
		if !(k >= 0) || math.IsInf(k, 1) {
			return fmt.Errorf("a strength of %g is none; a confounder is 0 times or more as strong as a benchmark", k)
		}
	}
	if !(o.Q > 0) || math.IsInf(o.Q, 1) {
		return fmt.Errorf("q is the share of the estimate to be explained away, above 0, not %g", o.Q)
	}
	if !(o.Alpha > 0 && o.Alpha < 1) {
		return fmt.Errorf("alpha is a probability between 0 and 1, not %g", o.Alpha)
	}
	return nil
}

// RobustnessValue is the partial R² with treatment and outcome alike that a confounder needs to take the share q off an
// estimate whose classical t statistic has df degrees of freedom, or, at a level alpha below 1, to bring what is left of it
// within the interval around (1 - q) times the estimate; 0 where it lies there already. See Sensitive.
func RobustnessValue(t, df, q, alpha float64) float64 {
	f := q * math.Abs(t) / math.Sqrt(df)
	critical := 0.0
	if alpha < 1 {
		critical = distribution.CriticalT(1-alpha, df-1) / math.Sqrt(df-1)
	}
	g := f - critical
	switch {
	case g <= 0:
		return 0
	case f*critical > 1:
		return (f*f - critical*critical) / (1 + f*f)
	}
	return 2 * g / (math.Sqrt(g*g+4) + g) // = (√(g⁴ + 4g²) - g²)/2
}

// Adjust is the estimate with a confounder of these partial R² in the regression, the bias taken towards zero: the bias is
// se √df √(R²_Y R²_D / (1 - R²_D)), the error se √((1 - R²_Y)/(1 - R²_D)) √(df/(df - 1)) (Cinelli & Hazlett 2020, section
// 4.1). The interval is at 1 - Alpha with df degrees of freedom, as sensemakr has it. Where R²_Y is 1 the
// error is 0, and there is no t.
func (s *Sensitivity) Adjust(r2dz, r2yz float64) Adjusted {
	bias := s.StdError * math.Sqrt(s.DF*r2yz*r2dz/(1-r2dz))
	a := Adjusted{Estimate: math.Copysign(1, s.Estimate) * (math.Abs(s.Estimate) - bias)}
	a.StdError = s.StdError * math.Sqrt((1-r2yz)/(1-r2dz)*s.DF/(s.DF-1))
	if a.Statistic = (a.Estimate - s.H0) / a.StdError; a.StdError == 0 { // all of the outcome is explained
		a.Statistic = math.NaN()
	}
	half := distribution.CriticalT(1-s.Alpha, s.DF) * a.StdError
	a.ConfLow, a.ConfHigh = a.Estimate-half, a.Estimate+half
	return a
}

// Threshold is the t statistic that an adjusted one is held against: that of the level with df-1 degrees of freedom, of
// the estimate's sign.
func (s *Sensitivity) Threshold() float64 {
	return math.Copysign(distribution.CriticalT(1-s.Alpha, s.DF-1), s.Estimate)
}
