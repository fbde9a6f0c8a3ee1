// Package parallel divides work among cores.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// For calls do for each part from 0 to before parts, by that many workers at most; 0: one a core. What a part does must
// not depend on which worker does it, nor on the others: then the number of workers is invisible in the results.
func For(workers, parts int, do func(part int)) {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	workers = min(workers, parts)
	if workers <= 1 {
		for p := 0; p < parts; p++ {
			do(p)
		}
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for p := int(next.Add(1)) - 1; p < parts; p = int(next.Add(1)) - 1 {
				do(p)
			}
		})
	}
	wg.Wait()
}
