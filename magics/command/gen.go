package command

import (
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/evaluate"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

func genCommand() *Command {
	return &Command{
		Name: "gen", Synopsis: "NAME = EXPR [by=VAR]",
		Short: "make a variable", ShortZH: "生成变量",
		Words: Expression,
		Keys: []Key{
			{Name: "by", Kind: Variable, Doc: "groups of mean, sum, sd, count, min, max, median, first, winsor and standardize"},
			dataKey,
			{Name: "if", Kind: Expression, Doc: "rows to fill, and the only ones that functions over groups see; the others are missing"},
		},
		Help: "Adds NAME to the panel, or replaces it. Arithmetic + - * / ^, comparisons that give 0 or 1, & | !, parentheses and functions; " +
			"a missing operand gives missing.\nFunctions: " + strings.Join(evaluate.FunctionNames(), ", ") + ".",
		Example: loadCastle + "%gen poor = poverty > 15\n%gen mean_income = mean(l_income) by=sid\n%describe poor mean_income",
		run:     runGen,
	}
}

func runGen(c *call) (*Output, error) {
	name, text, err := c.assignment()
	if err != nil {
		return nil, err
	}
	d, err := c.dataset()
	if err != nil {
		return nil, err
	}
	e, err := formula.ParseExpr(text.String())
	if err != nil {
		return nil, within(text, err)
	}
	by, err := c.variable("by")
	if err != nil {
		return nil, err
	}
	cond, err := c.condition()
	if err != nil {
		return nil, err
	}
	v, notes, err := evaluate.Variable(d.Panel, bareName(name.String()), e, evaluate.VariableOptions{By: by, If: cond, Stop: c.ctx.Err})
	if err != nil {
		return nil, within(text, err)
	}
	keepLabel(v, e, d.Panel)
	replaced := d.Panel.Has(v.Name)
	p, err := d.Panel.With(v)
	if err != nil {
		return nil, within(name, err)
	}
	next := *d
	next.Panel = p
	next.Steps = append(append([]session.Step(nil), d.Steps...), session.Step{Name: v.Name, Expr: e.String(), By: by, If: c.text("if")})
	c.session.PutPanel(&next)
	return genOutput(v, replaced, notes, wordingOf(c.session.Language())), nil
}

// assignment reads NAME = EXPR, with or without blanks around the sign.
func (c *call) assignment() (name, expr lang.Text, err error) {
	body := c.stmt.Body
	runes := []rune(body.String())
	equals, quoted := -1, false
	for i, r := range runes {
		if r == '`' {
			quoted = !quoted
		}
		if r == '=' && !quoted {
			equals = i
			break
		}
	}
	if len(c.stmt.Args) == 0 || equals < 0 || c.cmd.hasKey(c.stmt.Args[0].Key) {
		return name, expr, c.missing("%%gen needs a name and an expression, as in %%gen lx = log(x)")
	}
	name = body.Slice(0, equals).TrimSpace()
	switch s := name.String(); {
	case s == "":
		return name, expr, c.textError(body.Slice(equals, equals+1), "a name is missing before =")
	case equals+1 < len(runes) && runes[equals+1] == '=', strings.HasSuffix(s, "<"), strings.HasSuffix(s, ">"), strings.HasSuffix(s, "!"):
		return name, expr, c.textError(name, "%%gen needs a name and =, as in %%gen big = %s", strings.TrimSpace(body.String()))
	case bareName(s) == s && !isName(s):
		return name, expr, c.textError(name, "%q is no name; a name is made of letters, digits, _ and ., any other stands in `backquotes`", s)
	}
	expr = c.stmt.After(equals+1, c.cmd.hasKey)
	if expr.Len() == 0 {
		return name, expr, c.textError(body.Slice(equals, equals+1), "an expression is missing after =")
	}
	return name, expr, nil
}

// variable reads a key that names a variable; "" without it.
func (c *call) variable(key string) (string, error) {
	a, ok := c.stmt.Key(key)
	if !ok {
		return "", nil
	}
	return bareName(a.Value), c.variablesExist([]lang.Text{a.Text})
}

// keepLabel leaves a variable that is made from itself alone, as x = winsor(x), its label.
func keepLabel(v *panel.Variable, e formula.Expr, p *panel.Panel) {
	if names := formula.Names(e); len(names) != 1 || names[0] != v.Name {
		return
	}
	if old, err := p.Variable(v.Name); err == nil {
		v.Label, v.LabelZH = old.Label, old.LabelZH
	}
}
