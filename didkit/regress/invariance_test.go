package regress_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// What must not change, does not; what must scale, scales. Each property holds for every regression that drawSpec draws.

func TestPermutedRowsChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, s := drawFrame(t), drawSpec(t)
		order := rapid.Permutation(count(f.rows())).Draw(t, "order")
		same(t, "rows permuted", estimate(t, f.pick(order).panel(t), s), estimate(t, f.panel(t), s), 1e-9)
	})
}

func TestRelabelledLevelsChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, s := drawFrame(t), drawSpec(t)
		g := f.clone()
		for _, name := range []string{"unit", "time", "g"} {
			labels := map[float64]float64{}
			rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "labels of "+name), 2))
			for i, v := range f.cols[name] {
				if _, ok := labels[v]; !ok {
					labels[v] = math.Trunc(rng.Float64()*1e9) / 8 // far apart, not whole: another coding
				}
				g.cols[name][i] = labels[v]
			}
		}
		same(t, "levels relabelled", estimate(t, g.panel(t), s), estimate(t, f.panel(t), s), 1e-9)
	})
}

func TestTextLevelsEqualNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, s := drawFrame(t), drawSpec(t)
		p := f.panel(t)
		var text []*panel.Variable
		for _, name := range []string{"unit", "time", "g"} {
			coded, err := p.Factor(name)
			if err != nil {
				t.Fatal(err)
			}
			v := &panel.Variable{Name: name, Kind: panel.Text, Codes: coded.Codes}
			for i := range coded.Levels() {
				v.Levels = append(v.Levels, fmt.Sprintf("level %03d", i))
			}
			text = append(text, v)
		}
		q, err := p.With(text...)
		if err != nil {
			t.Fatal(err)
		}
		fits, err := regress.Estimate(q, s)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "text for numbers", fit{Fit: fits[0]}, estimate(t, f.panel(t), s), 1e-9)
	})
}

func TestRescaledColumnsScale(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, s := drawFrame(t), drawSpec(t)
		s.Vcov = oneWay(s.Vcov)
		want := estimate(t, f.panel(t), s)
		cx := math.Pow(10, float64(rapid.IntRange(-8, 8).Draw(t, "x1 times ten to the")))
		cy := math.Pow(10, float64(rapid.IntRange(-8, 8).Draw(t, "y times ten to the")))
		cw := math.Pow(10, float64(rapid.IntRange(-6, 6).Draw(t, "w times ten to the")))
		g := f.clone()
		for i := range g.cols["y"] {
			g.cols["x1"][i] *= cx
			g.cols["y"][i] *= cy
			g.cols["w"][i] *= cw
		}
		got := estimate(t, g.panel(t), s)
		for i := range got.Coef {
			c := 1 / cy
			if got.Coef[i].Term == "x1" {
				c *= cx
			}
			got.Coef[i].Estimate *= c
			got.Coef[i].StdError *= c
		}
		same(t, "columns rescaled", got, want, 1e-9)
	})
}

// oneWay keeps the first way of clustering. A covariance by several ways need not be positive definite, and then fixest
// sets its negative eigenvalues to zero, which depends on the columns' units of measurement: a known flaw of the convention.
func oneWay(v vcov.Spec) vcov.Spec {
	v.By = v.By[:min(1, len(v.By))]
	return v
}

func TestConstantWithinUnitChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, s := drawFrame(t), drawSpec(t)
		if !strings.Contains(s.Formula, "|") {
			t.Skip("no effect of the unit")
		}
		for i := range f.cols["y"] { // exact in the sum below
			f.cols["y"][i] = math.Round(f.cols["y"][i]*1024) / 1024
		}
		want := estimate(t, f.panel(t), s)
		g := f.clone()
		for i, u := range g.cols["unit"] {
			g.cols["y"][i] += 1e6 * math.Trunc(u/10)
		}
		got := estimate(t, g.panel(t), s)
		got.R2, got.R2Adj = want.R2, want.R2Adj // the total sum of squares is another
		same(t, "a constant added within units", got, want, 1e-8)
	})
}

func TestHugeOffsetsLoseNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, s := drawFrame(t), drawSpec(t)
		s.Vcov = oneWay(s.Vcov)
		want := estimate(t, f.panel(t), s)
		g := f.clone()
		for i := range g.cols["x1"] {
			g.cols["x1"][i] += 1 << 30 // exact, see simulate
		}
		got := estimate(t, g.panel(t), s)
		if len(got.Coef) > 0 && got.Coef[0].Term == "(Intercept)" {
			got.Coef, want.Coef = got.Coef[1:], want.Coef[1:] // it takes the offset up
		}
		same(t, "2^30 added to x1", got, want, 1e-8)
	})
}

func TestOrderOfTermsAndEffectsChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, s := drawFrame(t), drawSpec(t)
		want := estimate(t, f.panel(t), s)
		left, effects, absorbed := strings.Cut(strings.TrimPrefix(s.Formula, "y ~ "), " | ")
		r := s
		r.Formula = "y ~ " + strings.Join(rapid.Permutation(strings.Split(left, " + ")).Draw(t, "terms"), " + ")
		if absorbed {
			r.Formula += " | " + strings.Join(rapid.Permutation(strings.Split(effects, " + ")).Draw(t, "effects"), " + ")
		}
		slices.Reverse(r.Vcov.By)
		defer slices.Reverse(r.Vcov.By) // the samples share the slice
		same(t, r.Formula, estimate(t, f.panel(t), r), want, 1e-9)
	})
}

func TestOrderOfColumnsChangesNoBit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, s := drawFrame(t), drawSpec(t)
		g := f.clone()
		g.names = rapid.Permutation(f.names).Draw(t, "columns")
		if got, want := bits(estimate(t, g.panel(t), s).Fit), bits(estimate(t, f.panel(t), s).Fit); got != want {
			t.Fatalf("columns in another order: got\n%s\nwant\n%s", got, want)
		}
	})
}

// A row that stands twice counts as one of weight 2: the estimates are equal, and with them Σwe². So iid variances are in
// the ratio of the residual degrees of freedom, and clustered ones, whose scores are equal too, in that of (n-1)/(n-K).
func TestDuplicatedRowsEqualWeightTwo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawFrame(t)
		formula := rapid.SampledFrom([]string{"y ~ d + x1 + x2", "y ~ d + x1 + x2 | unit + time", "y ~ d + x1 + x2 | unit + time + g"}).Draw(t, "formula")
		twice := rapid.SliceOfN(rapid.Bool(), f.rows(), f.rows()).Draw(t, "twice")
		// no singletons: a row alone in its level would go, its double would stay
		s := plain(formula, "")
		s.Design.KeepSingletons = true
		rows := count(f.rows())
		f = f.clone()
		for i, double := range twice {
			f.cols["w"][i] = 1
			if double {
				f.cols["w"][i] = 2
				rows = append(rows, i)
			}
		}
		weighted := s
		weighted.Design.Weights = "w"
		for _, v := range []vcov.Spec{{}, {Type: vcov.Cluster, By: []string{"unit"}}} {
			s.Vcov, weighted.Vcov = v, v
			a, b := estimate(t, f.pick(rows).panel(t), s).Fit, estimate(t, f.panel(t), weighted).Fit
			for i := range a.Coef {
				x, y := a.Coef[i], b.Coef[i]
				if !near(x.Estimate, y.Estimate, math.Max(math.Abs(y.Estimate), y.StdError), 1e-9) {
					t.Fatalf("%s: rows twice %.17g, weight two %.17g", x.Term, x.Estimate, y.Estimate)
				}
				ratio := b.DFResid / a.DFResid
				if v.Type == vcov.Cluster {
					ka, kb := nonnested(a, formula), nonnested(b, formula)
					ratio = (float64(a.N-1) / (float64(a.N) - ka)) / (float64(b.N-1) / (float64(b.N) - kb))
				}
				if got := (x.StdError * x.StdError) / (y.StdError * y.StdError); !near(got, ratio, ratio, 1e-8) {
					t.Fatalf("%s, %s: ratio of variances: got %.12g, want %.12g", v, x.Term, got, ratio)
				}
			}
			if !near(a.SSR, b.SSR, b.SSR, 1e-9) {
				t.Fatalf("ssr: rows twice %.17g, weight two %.17g", a.SSR, b.SSR)
			}
		}
	})
}

