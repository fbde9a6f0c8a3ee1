package command

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/estimators"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// estimatorsTables are the estimates, a row a method, and the paths between them.
func (c *call) estimatorsTables(r *estimators.Result) []*table.Table {
	l := wordingOf(c.session.Language())
	level := percent(r.Level)
	g := newGrid(l.Pick("method", "方法"), "", "ATT", l.Pick("std. error", "标准误"), "p", l.Pick(level+" from", level+" 下限"), l.Pick("to", "上限"),
		l.Pick("rows", "行数"), l.Pick("treated cohorts", "处理批次"))
	notes := []string{r.Formula + l.Pick(".", "。")}
	if fit, ok := r.Columns[0].Result.(*regress.Fit); ok {
		notes = append(notes, sampleNote(fit, l))
	}
	notes = append(notes, l.StandardErrors(r.Vcov, nil))
	for _, n := range r.Notes {
		notes = append(notes, notice(n, l))
	}
	var said phrasing // methods of which the same is said
	var failed []string
	for i := range r.Columns {
		k := &r.Columns[i]
		name := methodName(k.Label, l)
		e, ok := k.ATT()
		if !ok {
			g.add(string(k.Label), name, l.Pick("not estimated", "未估计"))
			failed = append(failed, fmt.Sprintf(l.Pick("%s could not be estimated: %s", "%s 无法估计：%s"), k.Label, sentence(inLanguage(k.Error, l), l)))
			continue
		}
		d := digitsOfError(e.Estimate, e.StdError)
		b := table.Digits(e.Estimate, d)
		b.Number.Stars = stars(e.PValue)
		g.add(string(k.Label), name, b, orBlank(e.StdError, table.Digits(e.StdError, d)), orBlank(e.PValue, pCell(e.PValue)), orBlank(e.ConfLow, table.Digits(e.ConfLow, d)),
			orBlank(e.ConfHigh, table.Digits(e.ConfHigh, d)), rowsUsed(k), k.Cohorts)
		said.add(methodNote(k, len(r.Controls) > 0, l), string(k.Label))
	}
	for _, n := range said.phrases {
		notes = append(notes, strings.Join(said.names[n], ", ")+l.Pick(": ", "：")+n+l.Pick(".", "。"))
	}
	notes = append(append(notes, samplesNotes(r, l)...), failed...)
	notes = append(notes, l.Pick("***, ** and * mark significance at the 1%, 5% and 10% levels.", "***、**、*分别表示在1%、5%、10%的水平上显著。"))
	g.options = table.GridOptions{Title: l.Pick("Average effects on the treated by ", "处理组平均效应：") + fmt.Sprintf(l.Pick("%d estimators", "%d 种估计量"), len(r.Columns)),
		Language: l, Simulated: r.Simulated, Notes: notes, Stub: 2}
	out := []*table.Table{g.table()}
	if len(r.Paths)+len(r.Untold) > 0 {
		out = append(out, pathsTable(r, l))
	}
	return out
}

// samplesNotes are the methods' own notices, of units left out for instance, once each: with the methods that give it,
// unless all of them do.
func samplesNotes(r *estimators.Result, l wording.Language) []string {
	var said phrasing
	methods := 0
	for _, k := range r.Columns {
		att, ok := k.Result.(*did.ATTResult)
		if !ok {
			continue
		}
		methods++
		for _, n := range att.Notes {
			if name := string(k.Label); !slices.Contains(said.names[n], name) {
				said.add(n, name)
			}
		}
	}
	var out []string
	for _, n := range said.phrases {
		s := notice(n, l)
		if names := said.names[n]; len(names) < methods {
			s = strings.Join(names, ", ") + l.Pick(": ", "：") + s
		}
		out = append(out, s)
	}
	return out
}

// methodNote says a method's comparison group, base period, sample and weights, and what it makes of controls.
func methodNote(k *estimators.Column, controls bool, l wording.Language) string {
	parts := []string{}
	add := func(en, zh string, args ...any) { parts = append(parts, fmt.Sprintf(l.Pick(en, zh), args...)) }
	switch v := k.Result.(type) {
	case *regress.Fit:
		add("compared with all other rows, those of units treated earlier too", "对照为其余全部观测，含较早处理的单位")
		add("base: all other periods", "基期为其余各期")
		add("weighted as least squares does", "按最小二乘加权")
		if k.Negative > 0 {
			add("%s treated rows count with a negative weight", "%s 行受处理观测权重为负", wording.Count(k.Negative, l))
		}
	case *did.ATTResult:
		add("compared with %s", "对照为%s", inLanguage(v.Comparison, l))
		add("base: %s", "基期为%s", inLanguage(v.Base, l))
		add("%s units, %s of them treated", "%s 个单位，其中 %s 个受处理", wording.Count(v.Units, l), wording.Count(v.Treated, l))
		parts = append(parts, averageName(v.Aggregate, l))
		if n := len(v.Problems); n > 0 {
			add("%s cells without an estimate", "%s 个单元格无估计值", wording.Count(n, l))
		}
	}
	if use := controlsUse(k.Label, l); controls && use != "" {
		parts = append(parts, use)
	}
	for _, n := range k.Notes {
		parts = append(parts, inLanguage(n, l))
	}
	return strings.Join(parts, l.Pick("; ", "；"))
}

