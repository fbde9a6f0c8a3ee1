package placebo

import (
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// TestDrawsAreRegressions re-estimates single draws by the full regression, itself held to other programs: balanced and
// unbalanced, weighted and not, every covariance, every kind of draw.
func TestDrawsAreRegressions(t *testing.T) {
	for _, file := range []string{"balanced", "unbalanced"} {
		p := reference.Panel(t, "testdata/reference/data/"+file+".csv", "unit", "time")
		for _, weights := range []string{"", "w"} {
			for _, v := range []vcov.Spec{{Type: vcov.IID}, {Type: vcov.Hetero}, {}, {Type: vcov.Cluster, By: []string{"region"}}, {Type: vcov.Cluster, By: []string{"unit", "time"}}} {
				for _, kind := range []Kind{Unit, Time, Mixed, Row} {
					s := did.Spec{Formula: "y ~ x1 + x2", Treat: "d", Vcov: v, Design: design.Options{Weights: weights}}
					compareDraw(t, p, s, kind)
				}
			}
		}
	}
}

func compareDraw(t *testing.T, p *panel.Panel, s did.Spec, kind Kind) {
	t.Helper()
	fit, m, err := models(p, s)
	if err != nil {
		t.Fatal(err)
	}
	timing, _ := did.TimingOf(p, s.Treat, false)
	treat, _ := m.Design.Column(s.Treat)
	e, err := newEngine(m, fit.Spec)
	if err != nil {
		t.Fatal(err)
	}
	a := newAssigner(p, m, timing, treat, kind)
	perm := make([]int32, a.pool())
	for i := range perm {
		perm[i] = int32(i)
	}
	rows := a.draw(rand.New(rand.NewPCG(5, 5)), nil, perm)
	b, stat, ok := e.estimate(rows, e.newDraws(), true)
	if !ok {
		t.Fatalf("%s: the draw has no variation", kind)
	}
	fake := make([]float64, p.Rows())
	for _, r := range rows {
		fake[m.Design.PanelRow(int(r))] = 1
	}
	q, err := p.With(&panel.Variable{Name: "fake", Values: fake})
	if err != nil {
		t.Fatal(err)
	}
	o := s.Design
	o.Present = []string{"d"}
	want, err := regress.Estimate(q, regress.Spec{Formula: "y ~ fake + x1 + x2 | unit + time", Vcov: fit.Spec, Design: o})
	if err != nil {
		t.Fatal(err)
	}
	c := want[0].Coef[0]
	if slices.ContainsFunc(want[0].Notes, func(n string) bool { return strings.Contains(n, "not positive definite") }) {
		c.Statistic, c.PValue = stat, e.pValue(stat) // that repair takes the whole matrix, which a draw does not have
	}
	if math.Abs(b-c.Estimate) > 1e-9*math.Abs(c.Estimate) || math.Abs(stat-c.Statistic) > 1e-7*math.Abs(c.Statistic) {
		t.Errorf("%s, %s, weights %q: estimate %.15g, t %.15g; the regression has %.15g, %.15g", kind, fit.Spec, s.Design.Weights, b, stat, c.Estimate, c.Statistic)
	}
	if p := e.pValue(stat); math.Abs(p-c.PValue) > 1e-7 {
		t.Errorf("%s, %s: p %.12g, the regression has %.12g", kind, fit.Spec, p, c.PValue)
	}
}

// TestCohortSizesAreKept: a unit draw treats as many units from each date on as truth does.
func TestCohortSizesAreKept(t *testing.T) {
	p := reference.Panel(t, "testdata/reference/data/balanced.csv", "unit", "time")
	_, m, err := models(p, did.Spec{Formula: "y ~ x1", Treat: "d"})
	if err != nil {
		t.Fatal(err)
	}
	timing, _ := did.TimingOf(p, "d", false)
	treat, _ := m.Design.Column("d")
	a := newAssigner(p, m, timing, treat, Unit)
	perm := make([]int32, a.pool())
	for seed := range uint64(20) {
		for i := range perm {
			perm[i] = int32(i)
		}
		if rows := a.draw(rand.New(rand.NewPCG(seed, 0)), nil, perm); len(rows) != a.rows {
			t.Fatalf("a draw treats %d rows, truth %d", len(rows), a.rows)
		}
	}
}

// TestSameSeedSameNumbers at any number of cores.
func TestSameSeedSameNumbers(t *testing.T) {
	p := reference.Panel(t, "testdata/reference/data/balanced.csv", "unit", "time")
	s := did.Spec{Formula: "y ~ x1 + x2", Treat: "d"}
	run := func(cores int, seed uint64) []float64 {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		r, err := Test(context.Background(), p, s, Options{Reps: 60, Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		return append(slices.Clone(r.Estimates), r.TStatistics...)
	}
	one := run(1, 3)
	if !slices.Equal(one, run(4, 3)) {
		t.Error("the numbers depend on the number of cores")
	}
	if slices.Equal(one, run(1, 4)) {
		t.Error("another seed gave the same numbers")
	}
}

// TestSizeUnderNoEffect: with the treatment drawn like the placebos, p is uniform; 5 % of 200 panels are rejected give
// or take three binomial standard errors.
func TestSizeUnderNoEffect(t *testing.T) {
	p := reference.Panel(t, "testdata/reference/data/balanced.csv", "unit", "time")
	d, _ := p.Numbers("d")
	rng := rand.New(rand.NewPCG(9, 9))
	rejected, panels := 0, 200
	units := p.Units().Levels()
	for range panels {
		perm := rng.Perm(units)
		fake, y := make([]float64, p.Rows()), make([]float64, p.Rows())
		for i, u := range p.Units().Codes { // the file is balanced and sorted: unit u's rows move as a block
			fake[i] = d[perm[u]*p.Periods().Levels()+int(p.Periods().Codes[i])]
			y[i] = rng.NormFloat64()
		}
		q, err := p.With(&panel.Variable{Name: "d", Values: fake}, &panel.Variable{Name: "y", Values: y})
		if err != nil {
			t.Fatal(err)
		}
		r, err := Test(context.Background(), q, did.Spec{Formula: "y ~ x1", Treat: "d", Vcov: vcov.Spec{Type: vcov.IID}}, Options{Reps: 99})
		if err != nil {
			t.Fatal(err)
		}
		if (r.P.TwoSided*99+1)/100 <= 0.05 {
			rejected++
		}
	}
	share := float64(rejected) / float64(panels)
	if bound := 3 * math.Sqrt(0.05*0.95/float64(panels)); math.Abs(share-0.05) > bound {
		t.Errorf("rejects %.3f of panels without effect, want 0.05 ± %.3f", share, bound)
	}
}

func TestCancelled(t *testing.T) {
	p := reference.Panel(t, "testdata/reference/data/balanced.csv", "unit", "time")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Test(ctx, p, did.Spec{Formula: "y ~ x1", Treat: "d"}, Options{}); err == nil {
		t.Error("a cancelled test gave a result")
	}
}

func BenchmarkClustered500(b *testing.B) {
	p := reference.Panel(b, "testdata/reference/data/balanced.csv", "unit", "time")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Test(context.Background(), p, did.Spec{Formula: "y ~ x1 + x2", Treat: "d"}, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPaper is 500 draws on the paper's panel and controls: on the coefficient with its errors, and on t with errors
// clustered by city.
func BenchmarkPaper(b *testing.B) {
	p := reference.Panel(b, "data/dual-pilot.csv", "city", "year")
	for name, o := range map[string]struct {
		vcov vcov.Spec
		stat Stat
	}{"coefficients": {vcov.Spec{Type: vcov.IID}, Coef}, "clustered_t": {vcov.Spec{Type: vcov.Cluster, By: []string{"city"}}, T}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s := did.Spec{Formula: "DIA ~ PGDP + FINDEV + OPEN + GOVSUP + MKTZ + URB | city + year", Treat: "DID", Vcov: o.vcov}
				if _, err := Test(context.Background(), p, s, Options{Stat: o.stat}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
