package kernel

import (
	"context"

	"github.com/seed2d25c7c2/didnb/magics/kernel/wire"
)

// inspect answers inspect_request: in a magic from the session, in Go code by GoNB's gopls.
func (k *Kernel) inspect(ctx context.Context, m *wire.Message) {
	var q cursorRequest
	if err := m.Decode(&q); err != nil {
		k.malformed(m, err)
		return
	}
	q.Cursor = max(0, min(q.Cursor, len([]rune(q.Code))))
	if d, ours := k.o.Language.Inspect(q.Code, q.Cursor); ours {
		c := d.content("")
		k.reply(k.shell, m, "inspect_reply", map[string]any{
			"status": "ok", "found": len(c.Data) > 0, "data": c.Data, "metadata": c.Metadata,
		})
		return
	}
	if answer, _ := k.askGo(ctx, m, q); answer != nil {
		fields := object(answer)
		if string(fields["status"]) == `"ok"` && fields["data"] != nil {
			k.reply(k.shell, m, "inspect_reply", fields)
			return
		}
	}
	k.reply(k.shell, m, "inspect_reply", map[string]any{
		"status": "ok", "found": false, "data": map[string]any{}, "metadata": map[string]any{},
	})
}
