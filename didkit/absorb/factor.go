package absorb

import "math"

// factor is an effect made ready. Its columns within a level are z = (1, s − m): the intercept, if it has one, and the
// slopes less their means in the level (unshifted without an intercept), so that a trend counted in calendar years costs
// no digits. white·z has the identity as its weighted second moments in every level.
type factor struct {
	codes     []int32
	levels    int
	width     int // columns a level
	intercept bool
	slopes    [][]float64
	shift     []float64 // levels × slopes: m
	white     []float64 // levels × width × width, lower triangular, a zero row for a column that the earlier ones span; nil without slopes
	total     []float64 // weight of each level
	root      []float64 // 1/√total; nil until something is whitened
	rank      int       // columns that are not spanned by others of the same level
	thinnest  float64   // the smallest share of a column's squares, over all levels, that others of the level leave of it: 1 without slopes
	offset    int       // of its first dimension among the rest's
}

func newFactor(e *Effect, weights []float64) *factor {
	f := &factor{codes: e.Codes, levels: e.Levels, intercept: e.Intercept, slopes: e.Slopes, width: len(e.Slopes)}
	if e.Intercept {
		f.width++
	}
	f.total = make([]float64, f.levels)
	if weights == nil {
		for _, c := range f.codes {
			f.total[c]++
		}
	} else {
		for i, c := range f.codes {
			f.total[c] += weights[i]
		}
	}
	f.rank, f.thinnest = f.levels, 1
	if len(f.slopes) > 0 {
		f.makeRoot()
		f.centreSlopes(weights)
		f.whiten(weights)
	}
	return f
}

// makeRoot fills root, which plain effects of which only means are taken don't need.
func (f *factor) makeRoot() {
	if f.root != nil {
		return
	}
	f.root = make([]float64, f.levels)
	for c, w := range f.total {
		f.root[c] = 1 / math.Sqrt(w)
	}
}

func (f *factor) dims() int { return f.levels * f.width }

// order tells whether the rows stand sorted by level and, if they do, how many rows the largest level has.
func (f *factor) order() (sorted bool, longest int) {
	begin := 0
	for i, c := range f.codes {
		if last := f.codes[begin]; c != last {
			if c < last {
				return false, 0
			}
			longest, begin = max(longest, i-begin), i
		}
	}
	return true, max(longest, len(f.codes)-begin)
}

// centreSlopes sets shift to the slopes' means in each level, counted from the level's first row so that a large offset
// costs no digits.
func (f *factor) centreSlopes(weights []float64) {
	ns := len(f.slopes)
	f.shift = make([]float64, f.levels*ns)
	if !f.intercept {
		return
	}
	for s, z := range f.slopes {
		origin, sum := make([]float64, f.levels), make([]float64, f.levels)
		for i := len(z) - 1; i >= 0; i-- {
			origin[f.codes[i]] = z[i]
		}
		for i, c := range f.codes {
			sum[c] += weight(weights, i) * (z[i] - origin[c])
		}
		for c := range sum {
			f.shift[c*ns+s] = origin[c] + sum[c]/f.total[c]
		}
	}
}

// A slope column counts as spanned by the intercept of its level if what is left of it is below constantSlope of its
// size, and by the columns before it if the share of its variation that is left is below spannedSlope.
const (
	constantSlope = 1e-11
	spannedSlope  = 1e-12
)

// whiten fills white, level by level. The Cholesky factor of the moments is taken twice, the second time of columns that
// are nearly orthonormal already: one factorisation alone loses the digits that nearly collinear slopes square away.
func (f *factor) whiten(weights []float64) {
	k, ns := f.width, len(f.slopes)
	first := k - ns
	f.white = make([]float64, f.levels*k*k)
	raw, size := make([]float64, f.levels*ns), make([]float64, f.levels*ns)
	for s, z := range f.slopes {
		for i, c := range f.codes {
			w := weight(weights, i)
			d := z[i] - f.shift[int(c)*ns+s]
			raw[int(c)*ns+s] += w * d * d
			size[int(c)*ns+s] += w * z[i] * z[i]
		}
	}
	for c := 0; c < f.levels; c++ {
		t := f.white[c*k*k:][:k*k]
		if f.intercept {
			t[0] = f.root[c]
		}
		for s := 0; s < ns; s++ {
			if r := raw[c*ns+s]; r > constantSlope*constantSlope*size[c*ns+s] {
				t[(first+s)*k+first+s] = 1 / math.Sqrt(r)
			}
		}
	}
	for range 2 {
		f.orthogonalise(weights)
	}
	f.rank = 0
	for c := 0; c < f.levels; c++ {
		for a := 0; a < k; a++ {
			if f.white[c*k*k+a*k+a] != 0 {
				f.rank++
			}
		}
	}
}

