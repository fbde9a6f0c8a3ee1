package simulate

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load/csv"
)

// drawDesign is a random design of two policies with a joint one, a shaped covariate, a mediator and counts.
func drawDesign(t *rapid.T) Design {
	first := rapid.IntRange(1990, 2010).Draw(t, "first")
	periods := rapid.IntRange(3, 9).Draw(t, "periods")
	period := func(name string) int { return first + rapid.IntRange(0, periods-1).Draw(t, name) }
	zero := 0.0
	sizes := [3]int{rapid.IntRange(1, 4).Draw(t, "both"), rapid.IntRange(0, 4).Draw(t, "one"), rapid.IntRange(0, 4).Draw(t, "other")}
	units := sizes[0] + sizes[1] + sizes[2] + rapid.IntRange(2, 12).Draw(t, "never")
	low := rapid.Float64Range(-5, 5).Draw(t, "low")
	return Design{
		Simulated: true, Seed: rapid.Uint64().Draw(t, "seed"),
		Units: Index{Name: "city", Count: units}, Period: Index{Name: "year", First: first, Count: periods},
		Traits: []string{"wealth"},
		Adoptions: []Adoption{{
			Policies: []Policy{{"A", "since_a"}, {"B", "since_b"}}, Joint: &Policy{"AB", "since_ab"},
			Stages: []Stage{
				{Select: Mixture{Load: map[string]float64{"wealth": 1}, Own: 0.5}, Groups: []Group{{sizes[0], []int{period("a"), period("b")}}}},
				{Select: Mixture{Own: 1}, Groups: []Group{{sizes[1], []int{period("a alone"), 0}}, {sizes[2], []int{0, period("b alone")}}}},
			},
		}},
		Covariates: []Covariate{{
			Name: "x", Unit: Mixture{Load: map[string]float64{"wealth": 0.5}, Own: 0.5}, Path: Path{{float64(first), 0}, {float64(first + 2), 0.4}},
			Slope: 0.2, Shock: 0.1, Noise: Noise{SD: 0.4, AR: 0.3}, Decimals: 6,
			Shape: &Shape{low, low + rapid.Float64Range(0.5, 20).Draw(t, "range"), rapid.Float64Range(0.3, 4).Draw(t, "a"), rapid.Float64Range(0.3, 4).Draw(t, "b")},
		}},
		Mediators: []Covariate{{Name: "m", Unit: Mixture{Own: 1}, Noise: Noise{SD: 1}, Effects: map[string]float64{"AB": 2}, Decimals: 4}},
		Outcome: Outcome{
			Name: "y", Level: Level{Base: 0.3, Scale: 0.5, Sigma: 0.6, Mixture: Mixture{Own: 1}}, Coef: map[string]float64{"x": 0.1, "m": 0.05, "A": 0.1},
			Effects: []Effect{{Policy: "AB", Path: []float64{0.1, 0.3, 0.6}, Spread: 1.5, Cap: 20, Mixture: Mixture{Own: 1}}},
			Noise:   Noise{SD: 0.2, AR: 0.2, DF: 5}, Power: 0.7, Floor: &zero, Decimals: -1,
		},
		Counts: &Counts{Part: "part", Whole: "whole", Size: Mixture{Own: 0.8}, Median: 2e5, Growth: 0.02,
			Noise: Noise{SD: 0.05}, Share: Path{{float64(first), 0.02}, {float64(first + periods), 0.03}}},
		Missing: []Missing{{Variable: "x", Units: 1, Spare: []string{"A", "B"}}},
	}
}

