package absorb

import (
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/internal/parallel"
)

// laplacian is the system of two effects with intercepts alone. S is the Laplacian of a graph on the smaller effect's
// levels: rows u and v of it are linked by Σ_l b_lu b_lv / W_l, with b_lu the weight of level u in level l of the larger
// effect. Eliminating a vertex of a Laplacian leaves a Laplacian, whose links are sums of positive numbers, and a pivot is
// the sum of its links: without a subtraction no digit is lost, whatever the weights, and the last vertex of a component
// is known by having no link left, not by a tolerance. (Grassmann, Taksar and Heyman, 1985, eliminate Markov chains so.)
type laplacian struct {
	n          int
	link       []float64 // n × n, upper triangle: links at the time when the row's vertex is eliminated
	pivot      []float64 // their sums; 0 grounds the last vertex of a component
	components int
	even       bool // balanced and unweighted
	uneven     bool // the heaviest row has unevenWeights times the weight of the lightest, or more
	factor     *factor
}

func newLaplacian(a *Absorber, f *factor) *laplacian {
	s := &laplacian{n: f.levels, factor: f, pivot: make([]float64, f.levels)}
	if s.even = balancedPair(a, f); s.even {
		s.link = make([]float64, s.n*s.n)
		for i := range s.link {
			s.link[i] = float64(a.first.levels) / float64(s.n)
		}
	} else {
		s.link = a.links(f)
	}
	s.eliminate()
	if a.weights != nil && a.rows > 0 {
		s.uneven = slices.Max(a.weights) >= unevenWeights*slices.Min(a.weights)
	}
	return s
}

const unevenWeights = 1e5

// balancedPair tells whether the rows are unweighted and run through all levels of f within each level of the first.
func balancedPair(a *Absorber, f *factor) bool {
	if a.weights != nil || !a.ordered || a.rows != a.first.levels*f.levels {
		return false
	}
	for i := 0; i < a.rows; i += f.levels {
		unit := a.first.codes[i]
		for t, c := range f.codes[i : i+f.levels] {
			if int(c) != t || a.first.codes[i+t] != unit {
				return false
			}
		}
	}
	return true
}

// links sums b_lu b_lv / W_l over the first effect's levels for all pairs u < v.
func (a *Absorber) links(f *factor) []float64 {
	n := f.levels
	levels := a.first.grouping(a.ordered)
	bounds := chunks(a.first.levels, n*n, a.rows)
	parts := make([][]float64, len(bounds)-1)
	parallel.For(a.workers, len(parts), func(p int) {
		link := make([]float64, n*n)
		sum, seen := make([]float64, n), make([]int32, 0, n)
		for l := bounds[p]; l < bounds[p+1]; l++ {
			seen = seen[:0]
			for i := levels.start[l]; i < levels.start[l+1]; i++ {
				r := levels.row(i)
				c := f.codes[r]
				if sum[c] == 0 {
					seen = append(seen, c)
				}
				sum[c] += weight(a.weights, r)
			}
			for x, u := range seen {
				share := sum[u] / a.first.total[l]
				row := link[int(u)*n:][:n]
				for _, v := range seen[:x] {
					row[v] += share * sum[v]
				}
			}
			for _, u := range seen {
				sum[u] = 0
			}
		}
		parts[p] = link
	})
	link := parts[0]
	for _, part := range parts[1:] {
		for i, v := range part {
			link[i] += v
		}
	}
	for u := 0; u < n; u++ {
		for v := u + 1; v < n; v++ {
			link[u*n+v] += link[v*n+u]
		}
	}
	return link
}

func (s *laplacian) eliminate() {
	n := s.n
	for v := 0; v < n; v++ {
		row := s.link[v*n:][:n]
		d := 0.0
		for _, w := range row[v+1:] {
			d += w
		}
		s.pivot[v] = d
		if d == 0 {
			s.components++
			continue
		}
		for u := v + 1; u < n; u++ {
			if row[u] == 0 {
				continue
			}
			share := row[u] / d
			target := s.link[u*n:][:n]
			for x := u + 1; x < n; x++ {
				target[x] += share * row[x]
			}
		}
	}
}

func (s *laplacian) rank() (int, bool) { return s.n - s.components, true }

// delicate is where weights are so uneven that the moments of light rows drown in the rounding of heavy ones'. What the
// first solution leaves of those is small, so the second has the light rows' digits.
func (s *laplacian) delicate() bool { return s.uneven }

func (s *laplacian) balanced() bool { return s.even }

func (s *laplacian) solve(r *table, _ []float64) (solution, error) {
	n := s.n
	for g, d := range r.data {
		gw := r.width(g)
		for v := 0; v < n; v++ {
			if s.pivot[v] == 0 {
				continue
			}
			links := s.link[v*n:][:n]
			from := d[v*gw:][:gw]
			for u := v + 1; u < n; u++ {
				share := links[u] / s.pivot[v]
				to := d[u*gw:][:gw]
				for j, x := range from {
					to[j] += share * x
				}
			}
		}
		for v := n - 1; v >= 0; v-- {
			at := d[v*gw:][:gw]
			if s.pivot[v] == 0 {
				clear(at)
				continue
			}
			links := s.link[v*n:][:n]
			for u := v + 1; u < n; u++ {
				for j, x := range d[u*gw:][:gw] {
					at[j] += links[u] * x
				}
			}
			for j := range at {
				at[j] /= s.pivot[v]
			}
		}
	}
	method := "two-way"
	if s.even {
		method = "balanced"
	}
	return solution{theta: r, Report: Report{Method: method}}, nil
}
