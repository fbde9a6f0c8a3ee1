package kernel

import (
	"github.com/seed2d25c7c2/didnb/magics/kernel/wire"
	"github.com/seed2d25c7c2/didnb/magics/kernel/zmtp"
)

// handleControl answers the control socket, at once and beside whatever is running.
func (k *Kernel) handleControl(m *wire.Message) {
	k.publish(m, "status", status{"busy"})
	defer k.publish(m, "status", status{"idle"})
	switch m.Header.Type {
	case "interrupt_request":
		k.Interrupt()
		k.reply(k.control, m, "interrupt_reply", map[string]string{"status": "ok"})
	case "shutdown_request":
		k.shutdown(k.control, m)
	case "kernel_info_request":
		k.reply(k.control, m, "kernel_info_reply", k.info())
	default:
		k.log.Debug("unknown control request", "type", m.Header.Type)
		k.reply(k.control, m, replyType(m), failed(Failure{
			Name: "NotImplemented", Value: "this kernel does not answer " + m.Header.Type, Traceback: []string{},
		}))
	}
}

// Interrupt ends the running cell, if there is one; it may be called at any time, from any goroutine.
func (k *Kernel) Interrupt() {
	if r := k.current.Load(); r != nil {
		r.cancel()
		k.o.Go.Interrupt()
	}
}

// shutdown answers the request, tells all clients, and has Serve end. After a restart Jupyter starts a new process, so
// both are the same to us.
func (k *Kernel) shutdown(s *zmtp.Socket, m *wire.Message) {
	var q struct {
		Restart bool `json:"restart"`
	}
	_ = m.Decode(&q) // without content it is a plain shutdown
	content := map[string]any{"status": "ok", "restart": q.Restart}
	k.publish(m, "shutdown_reply", content)
	k.reply(s, m, "shutdown_reply", content)
	k.Interrupt()
	k.once.Do(func() { close(k.stop) })
}
