// Package placebo tests an estimated effect against what randomly assigned treatments give.
package placebo

import "math"

// Kind is how a placebo treatment is drawn.
type Kind string

const (
	Unit  Kind = "unit"  // random units get the true adoption dates, so that cohort sizes are kept (in-space)
	Time  Kind = "time"  // the treated units get random adoption dates
	Mixed Kind = "mixed" // random units, as many as are treated, get random adoption dates
	Row   Kind = "row"   // as many random rows as are treated: loose practice, no treatment that a unit could have had
)

// Stat is what is compared.
type Stat string

const (
	Coef Stat = "coef" // the coefficient
	T    Stat = "t"    // its t statistic
)

// Result is the plain-data result of a placebo test.
type Result struct {
	Kind        Kind      `json:"kind"`
	Stat        Stat      `json:"stat"`
	Treatment   string    `json:"treatment"`
	Outcome     string    `json:"outcome"`
	Formula     string    `json:"formula"`
	Vcov        string    `json:"vcov"`
	Actual      float64   `json:"actual"`       // the estimate under the true treatment
	ActualT     float64   `json:"actual_t"`     // its t statistic
	Estimates   []float64 `json:"estimates"`    // of each draw
	TStatistics []float64 `json:"t_statistics"` // of each draw
	PValues     []float64 `json:"p_values"`     // of each draw, two-sided from t
	P           Shares    `json:"p"`
	Mean        float64   `json:"mean"` // of the draws' estimates
	SD          float64   `json:"sd"`
	Reps        int       `json:"reps"`
	Seed        uint64    `json:"seed"`
	Redrawn     int       `json:"redrawn"` // draws that left no variation and were drawn again
	N           int       `json:"n"`
	Simulated   bool      `json:"simulated,omitempty"`
	Data        string    `json:"data,omitempty"`
	Notes       []string  `json:"notes,omitempty"`
}

// Shares are frequencies of draws at least as extreme as the actual statistic, with their Monte-Carlo standard errors
// √(p(1-p)/reps): two-sided |draw| ≥ |actual|, left draw ≤ actual, right draw ≥ actual (Chen, Qi & Yan 2025).
type Shares struct {
	TwoSided   float64 `json:"two_sided"`
	Left       float64 `json:"left"`
	Right      float64 `json:"right"`
	TwoSidedSE float64 `json:"two_sided_se"`
	LeftSE     float64 `json:"left_se"`
	RightSE    float64 `json:"right_se"`
}

func sharesOf(draws []float64, actual float64) Shares {
	var two, left, right float64
	for _, x := range draws {
		if math.Abs(x) >= math.Abs(actual) {
			two++
		}
		if x <= actual {
			left++
		}
		if x >= actual {
			right++
		}
	}
	n := float64(len(draws))
	se := func(p float64) float64 { return math.Sqrt(p * (1 - p) / n) }
	s := Shares{TwoSided: two / n, Left: left / n, Right: right / n}
	s.TwoSidedSE, s.LeftSE, s.RightSE = se(s.TwoSided), se(s.Left), se(s.Right)
	return s
}