func numbers(t interface{ Fatal(...any) }, p *panel.Panel, name string) []float64 {
	x, err := p.Numbers(name)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// What every panel of such a design must have, whatever was drawn.
func TestPanelKeepsItsDesign(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDesign(t)
		p, truth, err := Draw(d)
		if err != nil {
			// All outcomes on one side of 1 in some period is possible in a small panel, and said.
			if e, ok := err.(*DesignError); ok && e.Field == "counts" {
				return
			}
			t.Fatal(err)
		}
		if !p.Balanced() || p.Rows() != d.Units.Count*d.Period.Count || p.Order() != nil {
			t.Fatalf("%d rows, balanced %v, sorted %v", p.Rows(), p.Balanced(), p.Order() == nil)
		}
		year := numbers(t, p, "year")
		treat := map[string][]float64{}
		for _, k := range []struct{ policy, since string }{{"A", "since_a"}, {"B", "since_b"}, {"AB", "since_ab"}} {
			treat[k.policy] = numbers(t, p, k.policy)
			for r, since := range numbers(t, p, k.since) {
				want := 0.0
				if year[r] >= since { // false where never
					want = 1
				}
				if treat[k.policy][r] != want {
					t.Fatalf("%s is %v in row %d of %v, adopted %v", k.policy, treat[k.policy][r], r, year[r], since)
				}
			}
		}
		for r := range treat["AB"] {
			if treat["AB"][r] != treat["A"][r]*treat["B"][r] {
				t.Fatalf("row %d: A %v, B %v, both %v", r, treat["A"][r], treat["B"][r], treat["AB"][r])
			}
			if treat["AB"][r] == 0 && truth.Effect[r] != 0 {
				t.Fatalf("row %d is not treated and has the effect %v", r, truth.Effect[r])
			}
		}
		group := map[string]int{}
		for u := range d.Units.Count {
			a, b := numbers(t, p, "since_a")[u*d.Period.Count], numbers(t, p, "since_b")[u*d.Period.Count]
			group[fmt.Sprint(a == a, b == b)]++
		}
		stages := d.Adoptions[0].Stages
		if group["true true"] != stages[0].Groups[0].Units || group["true false"] != stages[1].Groups[0].Units || group["false true"] != stages[1].Groups[1].Units {
			t.Fatalf("groups are %v", group)
		}
		x := slices.Clone(numbers(t, p, "x"))
		missing := len(x)
		x = slices.DeleteFunc(x, math.IsNaN)
		if missing -= len(x); missing != d.Period.Count {
			t.Fatalf("x is missing in %d rows, want %d", missing, d.Period.Count)
		}
		s := d.Covariates[0].Shape
		if low, high := extremes(x); low < round(s.Min, 6) || high > round(s.Max, 6) {
			t.Fatalf("x runs from %v to %v, beyond %v to %v", low, high, s.Min, s.Max)
		}
		checkQuotient(t, p, d)
	})
}

// checkQuotient: the outcome is the location quotient of whole counts, and its mean weighted by wholes is 1.
func checkQuotient(t *rapid.T, p *panel.Panel, d Design) {
	y, part, whole := numbers(t, p, "y"), numbers(t, p, "part"), numbers(t, p, "whole")
	for period := range d.Period.Count {
		parts, wholes, weighted := 0.0, 0.0, 0.0
		for r := period; r < len(y); r += d.Period.Count {
			if part[r] != math.Trunc(part[r]) || whole[r] != math.Trunc(whole[r]) || part[r] < 0 || whole[r] < 1 {
				t.Fatalf("row %d: %v of %v", r, part[r], whole[r])
			}
			parts, wholes, weighted = parts+part[r], wholes+whole[r], weighted+whole[r]*y[r]
		}
		for r := period; r < len(y); r += d.Period.Count {
			if want := (part[r] / whole[r]) / (parts / wholes); y[r] != want {
				t.Fatalf("row %d: %v, the quotient of its counts is %v", r, y[r], want)
			}
		}
		if math.Abs(weighted/wholes-1) > 1e-12 {
			t.Fatalf("the weighted mean is %v in period %d", weighted/wholes, period)
		}
	}
}

func TestSameDesignSameBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDesign(t)
		d.Counts = nil
		write := func(d Design) string {
			p, err := Panel(d)
			if err != nil {
				t.Fatal(err)
			}
			var b bytes.Buffer
			if err := csv.Write(&b, p, ','); err != nil {
				t.Fatal(err)
			}
			return b.String()
		}
		once := write(d)
		if twice := write(d); twice != once {
			t.Fatal("the same design gave other bytes")
		}
		// Another seed is another panel, and a variable more leaves the others as they were.
		other := d
		other.Seed++
		if write(other) == once {
			t.Fatal("another seed gave the same bytes")
		}
		more := d
		more.Covariates = append([]Covariate{{Name: "new", Unit: Mixture{Own: 1}, Noise: Noise{SD: 1}}}, d.Covariates...)
		more.Columns = []string{"A", "B", "AB", "x", "m", "y", "since_a", "since_b", "since_ab"}
		same := d
		same.Columns = more.Columns
		if write(more) != write(same) {
			t.Fatal("a variable more changed the others")
		}
	})
}

