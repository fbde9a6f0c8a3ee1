package command

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/audit"
	"github.com/seed2d25c7c2/didnb/didkit/audit/paper"
	"github.com/seed2d25c7c2/didnb/didkit/audit/paper/pasted"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
	"github.com/seed2d25c7c2/didnb/didkit/suggest"
)

func auditCommand() *Command {
	return &Command{
		Name: "audit", Synopsis: "published=FILE [show=all]",
		Short: "consistency of published tables, without the data", ShortZH: "已发表表格的一致性核查（无需数据）",
		Keys: []Key{
			{Name: "published", Kind: InFile, Doc: "the paper's numbers: .json, as didnb audit init writes it, or a table pasted into .txt, .md, .csv, .tsv, .tex or .xlsx"},
			{Name: "statistic", Kind: Choice, Choices: []string{"t", "se"}, Default: "what the table's note says, or else its stars", Doc: "what stands in a pasted table's brackets"},
			{Name: "units", Kind: Integer, Doc: "of a pasted table: units of the panel"},
			{Name: "first", Kind: Integer, Doc: "of a pasted table: first period"},
			{Name: "last", Kind: Integer, Doc: "of a pasted table: last period"},
			{Name: "n", Kind: Integer, Doc: "of a pasted table: rows of the sample"},
			{Name: "show", Kind: Choice, Choices: []string{"open", "all"}, Default: "open", Doc: "findings to list: those that are not plainly consistent, or all"},
			{Name: "check", Kind: Plain, Doc: "show this check only, its findings all, and what it implies"},
			asKey("audit"),
		},
		Help: "Asks of each printed number whether arithmetic allows it beside the others: estimate, t or standard error, stars, p and interval; numbers of rows and the panel, " +
			"groups and bins of exposure; mean, standard deviation and range; the constant; classical or clustered errors; R² of nested regressions; total − direct = a b.\n" +
			"A printed number stands for all values that round to it. consistent: such values fit; inconsistent: none do; undetermined: they fit only under a convention that the paper does not state. " +
			"A misprint, a rounding of rounded numbers and an unsaid convention look alike from outside: a finding is a question to the authors and says nothing of anyone's motives.\n" +
			"The second table lists what the numbers imply without saying it. didkit/audit/README.md has the checks, and how often they are wrong on honest tables.",
		Example: "%audit published=data/published.json",
		run:     runAudit,
	}
}

func runAudit(c *call) (*Output, error) {
	a, ok := c.stmt.Key("published")
	if !ok {
		return nil, c.missing("%%audit needs published=, as in published=my-paper.json")
	}
	book, err := c.readPaper(a.Value)
	switch {
	case os.IsNotExist(err):
		return nil, c.valueError(a, "no file %q", a.Value)
	case err != nil:
		return nil, c.fileError(a, c.session.Path(a.Value), err)
	}
	r := audit.Run(book)
	if err := c.knownCheck(r); err != nil {
		return nil, err
	}
	out := c.tableOutput(c.auditTables(r)...)
	out.As, out.Kind, out.Result = c.keep("audit", "audit", r, nil), "audit", r
	return out, nil
}

// auditTables are the checks counted, what they found, and what the numbers imply.
func (c *call) auditTables(r *audit.Result) []*table.Table {
	l := wordingOf(c.session.Language())
	var tables []*table.Table
	if !c.has("check") {
		tables = append(tables, auditCounts(r, l))
	}
	if t := c.auditFindings(r, l); t != nil {
		tables = append(tables, t)
	}
	if t := auditFacts(c.factsShown(r), l); t != nil {
		tables = append(tables, t)
	}
	return tables
}

// readPaper reads a paper's numbers from JSON, or from a table as it was pasted.
func (c *call) readPaper(file string) (*paper.Book, error) {
	data, err := os.ReadFile(c.session.Path(file))
	if err != nil {
		return nil, err
	}
	o := pasted.Options{Statistic: c.text("statistic")}
	for _, key := range []string{"statistic", "units", "first", "last", "n"} {
		a, ok := c.stmt.Key(key)
		if !ok {
			continue
		}
		if isJSON := strings.EqualFold(filepath.Ext(file), ".json"); isJSON {
			return nil, c.valueError(a, "%s= is for pasted tables; %s says it itself", key, file)
		}
		if key != "statistic" && o.Sample == nil {
			o.Sample = &paper.Sample{}
		}
	}
	if strings.EqualFold(filepath.Ext(file), ".json") {
		return paper.Parse(data, file)
	}
	if s := o.Sample; s != nil {
		s.Units, s.First, s.Last, s.N = c.integer("units", 0), c.integer("first", 0), c.integer("last", 0), c.integer("n", 0)
		if s.Units < 0 || s.N < 0 || s.Last < s.First {
			return nil, c.missing("units= and n= count, and last= comes after first=")
		}
	}
	return pasted.Read(file, data, o)
}

