package published

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/describe"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

// Kind says in words how a number of ours differs from the printed one.
type Kind string

const (
	SameDigits   Kind = "same digits"    // ours rounds to what was printed
	WithinNoise  Kind = "within noise"   // apart by less than 1.96 joint standard errors
	BeyondNoise  Kind = "beyond noise"   // further apart, of the same sign
	OtherSign    Kind = "other sign"     // further apart, of opposite signs
	Close        Kind = "close"          // a moment: the means within a tenth of a standard deviation, the others within a tenth
	Differs      Kind = "differs"        // a count, moment or R² that is neither
	OnlyHere     Kind = "not published"  // a term that the paper does not print
	OnlyInPrint  Kind = "not in the fit" // a term that the fit lacks
	noiseQuantum      = 1.959963984540054
)

// Comparison is one result beside one published column.
type Comparison struct {
	Result string `json:"result"` // name in the session
	Column string `json:"column"` // of the published table, "" for descriptive statistics
	Rows   []Row  `json:"rows"`
}

// Row is one number of ours beside the printed one. Missing sides are NaN.
type Row struct {
	Row           string  `json:"row"` // term, n or r2; variable and moment
	Ours          float64 `json:"ours"`
	OursT         float64 `json:"ours_t"`
	Published     float64 `json:"published"`
	PublishedT    float64 `json:"published_t"`
	Decimals      int     `json:"-"` // as printed
	Difference    float64 `json:"difference"`
	JointStdError float64 `json:"joint_std_error"` // root of the sum of both squared standard errors, NaN for counts and moments
	Kind          Kind    `json:"kind"`
	Cause         Cause   `json:"cause"` // see CauseOf
}

// NoColumn is the error for a fit that shares no term with any column, or for a column that is not there.
type NoColumn struct {
	Table, Column string
	All           []string // columns, or terms if Column is ""
}

func (e *NoColumn) Error() string {
	if e.Column == "" {
		return fmt.Sprintf("no column of %s has a term of the fit; its terms are %s", e.Table, strings.Join(e.All, ", "))
	}
	return fmt.Sprintf("%s has no column %q; there are %s", e.Table, e.Column, strings.Join(e.All, ", "))
}

// Match finds the column that a fit replicates: the one with the fit's treatment and the most terms in common. With a
// name it is the column of that name, with or without its brackets.
func Match(t *Table, f *regress.Fit, name string) (*Column, error) {
	if name != "" {
		return columnOf(t, name)
	}
	best, score := -1, 0
	ours := termNames(f)
	for i, c := range t.Columns {
		s := similarity(c, ours, alias(f.Treatment))
		if s > score {
			best, score = i, s
		}
	}
	if best < 0 {
		return nil, &NoColumn{Table: t.Name, All: termsOf(t)}
	}
	return &t.Columns[best], nil
}

func columnOf(t *Table, name string) (*Column, error) {
	var names []string
	for i, c := range t.Columns {
		if c.Name == name || strings.Trim(c.Name, "()") == name {
			return &t.Columns[i], nil
		}
		names = append(names, c.Name)
	}
	return nil, &NoColumn{t.Name, name, names}
}

// similarity is 0 for a column without a common term; the constant counts for nothing.
func similarity(c Column, ours []string, treatment string) int {
	common, apart, treated := 0, 0, false
	for _, term := range c.Terms {
		switch {
		case term.Term == constant:
		case slices.Contains(ours, term.Term):
			common++
			treated = treated || term.Term == treatment
		default:
			apart++
		}
	}
	if common == 0 {
		return 0
	}
	apart += len(ours) - common
	s := 1000 + 10*common - 9*apart
	if treated {
		s += 1000
	}
	return s
}

// terms lists the terms of all columns, each once.
func termsOf(t *Table) []string {
	var names []string
	for _, c := range t.Columns {
		for _, term := range c.Terms {
			if !slices.Contains(names, term.Term) {
				names = append(names, term.Term)
			}
		}
	}
	return names
}

const constant = "constant"

var lagForm = regexp.MustCompile(`^(?:l|lag)\(([^,()]+)(?:, (?:k=)?(\d+))?\)$`)

// alias writes a term as papers do: l(DID, 1) is L1.DID, the intercept the constant.
func alias(term string) string {
	if term == "(Intercept)" {
		return constant
	}
	if m := lagForm.FindStringSubmatch(term); m != nil {
		k := m[2]
		if k == "" {
			k = "1"
		}
		return "L" + k + "." + m[1]
	}
	return term
}

func termNames(f *regress.Fit) []string {
	var names []string
	for _, c := range f.Coef {
		if n := alias(c.Term); n != constant {
			names = append(names, n)
		}
	}
	return names
}

