package command

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/seed2d25c7c2/didnb/didkit/describe"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/hetero"
	"github.com/seed2d25c7c2/didnb/didkit/mediate"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/report/document"
	"github.com/seed2d25c7c2/didnb/didkit/report/figure"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/robust"
	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// exhibit is what a line showed and %report shows again, in the language and with the labels of then.
type exhibit struct {
	stmt   lang.Statement
	magic  string
	as     string
	result *session.Result            // nil for a line that is run again, as %table
	held   map[string]*session.Result // that the line could see
	used   []string                   // names of the results it took
	shown  []*table.Table             // as they were shown, for results that can't be shown anew
}

// Key tells exhibits apart: by as=, else by number and title, else by the line.
func (e *exhibit) Key() string {
	number, _ := e.stmt.Key("number")
	title, _ := e.stmt.Key("title")
	switch {
	case e.as != "":
		return "as " + e.as
	case number.Value != "" || title.Value != "":
		return e.magic + " " + number.Value + " " + title.Value
	}
	return "line " + e.stmt.Source
}

func (e *exhibit) text(key string) string {
	a, _ := e.stmt.Key(key)
	return a.Value
}

// ranAgain are the magics whose line is run again for a report: they take no time.
var ranAgain = []string{"table", "plot", "compare", "wald"}

// reportKeys say where and how %report shows a result.
var reportKeys = []Key{
	{Name: "title", Kind: Plain, Doc: "caption in %report"},
	{Name: "title_zh", Kind: Plain, Doc: "caption in %report under %lang zh"},
	{Name: "number", Kind: Plain, Doc: "of its table or figure in %report; without it the next"},
	{Name: "report", Kind: Choice, Choices: []string{"main", "appendix", "none"}, Doc: "where %report puts it"},
}

// addReportKeys gives the keys to a magic whose results a report shows.
func (c *Command) addReportKeys() {
	if c.Name == "report" || !c.hasKey("as") && !slices.Contains(ranAgain, c.Name) || slices.Contains([]string{"panel", "gen"}, c.Name) {
		return
	}
	for _, k := range reportKeys {
		if !c.hasKey(k.Name) {
			c.Keys = append(c.Keys, k)
		}
	}
}

// record keeps what the line showed for %report.
func (c *call) record(out *Output) {
	e := &exhibit{stmt: *c.stmt, magic: c.cmd.Name, as: out.As, used: c.used, shown: out.Tables}
	switch {
	case c.again:
		return
	case slices.Contains(ranAgain, c.cmd.Name):
		e.held, e.as = c.session.Results(), cmp.Or(c.text("as"), out.As)
	case out.As == "" || out.Kind == "panel" || !c.cmd.hasKey("report"):
		return
	default:
		r, err := c.session.Result(out.As)
		if err != nil {
			return
		}
		e.result = r
	}
	c.session.Show(e)
}

// shown are the exhibits of the session, or those that the words name.
func (c *call) shown() ([]*exhibit, error) {
	var all []*exhibit
	for _, s := range c.session.Shown() {
		if e, ok := s.(*exhibit); ok {
			all = append(all, e)
		}
	}
	words := c.stmt.Words()
	if len(words) == 0 {
		return slices.DeleteFunc(all, func(e *exhibit) bool { return e.text("report") == "none" }), nil
	}
	var names []string
	for _, e := range all {
		if e.as != "" {
			names = append(names, e.as)
		}
	}
	var out []*exhibit
	for _, w := range words {
		i := slices.IndexFunc(all, func(e *exhibit) bool { return e.as == w.Value })
		if i < 0 {
			return nil, c.unknownWord(w, w.Value, names)
		}
		out = append(out, all[i])
	}
	return out, nil
}

// exhibits are the tables and figures of a report: first what the text shows, then the appendix.
//
// A regression stands in the %table that took it; one that no other line took stands beside its neighbours of the same
// outcome. The figure of a result stands in the text and its numbers in the appendix, unless %plot drew it again; the
// tables of a result whose columns a %table took stand in the appendix.
func (c *call) exhibits() (main, appendix []document.Exhibit, err error) {
	all, err := c.shown()
	if err != nil {
		return nil, nil, err
	}
	named := len(c.stmt.Words()) > 0
	taken, plotted, tabled := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, e := range all {
		for _, name := range e.used {
			taken[name] = taken[name] || e.magic != "compare"
			plotted[name] = plotted[name] || e.magic == "plot"
			tabled[name] = tabled[name] || e.magic == "table"
		}
	}
	var fits []*exhibit
	add := func(e *exhibit, main2, appendix2 []document.Exhibit) {
		switch e.text("report") {
		case "main":
			main2, appendix2 = append(main2, appendix2...), nil
		case "appendix":
			main2, appendix2 = nil, append(main2, appendix2...)
		}
		e.name(append(slices.Clone(main2), appendix2...), c.session.Language())
		main, appendix = append(main, main2...), append(appendix, appendix2...)
	}
	flush := func() error {
		for _, group := range besideEachOther(fits) {
			t, err := c.fitsTable(group)
			if err != nil {
				return err
			}
			add(group[0], []document.Exhibit{{Table: t}}, nil)
		}
		fits = nil
		return nil
	}
	for _, e := range all {
		if e.result != nil && e.result.Kind == "fit" {
			if !taken[e.result.Name] || named {
				fits = append(fits, e)
			}
			continue
		}
		if err := flush(); err != nil {
			return nil, nil, err
		}
		m, a, err := c.parts(e, e.as != "" && plotted[e.as] && !named)
		if err != nil {
			return nil, nil, err
		}
		if tabled[e.as] && !named && e.text("report") == "" {
			m, a = nil, append(m, a...)
		}
		add(e, m, a)
	}
	return main, appendix, flush()
}

