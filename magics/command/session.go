package command

import (
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

func sessionCommand() *Command {
	return &Command{
		Name: "session", Short: "what is held: panels, results, language", ShortZH: "当前会话：面板、结果与语言",
		Help:    "Lists the panels and the results of the session, oldest first, with the line that made each.",
		Example: loadCastle + "%did l_homicide ~ 1 | sid + year treat=post as=m1\n%session",
		run:     runSession,
	}
}

func runSession(c *call) (*Output, error) {
	language := c.pick("Labels and help are in English.", "标签与帮助使用中文。")
	panels, results := panelGrid(c.session), resultGrid(c.session)
	out := lineOutput(c.pick("no panel is loaded", "尚未读入面板"), language)
	if len(panels.rows) > 0 {
		panels.options.Notes = []string{c.pick("* marks the current panel.", "* 为当前面板。"), language}
		tables := []*table.Table{panels.table()}
		if len(results.rows) > 0 {
			tables = append(tables, results.table())
		}
		out = c.tableOutput(tables...)
	}
	out.Kind, out.Result = "session", sessionResult(c.session)
	return out, nil
}

// PanelsResult are the session's panels as eval --json tells them.
type PanelsResult struct {
	Current string         `json:"current"` // "" if there is none
	Panels  []*PanelResult `json:"panels"`
}

// SessionResult is what a session holds, as eval --json tells it.
type SessionResult struct {
	PanelsResult
	Language string       `json:"language"`
	Results  []ResultHeld `json:"results"`
}

// ResultHeld is one result of a SessionResult.
type ResultHeld struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
	Data string `json:"data"` // the panel's name
	Line string `json:"line"` // that made it
}

func panelsHeld(s *session.Session) []*PanelResult {
	held := []*PanelResult{}
	for _, name := range s.PanelNames() {
		if d, err := s.Panel(name); err == nil {
			held = append(held, panelResult(d))
		}
	}
	return held
}

func sessionResult(s *session.Session) *SessionResult {
	r := &SessionResult{PanelsResult: PanelsResult{s.Current(), panelsHeld(s)}, Language: string(s.Language()), Results: []ResultHeld{}}
	for _, name := range s.ResultNames() {
		if held, err := s.Result(name); err == nil {
			r.Results = append(r.Results, ResultHeld{name, held.Kind, held.Data, oneLine(held.Source)})
		}
	}
	return r
}

// oneLine is a magic's line without its continuations.
func oneLine(source string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(source, "\\\n", " ")), " ")
}

// panelGrid lists the panels; a star marks the current one.
func panelGrid(s *session.Session) *grid {
	l := wordingOf(s.Language())
	g := newGrid(l.Pick("panel", "面板"), "", l.Pick("rows", "行数"), l.Pick("units", "单位"), l.Pick("periods", "时期"),
		l.Pick("variables", "变量数"), l.Pick("file", "文件"))
	g.options.Language = l
	for _, name := range s.PanelNames() {
		d, _ := s.Panel(name)
		star, units, periods := "", any(nil), any(nil)
		if name == s.Current() {
			star = "*"
		}
		if d.Panel.IsPanel() {
			units, periods = d.Panel.Units().Levels(), d.Panel.Periods().Levels()
		}
		file := d.File
		if d.Simulated {
			file = strings.TrimSpace(file + " (" + l.Simulated() + ")")
		}
		g.add(name, star, d.Panel.Rows(), units, periods, len(d.Panel.Names()), file)
	}
	return g
}

func resultGrid(s *session.Session) *grid {
	l := wordingOf(s.Language())
	g := newGrid(l.Pick("result", "结果"), l.Pick("kind", "类型"), l.Pick("panel", "面板"), l.Pick("line", "命令"))
	g.options.Language = l
	for _, name := range s.ResultNames() {
		r, _ := s.Result(name)
		g.add(name, r.Kind, r.Data, oneLine(r.Source))
	}
	return g
}
