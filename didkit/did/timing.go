package did

import (
	"fmt"
	"math"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// Timing is when each unit of a panel was first treated.
type Timing struct {
	Treat  string
	Start  []float64 // one a unit (in the order of Panel.Units): the first treated period, NaN where never treated
	Always []bool    // treated in the unit's first period already: no period before treatment is seen
	Gaps   int       // units not seen in the period before their first treated one: they may have been treated earlier
	Event  []float64 // one a row: period less start, NaN in units never treated and where the treatment is missing in the whole unit
}

// Treated counts the units that are treated at some time.
func (t *Timing) Treated() int {
	n := 0
	for _, s := range t.Start {
		if s == s {
			n++
		}
	}
	return n
}

// NotBinary is the error for a treatment with a value other than 0 and 1.
type NotBinary struct {
	Variable string
	Row      int // from 1
	Value    float64
}

func (e *NotBinary) Error() string {
	return fmt.Sprintf("treatment %s is %g in row %d; it must be 0 or 1", e.Variable, e.Value, e.Row)
}

// NoTreated is the error for a treatment that is the same everywhere.
type NoTreated struct {
	Variable string
	Value    float64
}

func (e *NoTreated) Error() string {
	switch e.Value {
	case 0:
		return fmt.Sprintf("treatment %s is 0 in every row: no unit is treated", e.Variable)
	case 1:
		return fmt.Sprintf("treatment %s is 1 in every row: there is nothing to compare the treated with", e.Variable)
	}
	if e.Value != e.Value {
		return fmt.Sprintf("treatment %s is missing in every row", e.Variable)
	}
	return fmt.Sprintf("treatment %s is %g in every row: it never changes", e.Variable, e.Value)
}

// Reversal is the error for a treatment that switches off.
type Reversal struct {
	Variable, Unit, Time string // the first unit, and the period in which it is 0 again
	Units                int    // units in which it happens
}

func (e *Reversal) Error() string {
	s := fmt.Sprintf("treatment %s switches off in %s (%s)", e.Variable, e.Unit, e.Time)
	if e.Units > 1 {
		s += fmt.Sprintf(" and in %d further units", e.Units-1)
	}
	return s + "; this method takes a treatment that stays on (absorbing=false of method=twfe estimates it as it is, method=dcdh follows units from their first switch)"
}

// TimingOf reads a 0/1 treatment. Reversals are an error unless allowed, and then the first start counts. A period in
// which the treatment is missing says nothing.
func TimingOf(p *panel.Panel, treat string, allowReversal bool) (*Timing, error) {
	t, err := startsOf(p, treat, allowReversal)
	if err != nil {
		return nil, err
	}
	t.Event = make([]float64, p.Rows())
	periods := p.Periods()
	for i, u := range p.Units().Codes {
		t.Event[i] = PeriodValue(periods, i) - t.Start[u]
	}
	return t, nil
}

// startsOf is TimingOf without Event.
func startsOf(p *panel.Panel, treat string, allowReversal bool) (*Timing, error) {
	if !p.IsPanel() {
		return nil, fmt.Errorf("difference-in-differences needs a panel, and this is a cross-section; load it with unit= and time=")
	}
	d, err := p.Numbers(treat)
	if err != nil {
		return nil, err
	}
	ones, zeros := 0, 0
	for i, x := range d {
		switch {
		case x == 1:
			ones++
		case x == 0:
			zeros++
		case x == x:
			return nil, &NotBinary{treat, i + 1, x}
		}
	}
	if ones == 0 || zeros == 0 {
		return nil, &NoTreated{treat, float64(min(ones, 1))}
	}
	units, periods, order := p.Units(), p.Periods(), p.Order()
	at := func(k int) int {
		if order == nil {
			return k
		}
		return int(order[k])
	}
	t := &Timing{Treat: treat, Start: make([]float64, units.Levels()), Always: make([]bool, units.Levels())}
	for u := range t.Start {
		t.Start[u] = math.NaN()
	}
	var back *Reversal
	for k := 0; k < p.Rows(); {
		u := units.Codes[at(k)]
		first, reversed := k, false
		last := int32(-1) // the unit's last period before treatment
		for ; k < p.Rows() && units.Codes[at(k)] == u; k++ {
			i := at(k)
			switch started := t.Start[u] == t.Start[u]; {
			case d[i] == 1 && !started:
				t.Start[u] = PeriodValue(periods, i)
				t.Always[u] = k == first
				if last >= 0 && periods.Codes[i]-last > 1 {
					t.Gaps++
				}
			case d[i] == 0 && !started:
				last = periods.Codes[i]
			case d[i] == 0 && started && !reversed:
				reversed = true
				if back == nil {
					back = &Reversal{Variable: treat, Unit: units.Label(int(u)), Time: periods.Label(int(periods.Codes[i]))}
				}
				back.Units++
			}
		}
	}
	if back != nil && !allowReversal {
		return nil, back
	}
	return t, nil
}

// PeriodValue is the time of a row as a number; a text time counts by rank.
func PeriodValue(periods *panel.Factor, row int) float64 {
	c := periods.Codes[row]
	if periods.Texts != nil {
		return float64(c)
	}
	return periods.Numbers[c]
}

// Cohorts lists the distinct starts, ascending, with the number of units of each.
func (t *Timing) Cohorts() (starts []float64, units []int) {
	sorted := slices.DeleteFunc(slices.Clone(t.Start), func(x float64) bool { return x != x })
	slices.Sort(sorted)
	for _, s := range sorted {
		if n := len(starts); n > 0 && starts[n-1] == s {
			units[n-1]++
		} else {
			starts, units = append(starts, s), append(units, 1)
		}
	}
	return starts, units
}