// knownCheck refuses a check= that found nothing to check.
func (c *call) knownCheck(r *audit.Result) error {
	a, ok := c.stmt.Key("check")
	if !ok {
		return nil
	}
	var made []string
	for _, f := range r.Findings {
		if f.Check == a.Value {
			return nil
		}
		made = append(made, f.Check)
	}
	made = distinct(made)
	d := c.valueError(a, "no check %q among those that these numbers allow: %s%s", a.Value, strings.Join(made, ", "), suggest.Phrase(a.Value, made))
	d.Suggestions = suggest.Nearest(a.Value, made)
	return d
}

// auditCounts is a row a check.
func auditCounts(r *audit.Result, l wording.Language) *table.Table {
	var order []string
	counts := map[string]map[audit.Verdict]int{}
	for _, f := range r.Findings {
		if counts[f.Check] == nil {
			counts[f.Check] = map[audit.Verdict]int{}
			order = append(order, f.Check)
		}
		counts[f.Check][f.Verdict]++
	}
	g := newGrid(l.Pick("check", "核查项"), l.Pick("what", "内容"), verdictWord(audit.Consistent, l), verdictWord(audit.Undetermined, l), verdictWord(audit.Inconsistent, l))
	for _, check := range order {
		n := counts[check]
		g.add(check, checkWords(check, l), n[audit.Consistent], n[audit.Undetermined], n[audit.Inconsistent])
	}
	g.add(l.Pick("all", "合计"), "", r.Count(audit.Consistent), r.Count(audit.Undetermined), r.Count(audit.Inconsistent))
	g.options = table.GridOptions{Title: l.Pick("Published numbers and arithmetic", "已发表数字的算术核查"), Language: l, Stub: 2}
	if r.Source != "" {
		g.options.Notes = []string{l.Pick("Published: ", "来源：") + r.Source + l.Pick(".", "。")}
	}
	return g.table()
}

// auditFindings lists findings, each with its arithmetic as a note; nil if there is none to list.
func (c *call) auditFindings(r *audit.Result, l wording.Language) *table.Table {
	g := newGrid("", l.Pick("where", "位置"), l.Pick("check", "核查项"), l.Pick("printed", "所印"), l.Pick("computed", "推算"), l.Pick("verdict", "结论"))
	listed := 0
	for _, f := range r.Findings {
		only := c.text("check")
		if f.Verdict == audit.Consistent && c.text("show") != "all" && only == "" || only != "" && f.Check != only {
			continue
		}
		listed++
		g.add(strconv.Itoa(listed), f.Where, f.Check, inWords(f.Published, l), inWords(f.Computed, l), verdictWord(f.Verdict, l))
		addArithmetic(g, 5, inWords(f.Arithmetic, l), l.Pick(f.Note, f.NoteZH))
	}
	if listed == 0 {
		return nil
	}
	g.options = table.GridOptions{Title: l.Pick("Findings", "核查结果"), Language: l, Stub: 2}
	return g.table()
}

// arithmeticZH puts the few words of arithmetic into Chinese.
var arithmeticZH = strings.NewReplacer("printed ", "所印 ", "classical ", "经典 ", "clustered by units ", "按单位聚类 ", "not clustered: ", "未聚类：", " or robust", "或稳健",
	"at least ", "至少 ", "at most ", "至多 ", "no star", "无星号", "mean(", "均值(", "around ", "应含 ", "for instance ", "例如 ", "solutions", "组解", "rise ", "增量 ",
	"overall", "总体", "within", "组内", "median of ", "中位数：", "units or rows", "按单位或按观测", "rows", "按观测", "units", "按单位", "ever-treated", "曾受处理",
	" beside ", " 对照 ", "middle ", "中点 ", "critical value ", "临界值 ", "weight", "权重", "quotient", "区位熵", "mean ", "均值 ", " of ", " / ", "no estimate", "无此系数", "one sign", "同号")

// inWords is a finding's value in the session's language.
func inWords(s string, l wording.Language) string {
	if l == wording.Chinese {
		return arithmeticZH.Replace(s)
	}
	return s
}

// arithmeticWidth is how many characters wide a line under a finding is.
const arithmeticWidth = 92

// addArithmetic puts the arithmetic and what it means under a row, over so many columns.
func addArithmetic(g *grid, columns int, arithmetic, note string) {
	for _, s := range []string{arithmetic, note} {
		if s == "" {
			continue
		}
		for _, line := range table.Lines(s, arithmeticWidth) {
			g.add("", table.Words(line).Across(columns))
		}
	}
}

