package command

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/report/document"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

func reportCommand() *Command {
	return &Command{
		Name: "report", Synopsis: "[RESULT …] out=paper.docx [title=] [appendix=true]",
		Short: "all tables and figures in one document", ShortZH: "全部图表汇成一个文档",
		Words: ResultName,
		Keys: []Key{
			{Name: "out", Kind: OutFile, Doc: "file to write: " + strings.Join(document.Endings(), ", ")},
			{Name: "title", Kind: Plain, Doc: "over the document"},
			{Name: "title_zh", Kind: Plain, Doc: "the same under %lang zh"},
			{Name: "appendix", Kind: Flag, Default: "true", Doc: "false leaves the appendix out"},
		},
		Help: "Strings the tables and figures of the session together in the order in which they were first shown, with numbers and captions, in the language and with the labels of now. " +
			"What %table and %plot showed is taken as it is; a regression that no %table took stands beside its neighbours; of a result with a figure the figure stands in the text and the numbers in the appendix. " +
			"title=, number= and report=main|appendix|none of the line that made a result say its caption, its number and its place. With names only those results are taken, in that order.\n" +
			"A .docx has tables of Word, with three rules, numbers by their points, Chinese in SimSun and Latin letters in Times New Roman, and figures of 300 dots per inch; .md and .tex put the figures into files beside; .xlsx takes the tables only.",
		Example: loadCastle + "%describe l_homicide poverty\n%did l_homicide ~ poverty | sid + year treat=post as=m1\n%eventstudy l_homicide ~ 1 | sid + year treat=post window=-6:4\n%report out=castle-report.docx",
		run:     runReport,
	}
}

// ReportResult is the JSON of %report.
type ReportResult struct {
	Out     string   `json:"out"`
	Tables  int      `json:"tables"`
	Figures int      `json:"figures"`
	Files   []string `json:"files,omitempty"` // further files, beside
}

func runReport(c *call) (*Output, error) {
	a, ok := c.stmt.Key("out")
	if !ok {
		return nil, c.missing("%%report needs a file to write, as in out=paper.docx")
	}
	format, err := document.For(filepath.Ext(a.Value))
	if err != nil {
		return nil, within(a.Text, err)
	}
	main, appendix, err := c.exhibits()
	if err != nil {
		return nil, err
	}
	if c.text("appendix") == "false" {
		appendix = nil
	}
	if len(main)+len(appendix) == 0 {
		return nil, c.missing("there is nothing to report yet: no line has shown a table or a figure of a result")
	}
	l := wordingOf(c.session.Language())
	d := document.New(c.inLanguage("title"), l, main, appendix)
	var b bytes.Buffer
	base := filepath.Base(a.Value)
	files, err := format(&b, d, strings.TrimSuffix(base, filepath.Ext(base)))
	if err != nil {
		return nil, err
	}
	r := &ReportResult{Out: a.Value}
	folder := filepath.Dir(c.session.Path(a.Value))
	var undo []func() // what has been written, where the rest can't be
	for _, f := range files {
		path := filepath.Join(folder, f.Name)
		undo = append(undo, undoing(path))
		if err = c.writeFile(a, path, f.Data); err != nil {
			break
		}
		r.Files = append(r.Files, filepath.ToSlash(filepath.Join(filepath.Dir(a.Value), f.Name)))
	}
	if err == nil {
		err = c.write(a, b.Bytes())
	}
	if err != nil {
		for _, f := range undo {
			f()
		}
		return nil, err
	}
	lines := []string{""}
	workbook := strings.EqualFold(filepath.Ext(a.Value), ".xlsx") // it takes no figures
	for _, e := range append(append([]document.Exhibit(nil), d.Main...), d.Appendix...) {
		if e.Table != nil {
			r.Tables++
			lines = append(lines, "  "+e.Table.Caption())
			continue
		}
		if workbook {
			continue
		}
		lines = append(lines, "  "+e.Caption(l))
		lines = append(lines, e.Figure.Warnings()...)
		r.Figures++
	}
	lines[0] = reportLine(r, l)
	out := lineOutput(lines...)
	out.Kind, out.Result = "report", r
	return out, nil
}

// undoing puts a file back as it is now, or takes it away if there is none.
func undoing(path string) func() {
	before, err := os.ReadFile(path)
	return func() {
		if err != nil {
			os.Remove(path)
			return
		}
		os.WriteFile(path, before, 0o666)
	}
}

func reportLine(r *ReportResult, l wording.Language) string {
	return l.Pick("written to "+r.Out+": "+counted(r.Tables, "table")+", "+counted(r.Figures, "figure"),
		"已写入 "+r.Out+"："+wording.Count(r.Tables, l)+" 张表，"+wording.Count(r.Figures, l)+" 幅图")
}
