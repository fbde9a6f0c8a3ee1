package absorb

import "slices"

// grouping lists the rows of each level.
type grouping struct {
	from  int     // first level
	start []int32 // levels + 1
	rows  []int32 // nil if the rows stand sorted by level
}

func (f *factor) grouping(sorted bool) grouping {
	g := grouping{start: make([]int32, f.levels+1)}
	for _, c := range f.codes {
		g.start[c+1]++
	}
	for c := 0; c < f.levels; c++ {
		g.start[c+1] += g.start[c]
	}
	if sorted {
		return g
	}
	g.rows = make([]int32, len(f.codes))
	next := append([]int32(nil), g.start[:f.levels]...)
	for i, c := range f.codes {
		g.rows[next[c]] = int32(i)
		next[c]++
	}
	return g
}

// part makes g list the rows of the levels lo to hi of f, in room that it has.
func (g *grouping) part(f *factor, lo, hi int) {
	n := hi - lo
	g.from, g.start = lo, slices.Grow(g.start[:0], n+1)[:n+1]
	clear(g.start)
	for _, c := range f.codes {
		if l := int(c) - lo; uint(l) < uint(n) {
			g.start[l+1]++
		}
	}
	for l := range n {
		g.start[l+1] += g.start[l]
	}
	all := int(g.start[n])
	g.rows = slices.Grow(g.rows[:0], all)[:all]
	for i, c := range f.codes { // start moves on to where each level ends
		if l := int(c) - lo; uint(l) < uint(n) {
			g.rows[g.start[l]] = int32(i)
			g.start[l]++
		}
	}
	copy(g.start[1:], g.start[:n])
	g.start[0] = 0
}

// row is the i-th row in the order of levels.
func (g *grouping) row(i int32) int {
	if g.rows == nil {
		return int(i)
	}
	return int(g.rows[i])
}
