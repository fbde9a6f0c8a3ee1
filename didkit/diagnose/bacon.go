// Package diagnose holds what a two-way fixed-effects estimate and an event study are asked after they are estimated:
// which comparisons they are made of, which weights effects get, what the test of pre-trends could have seen, and what
// is left when trends are not parallel.
package diagnose

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// Bacon is the two-way estimate as a weighted mean of comparisons of two cohorts.
type Bacon struct {
	Treatment   string       `json:"treatment"`
	Outcome     string       `json:"outcome"`
	Formula     string       `json:"formula"`
	Comparisons []Comparison `json:"comparisons"`      // descending weight; the weights add up to one
	ByType      []TypeShare  `json:"by_type"`          // the comparisons by type; the weights add up to one
	Within      *Within      `json:"within,omitempty"` // of a model with controls, else nil
	TWFE        float64      `json:"twfe"`             // (1-Ω) times the comparisons' weighted mean, plus Ω times Within's; Ω is 0 without controls
	Simulated   bool         `json:"simulated,omitempty"`
	Data        string       `json:"data,omitempty"`
	Notes       []string     `json:"notes,omitempty"`
}

// Comparison is one difference in differences: the units treated from one period on against those treated at another
// time, or never.
type Comparison struct {
	Treated  string         `json:"treated"` // first treated period
	Control  string         `json:"control"` // likewise, or Never, or Always
	Type     ComparisonType `json:"type"`
	Estimate float64        `json:"estimate"`
	Weight   float64        `json:"weight"`
}

// TypeShare is the weight of all comparisons of a type and their weighted mean.
type TypeShare struct {
	Type     ComparisonType `json:"type"`
	Estimate float64        `json:"estimate"`
	Weight   float64        `json:"weight"`
}

// Within is the part of an estimate with controls that comes from units of the same cohort in the same period, whose
// treatment is equal and whose controls differ (Goodman-Bacon 2021, eq. 25).
type Within struct {
	Estimate float64 `json:"estimate"`
	Weight   float64 `json:"weight"` // Ω, against 1-Ω of all comparisons together
}

// ComparisonType says which of the two cohorts is treated when.
type ComparisonType string

// The types, by the names that bacondecomp gives them.
const (
	TreatedUntreated ComparisonType = "Treated vs Untreated"
	EarlierLater     ComparisonType = "Earlier vs Later Treated" // the later one is not treated yet
	LaterEarlier     ComparisonType = "Later vs Earlier Treated" // the earlier one is treated all the time
	LaterAlways      ComparisonType = "Later vs Always Treated"  // treated from the first period on
	BothTreated      ComparisonType = "Both Treated"             // with controls: both directions in one
)

// Names of the cohorts without an adoption in the sample.
const (
	Never  = "never"
	Always = "always"
)

// Unbalanced is the error for a sample that does not have every unit in every period.
type Unbalanced struct {
	Unit           string // the first that lacks one
	Units, Lacking int    // of the sample, and those that lack a period
	Periods        int
}

func (e *Unbalanced) Error() string {
	return fmt.Sprintf("the decomposition needs every unit in every period, and one of %d periods is lacking in %d of %d units (%s first); estimate the model on the units that have all", e.Periods, e.Lacking, e.Units, e.Unit)
}

// OtherEffects is the error for a model whose fixed effects are not those of unit and period.
type OtherEffects struct{ Unit, Time string }

func (e *OtherEffects) Error() string {
	return fmt.Sprintf("the decomposition is that of a regression with effects of %s and %s and no others; estimate that one by %%did", e.Unit, e.Time)
}

// Decompose splits the two-way estimate of s into all comparisons of two cohorts with exact weights (Goodman-Bacon
// 2021, theorem 1, eq. 10). With n_k the cohorts' shares of units and D̄_k their shares of periods under treatment, the
// weights are, over their sum,
//
//	n_k n_U D̄_k(1-D̄_k)            k against never or always treated U
//	n_k n_l (D̄_k-D̄_l)(1-D̄_k)     earlier k against later l, before l is treated
//	n_k n_l D̄_l(D̄_k-D̄_l)         later l against earlier k, once k is treated
//
// With controls the treatment's residual d̃ has a part that differs between units of a cohort, with weight Ω, and its
// means by cohort and period; these make one comparison of each pair, with weight n_k n_l Σ_t (d̃_kt - d̃_lt)² over the sum,
// as bacondecomp prints it, and estimate Σ_t (d̃_kt-d̃_lt)(y_kt-y_lt) / Σ_t (d̃_kt-d̃_lt)² (section 5.2).
//
// The sample must be balanced (*Unbalanced) and weights constant within units.
func Decompose(p *panel.Panel, s did.Spec) (*Bacon, error) {
	fit, m, err := did.TWFEModel(p, s)
	if err != nil {
		return nil, err
	}
	b := &Bacon{Treatment: s.Treat, Outcome: fit.Outcome, Formula: fit.Formula}
	b.TWFE, _ = m.Coefficient(fit.Treatment)
	c, err := cohortsOf(p, m, s.Treat)
	if err != nil {
		return nil, err
	}
	if len(m.Kept) > 1 {
		if err := c.withControls(b, m, fit.Treatment); err != nil {
			return nil, err
		}
	} else {
		c.plain(b)
	}
	b.summarise()
	return b, nil
}

// plain fills the comparisons of a model without controls.
func (c *cohorts) plain(b *Bacon) {
	T := c.periods
	for k := range c.weight {
		for l := range c.weight {
			nn := c.weight[k] * c.weight[l]
			dk, dl := c.treatedShare(k), c.treatedShare(l)
			ak, al := c.start[k], c.start[l]
			add := func(kind ComparisonType, treated, control, from, adopt, to int, weight float64) {
				estimate := c.change(treated, from, adopt, to) - c.change(control, from, adopt, to)
				b.Comparisons = append(b.Comparisons, Comparison{c.label[treated], c.label[control], kind, estimate, nn * weight})
			}
			switch {
			case ak == 0 || ak == T:
			case al == T:
				add(TreatedUntreated, k, l, 0, ak, T, dk*(1-dk))
			case al == 0:
				add(LaterAlways, k, l, 0, ak, T, dk*(1-dk))
			case ak < al:
				add(EarlierLater, k, l, 0, ak, al, (dk-dl)*(1-dk))
				add(LaterEarlier, l, k, ak, al, T, dl*(dk-dl))
			}
		}
	}
}

// summarise scales the weights to one, orders the comparisons and adds them up by type.
func (b *Bacon) summarise() {
	total := 0.0
	for _, x := range b.Comparisons {
		total += x.Weight
	}
	for i := range b.Comparisons {
		b.Comparisons[i].Weight /= total
	}
	slices.SortStableFunc(b.Comparisons, func(x, y Comparison) int {
		return cmp.Or(-cmp.Compare(x.Weight, y.Weight), cmp.Compare(x.Treated, y.Treated), cmp.Compare(x.Control, y.Control))
	})
	for _, kind := range []ComparisonType{TreatedUntreated, EarlierLater, LaterEarlier, LaterAlways, BothTreated} {
		s := TypeShare{Type: kind}
		found := false
		for _, x := range b.Comparisons {
			if x.Type == kind {
				found = true
				s.Weight += x.Weight
				s.Estimate += x.Weight * x.Estimate
			}
		}
		if found {
			if s.Weight != 0 {
				s.Estimate /= s.Weight
			}
			b.ByType = append(b.ByType, s)
		}
	}
}
