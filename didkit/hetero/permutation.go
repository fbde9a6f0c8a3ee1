package hetero

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

// permutation shuffles which units carry which group: each unit keeps its rows' sides as a block, so that a unit that
// changes sides over time still does. p is the share of shuffles with a difference at least as large, the actual one
// counted (Fisher 1935; Phipson & Smyth 2010). Shuffle i is the same for a seed on any number of cores.
func permutation(ctx context.Context, p *panel.Panel, s Spec, r *Result, parts []part) error {
	if s.Seed == 0 {
		s.Seed = 1
	}
	actual := difference(r.Groups[0].Fit, r.Groups[1].Fit)
	sides := newSides(p, parts)
	drawn := make([]float64, s.Permute) // NaN where a group is left that can't be estimated
	var next atomic.Int64
	var mu sync.Mutex
	done := 0
	worker := func() {
		rows := [2][]bool{make([]bool, p.Rows()), make([]bool, p.Rows())}
		for {
			i := int(next.Add(1)) - 1
			if i >= s.Permute || ctx.Err() != nil {
				return
			}
			sides.shuffle(rand.New(rand.NewPCG(s.Seed, uint64(i))), rows)
			drawn[i] = math.NaN()
			if low, _, err := estimate(p, s, rows[0]); err == nil {
				if high, _, err := estimate(p, s, rows[1]); err == nil {
					drawn[i] = difference(low, high)
				}
			}
			if s.Progress != nil {
				mu.Lock()
				done++
				s.Progress(done, s.Permute)
				mu.Unlock()
			}
		}
	}
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), s.Permute) {
		wg.Add(1)
		go func() { defer wg.Done(); worker() }()
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	larger, counted := 1, 1
	for _, d := range drawn {
		if d == d {
			counted++
			if math.Abs(d) >= math.Abs(actual) {
				larger++
			}
		}
	}
	if failed := s.Permute + 1 - counted; failed > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("%d of %d permutations left a group without treated or untreated rows and were not counted", failed, s.Permute))
	}
	r.Tests = append(r.Tests, Difference{Statistic: actual, PValue: float64(larger) / float64(counted),
		Method: counting.Sprintf("Fisher permutation, %d draws, seed %d", counted-1, s.Seed)})
	return nil
}

// difference is the treatment's coefficient in the second group less that in the first.
func difference(low, high *regress.Fit) float64 {
	a, _ := low.Coefficient(low.Treatment)
	b, _ := high.Coefficient(high.Treatment)
	return b.Estimate - a.Estimate
}

// sides is the group of each unit in each period: 0, 1, or -1 for neither.
type sides struct {
	p  *panel.Panel
	of []int8 // units × periods
}

func newSides(p *panel.Panel, parts []part) *sides {
	s := &sides{p, make([]int8, p.Units().Levels()*p.Periods().Levels())}
	for i := range s.of {
		s.of[i] = -1
	}
	for i := range p.Rows() {
		for g := range parts {
			if parts[g].rows[i] {
				s.of[s.cell(p.Units().Codes[i], i)] = int8(g)
			}
		}
	}
	return s
}

func (s *sides) cell(unit int32, row int) int {
	return int(unit)*s.p.Periods().Levels() + int(s.p.Periods().Codes[row])
}

// shuffle gives each unit the sides of another and marks the rows of both groups.
func (s *sides) shuffle(rng *rand.Rand, rows [2][]bool) {
	perm := rng.Perm(s.p.Units().Levels())
	for i, u := range s.p.Units().Codes {
		g := s.of[s.cell(int32(perm[u]), i)]
		rows[0][i], rows[1][i] = g == 0, g == 1
	}
}
