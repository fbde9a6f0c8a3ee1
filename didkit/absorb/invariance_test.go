package absorb

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
)

// sized is a problem of some thousand rows for each way the solver may go, drawn from a seed.
func sized(name string, seed uint64) (Problem, [][]float64) {
	r := rand.New(rand.NewPCG(seed, 11))
	const units, periods = 1500, 8
	n := units * periods
	unit, year := make([]int32, n), make([]int32, n)
	trend := make([]float64, n)
	for i := range unit {
		unit[i], year[i] = int32(i/periods), int32(i%periods)
		trend[i] = float64(2006 + i%periods)
	}
	moving := func(levels int) []int32 { // a badly connected effect
		c := make([]int32, n)
		for u := range units {
			at := r.IntN(levels)
			for t := range periods {
				if r.Float64() < 0.05 {
					at = (at + 1) % levels
				}
				c[u*periods+t] = int32(at)
			}
		}
		return c
	}
	var p Problem
	add := func(name string, c []int32, slopes ...[]float64) {
		p.Effects = append(p.Effects, effect(name, c, slopes...))
	}
	p.Rows = n
	add("unit", unit)
	switch name {
	case "one effect":
	case "balanced", "unsorted", "weighted", "gaps":
		add("year", year)
	case "three, dense":
		add("year", year)
		add("industry", uniform(r, n, 40))
	case "three, sparse":
		add("year", year)
		add("firm", uniform(r, n, 1200))
	case "worker and firm":
		add("firm", moving(1700))
	case "worker, firm, year":
		add("firm", moving(1700))
		add("year", year)
	case "two large effects beside the first":
		add("firm", moving(700))
		add("place", moving(600))
		add("year", year)
	case "trends":
		p.Effects[0].Slopes = [][]float64{trend}
		add("year", year)
	case "trends and firms":
		p.Effects[0].Slopes = [][]float64{trend}
		add("firm", moving(1700))
	default:
		panic(name)
	}
	cols := columns(r, p, 7)
	cols = append(cols, make([]float64, n)) // a constant column
	for i := range cols[7] {
		cols[7][i] = 3
	}
	if name == "weighted" {
		p.Weights = make([]float64, n)
		for i := range p.Weights {
			p.Weights[i] = math.Exp(2 * r.NormFloat64())
		}
	}
	var rows []int
	for i := range n {
		if name != "gaps" || r.Float64() > 0.1 {
			rows = append(rows, i)
		}
	}
	if name == "unsorted" {
		r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	}
	return pickRows(p, cols, rows)
}

var sizes = []string{"one effect", "balanced", "unsorted", "weighted", "gaps", "three, dense", "three, sparse", "worker and firm",
	"worker, firm, year", "two large effects beside the first", "trends", "trends and firms"}

// pickRows makes a problem of some rows, in the order given.
func pickRows(p Problem, cols [][]float64, rows []int) (Problem, [][]float64) {
	q := Problem{Rows: len(rows)}
	values := func(x []float64) []float64 {
		out := make([]float64, len(rows))
		for i, r := range rows {
			out[i] = x[r]
		}
		return out
	}
	for _, e := range p.Effects {
		c := make([]int32, len(rows))
		for i, r := range rows {
			c[i] = e.Codes[r]
		}
		f := e
		f.Codes, f.Levels = compact(c)
		f.Slopes = nil
		for _, z := range e.Slopes {
			f.Slopes = append(f.Slopes, values(z))
		}
		q.Effects = append(q.Effects, f)
	}
	if p.Weights != nil {
		q.Weights = values(p.Weights)
	}
	var out [][]float64
	for _, x := range cols {
		out = append(out, values(x))
	}
	return q, out
}

