package hetero

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

// oneEquation estimates outcome ~ Σ_g D × group_g + controls | effects on the rows of all groups, with common controls
// and effects, and tests that the D × group coefficients are equal.
func oneEquation(p *panel.Panel, s Spec, r *Result, parts []part) error {
	d, err := p.Numbers(s.Treat)
	if err != nil {
		return err
	}
	vars := make([]*panel.Variable, len(parts))
	all := make([]bool, p.Rows())
	for g, part := range parts {
		x := make([]float64, p.Rows())
		for i, in := range part.rows {
			all[i] = all[i] || in
			if in {
				x[i] = d[i]
			}
			if d[i] != d[i] {
				x[i] = d[i]
			}
		}
		vars[g] = &panel.Variable{Name: fmt.Sprintf("%s in %s", s.Treat, part.label), Values: x}
	}
	q, err := p.With(vars...)
	if err != nil {
		return err
	}
	f, spec, err := s.Spec.Prepared(p)
	if err != nil {
		return err
	}
	g := *f
	g.Terms = nil
	for _, v := range vars {
		g.Terms = append(g.Terms, formula.Term{Factors: []formula.Expr{&formula.Name{Name: v.Name}}})
	}
	for _, t := range f.Terms {
		if t.String() != formula.Quote(s.Treat) {
			g.Terms = append(g.Terms, t)
		}
	}
	o := s.Design
	o.Rows = all
	fits, err := regress.Estimate(q, regress.Spec{Parsed: []*formula.Formula{&g}, Vcov: spec, Level: s.Level, Design: o})
	if err != nil {
		return err
	}
	fit := fits[0]
	k := len(parts)
	if len(fit.Coef) < k {
		return fmt.Errorf("the interactions are collinear")
	}
	b, v := mat.NewVecDense(k, nil), mat.NewSymDense(k, nil)
	for i := range k {
		if fit.Coef[i].Term != formula.Quote(vars[i].Name) {
			return fmt.Errorf("the interaction with %s is collinear", parts[i].label)
		}
		b.SetVec(i, fit.Coef[i].Estimate)
		for j := i; j < k; j++ {
			v.SetSym(i, j, fit.V[i][j])
		}
	}
	d2, err := equality(b, v, fit.DFT)
	if err != nil {
		return err
	}
	d2.Method = "interactions in one regression"
	r.OneEquation = fit
	r.Tests = append(r.Tests, *d2)
	return nil
}
