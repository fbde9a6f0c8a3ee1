package command

import (
	"math"
	"strconv"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// wordingOf is the session's language as report knows it.
func wordingOf(l session.Language) wording.Language { return wording.Language(l) }

// fitTable lists all coefficients of a fit, with what was estimated, from which rows, with which errors. Tables for a
// paper are %table's.
func (c *call) fitTable(title string, f *regress.Fit) *table.Table {
	l, m := wordingOf(c.session.Language()), c.labels(f.Data)
	level := percent(f.Level)
	g := newGrid(l.Pick("term", "变量"), l.Pick("estimate", "系数"), l.Pick("std. error", "标准误"), "t", "p",
		l.Pick(level+" from", level+" 下限"), l.Pick("to", "上限"))
	row := func(k regress.Coef) {
		d := digitsOfError(k.Estimate, k.StdError)
		e := table.Digits(k.Estimate, d)
		e.Number.Stars = stars(k.PValue)
		g.add(termName(k.Term, m, l), e, table.Digits(k.StdError, d), table.Digits(k.Statistic, 3), pCell(k.PValue), table.Digits(k.ConfLow, d), table.Digits(k.ConfHigh, d))
	}
	for _, k := range f.Coef {
		row(k)
	}
	if f.Constant != nil {
		row(*f.Constant)
	}
	g.options = table.GridOptions{Title: title, Language: l, Simulated: f.Simulated, Notes: fitNotes(f, l, m)}
	return g.table()
}

// termName is a term in print: its label, or the name as the formula has it.
func termName(term string, m wording.Labels, l wording.Language) string {
	if term == "(Intercept)" {
		return l.Pick(term, "常数项")
	}
	if s, bare := m.Term(term); !bare {
		return s
	}
	return term
}

// fitNotes are the sentences under the coefficients.
func fitNotes(f *regress.Fit, l wording.Language, m wording.Labels) []string {
	notes := []string{f.Formula + l.Pick(".", "。"), sampleNote(f, l), l.StandardErrors(f.Vcov, m)}
	if len(f.FixedEffects) > 0 {
		var parts []string
		for _, e := range f.FixedEffects {
			name, _ := m.Term(e.Name)
			parts = append(parts, name+l.Pick(" (", "（")+wording.Count(e.Levels, l)+l.Pick(")", "）"))
		}
		notes = append(notes, l.Pick("Fixed effects: ", "固定效应：")+strings.Join(parts, l.Pick(", ", "、"))+l.Pick(".", "。"))
	}
	if !math.IsNaN(f.R2) {
		notes = append(notes, r2Note(f, l))
	}
	for _, n := range f.Notes {
		notes = append(notes, notice(n, l))
	}
	return append(notes, l.Pick("***, ** and * mark significance at the 1%, 5% and 10% levels.", "***、**、*分别表示在1%、5%、10%的水平上显著。"))
}

func r2Note(f *regress.Fit, l wording.Language) string {
	s := "R² " + rounded(f.R2, 4) + l.Pick(", adjusted ", "，调整 ") + rounded(f.R2Adj, 4)
	if !math.IsNaN(f.R2Within) {
		s += l.Pick(", within ", "，组内 ") + rounded(f.R2Within, 4)
	}
	return s + l.Pick("; RMSE ", "；RMSE ") + shown(f.RMSE) + l.Pick(".", "。")
}

// sentence ends a notice with a full stop and begins it with a capital, unless it begins with a name.
func sentence(s string, l wording.Language) string {
	if s == "" || strings.HasSuffix(s, ".") || strings.HasSuffix(s, "。") {
		return s
	}
	return s + l.Pick(".", "。")
}

// sampleNote counts the rows used; the fit's own notes tell of those left out.
func sampleNote(f *regress.Fit, l wording.Language) string {
	s := wording.Count(f.N, l) + l.Pick(" rows", " 行")
	if f.Data != "" {
		s += l.Pick(" of ", "，数据 ") + f.Data
	}
	if f.If != "" {
		s += l.Pick(" where ", "，条件 ") + f.If
	}
	if f.Weights != "" {
		s += l.Pick(", weighted by ", "，权重 ") + f.Weights
	}
	return s + l.Pick(".", "。")
}

// stars counts the stars of significance at 1, 5 and 10 %.
func stars(p float64) int {
	switch {
	case p < 0.01:
		return 3
	case p < 0.05:
		return 2
	case p < 0.10:
		return 1
	}
	return 0
}

// percent writes 0.95 as "95%".
func percent(level float64) string {
	return strconv.FormatFloat(math.Round(level*1e6)/1e4, 'g', -1, 64) + "%"
}

func rounded(x float64, digits int) string {
	if math.IsNaN(x) {
		return ""
	}
	s := strconv.FormatFloat(x, 'f', digits, 64)
	if strings.Trim(s, "-0.") == "" { // rounding's -0.0000
		return strings.TrimPrefix(s, "-")
	}
	return s
}

func pText(p float64) string {
	if p < 0.001 {
		return "< 0.001"
	}
	return "= " + rounded(p, 3)
}
