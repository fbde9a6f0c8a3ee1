package main

import (
	"math"
	"math/rand/v2"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/internal/parallel"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

type options struct {
	draws      int // panels of each design
	slow       int // of these, for estimators that take long
	seed       uint64
	estimators []estimator
	designs    []scenario
}

// performance is how an estimator fared on the panels of a design.
type performance struct {
	estimator estimator
	truth     float64
	bias      float64 // mean estimate less truth
	sd        float64 // of the estimates
	error     float64 // mean standard error
	coverage  float64 // share of intervals that hold the truth
	panels    int     // that it was estimated on
	failed    int     // panels without an estimate or an error
	reason    string  // of one of them
}

// study runs every estimator on every panel; done is told the name of each design that is through. The panels of a draw
// have the same noise in all designs, and a draw has its own stream: results are the same at any number of cores.
func study(o options, done func(design string)) [][]performance {
	var out [][]performance
	for _, d := range o.designs {
		effects, errs := make([][]did.Effect, o.draws), make([][]error, o.draws)
		parallel.For(0, o.draws, func(i int) { effects[i], errs[i] = o.one(d, i) })
		var rows []performance
		for k, e := range o.estimators {
			column := make([]did.Effect, 0, o.draws)
			p := performance{estimator: e, truth: e.target.of(d)}
			for i := range o.panels(e) {
				if err := errs[i][k]; err != nil {
					p.failed, p.reason = p.failed+1, err.Error()
					continue
				}
				if x := effects[i][k]; x.StdError > 0 {
					column = append(column, x)
				} else {
					p.failed, p.reason = p.failed+1, "no error could be computed"
				}
			}
			p.summarise(column)
			p.panels = o.panels(e)
			rows = append(rows, p)
		}
		out = append(out, rows)
		done(d.name)
	}
	return out
}

// panels is how many panels of each design an estimator is estimated on.
func (o options) panels(e estimator) int {
	if e.slow {
		return min(o.draws, o.slow)
	}
	return o.draws
}

// one estimates the effect in the i-th panel of a design by all estimators.
func (o options) one(d scenario, i int) ([]did.Effect, []error) {
	effects, errs := make([]did.Effect, len(o.estimators)), make([]error, len(o.estimators))
	seed := rand.NewPCG(o.seed, uint64(i)).Uint64()
	panels := map[sample]*drawn{}
	for k, e := range o.estimators {
		if i >= o.panels(e) {
			continue
		}
		if panels[e.sample] == nil {
			panels[e.sample] = &drawn{}
			panels[e.sample].panel, panels[e.sample].err = d.draw(seed, 1, e.sample)
		}
		if p := panels[e.sample]; p.err != nil {
			errs[k] = p.err
		} else {
			effects[k], errs[k] = e.estimate(p.panel)
		}
	}
	return effects, errs
}

func (p *performance) summarise(x []did.Effect) {
	n := float64(len(x))
	mean := 0.0
	for _, e := range x {
		mean += e.Estimate / n
		p.error += e.StdError / n
		if e.ConfLow <= p.truth && p.truth <= e.ConfHigh {
			p.coverage += 1 / n
		}
	}
	for _, e := range x {
		p.sd += (e.Estimate - mean) * (e.Estimate - mean)
	}
	p.bias, p.sd = mean-p.truth, math.Sqrt(p.sd/(n-1))
	if n == 0 {
		p.coverage = math.NaN()
	}
}

type drawn struct {
	panel *panel.Panel
	err   error
}

// noise is the standard error of a coverage of 95 % over so many draws.
func noise(draws int) float64 { return math.Sqrt(0.95 * 0.05 / float64(draws)) }
