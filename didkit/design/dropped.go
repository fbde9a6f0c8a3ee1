package design

// Dropped counts rows left out, by reason.
type Dropped struct {
	Missing    int `json:"missing"`            // a variable of the model is missing
	Infinite   int `json:"infinite"`           // a variable of the model is infinite
	Singleton  int `json:"singleton"`          // alone in a level of a fixed effect
	PerfectFit int `json:"perfect_fit"`        // rows of levels that slopes and effects fit without remainder
	ZeroWeight int `json:"zero_weight"`        // weight 0
	Filtered   int `json:"filtered"`           // if= false
	Excluded   int `json:"excluded,omitempty"` // not among Options.Rows: whoever set them tells why
	Beyond     int `json:"beyond,omitempty"`   // beyond the window of an event study
}
