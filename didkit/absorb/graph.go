package absorb

import (
	"cmp"
	"slices"
)

// link is an edge of a weighted graph: an off-diagonal entry −weight of its Laplacian, on both sides.
type link struct {
	u, v   int32
	weight float64
}

// graph collects the links of a Laplacian on n vertices. A pair may be linked several times; the weights add up.
type graph struct {
	n     int
	links []link
}

// clique adds what eliminating a vertex leaves: a link for each pair of its neighbours, w_i w_j / Σw. Three neighbours
// or fewer are linked exactly. More get one link each but the last, drawn so that the expected graph is the right one
// (Kyng and Sachdeva, 2016): with neighbours sorted by weight, i is linked to a later j with probability proportional to
// w_j, by the weight of all its links to later ones. neighbours and weights are reordered.
func (g *graph) clique(neighbours []int32, weights []float64, random func() float64) {
	total := 0.0
	for _, w := range weights {
		total += w
	}
	if len(neighbours) <= 3 {
		for i, u := range neighbours {
			for j, v := range neighbours[:i] {
				g.links = append(g.links, link{u, v, weights[i] * weights[j] / total})
			}
		}
		return
	}
	sortByWeight(neighbours, weights)
	later := 0.0 // weight of the neighbours after i, summed from the end so that it never is a difference
	for i := len(neighbours) - 2; i >= 0; i-- {
		later += weights[i+1]
		at, r := len(neighbours)-1, random()*later
		for ; at > i+1 && r > weights[at]; at-- {
			r -= weights[at]
		}
		g.links = append(g.links, link{neighbours[i], neighbours[at], weights[i] * later / total})
	}
}

// sortByWeight sorts two slices together by weight, then neighbour. They are mostly short.
func sortByWeight(neighbours []int32, weights []float64) {
	if len(weights) > 32 {
		order := make([]link, len(weights))
		for i, w := range weights {
			order[i] = link{u: neighbours[i], weight: w}
		}
		slices.SortFunc(order, func(a, b link) int {
			return cmp.Or(cmp.Compare(a.weight, b.weight), cmp.Compare(a.u, b.u))
		})
		for i, o := range order {
			neighbours[i], weights[i] = o.u, o.weight
		}
		return
	}
	for i := 1; i < len(weights); i++ {
		w, u := weights[i], neighbours[i]
		at := i
		for ; at > 0 && (weights[at-1] > w || weights[at-1] == w && neighbours[at-1] > u); at-- {
			weights[at], neighbours[at] = weights[at-1], neighbours[at-1]
		}
		weights[at], neighbours[at] = w, u
	}
}

// merge adds up the links of each pair.
func (g *graph) merge() {
	for i, l := range g.links {
		if l.u > l.v {
			g.links[i].u, g.links[i].v = l.v, l.u
		}
	}
	// Two stable passes of counting sort: linear, where a comparison sort of a million links is not.
	byV := countingSort(g.links, g.n, func(l link) int32 { return l.v })
	g.links = countingSort(byV, g.n, func(l link) int32 { return l.u })
	out := g.links[:0]
	for _, l := range g.links {
		if last := len(out) - 1; last >= 0 && out[last].u == l.u && out[last].v == l.v {
			out[last].weight += l.weight
		} else if l.u != l.v {
			out = append(out, l)
		}
	}
	g.links = out
}

func countingSort(links []link, n int, key func(link) int32) []link {
	start := make([]int32, n+1)
	for _, l := range links {
		start[key(l)+1]++
	}
	for i := 0; i < n; i++ {
		start[i+1] += start[i]
	}
	out := make([]link, len(links))
	for _, l := range links {
		k := key(l)
		out[start[k]] = l
		start[k]++
	}
	return out
}