func absorbed(t testing.TB, p Problem, cols [][]float64, o Options) *Within {
	t.Helper()
	a, err := New(p, o)
	if err != nil {
		t.Fatal(err)
	}
	w, err := a.Within(cols)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestResultsAreTheSameBitsAtAnyNumberOfWorkers(t *testing.T) {
	for _, name := range sizes {
		t.Run(name, func(t *testing.T) {
			p, cols := sized(name, 1)
			one := absorbed(t, p, cols, Options{Workers: 1})
			for _, workers := range []int{2, 3, 8} {
				many := absorbed(t, p, cols, Options{Workers: workers})
				if !slices.Equal(one.sums(), many.sums()) {
					t.Fatalf("the Gram matrix differs with %d workers", workers)
				}
				for j := range cols {
					if !slices.Equal(one.Column(j), many.Column(j)) {
						t.Fatalf("column %d differs with %d workers", j, workers)
					}
					b1, a1 := one.Variation(j)
					b2, a2 := many.Variation(j)
					if b1 != b2 || a1 != a2 {
						t.Fatalf("the variation of column %d differs with %d workers", j, workers)
					}
				}
				if one.Report() != many.Report() {
					t.Fatalf("report %+v with one worker, %+v with %d", one.Report(), many.Report(), workers)
				}
			}
		})
	}
}

func TestResultsAreTheSameBitsAtAnyGOMAXPROCS(t *testing.T) {
	for _, name := range sizes {
		p, cols := sized(name, 1)
		want := absorbed(t, p, cols, Options{})
		for _, procs := range []int{1, 5} {
			before := runtime.GOMAXPROCS(procs)
			got := absorbed(t, p, cols, Options{})
			sums := got.sums()
			runtime.GOMAXPROCS(before)
			if !slices.Equal(sums, want.sums()) || !slices.Equal(got.Column(2), want.Column(2)) {
				t.Errorf("%s: results differ at GOMAXPROCS %d", name, procs)
			}
		}
	}
}

// The Gram matrix is that of the columns as they are, even where they were solved to four digits only.
func TestGramIsThatOfTheColumns(t *testing.T) {
	for _, name := range sizes {
		p, cols := sized(name, 12)
		checkGram(t, name, p, absorbed(t, p, cols[:7], Options{Tol: 1e-4}))
	}
}

func checkGram(t *testing.T, name string, p Problem, w *Within) {
	t.Helper()
	gram := w.Gram()
	for i := range w.cols {
		x := w.Column(i)
		for j := range w.cols {
			sum := 0.0
			for k, y := range w.Column(j) {
				sum += weight(p.Weights, k) * x[k] * y
			}
			if d := math.Abs(gram.At(i, j) - sum); d > 1e-11*math.Sqrt(gram.At(i, i)*gram.At(j, j)) {
				t.Errorf("%s: gram[%d,%d] is %v, the columns' product %v", name, i, j, gram.At(i, j), sum)
			}
		}
	}
}

// Columns absorbed together or alone come out the same.
func TestColumnsDoNotDependOnTheirCompany(t *testing.T) {
	for _, name := range sizes {
		t.Run(name, func(t *testing.T) {
			p, cols := sized(name, 2)
			together := absorbed(t, p, cols, Options{})
			for _, j := range []int{0, 6, 7} {
				alone := absorbed(t, p, cols[j:j+1], Options{})
				if !slices.Equal(together.Column(j), alone.Column(0)) {
					t.Fatalf("column %d differs", j)
				}
			}
		})
	}
}

// What is left of a column is orthogonal to every dummy, and differs from the column by a sum of effects: that is the
// definition of the projection, checked where a dense reference would be too large.
func TestResidualsAreOrthogonalToTheEffects(t *testing.T) {
	for _, name := range sizes {
		t.Run(name, func(t *testing.T) {
			p, cols := sized(name, 3)
			w := absorbed(t, p, cols, Options{})
			for j := range cols[:7] {
				x := w.Column(j)
				_, after := w.Variation(j)
				sum := slices.Clone(x)
				for k, coef := range w.Effects(j) {
					e := p.Effects[k]
					width := len(coef) / e.Levels
					for i, c := range e.Codes {
						sum[i] += coef[int(c)*width]
						for s, z := range e.Slopes {
							sum[i] += coef[int(c)*width+1+s] * z[i]
						}
					}
					moments, sizes := make([]float64, e.Levels), make([]float64, e.Levels)
					for _, z := range append([][]float64{nil}, e.Slopes...) {
						clear(moments)
						clear(sizes)
						for i, c := range e.Codes {
							v := weight(p.Weights, i)
							moments[c] += v * x[i] * at(z, i)
							sizes[c] += v * at(z, i) * at(z, i)
						}
						for c, m := range moments {
							if math.Abs(m) > 1e-9*math.Sqrt(sizes[c]*after) {
								t.Fatalf("column %d: the moment with level %d of %s is %.2e, of columns of lengths %.2g and %.2g",
									j, c, e.Name, m, math.Sqrt(sizes[c]), math.Sqrt(after))
							}
						}
					}
				}
				if d := deviation(sum, cols[j], cols[j], p.Weights); d > 1e-12 {
					t.Fatalf("column %d differs from residual plus effects by %.2e", j, d)
				}
			}
			if before, after := w.Variation(7); before > 1e-20*float64(p.Rows) || after > 1e-20*float64(p.Rows) {
				t.Fatalf("a constant column has variation %v before and %v after", before, after)
			}
		})
	}
}

func at(z []float64, i int) float64 {
	if z == nil {
		return 1
	}
	return z[i]
}

// The large systems' iterations get where the dense factorisation gets.
func TestIterationsAgreeWithTheFactorisation(t *testing.T) {
	for _, name := range []string{"three, sparse", "worker and firm", "worker, firm, year", "two large effects beside the first", "trends and firms"} {
		t.Run(name, func(t *testing.T) {
			p, cols := sized(name, 4)
			sparse := absorbed(t, p, cols, Options{})
			if m := sparse.Report(); m.Method != "conjugate gradients" || m.Iterations == 0 || !(m.Residual <= 1e-10) {
				t.Fatalf("report %+v", m)
			}
			w, err := absorbWith(t, p, Options{}, "dense").Within(cols)
			if err != nil {
				t.Fatal(err)
			}
			for j := range cols[:7] {
				want := w.Column(j)
				if d := deviation(sparse.Column(j), want, want, p.Weights); d > 1e-9 {
					t.Errorf("column %d: largest difference %.2e of its length", j, d)
				}
			}
			slope := func(w *Within) float64 { return w.Gram().At(0, 1) / w.Gram().At(1, 1) }
			if got, want := slope(sparse), slope(w); math.Abs(got-want) > 1e-10*math.Abs(want) {
				t.Errorf("the coefficient is %v, want %v", got, want)
			}
		})
	}
}

func TestRowsInAnyOrder(t *testing.T) {
	for _, name := range sizes {
		t.Run(name, func(t *testing.T) {
			p, cols := sized(name, 5)
			want := absorbed(t, p, cols, Options{})
			order := rand.New(rand.NewPCG(1, 9)).Perm(p.Rows)
			q, shuffled := pickRows(p, cols, order)
			got := absorbed(t, q, shuffled, Options{})
			for j := range cols[:7] {
				x, y := want.Column(j), got.Column(j)
				sorted := make([]float64, len(x))
				for i, row := range order {
					sorted[row] = y[i]
				}
				if d := deviation(sorted, x, x, p.Weights); d > 1e-9 {
					t.Errorf("column %d: largest difference %.2e", j, d)
				}
			}
		})
	}
}

func TestLevelsInAnyOrder(t *testing.T) {
	for _, name := range sizes {
		t.Run(name, func(t *testing.T) {
			p, cols := sized(name, 6)
			want := absorbed(t, p, cols, Options{})
			r := rand.New(rand.NewPCG(2, 9))
			for k, e := range p.Effects {
				relabelled := r.Perm(e.Levels)
				codes := make([]int32, p.Rows)
				for i, c := range e.Codes {
					codes[i] = int32(relabelled[c])
				}
				p.Effects[k].Codes = codes
			}
			slices.Reverse(p.Effects)
			got := absorbed(t, p, cols, Options{})
			for j := range cols[:7] {
				if d := deviation(got.Column(j), want.Column(j), want.Column(j), p.Weights); d > 1e-9 {
					t.Errorf("column %d: largest difference %.2e", j, d)
				}
			}
		})
	}
}

// A row twice is a row of weight 2.
func TestARowTwiceIsWeightTwo(t *testing.T) {
	for _, name := range sizes {
		t.Run(name, func(t *testing.T) {
			p, cols := sized(name, 7)
			var rows []int
			weights := make([]float64, p.Rows)
			for i := range p.Rows {
				rows = append(rows, i)
				weights[i] = 1
				if i%3 == 0 {
					rows = append(rows, i)
					weights[i] = 2
				}
				weights[i] *= weight(p.Weights, i)
			}
			q, twice := pickRows(p, cols, rows)
			p.Weights = weights
			got, want := absorbed(t, p, cols, Options{}).Gram(), absorbed(t, q, twice, Options{}).Gram()
			for i := range 7 {
				for j := range 7 {
					if d := math.Abs(got.At(i, j) - want.At(i, j)); d > 1e-9*math.Sqrt(want.At(i, i)*want.At(j, j)) {
						t.Errorf("gram[%d,%d] is %v, want %v", i, j, got.At(i, j), want.At(i, j))
					}
				}
			}
		})
	}
}

// An offset of a thousand million leaves the digits that the numbers themselves have left.
func TestHugeOffsets(t *testing.T) {
	for _, name := range sizes {
		t.Run(name, func(t *testing.T) {
			p, cols := sized(name, 8)
			exact := make([][]float64, len(cols))
			for j, x := range cols {
				exact[j] = make([]float64, len(x))
				for i, v := range x {
					cols[j][i] = v + 1<<30
					exact[j][i] = cols[j][i] - 1<<30
				}
			}
			got, want := absorbed(t, p, cols, Options{}), absorbed(t, p, exact, Options{})
			limit := 1e-11
			if got.Report().Iterations > 0 {
				limit = 1e-9
			}
			for j := range cols[:7] {
				if d := deviation(got.Column(j), want.Column(j), want.Column(j), p.Weights); d > limit {
					t.Errorf("column %d: largest difference %.2e", j, d)
				}
				b1, _ := got.Variation(j)
				b2, _ := want.Variation(j)
				if math.Abs(b1-b2) > 1e-9*b2 {
					t.Errorf("column %d: variation %v, want %v", j, b1, b2)
				}
			}
		})
	}
}

// A column that is a sum of effects is absorbed, to a share that no rounding of real variation comes near.
func TestAbsorbedColumnsShow(t *testing.T) {
	for _, name := range sizes {
		t.Run(name, func(t *testing.T) {
			p, cols := sized(name, 9)
			r := rand.New(rand.NewPCG(3, 9))
			for j := range cols {
				clear(cols[j])
				for _, e := range p.Effects {
					level := normal(r, e.Levels)
					for i, c := range e.Codes {
						cols[j][i] += 1000 * level[c]
						for _, z := range e.Slopes {
							cols[j][i] += level[c] * z[i]
						}
					}
				}
			}
			w := absorbed(t, p, cols, Options{})
			for j := range cols {
				before, after := w.Variation(j)
				limit := 1e-24
				if w.Report().Iterations > 0 {
					limit = 1e-16 // a residual of 1e-10, and some digits for the system's condition
				}
				if !(after <= limit*before) {
					t.Errorf("column %d: a share of %.1e is left", j, after/before)
				}
			}
		})
	}
}

func TestInputsStayAsTheyAre(t *testing.T) {
	for _, name := range sizes {
		p, cols := sized(name, 10)
		q, copies := pickRows(p, cols, func() (all []int) {
			for i := range p.Rows {
				all = append(all, i)
			}
			return
		}())
		w := absorbed(t, p, cols, Options{})
		w.Gram()
		w.Column(0)
		for j := range cols {
			if !slices.Equal(cols[j], copies[j]) {
				t.Errorf("%s: column %d was changed", name, j)
			}
		}
		if !slices.Equal(p.Weights, q.Weights) {
			t.Errorf("%s: the weights were changed", name)
		}
		for k, e := range p.Effects {
			for i, c := range e.Codes {
				if q.Effects[k].Codes[i] != c && name != "unsorted" && name != "gaps" {
					t.Fatalf("%s: the codes of %s were changed", name, e.Name)
				}
			}
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	p, cols := sized("three, sparse", 11)
	a, err := New(p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	w, err := a.Within(cols)
	if err != nil {
		t.Fatal(err)
	}
	want := w.Column(3)
	var wg sync.WaitGroup
	for k := range 8 {
		wg.Go(func() {
			dst := make([][]float64, len(cols))
			for j := range dst {
				dst[j] = make([]float64, p.Rows)
			}
			w.Block(k, p.Rows, dst)
			if !slices.Equal(dst[3][:p.Rows-k], want[k:]) {
				t.Errorf("block %d differs", k)
			}
			w.Gram()
			a.Rank()
			if v, err := a.Within(cols[3:4]); err != nil || !slices.Equal(v.Column(0), want) {
				t.Errorf("a second Within differs, or fails: %v", err)
			}
		})
	}
	wg.Wait()
}

// Two effects are solved exactly under weights of twelve decades: against arithmetic of 400 digits.
func TestTwoEffectsKeepDigitsUnderUnevenWeights(t *testing.T) {
	r := rand.New(rand.NewPCG(12, 12))
	for trial := range 20 {
		n, units, periods := 60, 12, 5
		p := Problem{Rows: n, Effects: []Effect{effect("unit", uniform(r, n, units)), effect("year", uniform(r, n, periods))}}
		p.Weights = make([]float64, n)
		for i := range p.Weights {
			p.Weights[i] = math.Pow(10, 12*r.Float64()-6)
		}
		y := normal(r, n)
		got := absorbed(t, p, [][]float64{y}, Options{}).Column(0)
		want := longResidual(p, y)
		for i := range got {
			if math.Abs(got[i]-want[i]) > 1e-13 { // of numbers of size one
				t.Errorf("trial %d, row %d of weight %.1e: residual %v, want %v", trial, i, p.Weights[i], got[i], want[i])
			}
		}
	}
}

// longResidual solves the normal equations of the dummies by elimination of numbers with 400 digits.
func longResidual(p Problem, y []float64) []float64 {
	num := func(v float64) *big.Float { return new(big.Float).SetPrec(1400).SetFloat64(v) }
	u, v := p.Effects[0], p.Effects[1]
	d := u.Levels + v.Levels
	m := make([][]*big.Float, d)
	for i := range m {
		m[i] = make([]*big.Float, d+1)
		for j := range m[i] {
			m[i][j] = num(0)
		}
	}
	for i := range y {
		w := num(p.Weights[i])
		wy := num(0).Mul(w, num(y[i]))
		a, b := int(u.Codes[i]), u.Levels+int(v.Codes[i])
		for _, x := range []int{a, b} {
			for _, z := range []int{a, b} {
				m[x][z].Add(m[x][z], w)
			}
			m[x][d].Add(m[x][d], wy)
		}
	}
	solved := make([]int, d) // pivot row of each column, -1 where it is spanned
	row := 0
	tiny := num(1e-300)
	for c := range d {
		solved[c] = -1
		best := row
		for i := row; i < d; i++ {
			if num(0).Abs(m[i][c]).Cmp(num(0).Abs(m[best][c])) > 0 {
				best = i
			}
		}
		if best >= d || num(0).Abs(m[best][c]).Cmp(tiny) < 0 {
			continue
		}
		m[row], m[best] = m[best], m[row]
		for i := range d {
			if i == row || m[i][c].Sign() == 0 {
				continue
			}
			f := num(0).Quo(m[i][c], m[row][c])
			for j := c; j <= d; j++ {
				m[i][j].Sub(m[i][j], num(0).Mul(f, m[row][j]))
			}
		}
		solved[c] = row
		row++
	}
	coef := make([]*big.Float, d)
	for c := range coef {
		coef[c] = num(0)
		if solved[c] >= 0 {
			coef[c].Quo(m[solved[c]][d], m[solved[c]][c])
		}
	}
	out := make([]float64, len(y))
	for i := range y {
		e := num(y[i])
		e.Sub(e, coef[u.Codes[i]])
		e.Sub(e, coef[u.Levels+int(v.Codes[i])])
		out[i], _ = e.Float64()
	}
	return out
}

// Absorbing two effects takes little memory beside the data: a number for each level and column, and some.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("allocates")
	}
	r := rand.New(rand.NewPCG(1, 1))
	for _, gaps := range []float64{0, 0.07} {
		t.Run(fmt.Sprintf("%g missing", gaps), func(t *testing.T) {
			b := newBench(r, unitAndYear()...)
			if gaps > 0 {
				b = b.thin(r, gaps)
			}
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			w := absorbed(t, b.Problem, b.cols, Options{Workers: 2})
			w.Gram()
			runtime.ReadMemStats(&after)
			data := uint64(8 * b.Rows * len(b.cols))
			if got := after.TotalAlloc - before.TotalAlloc; got > data*15/100 {
				t.Errorf("%d bytes were allocated beside data of %d", got, data)
			}
			runtime.KeepAlive(b)
		})
	}
}
