package diagnose

import "math"

// simplex maximises c'γ over {γ ≥ 0, Wγ = h} for one W and many c: each solution starts from the last one's basis. W has
// m rows and n columns, both of a few dozen at most.
type simplex struct {
	m, n    int
	w       [][]float64 // columns of W: n × m
	h       []float64
	basis   []int       // m columns; n+i is the artificial of row i
	inverse [][]float64 // of the basis
	value   []float64   // of the basic variables
	in      []bool      // of each column: in the basis
	pivots  int         // since the inverse was last made anew
	dual    []float64
}

const (
	pivotTolerance   = 1e-9  // on numbers of order one
	optimalTolerance = 1e-11 // of reduced costs
)

// newSimplex finds a first basis; false if no γ is feasible. h must be ≥ 0.
func newSimplex(columns [][]float64, h []float64) (*simplex, bool) {
	m := len(h)
	s := &simplex{m: m, n: len(columns), w: columns, h: h, basis: make([]int, m), value: append([]float64(nil), h...),
		in: make([]bool, len(columns)), dual: make([]float64, m), inverse: make([][]float64, m)}
	for i := range m {
		s.basis[i] = s.n + i
		s.inverse[i] = make([]float64, m)
		s.inverse[i][i] = 1
	}
	if !s.run(make([]float64, s.n), -1) { // maximise minus the artificials
		return nil, false
	}
	for i, b := range s.basis {
		if b >= s.n && s.value[i] > 1e-8 {
			return nil, false
		}
	}
	return s, true
}

// maximise returns the optimum and writes γ. False if it is unbounded or rounding spoils the search.
func (s *simplex) maximise(c, gamma []float64) (float64, bool) {
	if !s.run(c, 0) {
		return 0, false
	}
	clear(gamma)
	for i, b := range s.basis {
		if b < s.n {
			gamma[b] = math.Max(s.value[i], 0)
		}
	}
	return dot(c, gamma), true
}

func (s *simplex) cost(c []float64, artificial float64, j int) float64 {
	if j >= s.n {
		return artificial
	}
	return c[j]
}

// run pivots until no column improves. Columns enter by the largest reduced cost, and by Bland's rule once the search
// is long, so that it can't cycle.
func (s *simplex) run(c []float64, artificial float64) bool {
	direction := make([]float64, s.m)
	for step := 0; step < 5000; step++ {
		for k := range s.m {
			s.dual[k] = 0
			for i, b := range s.basis {
				s.dual[k] += s.cost(c, artificial, b) * s.inverse[i][k]
			}
		}
		scale := 1.0
		for _, x := range c {
			scale = math.Max(scale, math.Abs(x))
		}
		enter, best := -1, optimalTolerance*scale
		for j := range s.n {
			if s.in[j] {
				continue
			}
			if r := c[j] - dot(s.dual, s.w[j]); r > best {
				enter, best = j, r
				if step > 200 {
					break
				}
			}
		}
		if enter < 0 {
			return true
		}
		for i := range s.m {
			direction[i] = dot(s.inverse[i], s.w[enter])
		}
		leave, ratio := -1, math.Inf(1)
		for i, d := range direction {
			switch {
			case s.basis[i] >= s.n && artificial == 0 && math.Abs(d) > pivotTolerance:
				leave, ratio = i, 0 // an artificial that stayed at zero must not move: it leaves
			case d > pivotTolerance:
				r := math.Max(s.value[i], 0) / d
				if r < ratio || r == ratio && leave >= 0 && s.basis[i] < s.basis[leave] {
					leave, ratio = i, r
				}
			}
			if ratio == 0 && leave == i && s.basis[i] >= s.n {
				break
			}
		}
		if leave < 0 {
			return false
		}
		s.pivot(enter, leave, direction)
	}
	return false
}

func (s *simplex) pivot(enter, leave int, direction []float64) {
	if b := s.basis[leave]; b < s.n {
		s.in[b] = false
	}
	s.basis[leave] = enter
	s.in[enter] = true
	row, p := s.inverse[leave], direction[leave]
	for k := range row {
		row[k] /= p
	}
	s.value[leave] /= p
	for i := range s.m {
		if d := direction[i]; i != leave && d != 0 {
			for k := range row {
				s.inverse[i][k] -= d * row[k]
			}
			s.value[i] -= d * s.value[leave]
		}
	}
	if s.pivots++; s.pivots >= 40 {
		s.refactor()
	}
}

// refactor makes the inverse anew by Gauss and Jordan with pivoting, so that rounding does not pile up.
func (s *simplex) refactor() {
	s.pivots = 0
	m := s.m
	a := make([][]float64, m)
	for i := range a {
		a[i] = make([]float64, 2*m)
		for k, b := range s.basis {
			if b < s.n {
				a[i][k] = s.w[b][i]
			} else if b-s.n == i {
				a[i][k] = 1
			}
		}
		a[i][m+i] = 1
	}
	for k := range m {
		p := k
		for i := k; i < m; i++ {
			if math.Abs(a[i][k]) > math.Abs(a[p][k]) {
				p = i
			}
		}
		if math.Abs(a[p][k]) < 1e-13 {
			return // the updated inverse is the better one
		}
		a[k], a[p] = a[p], a[k]
		d := a[k][k]
		for j := range a[k] {
			a[k][j] /= d
		}
		for i := range m {
			if f := a[i][k]; i != k && f != 0 {
				for j := range a[i] {
					a[i][j] -= f * a[k][j]
				}
			}
		}
	}
	for i := range m {
		copy(s.inverse[i], a[i][m:])
		s.value[i] = dot(s.inverse[i], s.h)
	}
}
