package did

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Pieces is how many pieces the spline in the dose has as the data choose it (Chen, Christensen & Kankanala 2024, procedures 1
// and 2, with the dose its own instrument): the fewest whose curve none of more pieces leaves by more than chance.
type Pieces struct {
	Chosen    int             `json:"chosen"`
	Tried     []int           `json:"tried"` // 1, 2, 4 …
	Level     float64         `json:"level"` // 1 - α̂ of the critical value
	Critical  float64         `json:"critical"`
	Distances []PieceDistance `json:"distances"`
	Draws     int             `json:"draws"`
	Seed      uint64          `json:"seed"`
}

// PieceDistance is the largest |t| over the doses of the difference between two curves.
type PieceDistance struct {
	From      int     `json:"from"` // pieces
	To        int     `json:"to"`
	Statistic float64 `json:"statistic"`
}

// slack multiplies the critical value that differences are held to, and grid is the number of doses they are taken at.
const (
	slack     = 1.1
	pieceGrid = 50
)

// sieve chooses pieces: treated units with doses x and changes y, comparison units by their influence on the mean.
type sieve struct {
	x, y    []float64
	others  []float64
	degree  int
	splines []*spline
	cells   []*doseCell
	psi     [][][]float64 // spline × β × treated unit
	drawn   []*mat.Dense  // of β, for each spline: β × draw
	shift   []float64     // of the comparison's mean, for each draw
	chosen  *Pieces
	at      int // of the chosen among those tried
}

// pieces chooses them for the one cell of the sample, and the spline.
func (w *doses) pieces(ascending []float64) (*sieve, error) {
	var after []int
	for t, p := range w.periods {
		if len(w.cohorts) == 1 && p >= w.cohorts[0] {
			after = append(after, t)
		}
	}
	switch {
	case len(after) != 1:
		return nil, fmt.Errorf("knots=auto chooses the spline for one cohort and one period from its adoption on, and there are %d cohorts and %d periods; give knots= a number", len(w.cohorts), len(w.periods))
	case w.d.Weights != nil:
		return nil, fmt.Errorf("knots=auto takes no weights=; give knots= a number")
	case w.cluster != nil:
		return nil, fmt.Errorf("knots=auto draws units of %s one by one, and errors are clustered by %s; give knots= a number", w.unitName, w.vcov.By[0])
	}
	base := -1
	for t, p := range w.periods {
		if p+float64(w.spec.Anticipation) < w.cohorts[0] {
			base = t
		}
	}
	spans := w.compared(w.cohorts[0], w.periods[after[0]])
	dy, _, ok := w.changesOf(spans, after[0], base)
	if !ok {
		return nil, &NoNeverTreated{Method: ContinuousTreatment, Otherwise: "all are treated at the same time, so there is nobody to compare with", Gaps: w.never()}
	}
	v := &sieve{degree: w.spec.Degree, chosen: &Pieces{Draws: w.spec.Draws, Seed: w.spec.Seed}}
	if v.chosen.Draws == 0 {
		v.chosen.Draws = 999
	}
	k := 0
	for _, s := range spans {
		if s.treated {
			v.x, v.y = w.dose[s.from:s.to], slices.Clone(dy[k:k+s.to-s.from])
		}
		k += s.to - s.from
	}
	changes(spans, dy, nil)
	k = 0
	for _, s := range spans {
		if !s.treated {
			v.others = append(v.others, dy[k:k+s.to-s.from]...)
		}
		k += s.to - s.from
	}
	if err := v.fit(ascending); err != nil {
		return nil, err
	}
	if err := v.draw(w.spec.Design.Stopped); err != nil {
		return nil, err
	}
	v.choose(ascending)
	return v, nil
}

// candidates are the numbers of pieces tried, powers of two up to the first whose basis of J functions has
// J √log J max((log n / 10)⁴, 1) beyond 10 √n, and 1 - α̂ with α̂ = min(1/2, √(log J / J)) of the largest.
func candidates(n, degree int) (tried []int, level float64) {
	most := max(int(math.Log2(float64(n))), 3)
	price := func(pieces int) float64 {
		j, l := float64(degree+pieces), 0.1*math.Log(float64(n))
		return j * math.Sqrt(math.Log(j)) * math.Max(l*l*l*l, 1/math.Max(1, l*l*l*l))
	}
	limit := 10 * math.Sqrt(float64(n))
	for l := range most {
		tried = append(tried, 1<<l)
		if price(1<<l) <= limit && price(1<<(l+1)) > limit {
			break
		}
	}
	j := float64(degree + tried[len(tried)-1])
	return tried, 1 - math.Min(0.5, math.Sqrt(math.Log(j)/j))
}

// fit regresses on each spline tried; those that the doses are too few for are not.
func (v *sieve) fit(ascending []float64) error {
	tried, level := candidates(len(v.x), v.degree)
	v.chosen.Level = level
	one := ones(len(v.x))
	for _, pieces := range tried {
		s, err := newSpline(ascending, v.degree, pieces-1)
		d := &doseCell{}
		if err != nil || !d.regress(s, v.x, v.y, one) {
			if len(v.splines) > 0 {
				break
			}
			if err == nil {
				err = fmt.Errorf("%d treated units, or their distinct doses, are too few for a spline of degree %d", len(v.x), v.degree)
			}
			return err
		}
		v.chosen.Tried = append(v.chosen.Tried, pieces)
		v.splines, v.cells = append(v.splines, s), append(v.cells, d)
		v.psi = append(v.psi, d.influences(s, v.x, v.y, one)[1:])
	}
	return nil
}

// draw multiplies influences by standard normals that all splines share, by blocks of draws.
func (v *sieve) draw(stopped func() error) error {
	n, m := len(v.x), len(v.others)
	const block = 64
	var parts []*mat.Dense
	for k := range v.splines {
		a := mat.NewDense(v.splines[k].size(), n, nil)
		for j, of := range v.psi[k] {
			a.SetRow(j, of)
		}
		parts = append(parts, a)
		v.drawn = append(v.drawn, mat.NewDense(v.splines[k].size(), v.chosen.Draws, nil))
	}
	v.shift = make([]float64, v.chosen.Draws)
	for from := 0; from < v.chosen.Draws; from += block {
		if err := stopped(); err != nil {
			return err
		}
		rng := rand.New(rand.NewPCG(v.chosen.Seed, uint64(from)))
		width := min(block, v.chosen.Draws-from)
		omega := mat.NewDense(n, width, nil)
		for b := range width {
			for i := range n {
				omega.Set(i, b, rng.NormFloat64())
			}
			for i := range m {
				v.shift[from+b] += rng.NormFloat64() * v.others[i]
			}
		}
		for k, a := range parts {
			var out mat.Dense
			out.Mul(a, omega)
			v.drawn[k].Slice(0, v.splines[k].size(), from, from+width).(*mat.Dense).Copy(&out)
		}
	}
	return nil
}

// path is Σ weights·ψ over the β of a spline, one a treated unit.
func (v *sieve) path(k int, weights []float64) []float64 {
	out := make([]float64, len(v.x))
	for j, w := range weights {
		if w != 0 {
			for i, p := range v.psi[k][j] {
				out[i] += w * p
			}
		}
	}
	return out
}

// drawnPath is the same of the draws.
func (v *sieve) drawnPath(k int, weights []float64) []float64 {
	out := make([]float64, v.chosen.Draws)
	for j, w := range weights {
		if w != 0 {
			for b, d := range v.drawn[k].RawRowView(j) {
				out[b] += w * d
			}
		}
	}
	return out
}

// choose compares the curves pair by pair.
func (v *sieve) choose(ascending []float64) {
	low, high := ascending[0], ascending[len(ascending)-1]
	largest := make([]float64, v.chosen.Draws)
	for i := range v.splines {
		for j := i + 1; j < len(v.splines); j++ {
			far := 0.0
			for g := range pieceGrid {
				x := low + (high-low)*float64(g)/(pieceGrid-1)
				a, b := v.splines[i].basis(x), v.splines[j].basis(x)
				se, other := v.path(i, a), v.path(j, b)
				for u := range se {
					se[u] -= other[u]
				}
				size := math.Sqrt(inner(se, se))
				if !(size > 0) {
					continue
				}
				far = math.Max(far, math.Abs(inner(a, v.cells[i].beta)-inner(b, v.cells[j].beta))/size)
				d, e := v.drawnPath(i, a), v.drawnPath(j, b)
				for r := range d {
					largest[r] = math.Max(largest[r], math.Abs(d[r]-e[r])/size)
				}
			}
			v.chosen.Distances = append(v.chosen.Distances, PieceDistance{v.chosen.Tried[i], v.chosen.Tried[j], far})
		}
	}
	last := len(v.splines) - 1
	if v.at = last; last > 0 {
		slices.Sort(largest)
		v.chosen.Critical = largest[int(v.chosen.Level*float64(len(largest)-1))]
		for i := last - 1; i >= 0; i-- { // the fewest that pass all comparisons with more
			if !slices.ContainsFunc(v.chosen.Distances, func(d PieceDistance) bool {
				return d.From == v.chosen.Tried[i] && d.Statistic > slack*v.chosen.Critical
			}) {
				v.at = i
			}
		}
		v.at = min(v.at, last-1) // never the most
	}
	v.chosen.Chosen = v.chosen.Tried[v.at]
}

// critical is that of a uniform band over doses: the quantile of the largest |t| over these and the numbers of pieces up to
// the chosen one or the third last, and log log J times the critical value of the choice, for what smoothing leaves out.
func (v *sieve) critical(grid []float64, level float64, of func(s *spline, x float64) []float64, shifted bool) float64 {
	top := v.at
	if n := len(v.splines); n > 2 {
		top = max(top, n-3)
	} else {
		top = n - 1
	}
	common := 0.0
	if shifted {
		common = inner(v.others, v.others)
	}
	largest := make([]float64, v.chosen.Draws)
	for k := range top + 1 {
		for _, x := range grid {
			weights := of(v.splines[k], x)
			own := v.path(k, weights)
			se := math.Sqrt(inner(own, own) + common)
			if !(se > 0) {
				continue
			}
			for b, d := range v.drawnPath(k, weights) {
				if shifted {
					d += v.shift[b]
				}
				largest[b] = math.Max(largest[b], math.Abs(d)/se)
			}
		}
	}
	slices.Sort(largest)
	j := float64(v.degree + v.chosen.Chosen)
	return largest[int(level*float64(len(largest)-1))] + math.Max(0, math.Log(math.Log(j)))*v.chosen.Critical
}
