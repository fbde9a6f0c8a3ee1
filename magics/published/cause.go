package published

import "math"

// Cause says where a difference comes from, as far as the two numbers tell.
type Cause string

const (
	None       Cause = ""                     // the same digits, and the same statistic
	Sampling   Cause = "sampling"             // as far apart as two samples of one process are
	Convention Cause = "convention"           // standard errors of another kind
	Both       Cause = "sampling, convention" // both
	Unmatched  Cause = "cannot be matched"    // neither explains it: other data, another model, or a simulation that misses the number
)

const (
	otherErrors = 1.25 // ratio of two standard errors beyond which they are of another kind
	r2Sampling  = 0.05 // R² and, relatively, counts of rows vary so much between samples
)

// CauseOf reads the cause of a row's difference off its kind and, for coefficients, the standard errors that estimates
// and t statistics imply.
func CauseOf(r Row) Cause {
	sampling := r.Kind == WithinNoise || r.Kind == Close
	switch {
	case r.Kind == SameDigits || sampling:
	case r.Kind == Differs && r.Row == "r2":
		sampling = math.Abs(r.Difference) <= r2Sampling
	case r.Kind == Differs && r.Row == "n":
		sampling = math.Abs(r.Difference) <= r2Sampling*r.Published
	}
	same := r.Kind == SameDigits
	switch convention := r.otherErrors(); {
	case sampling && convention:
		return Both
	case sampling:
		return Sampling
	case same && convention:
		return Convention
	case same:
		return None
	}
	return Unmatched
}

// otherErrors tells whether the two standard errors differ by more than a quarter, however the published numbers were
// rounded; false where a side has none.
func (r Row) otherErrors() bool {
	ours, half := math.Abs(r.Ours/r.OursT), 0.5*math.Pow(10, -float64(r.Decimals))
	low, high := (math.Abs(r.Published)-half)/math.Abs(r.PublishedT), (math.Abs(r.Published)+half)/math.Abs(r.PublishedT)
	return ours > otherErrors*high || ours*otherErrors < low
}

// attribute fills in the causes.
func (c *Comparison) attribute() {
	for i := range c.Rows {
		c.Rows[i].Cause = CauseOf(c.Rows[i])
	}
}
