package absorb

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func plainEffect(codes ...int32) Effect {
	return effect("f", codes)
}

func TestSmallestProblems(t *testing.T) {
	for _, c := range []struct {
		name    string
		effects []Effect
		x, want []float64
		rank    int
		method  string
	}{
		{"no effects", nil, []float64{1, 2, 4}, []float64{1, 2, 4}, 0, "none"},
		{"one row", []Effect{plainEffect(0), plainEffect(0)}, []float64{5}, []float64{0}, 1, "balanced"},
		{"one level", []Effect{plainEffect(0, 0, 0)}, []float64{1, 2, 6}, []float64{-2, -1, 3}, 1, "means"},
		{"one unit", []Effect{plainEffect(0, 0, 0), plainEffect(0, 1, 2)}, []float64{1, 2, 6}, []float64{0, 0, 0}, 3, "balanced"},
		{"one period", []Effect{plainEffect(0, 1, 2), plainEffect(0, 0, 0)}, []float64{1, 2, 6}, []float64{0, 0, 0}, 3, "balanced"},
		{"balanced", []Effect{plainEffect(0, 0, 1, 1), plainEffect(0, 1, 0, 1)}, []float64{1, 2, 3, 8}, []float64{1, -1, -1, 1}, 3, "balanced"},
		{"apart", []Effect{plainEffect(0, 0, 1, 1), plainEffect(0, 1, 2, 3)}, []float64{1, 2, 3, 8}, []float64{0, 0, 0, 0}, 4, "two-way"},
		{"a year over a region's years", []Effect{plainEffect(0, 0, 1, 1), plainEffect(0, 1, 0, 1), plainEffect(0, 1, 2, 3)},
			[]float64{1, 2, 3, 8}, []float64{0, 0, 0, 0}, 4, "exact"},
		{"no rows", []Effect{{Name: "f", Intercept: true, Codes: []int32{}}}, []float64{}, []float64{}, 0, "means"},
		{"no rows, two effects", []Effect{{Name: "f", Intercept: true, Codes: []int32{}}, {Name: "g", Intercept: true, Codes: []int32{}}},
			[]float64{}, []float64{}, 0, "balanced"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := Problem{Rows: len(c.x), Effects: c.effects}
			a, err := New(p, Options{})
			if err != nil {
				t.Fatal(err)
			}
			w, err := a.Within([][]float64{c.x})
			if err != nil {
				t.Fatal(err)
			}
			got := w.Column(0)
			for i := range got {
				if math.Abs(got[i]-c.want[i]) > 1e-15 {
					t.Fatalf("got %v, want %v", got, c.want)
				}
			}
			if rank, exact := a.Rank(); rank != c.rank || !exact {
				t.Errorf("rank %d, exact %v; want %d", rank, exact, c.rank)
			}
			if m := w.Report().Method; m != c.method {
				t.Errorf("method %q, want %q", m, c.method)
			}
			if g := w.Gram(); len(c.x) > 0 && math.Abs(g.At(0, 0)-norm(c.want)*norm(c.want)) > 1e-14 {
				t.Errorf("gram %v", g.At(0, 0))
			}
			w.Variation(0)
			w.Effects(0)
			w.Block(0, len(c.x), [][]float64{make([]float64, len(c.x))})
		})
	}
}

func TestNoColumns(t *testing.T) {
	w := absorbed(t, Problem{Rows: 2, Effects: []Effect{plainEffect(0, 1), plainEffect(0, 0)}}, nil, Options{})
	if n := w.Gram().SymmetricDim(); n != 0 {
		t.Errorf("the Gram matrix of no columns has dimension %d", n)
	}
	w.Block(0, 2, nil)
}

