package vcov

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/absorb"
	"github.com/seed2d25c7c2/didnb/didkit/internal/parallel"
)

// maxCrossing bounds the levels of effects that cross clusters: their system is held and decomposed densely.
const maxCrossing = 2000

// TooManyCrossing is the error for effects that cross clusters with too many levels for a method.
type TooManyCrossing struct {
	Type   Type
	Levels int
}

func (e *TooManyCrossing) Error() string {
	return fmt.Sprintf("vcov=%s holds the fixed effects that cross its clusters one by one, %d at most, and here are %d; cluster more coarsely or by vcov=cluster(…)",
		e.Type, maxCrossing, e.Levels)
}

// crossing are the effects that do not lie inside clusters, as columns D. With the others, F, projected out, the effects'
// projection is P_F plus that on D̃ = M_F D; inverse is (D'W M_F D)⁻, a generalised inverse.
type crossing struct {
	effects []Effect
	offset  []int // first column of each effect
	dims    int
	nested  *absorb.Absorber // of F
	inverse *mat.SymDense    // nil where dims is 0
	root    *mat.Dense       // dims × rank, inverse = root root'
}

// apart splits the effects by whether they lie inside the clusters.
func (p *Problem) apart(t Type, clusters []int32) (*crossing, error) {
	c := &crossing{}
	var inner []absorb.Effect
	for _, e := range p.Effects {
		if inside(e, clusters) {
			inner = append(inner, absorb.Effect{Codes: e.Codes, Levels: e.Levels, Intercept: e.Intercept, Slopes: e.Values})
			continue
		}
		c.effects, c.offset = append(c.effects, e), append(c.offset, c.dims)
		c.dims += e.Levels * e.columns()
	}
	return c, c.factor(p, t, inner)
}

// columns is how many columns an effect has for each level.
func (e Effect) columns() int {
	if e.Intercept {
		return 1 + e.Slopes
	}
	return e.Slopes
}

// factor prepares the nested effects' absorber and the inverse.
func (c *crossing) factor(p *Problem, t Type, inner []absorb.Effect) (err error) {
	if c.dims > maxCrossing {
		return &TooManyCrossing{t, c.dims}
	}
	if c.nested, err = absorb.New(absorb.Problem{Rows: p.N, Effects: inner, Weights: p.Weights}, absorb.Options{Stop: p.Stop}); err != nil {
		return err
	}
	if c.dims == 0 {
		return nil
	}
	gram := mat.NewSymDense(c.dims, nil)
	errs := make([]error, c.dims)
	parallel.Unless(p.Stop, 0, c.dims, func(j int) {
		x, err := c.column(p, j)
		if err != nil {
			errs[j] = err
			return
		}
		moments := make([]float64, c.dims)
		c.add(p, 0, x, moments)
		for i := range j + 1 {
			gram.SetSym(i, j, moments[i])
		}
	})
	for _, err := range append(errs, p.stopped()) {
		if err != nil {
			return err
		}
	}
	return c.invert(gram)
}

// column is column j of D net of the nested effects.
func (c *crossing) column(p *Problem, j int) ([]float64, error) {
	k := len(c.effects) - 1
	for c.offset[k] > j {
		k--
	}
	e := c.effects[k]
	level, which := int32((j-c.offset[k])/e.columns()), (j-c.offset[k])%e.columns()
	x := make([]float64, p.N)
	for i, l := range e.Codes {
		if l == level {
			x[i] = e.value(i, which)
		}
	}
	w, err := c.nested.Within([][]float64{x})
	if err != nil {
		return nil, err
	}
	return w.Column(0), nil
}

// value is what row i has in the column which of its level.
func (e Effect) value(i, which int) float64 {
	if e.Intercept {
		if which == 0 {
			return 1
		}
		which--
	}
	return e.Values[which][i]
}

// add adds D'Wx of rows lo … lo+len(x) to sums.
func (c *crossing) add(p *Problem, lo int, x, sums []float64) {
	for k, e := range c.effects {
		n := e.columns()
		for r, v := range x {
			i := lo + r
			if p.Weights != nil {
				v *= p.Weights[i]
			}
			at := c.offset[k] + int(e.Codes[i])*n
			for which := range n {
				sums[at+which] += v * e.value(i, which)
			}
		}
	}
}

// invert takes the generalised inverse on the eigenvectors whose eigenvalues are no rounding errors, in units in which the
// diagonal is one.
func (c *crossing) invert(gram *mat.SymDense) error {
	n := c.dims
	scale := make([]float64, n)
	for i := range n {
		scale[i] = 1
		if g := gram.At(i, i); g > 0 {
			scale[i] = math.Sqrt(g)
		}
	}
	var e mat.EigenSym
	if !e.Factorize(inUnits(gram, scale, -1), true) {
		return fmt.Errorf("the fixed effects' system of %d dimensions has no eigenvalues", n)
	}
	values := e.Values(nil)
	var q mat.Dense
	e.VectorsTo(&q)
	first := 0
	for first < n && values[first] <= 1e-10*values[n-1] {
		first++
	}
	c.root = mat.NewDense(n, max(n-first, 1), nil)
	for k := first; k < n; k++ {
		for i := range n {
			c.root.Set(i, k-first, q.At(i, k)/(scale[i]*math.Sqrt(values[k])))
		}
	}
	c.inverse = mat.NewSymDense(n, nil)
	c.inverse.SymOuterK(1, c.root)
	return nil
}
