// Package absorb is the fixed-effects core: it solves for the effects of any number of columns and serves the columns
// net of them block by block, so that no demeaned copy of the data is made unless asked for.
package absorb

// Effect is one fixed effect: an intercept for each level, slopes on given columns for each level, or both.
type Effect struct {
	Name      string
	Codes     []int32 // one a row, 0 … Levels-1, every level present
	Levels    int
	Intercept bool
	Slopes    [][]float64 // each one a row
}
