package did_test

import (
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/internal/drawn"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// paths makes a panel of units with these treatments, a digit a period; '.' is a row that is not there, '?' one without a treatment.
func paths(t *testing.T, all ...string) *columns {
	t.Helper()
	c := &columns{names: []string{"unit", "time", "d", "x", "y"}, of: map[string][]float64{}}
	for u, path := range all {
		for k, ch := range path {
			if ch == '.' {
				continue
			}
			d := float64(ch - '0')
			if ch == '?' {
				d = math.NaN()
			}
			y := float64((u*u+3)%7) + float64(k*k%5) + d + 0.1*float64((u*7+k*11)%13)
			for i, v := range []float64{float64(u), float64(k + 1), d, float64(u % 3), y} {
				c.of[c.names[i]] = append(c.of[c.names[i]], v)
			}
		}
	}
	return c
}

// TestSwitchingSentences: what can't be estimated, and what was left out, is told in a sentence.
func TestSwitchingSentences(t *testing.T) {
	mixed := []string{"000000", "000000", "001111", "001100", "000111", "111111", "110011", "111000"}
	for _, c := range []struct {
		name   string
		paths  []string
		change func(*did.StaggeredSpec)
		err    string
		note   string
	}{
		{name: "counts", paths: mixed, note: "3 units switch treatment on first, 2 off first, 2 switch back later"},
		{name: "doses", paths: []string{"0000", "0122", "0010", "0000", "3321", "3333"}, note: "2 units raise their treatment first, 1 lower it first, 1 return to the first one later"},
		{name: "missing treatment", paths: append([]string{"0?0111", "0011?1"}, mixed...), note: "treatment is missing in 2 rows"},
		{name: "above and below", paths: append([]string{"112033", "111111", "112222"}, mixed...), note: "1 unit goes above and below their first treatment"},
		{name: "one dose", paths: []string{"222", "222"}, err: "treatment d is 2 in every row: it never changes"},
		{name: "all doses differ", paths: []string{"0111", "1222", "2333"}, err: "3 units switch, and none has a unit with the same treatment in the first period beside it"},
		{name: "the same units where", paths: mixed, change: func(s *did.StaggeredSpec) { s.SameSwitchers = did.SameAfter }, err: "name them by window="},
		{name: "the same units", paths: mixed, change: func(s *did.StaggeredSpec) { s.SameSwitchers, s.Window = did.SameAfter, [2]int{-2, 1} }, note: "event times show the same units"},
		{name: "constant controls", paths: mixed, change: func(s *did.StaggeredSpec) { s.Formula = "y ~ x" }, note: "controls do not all change of themselves before the switch among units with first treatment 0, 1"},
		{name: "trends", paths: mixed, change: func(s *did.StaggeredSpec) { s.Formula = "y ~ 1 | unit[time] + time" }, note: "linear trends of units"},
		{name: "trends and total", paths: mixed, change: func(s *did.StaggeredSpec) { s.Formula, s.Aggregate = "y ~ 1 | unit[time] + time", did.Total }, err: "no average per unit of treatment (agg=total) with linear trends"},
		{name: "trends of moving groups", paths: mixed, change: func(s *did.StaggeredSpec) { s.Formula = "y ~ 1 | unit + d^time" }, err: "moves between groups of d"},
		{name: "nobody treated", paths: []string{"000", "000"}, err: "is 0 in every row"},
		{name: "nobody switches", paths: []string{"000", "111", "000"}, err: "no unit switches after its first period"},
		{name: "nobody switches out", paths: []string{"000", "011", "000"}, change: func(s *did.StaggeredSpec) { s.Switchers = did.SwitchersOut }, err: "no unit switches out after its first period"},
		{name: "all at once", paths: []string{"0011", "0011", "1111"}, err: "2 units switch, and none has a unit with the same treatment in the first period beside it"},
		{name: "a gap before the switch", paths: append([]string{"00.111"}, mixed...), note: "1 unit is not seen in the period before their first switch"},
		{name: "other effects", paths: mixed, change: func(s *did.StaggeredSpec) { s.Formula = "y ~ 1 | unit + time + x" }, err: "its effects are unit and time, or unit[time] for linear trends"},
		{name: "no effects of units", paths: mixed, change: func(s *did.StaggeredSpec) { s.Formula = "y ~ 1 | x^time" }, err: "its effects are unit and time"},
		{name: "iid", paths: mixed, change: func(s *did.StaggeredSpec) { s.Vcov = vcov.Spec{Type: vcov.IID} }, err: "clustered errors only"},
		{name: "empty window", paths: mixed, change: func(s *did.StaggeredSpec) { s.Window = [2]int{1, 3} }, err: "does not run from before the switch to after"},
		{name: "by cohort", paths: mixed, change: func(s *did.StaggeredSpec) { s.Aggregate = did.Group }, err: "not by group"},
		{name: "total of another method", paths: mixed, change: func(s *did.StaggeredSpec) { s.Aggregate, s.Method = did.Total, did.SunAbraham }, err: "goes with method=dcdh"},
		{name: "one switch", paths: []string{"0000", "0000", "0011"}, note: "1 of 1 switches are made by a single unit in their period"},
		{name: "single ways to switch", paths: []string{"0000", "0011", "0011", "0022", "1111", "1100"}, note: "2 of 4 switches are made by a single unit in their period"},
		{name: "normalised", paths: mixed, change: func(s *did.StaggeredSpec) { s.Normalized = true }, note: "are normalised"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "d"}, Method: did.Switching}
			if c.change != nil {
				c.change(&s)
			}
			r, err := did.Staggered(paths(t, c.paths...).panel(t), s)
			says(t, r, err, c.err, c.note)
		})
	}
}

