package command

import (
	"fmt"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/magics/lang"
)

func panelHead(c *call, _ []lang.Arg) (*Output, error) {
	d, err := c.dataset()
	if err != nil {
		return nil, err
	}
	n := c.integer("n", 6)
	if n < 1 {
		a, _ := c.stmt.Key("n")
		return nil, c.valueError(a, "n= is the number of rows to show, at least 1")
	}
	n = min(n, d.Panel.Rows())
	note := counted(n, "row") + " of " + grouped(d.Panel.Rows()) + "."
	vars := d.Panel.Variables()
	first := func(k int) *grid { // the first k variables, the others named in the note
		said := note
		if k < len(vars) {
			said += fmt.Sprintf(" %s more: %s.", counted(len(vars)-k, "variable"), nameList(vars[k:]))
		}
		g := headGrid(vars[:k], n, said)
		g.options.Simulated = d.Simulated
		return g
	}
	out := &Output{Text: first(fitting(vars, n, 120)).text(), HTML: first(len(vars)).html()}
	if paper := fitting(vars, n, 78); paper < len(vars) {
		out.HTML = printed + `<div class="didnb-screen">` + out.HTML + `</div><div class="didnb-paper" hidden>` + first(paper).html() + "</div>"
	}
	return out, nil
}

// printed leaves on the screen the table that scrolls, and on paper the one that fits, which is hidden even where a
// sanitizer takes the style away.
const printed = `<style>
.didnb-paper{display:none}
@media print{.didnb-paper{display:block!important}.didnb-screen{display:none}}
</style>
`

// headGrid has the first n rows of the variables.
func headGrid(vars []*panel.Variable, n int, note string) *grid {
	g := newGrid()
	g.options.Notes = []string{note}
	for _, v := range vars {
		g.head = append(g.head, v.Name)
	}
	for row := range n {
		cells := make([]any, len(vars))
		for i, v := range vars {
			cells[i] = valueCell(v, row)
		}
		g.add(cells...)
	}
	return g
}

// fitting is the number of variables, at least one, whose first n rows fit on a line of so many characters.
func fitting(vars []*panel.Variable, n, width int) int {
	for k := len(vars); k > 1; k-- {
		line, _, _ := strings.Cut(headGrid(vars[:k], n, "").text(), "\n") // the rule, as wide as the table
		if len(line) <= width {
			return k
		}
	}
	return min(1, len(vars))
}

// nameList joins names, the first twelve of many.
func nameList(vars []*panel.Variable) string {
	var names []string
	for i, v := range vars {
		if i == 12 {
			names = append(names, "…")
			break
		}
		names = append(names, v.Name)
	}
	return strings.Join(names, ", ")
}
