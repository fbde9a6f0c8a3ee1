package install

import (
	"context"
	"sync/atomic"
	"testing"
	"time"
)

func TestEndWithParent(t *testing.T) {
	for _, c := range []struct {
		name, named string
		then        int64
		ends        bool
	}{
		{"the parent goes", "42", 1, true},
		{"the parent stays", "42", 42, false},
		{"behind a launcher", "7", 1, false},
		{"not started by Jupyter", "", 1, false},
	} {
		var now atomic.Int64
		now.Store(42)
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		var ended atomic.Bool
		done := make(chan struct{})
		go func() {
			endWithParent(ctx, c.named, func() int { return int(now.Load()) }, time.Millisecond, func() { ended.Store(true) })
			close(done)
		}()
		time.Sleep(10 * time.Millisecond)
		now.Store(c.then)
		<-done
		cancel()
		if ended.Load() != c.ends {
			t.Errorf("%s: ended %v", c.name, ended.Load())
		}
	}
}
