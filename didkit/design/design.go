// Package design turns a formula and a panel into the numbers of a regression: outcome, columns, factor codes, weights,
// and an account of which rows were kept and why the others went.
package design

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/absorb"
	"github.com/seed2d25c7c2/didnb/didkit/evaluate"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// Options change how rows are chosen. The zero value is fixest's default.
type Options struct {
	If             formula.Expr // rows to keep; nil keeps all
	Rows           []bool       // rows to keep beside If, one a row of the panel; nil keeps all
	Beyond         []bool       // rows beyond the window of an event study, which are dropped; nil is none
	Weights        string       // variable of weights, > 0; rows of weight 0 are dropped
	KeepSingletons bool         // keep rows that are alone in a level of a fixed effect
	Present        []string     // further variables whose missing rows are dropped, as if they stood in the formula
	Require        []string     // variables that must be present too (clusters): a missing one is an error, not a drop

	// Stop is asked now and then, from several goroutines, whether to go on: an error, as of a context that has ended, ends
	// what is estimated on the design, with that error. nil goes on.
	Stop func() error
}

// Stopped is the error of Stop, nil without it.
func (o Options) Stopped() error {
	if o.Stop == nil {
		return nil
	}
	return o.Stop()
}

// Design is a regression in numbers. All columns have N rows, in the panel's row order. Columns share memory with the
// panel where no row was dropped: they must not be changed.
type Design struct {
	Formula   *formula.Formula
	Outcome   string
	Y         []float64
	Terms     []string    // names of the columns of X
	X         [][]float64 // without the intercept
	Intercept bool        // an intercept belongs to the model (never with absorbed effects)
	Effects   []absorb.Effect
	Weights   []float64 // nil means 1 each
	N         int
	Rows      []int32 // the panel's row of each row here; nil if it is every row
	Dropped   Dropped
	Notes     []string
	Stop      func() error // as in Options

	panel *panel.Panel
}

// Stopped is the error of Stop, nil without it.
func (d *Design) Stopped() error { return Options{Stop: d.Stop}.Stopped() }

// AllRowsDropped is the error when no row is left; it names what cost the most.
type AllRowsDropped struct {
	Rows     int
	Dropped  Dropped
	Variable string // the variable, or what is computed of some, with the most missing values among the rows
	Missing  int
}

func (e *AllRowsDropped) Error() string {
	d := e.Dropped
	if d.Filtered == e.Rows {
		return fmt.Sprintf("no row is left of %d: if= is true nowhere", e.Rows)
	}
	var why []string
	say := func(n int, one, more string) {
		if n == 1 {
			why = append(why, one)
		} else if n > 1 {
			why = append(why, fmt.Sprintf(more, n))
		}
	}
	if d.Filtered > 0 && d.Excluded > 0 {
		say(d.Filtered, "if= is not true in 1 row", "if= is not true in %d rows")
	}
	say(d.Excluded, "1 row was left out beforehand", "%d rows were left out beforehand")
	say(d.Beyond, "1 row lies beyond the window", "%d rows lie beyond the window")
	say(d.ZeroWeight, "1 row has weight 0", "%d rows have weight 0")
	say(e.Missing, e.Variable+" is missing in 1 row", strings.ReplaceAll(e.Variable, "%", "%%")+" is missing in %d rows")
	say(d.Infinite, "1 row has an infinite value", "%d rows have an infinite value")
	say(d.Singleton, "1 row is a singleton of the fixed effects", "%d rows are singletons of the fixed effects")
	s := fmt.Sprintf("no row is left of %d", e.Rows)
	if len(why) == 0 {
		return s
	}
	return s + ": " + strings.Join(why, ", ")
}

