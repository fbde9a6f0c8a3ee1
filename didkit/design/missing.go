package design

import (
	"slices"
	"sync"
)

// dropMissing drops rows where a number is NaN or infinite or a code is missing. All columns are looked through at once,
// and those that lack something are gone through in order.
func (b *builder) dropMissing() {
	numbers, codes := b.used()
	badNumbers, badCodes := make([]bool, len(numbers)), make([]bool, len(codes))
	var wg sync.WaitGroup
	for i, x := range numbers {
		wg.Go(func() { badNumbers[i] = slices.ContainsFunc(x, func(v float64) bool { return v-v != 0 }) })
	}
	for i, c := range codes {
		wg.Go(func() { badCodes[i] = slices.ContainsFunc(c, func(v int32) bool { return v < 0 }) })
	}
	wg.Wait()
	d := &b.d.Dropped
	for i, x := range numbers {
		if !badNumbers[i] {
			continue
		}
		for r, v := range x {
			switch {
			case v != v:
				b.drop(r, &d.Missing)
			case v-v != 0:
				b.drop(r, &d.Infinite)
			}
		}
	}
	for i, c := range codes {
		if !badCodes[i] {
			continue
		}
		for r, v := range c {
			if v < 0 {
				b.drop(r, &d.Missing)
			}
		}
	}
}

// used lists the columns and codings that a row needs to be complete in, each once.
func (b *builder) used() (numbers [][]float64, codes [][]int32) {
	seen, coded := map[*float64]bool{}, map[*int32]bool{}
	number := func(x []float64) {
		if len(x) > 0 && !seen[&x[0]] {
			seen[&x[0]] = true
			numbers = append(numbers, x)
		}
	}
	code := func(c []int32) {
		if len(c) > 0 && !coded[&c[0]] {
			coded[&c[0]] = true
			codes = append(codes, c)
		}
	}
	number(b.y)
	number(b.weights)
	for _, x := range b.extra {
		number(x)
	}
	for _, c := range b.parts {
		number(c.values)
		for _, l := range c.levels {
			code(l.codes) // the levels of one variable share them
		}
	}
	for _, f := range b.factors {
		code(f.codes)
		for _, s := range f.slopes {
			number(s)
		}
	}
	return numbers, codes
}
