package placebo_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/placebo"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// adopters is a panel of units with the starts given, 0 for never, with effects that differ by cohort.
func adopters(t testing.TB, seed uint64, starts []int) *panel.Panel {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 5))
	var unit, year, treat, x, y []float64
	for u, start := range starts {
		level := rng.NormFloat64()
		for s := 1; s <= 7; s++ {
			d := 0.0
			if start > 0 && s >= start {
				d = 1
			}
			c := rng.NormFloat64()
			unit, year, treat, x = append(unit, float64(u)), append(year, float64(s)), append(treat, d), append(x, c)
			y = append(y, level+0.2*float64(s)+0.5*c+d*(1+0.1*float64(start))+rng.NormFloat64())
		}
	}
	p, err := panel.New(&panel.Variable{Name: "unit", Values: unit}, &panel.Variable{Name: "year", Values: year}, &panel.Variable{Name: "treat", Values: treat},
		&panel.Variable{Name: "x", Values: x}, &panel.Variable{Name: "y", Values: y})
	if err == nil {
		p, err = p.Indexed("unit", "year")
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// assignments lists the distinct orders of the starts.
func assignments(starts []int) (out [][]int) {
	var step func(done []int, left map[int]int)
	step = func(done []int, left map[int]int) {
		if len(done) == len(starts) {
			out = append(out, append([]int{}, done...))
			return
		}
		for s := range 10 {
			if left[s] > 0 {
				left[s]--
				step(append(done, s), left)
				left[s]++
			}
		}
	}
	left := map[int]int{}
	for _, s := range starts {
		left[s]++
	}
	step(nil, left)
	return out
}

// reassigned replaces the treatment by one with other starts, and the outcome by y − τD.
func reassigned(t *testing.T, p *panel.Panel, starts []int, tau float64) *panel.Panel {
	t.Helper()
	get := func(name string) []float64 {
		x, err := p.Numbers(name)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	unit, year, treat, y := get("unit"), get("year"), get("treat"), get("y")
	d, z := make([]float64, len(y)), make([]float64, len(y))
	for i := range y {
		if s := starts[int(unit[i])]; s > 0 && year[i] >= float64(s) {
			d[i] = 1
		}
		z[i] = y[i] - tau*treat[i]
	}
	q, err := p.With(&panel.Variable{Name: "treat", Values: d}, &panel.Variable{Name: "y", Values: z})
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// p is the share of assignments with an estimate, or t statistic, as large, each estimated by the method itself, and the
// ends of the interval are where that share of the estimates from y − τD falls to 5 %.
func TestRandomiseStaggeredReestimates(t *testing.T) {
	starts := []int{0, 0, 0, 4, 0, 5, 0}
	p := adopters(t, 3, starts)
	orders := assignments(starts)
	for _, c := range []struct {
		method  did.Method
		formula string
		window  [2]int
		linear  bool
	}{
		{did.CallawaySantAnna, "y ~ 1", [2]int{}, true}, {did.SunAbraham, "y ~ 1", [2]int{}, true}, {did.Imputation, "y ~ x", [2]int{}, true},
		{did.TwoStage, "y ~ x", [2]int{}, true}, {did.Stacked, "y ~ 1", [2]int{-2, 2}, true}, {did.ExtendedTwoWay, "y ~ 1", [2]int{}, true},
		{did.LocalProjections, "y ~ x", [2]int{-2, 2}, true}, {did.Switching, "y ~ 1", [2]int{-2, 2}, true}, {did.SyntheticDID, "y ~ 1", [2]int{}, false}, {did.SyntheticControl, "y ~ 1", [2]int{}, false},
	} {
		for _, stat := range []placebo.Stat{placebo.Coef, placebo.T} {
			if stat == placebo.T && !c.linear {
				continue
			}
			name := string(c.method) + " " + string(stat)
			s := did.StaggeredSpec{Spec: did.Spec{Formula: c.formula, Treat: "treat"}, Method: c.method, Window: c.window, Seed: 1}
			r, err := did.Staggered(p, s)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			i, err := placebo.RandomiseStaggered(context.Background(), p, s, r, placebo.Randomisation{Stat: stat})
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if !i.Complete || i.Draws != len(orders) || i.Groups != len(starts) || i.Treated != 2 {
				t.Errorf("%s: %+v, want all %d", name, i, len(orders))
			}
			again := s
			if !c.linear {
				again.Resampling = did.WithoutErrors
			}
			share := func(tau float64) float64 {
				statistic := func(starts []int) float64 {
					e, err := did.Staggered(reassigned(t, p, starts, tau), again)
					if err != nil {
						t.Fatalf("%s %v: %v", name, starts, err)
					}
					if stat == placebo.T {
						return math.Abs(e.Overall.Estimate / e.Overall.StdError)
					}
					return math.Abs(e.Overall.Estimate)
				}
				own, same := statistic(starts), 0.0
				for _, o := range orders {
					if statistic(o) >= own*(1-1e-7) {
						same++
					}
				}
				return same / float64(len(orders))
			}
			if want := share(0); math.Abs(i.PValue-want) > 1e-12 {
				t.Errorf("%s: p = %g, want %g", name, i.PValue, want)
			}
			if !c.linear {
				if !math.IsNaN(i.ConfLow) || !strings.Contains(strings.Join(i.Notes, "; "), "there is no interval") {
					t.Errorf("%s: an interval from %g, %q", name, i.ConfLow, i.Notes)
				}
				continue
			}
			for k, end := range []float64{i.ConfLow, i.ConfHigh} {
				if math.IsInf(end, 0) {
					continue
				}
				step := 1e-5 * math.Abs(i.ConfHigh-i.ConfLow)
				if math.IsInf(step, 0) {
					step = 1e-5
				}
				inside, outside := share(end+step*float64(1-2*k)), share(end-step*float64(1-2*k))
				if !(inside > 0.05 && outside <= 0.05) {
					t.Errorf("%s: p is %g inside the end %g and %g outside", name, inside, end, outside)
				}
			}
		}
	}
}

// Where there are too few assignments to reject anything, the result says so and its interval has no ends.
func TestTooFewAssignments(t *testing.T) {
	p := adopters(t, 5, []int{0, 0, 0, 4, 0})
	fits, err := regress.Estimate(p, regress.Spec{Formula: "y ~ treat | unit + year"})
	if err != nil {
		t.Fatal(err)
	}
	i, err := placebo.Randomise(context.Background(), p, fits[0], "treat", regress.Spec{}.Design, placebo.Randomisation{})
	if err != nil {
		t.Fatal(err)
	}
	if want := "p can't be below 1/5, as many assignments as there are, so that nothing is rejected at 5 %"; !strings.Contains(strings.Join(i.Notes, "; "), want) || !math.IsInf(i.ConfLow, -1) || !math.IsInf(i.ConfHigh, 1) {
		t.Errorf("%+v, want %q", i, want)
	}
}

// A treatment that is assigned to clusters of units is permuted over them, whether they are named or those of the errors.
func TestRandomiseStaggeredClusters(t *testing.T) {
	p := adopters(t, 4, []int{0, 0, 4, 4, 0, 0, 5, 5, 0, 0})
	unit, _ := p.Numbers("unit")
	pair := make([]float64, len(unit))
	for i, u := range unit {
		pair[i] = math.Floor(u / 2)
	}
	p, err := p.With(&panel.Variable{Name: "pair", Values: pair})
	if err != nil {
		t.Fatal(err)
	}
	s := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "treat", Vcov: vcov.Spec{Type: vcov.Cluster, By: []string{"pair"}}}, Method: did.Imputation}
	r, err := did.Staggered(p, s)
	if err != nil {
		t.Fatal(err)
	}
	for _, assign := range []string{"", "pair"} {
		i, err := placebo.RandomiseStaggered(context.Background(), p, s, r, placebo.Randomisation{Assign: assign})
		if err != nil {
			t.Fatal(err)
		}
		if i.By != "pair" || i.Groups != 5 || i.Draws != 20 || i.Treated != 2 {
			t.Errorf("assign=%q: %+v", assign, i)
		}
	}
	i, err := placebo.RandomiseStaggered(context.Background(), p, s, r, placebo.Randomisation{Assign: "unit", Reps: 20})
	if err != nil || i.Groups != 10 || i.Complete {
		t.Errorf("by unit: %+v, %v", i, err)
	}
}

func TestRandomiseStaggeredRefuses(t *testing.T) {
	p := adopters(t, 4, []int{0, 0, 4, 4, 0, 0, 5, 5, 0, 0})
	unit, _ := p.Numbers("unit")
	third := make([]float64, len(unit))
	for i, u := range unit {
		third[i] = math.Floor(u / 3)
	}
	p, err := p.With(&panel.Variable{Name: "third", Values: third})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, want string
		change     func(*did.StaggeredSpec, *placebo.Randomisation)
	}{
		{"varies", "treat differs within 0 of third", func(_ *did.StaggeredSpec, o *placebo.Randomisation) { o.Assign = "third" }},
		{"reps", "reps is -3", func(_ *did.StaggeredSpec, o *placebo.Randomisation) { o.Reps = -3 }},
		{"triple", "while who is eligible in them stays", func(s *did.StaggeredSpec, _ *placebo.Randomisation) { s.Method = did.TripleDifference }},
		{"doses", "who is assigned one would need a dose", func(s *did.StaggeredSpec, _ *placebo.Randomisation) { s.Method = did.ContinuousTreatment }},
		{"unknown", "how it would estimate under others is not known", func(s *did.StaggeredSpec, _ *placebo.Randomisation) { s.Method = "new" }},
		{"t of sdid", "write stat=coef", func(s *did.StaggeredSpec, o *placebo.Randomisation) { s.Method, o.Stat = did.SyntheticDID, placebo.T }},
		{"cross-sections", "repeated cross-sections have no units", func(s *did.StaggeredSpec, _ *placebo.Randomisation) { s.Sampling = did.CrossSections }},
		{"no treatment", "name the treatment by treat=", func(s *did.StaggeredSpec, _ *placebo.Randomisation) { s.Treat, s.Cohort = "", "third" }},
		{"no variable", "no variable", func(_ *did.StaggeredSpec, o *placebo.Randomisation) { o.Assign = "nowhere" }},
	} {
		s, o := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "treat"}, Method: did.CallawaySantAnna}, placebo.Randomisation{}
		r, err := did.Staggered(p, s)
		if err != nil {
			t.Fatal(err)
		}
		c.change(&s, &o)
		if _, err := placebo.RandomiseStaggered(context.Background(), p, s, r, o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

// An outcome among the controls, as its lag, is not held fixed by a hypothesis: p alone.
func TestRandomiseStaggeredLaggedOutcome(t *testing.T) {
	p := adopters(t, 6, []int{0, 0, 4, 4, 0, 0, 5, 5, 0, 0})
	f, err := formula.Parse("y ~ l(d(y), 1)")
	if err != nil {
		t.Fatal(err)
	}
	s := did.StaggeredSpec{Spec: did.Spec{Parsed: f, Treat: "treat"}, Method: did.LocalProjections, Window: [2]int{-2, 2}}
	r, err := did.Staggered(p, s)
	if err != nil {
		t.Fatal(err)
	}
	i, err := placebo.RandomiseStaggered(context.Background(), p, s, r, placebo.Randomisation{Reps: 50})
	if err != nil {
		t.Fatal(err)
	}
	if !(i.PValue > 0 && i.PValue <= 1) || !math.IsNaN(i.ConfLow) {
		t.Errorf("%+v", i)
	}
}

// Fixed effects with slopes, or three of them, are absorbed whole: the same as with dummies in the formula.
func TestRandomiseOtherEffects(t *testing.T) {
	p := adopters(t, 7, []int{0, 0, 4, 0, 0, 5, 0})
	for _, c := range [][2]string{{"y ~ treat + x | unit + year + unit[year]", "y ~ treat + x + i(unit, year) | unit + year"}, {"y ~ treat + x", "y ~ treat + x | one"}} {
		one := &panel.Variable{Name: "one", Values: make([]float64, p.Rows())}
		q, err := p.With(one)
		if err != nil {
			t.Fatal(err)
		}
		var all [2]*regress.Inference
		for k, text := range c {
			fits, err := regress.Estimate(q, regress.Spec{Formula: text})
			if err != nil {
				t.Fatal(err)
			}
			if all[k], err = placebo.Randomise(context.Background(), q, fits[0], "treat", regress.Spec{}.Design, placebo.Randomisation{Reps: 60}); err != nil {
				t.Fatal(err)
			}
		}
		if a, b := all[0], all[1]; !a.Complete || a.PCoef != b.PCoef || a.PT != b.PT || math.Abs(a.ConfLow-b.ConfLow) > 1e-8 || math.Abs(a.ConfHigh-b.ConfHigh) > 1e-8 {
			t.Errorf("%s: %+v, %s: %+v", c[0], a, c[1], b)
		}
	}
}

// Too few random draws can't reject anything either.
func TestTooFewDraws(t *testing.T) {
	p := adopters(t, 5, []int{0, 0, 0, 4, 4, 4, 0, 0, 0})
	fits, err := regress.Estimate(p, regress.Spec{Formula: "y ~ treat | unit + year"})
	if err != nil {
		t.Fatal(err)
	}
	for reps, few := range map[int]bool{18: true, 20: false} {
		i, err := placebo.Randomise(context.Background(), p, fits[0], "treat", regress.Spec{}.Design, placebo.Randomisation{Reps: reps})
		if err != nil {
			t.Fatal(err)
		}
		if want := "p can't be below 1/19 with 18 draws, so that nothing is rejected at 5 %; reps= asks for more"; strings.Contains(strings.Join(i.Notes, "; "), want) != few {
			t.Errorf("%d draws: %q", reps, i.Notes)
		}
	}
}

// Nor has the interval of t statistics ends there: the true assignment's are the truth's at any effect, however large.
func TestTooFewAssignmentsForT(t *testing.T) {
	for seed := range uint64(8) {
		for _, starts := range [][]int{{0, 0, 0, 4, 0}, {0, 3, 0, 5}, {4, 4, 0}} {
			p := adopters(t, seed, starts)
			fits, err := regress.Estimate(p, regress.Spec{Formula: "y ~ treat + x | unit + year", Vcov: vcov.Spec{Type: vcov.Cluster, By: []string{"unit"}}})
			if err != nil {
				t.Fatal(err)
			}
			i, err := placebo.Randomise(context.Background(), p, fits[0], "treat", regress.Spec{}.Design, placebo.Randomisation{Stat: placebo.T})
			if err != nil {
				t.Fatal(err)
			}
			if !math.IsInf(i.ConfLow, -1) || !math.IsInf(i.ConfHigh, 1) {
				t.Errorf("seed %d, starts %v: interval %g to %g by %d assignments", seed, starts, i.ConfLow, i.ConfHigh, i.Draws)
			}
			s := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "treat"}, Method: did.Imputation}
			r, err := did.Staggered(p, s)
			if err != nil {
				continue // a cohort or comparison too small for its errors
			}
			if i, err = placebo.RandomiseStaggered(context.Background(), p, s, r, placebo.Randomisation{Stat: placebo.T}); err != nil {
				continue
			}
			if !math.IsInf(i.ConfLow, -1) || !math.IsInf(i.ConfHigh, 1) {
				t.Errorf("seed %d, starts %v: imputation's interval %g to %g by %d assignments", seed, starts, i.ConfLow, i.ConfHigh, i.Draws)
			}
		}
	}
}

