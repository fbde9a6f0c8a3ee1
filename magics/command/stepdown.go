package command

import (
	"fmt"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// infKey is inference beyond the errors of single coefficients.
var infKey = Key{Name: "inf", Kind: InferenceOf, Doc: "ri(x, reps=9999): randomisation inference on a 0/1 regressor, stat=coef|t, assign=, seed=; fermanpinto(x): few treated clusters, size=, cluster=, reps=, seed=; romanowolf(x): with several outcomes and vcov=wildboot(…), p values of x that hold for all outcomes together"}

// stepdown computes what inf=romanowolf(x) asks for, nil without it.
func (c *call) stepdown(fs []*formula.Formula, e estimation) (*regress.Stepdown, error) {
	a, ok := c.stmt.Key("inf")
	if !ok {
		return nil, nil
	}
	name, inside, err := c.callForm(a)
	if err != nil {
		return nil, err
	}
	if name.String() == regress.InferenceRI || name.String() == regress.InferenceFermanPinto {
		return nil, nil
	}
	switch {
	case name.String() != "romanowolf":
		return nil, c.textError(name, "inf= can't be %q; it is ri(x), fermanpinto(x) or romanowolf(x), with x a regressor", name)
	case len(inside) != 1:
		return nil, c.textError(name, "romanowolf takes one regressor, as in romanowolf(x), not %d", len(inside))
	case len(fs) < 2:
		return nil, c.textError(name, "romanowolf is for several outcomes, as in c(y1, y2) ~ x, and the formula has one regression")
	case e.vcov.Type != vcov.WildBoot:
		return nil, c.textError(name, "romanowolf steps down on the draws of the wild bootstrap; write vcov=wildboot(…) beside it")
	}
	models := make([]*regress.Model, len(fs))
	for i, f := range fs {
		if models[i], err = regress.Run(e.data.Panel, f, regress.Spec{Vcov: e.vcov, Design: e.design}); err != nil {
			return nil, within(e.text, err)
		}
	}
	s, err := regress.RomanoWolf(models, inside[0].String(), e.vcov.By[0], e.vcov.Wild)
	return s, within(inside[0], err)
}

// stepdownTable lists the outcomes with p by itself and p for all together.
func (c *call) stepdownTable(s *regress.Stepdown, fits []*regress.Fit) *table.Table {
	l, m := wordingOf(c.session.Language()), c.labels(fits[0].Data)
	g := newGrid(l.Pick("outcome", "被解释变量"), l.Pick("estimate", "系数"), l.Pick("p", "p"), l.Pick("p, Romano & Wolf", "p（Romano-Wolf）"))
	for i, o := range s.Outcomes {
		k, _ := fits[i].Coefficient(s.Term)
		e := table.Digits(o.Estimate, digitsOfError(o.Estimate, k.StdError))
		e.Number.Stars = stars(o.Adjusted)
		g.add(termName(o.Outcome, m, l), e, pCell(o.P), pCell(o.Adjusted))
	}
	by, _ := m.Term(s.Cluster)
	term := termName(s.Term, m, l)
	g.options = table.GridOptions{Title: l.Pick("Several outcomes: ", "多个被解释变量：") + term, Language: l, Simulated: fits[0].Simulated, Notes: []string{
		setApart(fmt.Sprintf(l.Pick("Tests of %s in %d regressions; the last column holds the family-wise error rate (Romano & Wolf 2005, 2016), step-down over %s draws of the wild bootstrap clustered by %s.",
			"对 %s 在 %d 个回归中的检验；末列控制族错误率（Romano 与 Wolf 2005、2016），由聚类到%[4]s的野自助法 %[3]s 次抽样逐步下降得出。"), term, len(s.Outcomes), c.count(s.Draws), by), l),
		l.Pick("***, ** and * mark significance of the adjusted p at the 1%, 5% and 10% levels.", "***、**、*分别表示调整后的 p 在1%、5%、10%的水平上显著。")}}
	return g.table()
}

// goStepdown is the Go cell of several regressions and the step-down on them.
func goStepdown(fs []*formula.Formula, s *regress.Stepdown, e estimation) string {
	names := make([]string, len(fs))
	for i, f := range fs {
		names[i] = goString(f.String())
	}
	return goCell(e.data, fmt.Sprintf("stepdown, err := didkit.RomanoWolf(p, []string{%s}, %s, %s)", strings.Join(names, ", "), goString(s.Term), goOptions(e)),
		"for _, o := range stepdown.Outcomes {\n\t\tfmt.Println(o.Outcome, o.Estimate, o.P, o.Adjusted)\n\t}")
}
