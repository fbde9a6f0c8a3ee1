// Package absorb is the fixed-effects core: it solves for the effects of any number of columns and serves the columns
// net of them block by block, so that no demeaned copy of the data is made unless asked for.
//
// With D the dummies (and slopes) of all effects and W the weights, a column x is replaced by its residual
// x̃ = x − Dα, where D'WDα = D'Wx. The effect with the most dimensions is always eliminated exactly, level by level;
// what is left is a system of the other effects' dimensions (the Schur complement), the same for every column:
//
//   - one effect: nothing is left;
//   - two effects: a graph's Laplacian, factored without a subtraction, so exact whatever the weights;
//   - more effects, or slopes, of at most some thousand dimensions: a pivoted Cholesky factorisation;
//   - larger systems: conjugate gradients, preconditioned by an approximate factorisation of each effect's graph,
//     stopped on the residual of the normal equations, with an error if they don't get there.
//
// Results are the same to the last bit at any number of workers.
package absorb

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"github.com/seed2d25c7c2/didnb/didkit/internal/parallel"
)

// Effect is one fixed effect: an intercept for each level, slopes on given columns for each level, or both.
type Effect struct {
	Name      string
	Codes     []int32 // one a row, 0 … Levels-1, every level present
	Levels    int
	Intercept bool
	Slopes    [][]float64 // each one a row
}

// Problem is what is to be absorbed: the effects, on how many rows, under which weights. Nothing of it is copied or
// changed; it must not be changed while an Absorber of it is in use.
type Problem struct {
	Rows    int
	Effects []Effect
	Weights []float64 // one a row, all > 0; nil means 1 each
}

// Options tune the solver. The zero value is the default.
type Options struct {
	Tol     float64 // of the relative residual of the normal equations where the solver iterates; 0 means 1e-10
	MaxIter int     // 0 means 2000
	Workers int     // goroutines; 0 means GOMAXPROCS. The results don't depend on it

	// Stop is asked between two steps of an iteration; once it gives an error, Within returns that error. nil goes on.
	Stop func() error
}

// Absorber holds what is the same for every column: the effects made ready and their system factored. It is safe for
// concurrent use.
type Absorber struct {
	rows     int
	weights  []float64
	workers  int
	tol      float64
	maxIter  int
	effects  []*factor // in the problem's order
	first    *factor   // the effect that is eliminated level by level: the one with the most dimensions; nil without effects
	rest     []*factor // the others, by falling number of dimensions
	dims     int       // of the rest together
	ordered  bool      // rows stand sorted by the first effect's level
	longest  int       // rows of the first effect's largest level, if they are ordered
	constant bool      // the effects span a constant
	system   system    // solves for the rest; nil if there is none
	stop     func() error
	coupled  *sync.Pool // of *couplingSums; apart, since the runtime holds on to pools beyond the life of what they serve

	counted    sync.Once
	rank       int
	exact      bool
	components []int
}

// stopped is the error of Options.Stop, nil without it.
func (a *Absorber) stopped() error {
	if a.stop == nil {
		return nil
	}
	return a.stop()
}

// system is what is left of the normal equations once the first effect is eliminated. Moments are those of the rest's
// columns with a column net of the first effect, r = D'W x; a coefficient belongs to each.
type system interface {
	// solve returns coefficients θ of the moments r, which it may overwrite, and r − Sθ where that is not mere rounding.
	// noise is what rounding may have left in each column's moments.
	solve(r *table, noise []float64) (solution, error)
	// rank of S, and whether it is known for sure.
	rank() (int, bool)
	// balanced tells that the first effect explains the rest's columns by a constant in every level.
	balanced() bool
	// delicate tells that the system is close to singular, so that a second solution, of what the first left, adds digits.
	delicate() bool
}

// solution is what a system returns.
type solution struct {
	theta *table
	left  *table // nil if the system was solved exactly
	Report
}