func TestComponents(t *testing.T) {
	unit := []int32{0, 0, 1, 1, 2, 2, 3, 3}
	year := []int32{0, 1, 0, 1, 2, 3, 2, 3} // two worlds
	region := []int32{0, 0, 0, 0, 1, 1, 1, 1}
	a, err := New(Problem{Rows: 8, Effects: []Effect{plainEffect(unit...), plainEffect(year...), plainEffect(region...)}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := a.Components(), []int{2, 2}; !slices.Equal(got, want) {
		t.Errorf("components %v, want %v", got, want)
	}
	if rank, exact := a.Rank(); rank != 6 || !exact {
		t.Errorf("rank %d, %v; want 6", rank, exact)
	}
}

// The rank of a system that is iterated on, not factored: exact for two effects, an upper bound for more.
func TestRankOfLargeSystems(t *testing.T) {
	for _, name := range []string{"worker and firm", "worker, firm, year", "three, sparse", "two large effects beside the first"} {
		p, _ := sized(name, 1)
		rank, exact := absorbWith(t, p, Options{}, "sparse").Rank()
		want, _ := absorbWith(t, p, Options{}, "dense").Rank()
		if rank < want || exact != (len(p.Effects) == 2) || exact && rank != want || rank > want+5 {
			t.Errorf("%s: rank %d (exact %v), factored %d", name, rank, exact, want)
		}
	}
}

func TestTooFewIterationsAreAnError(t *testing.T) {
	for _, name := range []string{"three, sparse", "worker and firm", "worker, firm, year"} {
		p, cols := sized(name, 1)
		a, err := New(p, Options{MaxIter: 1})
		if err != nil {
			t.Fatal(err)
		}
		w, err := a.Within(cols)
		var failed *NotConverged
		if !errors.As(err, &failed) {
			t.Fatalf("%s: error %v, want *NotConverged", name, err)
		}
		if w != nil {
			t.Errorf("%s: a result came with the error", name)
		}
		if failed.Iterations != 1 || !(failed.Residual > 1e-10) || failed.Tol != 1e-10 {
			t.Errorf("%s: %+v", name, failed)
		}
		if s := failed.Error(); strings.Contains(s, "failed to") || !strings.HasPrefix(s, "the fixed effects of column ") {
			t.Errorf("%s: message %q", name, s)
		}
	}
}

// A tighter tolerance is met, and reported.
func TestTolerance(t *testing.T) {
	p, cols := sized("three, sparse", 1)
	loose, tight := absorbed(t, p, cols[:7], Options{Tol: 1e-4}), absorbed(t, p, cols[:7], Options{Tol: 1e-12})
	if l, s := loose.Report(), tight.Report(); !(l.Residual <= 1e-4) || !(s.Residual <= 1e-12) || l.Iterations >= s.Iterations {
		t.Errorf("reports %+v and %+v", l, s)
	}
}

func TestBadInput(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	two := func(e Effect) Problem { return Problem{Rows: 2, Effects: []Effect{e}} }
	for _, c := range []struct {
		problem Problem
		want    string
	}{
		{two(Effect{Name: "city", Codes: []int32{0}, Levels: 1, Intercept: true}), `fixed effect "city" has 1 codes for 2 rows`},
		{two(Effect{Name: "city", Codes: []int32{0, 2}, Levels: 2, Intercept: true}), `fixed effect "city" has code 2 in row 2, outside its 2 levels`},
		{two(Effect{Name: "city", Codes: []int32{-1, 0}, Levels: 1, Intercept: true}), `fixed effect "city" has code -1 in row 1, outside its 1 levels`},
		{two(Effect{Name: "city", Codes: []int32{0, 0}, Levels: 2, Intercept: true}), `fixed effect "city" has no row of level 1`},
		{two(Effect{Name: "city", Codes: []int32{0, 0}, Levels: -1, Intercept: true}), `fixed effect "city" has code 0 in row 1, outside its -1 levels`},
		{two(Effect{Name: "city", Codes: []int32{0, 0}, Levels: 1}), `fixed effect "city" has neither an intercept nor a slope`},
		{two(Effect{Name: "city", Codes: []int32{0, 0}, Levels: 1, Slopes: [][]float64{{1}}}), `fixed effect "city" has a slope of 1 rows, not 2`},
		{two(Effect{Name: "city", Codes: []int32{0, 0}, Levels: 1, Slopes: [][]float64{{1, nan}}}), `fixed effect "city" has a slope that is NaN in row 2`},
		{Problem{Rows: 2, Weights: []float64{1}}, "there are 1 weights for 2 rows"},
		{Problem{Rows: 2, Weights: []float64{1, 0}}, "the weight in row 2 is 0; weights must be positive and finite"},
		{Problem{Rows: 2, Weights: []float64{nan, 1}}, "the weight in row 1 is NaN; weights must be positive and finite"},
		{Problem{Rows: 2, Weights: []float64{1, inf}}, "the weight in row 2 is +Inf; weights must be positive and finite"},
	} {
		if _, err := New(c.problem, Options{}); err == nil || err.Error() != c.want {
			t.Errorf("error %q, want %q", err, c.want)
		}
	}
	for _, p := range []Problem{{Rows: 2}, two(plainEffect(0, 0)), two(plainEffect(0, 1))} {
		a, err := New(p, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			x    []float64
			want string
		}{
			{[]float64{1}, "column 2 has 1 rows, not 2"},
			{[]float64{1, nan}, "column 2 is NaN in row 2"},
			{[]float64{inf, 1}, "column 2 is +Inf in row 1"},
			{[]float64{1e200, -1e200}, "column 2 has values whose squares overflow"},
		} {
			var bad *BadColumn
			if _, err := a.Within([][]float64{{1, 2}, c.x}); !errors.As(err, &bad) || err.Error() != c.want {
				t.Errorf("error %v, want %q", err, c.want)
			}
		}
	}
}

// FuzzWithin draws effects from bytes: nothing may panic, and what is left of a column must be orthogonal to the dummies
// and no longer than the column.
func FuzzWithin(f *testing.F) {
	f.Add([]byte{0, 0, 0, 1, 1, 0, 1, 1}, uint8(2), uint64(1))
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8}, uint8(3), uint64(2))
	f.Add([]byte{9, 9, 9, 9}, uint8(4), uint64(3))
	f.Add([]byte{}, uint8(1), uint64(4))
	f.Fuzz(func(t *testing.T, codes []byte, effects uint8, seed uint64) {
		k := int(effects%5) + 1
		n := min(len(codes)/k, 200)
		r := rand.New(rand.NewPCG(seed, 1))
		p := Problem{Rows: n}
		for j := range k {
			c := make([]int32, n)
			for i := range c {
				c[i] = int32(codes[i*k+j])
			}
			e := effect("f", c)
			if seed>>(2*j)&3 == 3 {
				e.Slopes = [][]float64{normal(r, n)}
				e.Intercept = seed>>20&1 == 0
			}
			p.Effects = append(p.Effects, e)
		}
		if seed>>40&1 == 1 {
			p.Weights = make([]float64, n)
			for i := range p.Weights {
				p.Weights[i] = math.Exp(3 * r.NormFloat64())
			}
		}
		x := normal(r, n)
		a, err := New(p, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if rank, _ := a.Rank(); rank > n {
			t.Fatalf("rank %d of %d rows", rank, n)
		}
		w, err := a.Within([][]float64{x})
		if err != nil {
			t.Fatal(err)
		}
		got := w.Column(0)
		size := 0.0
		for i := range x {
			size += weight(p.Weights, i) * x[i] * x[i]
		}
		if _, after := w.Variation(0); after > size*(1+1e-12) {
			t.Fatalf("%v is left of %v", after, size)
		}
		for _, e := range p.Effects {
			for _, z := range append([][]float64{nil}, e.Slopes...) {
				if z == nil && !e.Intercept {
					continue
				}
				moments, sizes := make([]float64, e.Levels), make([]float64, e.Levels)
				for i, c := range e.Codes {
					moments[c] += weight(p.Weights, i) * got[i] * at(z, i)
					sizes[c] += weight(p.Weights, i) * at(z, i) * at(z, i)
				}
				for c, m := range moments {
					if math.Abs(m) > 1e-9*math.Sqrt(sizes[c]*size) {
						t.Fatalf("the moment with level %d is %.2e of %.2e", c, m, math.Sqrt(sizes[c]*size))
					}
				}
			}
		}
	})
}
