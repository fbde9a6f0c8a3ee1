package command

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/hetero"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/progress"
)

func heteroCommand() *Command {
	return &Command{
		Name: "hetero", Synopsis: "MODEL by=VAR [split=median|tercile|values] [baseline=true] · by=exposure bins=0-2,3-5,6+",
		Short: "effects by group", ShortZH: "异质性分析",
		Words: ResultName,
		Keys: modelKeys("h",
			Key{Name: "by", Kind: Plain, Doc: "variable to split by, or exposure: periods since adoption"},
			Key{Name: "split", Kind: Choice, Choices: []string{"median", "tercile", "values"}, Default: "values up to five distinct ones, else median", Doc: "how the variable cuts the sample"},
			Key{Name: "baseline", Kind: Flag, Default: "false", Doc: "true splits units once, by their mean before anyone was treated, instead of rows"},
			Key{Name: "bins", Kind: Plain, Doc: "with by=exposure: ranges of periods, as in 0-2,3-5,6+"},
			Key{Name: "permute", Kind: Integer, Default: "0", Doc: "draws of Fisher's permutation test of two groups"},
			Key{Name: "seed", Kind: Integer, Default: "1", Doc: "of the permutations"}),
		Help: "One column a group, each estimated on its own rows, and the tests that the effects are equal: a stacked Wald test that allows for units in several groups, " +
			"the treatment interacted with the groups in one regression, and Fisher's permutation of the groups over units.\n" +
			"Splitting rows at a median lets a unit change sides, also because of the treatment; baseline=true does not. " +
			"by=exposure bins=0-2,3-5,6+ compares the untreated rows with the treated rows of each range.",
		Example: loadCastle + "%did l_homicide ~ 1 | sid + year treat=post as=m1\n%hetero m1 by=poverty split=median",
		run:     runHetero,
	}
}

func runHetero(c *call) (*Output, error) {
	m, err := c.model()
	if err != nil {
		return nil, err
	}
	spec := hetero.Spec{Spec: m.spec(), Split: hetero.Split(c.text("split")), Baseline: c.flag("baseline"), Progress: progress.From(c.ctx)}
	if spec.Permute, err = c.draws("permute", 0, 0); err != nil {
		return nil, err
	}
	if spec.Seed, err = c.seed(); err != nil {
		return nil, err
	}
	by, ok := c.stmt.Key("by")
	if !ok {
		return nil, c.missing("no variable to split by is named; say which by by=, or by=exposure with bins=0-2,3-5,6+")
	}
	bins, hasBins := c.stmt.Key("bins")
	switch exposure := by.Value == "exposure" && !m.data.Panel.Has("exposure"); {
	case exposure && !hasBins:
		return nil, c.valueError(by, "by=exposure needs bins=, as in bins=0-2,3-5,6+")
	case hasBins && !exposure && by.Value != "exposure":
		return nil, c.valueError(bins, "bins= goes with by=exposure, not with by=%s", by.Value)
	case hasBins:
		if spec.Bins, err = c.bins(bins); err != nil {
			return nil, err
		}
	default:
		spec.By = bareName(by.Value)
		if err := variablesIn(m.data.Panel, []lang.Text{by.Text}); err != nil {
			return nil, err
		}
	}
	r, err := hetero.Run(c.ctx, m.data.Panel, spec)
	if err != nil {
		return nil, within(by.Text, err)
	}
	r.Data, r.Simulated = m.data.Name, m.data.Simulated
	for _, g := range r.Groups {
		mark(g.Fit, m.data)
	}
	if r.OneEquation != nil {
		mark(r.OneEquation, m.data)
	}
	name := c.keep("h", "hetero", r, m.data)
	tables, err := c.heteroTables(r)
	if err != nil {
		return nil, err
	}
	out := c.tableOutput(tables...)
	out.As, out.Kind, out.Result = name, "hetero", r
	return c.withGo(out, goHetero(m, spec)), nil
}