// TestSwitchingInvariance: the order of rows, the units' names and the outcome's scale change nothing but the last; treatment
// coded the other way round turns signs.
func TestSwitchingInvariance(t *testing.T) {
	c := simulate(rand.New(rand.NewPCG(5, 9)), 60, 9, 0.05)
	for i, u := range c.of["unit"] { // some switch back
		if math.Mod(u, 4) == 0 && c.of["time"][i] == 2008 {
			c.of["treat"][i] = 0
		}
	}
	estimate := func(c *columns) *did.ATTResult {
		t.Helper()
		r, err := did.Staggered(c.panel(t), did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "treat"}, Method: did.Switching})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	r := estimate(c)
	other := c.pick(rand.New(rand.NewPCG(1, 2)).Perm(c.rows()))
	for i, u := range other.of["unit"] {
		other.of["unit"][i] = 1e4 - 7*u
		other.of["y"][i] *= 1024
	}
	turned := c.clone()
	for i, d := range turned.of["treat"] {
		turned.of["treat"][i] = 1 - d
	}
	for name, k := range map[string]struct {
		r     *did.ATTResult
		scale float64
	}{"rows, names and scale": {estimate(other), 1024}, "0 for 1": {estimate(turned), -1}} {
		same := func(what string, got, want float64) {
			t.Helper()
			if !(math.Abs(got-want) <= 1e-10*math.Max(1, math.Abs(want))) {
				t.Errorf("%s, %s: %.15g, want %.15g", name, what, got, want)
			}
		}
		same("overall", k.r.Overall.Estimate/k.scale, r.Overall.Estimate)
		same("error", k.r.Overall.StdError/math.Abs(k.scale), r.Overall.StdError)
		for i, e := range r.ByEvent {
			if e.Key != -1 {
				same("effect", k.r.ByEvent[i].Estimate/k.scale, e.Estimate)
				same("error", k.r.ByEvent[i].StdError/math.Abs(k.scale), e.StdError)
			}
		}
	}
}

// TestSwitchingControlsInvariance: with doses, controls, weights and trends of groups, neither the order of rows, nor names, nor
// the controls' units of measurement, nor what is added to the outcome change anything; the outcome's scale does nothing but scale.
func TestSwitchingControlsInvariance(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 3))
	c := &columns{names: []string{"unit", "time", "d", "x", "z", "w", "g", "y"}, of: map[string][]float64{}}
	for u := range 150 {
		d, base := float64(u%3), rng.NormFloat64()
		for k := range 8 {
			if rng.Float64() < 0.1 {
				d = float64(rng.IntN(4))
			}
			x, z := rng.NormFloat64(), rng.NormFloat64()+0.1*float64(k)
			for i, v := range []float64{float64(u), float64(k), d, x, z, 1 + float64(u%4), float64(u % 2), base + d + 0.5*x - z + rng.NormFloat64()} {
				c.of[c.names[i]] = append(c.of[c.names[i]], v)
			}
		}
	}
	for _, f := range []string{"y ~ x + z | unit + time", "y ~ x + z | unit + g^time", "y ~ x + z | unit[time] + time"} {
		s := did.StaggeredSpec{Spec: did.Spec{Formula: f, Treat: "d"}, Method: did.Switching, Window: [2]int{-3, 2}}
		s.Design.Weights = "w"
		estimate := func(c *columns) *did.ATTResult {
			r, err := did.Staggered(c.panel(t), s)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		r := estimate(c)
		other := c.pick(rng.Perm(c.rows()))
		for i, u := range other.of["unit"] {
			other.of["unit"][i] = 1e4 - 7*u
			other.of["y"][i] = 100*other.of["y"][i] + 5000
			other.of["x"][i] *= 1e6
			other.of["z"][i] = 3 - 1e-4*other.of["z"][i]
			other.of["w"][i] *= 8
		}
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
		again := estimate(other)
		same := func(what string, got, want float64) {
			t.Helper()
			if !(math.Abs(got-want) <= 1e-8*math.Max(1, math.Abs(want))) {
				t.Errorf("%s, %s: %.15g, want %.15g", f, what, got, want)
			}
		}
		same("overall", again.Overall.Estimate/100, r.Overall.Estimate)
		same("its error", again.Overall.StdError/100, r.Overall.StdError)
		for i, e := range r.ByEvent {
			if e.Key != -1 {
				same("effect", again.ByEvent[i].Estimate/100, e.Estimate)
				same("its error", again.ByEvent[i].StdError/100, e.StdError)
			}
		}
	}
}

