package kernel

import (
	"sync"

	"github.com/seed2d25c7c2/didnb/magics/kernel/wire"
)

// comms knows which comms are open: both sides may open and close them. The zero value has none.
type comms struct {
	mu   sync.Mutex
	open map[string]string // target by id
}

// commContent is what comm_open, comm_msg and comm_close have in common.
type commContent struct {
	ID     string `json:"comm_id"`
	Target string `json:"target_name"`
}

// note follows a comm message of either side.
func (c *comms) note(m *wire.Message) {
	var content commContent
	if m.Header.Type != "comm_open" && m.Header.Type != "comm_close" || m.Decode(&content) != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if m.Header.Type == "comm_close" {
		delete(c.open, content.ID)
		return
	}
	if c.open == nil {
		c.open = map[string]string{}
	}
	c.open[content.ID] = content.Target
}

// list is the open comms of a target, of all if target is "".
func (c *comms) list(target string) map[string]any {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := map[string]any{}
	for id, t := range c.open {
		if target == "" || t == target {
			out[id] = map[string]string{"target_name": t}
		}
	}
	return out
}

// handleComm passes a comm message on to the Go side, whose widgets they are. While a cell runs it gets no busy and idle
// of its own: the idle would tell clients that the cell is finished.
func (k *Kernel) handleComm(m *wire.Message) {
	idle := k.current.Load() == nil
	if idle {
		k.publish(m, "status", status{"busy"})
	}
	k.comms.note(m)
	if !k.o.Go.Comm(m) && m.Header.Type == "comm_open" {
		// Nobody knows the target; the protocol wants it closed again.
		var content commContent
		if m.Decode(&content) == nil {
			k.publish(m, "comm_close", map[string]any{"comm_id": content.ID, "data": map[string]any{}})
			k.comms.mu.Lock()
			delete(k.comms.open, content.ID)
			k.comms.mu.Unlock()
		}
	}
	if idle {
		k.publish(m, "status", status{"idle"})
	}
}

// commInfo answers comm_info_request.
func (k *Kernel) commInfo(m *wire.Message) {
	var q struct {
		Target string `json:"target_name"`
	}
	if err := m.Decode(&q); err != nil {
		k.malformed(m, err)
		return
	}
	k.reply(k.shell, m, "comm_info_reply", map[string]any{"status": "ok", "comms": k.comms.list(q.Target)})
}