// bins reads 0-2,3-5,6+.
func (c *call) bins(a lang.Arg) ([]hetero.Bin, error) {
	var bins []hetero.Bin
	for _, p := range listParts(a.Text) {
		text := p.String()
		b := hetero.Bin{High: math.Inf(1)}
		low, high, ranged := strings.Cut(text, "-")
		if !ranged {
			low = strings.TrimSuffix(text, "+")
			high = low
		}
		x, err := strconv.Atoi(strings.TrimSpace(low))
		b.Low = float64(x)
		if err == nil && !strings.HasSuffix(text, "+") {
			y, err2 := strconv.Atoi(strings.TrimSpace(high))
			b.High, err = float64(y), err2
		}
		if err != nil || b.Low < 0 || b.High < b.Low {
			return nil, c.textError(p, "%q is no range of periods; bins are written 0-2,3-5,6+", text)
		}
		bins = append(bins, b)
	}
	if len(bins) == 0 {
		return nil, c.valueError(a, "bins= names no range; it is written 0-2,3-5,6+")
	}
	return bins, nil
}

// heteroTables are the groups as samples of their own and, where it was estimated, in one regression.
func (c *call) heteroTables(r *hetero.Result) ([]*table.Table, error) {
	t, err := c.heteroTable(r)
	if err != nil {
		return nil, err
	}
	tables := []*table.Table{t}
	if r.OneEquation != nil && len(r.OneEquation.Coef) >= len(r.Groups) {
		tables = append(tables, c.oneEquationTable(r))
	}
	return tables, nil
}

// heteroTable is one column a group, and the tests below.
func (c *call) heteroTable(r *hetero.Result) (*table.Table, error) {
	l := wordingOf(c.session.Language())
	fits, heads := make([]*regress.Fit, len(r.Groups)), make([]string, len(r.Groups))
	for i, g := range r.Groups {
		fits[i], heads[i] = g.Fit, c.labels(r.Data).Group(g.Label, l)
	}
	t, err := c.columnsTable(l.Pick("Effects by group: ", "异质性分析：")+c.groupedBy(r), heads, fits)
	if err != nil {
		return nil, err
	}
	m := c.labels(r.Data)
	named := append([]string{r.By}, fits[0].Vcov.By...)
	for _, d := range r.Tests {
		s := fmt.Sprintf(l.Pick("Effects are equal (%s): ", "各组效应相等（%s）："), inLanguage(withLabels(d.Method, named, m), l))
		if d.DF1 > 0 {
			s += fmt.Sprintf("F(%g, %g) = %s", d.DF1, d.DF2, rounded(d.Statistic, 3))
		} else {
			s += l.Pick("difference ", "差异 ") + shown(d.Statistic)
		}
		t.Notes = append(t.Notes, s+l.Pick(", p ", "，p ")+pText(d.PValue)+l.Pick(".", "。"))
	}
	for _, n := range r.Notes {
		t.Notes = append(t.Notes, notice(withLabels(n, named, m), l))
	}
	return t, nil
}

// withLabels is a library's phrase with the labels of the variables that it may name, as the table above it has them.
func withLabels(s string, names []string, m wording.Labels) string {
	words := strings.Split(s, " ")
	for i, w := range words {
		bare := strings.TrimRight(w, ",.;:")
		if slices.Contains(names, bare) {
			label, _ := m.Term(bare)
			words[i] = label + w[len(bare):]
		}
	}
	return strings.Join(words, " ")
}

// groupedBy names what the groups were made by.
func (c *call) groupedBy(r *hetero.Result) string {
	l := wordingOf(c.session.Language())
	if r.By == "exposure" {
		return l.Pick("periods since adoption", "处理持续时间")
	}
	return c.name(r.Data, r.By)
}

// oneEquationTable is the treatment's effect in each group from one regression with common controls and fixed effects.
func (c *call) oneEquationTable(r *hetero.Result) *table.Table {
	l := wordingOf(c.session.Language())
	g := newGrid(l.Pick("group", "组别"), l.Pick("effect", "效应"), l.Pick("std. error", "标准误"), "t", "p")
	for i, group := range r.Groups {
		k := r.OneEquation.Coef[i]
		d := digitsOfError(k.Estimate, k.StdError)
		e := table.Digits(k.Estimate, d)
		e.Number.Stars = stars(k.PValue)
		g.add(c.labels(r.Data).Group(group.Label, l), e, table.Digits(k.StdError, d), table.Digits(k.Statistic, 3), pCell(k.PValue))
	}
	g.options = table.GridOptions{Title: l.Pick("The same groups in one regression: ", "同一回归中的分组效应：") + c.groupedBy(r), Language: l, Simulated: r.Simulated, Notes: []string{
		fmt.Sprintf(l.Pick("The treatment times each group, with common controls and fixed effects; %s rows.", "处理变量与各组虚拟变量的交互项，控制变量与固定效应共用；%s 行。"), wording.Count(r.OneEquation.N, l))}}
	return g.table()
}
