package did_test

import (
	"fmt"
	"math"
	"math/rand/v2"

	"pgregory.net/rapid"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// fataler is what tests and properties have in common.
type fataler interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// columns is a simulated study: unit, time, adoption (NaN where never), treat, x, y, w.
type columns struct {
	names []string
	of    map[string][]float64
}

func simulate(rng *rand.Rand, units, periods int, missing float64) *columns {
	c := &columns{names: []string{"unit", "time", "adoption", "treat", "x", "y", "w"}, of: map[string][]float64{}}
	shock := make([]float64, periods)
	for t := range shock {
		shock[t] = rng.NormFloat64()
	}
	for u := range units {
		level, start := rng.NormFloat64(), math.NaN()
		if u%3 > 0 {
			start = float64(2003 + rng.IntN(periods-4))
		}
		for t := range periods {
			if rng.Float64() < missing {
				continue
			}
			year := float64(2000 + t)
			treat := 0.0
			if year >= start {
				treat = 1
			}
			x := rng.NormFloat64() + 0.2*level
			y := level + shock[t] + 0.3*x + treat*(0.5+0.1*math.Max(0, year-start)) + rng.NormFloat64()
			if treat == 0 {
				y = level + shock[t] + 0.3*x + rng.NormFloat64()
			}
			y = math.Round(y*4096) / 4096 // adding a whole number below 2³² is exact
			for i, v := range []float64{float64(11 + 3*u), year, start, treat, x, y, 0.3 + 2*rng.Float64()} {
				c.of[c.names[i]] = append(c.of[c.names[i]], v)
			}
		}
	}
	return c
}

func draw(t *rapid.T) *columns {
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 9))
	return simulate(rng, rapid.IntRange(20, 45).Draw(t, "units"), rapid.IntRange(7, 11).Draw(t, "periods"), rapid.SampledFrom([]float64{0, 0.1}).Draw(t, "missing"))
}

func drawSpec(t *rapid.T) did.Spec {
	s := did.Spec{Formula: rapid.SampledFrom([]string{"y ~ 1", "y ~ x", "y ~ x | unit + time"}).Draw(t, "formula"), Treat: "treat",
		Vcov: rapid.SampledFrom([]vcov.Spec{{}, {Type: vcov.IID}, {Type: vcov.Hetero}, {Type: vcov.Cluster, By: []string{"unit"}}}).Draw(t, "vcov")}
	if rapid.Bool().Draw(t, "weighted") {
		s.Design.Weights = "w"
	}
	return s
}

func (c *columns) clone() *columns {
	d := &columns{names: append([]string(nil), c.names...), of: map[string][]float64{}}
	for k, v := range c.of {
		d.of[k] = append([]float64(nil), v...)
	}
	return d
}

func (c *columns) pick(rows []int) *columns {
	d := &columns{names: c.names, of: map[string][]float64{}}
	for k, v := range c.of {
		for _, r := range rows {
			d.of[k] = append(d.of[k], v[r])
		}
	}
	return d
}

func (c *columns) rows() int { return len(c.of["y"]) }

func (c *columns) panel(t fataler) *panel.Panel {
	t.Helper()
	vars := make([]*panel.Variable, len(c.names))
	for i, name := range c.names {
		vars[i] = &panel.Variable{Name: name, Values: c.of[name]}
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

// both is the two results that every property is held for.
type both struct {
	terms  []string
	values []float64 // estimate, standard error …
	n      int
}

func estimate(t fataler, p *panel.Panel, s did.Spec) both {
	t.Helper()
	fit, err := did.TWFE(p, s)
	if err != nil {
		t.Fatalf("TWFE: %v", err)
	}
	es, err := did.EventStudy(p, did.EventSpec{Spec: s, Window: [2]int{-3, 3}})
	if err != nil {
		t.Fatalf("EventStudy: %v", err)
	}
	b := both{n: fit.N}
	for _, c := range fit.Coef {
		b.terms = append(b.terms, c.Term, "error of "+c.Term)
		b.values = append(b.values, c.Estimate, c.StdError)
	}
	for _, c := range es.Coef {
		if c.EventTime != es.Ref {
			b.terms = append(b.terms, fmt.Sprint("event time ", c.EventTime), fmt.Sprint("error of event time ", c.EventTime))
			b.values = append(b.values, c.Estimate, c.StdError)
		}
	}
	if es.Pretrend != nil {
		b.terms = append(b.terms, "pre-trend F")
		b.values = append(b.values, es.Pretrend.Statistic)
	}
	return b
}

// same compares up to rounding: values come in pairs of estimate and error, so the pair's larger one is the scale.
func same(t fataler, what string, got, want both, tol float64) {
	t.Helper()
	if got.n != want.n || len(got.values) != len(want.values) {
		t.Fatalf("%s: got %d rows and %d numbers, want %d and %d", what, got.n, len(got.values), want.n, len(want.values))
	}
	for i, w := range want.values {
		scale := math.Abs(w)
		if i%2 == 0 && i+1 < len(want.values) {
			scale = math.Max(scale, want.values[i+1])
		}
		g := got.values[i]
		if want.terms[i] == "pre-trend F" { // like its root, a length in standard errors: near 0 only that is well-posed
			g, w = math.Sqrt(g), math.Sqrt(w)
			scale = math.Max(1, w)
		}
		if !(math.Abs(g-w) <= tol*scale) {
			t.Fatalf("%s: %s: got %.17g, want %.17g", what, want.terms[i], got.values[i], w)
		}
	}
}

func bits(b both) string { return fmt.Sprintf("%d %q %x", b.n, b.terms, b.values) }
