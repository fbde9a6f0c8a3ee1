// Package fewtreated tests an effect that few clusters, or one alone, were given, beside many that were not.
package fewtreated

import (
	"context"
	"fmt"
	"math"

	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// Options tune the test. The zero value has 9,999 draws of the clusters of the model's errors, or of units, each as large
// as its rows say.
type Options struct {
	Reps     int    // draws; 0: DefaultReps. Where there are no more than that, each is taken once
	Seed     uint64 // 0: 1
	Cluster  string
	Size     string                // variable: how many persons, firms … are behind a row; "": one
	Progress func(done, total int) // may be nil; called from one goroutine at a time
}

const (
	DefaultReps = 9999        // draws where Options.Reps is 0
	maxDrawn    = 200_000_000 // draws times clusters
	maxClusters = 4000
)

// FermanPinto tests that a treatment, a term of an estimated regression, has no effect, where few clusters are treated and
// many are not, and clusters differ in size (Ferman & Pinto 2019). With d̃ the treatment net of all else, the estimate is
// off by Σ_c W_c, W_c = Σ_t a_ct η_ct: the errors of the cluster's periods, weighted by the sums a_ct of w d̃/Σ w d̃². That of
// the treated clusters does not average out, and their own residuals say nothing of it; but control clusters' residuals under
// the hypothesis, weighted by the same a_ct, do. These have the variance A + B q, where q = Σ_t a_ct² / M_ct for M_ct
// rows, or persons, in a cell (their appendix A.4; 1/M where a cluster's size does not change), estimated by least squares
// with A, B ≥ 0. A draw takes for every cluster, treated or not, the combination of a random control cluster, times the
// root of the ratio of the two variances; p is twice the smaller share of draws on one side of the estimate. Adoption at
// several times makes several a_ct. The interval holds the effects, the same for all treated rows, that are not rejected
// when they are imposed. o names the fit's rows, weights and condition.
func FermanPinto(ctx context.Context, p *panel.Panel, fit *regress.Fit, treat string, d design.Options, o Options) (*regress.Inference, error) {
	if o.Reps == 0 {
		o.Reps = DefaultReps
	}
	if o.Seed == 0 {
		o.Seed = 1
	}
	if o.Reps < 1 {
		return nil, fmt.Errorf("reps is %d; it must be at least 1", o.Reps)
	}
	if !p.IsPanel() {
		return nil, fmt.Errorf("Ferman and Pinto's test compares periods, and this is a cross-section; load it with unit= and time=")
	}
	if o.Cluster == "" {
		if o.Cluster = p.UnitName(); len(fit.Vcov.By) == 1 {
			o.Cluster = fit.Vcov.By[0]
		}
	}
	m, err := regress.Without(p, fit, treat, d, vcov.Spec{Type: vcov.Cluster, By: []string{o.Cluster}})
	if err != nil {
		return nil, err
	}
	s, err := read(p, m, treat, o)
	if err != nil {
		return nil, err
	}
	t, err := s.test(o)
	if err != nil {
		return nil, err
	}
	i := &regress.Inference{Method: regress.InferenceFermanPinto, Term: formula.Quote(treat), By: o.Cluster, Groups: s.clusters, Treated: s.clusters - len(s.controls),
		Draws: t.draws, Complete: t.complete, Seed: o.Seed, Size: o.Size, PCoef: math.NaN(), PT: math.NaN()}
	if i.PValue, i.ConfLow, i.ConfHigh, err = t.run(ctx, fit.Level, o.Progress); err != nil {
		return nil, err
	}
	i.Notes = s.notes(i, fit.Level)
	return i, nil
}

// sample is a regression by cluster and period.
type sample struct {
	clusters, periods int
	a                 []float64 // clusters × periods: Σ w d̃ of the cell / Σ w d̃²
	outcome, treated  []float64 // clusters × periods: mean residuals of the outcome and of the treatment, NaN without rows
	share             []float64 // clusters × periods: Σ w² / (Σ w)², or one over the mean size
	controls          []int32   // clusters never treated
	estimate          float64
	equal             bool // all shares are the same
}

// NotByCluster is the error for a treatment that is not the same throughout a cluster.
type NotByCluster struct{ Treatment, Cluster, Label string }

func (e *NotByCluster) Error() string {
	return fmt.Sprintf("%s differs within %s of %s in one period, and Ferman and Pinto's test is for treatments of whole clusters; name finer ones by cluster=", e.Treatment, e.Label, e.Cluster)
}

// FewControls is the error for too few clusters that are never treated.
type FewControls struct {
	Cluster  string
	Controls int
}

func (e *FewControls) Error() string {
	return fmt.Sprintf("Ferman and Pinto's test draws from clusters that are never treated, many of them, and %s has %d; inf=ri needs none", e.Cluster, e.Controls)
}

func read(p *panel.Panel, m *regress.Model, treat string, o Options) (*sample, error) {
	d := m.Design
	x, err := d.Column(treat)
	if err != nil {
		return nil, err
	}
	for i, v := range x {
		if v != 0 && v != 1 {
			return nil, &did.NotBinary{Variable: treat, Row: d.PanelRow(i) + 1, Value: v}
		}
	}
	codes, clusters, err := d.Codes(o.Cluster)
	if err != nil {
		return nil, err
	}
	if clusters > maxClusters {
		return nil, fmt.Errorf("Ferman and Pinto's test compares every pair of clusters, %d at most, and %s has %d; cluster more coarsely, or write inf=ri", maxClusters, o.Cluster, clusters)
	}
	var size []float64
	if o.Size != "" {
		if size, err = d.Column(o.Size); err != nil {
			return nil, err
		}
		for i, v := range size {
			if !(v > 0) || math.IsInf(v, 1) {
				return nil, fmt.Errorf("%s is %g in row %d; the size of a cluster is a positive number", o.Size, v, d.PanelRow(i)+1)
			}
		}
	}
	s := &sample{clusters: clusters, periods: p.Periods().Levels()}
	net, err := m.Net(x)
	if err != nil {
		return nil, err
	}
	y := m.Residuals()
	cells := clusters * s.periods
	s.a, s.outcome, s.treated, s.share = make([]float64, cells), make([]float64, cells), make([]float64, cells), make([]float64, cells)
	mass, squares, sizes, state := make([]float64, cells), make([]float64, cells), make([]float64, cells), make([]int8, cells)
	ever := make([]bool, clusters)
	dd, raw := 0.0, 0.0
	for i, c := range codes {
		at := int(c)*s.periods + int(p.Periods().Codes[d.PanelRow(i)])
		w := 1.0
		if d.Weights != nil {
			w = d.Weights[i]
		}
		now := int8(1 + x[i])
		if state[at] != 0 && state[at] != now {
			label, _ := d.Label(o.Cluster, i)
			return nil, &NotByCluster{treat, o.Cluster, label}
		}
		state[at] = now
		ever[c] = ever[c] || x[i] == 1
		s.a[at] += w * net[i]
		s.outcome[at] += w * y[i]
		s.treated[at] += w * net[i]
		mass[at] += w
		squares[at] += w * w
		if size != nil {
			sizes[at] += w * size[i]
		}
		dd += w * net[i] * net[i]
		raw += w * x[i]
		s.estimate += w * net[i] * y[i]
	}
	if !(dd > 1e-10*raw) {
		return nil, &regress.NoVariation{Variable: treat, Effects: true}
	}
	s.estimate /= dd
	s.equal = true
	first := math.NaN()
	for at := range s.a {
		if state[at] == 0 {
			s.outcome[at] = math.NaN()
			continue
		}
		s.a[at] /= dd
		s.outcome[at] /= mass[at]
		s.treated[at] /= mass[at]
		if s.share[at] = squares[at] / (mass[at] * mass[at]); size != nil {
			s.share[at] = mass[at] / sizes[at]
		}
		if first != first {
			first = s.share[at]
		}
		s.equal = s.equal && math.Abs(s.share[at]-first) <= 1e-12*first
	}
	for c, e := range ever {
		if !e {
			s.controls = append(s.controls, int32(c))
		}
	}
	if len(s.controls) < 3 {
		return nil, &FewControls{o.Cluster, len(s.controls)}
	}
	return s, nil
}

// notes are the sentences under a table.
func (s *sample) notes(i *regress.Inference, level float64) []string {
	draws := counting.Sprintf("%d draws, seed %d", i.Draws, i.Seed)
	if i.Complete {
		draws = counting.Sprintf("all %d draws", i.Draws)
	}
	size := "their rows say"
	if i.Size != "" {
		size = i.Size + " says"
	}
	out := []string{counting.Sprintf("p and interval of %s are by the test of Ferman & Pinto (2019): %d of %d clusters of %s are treated, and their errors are drawn from those of the others, scaled to their size as %s (%s)", i.Term, i.Treated, i.Groups, i.By, size, draws)}
	if s.equal {
		out = append(out, "all clusters are of one size, so that their errors are taken to have one variance; size= of fermanpinto names another measure of it")
	}
	least, more := 2/float64(i.Draws+1), "; reps= asks for more"
	if i.Complete {
		least, more = 2/float64(i.Draws), ""
	}
	if least > 1-level {
		out = append(out, fmt.Sprintf("p can't be below %.3g with %d draws, so that nothing is rejected at %.3g %%%s", least, i.Draws, 100*(1-level), more))
	}
	if n := len(s.controls); n < 20 {
		out = append(out, fmt.Sprintf("Ferman and Pinto's test is made for many control clusters, and %d are few", n))
	}
	return out
}
