package command

import (
	"fmt"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// PanelResult is a panel as eval --json tells it.
type PanelResult struct {
	Name      string          `json:"name"`
	Units     int             `json:"units"`   // 0 in a cross-section
	Periods   int             `json:"periods"` // 0 in a cross-section
	Rows      int             `json:"rows"`
	Balanced  bool            `json:"balanced"`
	Variables []VariableShape `json:"variables"`
	Simulated bool            `json:"simulated,omitempty"`
}

// VariableShape is one variable of a PanelResult.
type VariableShape struct {
	Name    string `json:"name"`
	Type    string `json:"type"` // number or text
	Missing int    `json:"missing"`
}

func panelResult(d *session.Dataset) *PanelResult {
	p := d.Panel
	r := &PanelResult{Name: d.Name, Rows: p.Rows(), Balanced: p.Balanced(), Simulated: d.Simulated, Variables: []VariableShape{}}
	if p.IsPanel() {
		r.Units, r.Periods = p.Units().Levels(), p.Periods().Levels()
	}
	for _, v := range p.Variables() {
		r.Variables = append(r.Variables, VariableShape{v.Name, v.Kind.String(), v.Missing()})
	}
	return r
}

// showPanel says what was read: size, balance, and each variable with its missing values.
func (c *call) showPanel(d *session.Dataset, notes []string) *Output {
	l := wordingOf(c.session.Language())
	g := newGrid(l.Pick("variable", "变量"), l.Pick("type", "类型"), l.Pick("missing", "缺失"), l.Pick("label", "标签"))
	labels := labelsOf(d, c.session.Language())
	for _, v := range d.Panel.Variables() {
		label := labels[v.Name]
		switch v.Name {
		case d.Panel.UnitName():
			label = strings.TrimSpace(l.Pick("the unit ", "个体 ") + label)
		case d.Panel.TimeName():
			label = strings.TrimSpace(l.Pick("the time ", "时间 ") + label)
		}
		kind := v.Kind.String()
		if l == wording.Chinese {
			kind = map[panel.Kind]string{panel.Number: "数值", panel.Text: "文本"}[v.Kind]
		}
		g.add(v.Name, kind, v.Missing(), label)
	}
	g.options = table.GridOptions{Simulated: d.Simulated, Language: l}
	for _, n := range notes {
		g.options.Notes = append(g.options.Notes, notice(n, l))
	}
	head, out := lineOutput(panelHeadline(d, l)...), c.tableOutput(g.table())
	return &Output{Text: head.Text + "\n" + out.Text, HTML: head.HTML + out.HTML, Tables: out.Tables}
}

// panelHeadline is the panel's name, size and span.
func panelHeadline(d *session.Dataset, l wording.Language) []string {
	p := d.Panel
	lines := []string{d.Name + l.Pick(": ", "：") + panelSize(p, l)}
	if d.File != "" {
		lines[0] += l.Pick(", from ", "，来自 ") + d.File
	}
	if !p.IsPanel() {
		return lines
	}
	periods := p.Periods()
	lines = append(lines, fmt.Sprintf(l.Pick("%s from %s to %s", "%s：%s 至 %s"), p.TimeName(), periods.Label(0), periods.Label(periods.Levels()-1)))
	if cells := p.Units().Levels() * periods.Levels(); cells > p.Rows() {
		lines[1] += fmt.Sprintf(l.Pick("; %s of %s unit-periods have no row", "；%s / %s 个单位—时期没有观测"),
			wording.Count(cells-p.Rows(), l), wording.Count(cells, l))
	}
	if periods.Texts != nil { // Q10 stands before Q2
		lines = append(lines, fmt.Sprintf(l.Pick("%s is text: its periods follow one another in the order of their characters, each one step, so a gap that all units share is not seen",
			"%s 为文本：各时期按字符顺序排列，相邻即为一期，全部个体共有的间断无法识别"), p.TimeName()))
	}
	return lines
}

// valueCell is one value as %panel head shows it: a year is 2014, not 2014.00.
func valueCell(v *panel.Variable, row int) any {
	if v.Kind == panel.Text {
		if c := v.Codes[row]; c >= 0 {
			return v.Levels[c]
		}
		return nil
	}
	x := v.Values[row]
	switch {
	case x != x:
		return nil
	case x == float64(int64(x)) && x < 1e15 && x > -1e15:
		return table.Words(fmt.Sprint(int64(x))).At(table.Right)
	}
	return table.Digits(x, estimateDigits(x))
}
