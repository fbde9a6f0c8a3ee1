package conformance

import (
	"slices"
	"strings"
)

// Case is one call of another program and how far our numbers are from its.
type Case struct {
	Test    string   `json:"test"`
	Command string   `json:"command"`
	Method  string   `json:"method"`
	Program string   `json:"program"` // with its version
	File    string   `json:"file"`    // of testdata/reference
	ID      string   `json:"id"`
	Beside  bool     `json:"beside"` // the data are not kept with the project
	Failed  bool     `json:"failed"`
	Numbers []Number `json:"numbers"`
}

// Number is the numbers of a kind: how many, and the gap nearest to what is allowed.
type Number struct {
	Kind  Kind    `json:"kind"`
	Count int     `json:"count"`
	Gap   float64 `json:"gap"`     // relative
	Allow float64 `json:"allowed"` // the tolerance, chosen before the comparison
}

// Kind is what a number is.
type Kind string

// The kinds of numbers.
const (
	Estimate  Kind = "estimate"
	StdError  Kind = "std_error"
	PValue    Kind = "p"
	Interval  Kind = "interval"
	Statistic Kind = "statistic"
	Weight    Kind = "weight"
)

// kinds are the words by which a test's name of a number tells its kind, the first found counting.
var kinds = []struct {
	word string
	kind Kind
}{
	{"error", StdError}, {"covariance", StdError}, {"jackknife", StdError}, {"interval", Interval}, {"lower end", Interval}, {"upper end", Interval}, {"bound", Interval},
	{"weight", Weight}, {"statistic", Statistic}, {"wald", Statistic}, {"df", Statistic}, {"degrees of freedom", Statistic}, {"r2", Statistic}, {"ssr", Statistic}, {"rmse", Statistic},
}

// KindOf tells what a number is by the name that its test has for it: "standard error of x", "p of x", "estimate".
func KindOf(what string) Kind {
	what = strings.ToLower(what)
	if what == "p" || strings.HasPrefix(what, "p ") || strings.Contains(what, "p value") || strings.HasSuffix(what, " p") {
		return PValue
	}
	for _, k := range kinds {
		if strings.Contains(what, k.word) {
			return k.kind
		}
	}
	return Estimate
}

// Add counts a comparison.
func (c *Case) Add(k Kind, gap, allowed float64) {
	c.Numbers = add(c.Numbers, Number{Kind: k, Count: 1, Gap: gap, Allow: allowed})
}

// add merges a number into the list of kinds, in the order of their names.
func add(list []Number, n Number) []Number {
	i, found := slices.BinarySearchFunc(list, n.Kind, func(a Number, k Kind) int { return strings.Compare(string(a.Kind), string(k)) })
	if !found {
		return slices.Insert(list, i, n)
	}
	list[i].Count += n.Count
	if n.share() > list[i].share() || n.share() == list[i].share() && n.Allow > list[i].Allow {
		list[i].Gap, list[i].Allow = n.Gap, n.Allow
	}
	return list
}

// share is the gap as a share of what is allowed.
func (n Number) share() float64 { return n.Gap / n.Allow }
