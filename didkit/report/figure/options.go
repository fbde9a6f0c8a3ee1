package figure

import (
	"math"
	"strconv"

	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// Options says how a builder draws. The zero value is the house style in English.
type Options struct {
	Title         string // over the figure; "" for none
	Language      wording.Language
	Labels        wording.Labels // of variables and terms
	XLabel        string         // in place of the builder's
	YLabel        string
	Notes         []string // more sentences under the figure
	Simulated     bool     // marks the figure whatever the result says
	Width, Height float64  // inches; 0: the default
}

// figure starts a figure with what all have in common.
func (o Options) figure() *Figure {
	return &Figure{Title: o.Title, Language: o.Language, Simulated: o.Simulated, Width: o.Width, Height: o.Height}
}

func (o Options) pick(en, zh string) string { return o.Language.Pick(en, zh) }

func (o Options) label(term string) string {
	s, _ := o.Labels.Term(term)
	return s
}

// or is the label asked for, or else the builder's.
func or(asked, otherwise string) string {
	if asked != "" {
		return asked
	}
	return otherwise
}

// percent writes a level: 0.9 → 90%.
func percent(level float64) string {
	return strconv.FormatFloat(math.Round(level*1e6)/1e4, 'g', -1, 64) + "%"
}

// pValue writes p as notes do, "p = 0.031", "p < 0.001", with blanks that no line breaks at.
func pValue(p float64) string {
	if p < 0.001 {
		return "p\u00a0<\u00a00.001"
	}
	return "p\u00a0=\u00a0" + strconv.FormatFloat(p, 'f', 3, 64)
}

// decimals are those that show three significant digits of the widest value.
func decimals(values ...float64) int {
	most := 0.0
	for _, v := range values {
		if finite(v) {
			most = math.Max(most, math.Abs(v))
		}
	}
	if most == 0 {
		return 3
	}
	return min(max(2-int(math.Floor(math.Log10(most))), 0), 8)
}

// interval writes an estimate and its interval: 0.297 [0.213, 0.381].
func (o Options) interval(estimate, low, high float64, digits int) string {
	s := number(estimate, digits, o.Language)
	if finite(low) && finite(high) {
		s += " [" + number(low, digits, o.Language) + ", " + number(high, digits, o.Language) + "]"
	}
	return s
}

// errorsNote says how standard errors were computed, "" if the fit does not know.
func (o Options) errorsNote(f *regress.Fit) string {
	if f == nil {
		return ""
	}
	return o.Language.StandardErrors(f.Vcov, o.Labels)
}
