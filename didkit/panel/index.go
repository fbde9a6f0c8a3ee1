package panel

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Indexed returns the panel with unit and time declared. A missing or infinite unit or time, and a (unit, time) pair
// that stands on two rows, are errors (*MissingIndex, *InfiniteIndex, *DuplicateRows) that name the rows.
func (p *Panel) Indexed(unit, time string) (*Panel, error) {
	if unit == time {
		return nil, fmt.Errorf("unit and time are the same variable %q", unit)
	}
	uf, err := p.Factor(unit)
	if err != nil {
		return nil, err
	}
	tf, err := p.Factor(time)
	if err != nil {
		return nil, err
	}
	for _, f := range []*Factor{uf, tf} {
		if row := slices.Index(f.Codes, -1); row >= 0 {
			return nil, &MissingIndex{Variable: f.Name, Row: row + 1}
		}
		if row := infinite(f); row >= 0 {
			return nil, &InfiniteIndex{Variable: f.Name, Row: row + 1}
		}
	}
	q, err := New(p.vars...)
	if err != nil {
		return nil, err
	}
	q.unit, q.time = unit, time
	p.mu.Lock()
	q.factors[unit], q.factors[time] = p.factors[unit], p.factors[time]
	p.mu.Unlock()
	if dup := duplicates(uf, tf, q.Order()); dup != nil {
		return nil, dup
	}
	return q, nil
}

// infinite is the first row whose level is +Inf or -Inf, -1 when there is none. Such a level is its own lag and lead,
// so no time can be counted from it.
func infinite(f *Factor) int {
	for level, x := range f.Numbers {
		if math.IsInf(x, 0) {
			return slices.Index(f.Codes, int32(level))
		}
	}
	return -1
}

// IsPanel tells whether unit and time are declared.
func (p *Panel) IsPanel() bool { return p.unit != "" }

// Units and Periods code the index variables; nil in a cross-section.
func (p *Panel) Units() *Factor {
	if p.unit == "" {
		return nil
	}
	f, _ := p.Factor(p.unit)
	return f
}

// Periods codes the time variable; nil in a cross-section.
func (p *Panel) Periods() *Factor {
	if p.time == "" {
		return nil
	}
	f, _ := p.Factor(p.time)
	return f
}

// Balanced tells whether every unit has every period.
func (p *Panel) Balanced() bool {
	return p.IsPanel() && p.rows == p.Units().Levels()*p.Periods().Levels()
}

// Order is the row numbers sorted by unit, then time; nil stands for a panel whose rows are so sorted already.
func (p *Panel) Order() []int32 {
	if !p.IsPanel() {
		return nil
	}
	uf, tf := p.Units(), p.Periods()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.order != nil {
		if len(p.order) == 0 {
			return nil
		}
		return p.order
	}
	sorted := true
	for i := 1; i < p.rows && sorted; i++ {
		u, v := uf.Codes[i-1], uf.Codes[i]
		sorted = u < v || u == v && tf.Codes[i-1] <= tf.Codes[i]
	}
	if sorted {
		p.order = []int32{}
		return nil
	}
	p.order = countingSort(uf, countingSort(tf, nil))
	return p.order
}

// countingSort orders rows by a factor's code, stably over the order given (nil: as they stand).
func countingSort(f *Factor, rows []int32) []int32 {
	start := make([]int32, f.Levels()+1)
	for _, c := range f.Codes {
		start[c+1]++
	}
	for i := 1; i < len(start); i++ {
		start[i] += start[i-1]
	}
	out := make([]int32, len(f.Codes))
	for i := range f.Codes {
		r := int32(i)
		if rows != nil {
			r = rows[i]
		}
		c := f.Codes[r]
		out[start[c]] = r
		start[c]++
	}
	return out
}

// rowAt is the row at place i of an order; a nil order is the rows as they stand.
func rowAt(order []int32, i int) int32 {
	if order == nil {
		return int32(i)
	}
	return order[i]
}

// duplicates looks for runs of one (unit, time) in rows sorted by both. It reports the pair that comes first in the
// file, with its rows, and counts the rows too many over all pairs; nil when every pair stands once.
func duplicates(uf, tf *Factor, order []int32) *DuplicateRows {
	var first []int32 // the rows of the pair to report
	extra, n := 0, len(uf.Codes)
	for i := 0; i < n; {
		a := rowAt(order, i)
		end := i + 1
		for end < n {
			b := rowAt(order, end)
			if uf.Codes[a] != uf.Codes[b] || tf.Codes[a] != tf.Codes[b] {
				break
			}
			end++
		}
		if end-i > 1 {
			extra += end - i - 1
			// The sort is stable, so a is the smallest row of its run.
			if first == nil || a < first[0] {
				first = first[:0]
				for k := i; k < end; k++ {
					first = append(first, rowAt(order, k))
				}
			}
		}
		i = end
	}
	if first == nil {
		return nil
	}
	dup := &DuplicateRows{
		Unit: uf.Name, UnitValue: uf.Label(int(uf.Codes[first[0]])),
		Time: tf.Name, TimeValue: tf.Label(int(tf.Codes[first[0]])),
		Pairs: extra,
	}
	for _, r := range first {
		dup.Rows = append(dup.Rows, int(r)+1)
	}
	return dup
}

