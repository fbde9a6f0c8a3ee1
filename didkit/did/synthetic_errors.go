package did

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"

	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/internal/parallel"
)

// defaultDraws of the placebo and the bootstrap.
const defaultDraws = 200

// sampled is a sample drawn: never-treated units, as places in synthetic.never, and the treated of each block.
type sampled struct {
	controls []int
	treated  [][]int
}

// resampling settles the errors' kind and the number of draws, and refuses what can't be resampled.
func (s *synthetic) resampling() (Resampling, int, error) {
	kind, draws := s.spec.Resampling, s.spec.Draws
	single := slices.IndexFunc(s.blocks, func(b *block) bool { return len(b.units) < 2 })
	if kind == "" {
		kind = BootstrapUnits
		if single >= 0 && len(s.never) > len(s.treated) {
			kind = PlaceboUnits
		}
	}
	if draws == 0 {
		draws = defaultDraws
	}
	switch kind {
	case PlaceboUnits:
		if len(s.never) <= len(s.treated) {
			return "", 0, fmt.Errorf("placebo errors let never-treated units stand in for the treated, and there are %d for %d treated ones; inf=bootstrap and inf=jackknife resample all units", len(s.never), len(s.treated))
		}
	case BootstrapUnits:
		if len(s.treated) < 2 {
			return "", 0, fmt.Errorf("the bootstrap needs two treated units at least, and there is one (%s); inf=placebo tells its error from never-treated units", s.label(s.treated[0]))
		}
	case JackknifeUnits:
		if single >= 0 {
			return "", 0, fmt.Errorf("the jackknife needs two treated units in each cohort, and cohort %g has one; inf=placebo tells its error from never-treated units", s.blocks[single].g)
		}
		for _, b := range s.blocks {
			if slices.Max(b.omega) == 1 {
				return "", 0, fmt.Errorf("the jackknife leaves out each unit in turn, and the synthetic control of cohort %g is one unit (%s); inf=bootstrap finds weights again", b.g, s.label(s.never[slices.Index(b.omega, 1)]))
			}
		}
		draws = s.units
	case WithoutErrors:
		draws = 0
	default:
		return "", 0, fmt.Errorf("no errors %q; they are placebo, bootstrap or jackknife", kind)
	}
	return kind, draws, nil
}

// draw is sample number i.
func (s *synthetic) draw(kind Resampling, i int) sampled {
	rng := rand.New(rand.NewPCG(s.spec.Seed, uint64(i)))
	out := sampled{treated: make([][]int, len(s.blocks))}
	switch kind {
	case PlaceboUnits:
		order := rng.Perm(len(s.never))
		out.controls = order[:len(order)-len(s.treated)]
		rest := order[len(out.controls):]
		for k, b := range s.blocks {
			for range b.units {
				out.treated[k], rest = append(out.treated[k], s.never[rest[0]]), rest[1:]
			}
		}
	case BootstrapUnits:
		place := make([]int, s.units) // in never
		for k, u := range s.never {
			place[u] = k + 1
		}
		for len(out.controls) == 0 || !slices.ContainsFunc(out.treated, func(t []int) bool { return len(t) > 0 }) {
			out = sampled{treated: make([][]int, len(s.blocks))}
			drawn := make([]int, s.units)
			for k := range drawn {
				drawn[k] = rng.IntN(s.units)
			}
			slices.Sort(drawn)
			for _, u := range drawn {
				if place[u] > 0 {
					out.controls = append(out.controls, place[u]-1)
				} else {
					k := slices.IndexFunc(s.blocks, func(b *block) bool { return b.g == s.start[u] })
					out.treated[k] = append(out.treated[k], u)
				}
			}
		}
	case JackknifeUnits:
		for k, u := range s.never {
			if u != i {
				out.controls = append(out.controls, k)
			}
		}
		for k, b := range s.blocks {
			out.treated[k] = slices.DeleteFunc(slices.Clone(b.units), func(u int) bool { return u == i })
		}
	}
	return out
}

// again estimates the block in a sample, period by period; nil where the sample has none of its units. Weights start from
// those of the whole sample, restricted to its units (as the authors' program does), so that a few steps lead to their own;
// the jackknife keeps them.
func (b *block) again(kind Resampling, x sampled, k int) []float64 {
	treated := x.treated[k]
	if len(treated) == 0 {
		return nil
	}
	omega, lambda := make([]float64, len(x.controls)), slices.Clone(b.lambda)
	for j, i := range x.controls {
		omega[j] = b.omega[i]
	}
	normalise(omega)
	if b.s.covariates != nil {
		return b.againCovariates(kind, x, treated, omega, lambda)
	}
	if kind != JackknifeUnits {
		b.weigh(x.controls, treated, omega, lambda)
	}
	return b.compare(x.controls, treated, omega, lambda)
}

// redraws are the values of statistics in each sample; NaN where the sample has no unit of theirs.
func (s *synthetic) redraws(kind Resampling, draws int, all []mixed) [][]float64 {
	out := make([][]float64, draws)
	told, done := sync.Mutex{}, 0
	parallel.Unless(s.spec.Design.Stop, 0, draws, func(i int) {
		x := s.draw(kind, i)
		effects := make([][]float64, len(s.blocks))
		for k, b := range s.blocks {
			effects[k] = b.again(kind, x, k)
		}
		sizes := make([]float64, len(s.blocks))
		for k, t := range x.treated {
			sizes[k] = float64(len(t))
		}
		out[i] = make([]float64, len(all))
		for j, m := range all {
			out[i][j] = m.value(effects, sizes)
		}
		if s.spec.Progress != nil {
			told.Lock()
			defer told.Unlock()
			done++
			s.spec.Progress(done, draws)
		}
	})
	for i := range out {
		if out[i] == nil { // stopped, which Staggered returns
			out[i] = nans(len(all))
		}
	}
	return out
}

// covarianceOfDraws is that of statistics over samples, each pair over the samples that have both: the variance over draws,
// or for the jackknife (n-1)/n times their sum of squares.
func covarianceOfDraws(drawn [][]float64, kind Resampling) *mat.SymDense {
	q := len(drawn[0])
	v := mat.NewSymDense(q, nil)
	for a := range q {
		for b := a; b < q; b++ {
			var n, ma, mb, cross float64
			for _, d := range drawn {
				if d[a] == d[a] && d[b] == d[b] {
					n++
					ma += d[a]
					mb += d[b]
				}
			}
			ma, mb = ma/n, mb/n
			for _, d := range drawn {
				if d[a] == d[a] && d[b] == d[b] {
					cross += (d[a] - ma) * (d[b] - mb)
				}
			}
			if kind == JackknifeUnits {
				v.SetSym(a, b, cross*(n-1)/n)
			} else {
				v.SetSym(a, b, cross/n)
			}
			if n < 2 {
				v.SetSym(a, b, math.NaN())
			}
		}
	}
	return v
}
