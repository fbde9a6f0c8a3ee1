package absorb

// components counts the connected components of the graph whose vertices are the levels of two effects and whose edges
// are the rows: the dimensions that the intercepts of both span twice.
func components(a, b *factor) int {
	parent := make([]int32, a.levels+b.levels)
	for i := range parent {
		parent[i] = int32(i)
	}
	find := func(x int32) int32 {
		for parent[x] != x {
			parent[x] = parent[parent[x]]
			x = parent[x]
		}
		return x
	}
	count := len(parent)
	for i, c := range a.codes {
		u, v := find(c), find(int32(a.levels)+b.codes[i])
		if u != v {
			parent[max(u, v)] = min(u, v)
			count--
		}
	}
	return count
}

// Rank is the number of dimensions that the effects span together, slopes included, and whether it is known for sure.
// With one effect, or two without slopes, it is exact; with more it is the rank that the factorisation found; where the
// system was too large to factor it is the number of dimensions less those that pairs of effects with intercepts are
// known to share: an upper bound, and the count that other programs use.
func (a *Absorber) Rank() (rank int, exact bool) {
	a.count()
	return a.rank, a.exact
}

// Components has a number for each effect after the first, in the problem's order: the connected components of its
// levels and those of an effect before it, the most over all of those. It is what the effect shares with them at least:
// 1 where every level can be reached from every other. 0 stands for an effect without an intercept.
func (a *Absorber) Components() []int {
	a.count()
	return append([]int(nil), a.components...)
}

func (a *Absorber) count() {
	a.counted.Do(func() {
		upper := 0
		for i, f := range a.effects {
			upper += f.rank
			if i == 0 {
				continue
			}
			most := 0
			for _, g := range a.effects[:i] {
				if !f.intercept || !g.intercept {
					continue
				}
				if known, ok := a.system.(*laplacian); ok {
					most = max(most, known.components)
				} else {
					most = max(most, components(f, g))
				}
			}
			a.components = append(a.components, most)
			upper -= most
		}
		a.rank, a.exact = upper, true
		if a.system != nil {
			r, sure := a.system.rank()
			if r >= 0 {
				a.rank = a.first.rank + r
			}
			a.exact = sure || len(a.effects) == 2 && a.plain()
		}
	})
}
