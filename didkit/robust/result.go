// Package robust estimates one model again under other samples, controls, errors and codings.
package robust

import "github.com/seed2d25c7c2/didnb/didkit/regress"

// Result is the plain-data result of a set of checks.
type Result struct {
	Outcome   string   `json:"outcome"`
	Treatment string   `json:"treatment"`
	Columns   []Column `json:"columns"`
	Curve     *Curve   `json:"curve,omitempty"`
	Simulated bool     `json:"simulated,omitempty"`
	Data      string   `json:"data,omitempty"`
	Notes     []string `json:"notes,omitempty"`
}

// Column is one check and its estimate.
type Column struct {
	Label  string       `json:"label"`
	Result *regress.Fit `json:"result"`
}

// Curve is a specification curve: the treatment's estimate in every combination of sample, controls and errors, in
// ascending order (Simonsohn, Simmons & Nelson 2020).
type Curve struct {
	Points   []Point  `json:"points"`
	Samples  []string `json:"samples"`
	Controls []string `json:"controls"`
	Errors   []string `json:"errors"`
	Median   float64  `json:"median"`
	Positive float64  `json:"positive"`    // share of estimates above zero
	Signif   float64  `json:"significant"` // share significant at 5 % with the median's sign
}

// Point is one specification.
type Point struct {
	Sample   string  `json:"sample"`
	Controls string  `json:"controls"`
	Errors   string  `json:"errors"`
	Estimate float64 `json:"estimate"`
	StdError float64 `json:"std_error"`
	PValue   float64 `json:"p_value"`
	ConfLow  float64 `json:"conf_low"`
	ConfHigh float64 `json:"conf_high"`
	N        int     `json:"n"`
	Main     bool    `json:"main"` // the model as given
}
