package absorb

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// A level's mean is made again wherever a block begins or ends within the level: its digits must not tell where.
func TestBlocksAreTheSameWhereverTheyBegin(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 1))
	const n = 3000
	for _, longest := range []int{1, 9, 400, blockRows} {
		for _, weighted := range []bool{false, true} {
			for effects := 1; effects <= 3; effects++ {
				t.Run(fmt.Sprintf("longest %d, weights %v, %d effects", longest, weighted, effects), func(t *testing.T) {
					unit := make([]int32, n)
					for i, left := 0, longest; i < n; i, left = i+1, left-1 {
						if i > 0 {
							unit[i] = unit[i-1]
							if left == 0 {
								unit[i]++
								left = 1 + r.IntN(longest)
							}
						}
					}
					levels := int(unit[n-1]) + 1
					p := Problem{Rows: n, Effects: []Effect{{Name: "unit", Codes: unit, Levels: levels, Intercept: true},
						effect("year", uniform(r, n, 3)), effect("place", uniform(r, n, 5))}[:effects]}
					if weighted {
						p.Weights = make([]float64, n)
						for i := range p.Weights {
							p.Weights[i] = 0.5 + r.Float64()
						}
					}
					x := make([]float64, n)
					for i := range x {
						x[i] = 1000 + float64(unit[i]%17) + r.NormFloat64()
					}
					a, err := New(p, Options{})
					if err != nil {
						t.Fatal(err)
					}
					w, err := a.Within([][]float64{x})
					if err != nil {
						t.Fatal(err)
					}
					if a.first.levels == levels && w.first != nil {
						t.Fatal("the coefficients of a sorted effect of short levels are kept")
					}
					whole := w.Column(0)
					for range 50 {
						lo := r.IntN(n)
						hi := lo + 1 + r.IntN(n-lo)
						dst := [][]float64{make([]float64, hi-lo)}
						w.Block(lo, hi, dst)
						if !slices.Equal(dst[0], whole[lo:hi]) {
							t.Fatalf("rows %d to %d differ from the column's", lo, hi)
						}
					}
					sums := make([]float64, levels)
					for i, v := range whole {
						sums[unit[i]] += weight(p.Weights, i) * v
					}
					for l, s := range sums {
						if math.Abs(s) > 1e-10*float64(longest) {
							t.Fatalf("level %d is left with a sum of %v", l, s)
						}
					}
				})
			}
		}
	}
}
