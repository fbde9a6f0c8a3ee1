package power

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/simulate"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// TestDrawsAreRegressions: what a draw tells of an effect is the two-way regression estimated anew on noise with that
// effect added: balanced and not, weighted and not, each covariance, one effect and a path.
func TestDrawsAreRegressions(t *testing.T) {
	for _, file := range []string{"balanced", "unbalanced"} {
		p := reference.Panel(t, "testdata/reference/data/"+file+".csv", "unit", "time")
		for _, weights := range []string{"", "w"} {
			for _, v := range []vcov.Spec{{Type: vcov.IID}, {Type: vcov.Hetero}, {}, {Type: vcov.Cluster, By: []string{"region"}}} {
				for _, path := range [][]float64{nil, {0.2, 0.5, 1.5}} {
					s := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ x1 + x2", Treat: "d", Vcov: v, Design: design.Options{Weights: weights}}}
					anew(t, p, s, Options{Path: path}, 0.7, 1e-9)
				}
			}
		}
	}
}

// TestDrawsAreEstimates: likewise by every method of staggered adoption, at an effect that was not tried.
func TestDrawsAreEstimates(t *testing.T) {
	p := reference.Panel(t, "testdata/reference/data/balanced.csv", "unit", "time")
	for _, m := range []did.Method{did.CallawaySantAnna, did.SunAbraham, did.Imputation, did.TwoStage, did.Stacked, did.ExtendedTwoWay, did.LocalProjections, did.Switching} {
		for _, path := range [][]float64{nil, {0.2, 0.5, 1.5}} {
			s := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "d"}, Method: m, Window: window(m)}
			anew(t, p, s, Options{Path: path}, 0.7, 1e-6)
		}
	}
	s := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ x1", Treat: "d"}, Method: did.CallawaySantAnna, Control: did.NotYetTreated}
	anew(t, p, s, Options{}, -0.4, 1e-6)
}

func window(m did.Method) [2]int {
	if m == did.Stacked {
		return [2]int{-2, 1}
	}
	return [2]int{}
}

func anew(t *testing.T, p *panel.Panel, s did.StaggeredSpec, o Options, tau, tol float64) {
	t.Helper()
	o.Reps, o.Seed = 3, 4
	if err := o.complete(TwoWay); err != nil {
		t.Fatal(err)
	}
	if s.Method == "" {
		s.Method = TwoWay
	}
	name := fmt.Sprint(s.Method, " ", s.Formula, " ", s.Vcov, " ", s.Design.Weights, " ", o.Path)
	st, err := newStudy(p, s, o)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	own, err := st.as(p, nil, st.where, identity(st.where.units), st.noise.block)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	d, err := own.simulate(context.Background(), func(int) {})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	shape, err := st.shape(p, st.m)
	if err != nil {
		t.Fatal(err)
	}
	e := make([]float64, st.m.Design.N)
	const i = 2
	own.target.draw(rand.New(rand.NewPCG(o.Seed, i)), e)
	y := make([]float64, p.Rows())
	for r := range y {
		y[r] = math.NaN()
	}
	for k, x := range e {
		y[st.m.Design.PanelRow(k)] = x + tau*shape[k]
	}
	q, err := p.With(&panel.Variable{Name: "y", Values: y})
	if err != nil {
		t.Fatal(err)
	}
	var want did.Effect
	if s.Method == TwoWay {
		fit, err := did.TWFE(q, s.Spec)
		if err != nil {
			t.Fatal(err)
		}
		c, _ := fit.Coefficient("d")
		want = did.Effect{Estimate: c.Estimate, StdError: c.StdError, PValue: c.PValue}
	} else {
		r, err := did.Staggered(q, s)
		if err != nil {
			t.Fatal(err)
		}
		want = r.Overall
	}
	x := d.all[i]
	b, se := x.b+tau*d.a, math.Sqrt(x.v+2*tau*x.u+tau*tau*d.c)
	if math.Abs(b-want.Estimate) > tol*(math.Abs(want.Estimate)+want.StdError) || math.Abs(se-want.StdError) > tol*want.StdError {
		t.Errorf("%s: estimate %.12g, error %.12g; estimated anew %.12g, %.12g", name, b, se, want.Estimate, want.StdError)
	}
	if rejects := want.PValue < o.Alpha; rejects != d.rejects(x, tau) {
		t.Errorf("%s: rejects %v with p %g", name, !rejects, want.PValue)
	}
}

