package vcov

import (
	"errors"
	"math"
	"math/bits"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// fewClusters is where the note on too few begins: Cameron & Miller (2015, section VI) put "few" between 20 and 50.
const fewClusters = 20

const (
	eigenRounding = 1e-12 // how far below zero, of the largest eigenvalue, rounding alone takes one
	alike         = 1e4   // largest ratio of errors at which small variances keep eight digits beside large ones
)

// clustered is the one- or multi-way cluster-robust covariance: the sum over non-empty sets of ways of the sandwiches
// clustered by their intersection, with alternating signs (Cameron, Gelbach & Miller 2011, eq. 2.13).
func (p *Problem) clustered(by []string) (*Result, error) {
	if len(by) == 0 {
		return nil, errors.New("clustered errors name no cluster variable; write vcov=cluster(city), for instance")
	}
	ways := make([][]int32, len(by))
	levels := make([]int, len(by))
	smallest := math.MaxInt
	for w, name := range by {
		codes, g, err := p.Cluster(name)
		if err != nil {
			return nil, err
		}
		if g < 2 {
			return nil, &TooFewClusters{name, g}
		}
		ways[w], levels[w] = codes, g
		smallest = min(smallest, g)
	}
	meat := mat.NewSymDense(p.Bread.SymmetricDim(), nil)
	for set := 1; set < 1<<len(by); set++ {
		codes, g := intersection(ways, levels, set)
		m := p.meatClusters(codes, g)
		if bits.OnesCount(uint(set))%2 == 0 {
			m.ScaleSym(-1, m)
		}
		meat.AddSym(meat, m)
	}
	k := p.Nonnested(ways)
	n, g := float64(p.N), float64(smallest)
	r := &Result{Clusters: levels, K: k, DF: g - 1}
	r.V = scaled(sandwich(p.Bread, meat), g/(g-1)*(n-1)/(n-float64(k)))
	for w, name := range by {
		if levels[w] < fewClusters {
			r.Notes = append(r.Notes, counting.Sprintf("%s has %d clusters only; with so few, clustered errors are too small and intervals too narrow", name, levels[w]))
		}
	}
	if len(by) == 1 && levels[0] >= fewClusters {
		if note := p.unequal(by[0], ways[0], levels[0]); note != "" {
			r.Notes = append(r.Notes, note)
		}
	}
	return r, nil
}

func intersection(ways [][]int32, levels []int, set int) (codes []int32, g int) {
	for w := range ways {
		switch {
		case set&(1<<w) == 0:
		case codes == nil:
			codes, g = ways[w], levels[w]
		default:
			codes, g = panel.Cross(codes, g, ways[w], levels[w])
		}
	}
	return codes, g
}

// Positive sets the negative eigenvalues of a multi-way covariance to zero (Cameron, Gelbach & Miller 2011, section 2.3);
// changed tells whether there were any but by rounding. scale holds the size of each coefficient's error.
//
// fixest takes the eigenvalues of the matrix as it stands, and so do we, though its result depends on the units of
// measurement. Where errors differ by more than alike, the small variances are rounding errors of such
// eigenvalues, and the eigenvalues are those in units of scale.
func Positive(v *mat.SymDense, scale []float64) (positive *mat.SymDense, changed bool) {
	n := v.SymmetricDim()
	unit := inUnits(v, scale, -1)
	lowest, size := 0.0, 0.0
	var e mat.EigenSym
	if !e.Factorize(unit, true) {
		return v, false
	}
	for k, l := range e.Values(nil) {
		size = math.Max(size, math.Abs(l))
		if k == 0 {
			lowest = l
		}
	}
	if lowest >= 0 {
		return v, false
	}
	plain := slices.Max(scale) <= alike*slices.Min(scale)
	if plain && !e.Factorize(v, true) {
		return v, false
	}
	var q mat.Dense
	e.VectorsTo(&q)
	positive = mat.NewSymDense(n, nil)
	for k, l := range e.Values(nil) {
		positive.SymRankOne(positive, math.Max(l, 0), q.ColView(k))
	}
	if !plain {
		positive = inUnits(positive, scale, 1)
	}
	return positive, lowest < -eigenRounding*size
}

// inUnits multiplies v_ij by (s_i s_j)^power.
func inUnits(v *mat.SymDense, s []float64, power float64) *mat.SymDense {
	n := v.SymmetricDim()
	out := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			out.SetSym(i, j, v.At(i, j)*math.Pow(s[i], power)*math.Pow(s[j], power))
		}
	}
	return out
}
