// Package vcov estimates the covariance of regression coefficients: iid, heteroskedasticity-robust, clustered one way
// or many, with the small-sample conventions of R's fixest 0.14 unless told otherwise; and the tests of coefficients
// that have no covariance of their own, as the wild cluster bootstrap.
package vcov

import (
	"fmt"
	"strings"
)

// Type is the kind of covariance.
type Type string

const (
	IID      Type = "iid"
	Hetero   Type = "hetero"   // HC1
	Cluster  Type = "cluster"  // one or several ways
	WildBoot Type = "wildboot" // clustered, with tests and intervals by the wild cluster bootstrap
)

// Spec asks for a covariance. The zero value means iid.
type Spec struct {
	Type Type     // "" means iid
	By   []string // cluster variables
	Wild Wild     // with WildBoot
}

// Needs are the variables that must be there in every row.
func (s Spec) Needs() []string { return s.By }

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
	if s.Type == WildBoot {
		w := s.Wild.Filled()
		add(w.Reps != DefaultReps, "reps=%d", w.Reps)
		add(w.Weights != Rademacher, "weights=%s", w.Weights)
		add(w.Unrestricted, "null=%s", "free")
		add(w.Seed != DefaultSeed, "seed=%d", w.Seed)
	}
	return out
}