// nonnested is K when clusters are the units: all of the unit's levels but one are left out.
func nonnested(f *regress.Fit, formula string) float64 {
	k := float64(f.N) - f.DFResid
	for _, e := range f.FixedEffects {
		if e.Name == "unit" {
			k -= float64(e.Levels - 1)
		}
	}
	return k
}

func TestWeightsOfOneEqualNone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, s := drawFrame(t), drawSpec(t)
		for i := range f.cols["w"] {
			f.cols["w"][i] = 1
		}
		s.Design.Weights = ""
		want := estimate(t, f.panel(t), s)
		s.Design.Weights = "w"
		same(t, "weights of one", estimate(t, f.panel(t), s), want, 1e-9)
	})
}

func TestFilterEqualsSubset(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, s := drawFrame(t), drawSpec(t)
		var rows []int
		for i, x := range f.cols["x2"] {
			if x > 0.1 {
				rows = append(rows, i)
			}
		}
		want := estimate(t, f.pick(rows).panel(t), s)
		s.Design.If = mustExpr(t, "x2 > 0.1")
		got := estimate(t, f.panel(t), s)
		if got.Dropped.Filtered != f.rows()-len(rows) {
			t.Fatalf("filtered: got %d, want %d", got.Dropped.Filtered, f.rows()-len(rows))
		}
		same(t, "if=", got, want, 1e-9)
	})
}

func TestMissingOutcomeEqualsNoRow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, s := drawFrame(t), drawSpec(t)
		var rows []int
		g := f.clone()
		for i := range g.cols["y"] {
			if i%9 == 4 {
				g.cols[[]string{"y", "x1", "d"}[i%3]][i] = math.NaN()
			} else {
				rows = append(rows, i)
			}
		}
		got := estimate(t, g.panel(t), s)
		if got.Dropped.Missing != f.rows()-len(rows) {
			t.Fatalf("missing: got %d, want %d", got.Dropped.Missing, f.rows()-len(rows))
		}
		same(t, "missing values", got, estimate(t, f.pick(rows).panel(t), s), 1e-9)
	})
}

func TestInputIsNeverModified(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, s := drawFrame(t), drawSpec(t)
		before := f.clone()
		p := f.panel(t)
		first, err := regress.Estimate(p, s)
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range before.cols {
			if !slices.Equal(f.cols[name], want) {
				t.Fatalf("the column %s was changed", name)
			}
		}
		second, err := regress.Estimate(p, s)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := bits(first[0]), bits(second[0]); a != b {
			t.Fatalf("a second estimation on the same panel differs: got\n%s\nwant\n%s", b, a)
		}
	})
}

// The blocks that cores work on are fixed, so the bits don't depend on how many there are. Enough rows for many blocks.
func TestAnyNumberOfCoresGivesTheSameBits(t *testing.T) {
	f := simulate(rand.New(rand.NewPCG(4, 4)), 40_000, 8, 0.05)
	p := f.panel(t)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, s := range []regress.Spec{
		{Formula: "y ~ d + x1 + x2 | unit + time", Vcov: vcov.Spec{Type: vcov.Cluster, By: []string{"unit"}}},
		{Formula: "y ~ d + x1 + x2 | unit + time + g", Vcov: vcov.Spec{Type: vcov.Hetero}},
		{Formula: "y ~ d + x1 + x2", Vcov: vcov.Spec{Type: vcov.Cluster, By: []string{"unit", "time"}}},
	} {
		s.Design.Weights = "w"
		var want string
		for _, cores := range []int{1, 2, 3, 8} {
			runtime.GOMAXPROCS(cores)
			got := bits(estimate(t, p, s).Fit)
			if want == "" {
				want = got
			}
			if got != want {
				t.Errorf("%s: %d cores: got\n%s\nwant as with one\n%s", s.Formula, cores, got, want)
			}
		}
	}
}

func count(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}
