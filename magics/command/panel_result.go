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
func showPanel(d *session.Dataset, notes []string) *Output {
	g := newGrid("variable", "type", "missing", "label")
	for _, v := range d.Panel.Variables() {
		label := v.Label
		switch v.Name {
		case d.Panel.UnitName():
			label = strings.TrimSpace("the unit; " + label)
		case d.Panel.TimeName():
			label = strings.TrimSpace("the time; " + label)
		}
		g.add(v.Name, v.Kind.String(), v.Missing(), strings.TrimSuffix(label, ";"))
	}
	g.options = table.GridOptions{Simulated: d.Simulated}
	for _, n := range notes {
		g.options.Notes = append(g.options.Notes, sentence(n, wording.English))
	}
	head, out := lineOutput(panelHeadline(d)...), tableOutput(g.table())
	return &Output{Text: head.Text + "\n" + out.Text, HTML: head.HTML + out.HTML}
}

// panelHeadline is the panel's name, size and span.
func panelHeadline(d *session.Dataset) []string {
	p := d.Panel
	lines := []string{d.Name + ": " + panelSize(p)}
	if d.File != "" {
		lines[0] += ", from " + d.File
	}
	if !p.IsPanel() {
		return lines
	}
	periods := p.Periods()
	lines = append(lines, fmt.Sprintf("%s from %s to %s", p.TimeName(), periods.Label(0), periods.Label(periods.Levels()-1)))
	if cells := p.Units().Levels() * periods.Levels(); cells > p.Rows() {
		lines[1] += fmt.Sprintf("; %s of %s unit-periods have no row", grouped(cells-p.Rows()), grouped(cells))
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
