package absorb

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
)

// precondition approximates S⁻¹: by its diagonal or, where effects hang together by few links, by factorisations of
// their graphs, added up.
type precondition struct {
	inverse []float64 // of the diagonal, 0 where a graph takes the dimension, or nothing is to be solved
	graphs  []graphPart
	rate    float64 // of a step, by which the residual of a trial shrank
}

// graphPart is a graph's factorisation, on the dimensions of one effect, net of the first, or of a pair of effects.
type graphPart struct {
	dims  []int32   // of each vertex
	scale []float64 // by which to multiply a moment to get the right-hand side, and the solution; its sign makes a Laplacian of a pair's normal equations
	*elimination
}

// approximate writes an approximation of S⁻¹r to z. scratch has room for z.
func (c *precondition) approximate(z, r, scratch []float64, gw int) {
	for d, v := range c.inverse {
		for j, x := range r[d*gw:][:gw] {
			z[d*gw+j] = v * x
		}
	}
	for _, g := range c.graphs {
		x := scratch[:len(g.dims)*gw]
		for i, d := range g.dims {
			for j, v := range r[int(d)*gw:][:gw] {
				x[i*gw+j] = g.scale[i] * v
			}
		}
		g.solve(x, gw)
		for i, d := range g.dims {
			to := z[int(d)*gw:][:gw]
			for j, v := range x[i*gw:][:gw] {
				to[j] += g.scale[i] * v
			}
		}
	}
}

// interceptOf is the level whose intercept a dimension of the rest is; -1 if it is none of the factor's.
func (f *factor) interceptOf(dim int32) int {
	d := int(dim) - f.offset
	if d < 0 || d >= f.dims() || d%f.width != 0 {
		return -1
	}
	return d / f.width
}

// hangs tells whether an effect and the first have intercepts, whose graph says how they hang together.
func (s *sparse) hangs(f *factor) bool {
	return f.intercept && s.a.first.intercept
}

// A trial decides about a preconditioner: by its rate over the two steps after the first two, if those make clear that a
// dozen steps will do, else over the later half of trialSteps. fastEnough is the rate of some forty steps in all.
const (
	trialSteps = 8
	clearlyFew = 0.15
	fastEnough = 0.56
)

// choosePreconditioner takes the cheapest preconditioner that shrinks a trial's residual fast enough, or the best.
func (s *sparse) choosePreconditioner() {
	s.precondition = s.diagonal()
	if s.product == nil || len(s.many) > 1 {
		if s.rate = s.trial(); s.rate <= fastEnough {
			return
		}
	} else {
		s.rate = 1 // the graph is small, its factorisation cheap
	}
	candidates := []func(precondition) precondition{s.addGraphs}
	if len(s.many) > 1 {
		candidates = append(candidates, s.addPairs)
	}
	best := s.precondition
	for _, extend := range candidates {
		s.precondition = extend(s.precondition)
		if s.rate = s.trial(); s.rate < best.rate {
			best = s.precondition
		}
		if s.rate <= fastEnough {
			break
		}
	}
	s.precondition = best
}

// trial runs some steps on a random vector's moments and returns the rate at which the residual shrinks.
func (s *sparse) trial() float64 {
	random := rand.New(rand.NewPCG(uint64(s.n), 1))
	theta, r := make([]float64, s.n), make([]float64, s.n)
	for d := range theta {
		theta[d] = float64(random.IntN(2)*2 - 1)
	}
	s.apply(theta, r, 1)
	clear(theta)
	start := floats.Norm(r, 2)
	if start == 0 {
		return 0
	}
	rate := 0.0 // stays so if the residual is down to rounding before it can be told
	var half float64
	d := &descent{sparse: s, gw: 1, done: []bool{false}, steps: []int{0}, size: []float64{0}, energy: []float64{0},
		floor: []float64{1e-13 * start}, best: []float64{start}, since: []int{0},
		z: make([]float64, s.n), p: make([]float64, s.n), q: make([]float64, s.n)}
	d.watch = func(step int, squared float64) bool {
		now := math.Sqrt(squared)
		switch step {
		case 2:
			half = now
		case 4:
			rate = math.Sqrt(now / half)
			half = now
		case trialSteps:
			rate = math.Pow(now/half, 1.0/(trialSteps-4))
		}
		return step == 4 && rate <= clearlyFew || step == trialSteps || now <= 1e-10*start
	}
	d.from(theta, r, trialSteps)
	return rate
}

