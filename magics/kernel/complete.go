package kernel

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/seed2d25c7c2/didnb/magics/kernel/wire"
)

// cursorRequest is the content of complete_request and inspect_request.
type cursorRequest struct {
	Code   string `json:"code"`
	Cursor int    `json:"cursor_pos"` // in code points
	Detail int    `json:"detail_level"`
}

// completeReply is the content of complete_reply.
type completeReply struct {
	Status   string         `json:"status"`
	Matches  []string       `json:"matches"`
	Start    int            `json:"cursor_start"`
	End      int            `json:"cursor_end"`
	Metadata map[string]any `json:"metadata"`
}

// typedMatch is one match as JupyterLab and VS Code show it, with its kind and meaning.
type typedMatch struct {
	Start     int    `json:"start"`
	End       int    `json:"end"`
	Text      string `json:"text"`
	Type      string `json:"type"`
	Signature string `json:"signature,omitempty"`
}

// complete answers complete_request: in a magic from the session, in Go code by GoNB's gopls.
func (k *Kernel) complete(ctx context.Context, m *wire.Message) {
	var q cursorRequest
	if err := m.Decode(&q); err != nil {
		k.malformed(m, err)
		return
	}
	q.Cursor = max(0, min(q.Cursor, len([]rune(q.Code))))
	reply := completeReply{Status: "ok", Matches: []string{}, Start: q.Cursor, End: q.Cursor, Metadata: map[string]any{}}
	if c, ours := k.o.Language.Complete(q.Code, q.Cursor); ours {
		if len(c.Matches) > 0 {
			reply.Start, reply.End = c.Start, c.End
		}
		types := make([]typedMatch, 0, len(c.Matches))
		for _, match := range c.Matches {
			reply.Matches = append(reply.Matches, match.Text)
			types = append(types, typedMatch{c.Start, c.End, match.Text, match.Kind, match.Doc})
		}
		reply.Metadata["_jupyter_types_experimental"] = types
		k.reply(k.shell, m, "complete_reply", reply)
		return
	}
	if answer, shift := k.askGo(ctx, m, q); answer != nil && json.Unmarshal(answer, &reply) == nil && reply.Status == "ok" {
		reply.Start, reply.End = reply.Start+shift, reply.End+shift
		keepPrefixed(&reply, q)
	}
	k.reply(k.shell, m, "complete_reply", reply)
}

// keepPrefixed leaves out matches that don't begin with what stands there: gopls offers fuzzy ones, which JupyterLab
// would insert over the word.
func keepPrefixed(r *completeReply, q cursorRequest) {
	runes := []rune(q.Code)
	if r.Start < 0 || r.End > len(runes) || r.Start > q.Cursor {
		r.Matches, r.Start, r.End = []string{}, q.Cursor, q.Cursor
		return
	}
	typed := strings.ToLower(string(runes[r.Start:q.Cursor]))
	kept := []string{}
	for _, match := range r.Matches {
		if strings.HasPrefix(strings.ToLower(match), typed) {
			kept = append(kept, match)
		}
	}
	r.Matches = kept
	if r.Metadata == nil {
		r.Metadata = map[string]any{}
	}
}

// askGo passes the question on with the magics blanked. Blanked lines are shorter, so the cursor shifts; shift is what to
// add to places in the answer.
func (k *Kernel) askGo(ctx context.Context, m *wire.Message, q cursorRequest) (answer []byte, shift int) {
	rest := k.o.Language.Rest(q.Code)
	cursor, ok := sameLine(q.Code, rest, q.Cursor)
	if !ok || strings.TrimSpace(rest) == "" {
		return nil, 0
	}
	changed, err := m.With(map[string]any{"code": rest, "cursor_pos": cursor, "detail_level": q.Detail})
	if err != nil {
		return nil, 0
	}
	return k.o.Go.Ask(ctx, changed), q.Cursor - cursor
}

// sameLine moves a cursor from one text to another whose lines before the cursor's may be shorter; ok is false if the
// cursor's own line differs.
func sameLine(from, to string, cursor int) (int, bool) {
	runes := []rune(from)
	line := strings.Count(string(runes[:cursor]), "\n")
	column := cursor
	for i := cursor - 1; i >= 0; i-- {
		if runes[i] == '\n' {
			column = cursor - i - 1
			break
		}
	}
	a, b := strings.Split(from, "\n"), strings.Split(to, "\n")
	if line >= len(b) || a[line] != b[line] {
		return 0, false
	}
	for _, l := range b[:line] {
		column += len([]rune(l)) + 1
	}
	return column, true
}
