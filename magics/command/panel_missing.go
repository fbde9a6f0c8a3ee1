package command

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/describe"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
	"github.com/seed2d25c7c2/didnb/magics/lang"
)

// panelMissing reports where rows and values are missing; the figure is a heat map of variables by period.
func panelMissing(c *call, _ []lang.Arg) (*Output, error) {
	d, err := c.dataset()
	if err != nil {
		return nil, err
	}
	m, err := describe.MissingValues(d.Panel)
	if err != nil {
		return nil, err
	}
	m.Data, m.Simulated = d.Name, d.Simulated
	l := wordingOf(c.session.Language())
	g := newGrid(l.Pick("variable", "变量"), l.Pick("missing", "缺失"), l.Pick("share", "占比"), l.Pick("units", "涉及单位"), l.Pick("periods", "涉及时期"))
	for _, v := range m.Variables {
		g.add(v.Variable, v.Total, strconv.FormatFloat(100*float64(v.Total)/float64(max(m.Rows, 1)), 'f', 1, 64)+"%", v.Units, periodsWith(v.Counts, m.Periods))
	}
	notes := []string{fmt.Sprintf(l.Pick("%s variables have no missing value.", "%s 个变量无缺失。"), wording.Count(m.Complete, l))}
	if m.Balanced {
		notes = append(notes, l.Pick("Every unit has every period.", "平衡面板：每个单位各期齐全。"))
	} else {
		absent := 0
		for _, n := range m.RowsAbsent {
			absent += n
		}
		notes = append(notes, fmt.Sprintf(l.Pick("%s of %s rows of a balanced panel are absent (%s); %d units have a gap inside their periods.",
			"平衡面板应有的 %[2]s 行中缺 %[1]s 行（%[3]s）；%[4]d 个单位在其时期内有间断。"),
			wording.Count(absent, l), wording.Count(m.Units*len(m.Periods), l), periodsWith(m.RowsAbsent, m.Periods), m.Gaps))
	}
	g.options = table.GridOptions{Title: l.Pick("Missing values", "缺失值"), Language: l, Simulated: m.Simulated, Notes: notes}
	out := c.tableOutput(g.table())
	out.Kind, out.Result = "missing", m
	return out, nil
}

// periodsWith lists the periods with a count above zero, runs of them shortened to first–last.
func periodsWith(counts []int, periods []string) string {
	var parts []string
	for i := 0; i < len(counts); i++ {
		if counts[i] == 0 {
			continue
		}
		from := i
		for i+1 < len(counts) && counts[i+1] > 0 {
			i++
		}
		part := periods[from]
		if i > from {
			part += "–" + periods[i]
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}
