package pasted_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/xuri/excelize/v2"

	"github.com/seed2d25c7c2/didnb/didkit/audit/paper"
	"github.com/seed2d25c7c2/didnb/didkit/audit/paper/pasted"
)

func p(x float64, d int) paper.Printed   { return paper.Printed{Value: x, Decimals: d} }
func at(x float64, d int) *paper.Printed { v := p(x, d); return &v }

func term(name string, e paper.Printed, s *paper.Printed, stars string) paper.Term {
	return paper.Term{Term: name, Estimate: e, Statistic: s, Stars: stars}
}

// baseline is one table, which the cases below write in different ways.
func baseline(statistic string) []paper.Column {
	return []paper.Column{
		{Name: "(1)", Outcome: "DIA", Statistic: statistic, Role: paper.PlainColumn, N: 5364, R2: at(0.521, 3), Terms: []paper.Term{term("DID", p(0.276, 3), at(7.401, 3), "***")}},
		{Name: "(2)", Outcome: "DIA", Statistic: statistic, Role: paper.PlainColumn, N: 5364, R2: at(0.526, 3), Terms: []paper.Term{
			term("SC", p(0.056, 3), at(2.087, 3), "**"), term("OPEN", p(-0.011, 3), at(-1.782, 3), "*")}},
	}
}

