package install

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"strconv"
	"syscall"
	"time"

	"github.com/seed2d25c7c2/didnb/magics/kernel"
	"github.com/seed2d25c7c2/didnb/magics/kernel/gocell"
	"github.com/seed2d25c7c2/didnb/magics/kernel/magic"
	"github.com/seed2d25c7c2/didnb/magics/kernel/wire"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// KernelCommand is `didnb kernel FILE`: what Jupyter starts.
type KernelCommand struct {
	Connection string `arg:"" help:"Connection file, as Jupyter writes it."`
	Verbose    bool   `help:"Log to standard error what the kernel drops and forwards."`
}

// Run serves the connection file until Jupyter asks for shutdown. An interrupt signal ends the running cell only.
func (c *KernelCommand) Run() error {
	connection, err := wire.ReadConnection(c.Connection)
	if err != nil {
		return err
	}
	level := slog.LevelWarn
	if c.Verbose {
		level = slog.LevelDebug
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
	s := session.New("")
	k, err := kernel.Listen(kernel.Options{
		Connection: connection, Language: magic.Language{Session: s}, Version: version(), Log: log,
		Go: gocell.New(gocell.Options{Session: s, Log: log}),
	})
	if err != nil {
		return err
	}
	// SIGTERM ends the kernel; SIGINT, which Jupyter sends in its other interrupt mode, ends a cell.
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	go endWithParent(ctx, os.Getenv("JPY_PARENT_PID"), os.Getppid, time.Second, stop)
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	go func() {
		for range interrupts {
			k.Interrupt()
		}
	}()
	k.Serve(ctx)
	return nil
}

// endWithParent calls end when the process that Jupyter names as the kernel's parent is its parent no more: one that was
// killed asks for no shutdown. A kernel whose parent is another from the start, as behind a launcher, lives on.
func endWithParent(ctx context.Context, named string, parent func() int, every time.Duration, end func()) {
	first := parent()
	if named != strconv.Itoa(first) {
		return
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if parent() != first {
				end()
				return
			}
		}
	}
}

// version is the module's, as built.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