// factsOf are what a check learns.
var factsOf = map[string][]string{
	"exposure": {"treated_rows", "treated_units", "adoption"}, "matched": {"matched_on"}, "lag": {"lag_n"}, "rows": {"missing_units"}, "split": {"split"},
	"errors": {"standard_errors"}, "classical": {"classical_error"}, "r2": {"r2"}, "mediation": {"indirect", "sobel"}, "quotient": {"quotient_share"}, "trend": {"tension"},
}

// factsShown are all, or those of the one check that is listed.
func (c *call) factsShown(r *audit.Result) []audit.Fact {
	check := c.text("check")
	if check == "" {
		return r.Facts
	}
	return slices.DeleteFunc(slices.Clone(r.Facts), func(f audit.Fact) bool { return !slices.Contains(factsOf[check], f.Name) })
}

// auditFacts lists what the numbers imply.
func auditFacts(facts []audit.Fact, l wording.Language) *table.Table {
	if len(facts) == 0 {
		return nil
	}
	g := newGrid("", l.Pick("implied", "可推知"), l.Pick("where", "位置"), l.Pick("value", "值"))
	for i, f := range facts {
		g.add(strconv.Itoa(i+1), checkWords(f.Name, l), f.Where, inWords(f.Value, l))
		addArithmetic(g, 3, inWords(f.Arithmetic, l), l.Pick(f.Note, f.NoteZH))
	}
	g.options = table.GridOptions{Title: l.Pick("What the numbers imply", "由所印数字可推知"), Language: l, Stub: 2}
	return g.table()
}

func verdictWord(v audit.Verdict, l wording.Language) string {
	switch v {
	case audit.Consistent:
		return l.Pick("consistent", "一致")
	case audit.Undetermined:
		return l.Pick("cannot tell", "无法判断")
	}
	return l.Pick("inconsistent", "不一致")
}

// checkWords says what a check or fact is about.
func checkWords(name string, l wording.Language) string {
	w, ok := auditWords[name]
	if !ok {
		return strings.ReplaceAll(name, "_", " ")
	}
	return l.Pick(w[0], w[1])
}

var auditWords = map[string][2]string{
	"stars":           {"stars and p", "星号与 p 值"},
	"sign":            {"sign of t", "t 值符号"},
	"statistic":       {"estimate / se = t", "系数 / 标准误 = t"},
	"p":               {"printed p", "所印 p 值"},
	"interval":        {"95 % interval", "95% 区间"},
	"range":           {"min ≤ mean ≤ max", "最小值 ≤ 均值 ≤ 最大值"},
	"spread":          {"sd between its bounds", "标准差的上下界"},
	"binary":          {"sd of a 0/1 variable", "0/1 变量的标准差"},
	"grain":           {"mean of whole numbers", "整数变量的均值"},
	"quotient":        {"bounds of a location quotient", "区位熵的界"},
	"panel":           {"n and the panel", "样本量与面板"},
	"rows":            {"n within the sample", "样本量不超过全样本"},
	"lag":             {"n after a lag", "滞后后的样本量"},
	"split":           {"groups add up", "分组样本量之和"},
	"exposure":        {"bins of exposure add up", "时长段样本量"},
	"adoption":        {"periods of adoption", "处理时期"},
	"matched":         {"n after matching", "匹配后的样本量"},
	"constant":        {"constant from the means", "由均值推算常数项"},
	"errors":          {"classical or clustered errors", "经典或聚类标准误"},
	"classical":       {"se and classical errors", "标准误与经典标准误"},
	"r2":              {"R² between 0 and 1; its kind", "R² 取值与类型"},
	"nested":          {"R² of nested regressions", "嵌套回归的 R²"},
	"step":            {"R² and t of what is added", "新增变量的 R² 与 t"},
	"mediation":       {"total − direct = a b", "总效应 − 直接效应 = ab"},
	"bracket":         {"groups around the pooled", "分组与合并估计"},
	"quoted":          {"numbers repeated", "重复引用的数字"},
	"trend":           {"raw trends and effects", "原始趋势与效应"},
	"quotient_share":  {"share of the largest unit", "最大单位的份额"},
	"missing_units":   {"units without a value", "缺失的单位数"},
	"lag_n":           {"n after a lag", "滞后后的样本量"},
	"treated_rows":    {"treated rows", "处理观测数"},
	"treated_units":   {"treated units", "处理单位数"},
	"matched_on":      {"what was matched", "匹配所用变量"},
	"standard_errors": {"kind of standard errors", "标准误类型"},
	"classical_error": {"classical standard error", "经典标准误"},
	"sobel":           {"Sobel's test", "Sobel 检验"},
	"indirect":        {"indirect effect", "间接效应"},
	"tension":         {"raw trend beside effects", "原始趋势与效应对照"},
}

func distinct(words []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, w := range words {
		if !seen[w] {
			seen[w] = true
			out = append(out, w)
		}
	}
	return out
}
