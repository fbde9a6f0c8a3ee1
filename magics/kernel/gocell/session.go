package gocell

import (
	"errors"
	"time"

	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/kernel"
	"github.com/seed2d25c7c2/didnb/magics/kernel/wire"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// do has the goroutine that owns the session run f, and waits.
func (r *Runner) do(f func(*session.Session)) error {
	done := make(chan struct{})
	select {
	case r.calls <- func() {
		defer close(done)
		f(r.o.Session)
	}:
		<-done
		return nil
	case <-r.closed:
		return errors.New("the notebook's session has ended")
	}
}

func (r *Runner) setShow(show func([]command.Bundle) error) {
	r.mu.Lock()
	r.show = show
	r.mu.Unlock()
}

// display shows something in the cell that runs.
func (r *Runner) display(bundles []command.Bundle) error {
	r.mu.Lock()
	show := r.show
	r.mu.Unlock()
	if show == nil {
		return errors.New("no cell is running in which this could be shown")
	}
	return show(bundles)
}

// printed is how long a display waits for what the program has printed before it, which comes by way of GoNB.
const printed = 15 * time.Millisecond

// publish sends displays as the cell's own.
func (r *Runner) publish(request *wire.Message, c kernel.Client, bundles []command.Bundle) error {
	time.Sleep(printed)
	signer := wire.NewSigner("")
	for _, b := range bundles {
		m, err := signer.New("display_data", request, map[string]any{"data": b.Data, "metadata": b.Metadata, "transient": map[string]any{}})
		if err != nil {
			return err
		}
		c.Publish(m)
	}
	return nil
}
