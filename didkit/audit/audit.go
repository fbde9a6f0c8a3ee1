// Package audit reads published tables without the data behind them: it asks of each printed number whether arithmetic
// allows it beside the others. A printed number stands for all values that round to it, every computation is one of
// intervals, and a number is called inconsistent only if no such values fit. What it finds is about numbers: a misprint,
// a rounding of rounded numbers and an unsaid convention look alike from outside, and nothing here tells them apart.
//
// README.md lists the checks and how often they are wrong on honest tables.
package audit

import (
	"fmt"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/audit/paper"
)

// Verdict is what a check concludes.
type Verdict string

const (
	Consistent   Verdict = "consistent"   // values that round to the printed ones fit
	Undetermined Verdict = "undetermined" // they fit only under a convention that the paper does not state
	Inconsistent Verdict = "inconsistent" // no such values fit
)

// Finding is one check of one place.
type Finding struct {
	Check      string   `json:"check"`
	Where      string   `json:"where"` // table2 (2) DID
	Published  string   `json:"published"`
	Computed   string   `json:"computed"`
	Verdict    Verdict  `json:"verdict"`
	Arithmetic string   `json:"arithmetic"`
	Note       string   `json:"note,omitempty"`
	NoteZH     string   `json:"note_zh,omitempty"`
	Numbers    []string `json:"numbers"` // the printed numbers that entered: table2 (2) DID estimate
}

// Fact is something that the printed numbers imply and that the paper does not print.
type Fact struct {
	Name       string `json:"name"`
	Where      string `json:"where"`
	Value      string `json:"value"`
	Arithmetic string `json:"arithmetic"`
	Note       string `json:"note"`
	NoteZH     string `json:"note_zh"`
}

// Result is all that was found, in the order of the tables.
type Result struct {
	Source   string    `json:"source"`
	Verdict  Verdict   `json:"verdict"` // the worst of all findings
	Findings []Finding `json:"findings"`
	Facts    []Fact    `json:"facts"`
}

// auditor goes through one paper and keeps what it has learned on the way.
type auditor struct {
	book     *paper.Book
	findings []Finding
	facts    []Fact

	stands  legend            // what stars stand for; see legend()
	treated treatment         // what the sample sizes say of the treatment
	errors  map[string]string // kind of errors of a column, where they give themselves away
}

// Run makes all checks that the book's numbers allow.
func Run(b *paper.Book) *Result {
	a := &auditor{book: b, errors: map[string]string{}}
	for _, check := range []func(){
		a.moments, a.grain, a.quotients, a.statistics, a.counts, a.splits, a.exposures, a.matched,
		a.constants, a.standardErrors, a.explained, a.mediations, a.brackets, a.quotations, a.trend,
	} {
		check()
	}
	r := &Result{Source: b.Source, Verdict: Consistent, Findings: a.findings, Facts: a.facts}
	for _, f := range a.findings {
		if rank(f.Verdict) > rank(r.Verdict) {
			r.Verdict = f.Verdict
		}
	}
	return r
}

func rank(v Verdict) int { return slices.Index([]Verdict{Consistent, Undetermined, Inconsistent}, v) }

// Count counts the findings of a verdict.
func (r *Result) Count(v Verdict) int {
	n := 0
	for _, f := range r.Findings {
		if f.Verdict == v {
			n++
		}
	}
	return n
}

// Fact finds a fact by its name; nil if the numbers did not give it.
func (r *Result) Fact(name string) *Fact {
	for i := range r.Facts {
		if r.Facts[i].Name == name {
			return &r.Facts[i]
		}
	}
	return nil
}

// text is a sentence in both languages.
type text struct{ en, zh string }

func (a *auditor) find(f Finding, note text) {
	f.Note, f.NoteZH = note.en, note.zh
	a.findings = append(a.findings, f)
}

func (a *auditor) learn(f Fact, note text) {
	f.Note, f.NoteZH = note.en, note.zh
	a.facts = append(a.facts, f)
}

// place is a column of a table.
type place struct {
	table *paper.Table
	*paper.Column
}

func (p place) where() string { return p.table.Name + " " + p.Name }

func (p place) number(what string) string { return p.where() + " " + what }

// columns are all regressions of the paper.
func (a *auditor) columns() []place {
	var out []place
	for i := range a.book.Tables {
		t := &a.book.Tables[i]
		for j := range t.Columns {
			out = append(out, place{t, &t.Columns[j]})
		}
	}
	return out
}

// summary finds the descriptive statistics of a variable.
func (a *auditor) summary(variable string) (*paper.Summary, string) {
	for i := range a.book.Tables {
		t := &a.book.Tables[i]
		for j := range t.Summary {
			if t.Summary[j].Variable == variable {
				return &t.Summary[j], t.Name
			}
		}
	}
	return nil, ""
}

// rows is the number of rows of the whole sample, 0 if the paper does not say.
func (a *auditor) rows() int {
	s := a.book.Sample
	if s == nil {
		return 0
	}
	if s.N > 0 {
		return s.N
	}
	return s.Units * s.Periods()
}

// panel is the number of units and periods, 0 if the paper does not say.
func (a *auditor) panel() (units, periods int) {
	if s := a.book.Sample; s != nil {
		return s.Units, s.Periods()
	}
	return 0, 0
}

// balanced tells whether every unit is seen in every period.
func (a *auditor) balanced() bool {
	units, periods := a.panel()
	return units > 0 && periods > 0 && units*periods == a.rows()
}

// treatmentTerm is the treatment of a column: its first term that is no constant.
func treatmentTerm(c *paper.Column) *paper.Term {
	for i := range c.Terms {
		if !c.Terms[i].Constant() && c.Terms[i].Term != c.Mediator {
			return &c.Terms[i]
		}
	}
	return nil
}

// complete tells whether a column prints all that is in its regression but the fixed effects: it prints the constant.
func complete(c *paper.Column) bool {
	return len(c.Controls) == 0 && slices.ContainsFunc(c.Terms, paper.Term.Constant)
}

// slopes are the column's terms but the constant.
func slopes(c *paper.Column) []paper.Term {
	return slices.DeleteFunc(slices.Clone(c.Terms), paper.Term.Constant)
}

func sprint(format string, args ...any) string { return fmt.Sprintf(format, args...) }
