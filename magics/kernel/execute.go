package kernel

import (
	"context"
	"errors"
	"strings"

	"github.com/seed2d25c7c2/didnb/magics/kernel/wire"
)

// executeRequest is the content of execute_request; what may be left out has the protocol's defaults.
type executeRequest struct {
	Code            string            `json:"code"`
	Silent          bool              `json:"silent"`
	StoreHistory    bool              `json:"store_history"`
	UserExpressions map[string]string `json:"user_expressions"`
	AllowStdin      bool              `json:"allow_stdin"`
	StopOnError     bool              `json:"stop_on_error"`
}

// executeReply is the content of execute_reply, but for status error, which adds a Failure.
type executeReply struct {
	Status          string         `json:"status"`
	Count           int            `json:"execution_count"`
	UserExpressions map[string]any `json:"user_expressions"`
	Payload         []any          `json:"payload"`
}

// running is the cell under execution.
type running struct {
	request *wire.Message
	cancel  context.CancelFunc
}

// execute runs a cell: its magics here, the rest in GoNB.
func (k *Kernel) execute(ctx context.Context, r request) {
	m := r.message
	q := executeRequest{StoreHistory: true, AllowStdin: true, StopOnError: true}
	if err := m.Decode(&q); err != nil {
		k.malformed(m, err)
		return
	}
	if k.failure.aborts(r) {
		k.reply(k.shell, m, "execute_reply", map[string]any{"status": "aborted", "execution_count": k.count})
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	k.current.Store(&running{m, cancel}) // before the client learns that the cell runs, and may interrupt it
	defer k.current.Store(nil)
	q.StoreHistory = q.StoreHistory && !q.Silent
	blank := strings.TrimSpace(q.Code) == ""
	if q.StoreHistory && !blank {
		k.count++
		k.history.add(k.count, q.Code)
	}
	if !q.Silent {
		k.publish(m, "execute_input", struct {
			Code  string `json:"code"`
			Count int    `json:"execution_count"`
		}{q.Code, k.count})
	}
	fail := (*Failure)(nil)
	if !blank {
		fail = k.run(ctx, m, q)
	}
	if fail != nil {
		if q.StopOnError {
			k.failure.settle()
		}
		k.reply(k.shell, m, "execute_reply", struct {
			executeReply
			Failure
		}{executeReply{"error", k.count, map[string]any{}, []any{}}, *fail})
		return
	}
	k.reply(k.shell, m, "execute_reply", executeReply{"ok", k.count, k.expressions(q.UserExpressions), []any{}})
}

// run runs the cell and publishes what it shows; nil means success.
func (k *Kernel) run(ctx context.Context, m *wire.Message, q executeRequest) *Failure {
	cell := k.newCell(m, q.Silent)
	rest, err := k.o.Language.Run(cell.withProgress(ctx), q.Code, cell.show)
	cell.settle()
	if err != nil {
		f := k.o.Language.Failure(err)
		cell.publish("error", f)
		return &f
	}
	if strings.TrimSpace(rest) == "" {
		return nil
	}
	reply, err := k.o.Go.Execute(ctx, m, rest, Client{Publish: cell.forward, Input: k.requestInput(m, q.AllowStdin), Count: k.count})
	switch {
	case err != nil:
		f := goFailure(err)
		cell.publish("error", f)
		return &f
	case reply.Status != "ok":
		return &reply.Failure
	}
	return nil
}

// goFailure is an error of the Go side itself, as opposed to one of the cell's code.
func goFailure(err error) Failure {
	f := Failure{Name: "GoError", Value: err.Error(), Traceback: []string{"\x1b[1;31m" + err.Error() + "\x1b[0m"}}
	if errors.Is(err, context.Canceled) {
		f.Name, f.Value, f.Traceback = "Interrupted", "interrupted", []string{"\x1b[1;31minterrupted\x1b[0m"}
	}
	return f
}

// expressions answers user_expressions, each with its display or its error.
func (k *Kernel) expressions(asked map[string]string) map[string]any {
	answers := make(map[string]any, len(asked))
	for name, expression := range asked {
		d, err := k.o.Language.Evaluate(expression)
		if err != nil {
			answers[name] = failed(k.o.Language.Failure(err))
			continue
		}
		c := d.content("")
		answers[name] = map[string]any{"status": "ok", "data": c.Data, "metadata": c.Metadata}
	}
	return answers
}
