package command

import (
	"fmt"
	"sort"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/session"
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
	vars := d.Panel.Variables()
	l := wordingOf(c.session.Language())
	first := func(k int) *table.Table { // the first k variables, the others named in the note
		note := fmt.Sprintf(l.Pick("%s of %s.", "前 %s，共 %s 行。"), rowsOf(n, l), wording.Count(d.Panel.Rows(), l))
		if k < len(vars) {
			note += fmt.Sprintf(l.Pick(" %s more, which full=true shows: %s.", "另有 %s（full=true 显示）：%s。"), variablesOf(len(vars)-k, l), nameList(vars[k:], l))
		}
		g := headGrid(vars[:k], n)
		g.options = table.GridOptions{Language: l, Simulated: d.Simulated, Notes: []string{note}}
		return c.excerpt(g.table())
	}
	out := &Output{HTML: first(len(vars)).HTML(), Kind: "head", Result: headResult(d, n)}
	if c.flag("full") {
		out.Text = first(len(vars)).Text()
		return out, nil
	}
	out.Text = first(fitting(vars, min(n, shownRows), 120)).Text()
	if paper := fitting(vars, min(n, shownRows), 78); paper < len(vars) {
		out.HTML = printed + `<div class="didnb-screen">` + out.HTML + `</div><div class="didnb-paper" hidden="hidden">` + first(paper).HTML() + "</div>"
	}
	return out, nil
}

// HeadResult is the first rows of a panel as eval --json tells them.
type HeadResult struct {
	Name      string   `json:"name"`
	Rows      int      `json:"rows"` // of the panel
	Variables []string `json:"variables"`
	Data      [][]any  `json:"data"` // of each row: number, text or null for each variable
	Simulated bool     `json:"simulated,omitempty"`
}

func headResult(d *session.Dataset, n int) *HeadResult {
	r := &HeadResult{Name: d.Name, Rows: d.Panel.Rows(), Variables: d.Panel.Names(), Simulated: d.Simulated}
	for row := range n {
		values := make([]any, 0, len(r.Variables))
		for _, v := range d.Panel.Variables() {
			switch {
			case v.Kind != panel.Text:
				values = append(values, v.Values[row]) // NaN is written as null
			case v.Codes[row] < 0:
				values = append(values, nil)
			default:
				values = append(values, v.Levels[v.Codes[row]])
			}
		}
		r.Data = append(r.Data, values)
	}
	return r
}

// printed leaves on the screen the table that scrolls, and on paper the one that fits, which is hidden even where a
// sanitizer takes the style away (JupyterLab's takes an attribute without a value too).
const printed = `<style>
.didnb-paper{display:none}
@media print{.didnb-paper{display:block!important}.didnb-screen{display:none}}
</style>
`

// headGrid has the first n rows of the variables.
func headGrid(vars []*panel.Variable, n int) *grid {
	g := newGrid()
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
	tooMany := sort.Search(len(vars), func(i int) bool {
		line, _, _ := strings.Cut(headGrid(vars[:i+1], n).text(), "\n") // the rule, as wide as the table
		return len(line) > width
	})
	return min(max(tooMany, 1), len(vars))
}

// nameList joins names, the first twelve of many.
func nameList(vars []*panel.Variable, l wording.Language) string {
	var names []string
	for i, v := range vars {
		if i == 12 {
			names = append(names, "…")
			break
		}
		names = append(names, v.Name)
	}
	return strings.Join(names, l.Pick(", ", "、"))
}
