package did_test

import (
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// TestLowRankSentences: what the factor model can't do is told in a sentence.
func TestLowRankSentences(t *testing.T) {
	never := []int{0, 0, 0, 0, 0, 0, 0, 7, 7, 7, 8, 8, 8}
	cross := func(u, k int) float64 { return float64(u*k%7) + float64(u+k*k)/5 }
	for _, c := range []struct {
		name    string
		start   []int
		method  did.Method
		formula string
		x       func(u, k int) float64
		change  func(*did.StaggeredSpec)
		err     string
		note    string
	}{
		{name: "other effects", start: never, formula: "y ~ 1 | unit + x^time", err: "effects of unit and time and no others beside its factors"},
		{name: "weights", start: never, change: func(s *did.StaggeredSpec) { s.Design.Weights = "w" }, x: func(u, k int) float64 { return 1 + float64(u%2) }, err: "takes no weights="},
		{name: "iid", start: never, change: func(s *did.StaggeredSpec) { s.Vcov = vcov.Spec{Type: vcov.IID} }, err: "clustered errors only"},
		{name: "placebo units", start: never, change: func(s *did.StaggeredSpec) { s.Resampling = did.PlaceboUnits }, err: "errors by inf=bootstrap or inf=jackknife"},
		{name: "unknown errors", start: never, change: func(s *did.StaggeredSpec) { s.Resampling = "none" }, err: `no errors "none"`},
		{name: "too few periods before", start: []int{0, 0, 0, 0, 3, 3, 4, 4}, err: "takes units with at least 5 untreated periods, and no treated unit has so many"},
		{name: "some have too few", start: append([]int{3, 3}, never...), note: "2 units were left out, with fewer than 5 untreated periods"},
		{name: "fewer asked for", start: append([]int{4, 4}, never...), change: func(s *did.StaggeredSpec) { s.MinBefore = 3 }},
		{name: "too many factors", start: never, change: func(s *did.StaggeredSpec) { s.Factors = 9 }, err: "factors=9 is too many for 10 periods"},
		{name: "more factors than rows", start: never, change: func(s *did.StaggeredSpec) { s.Factors, s.MinBefore = 4, 3 }, err: "factors=4 needs units with 5 untreated periods"},
		{name: "parameters", start: []int{0, 0, 7, 7, 8}, change: func(s *did.StaggeredSpec) { s.Factors = 4 }, err: "factors=4 has more parameters than the 39 untreated rows can tell; 3 at most"},
		{name: "negative penalty", start: never, method: did.MatrixCompletion, change: func(s *did.StaggeredSpec) { s.Lambda = -1 }, err: "lambda=-1 is no penalty"},
		{name: "one treated", start: []int{0, 0, 0, 0, 0, 7}, method: did.MatrixCompletion, err: "one unit alone is treated"},
		{name: "one treated cluster", start: never, method: did.MatrixCompletion, x: func(u, k int) float64 { return float64(u / 7) }, change: func(s *did.StaggeredSpec) { s.Vcov = vcov.Spec{Type: vcov.Cluster, By: []string{"x"}} }, err: "one cluster of x alone is treated"},
		{name: "clusters across units", start: never, method: did.MatrixCompletion, x: func(u, k int) float64 { return float64(k % 2) }, change: func(s *did.StaggeredSpec) { s.Vcov = vcov.Spec{Type: vcov.Cluster, By: []string{"x"}} }, err: "0 lies in several clusters of x"},
		{name: "period without untreated rows", start: []int{7, 7, 7, 8, 8, 8, 9, 9}, method: did.MatrixCompletion, note: "treated rows were left out: no untreated row tells the effect of their unit or period"},
		{name: "controls that only the treated have", start: never, formula: "y ~ x", x: func(u, k int) float64 {
			if u == 12 && k >= 8 {
				return 1
			}
			return 0
		}, err: "controls go beyond those of the untreated rows"},
		{name: "nothing to spare", start: never, change: func(s *did.StaggeredSpec) { s.MinBefore, s.Factors = 6, 0 }, x: cross},
		{name: "placebo hides too many", start: never, change: func(s *did.StaggeredSpec) { s.Placebo = 4 }, err: "no treated unit has so many beside the 4 that placebo= hides; lower placebo= or minpre="},
		{name: "factors ask for more periods than there are before", start: never, change: func(s *did.StaggeredSpec) { s.Factors = 7 }, err: "factors=7 takes units with at least 8 untreated periods, and no treated unit has so many; lower factors="},
		{name: "static", start: never, change: func(s *did.StaggeredSpec) { s.Aggregate = did.Static }, err: "goes with method=stacked"},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := c.x
			if x == nil {
				x = cross
			}
			p := staggeredPanelOf(t, 10, c.start, x)
			s := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "d"}, Method: did.InteractiveEffects, Draws: 4, LowRank: did.LowRank{Factors: did.NoFactors, MinBefore: 5}}
			if c.method != "" {
				s.Method = c.method
			}
			if c.formula != "" {
				s.Formula = c.formula
			}
			if c.change != nil {
				s.MinBefore = 0
				if s.Method == did.InteractiveEffects {
					s.Factors = 1
				}
				c.change(&s)
				if s.Design.Weights != "" {
					s.Design.Weights = "x"
				}
			}
			r, err := did.Staggered(p, s)
			says(t, r, err, c.err, c.note)
		})
	}
}

