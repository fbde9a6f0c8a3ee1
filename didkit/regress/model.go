package regress

import (
	"fmt"
	"math"
	"sync"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/absorb"
	"github.com/seed2d25c7c2/didnb/didkit/design"
)

// Model is an estimated regression with what covariances and estimators built on it need. It refers to the design's
// columns; a Fit made from it does not.
type Model struct {
	Design    *design.Design
	Kept      []int     // columns of Design.X that are not collinear, ascending
	Beta      []float64 // their coefficients
	Collinear []string  // the other columns' names
	Bread     *mat.SymDense
	SSR       float64 // Σ w e²
	SST       float64 // Σ w (y - ȳ)²
	SSWithin  float64 // Σ w ỹ²
	SumW      float64 // Σ w, n without weights

	absorber *absorb.Absorber
	within   *absorb.Within
	means    []float64  // weighted means of y and of the columns of X, where there is a constant
	pool     *sync.Pool // of *scratch; apart, since the runtime holds on to pools, and would to the model's columns
}

// NoVariation is the error for an outcome, or for every regressor, that the fixed effects leave nothing of.
type NoVariation struct {
	Variable string
	Effects  bool // fixed effects are in the model
}

func (e *NoVariation) Error() string {
	if e.Effects {
		return fmt.Sprintf("%s does not vary within the fixed effects, so nothing can be estimated from it", e.Variable)
	}
	return fmt.Sprintf("%s does not vary among the rows used, so nothing can be estimated from it", e.Variable)
}

// TooFewRows is the error for at least as many parameters as rows.
type TooFewRows struct{ Rows, Parameters int }

func (e *TooFewRows) Error() string {
	return fmt.Sprintf("%d rows can't estimate %d parameters (coefficients and fixed effects)", e.Rows, e.Parameters)
}

const (
	absorbedShare  = 1e-12 // of a column's variation left by the effects: below it is absorbed
	exactShare     = 1e-20 // of the outcome's variation: what is left below it is rounding
	roundingShare  = 1e-20 // of a coefficient's variance were one residual all there is: below it is rounding
	collinearShare = 1e-10 // of a column's variation left by the effects and the columns before it
)

// Solve estimates the coefficients of a design. Columns that the effects absorb, or that the columns before them span,
// are left out and named; that is an error only if no column with variation remains.
func Solve(d *design.Design) (*Model, error) {
	m := &Model{Design: d, SumW: float64(d.N), pool: &sync.Pool{}}
	if d.Weights != nil {
		m.SumW = 0
		for _, w := range d.Weights {
			m.SumW += w
		}
	}
	problem := absorb.Problem{Rows: d.N, Effects: d.Effects, Weights: d.Weights}
	if d.Intercept { // an intercept is an effect of one level: the slopes come from centred columns
		problem.Effects = []absorb.Effect{{Name: "(Intercept)", Codes: make([]int32, d.N), Levels: 1, Intercept: true}}
	}
	var err error
	if m.absorber, err = absorb.New(problem, absorb.Options{Stop: d.Stop}); err != nil {
		return nil, err
	}
	cols := append([][]float64{d.Y}, d.X...)
	if m.within, err = m.absorber.Within(cols); err != nil {
		return nil, err
	}
	if err := d.Stopped(); err != nil {
		return nil, err
	}
	gram := m.within.Gram()
	m.SST, _ = m.within.Variation(0)
	m.SSWithin = gram.At(0, 0)
	centred := d.Intercept || len(d.Effects) > 0
	if noise(d.Y, d.Weights, m.SumW) >= m.SST && centred {
		return nil, &NoVariation{Variable: d.Outcome}
	}
	if len(d.Effects) > 0 && m.SSWithin <= exactShare*m.SST {
		return nil, &NoVariation{Variable: d.Outcome, Effects: true}
	}
	if centred {
		m.means = make([]float64, len(cols))
		for j := range cols {
			m.means[j] = m.within.Mean(j)
		}
	}
	if err := m.solveNormal(gram, centred); err != nil {
		return nil, err
	}
	if !m.settled(gram) {
		m.refine()
	}
	return m, nil
}

// noise is the sum of squares that rounding alone can leave of a column: its magnitude, seen on a sample of rows, times
// some thousand ulps.
func noise(x, w []float64, sumW float64) float64 {
	step := max(1, len(x)/1000)
	scale := 0.0
	for i := 0; i < len(x); i += step {
		scale = math.Max(scale, math.Abs(x[i]))
	}
	return sumW * scale * scale * 1e-26
}

// solveNormal factors the Gram matrix column by column in formula order, leaving out columns without variation of their
// own. Columns are scaled to unit length first, so that units of measurement don't matter.
func (m *Model) solveNormal(gram *mat.SymDense, centred bool) error {
	d := m.Design
	var l [][]float64 // rows of the Cholesky factor of the kept, scaled columns
	var scale []float64
	for j := range d.X {
		g := gram.At(j+1, j+1)
		before, after := m.within.Variation(j + 1)
		dead := !(g > 0)
		if centred {
			dead = dead || before <= noise(d.X[j], d.Weights, m.SumW) || after <= absorbedShare*before
		}
		if !dead {
			s := math.Sqrt(g)
			row := make([]float64, len(l)+1)
			left := 1.0
			for a, k := range m.Kept {
				v := gram.At(j+1, k+1) / (s * scale[a])
				for b := range a {
					v -= row[b] * l[a][b]
				}
				row[a] = v / l[a][a]
				left -= row[a] * row[a]
			}
			if left > collinearShare {
				row[len(l)] = math.Sqrt(left)
				l, scale = append(l, row), append(scale, s)
				m.Kept = append(m.Kept, j)
				continue
			}
		}
		m.Collinear = append(m.Collinear, d.Terms[j])
	}
	k := len(m.Kept)
	if len(d.X) > 0 && k == 0 {
		return &NoVariation{Variable: d.Terms[0], Effects: len(d.Effects) > 0}
	}
	m.Bread = inverse(l, scale)
	m.Beta = make([]float64, k)
	for a := range k {
		for b := range k {
			m.Beta[a] += m.Bread.At(a, b) * gram.At(0, m.Kept[b]+1)
		}
	}
	return nil
}

// inverse is (D L L' D)^-1 with D the diagonal of scale.
func inverse(l [][]float64, scale []float64) *mat.SymDense {
	k := len(l)
	if k == 0 {
		return &mat.SymDense{}
	}
	inv := make([][]float64, k) // L^-1, lower triangular
	for i := range k {
		inv[i] = make([]float64, i+1)
		inv[i][i] = 1 / l[i][i]
		for j := range i {
			s := 0.0
			for h := j; h < i; h++ {
				s += l[i][h] * inv[h][j]
			}
			inv[i][j] = -s / l[i][i]
		}
	}
	out := mat.NewSymDense(k, nil)
	for i := range k {
		for j := i; j < k; j++ {
			s := 0.0
			for h := j; h < k; h++ {
				s += inv[h][i] * inv[h][j]
			}
			out.SetSym(i, j, s/(scale[i]*scale[j]))
		}
	}
	return out
}

func vector(x []float64) blas64.Vector { return blas64.Vector{N: len(x), Data: x, Inc: 1} }

// Within serves the outcome (column 0) and the columns of X net of the effects.
func (m *Model) Within() *absorb.Within { return m.within }

// Absorber is the factorised fixed effects, for solving further columns on the same rows.
func (m *Model) Absorber() *absorb.Absorber { return m.absorber }
