package match

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

// sample is one set of rows within which matches are made.
type sample struct {
	d        *design.Design
	logit    *regress.LogitFit
	distance []float64 // score or linear predictor, one a row of d; nil for Mahalanobis
	rank     []int     // one a row of d: a place that does not depend on the order of rows
	treated  []int     // rows of d, by rank
	controls []int     // rows of d, by rank
	caliper  float64   // in units of the distance; +Inf if none
	white    [][]float64
}

// newSample fits the score and orders the rows.
func newSample(p *panel.Panel, d *design.Design, s Spec) (*sample, error) {
	a := &sample{d: d, caliper: math.Inf(1)}
	logit, err := regress.Logit(d, 0)
	if err != nil {
		return nil, err
	}
	switch s.Distance {
	case Score:
		a.logit, a.distance = logit, logit.Fitted
	case Linear:
		a.logit, a.distance = logit, logit.Linear
	case Mahalanobis:
		if err := a.whiten(); err != nil {
			return nil, err
		}
	}
	a.rank = canonicalRank(p, d)
	for i, y := range d.Y {
		if y == 1 {
			a.treated = append(a.treated, i)
		} else {
			a.controls = append(a.controls, i)
		}
	}
	byRank := func(i, j int) int { return a.rank[i] - a.rank[j] }
	slices.SortFunc(a.treated, byRank)
	slices.SortFunc(a.controls, byRank)
	if s.Caliper > 0 {
		a.caliper = s.Caliper
		if !s.CaliperRaw && a.distance != nil {
			a.caliper *= deviation(a.distance)
		}
	}
	return a, nil
}

func deviation(x []float64) float64 {
	m, s := 0.0, 0.0
	for _, v := range x {
		m += v / float64(len(x))
	}
	for _, v := range x {
		s += (v - m) * (v - m)
	}
	return math.Sqrt(s / float64(len(x)-1))
}

// canonicalRank numbers the rows by unit and time in a panel; in a cross-section by the covariates, then by every other
// variable. Rows equal in all of them are interchangeable.
func canonicalRank(p *panel.Panel, d *design.Design) []int {
	rows := make([]int, d.N)
	for i := range rows {
		rows[i] = i
	}
	compare := func(i, j int) int {
		for _, x := range d.X {
			if c := cmp.Compare(x[i], x[j]); c != 0 {
				return c
			}
		}
		for _, v := range p.Variables() {
			a, b := d.PanelRow(i), d.PanelRow(j)
			if v.Kind == panel.Text {
				if c := cmp.Compare(text(v, a), text(v, b)); c != 0 {
					return c
				}
			} else if c := cmp.Compare(v.Values[a], v.Values[b]); c != 0 {
				return c
			}
		}
		return 0
	}
	if p.IsPanel() {
		u, t := p.Units().Codes, p.Periods().Codes
		compare = func(i, j int) int {
			a, b := d.PanelRow(i), d.PanelRow(j)
			if c := cmp.Compare(u[a], u[b]); c != 0 {
				return c
			}
			return cmp.Compare(t[a], t[b])
		}
	}
	slices.SortStableFunc(rows, compare)
	rank := make([]int, d.N)
	for r, i := range rows {
		rank[i] = r
	}
	return rank
}

func text(v *panel.Variable, row int) string {
	if c := v.Codes[row]; c >= 0 {
		return v.Levels[c]
	}
	return ""
}

// whiten maps the covariates so that Euclidean distance is Mahalanobis distance under the covariance pooled within the
// treated and the controls (MatchIt's). Directions without variation are left out.
func (a *sample) whiten() error {
	d, k := a.d, len(a.d.X)
	cov := mat.NewSymDense(k, nil)
	var mean [2][]float64
	var n [2]float64
	for g := range mean {
		mean[g] = make([]float64, k)
	}
	for i, y := range d.Y {
		n[int(y)]++
		for j := range k {
			mean[int(y)][j] += d.X[j][i]
		}
	}
	for g := range mean {
		for j := range mean[g] {
			mean[g][j] /= n[g]
		}
	}
	for i, y := range d.Y {
		m := mean[int(y)]
		for j := range k {
			for l := j; l < k; l++ {
				cov.SetSym(j, l, cov.At(j, l)+(d.X[j][i]-m[j])*(d.X[l][i]-m[l]))
			}
		}
	}
	// scale to correlations first, so that small units are not taken for lack of variation
	scale := make([]float64, k)
	for j := range k {
		if scale[j] = math.Sqrt(cov.At(j, j) / float64(d.N-2)); scale[j] == 0 {
			return &regress.NoVariation{Variable: d.Terms[j]}
		}
	}
	for j := range k {
		for l := j; l < k; l++ {
			cov.SetSym(j, l, cov.At(j, l)/float64(d.N-2)/(scale[j]*scale[l]))
		}
	}
	var eig mat.EigenSym
	eig.Factorize(cov, true)
	values := eig.Values(nil)
	var q mat.Dense
	eig.VectorsTo(&q)
	for v, l := range values {
		if l < 1e-10 {
			continue
		}
		col := make([]float64, d.N)
		for i := range col {
			for j := range k {
				col[i] += q.At(j, v) * d.X[j][i] / scale[j]
			}
			col[i] /= math.Sqrt(l)
		}
		a.white = append(a.white, col)
	}
	return nil
}

// between is the distance of two rows.
func (a *sample) between(i, j int) float64 {
	if a.distance != nil {
		return math.Abs(a.distance[i] - a.distance[j])
	}
	s := 0.0
	for _, c := range a.white {
		s += (c[i] - c[j]) * (c[i] - c[j])
	}
	return math.Sqrt(s)
}