// name gives the first of the exhibits the number and the title that the line has.
func (e *exhibit) name(parts []document.Exhibit, l session.Language) {
	last := ""
	for _, p := range parts { // a table without a title goes on from the one before it
		if t := p.Table; t != nil && t.Title == "" && last != "" {
			t.Title = last + t.Language.Pick(", continued", "（续）")
		} else if t != nil {
			last = t.Title
		}
	}
	if len(parts) == 0 || e.magic == "table" || e.magic == "plot" {
		return // they read their keys themselves
	}
	title, number := e.text("title"), e.text("number")
	if l == session.Chinese {
		title = cmp.Or(e.text("title_zh"), title)
	}
	for i, p := range parts {
		switch t := p.Table; {
		case t == nil && title != "":
			p.Figure.Title = title
		case t == nil:
		case i == 0:
			t.Title, t.Number = cmp.Or(title, t.Title), cmp.Or(number, t.Number)
		case title != "" && t.Title != "" && t.Title != title:
			t.Title = title + t.Language.Pick(": "+lower(cutTitle(t.Title, ": ")), "："+cutTitle(t.Title, "："))
		}
	}
}

// cutTitle is a title without what it says behind a colon.
func cutTitle(title, colon string) string {
	short, _, _ := strings.Cut(title, colon)
	return short
}

// lower begins a phrase with a small letter.
func lower(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[n:]
}

// parts are an exhibit's tables and figures, for the text and for the appendix.
func (c *call) parts(e *exhibit, plotted bool) (main, appendix []document.Exhibit, err error) {
	tables, f, err := c.showAgain(e)
	if err != nil {
		return nil, nil, err
	}
	var shown []document.Exhibit
	for _, t := range tables {
		shown = append(shown, document.Exhibit{Table: t})
	}
	var drawn []document.Exhibit
	if f != nil && !plotted {
		drawn = []document.Exhibit{{Figure: f, Number: e.text("number")}}
	}
	switch e.magic {
	case "table", "plot":
		for _, s := range shown {
			if s.Table.Title == "" {
				s.Table.Title = c.pick("Regressions", "回归结果")
			}
		}
		return append(shown, drawn...), nil, nil
	case "compare", "wald":
		return nil, shown, nil
	}
	switch e.result.Value.(type) {
	case *describe.Table, *mediate.Result, *robust.Result:
		return append(shown, drawn...), nil, nil
	case *hetero.Result:
		return shown[:1], append(shown[1:], drawn...), nil
	}
	if f == nil {
		return shown, nil, nil
	}
	return drawn, shown, nil
}

// showAgain makes an exhibit's tables and figure anew.
func (c *call) showAgain(e *exhibit) ([]*table.Table, *figure.Figure, error) {
	cmd, ok := Lookup(e.magic)
	if !ok { // made by a Go cell
		cmd = &Command{Name: e.magic}
	}
	again := &call{ctx: c.ctx, session: c.session, cmd: cmd, stmt: &e.stmt, again: true}
	if e.result == nil {
		again.session = c.session.With(e.held)
		out, err := cmd.run(again)
		if err != nil {
			return nil, nil, err
		}
		return out.Tables, again.drawn, nil
	}
	tables, err := again.resultTables(e.result.Value)
	if err != nil { // of a kind that only its own magic can show
		tables = nil
		for _, t := range e.shown {
			kept := *t
			tables = append(tables, &kept)
		}
	}
	f, err := resultFigure(e.result.Value, wordingOf(c.session.Language()), c.labels(e.result.Data))
	return tables, f, err
}

// fitsOf are the regressions of a result of kind fit.
func fitsOf(value any) []*regress.Fit {
	switch v := value.(type) {
	case *regress.Fit:
		return []*regress.Fit{v}
	case *did.ATTResult:
		return []*regress.Fit{v.Fit()}
	case *FitSet:
		var out []*regress.Fit
		for _, k := range v.Columns {
			out = append(out, k.Result)
		}
		return out
	}
	return nil
}

// besideEachOther groups neighbours of the same outcome, six columns at most; one with a title begins a group.
func besideEachOther(fits []*exhibit) [][]*exhibit {
	var groups [][]*exhibit
	columns, outcome := 0, ""
	for _, e := range fits {
		of := fitsOf(e.result.Value)
		if len(of) == 0 {
			continue
		}
		if len(groups) == 0 || columns+len(of) > 6 || of[0].Outcome != outcome || e.text("title")+e.text("number")+e.text("report") != "" {
			groups, columns = append(groups, nil), 0
		}
		last := len(groups) - 1
		groups[last] = append(groups[last], e)
		columns, outcome = columns+len(of), of[len(of)-1].Outcome
	}
	return groups
}

// fitsTable sets regressions side by side.
func (c *call) fitsTable(group []*exhibit) (*table.Table, error) {
	l := wordingOf(c.session.Language())
	o := table.Options{Language: l, Labels: c.labels(group[0].result.Data)}
	var fits []*regress.Fit
	for _, e := range group {
		fits = append(fits, fitsOf(e.result.Value)...)
	}
	name, _ := o.Labels.Term(fits[0].Outcome)
	o.Title = l.Pick("Regressions of "+name, "被解释变量为 "+name+" 的回归结果")
	return table.Regression(fits, o)
}
