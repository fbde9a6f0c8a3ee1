package command

import (
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/suggest"
	"github.com/seed2d25c7c2/didnb/magics/lang"
)

func panelCommand() *Command {
	return &Command{
		Name: "panel", Synopsis: "load FILE [unit=] [time=] [as=] | use NAME | list | head [n=] | missing | timing TREAT | long values= | merge NAME | recode VAR | rename VAR to= | save FILE",
		Short: "read, reshape, merge, show and save panels", ShortZH: "读入、整形、合并、查看与保存面板数据",
		Words: Choice, Choices: panelActionNames(),
		Keys: []Key{
			{Name: "unit", Kind: Plain, Doc: "load, long: the unit's variable; without it the data are a cross-section"},
			{Name: "time", Kind: Plain, Doc: "load: the time variable; long: what the years are named, year unless said"},
			{Name: "as", Kind: NewName, Default: "panel; of a changed panel its own", Doc: "load, long, merge, recode, rename: name to keep the panel under; timing: the result"},
			{Name: "sheet", Kind: Plain, Default: "the first", Doc: "load: worksheet of an .xlsx file"},
			{Name: "delim", Kind: Plain, Default: "as found", Doc: "load: separator of a text file: comma, semicolon, tab, bar or the sign itself"},
			{Name: "encoding", Kind: Plain, Default: "as found", Doc: "load: UTF-8 or GB18030"},
			{Name: "n", Kind: Integer, Default: "6", Doc: "head: rows to show"},
			{Name: "data", Kind: PanelName, Default: "the current panel", Doc: "head, missing, timing, long, merge, recode, rename, save: panel to use"},
			{Name: "values", Kind: NewName, Doc: "long: name of what the columns of the years hold"},
			{Name: "on", Kind: Variables, Default: "unit and time, as far as the other panel has them", Doc: "merge: the variables whose values must agree"},
			{Name: "how", Kind: Choice, Choices: []string{"left", "outer", "inner"}, Default: "left", Doc: "merge: keep the panel's rows, those of either, or those found in both"},
			{Name: "from", Kind: Plain, Doc: "recode: the text to change"},
			{Name: "to", Kind: Plain, Doc: "recode: what to put in its place; rename: the new name"},
			{Name: "strip", Kind: Plain, Doc: "recode: an ending to take away, as 市 from 武汉市"},
		},
		Help: "%panel load reads CSV, XLSX, Stata .dta and Parquet, and says units, periods, rows, balance and missing values; a unit and time that stand on " +
			"two rows are an error. The first panel is the current one until %panel use NAME.\n" +
			"%panel list names the panels, %panel head shows the first rows, %panel missing counts and draws missing rows and values by period, %panel timing draws which units are treated when, %panel save writes a file of the kind that its ending names.\n" +
			"%panel long turns a table with a column for each year (2006年, 2007年 …) into one with a row for each year. %panel recode changes a text, as a city's old name; rows " +
			"that become the same unit and time are joined where they complement one another, and refused where they disagree. %panel merge adds another panel's variables to the rows " +
			"of equal unit and time, and names those without a partner.",
		Example: loadCastle + "%panel head n=3\n%panel missing\n%panel timing post\n%panel list\n" +
			"%panel load data/castle.csv as=again\n%panel rename homicide to=killed data=again",
		run: runPanel,
	}
}

// panelAction is a first word of %panel.
type panelAction struct {
	name string
	word Kind     // of the second word, Nothing if there is none
	keys []string // of the table that belong to it
	run  func(c *call, words []lang.Arg) (*Output, error)
}