// Compare puts a fit beside a column: its terms in the column's order, then those that only the fit has, n and R².
func Compare(result string, f *regress.Fit, c *Column) Comparison {
	out := Comparison{Result: result, Column: c.Name}
	ours := map[string]regress.Coef{}
	for _, k := range f.Coef {
		ours[alias(k.Term)] = k
	}
	if f.Constant != nil {
		ours[constant] = *f.Constant
	}
	for _, t := range c.Terms {
		k, ok := ours[t.Term]
		if !ok {
			k = regress.Coef{Estimate: math.NaN(), StdError: math.NaN(), Statistic: math.NaN()}
		}
		out.Rows = append(out.Rows, compareTerm(t, k, c.Statistic))
		delete(ours, t.Term)
	}
	for _, k := range f.Coef {
		if _, left := ours[alias(k.Term)]; left {
			out.Rows = append(out.Rows, Row{Row: alias(k.Term), Ours: k.Estimate, OursT: k.Statistic, Decimals: 3, Kind: OnlyHere,
				Published: math.NaN(), PublishedT: math.NaN(), Difference: math.NaN(), JointStdError: math.NaN()})
		}
	}
	if c.N > 0 {
		out.Rows = append(out.Rows, plainRow("n", float64(f.N), Printed{Value: float64(c.N)}))
	}
	if c.R2 != nil {
		out.Rows = append(out.Rows, plainRow("r2", f.R2, *c.R2))
	}
	out.attribute()
	return out
}

func compareTerm(t Term, k regress.Coef, statistic string) Row {
	published := math.NaN() // standard error
	r := Row{Row: t.Term, Ours: k.Estimate, OursT: k.Statistic, Published: t.Estimate.Value, PublishedT: math.NaN(), Decimals: t.Estimate.Decimals}
	if t.Statistic != nil {
		switch s := t.Statistic.Value; {
		case statistic == "se":
			published, r.PublishedT = s, t.Estimate.Value/s
		case s != 0:
			published, r.PublishedT = math.Abs(t.Estimate.Value/s), s
		}
	}
	r.Difference = r.Ours - r.Published
	r.JointStdError = math.Hypot(k.StdError, published)
	r.Kind = kindOf(r, t.Estimate)
	return r
}

func kindOf(r Row, printed Printed) Kind {
	switch {
	case math.IsNaN(r.Ours):
		return OnlyInPrint
	case sameDigits(r.Ours, printed):
		return SameDigits
	case math.Abs(r.Difference) <= noiseQuantum*r.JointStdError:
		return WithinNoise
	case r.Ours*r.Published < 0:
		return OtherSign
	}
	return BeyondNoise
}

// sameDigits tells whether x rounds to the printed number; a half may have been rounded either way.
func sameDigits(x float64, p Printed) bool {
	half := 0.5 * math.Pow(10, -float64(p.Decimals))
	return math.Abs(x-p.Value) <= half*(1+1e-9)
}

// plainRow compares a count or an R².
func plainRow(name string, ours float64, p Printed) Row {
	r := Row{Row: name, Ours: ours, Published: p.Value, Decimals: p.Decimals, Difference: ours - p.Value, Kind: Differs,
		OursT: math.NaN(), PublishedT: math.NaN(), JointStdError: math.NaN()}
	if sameDigits(ours, p) {
		r.Kind = SameDigits
	}
	return r
}

// CompareSummary puts descriptive statistics beside a table's: the variables that both have.
func CompareSummary(result string, d *describe.Table, t *Table) (Comparison, error) {
	out := Comparison{Result: result}
	for _, s := range t.Summary {
		at := slices.IndexFunc(d.Rows, func(r describe.Row) bool { return r.Variable == s.Variable })
		if at < 0 {
			continue
		}
		out.Rows = append(out.Rows, momentRows(d.Rows[at], s)...)
	}
	if len(out.Rows) == 0 {
		var all []string
		for _, s := range t.Summary {
			all = append(all, s.Variable)
		}
		return out, fmt.Errorf("%s shares no variable with %s; it holds %s", t.Name, result, strings.Join(all, ", "))
	}
	out.attribute()
	return out, nil
}

func momentRows(r describe.Row, s Summary) []Row {
	rows := []Row{plainRow(s.Variable+" n", float64(r.N), Printed{Value: float64(s.N)})}
	for _, m := range []struct {
		name    string
		ours    float64
		printed Printed
		scale   float64 // a tenth of it counts as close
	}{
		{"mean", r.Mean, s.Mean, s.SD.Value}, {"sd", r.SD, s.SD, s.SD.Value},
		{"min", r.Min, s.Min, s.Min.Value}, {"max", r.Max, s.Max, s.Max.Value},
	} {
		if !m.printed.Known() {
			continue
		}
		row := plainRow(s.Variable+" "+m.name, m.ours, m.printed)
		if row.Kind == Differs && math.Abs(row.Difference) <= 0.1*math.Abs(m.scale) {
			row.Kind = Close
		}
		rows = append(rows, row)
	}
	return rows
}
