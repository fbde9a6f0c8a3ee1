package command

import (
	"errors"
	"path/filepath"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/describe"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

func tableCommand() *Command {
	return &Command{
		Name: "table", Synopsis: "M1 M2 … [title=] [stat=t|se|ci] [digits=3] [out=t2.tex]",
		Short: "a regression table for a paper", ShortZH: "论文用回归结果表",
		Words: ResultName,
		Keys: []Key{
			{Name: "as", Kind: NewName, Doc: "name for %report"},
			{Name: "title", Kind: Plain, Doc: "caption"},
			{Name: "number", Kind: Plain, Doc: "number of the table: 2 prints as Table 2"},
			{Name: "style", Kind: Choice, Choices: []string{"journal"}, Default: "journal", Doc: "three rules, brackets under the coefficients"},
			{Name: "stat", Kind: Choice, Choices: []string{"t", "se", "ci"}, Default: "t", Doc: "what stands in brackets"},
			{Name: "digits", Kind: Integer, Default: "3", Doc: "decimals"},
			{Name: "stars", Kind: Flag, Default: "true", Doc: "marks of significance at 1, 5 and 10 %"},
			{Name: "labels", Kind: Flag, Default: "true", Doc: "false prints the variables' names in place of their labels"},
			{Name: "title_zh", Kind: Plain, Doc: "caption under %lang zh"},
			{Name: "columns", Kind: Plain, Default: "(1), (2) …", Doc: "heads of the columns, joined by commas"},
			{Name: "columns_zh", Kind: Plain, Doc: "the same under %lang zh"},
			{Name: "keep", Kind: Variables, Doc: "terms to show beside the constant, joined by commas; * stands for any letters"},
			{Name: "drop", Kind: Variables, Doc: "terms to leave out"},
			{Name: "controls", Kind: Variables, Doc: "terms to leave out but for a row that says which columns have them"},
			{Name: "r2", Kind: Choice, Choices: []string{"overall", "adjusted", "within"}, Default: "overall", Doc: "which R²"},
			{Name: "notes", Kind: Plain, Doc: "a further sentence under the table"},
			{Name: "out", Kind: OutFile, Doc: "file to write: " + strings.Join(table.Endings(), ", ")},
		},
		Help: "Sets regressions side by side, a column each; a set from c(…) ~ or sw(…) stands for all its columns. " +
			"A result of %describe alone makes a table of descriptive statistics. With out= the table is also written to a file of the kind that its ending names.",
		Example: loadCastle + "%did l_homicide ~ 1 | sid + year treat=post as=m1\n%did l_homicide ~ poverty | sid + year treat=post as=m2\n" +
			"%table m1 m2 title=\"Homicide and castle-doctrine laws\" stat=se",
		run: runTable,
	}
}

// TableResult is the JSON of %table and %plot: the file written, or else the text itself.
type TableResult struct {
	Out  string `json:"out,omitempty"`
	HTML string `json:"html,omitempty"`
	SVG  string `json:"svg,omitempty"`
}

func runTable(c *call) (*Output, error) {
	results, err := c.resultWords()
	if err != nil {
		return nil, err
	}
	t, err := c.paperTable(results)
	if err != nil {
		return nil, err
	}
	out := c.tableOutput(t)
	out.Kind, out.Result = "table", &TableResult{HTML: t.HTML()}
	if a, ok := c.stmt.Key("out"); ok {
		w, err := table.For(filepath.Ext(a.Value))
		if err != nil {
			return nil, within(a.Text, err)
		}
		if err := c.write(a, []byte(table.Render(w, t))); err != nil {
			return nil, err
		}
		out.Result = &TableResult{Out: a.Value}
		c.written(out, a)
	}
	return out, nil
}

// paperTable is a regression table of fits, or the table of one description.
func (c *call) paperTable(results []resultWord) (*table.Table, error) {
	if d, ok := results[0].result.Value.(*describe.Table); ok && len(results) == 1 {
		return c.describeTable(d)
	}
	var fits []*regress.Fit
	labels := wording.Labels{}
	for _, r := range results {
		if r.fit == nil {
			return nil, c.wordError(r.word, "%s (%s) can't stand in a table beside regressions", r.name, r.result.Kind)
		}
		fits = append(fits, r.fit)
		of := c.labels
		if c.text("labels") == "false" {
			of = c.structural
		}
		for name, label := range of(r.result.Data) {
			labels[name] = label
		}
	}
	o, err := c.tableOptions()
	if err != nil {
		return nil, err
	}
	o.Labels = labels
	t, err := table.Regression(fits, o)
	return t, c.tableFault(err)
}

// tableOptions reads the keys that say how a regression table prints.
func (c *call) tableOptions() (table.Options, error) {
	digits, err := c.digits()
	o := table.Options{Number: c.text("number"), Title: c.inLanguage("title"), Language: wordingOf(c.session.Language()), Digits: digits,
		NoStars: c.text("stars") == "false", Columns: splitTrimmed(c.inLanguage("columns")), Keep: c.list("keep"), Drop: c.list("drop"), Controls: c.list("controls")}
	switch c.text("stat") {
	case "se":
		o.Statistic = table.StdErr
	case "ci":
		o.Statistic = table.Confidence
	}
	switch c.text("r2") {
	case "adjusted":
		o.R2 = []table.R2{table.Adjusted}
	case "within":
		o.R2 = []table.R2{table.Within}
	}
	if n := c.text("notes"); n != "" {
		o.Notes = []string{n}
	}
	return o, err
}

func (c *call) describeTable(d *describe.Table) (*table.Table, error) {
	digits, err := c.digits()
	if err != nil {
		return nil, err
	}
	notes := notices(d.Notes, wordingOf(c.session.Language()))
	if n := c.text("notes"); n != "" {
		notes = append(notes, n)
	}
	return table.Describe(d, table.DescribeOptions{Number: c.text("number"), Title: c.inLanguage("title"),
		Language: wordingOf(c.session.Language()), Digits: digits, Notes: notes})
}

// digits reads digits=; 0 stands for the default, NoDigits for none.
func (c *call) digits() (int, error) {
	a, ok := c.stmt.Key("digits")
	if !ok {
		return 0, nil
	}
	switch n := c.integer("digits", 3); {
	case n == 0:
		return table.NoDigits, nil
	case n < 0 || n > 12:
		return 0, c.valueError(a, "digits= is a number of decimals from 0 to 12, not %s", a.Value)
	default:
		return n, nil
	}
}

// list reads a value of words joined by commas.
func (c *call) list(key string) []string { return splitTrimmed(c.text(key)) }

// inLanguage is a key's value or, in Chinese, that of key_zh if the line has it.
func (c *call) inLanguage(key string) string {
	if zh := c.text(key + "_zh"); zh != "" && c.session.Language() == session.Chinese {
		return zh
	}
	return c.text(key)
}

func splitTrimmed(list string) []string {
	var out []string
	for _, part := range splitList(list) {
		out = append(out, strings.TrimSpace(part))
	}
	return out
}

// splitList cuts at commas outside parentheses and backquotes; "" gives none.
func splitList(s string) []string {
	if strings.TrimSpace(s) == "" {
		return nil
	}
	var out []string
	start, depth, quoted := 0, 0, false
	for i, r := range s {
		switch {
		case r == '`':
			quoted = !quoted
		case quoted:
		case r == '(' || r == '[':
			depth++
		case r == ')' || r == ']':
			depth--
		case r == ',' && depth == 0:
			out = append(out, s[start:i])
			start = i + 1
		}
	}
	return append(out, s[start:])
}

// tableFault points at the key whose term no column has, or at the heads.
func (c *call) tableFault(err error) error {
	if err == nil {
		return nil
	}
	var unknown *table.UnknownTerm
	keys := []string{"columns"}
	if errors.As(err, &unknown) {
		keys = []string{"keep", "drop", "controls"}
	}
	for _, key := range keys {
		a, ok := c.stmt.Key(key)
		if ok && (unknown == nil || strings.Contains(a.Value, unknown.Term)) {
			return within(a.Text, err)
		}
	}
	return err
}
