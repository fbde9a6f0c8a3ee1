package describe

import (
	"fmt"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// Status is what a unit is in a period.
type Status int

const (
	Untreated Status = iota
	Treated
	Unknown // the treatment is missing
	Absent  // there is no row
)

// Timing is when each unit is under treatment: units by cohort, the earliest first and those never treated last.
type Timing struct {
	Treat     string     `json:"treat"`
	Units     []string   `json:"units"`
	Periods   []string   `json:"periods"`
	Status    [][]Status `json:"status"` // a unit each: 0 untreated, 1 treated, 2 treatment missing, 3 no row
	Cohorts   []Cohort   `json:"cohorts"`
	Reversals int        `json:"reversals"` // units that go back to untreated
	Simulated bool       `json:"simulated,omitempty"`
	Data      string     `json:"data,omitempty"`
}

// Cohort is the units that are first treated in one period; "" for never.
type Cohort struct {
	First string `json:"first"`
	Units int    `json:"units"`
}

// TimingOf reads a 0/1 treatment. The error is a *did.NotBinary for other values, an *panel.UnknownVariable, or that of a
// cross-section.
func TimingOf(p *panel.Panel, treat string) (*Timing, error) {
	if !p.IsPanel() {
		return nil, fmt.Errorf("the chart of treatment needs a panel, and this is a cross-section; load it with unit= and time=")
	}
	d, err := p.Numbers(treat)
	if err != nil {
		return nil, err
	}
	units, periods := p.Units(), p.Periods()
	status := make([][]Status, units.Levels())
	for u := range status {
		status[u] = slices.Repeat([]Status{Absent}, periods.Levels())
	}
	for i, x := range d {
		s := &status[units.Codes[i]][periods.Codes[i]]
		switch {
		case x == 0:
			*s = Untreated
		case x == 1:
			*s = Treated
		case x != x:
			*s = Unknown
		default:
			return nil, &did.NotBinary{Variable: treat, Row: i + 1, Value: x}
		}
	}
	t := &Timing{Treat: treat}
	order := make([]int, len(status))
	first := make([]int, len(status))
	for u := range order {
		order[u], first[u] = u, slices.Index(status[u], Treated)
		if first[u] < 0 {
			first[u] = periods.Levels()
		} else if slices.Contains(status[u][first[u]:], Untreated) {
			t.Reversals++
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return first[a] - first[b] })
	for k := range periods.Levels() {
		t.Periods = append(t.Periods, periods.Label(k))
	}
	last := -1
	for _, u := range order {
		t.Units = append(t.Units, units.Label(u))
		t.Status = append(t.Status, status[u])
		if first[u] != last {
			last = first[u]
			c := Cohort{}
			if last < periods.Levels() {
				c.First = periods.Label(last)
			}
			t.Cohorts = append(t.Cohorts, c)
		}
		t.Cohorts[len(t.Cohorts)-1].Units++
	}
	return t, nil
}
