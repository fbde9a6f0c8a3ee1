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
	fit := fitting(vars, n)
	short := note
	if fit < len(vars) {
		short += fmt.Sprintf(" %s more: %s.", counted(len(vars)-fit, "variable"), nameList(vars[fit:]))
	}
	text, html := headGrid(vars[:fit], n, short), headGrid(vars, n, note)
	text.options.Simulated, html.options.Simulated = d.Simulated, d.Simulated
	return &Output{Text: text.text(), HTML: html.html()}, nil
}

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

// fitting is the number of variables, at least one, whose first n rows fit on a line of plain text.
func fitting(vars []*panel.Variable, n int) int {
	for k := len(vars); k > 1; k-- {
		line, _, _ := strings.Cut(headGrid(vars[:k], n, "").text(), "\n") // the rule, as wide as the table
		if len(line) <= 120 {
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
