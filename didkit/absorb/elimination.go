package absorb

import "math/rand/v2"

// elimination is an approximate Cholesky factorisation of a graph's Laplacian (Kyng and Sachdeva, 2016, in the form of
// Spielman's Laplacians.jl and Gao, Kyng and Spielman, 2023). Vertices go by rising degree; the clique that an eliminated
// vertex would leave is sampled with one edge for each neighbour but the last. Vertices of one or two neighbours, all of
// a tree's and a ring's, are eliminated exactly. The factor takes about as many numbers as the graph and solves with it
// are some few dozen steps of conjugate gradients away from the exact ones, however badly the graph is connected.
type elimination struct {
	vertex   []int32   // in the order of elimination
	pivot    []float64 // theirs; 0 grounds the last vertex of a component
	start    []int     // of the vertex's neighbours in the two slices below
	to       []int32
	fraction []float64 // of what is left of the vertex that the neighbour takes over: 1 for the last
}

// half is one direction of an edge, in the list of the vertex it leaves. Its twin leads back. Eliminating v hands the
// two halves of an edge v–j over to a new edge j–k, so that the graph never grows.
type half struct {
	next, twin, to int32
	weight         float64 // 0 marks an edge that is gone
}

func newElimination(g *graph) *elimination {
	b := &eliminating{heads: make([]int32, g.n), edges: make([]half, 2*len(g.links)), queue: newDegrees(g.n),
		at: make([]int32, g.n), random: rand.New(rand.NewPCG(uint64(g.n), uint64(len(g.links))))}
	for i := range b.heads {
		b.heads[i], b.at[i] = -1, -1
	}
	for i, l := range g.links {
		a, z := int32(2*i), int32(2*i+1)
		b.edges[a] = half{b.heads[l.u], z, l.v, l.weight}
		b.heads[l.u] = a
		b.edges[z] = half{b.heads[l.v], a, l.u, l.weight}
		b.heads[l.v] = z
		b.queue.degree[l.u]++
		b.queue.degree[l.v]++
	}
	b.queue.fill()
	e := &b.out
	e.vertex, e.pivot = make([]int32, 0, g.n), make([]float64, 0, g.n)
	e.start = append(make([]int, 0, g.n+1), 0)
	e.to, e.fraction = make([]int32, 0, len(g.links)), make([]float64, 0, len(g.links))
	for range g.n {
		b.eliminate(b.queue.pop())
	}
	out := b.out // alone, so that the edges are let go
	return &out
}

type eliminating struct {
	heads  []int32 // first half-edge of each vertex, -1 if none
	edges  []half
	queue  *degrees
	at     []int32 // where a neighbour stands in the list that is being gathered, -1 if nowhere
	random *rand.Rand
	out    elimination

	near []int32 // half-edges of the vertex, one a neighbour, by rising weight
	to   []int32
	sums []float64 // weights, then running sums of them
}

func (b *eliminating) eliminate(v int32) {
	e := &b.out
	b.gather(v)
	n := len(b.near)
	left := 0.0 // weight of v
	for _, w := range b.sums {
		left += w
	}
	e.vertex = append(e.vertex, v)
	if n == 0 {
		e.pivot, e.start = append(e.pivot, 0), append(e.start, len(e.to))
		return
	}
	total := 0.0
	for i, w := range b.sums {
		total += w
		b.sums[i] = total
	}
	scale := 1.0
	for i, id := range b.near[:n-1] {
		here := &b.edges[id]
		w := here.weight * scale
		f := w / left
		k := b.near[b.draw(i)]
		target := b.edges[k].to
		// v–j becomes j–target: the half in j's list stays there, the half in v's list moves to the target's.
		back := &b.edges[here.twin]
		j := here.to
		back.to, back.weight = target, w*(1-f)
		here.to, here.weight = j, w*(1-f)
		here.next = b.heads[target]
		b.heads[target] = id
		b.queue.raise(target)
		scale *= 1 - f
		left *= (1 - f) * (1 - f)
		e.to, e.fraction = append(e.to, j), append(e.fraction, f)
	}
	last := &b.edges[b.near[n-1]]
	e.to, e.fraction = append(e.to, last.to), append(e.fraction, 1)
	e.pivot, e.start = append(e.pivot, last.weight*scale), append(e.start, len(e.to))
	b.edges[last.twin].weight = 0
	b.queue.lower(last.to)
	last.weight = 0
}

// draw picks a neighbour after i with probability proportional to its weight.
func (b *eliminating) draw(i int) int {
	n := len(b.sums)
	if i == n-2 {
		return n - 1
	}
	r := b.sums[i] + b.random.Float64()*(b.sums[n-1]-b.sums[i])
	lo, hi := i+1, n-1
	for lo < hi {
		mid := (lo + hi) / 2
		if b.sums[mid] < r {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// gather lists v's neighbours in near, with multiple edges merged, and their weights in sums.
func (b *eliminating) gather(v int32) {
	b.near, b.to, b.sums = b.near[:0], b.to[:0], b.sums[:0]
	for id := b.heads[v]; id >= 0; id = b.edges[id].next {
		h := &b.edges[id]
		if h.weight == 0 {
			continue
		}
		if at := b.at[h.to]; at >= 0 {
			b.sums[at] += h.weight
			b.edges[h.twin].weight, h.weight = 0, 0
			b.queue.lower(h.to)
			continue
		}
		b.at[h.to] = int32(len(b.near))
		b.near = append(b.near, id)
		b.sums = append(b.sums, h.weight)
	}
	for i, id := range b.near {
		h := &b.edges[id]
		b.at[h.to] = -1
		h.weight = b.sums[i]
	}
	sortByWeight(b.near, b.sums)
}

// solve overwrites the gw columns of x with an approximate solution of the Laplacian's system for the right-hand side x.
func (e *elimination) solve(x []float64, gw int) {
	for i, v := range e.vertex {
		own := x[int(v)*gw:][:gw]
		from, to := e.start[i], e.start[i+1]
		if from == to {
			continue
		}
		for p := from; p < to-1; p++ {
			f := e.fraction[p]
			other := x[int(e.to[p])*gw:][:gw]
			for j, y := range own {
				other[j] += f * y
				own[j] = (1 - f) * y
			}
		}
		other := x[int(e.to[to-1])*gw:][:gw]
		for j, y := range own {
			other[j] += y
		}
	}
	for i, v := range e.vertex {
		own := x[int(v)*gw:][:gw]
		if e.pivot[i] == 0 {
			clear(own)
			continue
		}
		for j := range own {
			own[j] /= e.pivot[i]
		}
	}
	for i := len(e.vertex) - 1; i >= 0; i-- {
		from, to := e.start[i], e.start[i+1]
		if from == to {
			continue
		}
		own := x[int(e.vertex[i])*gw:][:gw]
		for j, y := range x[int(e.to[to-1])*gw:][:gw] {
			own[j] += y
		}
		for p := to - 2; p >= from; p-- {
			f := e.fraction[p]
			for j, y := range x[int(e.to[p])*gw:][:gw] {
				own[j] = (1-f)*own[j] + f*y
			}
		}
	}
}
