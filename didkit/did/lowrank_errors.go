package did

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/seed2d25c7c2/didnb/didkit/internal/parallel"
)

// lots are the clusters that samples are drawn from: those with a treated unit, and the others.
type lots struct {
	units          [][]int // of each cluster
	treated, never []int   // clusters
}

// clustersOfUnits gathers them; a unit in several clusters is an error.
func (l *lowRank) clustersOfUnits() (*lots, error) {
	of := make([]int32, len(l.members))
	for i := range of {
		of[i] = -1
	}
	for k, c := range l.clusters {
		i := l.places[l.unit[k]]
		switch {
		case i < 0:
		case of[i] < 0:
			of[i] = c
		case of[i] != c:
			return nil, fmt.Errorf("method=%s draws whole units, and %s lies in several clusters of %s", l.spec.Method, l.label(l.members[i]), l.vcov.By[0])
		}
	}
	out := &lots{}
	number := map[int32]int{}
	for i, c := range of { // in the order of units
		if _, known := number[c]; !known {
			number[c] = len(out.units)
			out.units = append(out.units, nil)
		}
		out.units[number[c]] = append(out.units[number[c]], i)
	}
	for c, units := range out.units {
		if slices.ContainsFunc(units, func(i int) bool { g := l.start[l.members[i]]; return g == g }) {
			out.treated = append(out.treated, c)
		} else {
			out.never = append(out.never, c)
		}
	}
	return out, nil
}

// resampling settles the errors' kind and the number of samples, and refuses what can't be resampled.
func (l *lowRank) resampling(from *lots) (Resampling, int, error) {
	kind, draws := l.spec.Resampling, l.spec.Draws
	switch kind {
	case "":
		kind = BootstrapUnits
	case WithoutErrors:
		return kind, 0, nil
	}
	if draws == 0 {
		draws = defaultDraws
	}
	what := "unit"
	if l.vcov.By[0] != l.unitName {
		what = "cluster of " + l.vcov.By[0]
	}
	if len(from.treated) < 2 {
		return "", 0, fmt.Errorf("errors of method=%s come from samples of units, and one %s alone is treated; method=sdid with inf=placebo tells its error from never-treated units", l.spec.Method, what)
	}
	if kind == JackknifeUnits {
		draws = len(from.units)
	}
	return kind, draws, nil
}

// redrawn is how often a sample is drawn anew that leaves a period without untreated rows.
const redrawn = 200

// draw is sample number i: units, as often as they are drawn. The bootstrap draws treated and never-treated clusters apart,
// so that there are as many of each as in the data.
func (l *lowRank) draw(kind Resampling, from *lots, i int) []int {
	var out []int
	if kind == JackknifeUnits {
		for c, units := range from.units {
			if c != i {
				out = append(out, units...)
			}
		}
		slices.Sort(out)
		return out
	}
	rng := rand.New(rand.NewPCG(l.spec.Seed, uint64(i)))
	for range redrawn {
		out = out[:0]
		for _, lot := range [][]int{from.treated, from.never} {
			for range lot {
				out = append(out, from.units[lot[rng.IntN(len(lot))]]...)
			}
		}
		slices.Sort(out)
		if !slices.Contains(l.periodsSeen(out), false) {
			break
		}
	}
	return out
}

// periodsSeen tells which periods have untreated rows of some units.
func (l *lowRank) periodsSeen(units []int) []bool {
	out, left := make([]bool, l.k), l.k
	for _, u := range units {
		for j := range l.k {
			if !out[j] && l.seen[u*l.k+j] {
				out[j] = true
				left--
			}
		}
		if left == 0 {
			break
		}
	}
	return out
}

// redraws are the values of statistics in each sample, each fitted from the whole sample's fit; samples in which the model
// does not settle are left out.
func (l *lowRank) redraws(kind Resampling, draws int, from *lots, all []pooled, known *cellsOfUnits) ([][]float64, error) {
	out := make([][]float64, draws)
	scale := l.scale()
	var mu sync.Mutex
	done := 0
	parallel.Unless(l.spec.Design.Stop, 0, draws, func(i int) {
		units := l.draw(kind, from, i)
		fit := l.again(units, scale)
		if fit.converged {
			out[i] = l.statistics(all, known, units, fit)
		}
		if l.spec.Progress == nil {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		done++
		l.spec.Progress(done, draws)
	})
	if err := l.spec.Design.Stopped(); err != nil {
		return nil, err
	}
	out = slices.DeleteFunc(out, func(d []float64) bool { return d == nil })
	switch lost := draws - len(out); {
	case len(out) < 2 || lost > draws/2:
		return nil, fmt.Errorf("the model does not settle in %d of %d samples drawn, so that its errors can't be told; ask for fewer factors by factors=, or take method=mc, whose penalty holds them back", lost, draws)
	case lost > 0:
		l.notes = append(l.notes, fmt.Sprintf("the model does not settle in %d of %d samples drawn, which were left out; errors may be too small", lost, draws))
	}
	return out, nil
}

// again fits the model to units drawn, its penalty in proportion to their number, as R's fect does.
func (l *lowRank) again(units []int, scale float64) *fitted {
	c := l.problem(units, nil)
	c.tolerance, c.maxSteps = closeDraw*scale, drawSteps
	if l.spec.Method == MatrixCompletion {
		c.soft, c.threshold = true, *l.about.Threshold*float64(len(units))/float64(len(l.members))
	} else {
		c.rank = l.about.Factors
	}
	start := completed{fitted: make([]float64, len(c.seen)), beta: l.fit.beta}
	from, to := l.whole(), c.where(len(units))
	for i, u := range units {
		for j := range l.k {
			start.fitted[to(i, j)] = l.fit.fitted[from(u, j)]
		}
	}
	return &fitted{c.complete(&start), to}
}

// fitted is a fit, and where it has a unit's period.
type fitted struct {
	completed
	at func(unit, period int) int
}

// whole tells where the whole sample's fit has a unit's period.
func (l *lowRank) whole() func(unit, period int) int {
	c := completion{n: len(l.members), k: l.k}
	return c.places()
}
