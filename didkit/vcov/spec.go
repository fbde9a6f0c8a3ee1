// Package vcov estimates the covariance of regression coefficients: iid, heteroskedasticity-robust, clustered one way
// or many, with the small-sample conventions of R's fixest 0.14 unless told otherwise; and the tests of coefficients
// that have no covariance of their own, as the wild cluster bootstrap.
package vcov

import (
	"fmt"
	"slices"
	"strings"
)

// Type is the kind of covariance.
type Type string

const (
	IID      Type = "iid"
	Hetero   Type = "hetero"   // HC1
	Cluster  Type = "cluster"  // one or several ways
	HC2      Type = "HC2"      // residuals over √(1 − leverage)
	HC3      Type = "HC3"      // residuals over 1 − leverage
	CR2      Type = "CR2"      // clustered, unbiased under independent errors of one variance, with degrees of freedom of its own
	CR3      Type = "CR3"      // clustered, the jackknife's, with degrees of freedom of its own
	WildBoot Type = "wildboot" // clustered, with tests and intervals by the wild cluster bootstrap

	NeweyWest     Type = "nw"     // correlated over time within units
	DriscollKraay Type = "dk"     // correlated over time and across all units
	Conley        Type = "conley" // correlated within a distance
)

// Spec asks for a covariance. The zero value means iid.
type Spec struct {
	Type Type     // "" means iid
	By   []string // cluster variables
	Wild Wild     // with WildBoot

	Serial Serial // with NeweyWest and DriscollKraay
	Space  Space  // with Conley
}

// clusters tells whether the errors are by clusters, named in By.
func (s Spec) clusters() bool {
	return s.Type == Cluster || s.Type == CR2 || s.Type == CR3 || s.Type == WildBoot
}

// Needs are the variables that must be there in every row.
func (s Spec) Needs() []string {
	names := s.By
	switch s.Type {
	case NeweyWest:
		names = []string{s.Serial.Unit, s.Serial.Time}
	case DriscollKraay:
		names = []string{s.Serial.Time}
	case Conley:
		names = []string{s.Space.Lat, s.Space.Lon}
	}
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == "" })
}

// String writes the spec in the notebook's language: iid, hetero, cluster(city, year), wildboot(city, reps=999).
func (s Spec) String() string {
	if s.Type == "" {
		return string(IID)
	}
	inside := append(append([]string{}, s.By...), s.options()...)
	if len(inside) == 0 {
		return string(s.Type)
	}
	return string(s.Type) + "(" + strings.Join(inside, ", ") + ")"
}

// options are those that differ from the default, as key=value.
func (s Spec) options() (out []string) {
	add := func(given bool, format string, value any) {
		if given {
			out = append(out, fmt.Sprintf(format, value))
		}
	}
	switch s.Type {
	case NeweyWest, DriscollKraay:
		add(s.Serial.Given, "%d", s.Serial.Lag)
		add(s.Type == NeweyWest && s.Serial.Unit != "", "unit=%s", s.Serial.Unit)
		add(s.Serial.Time != "", "time=%s", s.Serial.Time)
	case Conley:
		add(true, "%s", s.Space.Lat)
		add(true, "%s", s.Space.Lon)
		add(true, "%g", s.Space.Cutoff)
		add(s.Space.Distance == Spherical, "distance=%s", s.Space.Distance)
	case WildBoot:
		w := s.Wild.Filled()
		add(w.Reps != DefaultReps, "reps=%d", w.Reps)
		add(w.Weights != Rademacher, "weights=%s", w.Weights)
		add(w.Unrestricted, "null=%s", "free")
		add(w.Seed != DefaultSeed, "seed=%d", w.Seed)
	}
	return out
}