// TestCorrelation: the correlation of noise is found without the bias of short panels, with and without gaps.
func TestCorrelation(t *testing.T) {
	for _, rho := range []float64{-0.3, 0, 0.4, 0.8} {
		for _, gaps := range []bool{false, true} {
			const panels = 60
			sum, squares := 0.0, 0.0
			for seed := range uint64(panels) {
				p, _, err := simulate.Staggered(simulate.Options{Seed: seed + 1, Units: 300, Periods: 8, AR: rho, Cohorts: []simulate.Cohort{{Period: 4, Units: 100}, {Period: 6, Units: 100}}})
				if err != nil {
					t.Fatal(err)
				}
				if gaps {
					var keep []int32
					for r := range p.Rows() {
						if r%7 != int(seed%7) {
							keep = append(keep, int32(r))
						}
					}
					p = p.Subset(keep)
				}
				o := Options{}
				if err := o.complete(TwoWay); err != nil {
					t.Fatal(err)
				}
				st, err := newStudy(p, did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "treat"}, Method: TwoWay}, o)
				if err != nil {
					t.Fatal(err)
				}
				sum, squares = sum+st.noise.rho, squares+st.noise.rho*st.noise.rho
			}
			mean := sum / panels
			se := math.Sqrt((squares/panels - mean*mean) / panels)
			if math.Abs(mean-rho) > 3*se+0.01 {
				t.Errorf("ρ %g, gaps %v: %.4f on average, give or take %.4f", rho, gaps, mean, se)
			}
		}
	}
}

// TestSizeAndNoise: both kinds of noise have the variance of the panel's, so that the spread of estimates is the error of
// the model, and the test keeps its level where errors hold.
func TestSizeAndNoise(t *testing.T) {
	p, _, err := simulate.Staggered(simulate.Options{Seed: 3, Units: 200, AR: 0.5, Effect: []float64{0.5, 1, 1.5}})
	if err != nil {
		t.Fatal(err)
	}
	spec := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "treat"}}
	for _, kind := range []Noise{Blocks, Own, Autoregressive} {
		r, err := Simulate(context.Background(), p, spec, Options{Noise: kind, Reps: 4000})
		if err != nil {
			t.Fatal(err)
		}
		if r.Size.Low > 0.05 || r.Size.High < 0.05 {
			t.Errorf("%s: size %+v", kind, r.Size)
		}
		if math.Abs(r.SD/r.MeanSE-1) > 0.05 {
			t.Errorf("%s: spread %g, mean error %g", kind, r.SD, r.MeanSE)
		}
		if ratio := r.MDE.Effect / r.ByFormula; math.Abs(ratio-1) > 0.05 {
			t.Errorf("%s: least effect %+v, by the formula %g", kind, r.MDE, r.ByFormula)
		}
		if !(r.MDE.Low < r.MDE.Effect && r.MDE.Effect < r.MDE.High) {
			t.Errorf("%s: %+v", kind, r.MDE)
		}
	}
}

// TestVarianceOfNoise: over 100 small panels of independent noise the mean variance of the estimates drawn is the true one,
// though residuals are net of as many effects as a tenth of the rows.
func TestVarianceOfNoise(t *testing.T) {
	const panels = 100
	truth := (1./8 + 1./12) * (1./5 + 1./5)
	for _, kind := range []Noise{Blocks, Own, Autoregressive} {
		sum, squares := 0.0, 0.0
		for seed := range uint64(panels) {
			p, _, err := simulate.Staggered(simulate.Options{Seed: seed + 1, Units: 20, Cohorts: []simulate.Cohort{{Period: 6, Units: 8}}})
			if err != nil {
				t.Fatal(err)
			}
			r, err := Simulate(context.Background(), p, did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "treat"}}, Options{Noise: kind, Reps: 400})
			if err != nil {
				t.Fatal(err)
			}
			v := r.SD * r.SD / truth
			sum, squares = sum+v, squares+v*v
		}
		mean := sum / panels
		if se := math.Sqrt((squares/panels - mean*mean) / panels); math.Abs(mean-1) > 3*se {
			t.Errorf("%s: the variance is %.4f of the true one on average, give or take %.4f", kind, mean, se)
		}
	}
}