func TestTables(t *testing.T) {
	cases := map[string]string{
		"tabs.txt": "表 2 基准回归结果\n变量\tDIA\tDIA\n\t(1)\t(2)\nDID\t0.276***(7.401)\t\nSC\t\t0.056** (2.087)\nOPEN\t\t−0.011*(−1.782)\n城市和年份固定效应\t控制\t控制\n观测值\t5 364\t5 364\nR²\t0.521\t0.526\n注:括号内为 t 值。\n",
		"blanks.txt": "Table 2  Baseline\n" +
			"=======================================\n" +
			"                  DIA           DIA\n" +
			"                  (1)           (2)\n" +
			"---------------------------------------\n" +
			"DID            0.276***                \n" +
			"               (7.401)                 \n" +
			"SC                           0.056**   \n" +
			"                             (2.087)   \n" +
			"OPEN                        -0.011*    \n" +
			"                            (-1.782)   \n" +
			"Fixed effects    Yes           Yes     \n" +
			"N               5,364         5,364    \n" +
			"R²              0.521         0.526    \n" +
			"=======================================\n" +
			"t statistics in brackets.\n",
		"bars.md":     "Table 2\n\n|  | DIA | DIA |\n|---|---|---|\n|  | (1) | (2) |\n| DID | 0.276*** (7.401) | |\n| SC | | 0.056** (2.087) |\n| OPEN | | -0.011* (-1.782) |\n| Observations | 5364 | 5364 |\n| R2 | 0.521 | 0.526 |\n\nt values in brackets\n",
		"commas.csv":  "\"\",DIA,DIA\n\"\",(1),(2)\nDID,0.276***,\n\"\",(7.401),\nSC,,0.056**\n,,(2.087)\nOPEN,,-0.011*\n,,(-1.782)\nN,\"5,364\",5364\nR2,0.521,0.526\n\"Table 2; t statistics\"\n",
		"booktab.tex": "\\begin{table}\n\\caption{Baseline (Table 2)}\n\\begin{tabular}{l*{2}{c}}\n\\toprule % rule\n & \\multicolumn{2}{c}{DIA} \\\\\n\\cmidrule(lr){2-3}\n & (1) & (2) \\\\\n\\midrule\nDID & 0.276\\sym{***} & \\\\\n & (7.401) & \\\\\n\\textit{SC} & & $0.056^{**}$ \\\\[2pt]\n & & (2.087) \\\\\nOPEN & & $-0.011^{*}$ \\\\\n & & ($-1.782$) \\\\\n\\addlinespace\n$N$ & 5,364 & 5,364 \\\\\n$R^2$ & 0.521 & 0.526 \\\\\n\\bottomrule\n\\end{tabular}\nNotes: $t$ statistics in brackets.\n\\end{table}\n",
	}
	for name, text := range cases {
		b, err := pasted.Read(name, []byte(text), pasted.Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(b.Tables) != 1 || b.Tables[0].Name != "table2" {
			t.Errorf("%s: %d tables, %s", name, len(b.Tables), b.Tables[0].Name)
		}
		if d := cmp.Diff(baseline("t"), b.Tables[0].Columns, cmpopts.IgnoreFields(paper.Column{}, "Guessed", "Effects")); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func workbook(t *testing.T, cells map[string]any, merged ...[2]string) []byte {
	t.Helper()
	f := excelize.NewFile()
	for at, v := range cells {
		if err := f.SetCellValue("Sheet1", at, v); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range merged {
		if err := f.MergeCell("Sheet1", m[0], m[1]); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWorkbook(t *testing.T) {
	cells := map[string]any{
		"A1": "Table 2 Baseline, t statistics in brackets", "B2": "DIA", "B3": "(1)", "C3": "(2)", "A4": "DID", "B4": "0.276***(7.401)", "A5": "SC", "C5": "0.056**(2.087)",
		"A6": "OPEN", "C6": "-0.011*(-1.782)", "A7": "N", "B7": "5364", "C7": 5364, "A8": "R²", "B8": "0.521", "C8": "0.526",
	}
	b, err := pasted.Read("t.xlsx", workbook(t, cells, [2]string{"A1", "C1"}, [2]string{"B2", "C2"}), pasted.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(baseline("t"), b.Tables[0].Columns, cmpopts.IgnoreFields(paper.Column{}, "Guessed", "Effects")); d != "" {
		t.Error(d)
	}
}

func TestSummary(t *testing.T) {
	b, err := pasted.Read("t.txt", []byte("表1 描述性统计\n变量名称\t变量符号\t观测值\t均值\t标准差\t最小值\t最大值\n数字产业集聚度\tDIA\t5 364\t0.697\t0.645\t0.000\t6.899\n双试点\tDID\t5 364\t0.072\t0.258\t0\t1\n"), pasted.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []paper.Summary{
		{Variable: "DIA", N: 5364, Mean: p(0.697, 3), SD: p(0.645, 3), Min: p(0, 3), Max: p(6.899, 3)},
		{Variable: "DID", N: 5364, Mean: p(0.072, 3), SD: p(0.258, 3), Min: p(0, 0), Max: p(1, 0), Kind: "binary", Guessed: true},
	}
	if d := cmp.Diff(want, b.Tables[0].Summary); d != "" {
		t.Error(d)
	}
}

// What brackets hold is told, or said in a note, or read off the stars.
func TestStatistic(t *testing.T) {
	table := "\t(1)\nx\t0.30***\n\t(0.10)\nz\t0.05\n\t(0.20)\n"
	for text, want := range map[string]string{table: "se", table + "Standard errors in parentheses.": "se", table + "注：括号内为聚类标准误。": "se", table + "t statistics in parentheses.": "t"} {
		b, err := pasted.Read("t.txt", []byte(text), pasted.Options{})
		if err != nil || b.Tables[0].Columns[0].Statistic != want {
			t.Errorf("%q: %v %+v", text, err, b)
		}
	}
	if b, err := pasted.Read("t.txt", []byte(table), pasted.Options{Statistic: "t"}); err != nil || b.Tables[0].Columns[0].Statistic != "t" {
		t.Error(b, err)
	}
}

func TestErrors(t *testing.T) {
	cases := []struct{ name, content, want string }{
		{"a.doc", "x", "a.doc is of no kind that a table is read from: .json, .txt"},
		{"a.txt", "", "no row of numbers was found"},
		{"a.txt", "only words\nhere", "no row of numbers was found"},
		{"a.tex", "no table", `no \begin{tabular}`},
		{"a.tex", "\\begin{tabular}{lcc}\n & (1) & (2) \\\\\nx & \\multicolumn{2}{c}{0.297***} \\\\\n\\end{tabular}", "line 3: one cell over 2 columns holds the number 0.297***"},
		{"a.xlsx", "PK", "this is no Excel workbook"},
		{"a.txt", "\t(1)\nx\t0.3\nN\t53.64\n", `line 3: the number of rows of column (1) is no whole number but "53.64"`},
		{"a.txt", "\t(1)\nx\t0.3\nN\tmany\n", `line 3: the number of rows of column (1) is no whole number but "many"`},
		{"a.txt", "v\tn\tmean\tsd\ny\t10\to.5\t0.1\n", `line 2: mean of y is no number but "o.5"`},
	}
	for _, c := range cases {
		_, err := pasted.Read(c.name, []byte(c.content), pasted.Options{})
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want %s", c.content, err, c.want)
		}
	}
	merged := workbook(t, map[string]any{"B1": "(1)", "C1": "(2)", "A2": "x", "B2": "0.297***"}, [2]string{"B2", "C2"})
	if _, err := pasted.Read("m.xlsx", merged, pasted.Options{}); err == nil || !strings.Contains(err.Error(), "cells B2:C2 of sheet Sheet1 are merged over the number 0.297***") {
		t.Error(err)
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"\t(1)\nx\t0.30***\n\t(0.10)\nN\t30\n", "   (1)   (2)\nx  1.0*  2.0\n", "\\begin{tabular}{l*{2}{c}}x & \\multicolumn{2}{c}{a}\\\\ y & 1 & 2\\end{tabular}"} {
		f.Add(s, ".txt")
		f.Add(s, ".tex")
		f.Add(s, ".csv")
	}
	f.Fuzz(func(t *testing.T, s, ending string) { _, _ = pasted.Read("f"+ending, []byte(s), pasted.Options{}) })
}

// What a table's foot says: fixed effects, methods, what stars stand for.
func TestFeet(t *testing.T) {
	cases := map[string]string{
		"esttab.tex": `\begin{table}\def\sym#1{\ifmmode^{#1}\else\(^{#1}\)\fi}
\begin{tabular}{l*{2}{c}}
\hline\hline
            &\multicolumn{1}{c}{(1)}&\multicolumn{1}{c}{(2)}\\
            &\multicolumn{1}{c}{OLS}&\multicolumn{1}{c}{Logit}\\
\hline
treat\#post &       0.116\sym{*}  &      $-$0.300\sym{***}\\
            &     (0.0561)         &     (0.0710)         \\
[1em]
\_cons      &       1.016\sym{***}&       9.300\sym{***}\\
            &     (0.056)         &     (0.071)         \\
\hline
City and year FE & Yes & No \\
\(N\)       &       12,345         &       12345         \\
\(R^{2}\)   &       0.945         &       0.350         \\
\hline\hline
\multicolumn{3}{l}{\footnotesize Standard errors in parentheses}\\
\multicolumn{3}{l}{\footnotesize \sym{*} \(p<0.05\), \sym{**} \(p<0.01\), \sym{***} \(p<0.001\)}\\
\end{tabular}
\end{table}`,
		"html.md":     "| | (1) | (2) |\n|--|--|--|\n| | OLS | Logit |\n| treat#post | 0.116<sup>*</sup> | −0.300<sup>***</sup> |\n| | (0.0561) | (0.0710) |\n| _cons | 1.016*** | 9.300*** |\n| | (0.056) | (0.071) |\n| City/year FE | Yes | No |\n| N | 12,345 | 12345 |\n| R2 | 0.945 | 0.350 |\n\nStandard errors in brackets; \\* p < 0.05, \\*\\* p < 0.01, \\*\\*\\* p < 0.001.\n",
		"chinese.txt": "\t(1)\t(2)\n\tOLS\tLogit\ntreat#post\t0.116＊\t－0.300***\n\t(0.0561)\t(0.0710)\n_cons\t1.016***\t9.300***\n\t（0.056）\t（0.071）\nCity和year固定效应\t是\t否\nN\t12，345\t１２３４５\nR2\t0.945\t0.350\n注：***、**、*分别表示在0.1%、1%和5%的水平上显著，括号内为标准误。\n",
	}
	want := []paper.Column{
		{Name: "(1)", Statistic: "se", Role: paper.PlainColumn, Model: "ols", N: 12345, R2: at(0.945, 3), Effects: []string{"city", "year"}, Terms: []paper.Term{
			term("treat#post", p(0.116, 3), at(0.0561, 4), "*"), term("_cons", p(1.016, 3), at(0.056, 3), "***")}},
		{Name: "(2)", Statistic: "se", Role: paper.PlainColumn, Model: "logit", N: 12345, R2: at(0.350, 3), Effects: []string{}, Terms: []paper.Term{
			term("treat#post", p(-0.300, 3), at(0.0710, 4), "***"), term("_cons", p(9.300, 3), at(0.071, 3), "***")}},
	}
	for name, text := range cases {
		b, err := pasted.Read(name, []byte(text), pasted.Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d := cmp.Diff(want, b.Tables[0].Columns, cmpopts.IgnoreFields(paper.Column{}, "Guessed")); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		if d := cmp.Diff(map[string]float64{"*": 0.05, "**": 0.01, "***": 0.001}, b.Stars, cmpopts.EquateApprox(1e-12, 0)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	if _, err := pasted.Read("odd.txt", []byte("\t(1)\t(2)\nDID\t0.297§§\t0.1\nN\t10\t10\n"), pasted.Options{}); err == nil || !strings.Contains(err.Error(), "a cell of DID is no number") {
		t.Errorf("a cell that begins as a number: %v", err)
	}
}

func TestLegends(t *testing.T) {
	for note, want := range map[string]map[string]float64{
		"*** p<0.01, ** p<0.05, * p<0.1":                                        {"***": 0.01, "**": 0.05, "*": 0.1},
		"注：*、**、***分别表示在10%、5%、1%的水平上显著。":                                       {"***": 0.01, "**": 0.05, "*": 0.1},
		"***, ** and * denote significance at the 1%, 5% and 10% levels, resp.": {"***": 0.01, "**": 0.05, "*": 0.1},
		"† p < .10, * p < .05":                                                  {"†": 0.1, "*": 0.05},
		"t values in brackets.":                                                 nil,
	} {
		b, err := pasted.Read("a.txt", []byte("\t(1)\t(2)\nDID\t0.297\t0.1\nN\t10\t10\n"+note+"\n"), pasted.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, b.Stars, cmpopts.EquateApprox(1e-12, 0)); d != "" {
			t.Errorf("%s: %s", note, d)
		}
	}
}
