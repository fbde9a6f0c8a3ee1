package progress_test

import (
	"context"
	"fmt"

	"github.com/seed2d25c7c2/didnb/magics/progress"
)

func Example() {
	work := func(ctx context.Context) {
		report := progress.From(ctx)
		for i := range 3 {
			if report != nil {
				report(i+1, 3)
			}
		}
	}
	work(context.Background()) // nobody wants to know
	work(progress.With(context.Background(), func(done, total int) { fmt.Println(done, "of", total) }))
	// Output:
	// 1 of 3
	// 2 of 3
	// 3 of 3
}
