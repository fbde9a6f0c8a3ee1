package kernel

import (
	"encoding/json"
	"slices"

	"github.com/seed2d25c7c2/didnb/magics/kernel/wire"
	"github.com/seed2d25c7c2/didnb/magics/kernel/zmtp"
)

// status is the content of a status message.
type status struct {
	State string `json:"execution_state"` // starting, busy, idle
}

// publish sends a message to all subscribers of iopub.
func (k *Kernel) publish(parent *wire.Message, msgType string, content any) {
	m, err := k.signer.New(msgType, parent, content)
	if err != nil {
		k.log.Error("a message can't be written", "type", msgType, "why", err)
		return
	}
	k.forward(m)
}

// forward sends a message to iopub as it is, under its type as topic.
func (k *Kernel) forward(m *wire.Message) {
	out := *m
	out.Identities = [][]byte{[]byte(m.Header.Type)}
	k.send(k.iopub, &out)
}

// reply answers a request on the socket it came from.
func (k *Kernel) reply(s *zmtp.Socket, request *wire.Message, msgType string, content any) {
	m, err := k.signer.New(msgType, request, content)
	if err != nil {
		k.log.Error("a reply can't be written", "type", msgType, "why", err)
		return
	}
	m.Identities = request.Identities
	k.send(s, m)
}

func (k *Kernel) send(s *zmtp.Socket, m *wire.Message) {
	if err := s.Send(zmtp.Message(k.signer.Pack(m))); err != nil {
		k.log.Debug("a message is not sent", "type", m.Header.Type, "why", err)
	}
}

// displayData is the content of display_data and update_display_data.
type displayData struct {
	Data      map[string]any `json:"data"`
	Metadata  map[string]any `json:"metadata"`
	Transient map[string]any `json:"transient"`
}

func (d Display) content(displayID string) displayData {
	c := displayData{d.Data, d.Metadata, map[string]any{}}
	if c.Data == nil {
		c.Data = map[string]any{}
	}
	if c.Metadata == nil {
		c.Metadata = map[string]any{}
	}
	if displayID != "" {
		c.Transient["display_id"] = displayID
	}
	return c
}

// sameClient tells whether two messages came from one connection.
func sameClient(a, b *wire.Message) bool {
	return slices.EqualFunc(a.Identities, b.Identities, slices.Equal[[]byte])
}

// object reads a JSON object's fields without losing those we don't know.
func object(raw json.RawMessage) map[string]json.RawMessage {
	fields := map[string]json.RawMessage{}
	if json.Unmarshal(raw, &fields) != nil || fields == nil {
		return map[string]json.RawMessage{}
	}
	return fields
}
