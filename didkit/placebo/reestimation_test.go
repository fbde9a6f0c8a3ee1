package placebo

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// simulated is an unbalanced study in random row order; adoption is staggered, a third never adopts.
func simulated(t *testing.T, seed uint64) *panel.Panel {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 17))
	type row [7]float64 // unit time treat x z y w
	var rows []row
	for u := range 40 {
		level, start := rng.NormFloat64(), 2003+rng.IntN(6)
		for year := 2000; year < 2010; year++ {
			if rng.Float64() < 0.1 {
				continue
			}
			r := row{float64(u), float64(year), 0, rng.NormFloat64() + level, rng.ExpFloat64(), 0, 0.2 + rng.Float64()}
			if u%3 > 0 && year >= start {
				r[2] = 1
			}
			r[5] = level + 0.1*float64(year-2000) + 0.3*r[2] + 0.4*r[3] + rng.NormFloat64()
			if rng.Float64() < 0.02 {
				r[5] = math.NaN()
			}
			rows = append(rows, r)
		}
	}
	rng.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	var vars []*panel.Variable
	for j, name := range []string{"unit", "time", "treat", "x", "z", "y", "w"} {
		v := &panel.Variable{Name: name}
		for _, r := range rows {
			v.Values = append(v.Values, r[j])
		}
		vars = append(vars, v)
	}
	p, err := panel.New(vars...)
	if err == nil {
		p, err = p.Indexed("unit", "time")
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var covariances = []vcov.Spec{{Type: vcov.IID}, {Type: vcov.Hetero}, {Type: vcov.Cluster, By: []string{"unit"}}, {Type: vcov.Cluster, By: []string{"unit", "time"}}}

// The actual estimate of a test is that of TWFE on the same panel, with its t statistic.
func TestActualIsTWFE(t *testing.T) {
	p := simulated(t, 1)
	for _, f := range []string{"y ~ 1", "y ~ x + z", "y ~ x | unit", "y ~ x | time + unit"} {
		for _, v := range covariances {
			for _, weights := range []string{"", "w"} {
				s := did.Spec{Formula: f, Treat: "treat", Vcov: v}
				s.Design.Weights = weights
				r, err := Test(context.Background(), p, s, Options{Reps: 5})
				if err != nil {
					t.Fatalf("%s: %v", f, err)
				}
				fit, err := did.TWFE(p, s)
				if err != nil {
					t.Fatal(err)
				}
				c := fit.Coef[0]
				if math.Abs(r.Actual-c.Estimate) > 1e-10*math.Abs(c.Estimate) || math.Abs(r.ActualT-c.Statistic) > 1e-9*math.Abs(c.Statistic) || r.N != fit.N {
					t.Errorf("%s, %s, weights %q: got %.15g (t %.15g, n %d), want %.15g (t %.15g, n %d)", f, v, weights, r.Actual, r.ActualT, r.N, c.Estimate, c.Statistic, fit.N)
				}
			}
		}
	}
}

// Every draw's estimate, t statistic and p value are those of the whole regression estimated anew with the drawn column.
func TestDrawsAreReestimations(t *testing.T) {
	p := simulated(t, 2)
	for _, kind := range []Kind{Unit, Time, Mixed, Row} {
		for _, v := range covariances {
			for _, weights := range []string{"", "w"} {
				t.Run(fmt.Sprint(kind, " ", v, " ", weights), func(t *testing.T) {
					s := did.Spec{Formula: "y ~ x + z", Treat: "treat", Vcov: v}
					s.Design.Weights = weights
					reestimate(t, p, s, kind)
				})
			}
		}
	}
}

func reestimate(t *testing.T, p *panel.Panel, s did.Spec, kind Kind) {
	fit, m, err := models(p, s)
	if err != nil {
		t.Fatal(err)
	}
	timing, err := did.TimingOf(p, s.Treat, false)
	if err != nil {
		t.Fatal(err)
	}
	treat, err := m.Design.Column(s.Treat)
	if err != nil {
		t.Fatal(err)
	}
	e, err := newEngine(m, fit.Spec)
	if err != nil {
		t.Fatal(err)
	}
	a := newAssigner(p, m, timing, treat, kind)
	perm := make([]int32, a.pool())
	for i := range perm {
		perm[i] = int32(i)
	}
	d := e.newDraws()
	f, err := formula.Parse("y ~ fake + x + z | unit + time")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 6 {
		rng := rand.New(rand.NewPCG(5, uint64(i)))
		rows := a.draw(rng, nil, perm)
		b, stat, ok := e.estimate(rows, d, true)
		if !ok {
			continue
		}
		fake := make([]float64, p.Rows())
		for _, r := range rows {
			if m.Design.Rows != nil {
				r = m.Design.Rows[r]
			}
			fake[r] = 1
		}
		q, err := p.With(&panel.Variable{Name: "fake", Values: fake})
		if err != nil {
			t.Fatal(err)
		}
		want, err := regress.Estimate(q, regress.Spec{Parsed: []*formula.Formula{f}, Vcov: s.Vcov, Design: s.Design})
		if err != nil {
			t.Fatal(err)
		}
		c := want[0].Coef[0]
		if c.Term != "fake" {
			t.Fatalf("draw %d: %s stands first", i, c.Term)
		}
		scale := math.Max(math.Abs(c.Estimate), c.StdError)
		if math.Abs(b-c.Estimate) > 1e-9*scale {
			t.Errorf("draw %d: got %.15g, want %.15g", i, b, c.Estimate)
		}
		// several ways: the whole matrix may be made positive, which moves the error of the first by the others
		if len(s.Vcov.By) < 2 && (math.Abs(stat-c.Statistic) > 1e-8*math.Max(1, math.Abs(c.Statistic)) || math.Abs(e.pValue(stat)-c.PValue) > 1e-8) {
			t.Errorf("draw %d: got t %.15g (p %.9g), want %.15g (p %.9g)", i, stat, e.pValue(stat), c.Statistic, c.PValue)
		}
	}
}

func run3(t *testing.T, p *panel.Panel, o Options) string {
	t.Helper()
	r, err := Test(context.Background(), p, did.Spec{Formula: "y ~ x + z", Treat: "treat"}, o)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x %x %x %x %d", r.Estimates, r.TStatistics, r.PValues, r.P, r.Redrawn)
}

func TestASeedReproducesOnAnyNumberOfCores(t *testing.T) {
	p := simulated(t, 3)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, kind := range []Kind{Unit, Time, Mixed, Row} {
		want := ""
		for _, cores := range []int{1, 2, 7} {
			runtime.GOMAXPROCS(cores)
			got := run3(t, p, Options{Reps: 60, Seed: 42, Kind: kind})
			if want == "" {
				want = got
			}
			if got != want {
				t.Errorf("%s: %d cores give other draws", kind, cores)
			}
		}
		if run3(t, p, Options{Reps: 60, Seed: 43, Kind: kind}) == want {
			t.Errorf("%s: another seed gives the same draws", kind)
		}
	}
}

// Draws belong to units and periods, not to places in the file.
func TestTheOrderOfRowsDoesNotChooseTheDraws(t *testing.T) {
	p := simulated(t, 4)
	rows := make([]int32, p.Rows())
	for i := range rows {
		rows[i] = int32(len(rows) - 1 - i)
	}
	q := p.Subset(rows)
	for _, kind := range []Kind{Unit, Time, Mixed, Row} {
		o := Options{Reps: 40, Seed: 9, Kind: kind}
		a, err := Test(context.Background(), p, did.Spec{Formula: "y ~ x", Treat: "treat"}, o)
		if err != nil {
			t.Fatal(err)
		}
		b, err := Test(context.Background(), q, did.Spec{Formula: "y ~ x", Treat: "treat"}, o)
		if err != nil {
			t.Fatal(err)
		}
		for i := range a.Estimates {
			if math.Abs(a.Estimates[i]-b.Estimates[i]) > 1e-9 {
				t.Fatalf("%s, draw %d: %.15g with the rows reversed %.15g", kind, i, a.Estimates[i], b.Estimates[i])
			}
		}
	}
}

// Under no effect the p values of a valid test are uniform; here the mean of 40 tests, each of 99 draws, must not be far
// from one half (its standard deviation is 0.046).
func TestPValuesAreNotBiasedUnderNoEffect(t *testing.T) {
	mean := 0.0
	const tests = 40
	for seed := range uint64(tests) {
		p := simulated(t, 100+seed)
		y, _ := p.Numbers("y")
		d, _ := p.Numbers("treat")
		clean := make([]float64, len(y))
		for i := range y {
			clean[i] = y[i] - 0.3*d[i]
		}
		p, err := p.With(&panel.Variable{Name: "y", Values: clean})
		if err != nil {
			t.Fatal(err)
		}
		r, err := Test(context.Background(), p, did.Spec{Formula: "y ~ x", Treat: "treat"}, Options{Reps: 99, Seed: seed + 1})
		if err != nil {
			t.Fatal(err)
		}
		mean += r.P.TwoSided / tests
	}
	if math.Abs(mean-0.5) > 0.16 {
		t.Errorf("the mean p value is %.3f, want near 0.5", mean)
	}
}
