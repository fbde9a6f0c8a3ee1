package power

// Result is the plain-data result of a power study.
type Result struct {
	Outcome   string  `json:"outcome"`
	Treatment string  `json:"treatment"`
	Formula   string  `json:"formula"`
	Method    string  `json:"method"`
	Vcov      string  `json:"vcov"`
	Noise     Noise   `json:"noise"`
	Rho       float64 `json:"rho"`      // correlation of a unit's neighbouring periods, the bias of short panels taken off; NaN where no two neighbouring periods are seen
	NoiseSD   float64 `json:"noise_sd"` // of the drawn noise, within units if the model has effects of the unit
	Alpha     float64 `json:"alpha"`    // level of the two-sided test
	Target    float64 `json:"power"`    // that MDE has
	Reps      int     `json:"reps"`
	Seed      uint64  `json:"seed"`

	N       int       `json:"n"`
	Units   int       `json:"units"`
	Treated int       `json:"treated_units"`
	Cohorts []Cohort  `json:"cohorts"`
	Path    []float64 `json:"path"` // effect by event time from adoption on, the last value for all later ones, per unit of the average effect; [1] is one and the same effect

	Estimate float64 `json:"estimate"`  // of the model as it is
	StdError float64 `json:"std_error"` // of that
	DF       float64 `json:"df"`        // of the t distribution of the test; +Inf: normal
	SD       float64 `json:"sd"`        // of the estimates drawn
	MeanSE   float64 `json:"mean_std_error"`
	Slope    float64 `json:"slope"` // by which the mean estimate grows with the average effect: 1 unless the method weighs effects differently

	Size      Share   `json:"size"`        // of tests that reject where there is no effect
	Curve     []Point `json:"curve"`       // ascending effect
	MDE       MDE     `json:"mde"`         // found on the draws
	ByFormula float64 `json:"mde_formula"` // (t₁₋ₐ/₂ + t_power)·SD / Slope, for comparison
	Sizes     []Sized `json:"sizes,omitempty"`

	Data      string   `json:"data,omitempty"`
	Simulated bool     `json:"simulated,omitempty"`
	Notes     []string `json:"notes,omitempty"`
}

// Cohort is the units that adopt in the same period.
type Cohort struct {
	Start float64 `json:"start"`
	Units int     `json:"units"`
}

// Share is a frequency among draws with Wilson's (1927) 95 % interval.
type Share struct {
	Share float64 `json:"share"`
	Low   float64 `json:"conf_low"`
	High  float64 `json:"conf_high"`
}

// Point is a point of the power curve.
type Point struct {
	Effect float64 `json:"effect"` // average over treated rows
	Share
}

// MDE is the minimum detectable effect: the least average effect above zero that the test finds with the power asked
// for; NaN if none is. Low and High are the effects found with a power two binomial standard errors lower and higher.
type MDE struct {
	Effect   float64 `json:"effect"`
	StdError float64 `json:"std_error"` // of the simulation
	Low      float64 `json:"conf_low"`
	High     float64 `json:"conf_high"`
}

// Sized is the study with another number of treated units.
type Sized struct {
	Treated int     `json:"treated_units"`
	Units   int     `json:"units"`
	SD      float64 `json:"sd"`
	Size    Share   `json:"size"`
	MDE     MDE     `json:"mde"`
}
