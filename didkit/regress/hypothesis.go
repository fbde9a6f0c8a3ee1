package regress

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/distribution"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/suggest"
)

// Combination is the estimate of a linear combination of coefficients less a constant, and the tests that it is zero.
type Combination struct {
	Expression string  `json:"expression"` // as given: SC + LCC, or DID = SC + LCC
	Estimate   float64 `json:"estimate"`
	StdError   float64 `json:"std_error"`
	Statistic  float64 `json:"statistic"`
	DF         float64 `json:"df"`
	PValue     float64 `json:"p_value"`   // two-sided
	PGreater   float64 `json:"p_greater"` // against the one-sided alternative that it is above zero
	PLess      float64 `json:"p_less"`
	ConfLow    float64 `json:"conf_low"`
	ConfHigh   float64 `json:"conf_high"`
}

// UnknownTerm is the error for a term that a fit does not have.
type UnknownTerm struct {
	Term  string
	Terms []string
}

func (e *UnknownTerm) Error() string {
	return fmt.Sprintf("the model has no coefficient %q%s", e.Term, suggest.Phrase(e.Term, e.Terms))
}

// Terms lists the coefficients' names.
func (f *Fit) Terms() []string {
	names := make([]string, len(f.Coef))
	for i, c := range f.Coef {
		names[i] = c.Term
	}
	return names
}

// Combine tests a linear hypothesis on a fit: "SC + LCC", or "DID = SC + LCC", which tests left less right. Terms are
// named as the fit names them, multiplied and divided by numbers; interactions stand as a:b. The covariance and the
// degrees of freedom are the fit's.
func (f *Fit) Combine(hypothesis string) (*Combination, error) {
	left, right, equation := strings.Cut(strings.ReplaceAll(hypothesis, "==", "="), "=")
	weights := map[string]float64{}
	constant := 0.0
	if err := f.linear(left, 1, weights, &constant); err != nil {
		return nil, err
	}
	if equation {
		if err := f.linear(right, -1, weights, &constant); err != nil {
			return nil, err
		}
	}
	c := &Combination{Expression: strings.TrimSpace(hypothesis), Estimate: constant, DF: f.DFT}
	variance := 0.0
	for i, a := range f.Coef {
		c.Estimate += weights[a.Term] * a.Estimate
		for j, b := range f.Coef {
			variance += weights[a.Term] * weights[b.Term] * f.V[i][j]
		}
	}
	if !(variance > 0) {
		return nil, fmt.Errorf("%s has no variance, so there is nothing to test", c.Expression)
	}
	c.StdError = math.Sqrt(variance)
	c.Statistic = c.Estimate / c.StdError
	c.PValue = distribution.TwoSidedT(c.Statistic, f.DFT)
	c.PGreater, c.PLess = c.PValue/2, 1-c.PValue/2
	if c.Statistic < 0 {
		c.PGreater, c.PLess = c.PLess, c.PGreater
	}
	half := distribution.CriticalT(f.Level, f.DFT) * c.StdError
	c.ConfLow, c.ConfHigh = c.Estimate-half, c.Estimate+half
	return c, nil
}

// linear adds one side of a hypothesis. A term with colons is read whole before the arithmetic is.
func (f *Fit) linear(text string, sign float64, weights map[string]float64, constant *float64) error {
	names := map[string]string{} // stand-ins for terms that are no plain names
	terms := f.Terms()
	slices.SortStableFunc(terms, func(a, b string) int { return len(b) - len(a) }) // x:part2 before x:part
	for i, term := range terms {
		if strings.ContainsAny(term, ":()") {
			stand := fmt.Sprintf("term_%d_", i)
			names[stand] = term
			text = strings.ReplaceAll(text, term, stand)
		}
	}
	e, err := formula.ParseExpr(text)
	if err != nil {
		return err
	}
	return f.addLinear(e, sign, names, weights, constant)
}

func (f *Fit) addLinear(e formula.Expr, scale float64, names map[string]string, weights map[string]float64, constant *float64) error {
	bad := fmt.Errorf("%s is no linear combination of coefficients; write SC + LCC or 2*SC = LCC", e)
	switch e := e.(type) {
	case *formula.Number:
		*constant += scale * e.Value
		return nil
	case *formula.Name:
		term := formula.Quote(e.Name)
		if t, ok := names[e.Name]; ok {
			term = t
		}
		if _, ok := f.Coefficient(term); !ok {
			return &UnknownTerm{Term: term, Terms: f.Terms()}
		}
		weights[term] += scale
		return nil
	case *formula.Unary:
		if e.Op != "-" {
			return bad
		}
		return f.addLinear(e.X, -scale, names, weights, constant)
	case *formula.Binary:
		x, xn := e.X.(*formula.Number)
		y, yn := e.Y.(*formula.Number)
		switch {
		case e.Op == "+" || e.Op == "-":
			if err := f.addLinear(e.X, scale, names, weights, constant); err != nil {
				return err
			}
			if e.Op == "-" {
				scale = -scale
			}
			return f.addLinear(e.Y, scale, names, weights, constant)
		case e.Op == "*" && xn:
			return f.addLinear(e.Y, scale*x.Value, names, weights, constant)
		case e.Op == "*" && yn:
			return f.addLinear(e.X, scale*y.Value, names, weights, constant)
		case e.Op == "/" && yn && y.Value != 0:
			return f.addLinear(e.X, scale/y.Value, names, weights, constant)
		}
	}
	return bad
}
