package kernel

import (
	"go/scanner"
	"go/token"
	"strings"

	"github.com/seed2d25c7c2/didnb/magics/kernel/wire"
)

// isComplete answers is_complete_request, by which a console decides whether Enter runs what stands there.
func (k *Kernel) isComplete(m *wire.Message) {
	var q struct {
		Code string `json:"code"`
	}
	if err := m.Decode(&q); err != nil {
		k.malformed(m, err)
		return
	}
	content := map[string]string{"status": completeness(q.Code, k.o.Language.Rest(q.Code))}
	if content["status"] == "incomplete" {
		content["indent"] = indent(q.Code)
	}
	k.reply(k.shell, m, "is_complete_reply", content)
}

// completeness is complete, incomplete or invalid, judged by a line that is continued and by Go's brackets and quotes.
func completeness(cell, rest string) string {
	if strings.HasSuffix(strings.TrimRight(cell, " \t"), `\`) {
		return "incomplete"
	}
	var s scanner.Scanner
	src := []byte(withoutSpecials(rest))
	file := token.NewFileSet().AddFile("", -1, len(src))
	open, status := "", "complete"
	s.Init(file, src, func(_ token.Position, msg string) {
		if strings.Contains(msg, "raw string literal not terminated") || strings.Contains(msg, "comment not terminated") {
			status = "incomplete"
		}
	}, 0)
	closing := map[token.Token]byte{token.RPAREN: '(', token.RBRACK: '[', token.RBRACE: '{'}
	for {
		_, tok, _ := s.Scan()
		switch tok {
		case token.EOF:
			if status == "complete" && open != "" {
				return "incomplete"
			}
			return status
		case token.LPAREN, token.LBRACK, token.LBRACE:
			open += tok.String()
		case token.RPAREN, token.RBRACK, token.RBRACE:
			if open == "" || open[len(open)-1] != closing[tok] {
				return "invalid"
			}
			open = open[:len(open)-1]
		}
	}
}

// withoutSpecials blanks GoNB's lines, which are no Go.
func withoutSpecials(code string) string {
	lines := strings.Split(code, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, "%") || strings.HasPrefix(l, "!") {
			lines[i] = ""
		}
	}
	return strings.Join(lines, "\n")
}

// indent is what the next line begins with: the last line's blanks, and a tab behind an opening bracket.
func indent(code string) string {
	last := code[strings.LastIndex(code, "\n")+1:]
	blanks := last[:len(last)-len(strings.TrimLeft(last, " \t"))]
	if t := strings.TrimRight(last, " \t"); t != "" && strings.Contains("([{", t[len(t)-1:]) {
		blanks += "\t"
	}
	return blanks
}
