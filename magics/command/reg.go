package command

import (
	"fmt"

	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

func regCommand() *Command {
	return &Command{
		Name: "reg", Synopsis: "FORMULA [vcov=] [weights=] [as=]",
		Short: "least squares with fixed effects", ShortZH: "固定效应最小二乘回归",
		Words: Formula,
		Keys:  estimationKeys("m", "iid", "0.95", infKey),
		Help: "FORMULA is fixest's: y ~ x1 + x2 | unit + time, with log(x), x^2, x1:x2, x1*x2, i(year, treat, ref=2012), l(x, 1), f(x, 1), d(x), " +
			"city^year and city[trend]. c(y1, y2) ~ …, sw(a, b) and csw(a, b) run several regressions; kept as m they are m.1, m.2 …\n" +
			"Rows with a missing value and singletons are left out and counted; collinear columns are left out and named.",
		Example: loadCastle + "%reg l_homicide ~ post + poverty | sid + year vcov=cluster(sid) as=m1\n%reg l_homicide ~ post + poverty | sid + year vcov=cluster(sid) inf=ri(post, reps=499)\n%reg c(l_homicide, robbery, assault) ~ post + poverty | sid + year vcov=wildboot(sid, reps=999) inf=romanowolf(post)",
		run:     runReg,
	}
}

// estimation is what the magics with a formula read from their line.
type estimation struct {
	data   *session.Dataset
	text   lang.Text // of the formula
	vcov   vcov.Spec
	level  float64
	design design.Options
}

// estimation reads the shared keys.
func (c *call) estimation() (e estimation, err error) {
	if e.text, err = c.formulaText(); err != nil {
		return e, err
	}
	if e.data, err = c.dataset(); err != nil {
		return e, err
	}
	if e.vcov, err = c.vcov(); err != nil {
		return e, err
	}
	if e.level, err = c.level(); err != nil {
		return e, err
	}
	e.design, err = c.designOptions()
	return e, err
}

func runReg(c *call) (*Output, error) {
	fs, text, err := c.formulas()
	if err != nil {
		return nil, err
	}
	e, err := c.estimation()
	if err != nil {
		return nil, err
	}
	fits, err := regress.Estimate(e.data.Panel, regress.Spec{Parsed: fs, Vcov: e.vcov, Level: e.level, Design: e.design})
	if err != nil {
		return nil, within(text, err)
	}
	for _, f := range fits {
		mark(f, e.data)
	}
	down, err := c.stepdown(fs, e)
	if err != nil {
		return nil, err
	}
	inf, err := c.inference(1)
	if err != nil {
		return nil, err
	}
	tested, err := c.inferRegressor(inf, fits, e)
	if err != nil {
		return nil, err
	}
	if len(fits) > 1 {
		return c.keepSet(fits, fs, down, e)
	}
	name := c.keep("m", "fit", fits[0], e.data)
	out := c.tableOutput(c.fitTable(c.pick("Least squares", "最小二乘回归"), fits[0]))
	out.As, out.Kind, out.Result = name, "fit", fits[0]
	return c.withGo(out, goReg(fs[0], e, inf, tested)), nil
}

// FitSet is what a formula with several outcomes or stepwise terms gives: one fit a column.
type FitSet struct {
	Columns  []FitColumn       `json:"columns"`
	Stepdown *regress.Stepdown `json:"stepdown,omitempty"` // with inf=romanowolf(x)
}

// FitColumn is one fit of a set under its label: m.1, m.2 …
type FitColumn struct {
	Label  string       `json:"label"`
	Result *regress.Fit `json:"result"`
}

// Fits are the set's fits in order.
func (s *FitSet) Fits() []*regress.Fit {
	fits := make([]*regress.Fit, len(s.Columns))
	for i, c := range s.Columns {
		fits[i] = c.Result
	}
	return fits
}

// keepSet stores several fits under one name and shows them one after another.
func (c *call) keepSet(fits []*regress.Fit, parsed []*formula.Formula, down *regress.Stepdown, e estimation) (*Output, error) {
	name := c.resultName("m")
	set := &FitSet{Stepdown: down}
	var tables []*table.Table
	for i, f := range fits {
		label := fmt.Sprintf("%s.%d", name, i+1)
		set.Columns = append(set.Columns, FitColumn{label, f})
		tables = append(tables, c.fitTable(label, f))
	}
	if down != nil {
		tables = append(tables, c.stepdownTable(down, fits))
	}
	out := c.tableOutput(tables...)
	out.As, out.Kind, out.Result = name, "fits", set
	c.keep("m", "fits", set, e.data)
	if down != nil {
		return c.withGo(out, goStepdown(parsed, down, e)), nil
	}
	return c.withGo(out, goRegs(parsed, e)), nil
}
