package did

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/distribution"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

// Method names an estimator of the effect of staggered adoption.
type Method string

// The estimators that Staggered knows.
const (
	CallawaySantAnna Method = "cs"         // Callaway & Sant'Anna 2021
	SunAbraham       Method = "sunab"      // Sun & Abraham 2021
	Imputation       Method = "imputation" // Borusyak, Jaravel & Spiess 2024
	TwoStage         Method = "did2s"      // Gardner 2022
	ExtendedTwoWay   Method = "etwfe"      // Wooldridge 2021
	LocalProjections Method = "lpdid"      // Dube, Girardi, Jordà & Taylor 2023
	Stacked          Method = "stacked"    // Cengiz, Dube, Lindner & Zipperer 2019; Wing, Freedman & Hollingsworth 2024
	SyntheticDID     Method = "sdid"       // Arkhangelsky, Athey, Hirshberg, Imbens & Wager 2021
	Switching        Method = "dcdh"       // de Chaisemartin & D'Haultfœuille 2024
	TripleDifference Method = "ddd"        // Ortiz-Villavicencio & Sant'Anna 2025
	SyntheticControl Method = "sc"         // Abadie, Diamond & Hainmueller 2010

	ContinuousTreatment Method = "cdid"  // Callaway, Goodman-Bacon & Sant'Anna 2024
	InteractiveEffects  Method = "ifect" // Xu 2017; Liu, Wang & Xu 2024
	MatrixCompletion    Method = "mc"    // Athey, Bayati, Doudchenko, Imbens & Khosravi 2021
)

// ATTResult is the plain-data result of an estimator of staggered adoption: average effects on the treated by cohort and
// period, and what they add up to.
type ATTResult struct {
	Method    Method               `json:"method"`
	Formula   string               `json:"formula"`
	Outcome   string               `json:"outcome"`
	Treat     string               `json:"treat"`
	Level     float64              `json:"level"` // of the intervals
	Overall   Effect               `json:"overall"`
	Aggregate Aggregate            `json:"aggregate"` // what Overall averages
	GroupTime []GroupTime          `json:"group_time"`
	ByEvent   []KeyedEffect        `json:"by_event"` // key: period less the first treated one
	ByCohort  []KeyedEffect        `json:"by_cohort"`
	ByTime    []KeyedEffect        `json:"by_time"`
	Averages  map[Aggregate]Effect `json:"averages"` // every average that the method knows
	Pretrend  *Wald                `json:"pretrend"` // that all effects before adoption are zero; nil where there is nothing to test

	Comparison string           `json:"comparison"` // who the treated are compared with
	Base       string           `json:"base"`       // against which period
	Ref        *int             `json:"ref"`        // event time whose effect is zero by construction; nil if none
	Vcov       regress.VcovInfo `json:"vcov"`
	Bootstrap  *Bands           `json:"bootstrap,omitempty"`
	Resampled  *Resampled       `json:"resampled,omitempty"`
	N          int              `json:"n"`     // rows used
	Units      int              `json:"units"` // units used
	Treated    int              `json:"treated_units"`
	Cohorts    int              `json:"cohorts"`            // treated at some time, of the units used
	Problems   []CellProblem    `json:"problems,omitempty"` // cells without an estimate
	Notes      []string         `json:"notes,omitempty"`
	Data       string           `json:"data,omitempty"`
	Simulated  bool             `json:"simulated,omitempty"`
	Covariance [][]float64      `json:"event_covariance"` // of ByEvent, in order

	Inference *regress.Inference `json:"inference,omitempty"` // where p and interval of Overall are not by its standard error

	Untested string `json:"untested,omitempty"` // why Pretrend is nil, or is not to be trusted

	Synthetic  []SyntheticCohort `json:"synthetic,omitempty"`  // SyntheticDID, SyntheticControl: one a cohort
	Covariates Covariates        `json:"covariates,omitempty"` // how their controls entered

	Dose        *DoseResponse `json:"dose,omitempty"`         // ContinuousTreatment
	FactorModel *FactorModel  `json:"factor_model,omitempty"` // InteractiveEffects, MatrixCompletion

	weights, filter string
	drift           [][]float64 // of imputed effects, by lead; see Aligned
	dft             float64
}

// Aggregate is a way to average the effects of cohorts and periods into one (Callaway & Sant'Anna 2021, section 3).
type Aggregate string

// The averages.
const (
	Simple   Aggregate = "simple"   // over treated cells, by the cohorts' sizes
	Dynamic  Aggregate = "dynamic"  // over event times ≥ 0, each once
	Group    Aggregate = "group"    // over cohorts, by their sizes
	Calendar Aggregate = "calendar" // over periods, each once
	Static   Aggregate = "static"   // one coefficient for all periods from adoption on, against all before: Stacked

	Total        Aggregate = "total"         // of all periods from the switch on, per unit of treatment: Switching
	Pooled       Aggregate = "pooled"        // of the mean outcome over a window from adoption on: LocalProjections
	PooledBefore Aggregate = "pooled_before" // of that over the window before, a placebo
)

