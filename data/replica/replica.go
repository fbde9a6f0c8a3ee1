// Package replica estimates the regressions of Gao, Han and Han's (2026) Tables 2 to 6 on a panel with their variables,
// column by column as their text describes them, for the codebook of the simulated panel and for its calibration.
package replica

import (
	"fmt"
	"math"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/evaluate"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/match"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// Controls are the six control variables of every regression but Table 2's first, in the paper's order.
var Controls = []string{"PGDP", "FINDEV", "OPEN", "GOVSUP", "MKTZ", "URB"}

// Mediators are the three of Table 4.
var Mediators = []string{"DTI", "GTI", "HC"}

const (
	controls = " + PGDP + FINDEV + OPEN + GOVSUP + MKTZ + URB"
	effects  = " | city + year"
)

// Column is one regression of the paper, estimated: Table and Name as in data/published.json.
type Column struct {
	Table, Name string
	Fit         *regress.Fit
}

// spec is a regression by formula, over the rows for which If holds.
type spec struct{ table, name, formula, rows string }

// specs are the columns that need nothing but a formula and a condition. Errors are iid, as the paper's standard errors
// turn out to be. Bins of exposure leave the other treated rows out, and medians are those of city-years: that is what
// the paper's sample sizes tell.
var specs = []spec{
	{"table2", "(1)", "DIA ~ DID" + effects, ""},
	{"table2", "(2)", "DIA ~ DID" + controls + effects, ""},
	{"table2", "(3)", "DIA ~ SC" + controls + effects, ""},
	{"table2", "(4)", "DIA ~ LCC" + controls + effects, ""},
	{"table3", "(2) lagged", "DIA ~ l(DID, 1)" + controls + effects, ""},
	{"table3", "(3) BN", "DIA ~ DID + BN" + controls + effects, ""},
	{"table3", "(4) ET", "DIA ~ DID + ET" + controls + effects, ""},
	{"table4", "DTI, first step", "DTI ~ DID" + controls + effects, ""},
	{"table4", "DTI, second step", "DIA ~ DID + DTI" + controls + effects, ""},
	{"table4", "GTI, first step", "GTI ~ DID" + controls + effects, ""},
	{"table4", "GTI, second step", "DIA ~ DID + GTI" + controls + effects, ""},
	{"table4", "HC, first step", "HC ~ DID" + controls + effects, ""},
	{"table4", "HC, second step", "DIA ~ DID + HC" + controls + effects, ""},
	{"table5", "short 0-2", "DIA ~ DID" + controls + effects, "DID == 0 | year - adopt_dual <= 2"},
	{"table5", "middle 3-5", "DIA ~ DID" + controls + effects, "DID == 0 | (year - adopt_dual >= 3 & year - adopt_dual <= 5)"},
	{"table5", "long >5", "DIA ~ DID" + controls + effects, "DID == 0 | year - adopt_dual > 5"},
	{"table6", "PGDP low", "DIA ~ DID" + controls + effects, "PGDP <= %v"},
	{"table6", "PGDP high", "DIA ~ DID" + controls + effects, "PGDP > %v"},
	{"table6", "PM25 low", "DIA ~ DID" + controls + effects, "PM25 <= %v"},
	{"table6", "PM25 high", "DIA ~ DID" + controls + effects, "PM25 > %v"},
}

// Columns estimates all of them, in the paper's order. The panel has the variables of data/dual-pilot.csv.
func Columns(p *panel.Panel) ([]Column, error) {
	p, err := withExposure(p)
	if err != nil {
		return nil, err
	}
	var out []Column
	for _, s := range specs {
		fit, err := s.estimate(p)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", s.table, s.name, err)
		}
		out = append(out, Column{s.table, s.name, fit})
		if s.name == "(4) ET" {
			if fit, err = winsorised(p); err != nil {
				return nil, fmt.Errorf("%s (5): %w", s.table, err)
			}
			out = append(out, Column{s.table, "(5) winsorised 1%", fit})
		}
	}
	return out, nil
}

// withExposure gives a city that never adopts an exposure below every bin, as a missing one would drop its rows.
func withExposure(p *panel.Panel) (*panel.Panel, error) {
	adopted, err := p.Numbers("adopt_dual")
	if err != nil {
		return nil, err
	}
	x := slices.Clone(adopted)
	for i := range x {
		if x[i] != x[i] {
			x[i] = math.Inf(1)
		}
	}
	return p.With(&panel.Variable{Name: "adopt_dual", Values: x})
}