// Build makes the design of f on p. Rows where a variable is missing or infinite are dropped and counted, rows of
// weight zero likewise; then singletons, again and again until none is left.
func Build(p *panel.Panel, f *formula.Formula, o Options) (*Design, error) {
	if p.Rows() == 0 {
		return nil, &AllRowsDropped{}
	}
	b := &builder{p: p, d: &Design{Formula: f, panel: p, Outcome: f.Outcome.String(), Stop: o.Stop}, keep: nil}
	if err := b.filter(o.If); err != nil {
		return nil, err
	}
	for i, k := range o.Rows {
		if !k {
			b.drop(i, &b.d.Dropped.Excluded)
		}
	}
	for i, out := range o.Beyond {
		if out {
			b.drop(i, &b.d.Dropped.Beyond)
		}
	}
	if err := b.weigh(o.Weights); err != nil {
		return nil, err
	}
	if err := b.columns(); err != nil {
		return nil, err
	}
	if err := b.effects(); err != nil {
		return nil, err
	}
	for _, name := range o.Present {
		x, err := b.p.Numbers(name)
		if err != nil {
			return nil, err
		}
		b.extra = append(b.extra, x)
	}
	b.dropMissing()
	if err := b.require(o.Require); err != nil {
		return nil, err
	}
	if !o.KeepSingletons {
		b.dropSingletons()
	}
	return b.finish()
}

// builder gathers full-length columns first and selects rows once, at the end.
type builder struct {
	p       *panel.Panel
	d       *Design
	keep    []bool // nil: every row so far
	y       []float64
	weights []float64
	parts   []column
	factors []factor
	extra   [][]float64 // columns whose missing rows go too
}

// column is one regressor over all rows: given values, or the product of dummies and values.
type column struct {
	name   string
	values []float64
	levels []dummy // the row must be at each of these levels, else the value is 0
}

// dummy is one level of a coded variable.
type dummy struct {
	codes []int32
	level int32
}

// factor is a fixed effect over all rows.
type factor struct {
	name      string
	codes     []int32
	levels    int
	intercept bool
	slopes    [][]float64
}

func (b *builder) drop(row int, count *int) {
	if b.keep == nil {
		b.keep = make([]bool, b.p.Rows())
		for i := range b.keep {
			b.keep[i] = true
		}
	}
	if b.keep[row] {
		b.keep[row] = false
		*count++
	}
}

func (b *builder) kept(row int) bool { return b.keep == nil || b.keep[row] }

func (b *builder) filter(cond formula.Expr) error {
	if cond == nil {
		return nil
	}
	keep, err := evaluate.Filter(b.p, cond)
	if err != nil {
		return err
	}
	for i, k := range keep {
		if !k {
			b.drop(i, &b.d.Dropped.Filtered)
		}
	}
	return nil
}

// BadWeight is the error for a weight below zero or infinite.
type BadWeight struct {
	Variable string
	Row      int // from 1
	Value    float64
}

func (e *BadWeight) Error() string {
	return fmt.Sprintf("weight %s is %g in row %d; weights must be positive (0 leaves a row out)", e.Variable, e.Value, e.Row)
}

func (b *builder) weigh(name string) error {
	if name == "" {
		return nil
	}
	w, err := b.p.Numbers(name)
	if err != nil {
		return err
	}
	for i, x := range w {
		switch {
		case !b.kept(i):
		case x < 0 || math.IsInf(x, 0):
			return &BadWeight{name, i + 1, x}
		case x == 0:
			b.drop(i, &b.d.Dropped.ZeroWeight)
		}
	}
	b.weights = w
	return nil
}

// MissingCluster is the error for a row that is used but has no cluster.
type MissingCluster struct {
	Variable string
	Rows     int
	First    int // from 1
}

func (e *MissingCluster) Error() string {
	return fmt.Sprintf("cluster variable %s is missing in %d rows that the model uses (first row %d); leave them out by if=\"!missing(%s)\"",
		e.Variable, e.Rows, e.First, formula.Quote(e.Variable))
}

func (b *builder) require(names []string) error {
	for _, name := range names {
		f, err := b.p.Factor(name)
		if err != nil {
			return err
		}
		bad := &MissingCluster{Variable: name}
		for i, c := range f.Codes {
			if c < 0 && b.kept(i) {
				if bad.Rows == 0 {
					bad.First = i + 1
				}
				bad.Rows++
			}
		}
		if bad.Rows > 0 {
			return bad
		}
	}
	return nil
}

