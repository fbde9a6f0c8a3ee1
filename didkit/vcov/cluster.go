package vcov

import (
	"errors"
	"fmt"
	"math"
	"math/bits"

	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// fewClusters is where the note on too few begins: Cameron & Miller (2015, section VI) put "few" between 20 and 50.
const fewClusters = 20

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
			r.Notes = append(r.Notes, fmt.Sprintf("%s has %d clusters only; with so few, clustered errors are too small and intervals too narrow", name, levels[w]))
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

// Positive raises the eigenvalues ≤ 0 of a multi-way covariance to 1e-16, as fixest does with the matrix of the
// coefficients that it reports (Cameron, Gelbach & Miller 2011, section 2.3); changed tells whether an entry moved by
// more than 1e-8.
func Positive(v *mat.SymDense) (*mat.SymDense, bool) {
	var e mat.EigenSym
	if !e.Factorize(v, true) {
		return v, false
	}
	values := e.Values(nil)
	if values[0] > 0 {
		return v, false
	}
	var q mat.Dense
	e.VectorsTo(&q)
	n := len(values)
	out := mat.NewSymDense(n, nil)
	for k, l := range values {
		out.SymRankOne(out, math.Max(l, 1e-16), q.ColView(k))
	}
	changed := false
	for i := range n {
		for j := range n {
			changed = changed || math.Abs(out.At(i, j)-v.At(i, j)) > 1e-8
		}
	}
	return out, changed
}
