// Package describe summarises variables: moments and quantiles, and means by group over time.
package describe

// Row is one variable's summary over the rows where it is not missing.
type Row struct {
	Variable string  `json:"variable"`
	Label    string  `json:"label,omitempty"`
	N        int     `json:"n"`
	Mean     float64 `json:"mean"`
	SD       float64 `json:"sd"` // n - 1 in the denominator; NaN for one value
	Min      float64 `json:"min"`
	P25      float64 `json:"p25"` // quantiles of type 7 (R, numpy)
	P50      float64 `json:"p50"`
	P75      float64 `json:"p75"`
	Max      float64 `json:"max"`
}

// Table is the summary of several variables.
type Table struct {
	Rows      []Row    `json:"rows"`
	Simulated bool     `json:"simulated,omitempty"`
	Data      string   `json:"data,omitempty"`
	Notes     []string `json:"notes,omitempty"`
}