// factorPanel is a panel whose untreated outcomes follow one factor of strong loadings, higher for the treated, so that trends
// are not parallel; the effect is 1.
func factorPanel(seed uint64, units int, missing float64) *columns {
	const periods = 12
	rng := rand.New(rand.NewPCG(seed, 77))
	c := &columns{names: []string{"unit", "time", "treat", "x", "y", "region"}, of: map[string][]float64{}}
	f := make([]float64, periods)
	for t := range f {
		f[t] = 0.25*float64(t) + rng.NormFloat64()
	}
	for u := range units {
		start, loading, level := 99, rng.NormFloat64(), rng.NormFloat64()
		if u%2 == 0 {
			start, loading = 7+u%3, loading+0.5
		}
		for t := range periods {
			if rng.Float64() < missing {
				continue
			}
			d := 0.0
			if t >= start {
				d = 1
			}
			x := rng.NormFloat64() + 0.3*loading
			y := level + loading*f[t] + 0.5*x + d + 0.5*rng.NormFloat64()
			for i, v := range []float64{float64(u), float64(2000 + t), d, x, y, float64(u / 4)} {
				c.of[c.names[i]] = append(c.of[c.names[i]], v)
			}
		}
	}
	return c
}

// TestLowRankLimits: without factors, and with a penalty that leaves none, the estimates are those of imputation, and those
// before adoption of the two-stage estimator.
func TestLowRankLimits(t *testing.T) {
	for _, missing := range []float64{0, 0.1} {
		p := factorPanel(3, 40, missing).panel(t)
		for _, formula := range []string{"y ~ 1", "y ~ x"} {
			spec := func(m did.Method, o did.LowRank) did.StaggeredSpec {
				o.MinBefore = 1
				return did.StaggeredSpec{Spec: did.Spec{Formula: formula, Treat: "treat"}, Method: m, Draws: 4, LowRank: o}
			}
			want, err := did.Staggered(p, spec(did.TwoStage, did.LowRank{}))
			if err != nil {
				t.Fatal(err)
			}
			for name, s := range map[string]did.StaggeredSpec{
				"no factors": spec(did.InteractiveEffects, did.LowRank{Factors: did.NoFactors}),
				"lambda=1":   spec(did.MatrixCompletion, did.LowRank{Lambda: 1}),
				"lambda=100": spec(did.MatrixCompletion, did.LowRank{Lambda: 100}),
			} {
				got, err := did.Staggered(p, s)
				if err != nil {
					t.Fatal(name, err)
				}
				same := func(what string, a, b float64) {
					t.Helper()
					if !(math.Abs(a-b) <= 1e-10) {
						t.Errorf("%s, %s, %g missing: %s %.12g, want %.12g", name, formula, missing, what, a, b)
					}
				}
				for k, e := range want.Averages {
					same(string(k), got.Averages[k].Estimate, e.Estimate)
				}
				if len(got.ByEvent) != len(want.ByEvent) || len(got.GroupTime) != len(want.GroupTime) {
					t.Fatalf("%s: %d event times and %d cells, want %d and %d", name, len(got.ByEvent), len(got.GroupTime), len(want.ByEvent), len(want.GroupTime))
				}
				for i, e := range want.ByEvent {
					same("event", got.ByEvent[i].Estimate, e.Estimate)
				}
				for i, e := range want.GroupTime {
					same("cell", got.GroupTime[i].Estimate, e.Estimate)
				}
				for i, e := range want.ByCohort {
					same("cohort", got.ByCohort[i].Estimate, e.Estimate)
				}
				for i, e := range want.ByTime {
					same("period", got.ByTime[i].Estimate, e.Estimate)
				}
			}
		}
	}
}

