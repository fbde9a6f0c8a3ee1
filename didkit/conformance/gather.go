package conformance

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// Gather makes the table of recorded cases. A row of the former table whose gaps moved by less than a factor of three keeps
// them, so that another machine's rounding changes nothing; rows on data beside the project stay as they were where
// beside is false, since there the tests could not run them.
func Gather(cases []Case, former Table, beside bool) Table {
	type key struct {
		command, method, program string
		beside                   bool
	}
	rows, seen := map[key]*Row{}, map[string]bool{}
	for _, c := range cases {
		k := key{c.Command, c.Method, c.Program, c.Beside}
		r := rows[k]
		if r == nil {
			r = &Row{Command: c.Command, Method: c.Method, Program: c.Program, Beside: c.Beside}
			rows[k] = r
		}
		if id := fmt.Sprint(k, c.Test, c.File, c.ID); !seen[id] {
			seen[id] = true
			r.Cases++
		}
		r.Failed = r.Failed || c.Failed
		if c.File != "" && !slices.Contains(r.Files, c.File) {
			r.Files = append(r.Files, c.File)
		}
		for _, n := range c.Numbers {
			r.Numbers = add(r.Numbers, n)
		}
	}
	before := map[key]Row{}
	for _, r := range former.Rows {
		k := key{r.Command, r.Method, r.Program, r.Beside}
		before[k] = r
		if r.Beside && !beside {
			rows[k] = &r
		}
	}
	var t Table
	for k, r := range rows {
		slices.Sort(r.Files)
		if old, ok := before[k]; ok {
			r.steady(old)
		}
		for i, n := range r.Numbers {
			r.Numbers[i].Gap = digit(n.Gap)
		}
		t.Rows = append(t.Rows, *r)
	}
	slices.SortFunc(t.Rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(a.Command, b.Command), cmp.Compare(a.Method, b.Method), cmp.Compare(a.Program, b.Program), cmp.Compare(len(a.Files), len(b.Files)), cmp.Compare(strconv.FormatBool(a.Beside), strconv.FormatBool(b.Beside)))
	})
	return t
}

// digit is a gap as it is written; below 1e-12, where another processor's rounding tells, one of the powers of ten.
func digit(gap float64) float64 {
	if gap <= 1e-15 {
		return 0
	}
	if gap < 1e-12 {
		gap = math.Pow(10, math.Ceil(math.Log10(gap)-1e-9))
	}
	x, _ := strconv.ParseFloat(fmt.Sprintf("%.0e", roundUp(gap)), 64)
	return x
}

// steady keeps gaps that are what they were up to a factor of three, or were rounding before and are now.
func (r *Row) steady(old Row) {
	for i, n := range r.Numbers {
		for _, o := range old.Numbers {
			if o.Kind == n.Kind && o.Allow == n.Allow && (o.Gap <= 3*n.Gap && n.Gap <= 3*o.Gap || o.Gap <= 1e-12 && n.Gap <= 1e-12) {
				r.Numbers[i].Gap = o.Gap
			}
		}
	}
}

// Differs says in which rows two tables hold other cases: a sentence each. Gaps are not compared, and rows on data beside
// the project only where beside is true.
func (t Table) Differs(other Table, beside bool) (sentences []string) {
	name := func(r Row) string { return fmt.Sprintf("%%%s %s beside %s", r.Command, r.Method, r.Program) }
	find := func(t Table, r Row) *Row {
		i := slices.IndexFunc(t.Rows, func(o Row) bool {
			return o.Command == r.Command && o.Method == r.Method && o.Program == r.Program && o.Beside == r.Beside
		})
		if i < 0 {
			return nil
		}
		return &t.Rows[i]
	}
	for _, r := range t.Rows {
		if r.Beside && !beside {
			continue
		}
		switch o := find(other, r); {
		case o == nil:
			sentences = append(sentences, name(r)+" is not in the table")
		case o.Cases != r.Cases || o.Failed != r.Failed:
			sentences = append(sentences, fmt.Sprintf("%s has %d cases, the table %d", name(r), r.Cases, o.Cases))
		}
	}
	for _, o := range other.Rows {
		if (!o.Beside || beside) && find(t, o) == nil {
			sentences = append(sentences, name(o)+" is in the table and was not compared")
		}
	}
	return sentences
}
