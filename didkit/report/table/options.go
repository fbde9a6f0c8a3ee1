package table

import "github.com/seed2d25c7c2/didnb/didkit/report/wording"

// Statistic is what stands in brackets.
type Statistic uint8

const (
	TValue     Statistic = iota // the t statistic, as in the paper
	StdErr                      // the standard error
	Confidence                  // the confidence interval at the fit's level
)

// R2 is a definition of R².
type R2 uint8

const (
	Overall        R2 = iota // fixed effects counted as explained, as in the paper
	Adjusted                 // the same for the degrees of freedom
	Within                   // of the outcome with the fixed effects taken out
	WithinAdjusted           // the same for the degrees of freedom
)

// NoDigits asks for whole numbers, where the zero value asks for the default.
const NoDigits = -1

// Options says how Regression prints. The zero value is the house style: t statistics under the coefficients, three
// digits, stars at 1, 5 and 10 per cent, overall R², English.
type Options struct {
	Number, Title string
	Language      wording.Language
	Labels        wording.Labels // of terms, outcomes, fixed effects and cluster variables
	Columns       []string       // heads in place of (1), (2) …, one for each fit
	Statistic     Statistic
	Beside        bool // brackets in the line of their coefficient
	Digits        int  // after the point; 0: three; NoDigits: none
	NoStars       bool
	NoConstant    bool
	R2            []R2     // rows of R²; nil: Overall
	Keep          []string // terms to show and no others; * stands for any letters, as in year::*
	Drop          []string // terms to leave out
	Controls      []string // terms left out but for a row that says which columns have them
	Notes         []string // more sentences for the notes
}

// digits reads Digits.
func (o Options) digits() int { return digitsOr(o.Digits, 3) }

// digitsOr is the number of digits asked for, within what a float64 holds, or else the default.
func digitsOr(asked, otherwise int) int {
	switch {
	case asked == 0:
		return otherwise
	case asked < 0:
		return 0
	}
	return min(asked, 15)
}

// starsOf marks p below 1, 5 and 10 per cent with three, two and one stars; none if p is NaN.
func starsOf(p float64) int {
	switch {
	case p < 0.01:
		return 3
	case p < 0.05:
		return 2
	case p < 0.10:
		return 1
	}
	return 0
}
