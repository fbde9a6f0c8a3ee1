// Package vcov estimates the covariance of regression coefficients: iid, heteroskedasticity-robust, clustered one way
// or many, with the small-sample conventions of R's fixest 0.14 unless told otherwise.
package vcov

import "strings"

// Type is the kind of covariance.
type Type string

const (
	IID     Type = "iid"
	Hetero  Type = "hetero"  // HC1
	Cluster Type = "cluster" // one or several ways
)

// Spec asks for a covariance. The zero value means iid.
type Spec struct {
	Type Type     // "" means iid
	By   []string // cluster variables
}

// String writes the spec in the notebook's language: iid, hetero, cluster(city, year).
func (s Spec) String() string {
	if s.Type == "" {
		return string(IID)
	}
	if len(s.By) == 0 {
		return string(s.Type)
	}
	return string(s.Type) + "(" + strings.Join(s.By, ", ") + ")"
}
