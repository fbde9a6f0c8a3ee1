// Package hetero estimates a treatment's effect in parts of a sample and tests whether the parts differ.
package hetero

import (
	"context"
	"fmt"
	"math"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

// Split is how a variable cuts the sample.
type Split string

const (
	Median  Split = "median"
	Tercile Split = "tercile"
	Values  Split = "values" // one group a value
)

// Bin is a range of exposure in periods since adoption, both ends included; High may be +Inf.
type Bin struct{ Low, High float64 }

// Label writes a bin as 0-2 or 6+.
func (b Bin) Label() string {
	switch {
	case math.IsInf(b.High, 1):
		return fmt.Sprintf("%g+", b.Low)
	case b.Low == b.High:
		return fmt.Sprint(b.Low)
	}
	return fmt.Sprintf("%g-%g", b.Low, b.High)
}

// EmptyBin is the error for a bin without treated rows.
type EmptyBin struct{ Bin Bin }

func (e *EmptyBin) Error() string {
	return fmt.Sprintf("no treated row has been exposed for %s periods", e.Bin.Label())
}

// NotTwoGroups is the error for a permutation test of other than two groups of a split.
type NotTwoGroups struct{ Groups int }

func (e *NotTwoGroups) Error() string {
	return fmt.Sprintf("Fisher's permutation test is made for two groups of a split, not for %d", e.Groups)
}

// Spec asks for groups. Exactly one of By and Bins is set.
type Spec struct {
	did.Spec
	By       string
	Split    Split // "" means Median, or Values for text and for variables of at most five values
	Baseline bool  // split units once, by their mean before anyone was treated, instead of rows
	Bins     []Bin // exposure bins: each group holds all untreated rows and the treated rows of its bin
	Permute  int   // permutations of Fisher's test; 0 none
	Seed     uint64
	Progress func(done, total int) // of the permutations; may be nil; called from one goroutine at a time
}

// Result is the plain-data result.
type Result struct {
	Groups      []Group      `json:"groups"`
	Difference  Difference   `json:"difference"` // the stacked Wald test that all groups' effects are equal
	Tests       []Difference `json:"tests"`      // that and the others asked for
	By          string       `json:"by"`
	Split       string       `json:"split"`
	Cut         []float64    `json:"cut"` // where the variable was cut
	OneEquation *regress.Fit `json:"one_equation,omitempty"`
	Simulated   bool         `json:"simulated,omitempty"`
	Data        string       `json:"data,omitempty"`
	Notes       []string     `json:"notes,omitempty"`
}

// Group is one part of the sample and its estimate.
type Group struct {
	Label string       `json:"label"`
	Fit   *regress.Fit `json:"fit"`
}

// Difference is a test that effects are equal.
type Difference struct {
	Statistic float64 `json:"statistic"`
	DF1       float64 `json:"df1,omitempty"`
	DF2       float64 `json:"df2,omitempty"`
	PValue    float64 `json:"p_value"`
	Method    string  `json:"method"`
}

// part is a group in the making: which rows of the panel it has.
type part struct {
	label string
	rows  []bool
}

// Run estimates the two-way model of s in each group and tests the difference three ways: a stacked Wald test with
// errors clustered as in the model, which allows for the same unit in several groups (seemingly unrelated estimation,
// Weesie 1999); the treatment interacted with the groups in one regression; and, if asked for two groups, Fisher's
// permutation of the labels over units. If ctx ends, so does the work, with its error.
func Run(ctx context.Context, p *panel.Panel, s Spec) (*Result, error) {
	if s.Treat == "" {
		return nil, fmt.Errorf("no treatment is named; say which 0/1 variable it is by treat=")
	}
	r := &Result{By: s.By}
	parts, err := split(p, s, r)
	if err != nil {
		return nil, err
	}
	models := make([]*regress.Model, len(parts))
	for g, part := range parts {
		fit, m, err := estimate(p, s, part.rows)
		if err != nil {
			return nil, fmt.Errorf("group %s: %w", part.label, err)
		}
		models[g] = m
		r.Groups = append(r.Groups, Group{part.label, fit})
	}
	if err := stacked(r, models); err != nil {
		r.Notes = append(r.Notes, "no stacked test: "+err.Error())
	}
	if err := oneEquation(p, s, r, parts); err != nil {
		r.Notes = append(r.Notes, "no interaction test: "+err.Error())
	}
	if s.Permute > 0 {
		if len(parts) != 2 || len(s.Bins) > 0 {
			return nil, &NotTwoGroups{len(parts)}
		}
		if err := permutation(ctx, p, s, r, parts); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// estimate runs the model on the rows of a group.
func estimate(p *panel.Panel, s Spec, rows []bool) (*regress.Fit, *regress.Model, error) {
	kept := s.Spec
	kept.Design.Rows = rows
	return did.TWFEModel(p, kept)
}
