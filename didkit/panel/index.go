package panel

import (
	"fmt"
	"math"
	"slices"
)

// Indexed returns the panel with unit and time declared. A missing unit or time, and a (unit, time) pair that stands
// on two rows, are errors (*MissingIndex, *DuplicateRows) that name the rows.
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
	}
	q, err := New(p.vars...)
	if err != nil {
		return nil, err
	}
	q.unit, q.time = unit, time
	q.factors[unit], q.factors[time] = uf, tf
	if dup := duplicates(uf, tf, q.Order()); dup != nil {
		return nil, dup
	}
	return q, nil
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

func duplicates(uf, tf *Factor, order []int32) error {
	at := func(i int) int32 {
		if order == nil {
			return int32(i)
		}
		return order[i]
	}
	var dup *DuplicateRows
	for i := 1; i < len(uf.Codes); i++ {
		a, b := at(i-1), at(i)
		if uf.Codes[a] != uf.Codes[b] || tf.Codes[a] != tf.Codes[b] {
			continue
		}
		if dup == nil {
			dup = &DuplicateRows{Unit: uf.Name, Time: tf.Name,
				UnitValue: uf.Label(int(uf.Codes[a])), TimeValue: tf.Label(int(tf.Codes[a]))}
		}
		if len(dup.Rows) == 0 || dup.Rows[len(dup.Rows)-1] != int(a)+1 && dup.Pairs == 0 {
			dup.Rows = append(dup.Rows, int(a)+1)
		}
		if same := uf.Label(int(uf.Codes[a])) == dup.UnitValue && tf.Label(int(tf.Codes[a])) == dup.TimeValue; same {
			dup.Rows = append(dup.Rows, int(b)+1)
		}
		dup.Pairs++
	}
	if dup == nil {
		return nil
	}
	return dup
}

// Lag returns x of k periods earlier in the same unit (k < 0: later). It looks the time value up, as fixest does: where
// time - k is not in the unit, because of a gap or an end, the result is NaN. In a panel whose time is text, periods
// are counted by rank.
func (p *Panel) Lag(x []float64, k int) ([]float64, error) {
	if !p.IsPanel() {
		return nil, fmt.Errorf("a lag needs a panel, and this is a cross-section; load it with unit= and time=")
	}
	uf, tf, order := p.Units(), p.Periods(), p.Order()
	value := func(code int32) float64 {
		if tf.Texts != nil {
			return float64(code)
		}
		return tf.Numbers[code]
	}
	out := make([]float64, p.rows)
	at := func(i int) int32 {
		if order == nil {
			return int32(i)
		}
		return order[i]
	}
	for i := 0; i < p.rows; {
		end := i + 1
		for end < p.rows && uf.Codes[at(end)] == uf.Codes[at(i)] {
			end++
		}
		src := i
		if k < 0 {
			src = i
		}
		for j := i; j < end; j++ {
			want := value(tf.Codes[at(j)]) - float64(k)
			for src < end && value(tf.Codes[at(src)]) < want {
				src++
			}
			if src < end && value(tf.Codes[at(src)]) == want {
				out[at(j)] = x[at(src)]
			} else {
				out[at(j)] = math.NaN()
			}
		}
		i = end
	}
	return out, nil
}

// MissingIndex is the error for a row without a unit or a time.
type MissingIndex struct {
	Variable string
	Row      int // from 1
}

func (e *MissingIndex) Error() string {
	return fmt.Sprintf("%q indexes the panel but is missing in row %d", e.Variable, e.Row)
}

// DuplicateRows is the error for several rows of one (unit, time).
type DuplicateRows struct {
	Unit, Time           string // variables
	UnitValue, TimeValue string // the first pair found double
	Rows                 []int  // its rows, from 1
	Pairs                int    // rows too many, over all pairs
}

func (e *DuplicateRows) Error() string {
	s := fmt.Sprintf("%s = %s, %s = %s stands in rows %s", e.Unit, e.UnitValue, e.Time, e.TimeValue, joinRows(e.Rows))
	if more := e.Pairs - (len(e.Rows) - 1); more > 0 {
		s += fmt.Sprintf(" (and %d further rows repeat another pair)", more)
	}
	return s + "; a panel has one row for each unit and time"
}

func joinRows(rows []int) string {
	s := ""
	for i, r := range rows {
		switch {
		case i == 6:
			return s + " …"
		case i > 0 && i == len(rows)-1:
			s += " and "
		case i > 0:
			s += ", "
		}
		s += fmt.Sprint(r)
	}
	return s
}
