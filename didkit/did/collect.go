package did

import (
	"runtime"
	"sync/atomic"
)

// manyRows is how many rows may be estimated on before what that leaves behind is worth collecting.
const manyRows = 250_000

// leavings counts the rows of estimations that are done with and gives back their columns, so that many in a row take
// little more memory than a few: left to itself the collector waits until they are as large as everything that is held.
// Columns hold no pointers, which makes a collection a matter of milliseconds beside the tenths of a second of
// estimating on so many rows. The zero value is ready; it is safe for concurrent use.
type leavings struct{ rows atomic.Int64 }

func (l *leavings) add(rows int) {
	if l.rows.Add(int64(rows)) >= manyRows {
		l.rows.Store(0)
		runtime.GC()
	}
}
