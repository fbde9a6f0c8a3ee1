package command

import (
	"fmt"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/conformance"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// heldBriefly is the status of a magic in the list of %didhelp: how many cases of other programs its numbers are held to.
func heldBriefly(t conformance.Table, l session.Language) string {
	w := wordingOf(l)
	switch {
	case len(t.Rows) == 0:
		return "–"
	case !t.Passed():
		return w.Pick("NOT held", "未通过")
	case t.Cases() == 1:
		return w.Pick("1 case", "1 例") + worstGap(t, l)
	}
	return fmt.Sprintf(w.Pick("%d cases", "%d 例"), t.Cases()) + worstGap(t, l)
}

// worstGap is the gap nearest to what is allowed: " · 3e-11 of 1e-9".
func worstGap(t conformance.Table, l session.Language) string {
	worst, ok := t.Worst()
	if !ok {
		return ""
	}
	return fmt.Sprintf(wordingOf(l).Pick(" · worst gap %s of %s allowed", " · 最大相对差 %s（允许 %s）"), conformance.Gap(worst.Gap), conformance.Gap(worst.Allow))
}

// heldText lists what the magic's numbers are held to, by method.
func (c *Command) heldText(l session.Language) string {
	t := conformance.Recorded().Of(c.Name)
	if len(t.Rows) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("\n" + inHelp("held to other programs", l) + "\n")
	for _, m := range t.Methods() {
		of := t.OfMethod(m)
		text := strings.Join(of.Programs(), ", ") + " · " + heldBriefly(of, l)
		if m != "" {
			text = m + ": " + text
		}
		for i, line := range wrap(text, helpWidth-4) {
			if i == 0 {
				b.WriteString("  " + line + "\n")
			} else {
				b.WriteString("    " + line + "\n")
			}
		}
	}
	return b.String()
}

// heldGrid is heldText as a table.
func (c *Command) heldGrid(l session.Language) *grid {
	g := newGrid(inHelp("method", l), inHelp("held to other programs", l), inHelp("cases and gaps", l))
	g.options.Language = wordingOf(l)
	t := conformance.Recorded().Of(c.Name)
	for _, m := range t.Methods() {
		of := t.OfMethod(m)
		g.add(m, strings.Join(of.Programs(), ", "), heldBriefly(of, l))
	}
	return g
}
