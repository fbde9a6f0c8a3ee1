package regress

import (
	"slices"

	"gonum.org/v1/gonum/blas/blas64"
)

// Influence is w e (B x̃)_j for each row of the design: what the row adds to the estimate of the term's coefficient, to
// first order. Summed within clusters, squared and summed it is the clustered variance before small-sample factors;
// products of two models' sums are their covariance (Weesie 1999, seemingly unrelated estimation). nil if the term is
// not among the estimated ones.
func (m *Model) Influence(term string) []float64 {
	at := slices.IndexFunc(m.Kept, func(j int) bool { return m.Design.Terms[j] == term })
	if at < 0 {
		return nil
	}
	out := make([]float64, m.Design.N)
	m.eachBlock(func(_, lo, hi int, cols [][]float64, e []float64) {
		dst := out[lo:hi]
		for i, j := range m.Kept {
			blas64.Axpy(m.Bread.At(at, i), vector(cols[j+1][:hi-lo]), vector(dst))
		}
		for r := range dst {
			dst[r] *= e[r]
		}
		if w := m.Design.Weights; w != nil {
			for r := range dst {
				dst[r] *= w[lo+r]
			}
		}
	})
	return out
}

// Coefficient is the estimate of a term; ok is false if it is not in the model or was left out as collinear.
func (m *Model) Coefficient(term string) (b float64, ok bool) {
	for i, j := range m.Kept {
		if m.Design.Terms[j] == term {
			return m.Beta[i], true
		}
	}
	return 0, false
}