func (s *sparse) diagonal() precondition {
	c := precondition{inverse: make([]float64, s.n)}
	for d, v := range s.diag {
		if s.solid[d] && v > nullPivot {
			c.inverse[d] = 1 / v
		}
	}
	return c
}

// addGraphs replaces the diagonal of every effect's intercepts by their graph net of the first effect's. Where either has
// slopes as well, those leave less of the intercepts than the graph says, but rarely much less.
func (s *sparse) addGraphs(c precondition) precondition {
	c.inverse = append([]float64(nil), c.inverse...)
	for _, f := range s.many {
		if !s.hangs(f) {
			continue
		}
		part := newGraphPart(f)
		for _, d := range part.dims {
			c.inverse[d] = 0
		}
		part.elimination = newElimination(s.graph(f))
		c.graphs = append(c.graphs, part)
	}
	return c
}

func newGraphPart(effects ...*factor) graphPart {
	var p graphPart
	sign := 1.0
	for _, f := range effects {
		for level := range f.levels {
			p.dims = append(p.dims, int32(f.offset+level*f.width))
			p.scale = append(p.scale, sign/f.root[level])
		}
		sign = -sign
	}
	return p
}

// graph links the levels of f that levels of the first effect have in common.
func (s *sparse) graph(f *factor) *graph {
	g := &graph{n: f.levels}
	if s.product != nil && s.a.first.white == nil {
		links := 0
		for u := range f.levels {
			links += s.product.start[f.offset+u*f.width+1] - s.product.start[f.offset+u*f.width]
		}
		g.links = make([]link, 0, links/2+1) // symmetric, and some lead to other effects
		for u := range f.levels {
			row := f.offset + u*f.width
			for i := s.product.start[row]; i < s.product.start[row+1]; i++ {
				if v := f.interceptOf(s.product.col[i]); v > u {
					g.links = append(g.links, link{int32(u), int32(v), -s.product.val[i] / (f.root[u] * f.root[v])})
				}
			}
		}
		return g
	}
	random := rand.New(rand.NewPCG(uint64(f.levels), uint64(s.a.rows)))
	var neighbours []int32
	var weights []float64
	s.cells.each(func(row int, cols []int32, values []float64) {
		if row%s.a.first.width != 0 { // not the level's intercept; slopes leave less of f, not more
			return
		}
		neighbours, weights = neighbours[:0], weights[:0]
		for i, d := range cols {
			if v := f.interceptOf(d); v >= 0 {
				neighbours = append(neighbours, int32(v))
				weights = append(weights, values[i]/f.root[v]/s.a.first.root[row/s.a.first.width])
			}
		}
		g.clique(neighbours, weights, random.Float64)
	})
	g.merge()
	return g
}

// addPairs adds the graphs of all pairs of effects with intercepts, whatever the first effect does to them: they
// know what is nearly the same in both.
func (s *sparse) addPairs(c precondition) precondition {
	c.graphs = append([]graphPart(nil), c.graphs...)
	pair := 0
	for x, f := range s.many {
		for _, h := range s.many[x+1:] {
			cross := s.cross[pair]
			pair++
			if !f.intercept || !h.intercept {
				continue
			}
			g := &graph{n: f.levels + h.levels}
			for u := range f.levels {
				row := f.offset + u*f.width
				for i := cross.start[row]; i < cross.start[row+1]; i++ {
					if v := h.interceptOf(cross.col[i]); v >= 0 {
						g.links = append(g.links, link{int32(u), int32(f.levels + v), cross.val[i] / (f.root[u] * h.root[v])})
					}
				}
			}
			part := newGraphPart(f, h)
			part.elimination = newElimination(g)
			c.graphs = append(c.graphs, part)
		}
	}
	return c
}
