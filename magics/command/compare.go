package command

import (
	"os"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/describe"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/published"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

func compareCommand() *Command {
	return &Command{
		Name: "compare", Synopsis: "RESULT … published=table2 [column=(2)]",
		Short: "results beside the published numbers", ShortZH: "与已发表结果对照",
		Words: ResultName,
		Keys: []Key{
			{Name: "published", Kind: Plain, Doc: "table of the paper, as table2, or of a file of one's own, as my.json:table2"},
			{Name: "column", Kind: Plain, Default: "the one with the fit's treatment and controls", Doc: "column of the table"},
		},
		Help: "Each term of the published column beside ours. The column kind says what the difference is: same digits (ours rounds to what was printed), " +
			"within noise (apart by less than 1.96 of the two standard errors together, as two samples of one process are 19 times in 20), beyond noise, other sign; " +
			"counts, moments and R² have the same digits, are close (within a tenth: of the standard deviation, for a mean) or differ.\n" +
			"The column cause says where a difference comes from: sampling, convention (the two standard errors are of different kinds), or what neither explains and cannot be matched.\n" +
			"A file of one's own has the form of data/published.json: {\"source\": …, \"tables\": [{\"name\": …, \"columns\": [{\"name\": …, \"statistic\": \"t\" or \"se\", " +
			"\"n\": …, \"r2\": …, \"terms\": [{\"term\": …, \"estimate\": …, \"statistic\": …, \"stars\": …}]}]}]}.",
		Example: loadCastle + "%gen DID = post\n%did l_homicide ~ 1 | sid + year treat=DID vcov=iid as=m1\n%compare m1 published=table2",
		run:     runCompare,
	}
}

// CompareResult is the JSON of %compare.
type CompareResult struct {
	Published string                 `json:"published"`
	Source    string                 `json:"source"`
	Columns   []published.Comparison `json:"columns"`
	Simulated bool                   `json:"simulated,omitempty"`
}

func runCompare(c *call) (*Output, error) {
	results, err := c.resultWords()
	if err != nil {
		return nil, err
	}
	book, t, err := c.publishedTable()
	if err != nil {
		return nil, err
	}
	out := &CompareResult{Published: t.Name, Source: book.Source}
	for _, r := range results {
		one, err := c.compareOne(r, t)
		if err != nil {
			return nil, err
		}
		out.Columns = append(out.Columns, one)
		out.Simulated = out.Simulated || r.result.Simulated
	}
	shown := c.tableOutput(c.compareTables(out, t)...)
	shown.Kind, shown.Result = "compare", out
	return shown, nil
}

// resultWord is a result that a word of the line names; fit is set for a regression.
type resultWord struct {
	word   lang.Arg
	result *session.Result
	name   string
	fit    *regress.Fit
}

// resultWords are the results that the words of the line name, at least one; a set of fits counts as its columns.
func (c *call) resultWords() ([]resultWord, error) {
	words := c.stmt.Words()
	if len(words) == 0 {
		return nil, c.missing("%%%s needs a result; %s", c.cmd.Name, c.usage())
	}
	var out []resultWord
	for _, w := range words {
		more, err := c.resultsOf(w)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

// resultsOf looks a word up: a result, all columns of a set, or one column as m.2.
func (c *call) resultsOf(w lang.Arg) ([]resultWord, error) {
	r, err := c.session.Result(w.Value)
	if err != nil {
		if set, label, ok := c.setColumn(w.Value); ok {
			c.used = append(c.used, set.Name)
			return []resultWord{{w, set, w.Value, label}}, nil
		}
		return nil, within(w.Text, err)
	}
	c.used = append(c.used, r.Name)
	switch v := r.Value.(type) {
	case *regress.Fit:
		return []resultWord{{w, r, r.Name, v}}, nil
	case *did.EventStudyResult:
		return []resultWord{{w, r, r.Name, v.Fit}}, nil
	case *did.ATTResult:
		return []resultWord{{w, r, r.Name, v.Fit()}}, nil
	}
	var out []resultWord
	for i, col := range fitColumns(r.Value) {
		out = append(out, resultWord{w, r, columnName(r.Name, r.Value, i, col.Label), col.Result})
	}
	if out == nil {
		out = []resultWord{{w, r, r.Name, nil}}
	}
	return out, nil
}

// setColumn finds m.2 in the set m.
func (c *call) setColumn(name string) (*session.Result, *regress.Fit, bool) {
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		return nil, nil, false
	}
	r, err := c.session.Result(name[:dot])
	if err != nil {
		return nil, nil, false
	}
	for i, col := range fitColumns(r.Value) {
		if columnName(r.Name, r.Value, i, col.Label) == name {
			return r, col.Result, true
		}
	}
	return nil, nil, false
}

// publishedTable reads published=: a table of the paper, or FILE.json:TABLE.
func (c *call) publishedTable() (*published.Book, *published.Table, error) {
	a, ok := c.stmt.Key("published")
	if !ok {
		return nil, nil, c.missing("%%compare needs published=, as in published=table2")
	}
	name, book, err := a.Value, (*published.Book)(nil), error(nil)
	if i := strings.LastIndex(strings.ToLower(a.Value), ".json"); i >= 0 {
		file := a.Value[:i+len(".json")]
		name = strings.TrimPrefix(a.Value[len(file):], ":")
		book, err = published.Read(c.session.Path(file))
		if os.IsNotExist(err) {
			return nil, nil, c.valueError(a, "no file %q", file)
		}
	} else {
		book, err = published.Paper()
	}
	if err != nil {
		return nil, nil, within(a.Text, err)
	}
	if name == "" {
		return nil, nil, c.valueError(a, "a table is missing behind the file, as in %s:%s", a.Value, strings.Join(book.Names(), ", "))
	}
	t, err := book.Table(name)
	return book, t, within(a.Text, err)
}

func (c *call) compareOne(r resultWord, t *published.Table) (published.Comparison, error) {
	if d, ok := r.result.Value.(*describe.Table); ok {
		if len(t.Summary) == 0 {
			return published.Comparison{}, c.wordError(r.word, "%s is a description, %s holds regressions", r.name, t.Name)
		}
		out, err := published.CompareSummary(r.name, d, t)
		return out, within(r.word.Text, err)
	}
	switch {
	case r.fit == nil || r.result.Kind == "eventstudy":
		return published.Comparison{}, c.wordError(r.word, "%s (%s) can't be compared with a published table", r.name, r.result.Kind)
	case len(t.Columns) == 0:
		return published.Comparison{}, c.wordError(r.word, "%s is a regression, %s holds descriptive statistics", r.name, t.Name)
	}
	name, columns := c.text("column"), fitColumns(r.result.Value)
	if name == "" && len(columns) > 1 {
		i := slices.IndexFunc(columns, func(k FitColumn) bool { return k.Result == r.fit })
		name = publishedColumn(t, columns, i)
	}
	column, err := published.Match(t, r.fit, name)
	if err != nil {
		place := r.word.Text
		if a, ok := c.stmt.Key("column"); ok {
			place = a.Text
		}
		return published.Comparison{}, within(place, err)
	}
	out := published.Compare(r.name, r.fit, column)
	if len(columns) > 1 { // many columns: the printed numbers and no others
		out.Rows = slices.DeleteFunc(out.Rows, func(row published.Row) bool { return row.Kind == published.OnlyHere })
	}
	return out, nil
}

// compareTables list ours, printed, their difference and its kind; statistics of regressions stand in brackets.
func (c *call) compareTables(r *CompareResult, t *published.Table) []*table.Table {
	l := wordingOf(c.session.Language())
	var out []*table.Table
	for _, col := range r.Columns {
		g := newGrid("", l.Pick("ours", "本文"), "t", l.Pick("published", "已发表"), "t", l.Pick("difference", "差"), l.Pick("kind", "差异类型"), l.Pick("cause", "差异来源"))
		for _, row := range col.Rows {
			g.add(rowText(row.Row, l), side(row.Ours, row.Decimals), side(row.OursT, 3), side(row.Published, row.Decimals), side(row.PublishedT, 3),
				side(row.Difference, row.Decimals), kindText(row.Kind, l), causeText(row.Cause, r.Simulated, l))
		}
		g.options = table.GridOptions{Title: col.Result + l.Pick(" beside ", " 与 ") + strings.TrimSpace(t.Name+" "+stepText(col.Column, l)), Language: l,
			Simulated: r.Simulated, Notes: []string{l.Pick("Published: ", "来源：") + r.Source + l.Pick(".", "。")}}
		out = append(out, g.table())
	}
	return out
}

// rowText names a row that is no variable.
func rowText(row string, l wording.Language) string {
	if l != wording.Chinese {
		return row
	}
	if zh, ok := map[string]string{"constant": "常数项", "n": "观测值", "r2": "R²"}[row]; ok {
		return zh
	}
	for _, m := range []struct{ en, zh string }{{" n", " 观测值"}, {" mean", " 均值"}, {" sd", " 标准差"}, {" min", " 最小值"}, {" max", " 最大值"}} {
		if variable, ok := strings.CutSuffix(row, m.en); ok {
			return variable + m.zh
		}
	}
	return row
}

// kindText says how two numbers differ.
func kindText(k published.Kind, l wording.Language) string {
	zh := map[published.Kind]string{published.SameDigits: "数字相同", published.WithinNoise: "抽样误差之内", published.BeyondNoise: "超出抽样误差",
		published.OtherSign: "符号相反", published.Close: "接近", published.Differs: "不同", published.OnlyHere: "原文未列", published.OnlyInPrint: "回归中没有"}[k]
	if zh == "" {
		zh = string(k)
	}
	return l.Pick(string(k), zh)
}

// stepText is the column of a step of %mediate in the language.
func stepText(column string, l wording.Language) string {
	return l.Pick(column, strings.NewReplacer(", first step", "（第一步）", ", second step", "（第二步）").Replace(column))
}

// causeText names a cause for the reader: a simulation's sampling is its own.
func causeText(c published.Cause, simulated bool, l wording.Language) string {
	sampling := l.Pick("sampling", "抽样")
	if simulated {
		sampling = l.Pick("sampling of the simulation", "模拟抽样")
	}
	convention := l.Pick("convention (errors)", "惯例（标准误）")
	switch c {
	case published.Sampling:
		return sampling
	case published.Convention:
		return convention
	case published.Both:
		return sampling + l.Pick("; ", "；") + convention
	case published.Unmatched:
		return l.Pick("cannot be matched", "无法对应")
	}
	return ""
}

// side is a number, or a blank where one of the two sides has none.
func side(x float64, digits int) table.Cell { return orBlank(x, table.Digits(x, digits)) }
