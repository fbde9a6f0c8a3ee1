package panel

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
)

// yearIn finds a year of four digits that stands alone in a column's name: 2009, 2009年, gdp_2009.
var yearIn = regexp.MustCompile(`(?:^|[^0-9])((?:18|19|20)[0-9]{2})(?:[^0-9]|$)`)

// yearColumn is a column of a wide table and the year in its name.
type yearColumn struct {
	year int
	v    *Variable
}

// Long turns a table with a column for each year (2006年, 2007年 …, as yearbooks print it) into one with a row for each
// row and year: the columns whose names hold a year become the variable value, the year the variable time, all others
// are repeated. Rows are in the table's order, years ascending inside each; missing cells stay rows. The result is a
// cross-section, to be indexed.
//
// Errors: *NoYearColumn; *DoubleYear where two columns hold the same year, since they are two variables; *NotNumeric; and
// names that are taken.
func (p *Panel) Long(value, time string) (*Panel, error) {
	if value == time {
		return nil, fmt.Errorf("the years and their values can't both be named %q", value)
	}
	var years []yearColumn
	var kept []*Variable
	for _, v := range p.vars {
		m := yearIn.FindStringSubmatch(v.Name)
		if m == nil {
			kept = append(kept, v)
			continue
		}
		if v.Kind == Text {
			return nil, &NotNumeric{Variable: v}
		}
		y, _ := strconv.Atoi(m[1])
		if at := slices.IndexFunc(years, func(c yearColumn) bool { return c.year == y }); at >= 0 {
			return nil, &DoubleYear{Year: y, First: years[at].v.Name, Second: v.Name}
		}
		years = append(years, yearColumn{y, v})
	}
	if len(years) == 0 {
		return nil, &NoYearColumn{Names: p.Names()}
	}
	slices.SortFunc(years, func(a, b yearColumn) int { return cmp.Compare(a.year, b.year) })
	rows := make([]int32, 0, p.rows*len(years))
	when, what := make([]float64, 0, cap(rows)), make([]float64, 0, cap(rows))
	for r := range p.rows {
		for _, c := range years {
			rows = append(rows, int32(r))
			when, what = append(when, float64(c.year)), append(what, c.v.Values[r])
		}
	}
	q := (&Panel{vars: kept, rows: p.rows}).Subset(rows)
	return New(append(q.vars, &Variable{Name: time, Values: when}, &Variable{Name: value, Values: what})...)
}

// NoYearColumn is the error for a table whose columns' names hold no year.
type NoYearColumn struct{ Names []string }

func (e *NoYearColumn) Error() string {
	first := ""
	if len(e.Names) > 0 {
		first = fmt.Sprintf(" (the first is %q)", e.Names[0])
	}
	return "no column's name holds a year of four digits, as in 2009 or 2009年" + first
}

// DoubleYear is the error for two columns of the same year.
type DoubleYear struct {
	Year          int
	First, Second string
}

func (e *DoubleYear) Error() string {
	return fmt.Sprintf("two columns hold the year %d, %q and %q; a table is made long one variable at a time", e.Year, e.First, e.Second)
}

// Renamed returns the panel with a variable's name changed; its index follows. The errors are an *UnknownVariable and a
// name that is taken.
func (p *Panel) Renamed(old, name string) (*Panel, error) {
	v, err := p.Variable(old)
	if err != nil {
		return nil, err
	}
	if old != name && p.Has(name) {
		return nil, fmt.Errorf("the panel has a variable %q already", name)
	}
	vars := p.Variables()
	w := *v
	w.Name = name
	vars[p.index[old]] = &w
	q, err := New(vars...)
	if err != nil || !p.IsPanel() {
		return q, err
	}
	unit, time := p.unit, p.time
	if unit == old {
		unit = name
	}
	if time == old {
		time = name
	}
	return q.Indexed(unit, time)
}