func panelActions() []panelAction {
	return []panelAction{
		{"load", InFile, []string{"unit", "time", "as", "sheet", "delim", "encoding", "full"}, panelLoad},
		{"use", PanelName, nil, panelUse},
		{"list", Nothing, []string{"full"}, panelList},
		{"head", Nothing, []string{"n", "data", "full"}, panelHead},
		{"missing", Nothing, []string{"data", "full"}, panelMissing},
		{"timing", Variable, []string{"data", "as", "full"}, panelTiming},
		{"long", Nothing, []string{"values", "time", "unit", "data", "as", "full"}, panelLong},
		{"merge", PanelName, []string{"on", "how", "data", "as", "full"}, panelMerge},
		{"recode", Variable, []string{"from", "to", "strip", "data", "as", "full"}, panelRecode},
		{"rename", Variable, []string{"to", "data", "as", "full"}, panelRename},
		{"save", OutFile, []string{"data"}, panelSave},
	}
}

func panelActionNames() []string {
	return []string{"load", "use", "list", "head", "missing", "timing", "long", "merge", "recode", "rename", "save"}
}

// panelWordKind is what stands behind a first word, for completion.
func panelWordKind(action string) Kind {
	for _, a := range panelActions() {
		if a.name == action {
			return a.word
		}
	}
	return Nothing
}

func runPanel(c *call) (*Output, error) {
	words := c.stmt.Words()
	if len(words) == 0 {
		return nil, c.missing("%%panel needs a word: %s", orList(panelActionNames()))
	}
	actions := panelActions()
	at := slices.IndexFunc(actions, func(a panelAction) bool { return a.name == words[0].Value })
	if at < 0 {
		hint := suggest.Phrase(words[0].Value, panelActionNames())
		if hint == "" {
			hint = "; it is " + orList(panelActionNames())
		}
		d := c.wordError(words[0], "%%panel has no %q%s", words[0].Value, hint)
		d.Suggestions = suggest.Nearest(words[0].Value, panelActionNames())
		return nil, d
	}
	a := actions[at]
	for _, arg := range c.stmt.Args {
		if !arg.IsWord() && !slices.Contains(a.keys, arg.Key) {
			return nil, wordError(c.stmt, arg.KeyAt, "%%panel %s takes no %s=", a.name, arg.Key)
		}
	}
	if err := c.secondWord(a, words); err != nil {
		return nil, err
	}
	return a.run(c, words)
}

// secondWord checks that a second word stands where one is needed, and no further one.
func (c *call) secondWord(a panelAction, words []lang.Arg) error {
	want := 1
	if a.word != Nothing {
		want = 2
	}
	switch {
	case len(words) > want && a.word == InFile:
		return c.wordError(words[want], "%q stands behind the file; a name with blanks stands in quotes", words[want].Value)
	case len(words) > want && a.name == "merge":
		return c.wordError(words[want], "%%panel %s takes one panel, and %q stands behind it; data= names the panel that gets the variables", a.name, words[want].Value)
	case len(words) > want:
		return c.wordError(words[want], "%%panel %s takes no %q", a.name, words[want].Value)
	case len(words) < want && a.word == PanelName:
		return c.missing("%%panel %s needs a panel's name", a.name)
	case len(words) < want && a.word == Variable:
		return c.missing("%%panel %s needs a variable's name", a.name)
	case len(words) < want:
		return c.missing("%%panel %s needs a file's name", a.name)
	}
	return nil
}

func panelUse(c *call, words []lang.Arg) (*Output, error) {
	if err := c.session.Use(words[1].Value); err != nil {
		return nil, within(words[1].Text, err)
	}
	d, err := c.session.Panel("")
	if err != nil {
		return nil, err
	}
	out := lineOutput(c.pick(d.Name+" is the current panel: ", "当前面板 "+d.Name+"：") + panelSize(d.Panel, wordingOf(c.session.Language())))
	out.As, out.Kind, out.Result = d.Name, "panel", panelResult(d)
	return out, nil
}

func panelList(c *call, _ []lang.Arg) (*Output, error) {
	out := lineOutput(c.pick("no panel is loaded", "尚未读入面板"))
	if g := panelGrid(c.session); len(g.rows) > 0 {
		out = c.tableOutput(g.table())
	}
	out.Kind, out.Result = "panels", &PanelsResult{Panels: panelsHeld(c.session), Current: c.session.Current()}
	return out, nil
}