// TestWeights: where a unit's variance goes with its weight, so does its noise: with analytic weights the spread is that of
// the weighted mean's formula, and the weights' elasticity is found.
func TestWeights(t *testing.T) {
	p, _, err := simulate.Staggered(simulate.Options{Seed: 8, Units: 300, Periods: 8, Cohorts: []simulate.Cohort{{Period: 5, Units: 150}}})
	if err != nil {
		t.Fatal(err)
	}
	unit, _ := p.Numbers("unit")
	rng := rand.New(rand.NewPCG(6, 6))
	w, y := make([]float64, len(unit)), make([]float64, len(unit))
	sums := map[bool]float64{} // of weights, by treated
	treat, _ := p.Numbers("treat")
	for i, u := range unit {
		w[i] = float64(1 + int(u)%5)
		y[i] = rng.NormFloat64() / math.Sqrt(w[i])
		if i%8 == 7 {
			sums[treat[i] == 1] += w[i]
		}
	}
	q, err := p.With(&panel.Variable{Name: "w", Values: w}, &panel.Variable{Name: "y", Values: y})
	if err != nil {
		t.Fatal(err)
	}
	r, err := Simulate(context.Background(), q, did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "treat", Design: design.Options{Weights: "w"}}}, Options{Reps: 4000})
	if err != nil {
		t.Fatal(err)
	}
	want := math.Sqrt((1/sums[true] + 1/sums[false]) * (1./4 + 1./4)) // noise of variance 1/w in 4 periods before and 4 after
	if math.Abs(r.SD/want-1) > 0.06 || math.Abs(r.SD/r.MeanSE-1) > 0.05 {
		t.Errorf("spread %g, mean error %g, want %g", r.SD, r.MeanSE, want)
	}
}

// TestSameSeed: the same numbers at any number of cores and in any order of rows; another seed gives others.
func TestSameSeed(t *testing.T) {
	p := reference.Panel(t, "testdata/reference/data/balanced.csv", "unit", "time")
	var back []int32
	for r := range p.Rows() {
		back = append(back, int32(p.Rows()-1-r))
	}
	for _, m := range []did.Method{"", did.Imputation} {
		one := func(p *panel.Panel, cores int, seed uint64) *Result {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
			r, err := Simulate(context.Background(), p, did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "d"}, Method: m}, Options{Reps: 60, Seed: seed, Treated: []int{12}})
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		first := one(p, 1, 3)
		if !reflect.DeepEqual(first, one(p, 4, 3)) {
			t.Errorf("%s: the numbers depend on the number of cores", m)
		}
		if reflect.DeepEqual(first.Size, one(p, 1, 4).Size) && first.SD == one(p, 1, 4).SD {
			t.Errorf("%s: another seed gave the same numbers", m)
		}
		if again := one(p.Subset(back), 1, 3); math.Abs(again.MDE.Effect-first.MDE.Effect) > 1e-5*first.MDE.Effect || math.Abs(again.SD-first.SD) > 1e-9*first.SD {
			t.Errorf("%s: rows turned round: %+v, then %+v", m, first.MDE, again.MDE)
		}
	}
}

