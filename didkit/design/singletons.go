package design

import "slices"

// dropSingletons removes rows that are alone in a level of an effect, until no such row is left: each removal may make
// another. A queue of levels keeps the work linear in the rows removed after the first count.
func (b *builder) dropSingletons() {
	if !slices.ContainsFunc(b.factors, b.hasSingleton) {
		return
	}
	counts := make([][]int32, len(b.factors))
	for k, f := range b.factors {
		counts[k] = b.count(f)
	}
	for again := true; again; {
		again = false
		for i := range b.y {
			if !b.kept(i) {
				continue
			}
			for k, f := range b.factors {
				if f.intercept && counts[k][f.codes[i]] == 1 {
					b.drop(i, &b.d.Dropped.Singleton)
					again = true
					break
				}
			}
			if !b.kept(i) {
				for k, f := range b.factors {
					counts[k][f.codes[i]]--
				}
			}
		}
	}
}

// hasSingleton tells whether a row is alone in a level of the effect. Where the rows stand sorted by level, neighbours tell.
func (b *builder) hasSingleton(f factor) bool {
	if !f.intercept {
		return false
	}
	last, rows := int32(-1), 0
	for i, c := range f.codes {
		switch {
		case !b.kept(i):
		case c == last:
			rows++
		case c < last: // not sorted
			return slices.Contains(b.count(f), 1)
		case rows == 1:
			return true
		default:
			last, rows = c, 1
		}
	}
	return rows == 1
}

// count is the number of kept rows in each level.
func (b *builder) count(f factor) []int32 {
	counts := make([]int32, f.levels)
	for i, c := range f.codes {
		if b.kept(i) {
			counts[c]++
		}
	}
	return counts
}