// Recoded returns the panel with every text of a variable passed through f. In a panel whose unit or time is recoded two
// rows may fall together, as a city's rows under its old and its new name do: they are joined where no variable has a
// value in both, and joined counts the rows that went. The error for two values that differ is a *Conflict.
func (p *Panel) Recoded(name string, f func(string) string) (q *Panel, changed, joined int, err error) {
	v, err := p.Variable(name)
	if err != nil {
		return nil, 0, 0, err
	}
	if v.Kind != Text {
		return nil, 0, 0, fmt.Errorf("%q holds numbers; texts are recoded", name)
	}
	texts := make([]string, len(v.Codes))
	for i, c := range v.Codes {
		if c < 0 {
			continue
		}
		if texts[i] = f(v.Levels[c]); texts[i] != v.Levels[c] {
			changed++
		}
	}
	w := textVariable(name, texts)
	w.Label, w.LabelZH = v.Label, v.LabelZH
	vars := p.Variables()
	vars[p.index[name]] = w
	if q, err = New(vars...); err != nil || !p.IsPanel() {
		return q, changed, 0, err
	}
	if name == p.unit || name == p.time {
		if q, joined, err = q.joinRows(p.unit, p.time); err != nil {
			return nil, 0, 0, err
		}
	}
	q, err = q.Indexed(p.unit, p.time)
	return q, changed, joined, err
}

// textVariable codes texts; "" is missing.
func textVariable(name string, texts []string) *Variable {
	levels := slices.Clone(texts)
	slices.Sort(levels)
	levels = slices.Compact(levels)
	if len(levels) > 0 && levels[0] == "" {
		levels = levels[1:]
	}
	v := &Variable{Name: name, Kind: Text, Levels: levels, Codes: make([]int32, len(texts))}
	for i, s := range texts {
		v.Codes[i] = -1
		if at, ok := slices.BinarySearch(levels, s); ok {
			v.Codes[i] = int32(at)
		}
	}
	return v
}

// joinRows joins the rows of one (unit, time), each variable from the row that has it.
func (p *Panel) joinRows(unit, time string) (*Panel, int, error) {
	uf, err := p.Factor(unit)
	if err != nil {
		return nil, 0, err
	}
	tf, err := p.Factor(time)
	if err != nil {
		return nil, 0, err
	}
	pairs, _ := Cross(uf.Codes, uf.Levels(), tf.Codes, tf.Levels())
	first := map[int32]int{} // pair to its place in rows
	var rows []int32
	var more [][2]int // a row and the place it is joined to
	for r, c := range pairs {
		if at, ok := first[c]; ok && c >= 0 {
			more = append(more, [2]int{r, at})
			continue
		}
		first[c] = len(rows)
		rows = append(rows, int32(r))
	}
	q := p.Subset(rows)
	for i, v := range p.vars {
		w := q.vars[i] // a copy of Subset's
		for _, m := range more {
			from, to := m[0], m[1]
			if v.Kind == Text {
				switch a, b := w.Codes[to], v.Codes[from]; {
				case a < 0:
					w.Codes[to] = b
				case b >= 0 && a != b:
					return nil, 0, &Conflict{Variable: v.Name, Unit: uf.Label(int(uf.Codes[from])), Time: tf.Label(int(tf.Codes[from])), First: v.Levels[a], Second: v.Levels[b]}
				}
				continue
			}
			switch a, b := w.Values[to], v.Values[from]; {
			case math.IsNaN(a):
				w.Values[to] = b
			case !math.IsNaN(b) && a != b:
				return nil, 0, &Conflict{Variable: v.Name, Unit: uf.Label(int(uf.Codes[from])), Time: tf.Label(int(tf.Codes[from])),
					First: strconv.FormatFloat(a, 'g', -1, 64), Second: strconv.FormatFloat(b, 'g', -1, 64)}
			}
		}
	}
	return q, len(more), nil
}

// Conflict is the error for two rows that become one though they disagree.
type Conflict struct{ Variable, Unit, Time, First, Second string }

func (e *Conflict) Error() string {
	return fmt.Sprintf("two rows become %s %s, and %s is %s in one and %s in the other", e.Unit, e.Time, e.Variable, e.First, e.Second)
}
