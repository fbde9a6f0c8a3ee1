// Package panel holds a data set as columns: float64 numbers with NaN for missing, or coded text, with a unit and a
// time variable when it is a panel. A Panel is never modified after it is made; every change returns a new Panel that
// shares the untouched columns.
package panel

import (
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/seed2d25c7c2/didnb/didkit/suggest"
)

// Kind says how a variable is stored.
type Kind uint8

const (
	Number Kind = iota // Values holds float64, NaN where missing
	Text               // Codes index Levels, -1 where missing
)

func (k Kind) String() string {
	if k == Text {
		return "text"
	}
	return "number"
}

// Variable is one column. Exactly one of Values (Kind Number) and Codes with Levels (Kind Text) is filled.
type Variable struct {
	Name    string
	Kind    Kind
	Values  []float64 // one a row
	Codes   []int32   // one a row
	Levels  []string  // distinct texts, sorted
	Label   string    // what the variable is, in English or as the file says; "" if unknown
	LabelZH string    // the same in Chinese

	ValueLabels map[float64]string // labels of single values, as in .dta files
}

// Len is the number of rows.
func (v *Variable) Len() int {
	if v.Kind == Text {
		return len(v.Codes)
	}
	return len(v.Values)
}

// Missing counts the rows without a value.
func (v *Variable) Missing() int {
	n := 0
	if v.Kind == Text {
		for _, c := range v.Codes {
			if c < 0 {
				n++
			}
		}
		return n
	}
	for _, x := range v.Values {
		if x != x {
			n++
		}
	}
	return n
}

// Panel is an immutable set of equally long variables, with a unit and a time index unless it is a cross-section.
type Panel struct {
	vars  []*Variable
	index map[string]int
	rows  int
	unit  string
	time  string

	mu      sync.Mutex
	factors map[string]*coding
	order   []int32
}

// New makes a cross-section of variables. It fails on names that are empty or double and on columns of unequal length.
func New(vars ...*Variable) (*Panel, error) {
	p := &Panel{index: make(map[string]int, len(vars)), factors: map[string]*coding{}}
	for i, v := range vars {
		if v.Name == "" {
			return nil, fmt.Errorf("column %d has no name", i+1)
		}
		if _, dup := p.index[v.Name]; dup {
			return nil, fmt.Errorf("two columns are named %q", v.Name)
		}
		if i > 0 && v.Len() != p.rows {
			return nil, fmt.Errorf("column %q has %d rows, the others have %d", v.Name, v.Len(), p.rows)
		}
		p.rows = v.Len()
		p.index[v.Name] = i
	}
	p.vars = append(p.vars, vars...)
	return p, nil
}

// Rows is the number of rows.
func (p *Panel) Rows() int { return p.rows }

// UnitName and TimeName are the names of the index variables, "" in a cross-section.
func (p *Panel) UnitName() string { return p.unit }

// TimeName is the name of the time variable, "" in a cross-section.
func (p *Panel) TimeName() string { return p.time }

// Variables are the columns in order; the slice is the caller's, the columns are shared and must not be changed.
func (p *Panel) Variables() []*Variable { return append([]*Variable(nil), p.vars...) }

// Names are the variables' names in order.
func (p *Panel) Names() []string {
	names := make([]string, len(p.vars))
	for i, v := range p.vars {
		names[i] = v.Name
	}
	return names
}

// Has tells whether a variable of that name exists.
func (p *Panel) Has(name string) bool { _, ok := p.index[name]; return ok }

// Variable finds a column by name; the error is an *UnknownVariable.
func (p *Panel) Variable(name string) (*Variable, error) {
	if i, ok := p.index[name]; ok {
		return p.vars[i], nil
	}
	return nil, &UnknownVariable{Name: name, Nearest: suggest.Nearest(name, p.Names())}
}

// Numbers finds a numeric column by name; a text column is a *NotNumeric that shows the first value that is no number.
func (p *Panel) Numbers(name string) ([]float64, error) {
	v, err := p.Variable(name)
	if err != nil {
		return nil, err
	}
	if v.Kind == Text {
		return nil, &NotNumeric{Variable: v}
	}
	return v.Values, nil
}

