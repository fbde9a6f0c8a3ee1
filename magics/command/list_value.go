package command

import (
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/magics/lang"
)

// listParts cuts a value at its commas, those inside parentheses and backquotes left alone: psm,policy(BN),drop(a, b).
func listParts(t lang.Text) []lang.Text {
	var parts []lang.Text
	runes := []rune(t.String())
	start, depth, quoted := 0, 0, false
	for i := 0; i <= len(runes); i++ {
		end := i == len(runes)
		if !end {
			switch r := runes[i]; {
			case r == '`':
				quoted = !quoted
			case quoted:
			case r == '(':
				depth++
			case r == ')':
				depth--
			}
		}
		if end || runes[i] == ',' && depth == 0 && !quoted {
			if p := t.Slice(start, i).TrimSpace(); p.Len() > 0 {
				parts = append(parts, p)
			}
			start = i + 1
		}
	}
	return parts
}

// variablesIn checks names against a panel, so that a wrong one is pointed at.
func variablesIn(p *panel.Panel, names []lang.Text) error {
	for _, n := range names {
		if _, err := p.Variable(bareName(n.String())); err != nil {
			return within(n, err)
		}
	}
	return nil
}

// quoted writes a variable's name as a term.
func quoted(name string) string { return formula.Quote(name) }
