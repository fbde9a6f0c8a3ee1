package parallel_test

import (
	"sync/atomic"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/internal/parallel"
)

// Every part is done once, however many workers there are.
func TestForDoesEveryPartOnce(t *testing.T) {
	for _, workers := range []int{0, 1, 3, 100} {
		for _, parts := range []int{0, 1, 2, 57} {
			done := make([]atomic.Int32, parts)
			parallel.For(workers, parts, func(p int) { done[p].Add(1) })
			for p := range done {
				if n := done[p].Load(); n != 1 {
					t.Errorf("%d workers, %d parts: part %d done %d times", workers, parts, p, n)
				}
			}
		}
	}
}
