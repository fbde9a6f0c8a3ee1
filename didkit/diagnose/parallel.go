package diagnose

import (
	"runtime"
	"sync"
)

// inParallel runs work(0) … work(count-1) on all cores; what they write must be apart.
func inParallel(count int, work func(int)) {
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(count, runtime.GOMAXPROCS(0)) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range next {
				work(i)
			}
		}()
	}
	for i := range count {
		next <- i
	}
	close(next)
	wg.Wait()
}
