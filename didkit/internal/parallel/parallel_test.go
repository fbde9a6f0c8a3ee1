package parallel_test

import (
	"errors"
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

// Once stop gives an error no part is begun, and those that were are done.
func TestUnless(t *testing.T) {
	for _, workers := range []int{1, 3} {
		var begun, ended atomic.Int32
		stop := func() error {
			if begun.Load() >= 5 {
				return errors.New("stopped")
			}
			return nil
		}
		parallel.Unless(stop, workers, 1000, func(int) { begun.Add(1); ended.Add(1) })
		if n := begun.Load(); n < 5 || n > 5+int32(workers) || ended.Load() != n {
			t.Errorf("%d workers: %d parts begun, %d ended", workers, n, ended.Load())
		}
	}
}
