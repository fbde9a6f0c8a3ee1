package absorb

// grouping lists the rows of each level.
type grouping struct {
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

// row is the i-th row in the order of levels.
func (g *grouping) row(i int32) int {
	if g.rows == nil {
		return int(i)
	}
	return int(g.rows[i])
}