// TestLowRankInvariance: the order of rows, the number of cores and the outcome's level and unit of measurement change nothing,
// not even the draws; a seed reproduces, and another gives other errors.
func TestLowRankInvariance(t *testing.T) {
	c := factorPanel(5, 40, 0.05)
	shuffled := c.pick(rand.New(rand.NewPCG(1, 2)).Perm(c.rows()))
	for i := range shuffled.of["y"] {
		shuffled.of["y"][i] = 1024*shuffled.of["y"][i] + 4096
		shuffled.of["x"][i] *= 8
	}
	for name, s := range map[string]did.StaggeredSpec{
		"ifect":             {Method: did.InteractiveEffects, LowRank: did.LowRank{Factors: 1}},
		"ifect, chosen":     {Method: did.InteractiveEffects},
		"ifect, jackknife":  {Method: did.InteractiveEffects, LowRank: did.LowRank{Factors: 1, Placebo: 2}, Resampling: did.JackknifeUnits},
		"mc":                {Method: did.MatrixCompletion, LowRank: did.LowRank{Lambda: 0.2}},
		"mc, chosen":        {Method: did.MatrixCompletion},
		"mc, clusters":      {Method: did.MatrixCompletion, LowRank: did.LowRank{Lambda: 0.2}},
		"mc, more clusters": {Method: did.MatrixCompletion, LowRank: did.LowRank{Lambda: 0.2}, Resampling: did.JackknifeUnits},
	} {
		t.Run(name, func(t *testing.T) {
			s.Spec, s.Seed, s.Draws = did.Spec{Formula: "y ~ x", Treat: "treat"}, 3, 12
			if name == "mc, clusters" || name == "mc, more clusters" {
				s.Vcov = vcov.Spec{Type: vcov.Cluster, By: []string{"region"}}
			}
			estimate := func(c *columns, s did.StaggeredSpec) *did.ATTResult {
				r, err := did.Staggered(c.panel(t), s)
				if err != nil {
					t.Fatal(err)
				}
				return r
			}
			r := estimate(c, s)
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
			again := estimate(shuffled, s)
			same := func(what string, a, b float64) {
				t.Helper()
				if !(math.Abs(a-b) <= 1e-6*math.Max(math.Abs(a), 1e-2)) {
					t.Errorf("%s: %.12g and %.12g", what, a, b)
				}
			}
			same("overall", r.Overall.Estimate, again.Overall.Estimate/1024)
			same("its error", r.Overall.StdError, again.Overall.StdError/1024)
			for i, e := range r.ByEvent {
				same("event", e.Estimate, again.ByEvent[i].Estimate/1024)
				same("its error", e.StdError, again.ByEvent[i].StdError/1024)
			}
			if r.FactorModel.Factors != again.FactorModel.Factors {
				t.Errorf("%d factors, then %d", r.FactorModel.Factors, again.FactorModel.Factors)
			}
			s.Seed = 4
			if other := estimate(c, s); s.Resampling != did.JackknifeUnits && other.Overall.StdError == r.Overall.StdError {
				t.Error("another seed gives the same error")
			}
		})
	}
}

// TestLowRankFindsTheFactor: cross-validation finds the one factor, whose trend the two-way model takes for an effect, and
// intervals cover the effect in most draws of the data. Its placebo test seldom rejects.
func TestLowRankFindsTheFactor(t *testing.T) {
	const draws = 16
	found, covered, rejected, refused := 0, 0, 0, 0
	for i := range uint64(draws) {
		p := factorPanel(100+i, 60, 0).panel(t)
		r, err := did.Staggered(p, did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ x", Treat: "treat"}, Method: did.InteractiveEffects, Draws: 30, Seed: i})
		if err != nil {
			refused++
			continue
		}
		if r.FactorModel.Factors == 1 {
			found++
		}
		if math.Abs(r.Overall.Estimate-1) <= 2*r.Overall.StdError {
			covered++
		}
		r, err = did.Staggered(p, did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ x", Treat: "treat"}, Method: did.InteractiveEffects, Draws: 30, Seed: i, LowRank: did.LowRank{Factors: 1, Placebo: 2}})
		if err != nil {
			refused++
			continue
		}
		if r.FactorModel.Placebo.PValue < 0.05 {
			rejected++
		}
	}
	if found < draws*3/4 || covered < draws*4/5 || rejected > draws/5 || refused > draws/10 {
		t.Errorf("one factor %d, covered %d, placebo rejected %d, refused %d of %d", found, covered, rejected, refused, draws)
	}
}

// TestLowRankTellsProgress: samples are counted up to the last.
func TestLowRankTellsProgress(t *testing.T) {
	p := factorPanel(9, 30, 0).panel(t)
	s := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "treat"}, Method: did.MatrixCompletion, Draws: 30, LowRank: did.LowRank{Lambda: 0.3}}
	last := 0
	s.Progress = func(done, total int) {
		if last++; total != 30 || done != last {
			t.Errorf("%d of %d after %d", done, total, last-1)
		}
	}
	if _, err := did.Staggered(p, s); err != nil || last != 30 {
		t.Fatalf("%v after %d samples", err, last)
	}
}