// Effect is an average effect on the treated.
type Effect struct {
	Estimate float64 `json:"estimate"`
	StdError float64 `json:"std_error"` // NaN where it is zero by construction
	ConfLow  float64 `json:"conf_low"`
	ConfHigh float64 `json:"conf_high"`
	PValue   float64 `json:"p_value"`
}

// KeyedEffect is the effect at an event time, of a cohort or in a period.
type KeyedEffect struct {
	Key float64 `json:"key"`
	Effect
	Units int `json:"units"` // treated units behind it
}

// GroupTime is ATT(g, t), the effect on cohort g in period t; before adoption a placebo.
type GroupTime struct {
	Cohort float64 `json:"cohort"`
	Time   float64 `json:"time"`
	Effect
	Units int `json:"units"`
}

// CellProblem is a cohort and period without an estimate, and why.
type CellProblem struct {
	Cohort float64 `json:"cohort"`
	Time   float64 `json:"time"`
	Reason string  `json:"reason"`
}

// Bands tells of a multiplier bootstrap.
type Bands struct {
	Draws    int     `json:"draws"`
	Seed     uint64  `json:"seed"`
	Critical float64 `json:"critical"` // of the uniform band over event times
}

// estimates are linear statistics with their covariance: what every estimator hands over.
type estimates struct {
	value []float64
	cov   *mat.SymDense
	df    float64 // of t; +Inf: normal
	level float64
}

// effect is statistic i with a pointwise interval.
func (e estimates) effect(i int) Effect {
	return newEffect(e.value[i], math.Sqrt(e.cov.At(i, i)), distribution.CriticalT(e.level, e.df), e.df)
}

func newEffect(b, se, critical, df float64) Effect {
	if !(se > 0) || math.IsInf(se, 0) {
		nan := math.NaN()
		return Effect{b, nan, nan, nan, nan}
	}
	return Effect{b, se, b - critical*se, b + critical*se, distribution.TwoSidedT(b/se, df)}
}

// wald tests that the statistics at are all zero: F = b'V⁻¹b / q, chi-squared over q where df is infinite; nil where their
// covariance is singular.
func (e estimates) wald(at []int) *Wald {
	q := len(at)
	if q == 0 {
		return nil
	}
	v, b := mat.NewSymDense(q, nil), mat.NewVecDense(q, nil)
	for i, p := range at {
		s := math.Sqrt(e.cov.At(p, p))
		if !(s > 0) {
			return nil
		}
		b.SetVec(i, e.value[p]/s)
		for j := i; j < q; j++ {
			v.SetSym(i, j, e.cov.At(p, at[j])/(s*math.Sqrt(e.cov.At(at[j], at[j]))))
		}
	}
	var chol mat.Cholesky
	var x mat.VecDense
	if !chol.Factorize(v) || chol.Cond() > 1e13 || chol.SolveVecTo(&x, b) != nil {
		return nil
	}
	w := &Wald{Statistic: mat.Dot(b, &x) / float64(q), DF1: float64(q), DF2: e.df}
	if math.IsInf(e.df, 1) {
		w.PValue = distribution.UpperChi2(w.Statistic*float64(q), float64(q))
	} else {
		w.PValue = distribution.UpperF(w.Statistic, w.DF1, w.DF2)
	}
	return w
}

// Rest puts an inference in place of what the standard error says of the overall effect: p value and interval.
func (r *ATTResult) Rest(i *regress.Inference) {
	e := &r.Overall
	e.PValue, e.ConfLow, e.ConfHigh = i.PValue, i.ConfLow, i.ConfHigh
	r.Averages[r.Aggregate] = *e
	r.Inference = i
	r.Notes = append(r.Notes, i.Notes...)
}

// Fit shows the overall effect as a regression with one coefficient, the treatment's, for tables that set methods side
// by side. What a regression alone has (R², residuals) is NaN.
func (r *ATTResult) Fit() *regress.Fit {
	f := r.fit([]string{formula.Quote(r.Treat)}, []Effect{r.Overall}, [][]float64{{r.Overall.StdError * r.Overall.StdError}})
	f.Inference = r.Inference
	return f
}

