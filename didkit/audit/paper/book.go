// Package paper holds numbers as a paper printed them, with the decimals that say how exactly each is known, and reads
// them from JSON, from a table pasted as text, from LaTeX and from a workbook.
package paper

import (
	"fmt"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/suggest"
)

// Book is what one paper printed.
type Book struct {
	Source string             `json:"source"`
	Sample *Sample            `json:"sample,omitempty"`
	Stars  map[string]float64 `json:"stars,omitempty"` // the level that each mark stands for; none: not said
	Tables []Table            `json:"tables"`
	Trend  *Trend             `json:"trend,omitempty"`
	Quoted []Quoted           `json:"quoted,omitempty"`
}

// Sample is the panel that the paper says it has. Zero means not said.
type Sample struct {
	Units    int   `json:"units,omitempty"`
	First    int   `json:"first,omitempty"` // period
	Last     int   `json:"last,omitempty"`
	N        int   `json:"n,omitempty"`
	Adoption []int `json:"adoption,omitempty"` // the only periods in which units can have been treated first
}

// Periods counts them, 0 if they are not said.
func (s *Sample) Periods() int {
	if s == nil || s.Last <= s.First {
		return 0
	}
	return s.Last - s.First + 1
}

// Trend is how group means moved between two periods.
type Trend struct {
	First   int     `json:"first"`
	Last    int     `json:"last"`
	Treated Printed `json:"treated" need:"yes"`
	Control Printed `json:"control" need:"yes"`
}

// Quoted is a number of a table that the text or a figure prints again.
type Quoted struct {
	Where string  `json:"where" need:"yes"` // figure 2
	Value Printed `json:"value" need:"yes"`
	Of    string  `json:"of,omitempty"` // table2 (2) DID; "": any estimate
}

// Table is one published table: of regressions (Columns) or of descriptive statistics (Summary).
type Table struct {
	Name    string    `json:"name"` // table2
	Title   string    `json:"title,omitempty"`
	TitleZH string    `json:"title_zh,omitempty"`
	Columns []Column  `json:"columns,omitempty"`
	Summary []Summary `json:"summary,omitempty"`
}

// Column is one regression as printed. A statistic stands in brackets in the paper: t or standard error, as Statistic says.
type Column struct {
	Name      string   `json:"name"` // (1)
	Outcome   string   `json:"outcome,omitempty"`
	Statistic string   `json:"statistic"` // t or se
	Terms     []Term   `json:"terms"`
	N         int      `json:"n,omitempty"`
	R2        *Printed `json:"r2,omitempty"`

	R2Kind   string   `json:"r2_kind,omitempty"`  // overall, within or adjusted; "": not said
	Errors   string   `json:"errors,omitempty"`   // iid, hetero or cluster; "": not said
	Clusters int      `json:"clusters,omitempty"` // their number; 0: not said
	Weights  string   `json:"weights,omitempty"`  // what rows are weighted by
	Role     Role     `json:"role,omitempty"`     // "": read from the column's name and terms (see Roles)
	Group    string   `json:"group,omitempty"`    // variable that this column's rows were chosen by
	Exposure *Bin     `json:"exposure,omitempty"` // periods since adoption of the treated rows that were kept
	Mediator string   `json:"mediator,omitempty"`
	Controls []string `json:"controls,omitempty"` // in the regression, not in the table
	Effects  []string `json:"effects,omitempty"`  // fixed effects, as city and year; nil: not said, empty: none
	Model    string   `json:"model,omitempty"`    // logit, iv, winsorised …: what is not least squares on the sample's values; "" or ols: is

	Guessed bool `json:"-"` // Role was read from the name
}

// Role is what a column is for.
type Role string

const (
	Lagged      Role = "lag"      // the treatment is that of the period before
	Matched     Role = "matched"  // on a sample matched 1:1
	GroupOf     Role = "group"    // on a part of the sample
	ExposureOf  Role = "exposure" // on the untreated rows and one bin of treated ones
	FirstStage  Role = "first"    // the mediator on the treatment
	SecondStage Role = "second"   // the outcome on treatment and mediator
	PlainColumn Role = "plain"
	OtherData   Role = "other" // on rows that are no part of the sample
)

// Bin is a stretch of periods since adoption; High < 0 means no end.
type Bin struct {
	Low  int `json:"low"`
	High int `json:"high"`
}

// Term is one coefficient as printed.
type Term struct {
	Term      string   `json:"term" need:"yes"`
	Estimate  Printed  `json:"estimate" need:"yes"`
	Statistic *Printed `json:"statistic,omitempty"`
	Stars     string   `json:"stars"`

	StdError *Printed `json:"std_error,omitempty"` // these where the table prints more than one number under the estimate
	T        *Printed `json:"t,omitempty"`
	P        *Printed `json:"p,omitempty"`
	Low      *Printed `json:"low,omitempty"` // of the 95 % interval
	High     *Printed `json:"high,omitempty"`
}

// Summary is one row of descriptive statistics as printed; NaN for what is not printed.
type Summary struct {
	Variable string  `json:"variable" need:"yes"`
	N        int     `json:"n"`
	Mean     Printed `json:"mean"`
	SD       Printed `json:"sd"`
	Min      Printed `json:"min"`
	Max      Printed `json:"max"`
	Kind     string  `json:"kind,omitempty"` // binary, whole (whole numbers) or quotient (a location quotient)

	Guessed bool `json:"-"` // Kind was read from the ends
}

// Constant tells whether the term is the regression's constant.
func (t Term) Constant() bool {
	switch strings.ToLower(t.Term) {
	case "constant", "_cons", "cons", "(intercept)", "intercept", "常数项", "常数", "截距":
		return true
	}
	return false
}

// LeastSquares tells whether the column is unweighted least squares on the sample's own values, so far as it says.
func (c *Column) LeastSquares() bool { return c.Weights == "" && (c.Model == "" || c.Model == "ols") }

// Find looks a term up; nil if the column does not print it.
func (c *Column) Find(term string) *Term {
	for i := range c.Terms {
		if c.Terms[i].Term == term {
			return &c.Terms[i]
		}
	}
	return nil
}

// Table finds a table by name; the error is an *UnknownTable.
func (b *Book) Table(name string) (*Table, error) {
	for i := range b.Tables {
		if b.Tables[i].Name == name {
			return &b.Tables[i], nil
		}
	}
	return nil, &UnknownTable{Name: name, All: b.Names()}
}

// Names lists the tables in the paper's order.
func (b *Book) Names() []string {
	names := make([]string, len(b.Tables))
	for i, t := range b.Tables {
		names[i] = t.Name
	}
	return names
}

// UnknownTable is the error for a table that the paper does not have.
type UnknownTable struct {
	Name string
	All  []string
}

func (e *UnknownTable) Error() string {
	s := fmt.Sprintf("no published table %q", e.Name)
	if near := suggest.Phrase(e.Name, e.All); near != "" {
		return s + near
	}
	return s + "; there are " + strings.Join(e.All, ", ")
}