// Without noise the outcome is what the formula says, so the estimate of every part can be read off.
func TestOutcomeIsItsFormula(t *testing.T) {
	d, err := Options{Seed: 5, Units: 12, Periods: 6, Cohorts: []Cohort{{3, 4}, {5, 3}}, Effect: []float64{1, 2.5}, NoiseSD: -1}.design()
	if err != nil {
		t.Fatal(err)
	}
	p, truth, err := Draw(d)
	if err != nil {
		t.Fatal(err)
	}
	y, since, period := numbers(t, p, "y"), numbers(t, p, "adopted"), numbers(t, p, "period")
	for r := range y {
		effect := 0.0
		switch e := period[r] - since[r]; {
		case e == 0:
			effect = 1
		case e > 0:
			effect = 2.5
		}
		if math.Abs(truth.Effect[r]-effect) > 1e-15 {
			t.Errorf("row %d: effect %v, want %v", r, truth.Effect[r], effect)
		}
		start := r / 6 * 6
		if want := y[start] - truth.Effect[start] + (period[r]-1)*0.1 + effect; math.Abs(y[r]-want) > 1e-12 {
			t.Errorf("row %d: outcome %v, want %v", r, y[r], want)
		}
	}
}

// Multipliers average 1 over adopters at any spread, cap and base; a spread of 0 gives all the same.
func TestMultipliersAverageOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := Options{Seed: rapid.Uint64().Draw(t, "seed"), Units: 30, Periods: 3, Cohorts: []Cohort{{2, rapid.IntRange(1, 25).Draw(t, "adopters")}}}
		d, err := o.design()
		if err != nil {
			t.Fatal(err)
		}
		e := &d.Outcome.Effects[0]
		e.Spread = rapid.Float64Range(0, 8).Draw(t, "spread")
		e.Cap = rapid.SampledFrom([]float64{0, 1, 50}).Draw(t, "cap")
		e.Base = rapid.Float64Range(-1, 1).Draw(t, "base")
		_, truth, err := Draw(d)
		if err != nil {
			t.Fatal(err)
		}
		sum, least := 0.0, math.Inf(1)
		for i := range 30 {
			sum += truth.Effect[i*3+1]
			if truth.Effect[i*3+1] != 0 {
				least = min(least, truth.Effect[i*3+1])
			}
		}
		if n := float64(o.Cohorts[0].Units); math.Abs(sum-n) > 1e-9*n {
			t.Fatalf("multipliers of %v adopters add up to %v", n, sum)
		}
		if least < e.Base-1e-12 {
			t.Fatalf("the least multiplier is %v, below the base %v", least, e.Base)
		}
	})
}

func TestPathIsLinearBetweenPointsAndLevelBeyond(t *testing.T) {
	p := Path{{2000, 1}, {2002, 3}, {2010, -1}}
	for period, want := range map[float64]float64{1990: 1, 2000: 1, 2001: 2, 2002: 3, 2006: 1, 2010: -1, 2030: -1} {
		if got := p.at(period); got != want {
			t.Errorf("in %v: %v, want %v", period, got, want)
		}
	}
	if got := (Path{}).at(2000); got != 0 {
		t.Errorf("no points: %v, want 0", got)
	}
}

func TestShapeKeepsOrderAndEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Shape{-2, 7, rapid.Float64Range(0.1, 6).Draw(t, "a"), rapid.Float64Range(0.1, 6).Draw(t, "b")}
		z := rapid.SliceOfNDistinct(rapid.Float64Range(-4, 4), 2, 30, rapid.ID[float64]).Draw(t, "z")
		slices.Sort(z)
		s.apply(z)
		if z[0] != -2 || z[len(z)-1] != 7 || !slices.IsSorted(z) {
			t.Fatalf("mapped to %v", z)
		}
	})
	flat := []float64{3, 3}
	(&Shape{0, 1, 1, 1}).apply(flat)
	if flat[0] != 0.5 || flat[1] != 0.5 {
		t.Errorf("a constant became %v, want the middle", flat)
	}
}

// Within deviations have mean 0 in every unit and period, and of u_i + v_t nothing is left.
func TestWithin(t *testing.T) {
	g := &grid{units: 5, periods: 4}
	additive, x := make([]float64, 20), make([]float64, 20)
	s := NewStream(1, "within")
	for r := range x {
		additive[r] = float64((r/4)*(r/4)) + 3*float64(r%4)
		x[r] = s.Normal()
	}
	for r, v := range g.within(additive) {
		if math.Abs(v) > 1e-12 {
			t.Errorf("row %d of u + v: %v is left", r, v)
		}
	}
	units, periods := make([]float64, 5), make([]float64, 4)
	for r, v := range g.within(x) {
		units[r/4] += v
		periods[r%4] += v
	}
	for _, v := range append(units, periods...) {
		if math.Abs(v) > 1e-12 {
			t.Errorf("a unit or period keeps %v", v)
		}
	}
}
