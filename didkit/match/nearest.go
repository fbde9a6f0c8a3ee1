package match

import (
	"math"
	"slices"
	"sort"
)

// pairing is the controls that a treated row of the sample got, with their shares, which sum to 1.
type pairing struct {
	treated  int
	controls []int
	share    []float64
	distance []float64
}

// nearest finds the ratio nearest controls of each treated row. Among equally near controls the lowest rank is taken.
// Without replacement rows choose in the order asked for, one control a round, as MatchIt does.
func (a *sample) nearest(s Spec, support func(int) bool) []pairing {
	out := make([]pairing, 0, len(a.treated))
	order := slices.Clone(a.treated)
	order = slices.DeleteFunc(order, func(i int) bool { return !support(i) })
	if s.NoReplacement && a.distance != nil {
		slices.SortStableFunc(order, func(i, j int) int {
			x, y := a.distance[i], a.distance[j]
			if s.Order == Largest {
				x, y = y, x
			}
			switch {
			case x < y:
				return -1
			case x > y:
				return 1
			}
			return 0
		})
	}
	search := a.newSearch()
	place := map[int]int{}
	for round := range s.Ratio {
		for _, i := range order {
			if a.d.Stopped() != nil {
				return nil
			}
			if round > 0 && len(out[place[i]].controls) < round {
				continue // nothing was left for it in the round before
			}
			if round == 0 {
				place[i] = len(out)
				out = append(out, pairing{treated: i})
			}
			p := &out[place[i]]
			taken := p.controls
			c, dist := search.find(i, func(c int) bool { return slices.Contains(taken, c) })
			if c < 0 || dist > a.caliper {
				continue
			}
			p.controls, p.distance = append(p.controls, c), append(p.distance, dist)
			if s.NoReplacement {
				search.take(c)
			}
		}
	}
	out = slices.DeleteFunc(out, func(p pairing) bool { return len(p.controls) == 0 })
	for k := range out {
		for range out[k].controls {
			out[k].share = append(out[k].share, 1/float64(len(out[k].controls)))
		}
	}
	slices.SortFunc(out, func(x, y pairing) int { return a.d.PanelRow(x.treated) - a.d.PanelRow(y.treated) })
	return out
}

// search finds the nearest free control. On a score the controls are sorted and neighbours found by bisection; taken
// ones are skipped by links that shorten as they are followed. On a Mahalanobis distance all free controls are tried.
type search struct {
	a           *sample
	byScore     []int // controls by score, then rank
	left, right []int // the next free place at or below, at or above
	taken       map[int]bool
}

func (a *sample) newSearch() *search {
	f := &search{a: a, taken: map[int]bool{}}
	if a.distance == nil {
		return f
	}
	f.byScore = slices.Clone(a.controls)
	slices.SortStableFunc(f.byScore, func(i, j int) int {
		switch {
		case a.distance[i] < a.distance[j]:
			return -1
		case a.distance[i] > a.distance[j]:
			return 1
		}
		return 0 // stable over rank
	})
	n := len(f.byScore)
	f.left, f.right = make([]int, n+2), make([]int, n+2) // places 1 … n; 0 and n+1 are the ends
	for i := range f.left {
		f.left[i], f.right[i] = i, i
	}
	return f
}

func follow(link []int, i int) int {
	for link[i] != i {
		link[i] = link[link[i]]
		i = link[i]
	}
	return i
}

func (f *search) take(c int) {
	f.taken[c] = true
	if f.byScore == nil {
		return
	}
	k := f.place(c)
	f.left[k], f.right[k] = k-1, k+1
}

// place is where control c stands in byScore, from 1.
func (f *search) place(c int) int {
	score := f.a.distance[c]
	k := sort.Search(len(f.byScore), func(k int) bool { return f.a.distance[f.byScore[k]] >= score })
	for f.byScore[k] != c {
		k++
	}
	return k + 1
}

// find is the nearest free control of row i that skip does not exclude, and its distance; -1 if there is none.
func (f *search) find(i int, skip func(int) bool) (int, float64) {
	if f.byScore == nil {
		best, dist := -1, math.Inf(1)
		for _, c := range f.a.controls { // by rank, so that the first of equals is kept
			if !f.taken[c] && !skip(c) {
				if x := f.a.between(i, c); x < dist {
					best, dist = c, x
				}
			}
		}
		return best, dist
	}
	n := len(f.byScore)
	score := f.a.distance[i]
	start := sort.Search(n, func(k int) bool { return f.a.distance[f.byScore[k]] >= score }) // first at or above, from 0
	up := follow(f.right, min(start+1, n+1))
	for up <= n && skip(f.byScore[up-1]) {
		up = follow(f.right, up+1)
	}
	best, dist := -1, math.Inf(1)
	if up <= n {
		best, dist = f.byScore[up-1], f.a.between(i, f.byScore[up-1])
	}
	// below: the nearest score that has a free control, and of its equals the lowest rank, which stands first
	for down := follow(f.left, start); down >= 1; down = follow(f.left, down-1) {
		c := f.byScore[down-1]
		x := f.a.between(i, c)
		if x > dist {
			break
		}
		if skip(c) {
			continue
		}
		if x < dist || f.a.rank[c] < f.a.rank[best] {
			best, dist = c, x
		}
	}
	return best, dist
}

// weighted gives every treated row all controls, weighted by the kernel of their distance, or equally within the radius.
func (a *sample) weighted(s Spec, support func(int) bool) []pairing {
	weight, width := kernels[s.kernel()], s.Bandwidth
	if s.Method == Radius {
		width = a.caliper
		weight = func(u float64) float64 {
			if u <= 1 {
				return 1
			}
			return 0
		}
	}
	var out []pairing
	for _, i := range a.treated {
		if a.d.Stopped() != nil {
			return nil
		}
		if !support(i) {
			continue
		}
		p := pairing{treated: i}
		total := 0.0
		for _, c := range a.controls {
			x := a.between(i, c)
			if s.Method == Kernel && x > a.caliper {
				continue
			}
			if w := weight(x / width); w > 0 {
				p.controls, p.share, p.distance = append(p.controls, c), append(p.share, w), append(p.distance, x)
				total += w
			}
		}
		if total == 0 {
			continue
		}
		for k := range p.share {
			p.share[k] /= total
		}
		out = append(out, p)
	}
	return out
}
