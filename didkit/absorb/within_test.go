package absorb

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"
	"pgregory.net/rapid"
)

// solvers are the ways to solve for the rest, to be forced upon a problem that would not choose them for its size.
var solvers = map[string]func(a *Absorber) system{
	"chosen": nil,
	"dense":  func(a *Absorber) system { return newDirect(a) },
	"sparse": func(a *Absorber) system { return newSparse(a) },
}

// absorbWith is New with a solver forced.
func absorbWith(t testing.TB, p Problem, o Options, solver string) *Absorber {
	a, err := New(p, o)
	if err != nil {
		t.Fatal(err)
	}
	if make := solvers[solver]; make != nil && len(a.rest) > 0 {
		a.system = make(a)
	}
	return a
}

// problem draws a small problem: one to four effects, some redundant, some with slopes, rows in any order, disconnected
// or not, weighted or not. A mild one has no calendar years as slopes without an intercept: net of other intercepts only
// a millionth of their squares is left, and conjugate gradients rightly refuse what a factorisation can do twice over.
func problem(t *rapid.T, slopes, mild bool) Problem {
	n := rapid.IntRange(1, 60).Draw(t, "rows")
	seed := rapid.Uint64().Draw(t, "seed")
	r := rand.New(rand.NewPCG(seed, 1))
	p := Problem{Rows: n}
	trend := make([]float64, n)
	for k := range rapid.IntRange(1, 4).Draw(t, "effects") {
		var codes []int32
		switch kind := rapid.SampledFrom([]string{"random", "sorted", "blocks", "coarser", "cycle"}).Draw(t, "codes"); {
		case kind == "sorted":
			codes = make([]int32, n)
			size := rapid.IntRange(1, 9).Draw(t, "size")
			for i := range codes {
				codes[i] = int32(i / size)
			}
		case kind == "cycle":
			codes = make([]int32, n)
			size := rapid.IntRange(1, 9).Draw(t, "size")
			for i := range codes {
				codes[i] = int32(i % size)
				trend[i] = float64(2000 + i%size)
			}
		case kind == "coarser" && k > 0: // a function of an earlier effect: spanned by it
			codes = make([]int32, n)
			for i, c := range p.Effects[k-1].Codes {
				codes[i] = c / 3
			}
		case kind == "blocks" && k > 0: // never crosses the blocks of an earlier effect: disconnected
			codes = uniform(r, n, 4)
			for i, c := range p.Effects[k-1].Codes {
				codes[i] += 4 * (c % 2)
			}
		default:
			codes = uniform(r, n, rapid.IntRange(1, 20).Draw(t, "levels"))
		}
		e := effect(fmt.Sprintf("f%d", k), codes)
		if slopes {
			for range rapid.IntRange(0, 2).Draw(t, "slopes") {
				z := normal(r, n)
				if rapid.Bool().Draw(t, "trend") {
					copy(z, trend)
				}
				e.Slopes = append(e.Slopes, z)
			}
			e.Intercept = len(e.Slopes) == 0 || rapid.Bool().Draw(t, "intercept")
			if !e.Intercept && mild {
				for _, z := range e.Slopes {
					for i := range z {
						z[i] -= 2000 * math.Round(z[i]/2000)
					}
				}
			}
		}
		p.Effects = append(p.Effects, e)
	}
	if span := rapid.SampledFrom([]float64{0, 1, 3}).Draw(t, "weights"); span > 0 {
		p.Weights = make([]float64, n)
		for i := range p.Weights {
			p.Weights[i] = math.Pow(10, span*(2*r.Float64()-1))
		}
	}
	return p
}

func columns(r *rand.Rand, p Problem, k int) [][]float64 {
	cols := make([][]float64, k)
	for j := range cols {
		cols[j] = normal(r, p.Rows)
		for _, e := range p.Effects {
			level := normal(r, e.Levels)
			for i, c := range e.Codes {
				cols[j][i] += 10 * level[c]
			}
		}
	}
	return cols
}

func TestWithinIsTheProjection(t *testing.T) {
	for _, slopes := range []bool{false, true} {
		for solver := range solvers {
			t.Run(fmt.Sprintf("slopes %v, %s", slopes, solver), rapid.MakeCheck(func(rt *rapid.T) {
				p := problem(rt, slopes, solver == "sparse")
				r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "column seed"), 2))
				cols := columns(r, p, rapid.IntRange(1, 10).Draw(rt, "columns"))
				want, rank, smallest := reference(t, p, cols)
				if rank < 0 {
					rt.Skip("the rank is a matter of opinion")
				}
				a := absorbWith(t, p, Options{Workers: 2}, solver)
				w, err := a.Within(cols)
				if refused := (*NotConverged)(nil); slopes && solver == "sparse" && errors.As(err, &refused) {
					rt.Skip("an honest refusal, on slopes that nearly coincide")
				}
				if err != nil {
					rt.Fatalf("%v (smallest singular value %g)", err, smallest)
				}
				tol := 1e-9
				if w.Report().Iterations > 0 { // a residual of 1e-10 leaves an error of so much at most
					tol = max(tol, 1e-9/smallest)
				}
				checkWithin(rt, p, w, cols, want, tol)
				if got, exact := a.Rank(); exact && got != rank || got < rank {
					rt.Fatalf("rank %d (exact %v), want %d", got, exact, rank)
				}
			}))
		}
	}
}

// checkWithin compares everything a Within tells with the reference.
func checkWithin(t *rapid.T, p Problem, w *Within, cols, want [][]float64, tol float64) {
	gram := w.Gram()
	for j := range cols {
		got := w.Column(j)
		if d := deviation(got, want[j], cols[j], p.Weights); !(d <= tol) {
			t.Fatalf("column %d is off by %.2e\n got %v\nwant %v", j, d, got, want[j])
		}
		sum := append([]float64(nil), got...)
		for k, coef := range w.Effects(j) {
			e := p.Effects[k]
			width := len(coef) / e.Levels
			for i, c := range e.Codes {
				own := coef[int(c)*width:][:width]
				if e.Intercept {
					sum[i] += own[0]
					own = own[1:]
				}
				for s, b := range own {
					sum[i] += b * e.Slopes[s][i]
				}
			}
		}
		if d := deviation(sum, cols[j], cols[j], p.Weights); !(d <= tol) {
			t.Fatalf("column %d: effects and residual add up to something else by %.2e", j, d)
		}
		for k := range cols {
			g, size := 0.0, 0.0
			for i := range want[j] {
				g += weight(p.Weights, i) * want[j][i] * want[k][i]
				size += weight(p.Weights, i) * (cols[j][i]*cols[j][i] + cols[k][i]*cols[k][i])
			}
			if d := math.Abs(gram.At(j, k) - g); !(d <= tol*size) {
				t.Fatalf("gram[%d,%d] = %v, want %v", j, k, gram.At(j, k), g)
			}
		}
		if before, after := w.Variation(j); after > before*(1+1e-9)+1e-12 || math.Abs(after-gram.At(j, j)) > 1e-12*before {
			t.Fatalf("variation of column %d: %v before, %v after", j, before, after)
		}
	}
	lo, hi := p.Rows/3, p.Rows-p.Rows/4
	dst := make([][]float64, len(cols))
	for j := range dst {
		dst[j] = make([]float64, hi-lo)
	}
	w.Block(lo, hi, dst)
	for j := range dst {
		if !floats.Equal(dst[j], w.Column(j)[lo:hi]) {
			t.Fatalf("block and column %d differ", j)
		}
	}
}
