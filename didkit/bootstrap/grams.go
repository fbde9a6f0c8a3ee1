// Package bootstrap resamples clusters without estimating anew: a regression under any multiplicities of its clusters is
// a sum of small matrices, one a cluster.
package bootstrap

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"sync/atomic"

	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/internal/parallel"
)

// Grams holds, for each cluster, the cross products of columns net of the effect that lies inside the clusters. Effects
// that cross clusters (time) enter as columns of dummies, first, so that a Cholesky factor of the weighted sum nets them
// out exactly under any multiplicities.
type Grams struct {
	Clusters int
	Columns  int // of the matrices: dummies first, then the columns given
	First    int // where the columns given start
	packed   [][]float64
}

// mostDummies bounds the dummies of effects that cross clusters: beyond it the matrices would not be small.
const mostDummies = 400

// Unsupported is the error for fixed effects that cluster resampling by Gram matrices can't take.
type Unsupported struct{ Reason string }

func (e *Unsupported) Error() string { return e.Reason }

// NewGrams prepares columns (each one a row of d) for resampling clusters. The first effect of d that lies inside the
// clusters is demeaned; all others become dummies. Weights of d are honoured.
func NewGrams(d *design.Design, columns [][]float64, clusters []int32, count int) (*Grams, error) {
	inside := -1
	for k, e := range d.Effects {
		if len(e.Slopes) > 0 {
			return nil, &Unsupported{"unit-specific slopes can't be resampled here"}
		}
		if inside < 0 && nested(e.Codes, e.Levels, clusters) {
			inside = k
		}
	}
	var cols [][]float64
	for k, e := range d.Effects {
		if k == inside {
			continue
		}
		from := 1
		if inside < 0 && k == 0 {
			from = 0
		}
		if len(cols)+e.Levels > mostDummies {
			return nil, &Unsupported{fmt.Sprintf("the fixed effect %s has %d levels that cross the clusters; at most %d can be resampled", e.Name, e.Levels, mostDummies)}
		}
		for level := from; level < e.Levels; level++ {
			x := make([]float64, d.N)
			for i, c := range e.Codes {
				if int(c) == level {
					x[i] = 1
				}
			}
			cols = append(cols, x)
		}
	}
	if d.Intercept {
		x := make([]float64, d.N)
		for i := range x {
			x[i] = 1
		}
		cols = append(cols, x)
	}
	g := &Grams{Clusters: count, First: len(cols), packed: make([][]float64, count)}
	for _, c := range columns {
		cols = append(cols, append([]float64(nil), c...))
	}
	g.Columns = len(cols)
	if inside < 0 && g.First > 0 { // with an intercept or dummies in the columns, centring changes no slope and keeps digits
		for _, c := range cols[g.First:] {
			demean(c, make([]int32, d.N), 1, d.Weights)
		}
	}
	if inside >= 0 {
		e := d.Effects[inside]
		for _, c := range cols {
			demean(c, e.Codes, e.Levels, d.Weights)
		}
	}
	for c := range g.packed {
		g.packed[c] = make([]float64, g.Columns*(g.Columns+1)/2)
	}
	for i := range d.N {
		w := 1.0
		if d.Weights != nil {
			w = d.Weights[i]
		}
		m, at := g.packed[clusters[i]], 0
		for a := range cols {
			x := w * cols[a][i]
			if x == 0 {
				at += g.Columns - a
				continue
			}
			for b := a; b < g.Columns; b++ {
				m[at] += x * cols[b][i]
				at++
			}
		}
	}
	return g, nil
}

func nested(codes []int32, levels int, clusters []int32) bool {
	first := make([]int32, levels)
	for i := range first {
		first[i] = -1
	}
	for i, l := range codes {
		if first[l] < 0 {
			first[l] = clusters[i]
		} else if first[l] != clusters[i] {
			return false
		}
	}
	return true
}

func demean(x []float64, codes []int32, levels int, weights []float64) {
	sum, n := make([]float64, levels), make([]float64, levels)
	for i, c := range codes {
		w := 1.0
		if weights != nil {
			w = weights[i]
		}
		sum[c] += w * x[i]
		n[c] += w
	}
	for i, c := range codes {
		x[i] -= sum[c] / n[c]
	}
}

// Factor is a lower-triangular Cholesky factor of a weighted sum of Gram matrices. A column spanned by those before it
// has a zero pivot and is passed over.
type Factor struct {
	l      []float64 // row-major, n × n
	n      int
	packed []float64
	diag   []float64
}

// NewFactor makes room for factors of g; a Factor belongs to one goroutine.
func (g *Grams) NewFactor() *Factor {
	return &Factor{l: make([]float64, g.Columns*g.Columns), n: g.Columns, packed: make([]float64, g.Columns*(g.Columns+1)/2), diag: make([]float64, g.Columns)}
}

// Factorise sums the clusters' matrices with the multiplicities and factors the sum.
func (g *Grams) Factorise(multiplicity []float64, f *Factor) {
	clear(f.packed)
	for c, m := range multiplicity {
		if m == 0 {
			continue
		}
		for i, x := range g.packed[c] {
			f.packed[i] += m * x
		}
	}
	f.factorise()
}

// factorise factors the matrix in packed.
func (f *Factor) factorise() {
	n, l := f.n, f.l
	at := 0
	for a := range n { // upper triangle by rows is the lower by columns
		f.diag[a] = f.packed[at]
		for b := a; b < n; b++ {
			l[b*n+a] = f.packed[at]
			at++
		}
	}
	for j := range n {
		row := l[j*n : j*n+j]
		d := l[j*n+j]
		for _, x := range row {
			d -= x * x
		}
		if !(d > 1e-10*f.diag[j]) {
			for i := j; i < n; i++ {
				l[i*n+j] = 0
			}
			continue
		}
		d = math.Sqrt(d)
		l[j*n+j] = d
		for i := j + 1; i < n; i++ {
			s := l[i*n+j]
			other := l[i*n : i*n+j]
			for k, x := range row {
				s -= x * other[k]
			}
			l[i*n+j] = s / d
		}
	}
}

// Coefficient is that of column j in the regression of column i on the columns 0 … j, for j < i: L_ij / L_jj. NaN if
// column j is spanned by those before it.
func (f *Factor) Coefficient(i, j int) float64 {
	d := f.l[j*f.n+j]
	if d == 0 {
		return math.NaN()
	}
	return f.l[i*f.n+j] / d
}

// Draw resamples the clusters reps times, with replacement, and calls use for each with its index and factor, from
// several goroutines. Draw i is the same for a seed whatever the number of cores. It stops early if stop says so.
func (g *Grams) Draw(reps int, seed uint64, stop func() bool, use func(i int, f *Factor)) {
	if stop == nil {
		stop = func() bool { return false }
	}
	var next atomic.Int64
	parallel.For(0, min(runtime.GOMAXPROCS(0), reps), func(int) {
		f, m := g.NewFactor(), make([]float64, g.Clusters)
		for i := int(next.Add(1)) - 1; i < reps && !stop(); i = int(next.Add(1)) - 1 {
			rng := rand.New(rand.NewPCG(seed, uint64(i)))
			clear(m)
			for range g.Clusters {
				m[rng.IntN(g.Clusters)]++
			}
			g.Factorise(m, f)
			use(i, f)
		}
	})
}
