package absorb

import (
	"math/rand/v2"
	"testing"
)

// bench is a problem of a million rows: 100,000 units in 10 periods, 10 regressors and an outcome.
type bench struct {
	Problem
	cols [][]float64
}

const benchUnits, benchPeriods = 100_000, 10

// designs are the benchmarks' fixed effects.
var designs = []struct {
	name string
	make func(r *rand.Rand) bench
}{
	{"Intercept", func(r *rand.Rand) bench { return newBench(r, make([]int32, benchUnits*benchPeriods)) }},
	{"TwoWayBalanced", func(r *rand.Rand) bench { return newBench(r, unitAndYear()...) }},
	{"TwoWayWeighted", func(r *rand.Rand) bench {
		b := newBench(r, unitAndYear()...)
		b.Weights = make([]float64, b.Rows)
		for i := range b.Weights {
			b.Weights[i] = 0.5 + r.Float64()
		}
		return b
	}},
	{"TwoWayMissing", func(r *rand.Rand) bench { return newBench(r, unitAndYear()...).thin(r, 0.07) }},
	{"TwoWayShuffled", func(r *rand.Rand) bench { return newBench(r, unitAndYear()...).thin(r, 0.07).shuffle(r) }},
	{"ThreeWayRandom", func(r *rand.Rand) bench {
		return newBench(r, append(unitAndYear(), uniform(r, benchUnits*benchPeriods, 5000))...)
	}},
	{"ThreeWayCycle", func(r *rand.Rand) bench { return newBench(r, append(unitAndYear(), cycle(4348))...) }},
	{"TwoWayCycle", func(r *rand.Rand) bench { return newBench(r, unitAndYear()[0], cycle(4348)) }},
	{"WorkerFirm", func(r *rand.Rand) bench { return newBench(r, unitAndYear()[0], firms(r, 10_000)) }},
	{"WorkerFirmYear", func(r *rand.Rand) bench { return newBench(r, append(unitAndYear(), firms(r, 10_000))...) }},
	{"UnitTrends", func(r *rand.Rand) bench {
		b := newBench(r, unitAndYear()...)
		trend := make([]float64, b.Rows)
		for i := range trend {
			trend[i] = float64(2006 + i%benchPeriods)
		}
		b.Effects[0].Slopes = [][]float64{trend}
		return b
	}},
}

func unitAndYear() [][]int32 {
	unit, year := make([]int32, benchUnits*benchPeriods), cycle(benchPeriods)
	for i := range unit {
		unit[i] = int32(i / benchPeriods)
	}
	return [][]int32{unit, year}
}

// cycle is the badly connected effect of fixest's and pyfixest's "difficult" benchmarks: rows take its levels in turn.
func cycle(levels int) []int32 {
	out := make([]int32, benchUnits*benchPeriods)
	for i := range out {
		out[i] = int32(i % levels)
	}
	return out
}

// firms employ workers who move in 2 % of the years, to one of the next three firms: a long thin graph.
func firms(r *rand.Rand, levels int) []int32 {
	out := make([]int32, benchUnits*benchPeriods)
	for u := range benchUnits {
		firm := r.IntN(levels)
		for t := range benchPeriods {
			if r.Float64() < 0.02 {
				firm = (firm + 1 + r.IntN(3)) % levels
			}
			out[u*benchPeriods+t] = int32(firm)
		}
	}
	return out
}

func newBench(r *rand.Rand, codes ...[]int32) bench {
	b := bench{Problem: Problem{Rows: len(codes[0])}}
	for _, c := range codes {
		levels := int32(0)
		for _, v := range c {
			levels = max(levels, v+1)
		}
		b.Effects = append(b.Effects, Effect{Codes: c, Levels: int(levels), Intercept: true})
	}
	for range 11 {
		b.cols = append(b.cols, normal(r, b.Rows))
	}
	for _, e := range b.Effects {
		level := normal(r, e.Levels)
		for i, c := range e.Codes {
			b.cols[0][i] += level[c]
		}
	}
	return b
}

// pick keeps rows, in the order given.
func (b bench) pick(rows []int) bench {
	out := bench{Problem: Problem{Rows: len(rows)}}
	for _, e := range b.Effects {
		c := make([]int32, len(rows))
		for i, row := range rows {
			c[i] = e.Codes[row]
		}
		out.Effects = append(out.Effects, effect(e.Name, c))
	}
	for _, x := range b.cols {
		c := make([]float64, len(rows))
		for i, row := range rows {
			c[i] = x[row]
		}
		out.cols = append(out.cols, c)
	}
	return out
}

func (b bench) thin(r *rand.Rand, share float64) bench {
	var rows []int
	for i := range b.Rows {
		if r.Float64() >= share {
			rows = append(rows, i)
		}
	}
	return b.pick(rows)
}

func (b bench) shuffle(r *rand.Rand) bench { return b.pick(r.Perm(b.Rows)) }

// BenchmarkWithin prepares a problem, absorbs eleven columns and makes their Gram matrix: all of a regression that grows
// with the rows but its standard errors.
func BenchmarkWithin(b *testing.B) {
	for _, d := range designs {
		b.Run(d.name, func(b *testing.B) {
			x := d.make(rand.New(rand.NewPCG(1, 1)))
			b.ReportAllocs()
			var report Report
			for b.Loop() {
				a, err := New(x.Problem, Options{})
				if err != nil {
					b.Fatal(err)
				}
				w, err := a.Within(x.cols)
				if err != nil {
					b.Fatal(err)
				}
				w.Gram()
				report = w.Report()
			}
			b.ReportMetric(float64(report.Iterations), "iterations")
		})
	}
}
