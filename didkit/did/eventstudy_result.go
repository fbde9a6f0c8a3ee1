// Package did holds the difference-in-differences estimators, one file each, and the results they share.
package did

import "github.com/seed2d25c7c2/didnb/didkit/regress"

// EventStudyResult is the plain-data result of a dynamic specification.
type EventStudyResult struct {
	Method   string       `json:"method"`
	Formula  string       `json:"formula"`
	Outcome  string       `json:"outcome"`
	Treat    string       `json:"treat"`
	Ref      int          `json:"ref"`    // the reference period, whose row has estimate 0 and no error
	Level    float64      `json:"level"`  // of the intervals
	Window   [2]int       `json:"window"` // first and last event time
	Binned   bool         `json:"binned"` // the ends gather everything beyond them; otherwise such rows were left out
	Coef     []EventCoef  `json:"coef"`   // ascending event time, the reference included
	Pretrend *Wald        `json:"pretrend"`
	N        int          `json:"n"`
	Fit      *regress.Fit `json:"fit"` // the regression behind

	NoReference bool   `json:"no_reference,omitempty"` // every event time is estimated; Ref says nothing then
	Comparison  string `json:"comparison,omitempty"`   // of estimators of staggered adoption: who the treated are compared with
	Base        string `json:"base,omitempty"`         // and against which period

	Aligned *Aligned `json:"aligned,omitempty"` // where effects and leads have different bases: all from the reference

	FactorModel *FactorModel `json:"factor_model,omitempty"` // of InteractiveEffects, MatrixCompletion
}

// IsReference tells whether the effect at an event time is zero by construction.
func (r *EventStudyResult) IsReference(k int) bool { return !r.NoReference && k == r.Ref }

// Gathers is "≤ " or "≥ " at an end of the window that stands for everything beyond it too, else "".
func (r *EventStudyResult) Gathers(k int) string {
	switch {
	case r.Binned && k == r.Window[0] && k < 0:
		return "≤ "
	case r.Binned && k == r.Window[1] && k > 0:
		return "≥ "
	}
	return ""
}

// EventCoef is the effect at one event time.
type EventCoef struct {
	EventTime int     `json:"event_time"`
	Estimate  float64 `json:"estimate"`
	StdError  float64 `json:"std_error"` // NaN in the reference period
	PValue    float64 `json:"p_value"`
	ConfLow   float64 `json:"conf_low"`
	ConfHigh  float64 `json:"conf_high"`
	Units     int     `json:"units"` // treated units seen at this event time
}

// Wald is a joint test.
type Wald struct {
	Statistic float64 `json:"statistic"` // F
	DF1       float64 `json:"df1"`
	DF2       float64 `json:"df2"`
	PValue    float64 `json:"p_value"`
}