// Report says how the effects were solved for.
type Report struct {
	Method     string  // "none", "means", "balanced", "two-way", "exact" or "conjugate gradients"
	Iterations int     // of the slowest column; 0 where nothing was iterated
	Residual   float64 // of the normal equations of the worst column, relative to that of effects of zero; 0 where nothing was iterated
}

// New checks a problem and factors what is the same for every column. Errors are *BadEffect and *BadWeight.
func New(p Problem, o Options) (*Absorber, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	a := &Absorber{rows: p.Rows, weights: p.Weights, workers: o.Workers, tol: o.Tol, maxIter: o.MaxIter, stop: o.Stop, coupled: &sync.Pool{}}
	if a.workers <= 0 {
		a.workers = runtime.GOMAXPROCS(0)
	}
	if a.tol <= 0 {
		a.tol = 1e-10
	}
	if a.maxIter <= 0 {
		a.maxIter = 2000
	}
	a.effects = make([]*factor, len(p.Effects))
	parallel.For(a.workers, len(p.Effects), func(i int) { a.effects[i] = newFactor(&p.Effects[i], p.Weights) })
	for _, f := range a.effects {
		a.constant = a.constant || f.intercept
		if a.first == nil || f.dims() > a.first.dims() {
			a.first = f
		}
	}
	if a.first == nil {
		return a, nil
	}
	for _, f := range a.effects {
		if f != a.first {
			a.rest = append(a.rest, f)
		}
	}
	slices.SortStableFunc(a.rest, func(f, g *factor) int { return cmp.Compare(g.dims(), f.dims()) })
	for _, f := range a.rest {
		f.offset = a.dims
		a.dims += f.dims()
	}
	a.ordered, a.longest = a.first.order()
	if len(a.rest) > 0 {
		a.system = a.newSystem()
	}
	return a, nil
}

// plain tells whether all effects are intercepts alone.
func (a *Absorber) plain() bool {
	return !slices.ContainsFunc(a.effects, func(f *factor) bool { return f.white != nil })
}

// makeRoots readies all effects for whitening.
func (a *Absorber) makeRoots() {
	for _, f := range a.effects {
		f.makeRoot()
	}
}

// check refuses what no caller should send, with the place.
func (p *Problem) check() error {
	if p.Weights != nil && len(p.Weights) != p.Rows {
		return &BadWeight{Row: -1, Reason: fmt.Sprintf("there are %d weights for %d rows", len(p.Weights), p.Rows)}
	}
	for i, w := range p.Weights {
		if !(w > 0) || w > maxFinite {
			return &BadWeight{Row: i, Reason: fmt.Sprintf("the weight in row %d is %v; weights must be positive and finite", i+1, w)}
		}
	}
	for k := range p.Effects {
		e := &p.Effects[k]
		bad := func(format string, args ...any) error {
			return &BadEffect{Effect: e.Name, Reason: fmt.Sprintf(format, args...)}
		}
		if len(e.Codes) != p.Rows {
			return bad("has %d codes for %d rows", len(e.Codes), p.Rows)
		}
		if !e.Intercept && len(e.Slopes) == 0 {
			return bad("has neither an intercept nor a slope")
		}
		seen := make([]bool, max(e.Levels, 0))
		for i, c := range e.Codes {
			if c < 0 || int(c) >= e.Levels {
				return bad("has code %d in row %d, outside its %d levels", c, i+1, e.Levels)
			}
			seen[c] = true
		}
		for c, s := range seen {
			if !s {
				return bad("has no row of level %d", c)
			}
		}
		for _, z := range e.Slopes {
			if len(z) != p.Rows {
				return bad("has a slope of %d rows, not %d", len(z), p.Rows)
			}
			for i, v := range z {
				if v != v || v > maxFinite || v < -maxFinite {
					return bad("has a slope that is %v in row %d", v, i+1)
				}
			}
		}
	}
	return nil
}