// TestSwitchingIsCallawaySantAnnaUnderAdoption: with a treatment that stays on, effects by event time are those of Callaway &
// Sant'Anna beside units not yet treated, the period before adoption the base.
func TestSwitchingIsCallawaySantAnnaUnderAdoption(t *testing.T) {
	p := simulate(rand.New(rand.NewPCG(3, 4)), 60, 9, 0).panel(t)
	spec := did.Spec{Formula: "y ~ 1", Treat: "treat"}
	a, err := did.Staggered(p, did.StaggeredSpec{Spec: spec, Method: did.Switching})
	if err != nil {
		t.Fatal(err)
	}
	b, err := did.Staggered(p, did.StaggeredSpec{Spec: spec, Method: did.CallawaySantAnna, Control: did.NotYetTreated, Base: did.UniversalBase})
	if err != nil {
		t.Fatal(err)
	}
	want := map[float64]float64{}
	for _, e := range b.ByEvent {
		want[e.Key] = e.Estimate
	}
	for _, e := range a.ByEvent {
		if e.Key >= 0 && !(math.Abs(e.Estimate-want[e.Key]) < 1e-10) {
			t.Errorf("event time %g: %.12g, want %.12g", e.Key, e.Estimate, want[e.Key])
		}
	}
	if !(math.Abs(a.Overall.Estimate-b.Averages[did.Simple].Estimate) < 1e-10) {
		t.Errorf("average %.12g, want %.12g", a.Overall.Estimate, b.Averages[did.Simple].Estimate)
	}
}

// manySwitch is a panel of units whose treatment switches on, off and back at random.
func manySwitch(tb testing.TB, units, periods int) *panel.Panel {
	rng := rand.New(rand.NewPCG(8, 8))
	var rows [][]float64
	for u := range units {
		d := 0.0
		if rng.Float64() < 0.3 {
			d = 1
		}
		for k := range periods {
			if k > 0 && rng.Float64() < 0.1 {
				d = 1 - d
			}
			rows = append(rows, []float64{float64(u), float64(k), d, d + rng.NormFloat64()})
		}
	}
	return drawn.Panel(tb, rows, "unit", "time", "d", "y")
}

// TestSwitchingMemory: 400,000 rows take less than three times the data, all that is ever allocated counted.
func TestSwitchingMemory(t *testing.T) {
	p := manySwitch(t, 40_000, 10)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := did.Staggered(p, did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "d"}, Method: did.Switching}); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	data := uint64(400_000 * 4 * 8)
	if got := after.TotalAlloc - before.TotalAlloc; got > 3*data {
		t.Errorf("%d bytes allocated for %d bytes of data", got, data)
	} else {
		t.Logf("%.2f times the data", float64(got)/float64(data))
	}
}

// BenchmarkSwitching is a treatment that switches on and off, all effects and placebos, on 100,000 units × 10.
func BenchmarkSwitching(b *testing.B) {
	p := manySwitch(b, 100_000, 10)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := did.Staggered(p, did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "d"}, Method: did.Switching}); err != nil {
			b.Fatal(err)
		}
	}
}

// TestASingleSwitchHasNoErrorOfItsOwn: where one unit switches its error is √(n/(n+1)) of the effect at least, beside n controls, whatever
// the effect, which the note says.
func TestASingleSwitchHasNoErrorOfItsOwn(t *testing.T) {
	all := []string{"000111"}
	for range 20 {
		all = append(all, "000000")
	}
	for _, effect := range []float64{0, 5, 500} {
		c := paths(t, all...)
		for i, d := range c.of["d"] {
			c.of["y"][i] += effect * d
		}
		r, err := did.Staggered(c.panel(t), did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "d"}, Method: did.Switching})
		says(t, r, err, "", "made by a single unit")
		for _, e := range r.ByEvent {
			if e.Key >= 0 && !(e.StdError >= math.Sqrt(20.0/21)*math.Abs(e.Estimate)*(1-1e-9)) {
				t.Errorf("effect %g at event time %g with an error of %g", e.Estimate, e.Key, e.StdError)
			}
		}
	}
}
