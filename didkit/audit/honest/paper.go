package honest

import (
	"fmt"
	"math/rand/v2"
	"sort"
	"strconv"

	"github.com/seed2d25c7c2/didnb/didkit"
	"github.com/seed2d25c7c2/didnb/didkit/audit/paper"
	"github.com/seed2d25c7c2/didnb/didkit/match"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

// author writes one paper.
type author struct {
	Conventions
	p    *panel.Panel
	book *paper.Book
}

// Paper draws a panel from the seed, estimates the tables of a study on it and prints their numbers: descriptive
// statistics, baseline columns, a lag, a matched sample, a rival variable, three mediator steps, bins of exposure and
// two splits at medians.
func Paper(seed uint64) (*paper.Book, Conventions, error) {
	r := rand.New(rand.NewPCG(seed, 0x617564697420))
	c := conventions(r)
	p, err := draw(r, c)
	if err != nil {
		return nil, c, err
	}
	a := &author{Conventions: c, p: p, book: &paper.Book{Source: fmt.Sprintf("drawn from seed %d", seed), Stars: map[string]float64{"***": 0.01, "**": 0.05, "*": 0.1},
		Sample: &paper.Sample{Units: c.Units, First: 2005, Last: 2004 + c.Periods, N: p.Rows()}}}
	for _, write := range []func() error{a.describe, a.baseline, a.robust, a.mediators, a.exposure, a.groups} {
		if err := write(); err != nil {
			return nil, c, fmt.Errorf("seed %d (%s): %w", seed, c, err)
		}
	}
	a.book.Roles()
	return a.book, c, nil
}

// print rounds as printing does.
func print(x float64, decimals int) paper.Printed {
	p, _ := paper.ParsePrinted(strconv.FormatFloat(x, 'f', decimals, 64))
	return p
}

func (a *author) describe() error {
	t := paper.Table{Name: "table1"}
	d, err := didkit.Describe(a.p, "y", "D", "m", "x1", "x2", "x3")
	if err != nil {
		return err
	}
	for _, r := range d.Rows {
		s := paper.Summary{Variable: r.Variable, N: r.N, Mean: print(r.Mean, a.Decimals), SD: print(r.SD, a.Decimals), Min: print(r.Min, a.Decimals), Max: print(r.Max, a.Decimals)}
		if r.Variable == "D" {
			s.Min, s.Max = print(r.Min, 0), print(r.Max, 0)
		}
		t.Summary = append(t.Summary, s)
	}
	a.book.Tables = append(a.book.Tables, t)
	return nil
}

func (a *author) vcov() didkit.Vcov {
	switch a.Errors {
	case "hetero":
		return didkit.Robust()
	case "unit":
		return didkit.Clustered("city")
	case "province":
		return didkit.Clustered("province")
	}
	return didkit.Classical()
}

// column estimates and prints one regression; keep lists the terms to print, none all of them with the constant.
func (a *author) column(name, formula, rows string, p *panel.Panel, weights string, keep ...string) (paper.Column, error) {
	f, err := didkit.Reg(p, formula, didkit.Options{Vcov: a.vcov(), If: rows, Weights: weights, KeepSingletons: a.Singletons})
	if err != nil {
		return paper.Column{}, fmt.Errorf("%s: %w", name, err)
	}
	r2 := print(f.R2, 3)
	c := paper.Column{Name: name, Outcome: f.Outcome, Statistic: a.Statistic, N: f.N, R2: &r2, Weights: weights}
	if a.Told {
		c.Errors = map[string]string{"iid": "iid", "hetero": "hetero", "unit": "cluster", "province": "cluster"}[a.Errors]
		if len(f.Vcov.Clusters) > 0 {
			c.Clusters = f.Vcov.Clusters[0]
		}
	}
	for _, k := range f.Coef {
		if len(keep) == 0 || contains(keep, k.Term) {
			c.Terms = append(c.Terms, a.term(k))
		}
	}
	if len(keep) == 0 && f.Constant != nil {
		k := *f.Constant
		k.Term = "constant"
		c.Terms = append(c.Terms, a.term(k))
	}
	if len(keep) > 0 && a.Told {
		for _, k := range f.Coef {
			if !contains(keep, k.Term) {
				c.Controls = append(c.Controls, k.Term)
			}
		}
	}
	return c, nil
}

func contains(words []string, w string) bool {
	for _, x := range words {
		if x == w {
			return true
		}
	}
	return false
}

func (a *author) term(k regress.Coef) paper.Term {
	at := func(x float64) *paper.Printed { p := print(x, a.Decimals); return &p }
	t := paper.Term{Term: k.Term, Estimate: print(k.Estimate, a.Decimals)}
	if k.Term == "l(D, 1)" {
		t.Term = "L1.D"
	}
	switch {
	case k.PValue < 0.01:
		t.Stars = "***"
	case k.PValue < 0.05:
		t.Stars = "**"
	case k.PValue < 0.1:
		t.Stars = "*"
	}
	t.Statistic = at(k.Statistic)
	if a.Statistic == "se" {
		t.Statistic = at(k.StdError)
	}
	if a.Rich {
		if a.Statistic == "se" {
			t.T = at(k.Statistic)
		} else {
			t.StdError = at(k.StdError)
		}
		p := print(k.PValue, 3)
		t.P, t.Low, t.High = &p, at(k.ConfLow), at(k.ConfHigh)
	}
	return t
}

// table adds a table of columns.
func (a *author) table(name string, columns ...func() (paper.Column, error)) error {
	t := paper.Table{Name: name}
	for _, f := range columns {
		c, err := f()
		if err != nil {
			return err
		}
		t.Columns = append(t.Columns, c)
	}
	a.book.Tables = append(a.book.Tables, t)
	return nil
}

const controls = " + x1 + x2 + x3"

func (a *author) baseline() error {
	weights := ""
	if a.Weighted {
		weights = "w"
	}
	col := func(name, formula, weights string) func() (paper.Column, error) {
		return func() (paper.Column, error) { return a.column(name, formula+" | city + year", "", a.p, weights) }
	}
	return a.table("table2", col("(1)", "y ~ D", ""), col("(2)", "y ~ D + x1", ""), col("(3)", "y ~ D"+controls, ""), col("(4)", "y ~ D + x2 + x3", weights))
}

func (a *author) robust() error {
	lag := func() (paper.Column, error) {
		c, err := a.column("(2) lagged", "y ~ l(D, 1)"+controls+" | city + year", "", a.p, "", "l(D, 1)")
		return c, err
	}
	rival := func() (paper.Column, error) {
		return a.column("(3) rival", "y ~ D + m"+controls+" | city + year", "", a.p, "", "D", "m")
	}
	columns := []func() (paper.Column, error){lag, rival}
	if m, err := didkit.PSM(a.p, "D ~ x1 + x2 + x3", didkit.MatchOptions{MatchSpec: match.Spec{Ratio: 1}}); err == nil {
		if matched, err := m.Panel(a.p); err == nil {
			columns = append([]func() (paper.Column, error){func() (paper.Column, error) {
				return a.column("(1) PSM-DID", "y ~ D"+controls+" | city + year", "", matched, "", "D")
			}}, columns...)
		}
	}
	t := paper.Table{Name: "table3"}
	for _, f := range columns {
		if c, err := f(); err == nil { // a small matched sample may leave nothing to estimate
			t.Columns = append(t.Columns, c)
		}
	}
	a.book.Tables = append(a.book.Tables, t)
	return nil
}

// mediators prints the steps of mediation on the rows that all of them have, as a careful author does.
func (a *author) mediators() error {
	rows := ""
	if a.Missing {
		rows = "m > -1e300"
	}
	step := func(name, formula string, role paper.Role, keep ...string) func() (paper.Column, error) {
		return func() (paper.Column, error) {
			with := controls
			if a.Lean {
				with = " + x1"
			}
			c, err := a.column(name, formula+with+" | city + year", rows, a.p, "", keep...)
			c.Role, c.Mediator = role, "m"
			return c, err
		}
	}
	return a.table("table4", step("m first", "m ~ D", paper.FirstStage, "D"), step("m second", "y ~ D + m", paper.SecondStage, "D", "m"))
}

func (a *author) exposure() error {
	bin := func(name, in string) func() (paper.Column, error) {
		return func() (paper.Column, error) {
			return a.column(name, "y ~ D + x2 + x3 | city + year", "D == 0 | ("+in+")", a.p, "", "D")
		}
	}
	t := paper.Table{Name: "table5"}
	for _, f := range []func() (paper.Column, error){bin("short 0-2", "since <= 2"), bin("middle 3-5", "since >= 3 & since <= 5"), bin("long >5", "since > 5")} {
		c, err := f()
		if err != nil { // nobody is treated that long
			return nil
		}
		t.Columns = append(t.Columns, c)
	}
	a.book.Tables = append(a.book.Tables, t)
	return nil
}

func (a *author) groups() error {
	t := paper.Table{Name: "table6"}
	for _, g := range []string{"g", "x2"} {
		x, err := a.p.Numbers(g)
		if err != nil {
			return err
		}
		var known []float64
		for _, v := range x {
			if v == v {
				known = append(known, v)
			}
		}
		sort.Float64s(known)
		median := (known[(len(known)-1)/2] + known[len(known)/2]) / 2
		for _, side := range []struct{ name, sign string }{{"low", "<="}, {"high", ">"}} {
			c, err := a.column(g+" "+side.name, "y ~ D + x3 | city + year", fmt.Sprintf("%s %s %v", g, side.sign, median), a.p, "", "D")
			if err != nil { // a group without treated rows
				return nil
			}
			t.Columns = append(t.Columns, c)
		}
	}
	a.book.Tables = append(a.book.Tables, t)
	return nil
}
