package hetero

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/distribution"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

// stacked tests that the treatment's coefficients of the groups are equal, with their joint covariance from influence
// functions: clustered as the model's errors are (one way), or by row where those are iid or robust.
func stacked(r *Result, models []*regress.Model) error {
	fits := r.Groups
	k := len(models)
	by := fits[0].Fit.Vcov.By
	if len(by) > 1 {
		return fmt.Errorf("errors clustered %d ways have no stacked form here", len(by))
	}
	sums := make([]map[string]float64, k)
	for g, m := range models {
		psi := m.Influence(fits[g].Fit.Treatment)
		sums[g] = map[string]float64{}
		for i, x := range psi {
			key := fmt.Sprint(m.Design.PanelRow(i))
			if len(by) == 1 {
				label, err := m.Design.Label(by[0], i)
				if err != nil {
					return err
				}
				key = label
			}
			sums[g][key] += x
		}
	}
	b, v := mat.NewVecDense(k, nil), mat.NewSymDense(k, nil)
	smallest := math.Inf(1)
	for g := range k {
		c, _ := fits[g].Fit.Coefficient(fits[g].Fit.Treatment)
		b.SetVec(g, c.Estimate)
		smallest = math.Min(smallest, fits[g].Fit.DFT)
		v.SetSym(g, g, c.StdError*c.StdError)
	}
	for g := range k {
		for h := g + 1; h < k; h++ {
			// scaled so that the diagonal is the groups' own variance, small-sample factors included
			v.SetSym(g, h, cross(sums[g], sums[h])/math.Sqrt(cross(sums[g], sums[g])*cross(sums[h], sums[h]))*math.Sqrt(v.At(g, g)*v.At(h, h)))
		}
	}
	d, err := equality(b, v, smallest)
	if err != nil {
		return err
	}
	d.Method = "stacked Wald"
	if len(by) == 1 {
		d.Method += ", clustered by " + by[0]
	}
	r.Difference = *d
	r.Tests = append(r.Tests, *d)
	return nil
}

// cross is Σ_c a_c b_c, in the order of keys, so that digits do not depend on map order.
func cross(a, b map[string]float64) float64 {
	keys := make([]string, 0, len(a))
	for k := range a {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	s := 0.0
	for _, k := range keys {
		s += a[k] * b[k]
	}
	return s
}

// equality is the Wald test of b_1 = … = b_k.
func equality(b *mat.VecDense, v *mat.SymDense, df float64) (*Difference, error) {
	k := b.Len()
	c := mat.NewDense(k-1, k, nil)
	for i := range k - 1 {
		c.Set(i, 0, -1)
		c.Set(i, i+1, 1)
	}
	var cb mat.VecDense
	cb.MulVec(c, b)
	var cv, cvc mat.Dense
	cv.Mul(c, v)
	cvc.Mul(&cv, c.T())
	var x mat.VecDense
	if err := x.SolveVec(&cvc, &cb); err != nil {
		return nil, fmt.Errorf("the covariance of the groups' effects is singular")
	}
	d := &Difference{Statistic: mat.Dot(&cb, &x) / float64(k-1), DF1: float64(k - 1), DF2: df}
	d.PValue = distribution.UpperF(d.Statistic, d.DF1, d.DF2)
	return d, nil
}
