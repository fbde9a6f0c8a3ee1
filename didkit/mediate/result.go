// Package mediate splits an effect into what runs through a mediator and what does not, and says what such a split can't
// identify.
package mediate

import "github.com/seed2d25c7c2/didnb/didkit/regress"

// Result is the plain-data result for several mediators, each on its own.
type Result struct {
	Outcome   string   `json:"outcome"`
	Treatment string   `json:"treatment"`
	Formula   string   `json:"formula"`
	Vcov      string   `json:"vcov"`
	Rows      []Row    `json:"rows"`
	Boot      int      `json:"boot"`
	Seed      uint64   `json:"seed"`
	Level     float64  `json:"level"`
	Simulated bool     `json:"simulated,omitempty"`
	Data      string   `json:"data,omitempty"`
	Notes     []string `json:"notes,omitempty"`
}

// Row is one mediator M: the effect of the treatment on it, and the three-step split of the effect on the outcome.
type Row struct {
	Mediator  string       `json:"mediator"`
	A         regress.Coef `json:"a"`          // treatment in M ~ treatment + controls: what the design identifies (Jiang 2022)
	B         regress.Coef `json:"b"`          // M in outcome ~ treatment + M + controls
	TotalFit  regress.Coef `json:"total_fit"`  // treatment in outcome ~ treatment + controls, on the mediator's sample
	DirectFit regress.Coef `json:"direct_fit"` // treatment in outcome ~ treatment + M + controls

	Total    float64 `json:"total"`
	Direct   float64 `json:"direct"`
	Indirect float64 `json:"indirect"` // a b, equal to total - direct for least squares on one sample
	Share    float64 `json:"share"`    // indirect / total

	SobelZ   float64 `json:"sobel_z"` // Sobel 1982: ab / √(a²s_b² + b²s_a²)
	SobelP   float64 `json:"sobel_p"`
	AroianZ  float64 `json:"aroian_z"` // Aroian 1947: adds s_a²s_b² under the root
	AroianP  float64 `json:"aroian_p"`
	GoodmanZ float64 `json:"goodman_z"` // Goodman 1960: subtracts it; NaN where that leaves nothing
	GoodmanP float64 `json:"goodman_p"`

	BootLow  float64 `json:"boot_low"` // percentile interval of the indirect effect, clusters resampled
	BootHigh float64 `json:"boot_high"`
	BCaLow   float64 `json:"bca_low"`
	BCaHigh  float64 `json:"bca_high"`
	BootSE   float64 `json:"boot_se"`

	RhoZero     float64       `json:"rho_zero"` // correlation of the two equations' errors at which the indirect effect would be zero
	Sensitivity []Sensitivity `json:"sensitivity"`

	N         int          `json:"n"`
	FirstStep *regress.Fit `json:"first_step"`
	ThirdStep *regress.Fit `json:"third_step"`

	few string // that fewer draws of the bootstrap can be distinct than were asked for
}

// Sensitivity is the indirect effect if the errors of mediator and outcome were correlated by Rho.
type Sensitivity struct {
	Rho      float64 `json:"rho"`
	Indirect float64 `json:"indirect"`
}
