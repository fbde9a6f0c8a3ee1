package kernel

import (
	"path"

	"github.com/seed2d25c7c2/didnb/magics/kernel/wire"
)

// history is the cells of this kernel's life, oldest first. Earlier lives are not kept: a notebook holds its own cells.
type history struct{ cells []pastCell }

type pastCell struct {
	count  int
	source string
}

func (h *history) add(count int, source string) { h.cells = append(h.cells, pastCell{count, source}) }

// historyRequest is the content of history_request.
type historyRequest struct {
	Output  bool   `json:"output"`
	Access  string `json:"hist_access_type"` // tail, range or search
	Session int    `json:"session"`          // of range: 0 is this one, negative ones are before it
	Start   int    `json:"start"`
	Stop    int    `json:"stop"` // before it; 0 is the end
	N       int    `json:"n"`    // of tail and search: the last n
	Pattern string `json:"pattern"`
	Unique  bool   `json:"unique"`
}

// session is the number under which clients see this kernel's life.
const session = 1

// find lists the cells asked for as (session, count, source), or (session, count, (source, nil)) with output, which is
// never stored.
func (h *history) find(q historyRequest) [][]any {
	var found []pastCell
	switch q.Access {
	case "range":
		for _, c := range h.cells {
			if (q.Session == 0 || q.Session == session) && c.count >= q.Start && (q.Stop == 0 || c.count < q.Stop) {
				found = append(found, c)
			}
		}
	case "search":
		last := map[string]int{}
		for _, c := range h.cells {
			last[c.source] = c.count
		}
		for _, c := range h.cells {
			if globMatch(q.Pattern, c.source) && (!q.Unique || last[c.source] == c.count) {
				found = append(found, c)
			}
		}
		found = tail(found, q.N)
	default:
		found = tail(h.cells, q.N)
	}
	out := make([][]any, 0, len(found))
	for _, c := range found {
		entry := []any{session, c.count, c.source}
		if q.Output {
			entry[2] = []any{c.source, nil}
		}
		out = append(out, entry)
	}
	return out
}

// tail is the last n cells, all of them if n is 0.
func tail(cells []pastCell, n int) []pastCell {
	if n <= 0 || n > len(cells) {
		return cells
	}
	return cells[len(cells)-n:]
}

// globMatch matches a pattern with * and ? against a whole cell; path.Match would stop at a slash.
func globMatch(pattern, s string) bool {
	if pattern == "" {
		return true
	}
	hide := func(s string) string {
		b := []byte(s)
		for i, c := range b {
			if c == '/' {
				b[i] = 0
			}
		}
		return string(b)
	}
	ok, err := path.Match(hide(pattern), hide(s))
	return ok && err == nil
}

// answerHistory answers history_request.
func (k *Kernel) answerHistory(m *wire.Message) {
	var q historyRequest
	if err := m.Decode(&q); err != nil {
		k.malformed(m, err)
		return
	}
	k.reply(k.shell, m, "history_reply", map[string]any{"status": "ok", "history": k.history.find(q)})
}