// controlsUse says how a method uses controls.
func controlsUse(m did.Method, l wording.Language) string {
	switch m {
	case estimators.TwoWay, did.SunAbraham, did.Stacked:
		return l.Pick("controls of the same period, one slope for all rows", "控制变量取当期值，全部观测同一系数")
	case did.Imputation, did.TwoStage:
		return l.Pick("controls of the same period, with the slopes of untreated rows", "控制变量取当期值，系数由未处理观测估计")
	case did.CallawaySantAnna:
		return l.Pick("controls as they were before adoption", "控制变量取处理前的值")
	case did.ExtendedTwoWay:
		return l.Pick("controls of the same period, with slopes by cohort and period", "控制变量取当期值，系数随批次与时期而异")
	case did.LocalProjections:
		return l.Pick("controls as they are at adoption", "控制变量取处理当期的值")
	}
	return ""
}

// rowsUsed counts the rows that a method used.
func rowsUsed(k *estimators.Column) int {
	switch v := k.Result.(type) {
	case *regress.Fit:
		return v.N
	case *did.ATTResult:
		return v.N
	}
	return 0
}

func averageName(a did.Aggregate, l wording.Language) string {
	switch a {
	case did.Group:
		return l.Pick("averaged over cohorts by their sizes", "按批次规模平均")
	case did.Dynamic:
		return l.Pick("averaged over event times, each once", "按相对时间等权平均")
	case did.Static:
		return l.Pick("one effect for all event times", "各相对时间同一效应")
	case did.Calendar:
		return l.Pick("averaged over periods, each once", "按时期等权平均")
	}
	return l.Pick("averaged over treated rows", "按受处理观测平均")
}

// pathsTable leads from the two-way estimate to others.
func pathsTable(r *estimators.Result, l wording.Language) *table.Table {
	g := newGrid(l.Pick("to", "通向"), l.Pick("step", "步骤"), l.Pick("change", "变化"), l.Pick("estimate", "估计值"))
	e, _ := r.Columns[0].ATT()
	d := digitsOfError(e.Estimate, e.StdError) + 1
	var notes []string
	for _, w := range r.Paths {
		to := string(w.To)
		for _, s := range w.Steps {
			change := any(table.Digits(s.Change, d))
			if s.Kind == diagnose.StepTwoWay {
				change = nil
			}
			g.add(to, stepName(s.Kind, w.To, l), change, table.Digits(s.Estimate, d))
			to = ""
		}
		for _, n := range w.Notes {
			notes = append(notes, string(w.To)+l.Pick(": ", "：")+notice(n, l))
		}
	}
	for _, u := range r.Untold {
		notes = append(notes, fmt.Sprintf(l.Pick("No path to %s: %s", "无通向 %s 的分解：%s"), u.To, sentence(inLanguage(u.Reason, l), l)))
	}
	notes = append(notes, l.Pick("Each step's estimate is computed by itself; the changes add up to the whole difference.", "各步估计值均独立计算，各变化之和即为全部差异。"))
	g.options = table.GridOptions{Title: l.Pick("From the two-way estimate to others", "从双向固定效应估计到其他估计量"), Language: l, Simulated: r.Simulated, Notes: notes, Stub: 2}
	return g.table()
}

// stepName is a step in words.
func stepName(k diagnose.StepKind, to did.Method, l wording.Language) string {
	switch k {
	case diagnose.StepTwoWay:
		return l.Pick("two-way estimate", "双向固定效应估计")
	case diagnose.StepSample:
		return l.Pick("rows that can't be used go", "剔除无法使用的观测")
	case diagnose.StepControls:
		return l.Pick("controls go", "去除控制变量")
	case diagnose.StepNegative:
		return l.Pick("effects with a negative weight go", "去除权重为负的效应")
	case diagnose.StepUneven:
		return l.Pick("weights are evened out", "权重拉平")
	case diagnose.StepForbidden:
		return l.Pick("comparisons with treated units go", "去除与已处理单位的比较")
	case diagnose.StepBase:
		return l.Pick("base: the last period before adoption", "基期改为处理前最后一期")
	case diagnose.StepComparison:
		return l.Pick("the method's comparison group", "改用该方法的对照组")
	case diagnose.StepShares:
		return l.Pick("weights: shares of treated rows", "权重改为受处理观测占比")
	case diagnose.StepMethod:
		return l.Pick("the method's own controls and sample", "该方法自身的控制变量与样本")
	}
	return l.Pick("the method's average", "该方法的平均方式")
}