// With returns the panel with v added, or put in the place of the variable of the same name.
// Replacing the unit or time variable is refused: load or index the panel anew.
func (p *Panel) With(vars ...*Variable) (*Panel, error) {
	next := append([]*Variable(nil), p.vars...)
	for _, v := range vars {
		if p.unit != "" && (v.Name == p.unit || v.Name == p.time) {
			return nil, fmt.Errorf("%q indexes the panel and can't be replaced", v.Name)
		}
		at := -1
		for i := range next {
			if next[i].Name == v.Name {
				at = i
			}
		}
		if at >= 0 {
			next[at] = v
		} else {
			next = append(next, v)
		}
	}
	q, err := New(next...)
	if err != nil {
		return nil, err
	}
	q.unit, q.time = p.unit, p.time
	p.mu.Lock()
	defer p.mu.Unlock()
	q.order = p.order
	for name, f := range p.factors { // codes of columns that are still the same
		if q.vars[q.index[name]] == p.vars[p.index[name]] {
			q.factors[name] = f
		}
	}
	return q, nil
}

// Relabel returns the panel with v in the place of the variable of its name, of which it may differ in its labels only.
// The index and what was computed of the columns stay.
func (p *Panel) Relabel(v *Variable) (*Panel, error) {
	i, ok := p.index[v.Name]
	if !ok {
		return nil, &UnknownVariable{Name: v.Name, Nearest: suggest.Nearest(v.Name, p.Names())}
	}
	q := &Panel{vars: append([]*Variable(nil), p.vars...), index: p.index, rows: p.rows, unit: p.unit, time: p.time, factors: map[string]*coding{}}
	q.vars[i] = v
	p.mu.Lock()
	defer p.mu.Unlock()
	q.order = p.order
	for name, f := range p.factors {
		q.factors[name] = f
	}
	return q, nil
}

// Subset returns a panel of the given rows, in that order, with the same variables and index. A row given twice stands
// twice, also in an indexed panel, where Balanced and Lag then mean little.
func (p *Panel) Subset(rows []int32) *Panel {
	vars := make([]*Variable, len(p.vars))
	for i, v := range p.vars {
		w := *v
		if v.Kind == Text {
			w.Codes = make([]int32, len(rows))
			for k, r := range rows {
				w.Codes[k] = v.Codes[r]
			}
		} else {
			w.Values = make([]float64, len(rows))
			for k, r := range rows {
				w.Values[k] = v.Values[r]
			}
		}
		vars[i] = &w
	}
	q, _ := New(vars...)
	q.rows = len(rows)
	q.unit, q.time = p.unit, p.time
	return q
}

// UnknownVariable is the error for a name that no column has.
type UnknownVariable struct {
	Name    string
	Nearest []string
}

func (e *UnknownVariable) Error() string {
	s := fmt.Sprintf("no variable %q", e.Name)
	if len(e.Nearest) > 0 {
		s += "; did you mean " + strings.Join(e.Nearest, " or ") + "?"
	}
	return s
}

// NotNumeric is the error for text where numbers are needed.
type NotNumeric struct{ Variable *Variable }

func (e *NotNumeric) Error() string {
	row := -1
	for i, c := range e.Variable.Codes {
		if c < 0 {
			continue
		}
		if row < 0 {
			row = i
		}
		// The cell to show is the one that made the column text, not a number that happens to stand above it.
		if _, err := strconv.ParseFloat(e.Variable.Levels[c], 64); err != nil {
			row = i
			break
		}
	}
	if row < 0 {
		return fmt.Sprintf("%q holds no number", e.Variable.Name)
	}
	return fmt.Sprintf("%q holds text (row %d: %q), a number is needed", e.Variable.Name, row+1, e.Variable.Levels[e.Variable.Codes[row]])
}

// MostlyNumbers tells whether a text variable looks like numbers with a few cells that are none: more than half of its
// distinct values are numbers, and not all.
func (v *Variable) MostlyNumbers() bool {
	numbers := 0
	for _, l := range v.Levels {
		if _, err := strconv.ParseFloat(l, 64); err == nil {
			numbers++
		}
	}
	return v.Kind == Text && numbers < len(v.Levels) && 2*numbers > len(v.Levels)
}