// Lag returns x, one value a row, of k periods earlier in the same unit (k < 0: later). It looks the time value up, as
// fixest does: where time - k is not in the unit, because of a gap or an end, the result is NaN. In a panel whose time
// is text, periods are counted by rank. A cross-section and an x of another length are errors.
func (p *Panel) Lag(x []float64, k int) ([]float64, error) {
	if !p.IsPanel() {
		return nil, fmt.Errorf("a lag needs a panel, and this is a cross-section; load it with unit= and time=")
	}
	if len(x) != p.rows {
		return nil, fmt.Errorf("a column of %d values can't be lagged in a panel of %d rows", len(x), p.rows)
	}
	out := make([]float64, p.rows)
	p.lagInto(out, x, k)
	return out, nil
}

// LagInto is Lag with the result in out, a column of the panel's length that is not x.
func (p *Panel) LagInto(out, x []float64, k int) error {
	if !p.IsPanel() || len(x) != p.rows || len(out) != p.rows {
		_, err := p.Lag(x, k)
		return cmp.Or(err, fmt.Errorf("a column of %d values can't take a lag in a panel of %d rows", len(out), p.rows))
	}
	p.lagInto(out, x, k)
	return nil
}

func (p *Panel) lagInto(out, x []float64, k int) {
	p.sources(k, func(row, from int32, _, _ int) {
		if from < 0 {
			out[row] = math.NaN()
		} else {
			out[row] = x[from]
		}
	})
}

// sources calls do for every row with the row of its unit k periods earlier, -1 where there is none, and the places in
// the panel's order at which the unit begins and ends (one after its last).
func (p *Panel) sources(k int, do func(row, from int32, begin, end int)) {
	uf, tf, order := p.Units(), p.Periods(), p.Order()
	value := tf.place
	for i := 0; i < p.rows; {
		end := i + 1
		for end < p.rows && uf.Codes[rowAt(order, end)] == uf.Codes[rowAt(order, i)] {
			end++
		}
		// Both the rows and the times they ask for ascend within a unit, so one pass over the unit finds all.
		src := i
		for j := i; j < end; j++ {
			row := rowAt(order, j)
			want := value(row) - float64(k)
			for src < end && value(rowAt(order, src)) < want {
				src++
			}
			from := int32(-1)
			if src < end && value(rowAt(order, src)) == want {
				from = rowAt(order, src)
			}
			do(row, from, i, end)
		}
		i = end
	}
}

// place is the level of a row as a point in time: its number, or for text its rank.
func (f *Factor) place(row int32) float64 {
	if f.Texts != nil {
		return float64(f.Codes[row])
	}
	return f.Numbers[f.Codes[row]]
}

// LagGaps counts the rows for which Lag finds nothing k periods earlier though the unit is seen both before and after
// then: those behind a gap in time, not those at an end. It is 0 for a cross-section.
func (p *Panel) LagGaps(k int) int {
	if !p.IsPanel() || k == 0 {
		return 0
	}
	value, order, n := p.Periods().place, p.Order(), 0
	p.sources(k, func(row, from int32, begin, end int) {
		want := value(row) - float64(k)
		if from < 0 && want > value(rowAt(order, begin)) && want < value(rowAt(order, end-1)) {
			n++
		}
	})
	return n
}

// MissingIndex is the error for a row without a unit or a time.
type MissingIndex struct {
	Variable string
	Row      int // from 1
}

func (e *MissingIndex) Error() string {
	return fmt.Sprintf("%q indexes the panel but is missing in row %d", e.Variable, e.Row)
}

// InfiniteIndex is the error for a row whose unit or time is infinite.
type InfiniteIndex struct {
	Variable string
	Row      int // from 1
}

func (e *InfiniteIndex) Error() string {
	return fmt.Sprintf("%q indexes the panel but is infinite in row %d", e.Variable, e.Row)
}

// DuplicateRows is the error for several rows of one (unit, time).
type DuplicateRows struct {
	Unit, Time           string // variables
	UnitValue, TimeValue string // the double pair whose first row comes first
	Rows                 []int  // its rows, ascending, from 1
	Pairs                int    // rows too many, over all pairs
}

func (e *DuplicateRows) Error() string {
	s := fmt.Sprintf("%s = %s, %s = %s stands in rows %s", e.Unit, e.UnitValue, e.Time, e.TimeValue, joinRows(e.Rows))
	switch more := e.Pairs - (len(e.Rows) - 1); {
	case more == 1:
		s += " (and 1 further row repeats another pair)"
	case more > 1:
		s += fmt.Sprintf(" (and %d further rows repeat another pair)", more)
	}
	return s + "; a panel has one row for each unit and time"
}

// joinRows lists row numbers, the first six of them.
func joinRows(rows []int) string {
	var s strings.Builder
	for i, r := range rows {
		switch {
		case i == 6:
			return s.String() + " …"
		case i > 0 && i == len(rows)-1:
			s.WriteString(" and ")
		case i > 0:
			s.WriteString(", ")
		}
		s.WriteString(strconv.Itoa(r))
	}
	return s.String()
}
