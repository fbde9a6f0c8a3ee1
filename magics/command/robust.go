package command

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/robust"
	"github.com/seed2d25c7c2/didnb/didkit/suggest"
	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/progress"
)

func robustCommand() *Command {
	return &Command{
		Name: "robust", Synopsis: "MODEL checks=psm,lag,policy(BN),winsor(0.01),dropcities(a, b) [curve=true] [as=]",
		Short: "robustness checks, one column each", ShortZH: "稳健性检验",
		Words: ResultName,
		Keys: modelKeys("r",
			Key{Name: "checks", Kind: Plain, Doc: "psm, psm(rows), lag, policy(VAR), winsor(0.01), dropcities(a, b), joined by commas"},
			Key{Name: "curve", Kind: Flag, Default: "false", Doc: "true draws the specification curve over samples × controls × errors"}),
		Help: "Estimates the model again, one column a check. psm: rows of treated units matched on the controls (logit, one nearest neighbour, pooled rows, with replacement), " +
			"controls weighted by how often they were matched; psm(rows) counts each matched row once, as is often done. lag: the treatment of the period before. policy(VAR): a rival policy as a control. " +
			"winsor(0.01): the tails of all continuous variables cut. dropcities(a, b): units left out.\n" +
			"curve=true estimates every combination of the samples, of the controls (all, none, each left out) and of iid, robust and clustered errors.",
		Example: loadCastle + "%did l_homicide ~ poverty + l_police | sid + year treat=post as=m1\n%robust m1 checks=psm,lag,winsor(0.01)",
		run:     runRobust,
	}
}

func runRobust(c *call) (*Output, error) {
	m, err := c.model()
	if err != nil {
		return nil, err
	}
	a, ok := c.stmt.Key("checks")
	if !ok && !c.flag("curve") {
		return nil, c.missing("no check is named; say which by checks=psm,lag,winsor(0.01)")
	}
	checks, err := c.checks(a, m)
	if err != nil {
		return nil, err
	}
	r, err := robust.Run(c.ctx, m.data.Panel, m.spec(), checks, progress.From(c.ctx))
	var failed *robust.CheckError
	switch {
	case errors.As(err, &failed):
		return nil, c.textError(listParts(a.Text)[failed.Index], "%s", failed)
	case err != nil:
		return nil, m.at(err)
	}
	if c.flag("curve") {
		var failed []string
		if r.Curve, failed, err = robust.SpecificationCurve(c.ctx, m.data.Panel, m.spec(), checks, progress.From(c.ctx)); err != nil {
			return nil, m.at(err)
		}
		for _, f := range failed {
			r.Notes = append(r.Notes, "not estimated: "+f)
		}
	}
	r.Data, r.Simulated = m.data.Name, m.data.Simulated
	for _, col := range r.Columns {
		mark(col.Result, m.data)
	}
	name := c.keep("r", "robust", r, m.data)
	tables, err := c.robustTables(r)
	if err != nil {
		return nil, err
	}
	out := c.tableOutput(tables...)
	out.As, out.Kind, out.Result = name, "robust", r
	return c.withGo(out, goRobust(m, checks, c.flag("curve"))), nil
}

var checkForms = []string{"psm", "lag", "policy", "winsor", "dropcities"}

// checks reads psm,policy(BN),winsor(0.01).
func (c *call) checks(a lang.Arg, m *model) ([]robust.Check, error) {
	var out []robust.Check
	for _, p := range listParts(a.Text) {
		one := a
		one.Text, one.Value = p, p.String()
		name, inside, err := c.callForm(one)
		if err != nil {
			return nil, err
		}
		check := robust.Check{Kind: robust.Kind(name.String())}
		needs := func(n int, form string) error {
			if len(inside) != n {
				return c.textError(p, "%s is written %s", name, form)
			}
			return nil
		}
		switch name.String() {
		case "psm":
			if len(inside) == 1 && inside[0].String() == "rows" {
				check.Kind = robust.PSMRows
			} else {
				err = needs(0, "psm or psm(rows)")
			}
		case "lag":
			err = needs(0, "lag")
		case "policy":
			if err = needs(1, "policy(VAR)"); err == nil {
				check.Var = bareName(inside[0].String())
				err = variablesIn(m.data.Panel, inside)
			}
		case "winsor":
			if err = needs(1, "winsor(0.01)"); err == nil {
				x, bad := strconv.ParseFloat(inside[0].String(), 64)
				if bad != nil || !(x > 0 && x < 0.5) {
					err = c.textError(inside[0], "the tail of winsor is a number between 0 and 0.5, as in winsor(0.01), not %s", inside[0])
				}
				check.Share = x
			}
		case "dropcities":
			for _, u := range inside {
				check.Units = append(check.Units, bareName(u.String()))
			}
			if len(inside) == 0 {
				err = c.textError(p, "dropcities is written dropcities(a, b), with the names of units")
			}
		default:
			hint := suggest.Phrase(name.String(), checkForms)
			if hint == "" {
				hint = "; there are " + orList(checkForms)
			}
			d := c.textError(name, "no check %q%s", name, hint)
			d.Suggestions = suggest.Nearest(name.String(), checkForms)
			err = d
		}
		if err != nil {
			return nil, err
		}
		out = append(out, check)
	}
	return out, nil
}

// robustTables is one column a check, and the curve in figures.
func (c *call) robustTables(r *robust.Result) ([]*table.Table, error) {
	l := wordingOf(c.session.Language())
	var tables []*table.Table
	if len(r.Columns) > 0 {
		fits, heads := make([]*regress.Fit, len(r.Columns)), make([]string, len(r.Columns))
		for i, col := range r.Columns {
			fits[i], heads[i] = col.Result, c.labels(r.Data).Check(col.Label, l)
		}
		t, err := c.columnsTable(l.Pick("Robustness checks", "稳健性检验"), heads, fits)
		if err != nil {
			return nil, err
		}
		for i, col := range r.Columns {
			if col.Label == "psm" || col.Label == "psm(rows)" {
				for _, n := range fits[i].Notes[max(0, len(fits[i].Notes)-2):] {
					t.Notes = append(t.Notes, col.Label+": "+notice(n, l))
				}
			}
		}
		tables = append(tables, t)
	}
	if k := r.Curve; k != nil {
		g := newGrid(l.Pick("specifications", "设定数"), l.Pick("median estimate", "估计值中位数"), l.Pick("positive", "为正"), l.Pick("significant at 5% with the median's sign", "5% 显著且与中位数同号"))
		g.add(len(k.Points), table.Digits(k.Median, estimateDigits(k.Median)), rounded(100*k.Positive, 1)+"%", rounded(100*k.Signif, 1)+"%")
		notes := []string{fmt.Sprintf(l.Pick("%d samples × %d sets of controls × %d errors.", "%d 个样本 × %d 组控制变量 × %d 种标准误。"), len(k.Samples), len(k.Controls), len(k.Errors))}
		for _, n := range r.Notes {
			notes = append(notes, notice(n, l))
		}
		g.options = table.GridOptions{Title: l.Pick("Specification curve", "设定曲线"), Language: l, Simulated: r.Simulated, Notes: notes}
		tables = append(tables, g.table())
	}
	return tables, nil
}
