// Package progress lets long work tell how far it is, to whoever started it, through the context.
package progress

import "context"

// Func is told how many of total steps are done. It returns at once and may be called often, from one goroutine at a
// time.
type Func func(done, total int)

type key struct{}

// With is a context whose work reports to f.
func With(ctx context.Context, f Func) context.Context { return context.WithValue(ctx, key{}, f) }

// From is the function that work under the context reports to, nil if nobody wants to know.
func From(ctx context.Context) Func {
	f, _ := ctx.Value(key{}).(Func)
	return f
}