// orthogonalise replaces white by L⁻¹·white, with LL' the second moments of white·z.
func (f *factor) orthogonalise(weights []float64) {
	k := f.width
	moments := make([]float64, f.levels*k*k)
	q, z := make([]float64, k), make([]float64, k)
	for i, c := range f.codes {
		f.column(i, z)
		f.rotate(int(c), z, q)
		w := weight(weights, i)
		m := moments[int(c)*k*k:][:k*k]
		for a := 0; a < k; a++ {
			for b := 0; b <= a; b++ {
				m[a*k+b] += w * q[a] * q[b]
			}
		}
	}
	for c := 0; c < f.levels; c++ {
		m, t := moments[c*k*k:][:k*k], f.white[c*k*k:][:k*k]
		for a := 0; a < k; a++ {
			before := m[a*k+a]
			for b := 0; b < a; b++ {
				s := m[a*k+b]
				for d := 0; d < b; d++ {
					s -= m[a*k+d] * m[b*k+d]
				}
				if m[b*k+b] > 0 {
					s /= m[b*k+b]
				} else {
					s = 0
				}
				m[a*k+b] = s
				m[a*k+a] -= s * s
			}
			if before == 0 || m[a*k+a] <= spannedSlope*before {
				m[a*k+a] = 0
				clear(t[a*k : a*k+k])
				continue
			}
			f.thinnest = min(f.thinnest, m[a*k+a]/before)
			m[a*k+a] = math.Sqrt(m[a*k+a])
			for b := 0; b < a; b++ {
				for d := 0; d <= b; d++ {
					t[a*k+d] -= m[a*k+b] * t[b*k+d]
				}
			}
			for d := 0; d <= a; d++ {
				t[a*k+d] /= m[a*k+a]
			}
		}
	}
}

// column writes z of row i.
func (f *factor) column(i int, z []float64) {
	first := 0
	if f.intercept {
		z[0], first = 1, 1
	}
	ns := len(f.slopes)
	shift := f.shift[int(f.codes[i])*ns:]
	for s, x := range f.slopes {
		z[first+s] = x[i] - shift[s]
	}
}

// rotate writes white·z of a level.
func (f *factor) rotate(level int, z, q []float64) {
	k := f.width
	if f.white == nil {
		q[0] = z[0] * f.root[level]
		return
	}
	t := f.white[level*k*k:]
	for a := 0; a < k; a++ {
		s := 0.0
		for b := 0; b <= a; b++ {
			s += t[a*k+b] * z[b]
		}
		q[a] = s
	}
}

// unwhite writes white'·q of a level: the coefficients on z of coefficients on white·z.
func (f *factor) unwhite(level int, q, z []float64) {
	k := f.width
	if f.white == nil {
		z[0] = q[0] * f.root[level]
		return
	}
	t := f.white[level*k*k:]
	for b := 0; b < k; b++ {
		s := 0.0
		for a := b; a < k; a++ {
			s += t[a*k+b] * q[a]
		}
		z[b] = s
	}
}

// unrotate solves white·z = q for z, zero where white has a zero row.
func (f *factor) unrotate(level int, q, z []float64) {
	k := f.width
	if f.white == nil {
		z[0] = q[0] / f.root[level]
		return
	}
	t := f.white[level*k*k:]
	for a := 0; a < k; a++ {
		if t[a*k+a] == 0 {
			z[a] = 0
			continue
		}
		s := q[a]
		for b := 0; b < a; b++ {
			s -= t[a*k+b] * z[b]
		}
		z[a] = s / t[a*k+a]
	}
}

// whitened writes white·z of row i, with z as scratch.
func (f *factor) whitened(i int, z, q []float64) {
	if f.white == nil {
		q[0] = f.root[f.codes[i]]
		return
	}
	f.column(i, z)
	f.rotate(int(f.codes[i]), z, q)
}

func weight(w []float64, i int) float64 {
	if w == nil {
		return 1
	}
	return w[i]
}