// finish selects the rows that are kept.
func (b *builder) finish() (*Design, error) {
	d := b.d
	n := b.p.Rows()
	if b.keep != nil {
		n = 0
		for _, k := range b.keep {
			if k {
				n++
			}
		}
		if n == 0 {
			return nil, b.nothingLeft()
		}
		if n < b.p.Rows() {
			d.Rows = make([]int32, 0, n)
			for i, k := range b.keep {
				if k {
					d.Rows = append(d.Rows, int32(i))
				}
			}
		}
	}
	d.N = n
	d.Y = d.gather(b.y)
	if b.weights != nil {
		d.Weights = d.gather(b.weights)
	}
	for _, c := range b.parts {
		x := d.column(c)
		if len(c.levels) > 0 && !slices.ContainsFunc(x, func(v float64) bool { return v != 0 }) {
			continue // a level that no kept row has
		}
		d.Terms = append(d.Terms, c.name)
		d.X = append(d.X, x)
	}
	for _, f := range b.factors {
		e := absorb.Effect{Name: f.name, Intercept: f.intercept}
		e.Codes, e.Levels = compact(f.codes, f.levels, d.Rows)
		for _, s := range f.slopes {
			e.Slopes = append(e.Slopes, d.gather(s))
		}
		d.Effects = append(d.Effects, e)
	}
	d.Intercept = len(d.Effects) == 0 && !d.Formula.NoIntercept
	return d, nil
}

func (b *builder) nothingLeft() error {
	e := &AllRowsDropped{Rows: b.p.Rows(), Dropped: b.d.Dropped}
	for _, name := range b.d.Formula.Names() {
		if v, err := b.p.Variable(name); err == nil {
			if m := v.Missing(); m > e.Missing {
				e.Variable, e.Missing = name, m
			}
		}
	}
	for _, c := range append([]column{{name: b.d.Outcome, values: b.y}}, b.parts...) { // what is computed of them: a lag, a logarithm
		m := 0
		for _, x := range c.values {
			if x != x {
				m++
			}
		}
		if m > e.Missing {
			e.Variable, e.Missing = c.name, m
		}
	}
	return e
}

// gather picks the design's rows of a full-length column; without dropped rows it is the column itself.
func (d *Design) gather(x []float64) []float64 {
	if d.Rows == nil {
		return x
	}
	out := make([]float64, len(d.Rows))
	for k, r := range d.Rows {
		out[k] = x[r]
	}
	return out
}

func (d *Design) column(c column) []float64 {
	if len(c.levels) == 0 {
		return d.gather(c.values)
	}
	out := make([]float64, d.N)
	for k := range out {
		r := k
		if d.Rows != nil {
			r = int(d.Rows[k])
		}
		in := true
		for _, l := range c.levels {
			in = in && l.codes[r] == l.level
		}
		switch {
		case !in:
		case c.values == nil:
			out[k] = 1
		default:
			out[k] = c.values[r]
		}
	}
	return out
}

// compact renumbers the codes of the kept rows so that every level is present. Without dropped rows it returns the codes
// themselves: as the panel codes them, every level has a row.
func compact(codes []int32, levels int, rows []int32) ([]int32, int) {
	if rows == nil {
		return codes, levels
	}
	used := make([]int32, levels)
	for _, r := range rows {
		used[codes[r]] = 1
	}
	next := int32(0)
	for i, u := range used {
		if u == 1 {
			used[i] = next
			next++
		}
	}
	out := make([]int32, len(rows))
	for k, r := range rows {
		out[k] = used[codes[r]]
	}
	return out, int(next)
}

// PanelRow is the panel's row of row i.
func (d *Design) PanelRow(i int) int {
	if d.Rows == nil {
		return i
	}
	return int(d.Rows[i])
}

// Label is the value of a variable in row i, as text.
func (d *Design) Label(name string, i int) (string, error) {
	f, err := d.panel.Factor(name)
	if err != nil {
		return "", err
	}
	c := f.Codes[d.PanelRow(i)]
	if c < 0 {
		return "", nil
	}
	return f.Label(int(c)), nil
}

// Codes codes a variable on the design's rows, for clusters: values 0 … levels-1, every one present.
func (d *Design) Codes(name string) (codes []int32, levels int, err error) {
	f, err := d.panel.Factor(name)
	if err != nil {
		return nil, 0, err
	}
	codes, levels = compact(f.Codes, f.Levels(), d.Rows)
	return codes, levels, nil
}

// Column picks the design's rows of a variable of the panel.
func (d *Design) Column(name string) ([]float64, error) {
	x, err := d.panel.Numbers(name)
	if err != nil {
		return nil, err
	}
	return d.gather(x), nil
}
