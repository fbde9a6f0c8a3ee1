package describe

import (
	"fmt"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// Missing is where a panel lacks rows and values, by variable and period.
type Missing struct {
	Units      int               `json:"units"`
	Periods    []string          `json:"periods"`
	Rows       int               `json:"rows"`
	Balanced   bool              `json:"balanced"`
	RowsAbsent []int             `json:"rows_absent"` // units without a row, one a period
	Gaps       int               `json:"gaps"`        // units with a period missing between two that they have
	Variables  []MissingInPeriod `json:"variables"`   // those with a missing value, in the panel's order
	Complete   int               `json:"complete"`    // variables without any
	Simulated  bool              `json:"simulated,omitempty"`
	Data       string            `json:"data,omitempty"`
}

// MissingInPeriod counts a variable's missing values.
type MissingInPeriod struct {
	Variable string `json:"variable"`
	Total    int    `json:"total"`
	Units    int    `json:"units"`  // units with at least one
	Counts   []int  `json:"counts"` // one a period, among the rows there are
}

// MissingValues counts them in a panel.
func MissingValues(p *panel.Panel) (*Missing, error) {
	if !p.IsPanel() {
		return nil, fmt.Errorf("a report of missing values by period needs a panel, and this is a cross-section; load it with unit= and time=")
	}
	units, periods := p.Units(), p.Periods()
	m := &Missing{Units: units.Levels(), Rows: p.Rows(), Balanced: p.Balanced(), RowsAbsent: make([]int, periods.Levels())}
	first, last, count := make([]int32, m.Units), make([]int32, m.Units), make([]int32, m.Units)
	for i := range first {
		first[i], last[i] = int32(periods.Levels()), -1
	}
	for t := range periods.Levels() {
		m.Periods = append(m.Periods, periods.Label(t))
		m.RowsAbsent[t] = m.Units
	}
	for i, u := range units.Codes {
		t := periods.Codes[i]
		m.RowsAbsent[t]--
		first[u], last[u] = min(first[u], t), max(last[u], t)
		count[u]++
	}
	for u, n := range count {
		if last[u]-first[u]+1 > n {
			m.Gaps++
		}
	}
	for _, v := range p.Variables() {
		one := MissingInPeriod{Variable: v.Name, Counts: make([]int, periods.Levels())}
		seen := map[int32]bool{}
		for i := range p.Rows() {
			absent := v.Kind == panel.Text && v.Codes[i] < 0 || v.Kind == panel.Number && v.Values[i] != v.Values[i]
			if absent {
				one.Total++
				one.Counts[periods.Codes[i]]++
				seen[units.Codes[i]] = true
			}
		}
		if one.Total == 0 {
			m.Complete++
			continue
		}
		one.Units = len(seen)
		m.Variables = append(m.Variables, one)
	}
	return m, nil
}
