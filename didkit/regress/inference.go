package regress

// Inference is a test of one effect that rests on no standard error: by assigning the treatment anew, or by residuals of
// control clusters. A number that the method does not have is NaN.
type Inference struct {
	Method   string   `json:"method"` // InferenceRI, InferenceFermanPinto
	Term     string   `json:"term"`
	Stat     string   `json:"stat,omitempty"` // of randomisation inference: coef or t, what PValue and the interval compare
	By       string   `json:"by"`             // what the treatment is assigned to, or whose errors are drawn
	Groups   int      `json:"groups"`
	Treated  int      `json:"treated"`
	Draws    int      `json:"draws"`    // taken
	Complete bool     `json:"complete"` // every assignment once, instead of random ones
	Seed     uint64   `json:"seed"`
	PValue   float64  `json:"p_value"`
	PCoef    float64  `json:"p_coef"` // of randomisation inference, comparing coefficients
	PT       float64  `json:"p_t"`    // comparing t statistics
	ConfLow  float64  `json:"conf_low"`
	ConfHigh float64  `json:"conf_high"`
	Size     string   `json:"size,omitempty"` // of Ferman & Pinto: the variable of the clusters' sizes, "" for their rows
	Vcov     string   `json:"vcov,omitempty"` // errors of the draws' t statistics
	Redrawn  int      `json:"redrawn"`        // assignments that could not be estimated
	Notes    []string `json:"-"`              // the sentences under a table
}

// The methods of Inference, by their words in the notebook.
const (
	InferenceRI          = "ri"
	InferenceFermanPinto = "fermanpinto"
)

// Rest puts the inference in place of what the standard error says of its term: p value and interval.
func (f *Fit) Rest(i *Inference) {
	for k := range f.Coef {
		if c := &f.Coef[k]; c.Term == i.Term {
			c.PValue, c.ConfLow, c.ConfHigh = i.PValue, i.ConfLow, i.ConfHigh
		}
	}
	f.Inference = i
	f.Notes = append(f.Notes, i.Notes...)
}
