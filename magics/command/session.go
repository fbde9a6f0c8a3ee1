package command

import (
	"strings"

	"github.com/seed2d25c7c2/didnb/magics/session"
)

func sessionCommand() *Command {
	return &Command{
		Name: "session", Short: "what is held: panels, results, language", ShortZH: "当前会话：面板、结果与语言",
		Help:      "Lists the panels and the results of the session, oldest first, with the line that made each.",
		Example:   loadCastle + "%did l_homicide ~ 1 | sid + year treat=post as=m1\n%session",
		Available: true,
		run:       runSession,
	}
}

func runSession(c *call) (*Output, error) {
	language := c.pick("Labels and help are in English.", "标签与帮助使用中文。")
	panels, results := panelGrid(c.session), resultGrid(c.session)
	if len(panels.rows) == 0 {
		return lineOutput(c.pick("no panel is loaded", "尚未读入面板"), language), nil
	}
	panels.options.Notes = []string{c.pick("* marks the current panel.", "* 为当前面板。"), language}
	if len(results.rows) == 0 {
		return tableOutput(panels.table()), nil
	}
	return tableOutput(panels.table(), results.table()), nil
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
		g.add(name, r.Kind, r.Data, strings.Join(strings.Fields(strings.ReplaceAll(r.Source, "\\\n", " ")), " "))
	}
	return g
}