func (r *ATTResult) fit(terms []string, effects []Effect, v [][]float64) *regress.Fit {
	nan := math.NaN()
	f := &regress.Fit{Method: string(r.Method), Formula: r.Formula, Outcome: r.Outcome, Treatment: formula.Quote(r.Treat), Vcov: r.Vcov, N: r.N,
		Collinear: []string{}, R2: nan, R2Adj: nan, R2Within: nan, R2WithinAd: nan, RMSE: nan, SSR: nan, DFResid: nan, DFT: r.dft,
		Weights: r.weights, If: r.filter, Data: r.Data, Simulated: r.Simulated, Level: r.Level, V: v, Notes: slices.Clone(r.Notes)}
	if model, err := formula.Parse(r.Formula); err == nil {
		for _, t := range model.Terms {
			f.Controls = append(f.Controls, t.String())
		}
	}
	for i, e := range effects {
		f.Coef = append(f.Coef, regress.Coef{Term: terms[i], Estimate: e.Estimate, StdError: e.StdError, Statistic: e.Estimate / e.StdError,
			PValue: e.PValue, ConfLow: e.ConfLow, ConfHigh: e.ConfHigh})
	}
	return f
}

// EventStudy is the result by event time in the form of EventStudy's, within a window (both 0: all). Effects beyond it
// are left out. Its Fit holds the coefficients event_time::k with their covariance, as the regression's does.
func (r *ATTResult) EventStudy(window [2]int) (*EventStudyResult, error) {
	es := &EventStudyResult{Method: string(r.Method), Formula: r.Formula, Outcome: r.Outcome, Treat: r.Treat, Level: r.Level, N: r.N, Window: window,
		Ref: -1, NoReference: r.Ref == nil, Comparison: r.Comparison, Base: r.Base}
	if r.Ref != nil {
		es.Ref = *r.Ref
	}
	all := window == [2]int{}
	if !all && window[0] >= window[1] {
		return nil, &WindowError{fmt.Sprintf("the window %d:%d is empty; it runs from before adoption to after, as in -6:8", window[0], window[1])}
	}
	var terms []string
	var effects []Effect
	var kept []int
	e := estimates{df: r.dft, level: r.Level}
	var before []int
	for i, k := range r.ByEvent {
		if k.Key != math.Trunc(k.Key) {
			return nil, &WindowError{fmt.Sprintf("event time is %g for some units; periods must be whole numbers apart", k.Key)}
		}
		t := int(k.Key)
		if !all && (t < window[0] || t > window[1]) {
			continue
		}
		if len(es.Coef) == 0 && all {
			es.Window[0] = t
		}
		if all {
			es.Window[1] = t
		}
		es.Coef = append(es.Coef, EventCoef{EventTime: t, Estimate: k.Estimate, StdError: k.StdError, PValue: k.PValue, ConfLow: k.ConfLow, ConfHigh: k.ConfHigh, Units: k.Units})
		if es.IsReference(t) || !(k.StdError > 0) {
			continue
		}
		if t < 0 {
			before = append(before, len(kept))
		}
		terms, effects, kept = append(terms, fmt.Sprintf("event_time::%d", t)), append(effects, k.Effect), append(kept, i)
	}
	if len(kept) == 0 {
		first, last := r.ByEvent[0].Key, r.ByEvent[len(r.ByEvent)-1].Key
		return nil, &WindowError{fmt.Sprintf("no effect lies in the window %d:%d; event times run from %g to %g", window[0], window[1], first, last)}
	}
	v := make([][]float64, len(kept))
	e.cov = mat.NewSymDense(len(kept), nil)
	for a, i := range kept {
		v[a] = make([]float64, len(kept))
		e.value = append(e.value, r.ByEvent[i].Estimate)
		for b, j := range kept {
			v[a][b] = r.Covariance[i][j]
			if b >= a {
				e.cov.SetSym(a, b, v[a][b])
			}
		}
	}
	es.Fit = r.fit(terms, effects, v)
	es.Aligned = r.aligned(func(key float64) bool { return all || key >= float64(window[0]) && key <= float64(window[1]) })
	es.FactorModel = r.FactorModel
	if r.Synthetic != nil || r.FactorModel != nil && r.FactorModel.Placebo == nil { // effects before adoption are fitted
		es.Fit.Notes = append(es.Fit.Notes, r.Untested)
		return es, nil
	}
	if m := r.FactorModel; m != nil { // but for those that the model has not seen
		before = slices.DeleteFunc(before, func(at int) bool { return !slices.Contains(m.hidden, r.ByEvent[kept[at]].Key) })
	}
	es.Pretrend = e.wald(before)
	switch {
	case len(before) == 0:
		es.Fit.Notes = append(es.Fit.Notes, "no period before adoption is estimated: the joint test has nothing to test")
	case es.Pretrend == nil:
		es.Fit.Notes = append(es.Fit.Notes, fmt.Sprintf("no joint test of the periods before adoption: the covariance of %d effects is singular", len(before)))
	}
	return es, nil
}
