// Package parallel divides work among cores.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// For calls do for each part from 0 to before parts, by that many workers at most; 0: one a core. What a part does must
// not depend on which worker does it, nor on the others: then the number of workers is invisible in the results.
func For(workers, parts int, do func(part int)) { Unless(nil, workers, parts, do) }

// Unless is For that begins no further part once stop, if it is not nil, gives an error; parts that have begun are done. What
// the parts have made is then of no use: the caller asks stop again and returns its error.
func Unless(stop func() error, workers, parts int, do func(part int)) {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	workers = min(workers, parts)
	if workers <= 1 {
		for p := 0; p < parts && (stop == nil || stop() == nil); p++ {
			do(p)
		}
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for stop == nil || stop() == nil {
				p := int(next.Add(1)) - 1
				if p >= parts {
					return
				}
				do(p)
			}
		})
	}
	wg.Wait()
}