// TestMoreTreatedUnits: with one cohort the variance is that of a difference of two means, 1/treated + 1/others, whatever
// the number of treated units.
func TestMoreTreatedUnits(t *testing.T) {
	p, _, err := simulate.Staggered(simulate.Options{Seed: 5, Units: 120, Cohorts: []simulate.Cohort{{Period: 6, Units: 40}}, AR: 0.3})
	if err != nil {
		t.Fatal(err)
	}
	r, err := Simulate(context.Background(), p, did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "treat"}}, Options{Reps: 4000, Treated: []int{40, 20, 160}})
	if err != nil {
		t.Fatal(err)
	}
	same, half, four := r.Sizes[0], r.Sizes[1], r.Sizes[2]
	if same.Units != 120 || half.Units != 100 || four.Units != 240 {
		t.Errorf("units %+v", r.Sizes)
	}
	// 1/treated + 1/others
	variance := func(treated float64) float64 { return 1/treated + 1./80 }
	for _, k := range []Sized{same, half, four} {
		want := r.SD * math.Sqrt(variance(float64(k.Treated))/variance(40))
		if math.Abs(k.SD/want-1) > 0.04 {
			t.Errorf("%d treated units: spread %g, want %g", k.Treated, k.SD, want)
		}
	}
}

// TestSentences: what can't be simulated is refused with the reason.
func TestSentences(t *testing.T) {
	p := reference.Panel(t, "testdata/reference/data/balanced.csv", "unit", "time")
	for _, k := range []struct {
		name, err string
		change    func(*did.StaggeredSpec, *Options)
	}{
		{"sdid", "finds its weights anew", func(s *did.StaggeredSpec, o *Options) { s.Method = did.SyntheticDID }},
		{"cdid", "it has doses", func(s *did.StaggeredSpec, o *Options) { s.Method = did.ContinuousTreatment }},
		{"mc", "fits its model anew", func(s *did.StaggeredSpec, o *Options) { s.Method = did.MatrixCompletion }},
		{"ddd", "two distinctions", func(s *did.StaggeredSpec, o *Options) { s.Method = did.TripleDifference }},
		{"poisson", "not linear in the outcome", func(s *did.StaggeredSpec, o *Options) { s.Method, s.Family = did.ExtendedTwoWay, did.Poisson }},
		{"conley", "the model's are conley", func(s *did.StaggeredSpec, o *Options) { s.Vcov = vcov.Spec{Type: vcov.Conley} }},
		{"two ways", "shocks that units share", func(s *did.StaggeredSpec, o *Options) {
			s.Vcov = vcov.Spec{Type: vcov.Cluster, By: []string{"unit", "time"}}
		}},
		{"clusters within units", "noise is drawn for whole units", func(s *did.StaggeredSpec, o *Options) {
			s.Vcov = vcov.Spec{Type: vcov.Cluster, By: []string{"time"}}
		}},
		{"path of zero", "zero on average", func(s *did.StaggeredSpec, o *Options) { o.Path = []float64{0} }},
		{"two paths", "one of them", func(s *did.StaggeredSpec, o *Options) { o.Path, o.OwnPath = []float64{1}, true }},
		{"few treated", "can't fill", func(s *did.StaggeredSpec, o *Options) { o.Treated = []int{1} }},
		{"reps", "reps is 1", func(s *did.StaggeredSpec, o *Options) { o.Reps = 1 }},
		{"power", "lies between", func(s *did.StaggeredSpec, o *Options) { o.Power = 0.01 }},
		{"copies in clusters", "copies of units", func(s *did.StaggeredSpec, o *Options) {
			s.Vcov, o.Treated = vcov.Spec{Type: vcov.Cluster, By: []string{"region"}}, []int{30}
		}},
	} {
		s, o := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "d"}}, Options{Reps: 20}
		k.change(&s, &o)
		if _, err := Simulate(context.Background(), p, s, o); err == nil || !strings.Contains(err.Error(), k.err) {
			t.Errorf("%s: error %v, want one with %q", k.name, err, k.err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Simulate(ctx, p, did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "d"}}, Options{}); err == nil {
		t.Error("a cancelled study gave a result")
	}
}

func BenchmarkTwoWay(b *testing.B) {
	p := reference.Panel(b, "data/castle.csv", "sid", "year")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Simulate(context.Background(), p, did.StaggeredSpec{Spec: did.Spec{Formula: "l_homicide ~ 1", Treat: "post"}}, Options{Reps: 5000}); err != nil {
			b.Fatal(err)
		}
	}
}
