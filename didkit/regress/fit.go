// Package regress estimates least squares on a Design, with any number of fixed effects absorbed.
package regress

import "github.com/seed2d25c7c2/didnb/didkit/design"

// Fit is the plain-data result of a regression: no pointer leads back to the panel.
type Fit struct {
	Method    string `json:"method"`  // "ols", "twfe"
	Formula   string `json:"formula"` // as estimated
	Outcome   string `json:"outcome"`
	Treatment string `json:"treatment,omitempty"` // the treatment's term, where the method knows one

	Vcov VcovInfo `json:"vcov"`
	Coef []Coef   `json:"coef"`

	// Controls are terms that were controlled for without a coefficient of their own here, as where a method of staggered
	// adoption stands as a regression in a table.
	Controls []string `json:"controls,omitempty"`

	// Constant is y's mean less the regressors' means times their coefficients, as areg and reghdfe print it, when
	// fixed effects are absorbed; nil without fixed effects, where "(Intercept)" is a coefficient.
	Constant *Coef `json:"constant,omitempty"`

	N          int      `json:"n"`
	Dropped    Dropped  `json:"dropped"`
	Collinear  []string `json:"collinear"`
	R2         float64  `json:"r2"`
	R2Adj      float64  `json:"r2_adj"`
	R2Within   float64  `json:"r2_within"` // NaN without fixed effects
	R2WithinAd float64  `json:"r2_within_adj"`
	RMSE       float64  `json:"rmse"`
	SSR        float64  `json:"ssr"`
	DFResid    float64  `json:"df_resid"` // n - K, K counting every fixed effect once
	DFT        float64  `json:"df_t"`     // degrees of freedom of the t distribution behind p and interval

	FixedEffects Levels `json:"fixed_effects"`
	Weights      string `json:"weights,omitempty"` // variable, "" if none
	If           string `json:"if,omitempty"`
	Singletons   bool   `json:"singletons_kept,omitempty"`
	Data         string `json:"data,omitempty"` // panel's name
	Simulated    bool   `json:"simulated,omitempty"`

	Level float64     `json:"level"`      // of the intervals, 0.95
	V     [][]float64 `json:"covariance"` // of Coef, in order
	Notes []string    `json:"notes,omitempty"`

	Inference *Inference `json:"inference,omitempty"` // where p and interval of a term are not by its standard error
}

// Coef is one coefficient row; its keys are those of R's broom::tidy.
type Coef struct {
	Term      string  `json:"term"`
	Estimate  float64 `json:"estimate"`
	StdError  float64 `json:"std_error"`
	Statistic float64 `json:"statistic"`
	PValue    float64 `json:"p_value"`
	ConfLow   float64 `json:"conf_low"`
	ConfHigh  float64 `json:"conf_high"`
	DF        float64 `json:"df,omitempty"` // of its own t distribution, where coefficients differ in it; else Fit.DFT
}

// Dropped counts rows left out, by reason.
type Dropped = design.Dropped

// Level is the size of one fixed effect.
type Level struct {
	Name   string
	Levels int
}

// Levels lists fixed effects in formula order; as JSON an object {name: levels}.
type Levels []Level
