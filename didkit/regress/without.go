package regress

import (
	"slices"

	"gonum.org/v1/gonum/blas/blas64"

	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// Without estimates a fit's model anew without the term of a variable, on the same rows: o names their condition and
// weights. It is the model under the hypothesis that the variable has no effect.
func Without(p *panel.Panel, f *Fit, variable string, o design.Options, spec vcov.Spec) (*Model, error) {
	parsed, err := formula.Parse(f.Formula)
	if err != nil {
		return nil, err
	}
	without := *parsed
	without.Terms = slices.DeleteFunc(slices.Clone(parsed.Terms), func(t formula.Term) bool { return t.String() == formula.Quote(variable) })
	o.Present = append(slices.Clone(o.Present), variable)
	return Run(p, &without, Spec{Design: o, Vcov: spec})
}

// Net is the residual of a column, one number a row of the design, on the model's effects and kept columns.
func (m *Model) Net(x []float64) ([]float64, error) {
	within, err := m.absorber.Within([][]float64{x})
	if err != nil {
		return nil, err
	}
	out := slices.Clone(within.Column(0))
	weighted := make([]float64, len(out))
	columns := make([][]float64, len(m.Kept))
	for i, j := range m.Kept {
		columns[i] = m.within.Column(j + 1)
	}
	moments := make([]float64, len(columns))
	for range 2 { // the second corrects what an ill-conditioned first leaves
		copy(weighted, out)
		if w := m.Design.Weights; w != nil {
			for i := range weighted {
				weighted[i] *= w[i]
			}
		}
		for i, c := range columns {
			moments[i] = blas64.Dot(vector(c), vector(weighted))
		}
		for i, c := range columns {
			g := 0.0
			for j := range moments {
				g += m.Bread.At(i, j) * moments[j]
			}
			blas64.Axpy(-g, vector(c), vector(out))
		}
	}
	return out, nil
}
