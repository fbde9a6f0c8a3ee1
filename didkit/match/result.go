// Package match pairs treated with untreated rows: by propensity score, Mahalanobis distance, kernel or radius, and
// measures the balance that results.
package match

import "github.com/seed2d25c7c2/didnb/didkit/regress"

// Method is how controls are found.
type Method string

const (
	Nearest Method = "nearest" // the ratio nearest controls of each treated row
	Kernel  Method = "kernel"  // all controls, weighted by a kernel of the distance
	Radius  Method = "radius"  // all controls within the caliper, equally
)

// Distance is what nearness means.
type Distance string

const (
	Score       Distance = "score"       // difference of propensity scores
	Linear      Distance = "linear"      // difference of linear predictors (logit of the score)
	Mahalanobis Distance = "mahalanobis" // in the covariates, with the pooled within-group covariance
)

// Scheme is which rows may be matched with which. The literature quarrels over it (Xie, Fan & Wang 2021).
type Scheme string

const (
	CrossSection Scheme = "cross-section" // one row a unit: no choice
	Pooled       Scheme = "pooled"        // all rows of the panel as if they were units: a unit may be matched with itself or another in another year
	ByYear       Scheme = "by year"       // a score and matches within each period: the controls of a unit change over time
	PreMeans     Scheme = "pre-treatment means"
)

// Order is in which order treated rows choose when a control can be chosen once.
type Order string

const (
	Largest  Order = "largest"  // highest score first: the hardest to match (MatchIt's default)
	Smallest Order = "smallest" // lowest score first
)

// Pair is one match; rows count from 0 in the panel.
type Pair struct {
	Treated  int     `json:"treated"`
	Control  int     `json:"control"`
	Distance float64 `json:"distance"`
}

// Balance compares one covariate between treated and controls.
type Balance struct {
	Variable          string  `json:"variable"`
	MeanTreated       float64 `json:"mean_treated"` // of the matched treated
	MeanControl       float64 `json:"mean_control"` // of the matched controls, weighted
	MeanTreatedBefore float64 `json:"mean_treated_before"`
	MeanControlBefore float64 `json:"mean_control_before"`
	SMDBefore         float64 `json:"smd_before"` // difference of means over the standard deviation of all treated
	SMDAfter          float64 `json:"smd_after"`  // over the same standard deviation
	VarRatioBefore    float64 `json:"var_ratio_before"`
	VarRatioAfter     float64 `json:"var_ratio_after"`
	TBefore           float64 `json:"t_before"`
	TAfter            float64 `json:"t_after"`
	PBefore           float64 `json:"p_before"`
	PAfter            float64 `json:"p_after"`
}

// Result is the plain-data result of matching.
type Result struct {
	Treatment string            `json:"treatment"`
	Formula   string            `json:"formula"`
	Method    Method            `json:"method"`
	Distance  Distance          `json:"distance"`
	Scheme    Scheme            `json:"scheme"`
	Ratio     int               `json:"ratio"`
	Replace   bool              `json:"replace"`
	Caliper   float64           `json:"caliper"` // in units of the distance; +Inf if none
	Logit     *regress.LogitFit `json:"logit"`   // nil for Mahalanobis; of the first period under ByYear

	Pairs       []Pair    `json:"pairs"` // in the order of treated rows; empty for kernel and radius
	MatchedRows []int     `json:"matched_rows"`
	Weights     []float64 `json:"-"` // one a row of the panel: 1 for matched treated, the summed shares for controls, 0 for the rest
	Score       []float64 `json:"-"` // one a row of the panel, NaN where not in the sample
	InTreated   []bool    `json:"-"` // one a row of the panel: of the group that was matched to the other

	Treated         int        `json:"treated"`
	TreatedMatched  int        `json:"treated_matched"`
	TreatedOff      int        `json:"treated_off_support"`
	Controls        int        `json:"controls"`
	ControlsMatched int        `json:"controls_matched"`
	Support         [2]float64 `json:"support"` // common range of scores
	Balance         []Balance  `json:"balance"`
	Simulated       bool       `json:"simulated,omitempty"`
	Data            string     `json:"data,omitempty"`
	Notes           []string   `json:"notes,omitempty"`
}
