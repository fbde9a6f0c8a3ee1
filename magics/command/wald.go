package command

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
)

// WaldResult is the JSON of %wald: a joint test or a linear combination.
type WaldResult struct {
	Model       string               `json:"model"`
	Terms       []string             `json:"terms,omitempty"`
	Joint       *did.Wald            `json:"joint,omitempty"`
	Combination *regress.Combination `json:"combination,omitempty"`
	Simulated   bool                 `json:"simulated,omitempty"`
}

func waldCommand() *Command {
	return &Command{
		Name: "wald", Synopsis: "MODEL [that=\"SC + LCC = DID\"] [zero=SC,LCC,SC:LCC]",
		Short: "a hypothesis on the coefficients of a model", ShortZH: "系数的线性假设检验",
		Words: ResultName,
		Keys: []Key{
			{Name: "that", Kind: Plain, Doc: "a linear combination, or an equation of two: \"SC:LCC\", \"DID = SC + LCC\""},
			{Name: "zero", Kind: Variables, Doc: "terms that are all zero under the hypothesis, joined by commas"},
			asKey("w"),
			goKey,
		},
		Help: "that= gives the estimate of left less right with its interval, the two-sided p, and both one-sided ones; zero= is the joint Wald test. " +
			"Errors and degrees of freedom are the model's. Synergy of two policies is the coefficient of their product: %reg y ~ SC*LCC + … and %wald m that=\"SC:LCC\".",
		Example: loadCastle + "%reg l_homicide ~ post + poverty + l_police | sid + year vcov=cluster(sid) as=m1\n%wald m1 zero=poverty,l_police\n%wald m1 that=\"post = poverty + l_police\"",
		run:     runWald,
	}
}

func runWald(c *call) (*Output, error) {
	results, err := c.resultWords()
	if err != nil {
		return nil, err
	}
	r := results[0]
	if len(results) > 1 || r.fit == nil {
		return nil, c.wordError(r.word, "%%wald takes one model of %%reg or %%did")
	}
	that, hasThat := c.stmt.Key("that")
	zero, hasZero := c.stmt.Key("zero")
	if hasThat == hasZero {
		return nil, c.missing("%%wald needs one hypothesis: that=\"a + b\" or zero=a,b")
	}
	out := &WaldResult{Model: r.name, Simulated: r.result.Simulated}
	l := wordingOf(c.session.Language())
	notes := fitNotes(r.fit, l, c.labels(r.fit.Data))[:3]
	var g *grid
	if hasThat {
		k, err := r.fit.Combine(that.Value)
		if err != nil {
			return nil, within(that.Text, err)
		}
		out.Combination = k
		d := digitsOfError(k.Estimate, k.StdError)
		level := percent(r.fit.Level)
		g = newGrid(l.Pick("hypothesis", "假设"), l.Pick("estimate", "估计值"), l.Pick("std. error", "标准误"), "t", "p", l.Pick("p, above 0", "p（>0）"), l.Pick("p, below 0", "p（<0）"), l.Pick(level+" from", level+" 下限"), l.Pick("to", "上限"))
		g.add(k.Expression, table.Digits(k.Estimate, d), table.Digits(k.StdError, d), table.Digits(k.Statistic, 3), pCell(k.PValue), pCell(k.PGreater), pCell(k.PLess), table.Digits(k.ConfLow, d), table.Digits(k.ConfHigh, d))
		if strings.Contains(that.Value, "=") {
			notes = append([]string{l.Pick("The estimate is the left side less the right.", "估计值为等式左边减右边。")}, notes...)
		}
	} else {
		for _, t := range listParts(zero.Text) {
			if _, ok := r.fit.Coefficient(t.String()); !ok {
				return nil, within(t, &regress.UnknownTerm{Term: t.String(), Terms: r.fit.Terms()})
			}
			if slices.Contains(out.Terms, t.String()) {
				return nil, c.textError(t, "%s stands twice in zero=", t)
			}
			out.Terms = append(out.Terms, t.String())
		}
		if out.Joint, err = did.WaldTest(r.fit, out.Terms); err != nil {
			return nil, within(zero.Text, err)
		}
		g = newGrid(l.Pick("all zero", "联合为零"), "F", "df1", "df2", "p")
		g.add(strings.Join(out.Terms, ", "), table.Digits(out.Joint.Statistic, 3), fmt.Sprint(out.Joint.DF1), fmt.Sprint(out.Joint.DF2), pCell(out.Joint.PValue))
	}
	g.options = table.GridOptions{Title: l.Pick("Test on ", "假设检验：") + r.name, Language: l, Simulated: out.Simulated, Notes: notes}
	shown := c.tableOutput(g.table())
	data, _ := c.session.Panel(r.result.Data)
	shown.As, shown.Kind, shown.Result = c.keep("w", "wald", out, data), "wald", out
	if !c.flag("go") {
		return shown, nil
	}
	cell, err := c.goWald(r, that.Value, out.Terms)
	if err != nil {
		return nil, err
	}
	return c.withGo(shown, cell), nil
}
