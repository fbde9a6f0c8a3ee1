package table

import (
	"fmt"
	"math"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/describe"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
	"github.com/seed2d25c7c2/didnb/didkit/suggest"
)

// DescribeOptions says how Describe prints.
type DescribeOptions struct {
	Number, Title string
	Language      wording.Language
	Labels        wording.Labels // of variables, in place of those in the summary
	Detail        bool           // quartiles too
	Digits        int            // after the point; 0: three; NoDigits: none
	Groups        []Group        // headings over variables; those in no group come first
	Notes         []string
}

// Group is a heading over some variables, as "mediators" or 控制变量.
type Group struct {
	Label     string
	Variables []string
}

// Describe prints a summary of variables, the paper's Table 1: name and symbol, observations, mean, standard deviation,
// minimum, quartiles with Detail, maximum. Bounds that are both whole, as a dummy's 0 and 1, are printed as whole
// numbers. A group that names a variable not in d is an error.
func Describe(d *describe.Table, o DescribeOptions) (*Table, error) {
	t := &Table{Number: o.Number, Title: o.Title, Language: o.Language, Stub: 1, Simulated: d.Simulated, Notes: o.Notes}
	labelled := false
	for _, r := range d.Rows {
		label, _ := o.name(r)
		labelled = labelled || label != ""
	}
	l := o.Language
	heads := []string{l.Pick("Variable", "变量")}
	t.Columns = []Column{{Left}}
	if labelled {
		heads = []string{l.Pick("Variable", "变量名称"), l.Pick("Symbol", "变量符号")}
		t.Columns = append(t.Columns, Column{Left})
		t.Stub = 2
	}
	heads = append(heads, l.Pick("N", "观测值"), l.Pick("Mean", "均值"), l.Pick("SD", "标准差"), l.Pick("Min", "最小值"))
	if o.Detail {
		heads = append(heads, "P25", l.Pick("Median", "中位数"), "P75")
	}
	heads = append(heads, l.Pick("Max", "最大值"))
	head := Row{}
	for i, h := range heads {
		if i >= t.Stub {
			t.Columns = append(t.Columns, Column{Decimal})
		}
		head.Cells = append(head.Cells, Words(h))
	}
	t.Head = []Row{head}
	rows, err := o.ordered(d)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if r.heading != "" {
			t.Body = append(t.Body, Row{Group: true, Cells: []Cell{Words(r.heading)}})
		}
		t.Body = append(t.Body, o.row(r.Row, labelled))
	}
	return t, nil
}

// name is a variable's label, "" if it has none, and its symbol.
func (o DescribeOptions) name(r describe.Row) (label, symbol string) {
	if s, ok := o.Labels[r.Variable]; ok && s != "" {
		return s, r.Variable
	}
	return r.Label, r.Variable
}

func (o DescribeOptions) row(r describe.Row, labelled bool) Row {
	label, symbol := o.name(r)
	var out Row
	if labelled {
		if label == "" {
			label = symbol
		}
		out.Cells = append(out.Cells, Words(label))
	}
	d := digitsOr(o.Digits, 3)
	bounds := d
	if r.Min == math.Trunc(r.Min) && r.Max == math.Trunc(r.Max) {
		bounds = 0
	}
	out.Cells = append(out.Cells, Cell{Text: symbol, Italic: true}, Count(r.N), Digits(r.Mean, d), Digits(r.SD, d), Digits(r.Min, bounds))
	if o.Detail {
		for _, q := range []float64{r.P25, r.P50, r.P75} {
			digits := d
			if bounds == 0 && q == math.Trunc(q) {
				digits = 0
			}
			out.Cells = append(out.Cells, Digits(q, digits))
		}
	}
	out.Cells = append(out.Cells, Digits(r.Max, bounds))
	return out
}

// describedRow is a row with the heading that stands over it, if any.
type describedRow struct {
	describe.Row
	heading string
}

func (o DescribeOptions) ordered(d *describe.Table) ([]describedRow, error) {
	var names []string
	for _, r := range d.Rows {
		names = append(names, r.Variable)
	}
	grouped := map[string]bool{}
	var rows, later []describedRow
	for _, g := range o.Groups {
		for i, v := range g.Variables {
			at := slices.Index(names, v)
			if at < 0 {
				return nil, fmt.Errorf("the summary has no variable %q%s", v, suggest.Phrase(v, names))
			}
			grouped[v] = true
			r := describedRow{Row: d.Rows[at]}
			if i == 0 {
				r.heading = g.Label
			}
			later = append(later, r)
		}
	}
	for _, r := range d.Rows {
		if !grouped[r.Variable] {
			rows = append(rows, describedRow{Row: r})
		}
	}
	return append(rows, later...), nil
}