// TestRandomiseSwitchingRefuses: of a treatment that switches off or has doses the sentence is that of the assignment, not one that sends
// from method=dcdh to itself.
func TestRandomiseSwitchingRefuses(t *testing.T) {
	p := adopters(t, 4, []int{0, 0, 4, 4, 0, 0, 5, 5, 0, 0})
	d, err := p.Numbers("treat")
	if err != nil {
		t.Fatal(err)
	}
	when := p.Periods()
	off, doses := slices.Clone(d), slices.Clone(d)
	for i, x := range d {
		if x == 1 && did.PeriodValue(when, i) > 5 {
			off[i], doses[i] = 0, 2
		}
	}
	if p, err = p.With(&panel.Variable{Name: "off", Values: off}, &panel.Variable{Name: "doses", Values: doses}); err != nil {
		t.Fatal(err)
	}
	for _, treat := range []string{"off", "doses"} {
		s := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: treat}, Method: did.Switching}
		r, err := did.Staggered(p, s)
		if err != nil {
			t.Fatal(err)
		}
		var refused *placebo.NotRandomised
		if _, err := placebo.RandomiseStaggered(context.Background(), p, s, r, placebo.Randomisation{Reps: 50}); !errors.As(err, &refused) {
			t.Errorf("%s: %v", treat, err)
		}
	}
}
