// Package suggest finds the nearest right word to a wrong one.
package suggest

import (
	"sort"
	"strings"
)

// Nearest returns the candidates closest to word by edit distance (Damerau's, with a change of case costing nothing),
// all at the same smallest distance, at most three, and none further away than a third of the longer word plus one.
// They stand in alphabetical order, so that the answer never depends on the order of candidates.
func Nearest(word string, candidates []string) []string {
	type scored struct {
		name string
		dist int
	}
	lower := []rune(strings.ToLower(word))
	var near []scored
	seen := map[string]bool{}
	for _, c := range candidates {
		if seen[c] || c == "" {
			continue
		}
		seen[c] = true
		lc := []rune(strings.ToLower(c))
		d := distance(lower, lc)
		limit := max(len(lower), len(lc))/3 + 1
		if len(lower) <= 2 {
			limit = 1
		}
		if d <= limit {
			near = append(near, scored{c, d})
		}
	}
	sort.Slice(near, func(i, j int) bool {
		if near[i].dist != near[j].dist {
			return near[i].dist < near[j].dist
		}
		return near[i].name < near[j].name
	})
	for i := range near {
		if i == 3 || near[i].dist > near[0].dist {
			near = near[:i]
			break
		}
	}
	names := make([]string, len(near))
	for i, s := range near {
		names[i] = s.name
	}
	return names
}

// Phrase returns "; did you mean A or B?" for the nearest candidates, "" when none is near.
func Phrase(word string, candidates []string) string {
	near := Nearest(word, candidates)
	if len(near) == 0 {
		return ""
	}
	return "; did you mean " + strings.Join(near, " or ") + "?"
}

// distance is the optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours.
func distance(a, b []rune) int {
	prev2, prev, cur := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], prev2[j-2]+1)
			}
		}
		prev2, prev, cur = prev, cur, prev2
	}
	return prev[len(b)]
}