func (s spec) estimate(p *panel.Panel) (*regress.Fit, error) {
	rs := regress.Spec{Formula: s.formula, Vcov: vcov.Spec{Type: vcov.IID}}
	rows := s.rows
	if s.table == "table6" {
		x, err := p.Numbers(s.name[:4])
		if err != nil {
			return nil, err
		}
		rows = fmt.Sprintf(rows, Median(x))
	}
	if rows != "" {
		cond, err := formula.ParseExpr(rows)
		if err != nil {
			return nil, err
		}
		rs.Design.If = cond
	}
	rs.Design.KeepSingletons = true // as the paper's sample sizes tell
	fits, err := regress.Estimate(p, rs)
	if err != nil {
		return nil, err
	}
	return fits[0], nil
}

// Median is the median of the values that are not missing.
func Median(x []float64) float64 {
	y := slices.Clone(x)
	y = slices.DeleteFunc(y, func(v float64) bool { return v != v })
	slices.Sort(y)
	return evaluate.Quantile(y, 0.5)
}

// winsorised is the baseline with the outcome and the controls set to their 1st and 99th percentiles beyond them.
func winsorised(p *panel.Panel) (*regress.Fit, error) {
	for _, name := range append([]string{"DIA"}, Controls...) {
		e, err := formula.ParseExpr("winsor(" + name + ", 0.01)")
		if err != nil {
			return nil, err
		}
		r, err := evaluate.Expr(p, e, "")
		if err != nil {
			return nil, err
		}
		if p, err = p.With(&panel.Variable{Name: name, Values: r.Values}); err != nil {
			return nil, err
		}
	}
	return spec{"table3", "", "DIA ~ DID" + controls + effects, ""}.estimate(p)
}

// Matched is Table 3's first column: ever-treated rows matched one to one with replacement to rows of never-treated
// cities on the logit score of the controls, over all rows at once (that is what 1,262 rows tell), then the baseline on
// the rows that remain, each counted once.
func Matched(p *panel.Panel) (*regress.Fit, error) {
	adopted, err := p.Numbers("adopt_dual")
	if err != nil {
		return nil, err
	}
	ever := make([]float64, len(adopted))
	for i, a := range adopted {
		if a == a {
			ever[i] = 1
		}
	}
	q, err := p.With(&panel.Variable{Name: "ever", Values: ever})
	if err != nil {
		return nil, err
	}
	m, err := match.Run(q, match.Spec{Formula: "ever ~ PGDP" + controls[len(" + PGDP"):], Scheme: match.Pooled})
	if err != nil {
		return nil, err
	}
	rows := make([]int32, len(m.MatchedRows))
	for i, r := range m.MatchedRows {
		rows[i] = int32(r)
	}
	return spec{"table3", "", "DIA ~ DID" + controls + effects, ""}.estimate(p.Subset(rows))
}

// EventStudy is Figure 1: effects by event time against the period before adoption, 90 % intervals, errors iid; the
// window runs from six periods before to eight after, the ends gathering what lies beyond.
func EventStudy(p *panel.Panel) (*did.EventStudyResult, error) {
	return did.EventStudy(p, did.EventSpec{
		Spec:   did.Spec{Formula: "DIA ~ DID" + controls + effects, Treat: "DID", Vcov: vcov.Spec{Type: vcov.IID}, Level: 0.90},
		Window: [2]int{-6, 8},
	})
}

// Trend is how far the mean of DIA moves from one year to another, in cities that ever are dual pilots and in the others.
func Trend(p *panel.Panel, from, to float64) (treated, control float64, err error) {
	var columns [3][]float64
	for k, name := range []string{"DIA", "year", "adopt_dual"} {
		if columns[k], err = p.Numbers(name); err != nil {
			return 0, 0, err
		}
	}
	var sum, n [2][2]float64 // by group and year
	for i, y := range columns[0] {
		group, year := 0, 0
		if columns[2][i] == columns[2][i] {
			group = 1
		}
		switch columns[1][i] {
		case from:
		case to:
			year = 1
		default:
			continue
		}
		sum[group][year] += y
		n[group][year]++
	}
	change := func(g int) float64 { return sum[g][1]/n[g][1] - sum[g][0]/n[g][0] }
	return change(1), change(0), nil
}
