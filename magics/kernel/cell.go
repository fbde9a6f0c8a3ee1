package kernel

import (
	"context"
	"sync"
	"time"

	"github.com/seed2d25c7c2/didnb/magics/kernel/wire"
	"github.com/seed2d25c7c2/didnb/magics/progress"
)

// cell publishes what one cell shows.
type cell struct {
	k       *Kernel
	request *wire.Message
	silent  bool
	shown   []Display // by magics, to be shown again when a progress bar is cleared away

	mu  sync.Mutex
	bar *bar // nil until there is progress to show
}

func (k *Kernel) newCell(m *wire.Message, silent bool) *cell {
	return &cell{k: k, request: m, silent: silent}
}

// publish sends to iopub, unless the client wants silence.
func (c *cell) publish(msgType string, content any) {
	if !c.silent {
		c.k.publish(c.request, msgType, content)
	}
}

// show publishes a magic's display.
func (c *cell) show(d Display) {
	c.settle()
	c.shown = append(c.shown, d)
	c.publish("display_data", d.content(""))
}

// forward passes on what a Go cell publishes.
func (c *cell) forward(m *wire.Message) {
	if !c.silent || m.Header.Type == "comm_open" || m.Header.Type == "comm_msg" || m.Header.Type == "comm_close" {
		c.k.comms.note(m)
		c.k.forward(m)
	}
}

// withProgress has what runs under the context show a bar when it takes long.
func (c *cell) withProgress(ctx context.Context) context.Context {
	if c.silent {
		return ctx
	}
	start := time.Now()
	return progress.With(ctx, func(done, total int) {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.bar == nil {
			c.bar = &bar{start: start, id: "didnb-progress-" + c.request.Header.ID}
		}
		if msgType, d, ok := c.bar.step(done, total, time.Now()); ok {
			c.publish(msgType, d.content(c.bar.id))
		}
	})
}

// settle clears a progress bar away: the outputs are cleared when the next one comes, and what stood above the bar is
// shown again, so that the notebook keeps no trace of it and is the same as without.
func (c *cell) settle() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.bar == nil || !c.bar.visible {
		c.bar = nil
		return
	}
	c.bar = nil
	c.publish("clear_output", map[string]bool{"wait": true})
	for _, d := range c.shown {
		c.publish("display_data", d.content(""))
	}
}
