package figure

import (
	"fmt"

	"github.com/seed2d25c7c2/didnb/didkit/describe"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// Missing is a heat map of missing values: a row a variable that lacks some, a column a period, shaded by the share of
// the period's rows; the first row, if the panel is unbalanced, is of rows that are absent.
func Missing(m *describe.Missing, l wording.Language, labels wording.Labels) *Figure {
	var cells [][]float64
	var names []string
	var counts [][]int
	if !m.Balanced {
		names = append(names, l.Pick("(no row)", "（无观测）"))
		counts = append(counts, m.RowsAbsent)
	}
	for _, v := range m.Variables {
		name, _ := labels.Term(v.Variable)
		names = append(names, name)
		counts = append(counts, v.Counts)
	}
	x := make([]float64, len(m.Periods))
	var xticks, yticks []Tick
	for i, t := range m.Periods {
		x[i] = float64(i + 1)
		xticks = append(xticks, Tick{Value: x[i], Label: t})
	}
	of := func(j, i int) int {
		if !m.Balanced && j == 0 {
			return m.Units
		}
		return m.Units - m.RowsAbsent[i]
	}
	for j, name := range names {
		row := make([]float64, len(x))
		for i, n := range counts[j] {
			row[i] = float64(n) / float64(max(of(j, i), 1))
		}
		cells = append(cells, row)
		yticks = append(yticks, Tick{Value: float64(j + 1), Label: name, Keep: true})
	}
	n := float64(len(names))
	return &Figure{
		Name:        l.Pick("Missing values by period", "各期缺失值"),
		Description: fmt.Sprintf(l.Pick("%d variables with missing values over %d periods.", "%d 个变量、%d 期的缺失情况。"), len(m.Variables), len(m.Periods)),
		Language:    l, Simulated: m.Simulated, Height: 1.1 + 0.3*max(n, 1),
		X: Axis{Ticks: xticks, Min: 0.5, Max: float64(len(x)) + 0.5}, Y: Axis{Ticks: yticks, Reverse: true, Min: 0.5, Max: max(n, 1) + 0.5},
		Layers: []Layer{Heat{X: x, Cells: cells, Titles: func(i, j int) string {
			return fmt.Sprintf("%s, %s: %d (%s)", names[j], m.Periods[i], counts[j][i], percentOf(counts[j][i], of(j, i)))
		}}},
		Notes: []string{l.Pick("The darker a cell, the larger the share of the period's rows without a value.", "颜色越深，当期缺失比例越高。")},
	}
}
