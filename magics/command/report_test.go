package command_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/magics/command"
)

// captions are the lines of %report's text that name tables and figures.
func captions(out command.Output) string {
	var lines []string
	for _, l := range strings.Split(out.Text, "\n") {
		if s, ok := strings.CutPrefix(l, "  "); ok {
			lines = append(lines, s)
		}
	}
	return strings.Join(lines, "\n")
}

const reported = towns + "%describe y x title=\"The towns\" as=d1\n" +
	"%did y ~ x treat=D as=m1\n%did y ~ 1 treat=D as=m2\n%reg x ~ 1 | town as=m3\n%eventstudy y ~ 1 treat=D window=-2:2 as=es1\n" +
	"%did y ~ x treat=D as=m4\n%hetero m4 by=region as=h1\n%table m2 title=\"One column\" number=7\n%trend y as=t1 report=none\n"

func TestReportOrdersAndNumbers(t *testing.T) {
	s, dir := townsIn(t, nil)
	out, err := runIn(t, s, reported+"%report out=a.html\n%report es1 d1 out=b.md\n%report out=c.docx appendix=false\n%lang zh\n%report out=d.tex title=表与图\n")
	if err != nil {
		t.Fatal(diagnosticText(err))
	}
	out = out[len(out)-5:]
	for i, want := range map[int]string{
		0: "Table 1. The towns\nTable 2. Regressions of y\nTable 3. Regressions of x\nFigure 1. Event study of y\nTable 4. Effects by group: region\nTable 7. One column\n" +
			"Table A1. Event study\nTable A2. The same groups in one regression: region\nFigure A1. Effects by group: region",
		1: "Figure 1. Event study of y\nTable 1. The towns\nTable A1. Event study",
		2: "Table 1. The towns\nTable 2. Regressions of y\nTable 3. Regressions of x\nFigure 1. Event study of y\nTable 4. Effects by group: region\nTable 7. One column",
	} {
		if got := captions(out[i]); got != want {
			t.Errorf("report %d:\n%s\nwant\n%s", i, got, want)
		}
	}
	if got := captions(out[4]); !strings.Contains(got, "表 2\u3000被解释变量为 y 的回归结果\n") || !strings.Contains(got, "图 1\u3000") {
		t.Errorf("in Chinese:\n%s", got)
	}
	for name, want := range map[string][]string{
		"a.html": {"<figcaption>Figure 1. Event study of y</figcaption>", "Table A1. Event study", "<h2>Appendix</h2>"},
		"b.md":   {"![", "b-figure-1.svg"}, "b-figure-1.svg": {"<svg"}, "d-figure-1.png": {"PNG"},
		"d.tex": {"{ctexart}", `\includegraphics[width=\linewidth]{{d-figure-1}.png}`, `\renewcommand{\thetable}{7}`, "附录", "表与图"},
	} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			if !bytes.Contains(data, []byte(w)) {
				t.Errorf("%s lacks %q", name, w)
			}
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, "c.docx"))
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	part, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	xml, _ := io.ReadAll(part)
	if n := strings.Count(string(xml), "<w:tbl>"); n != 5 {
		t.Errorf("the document has %d tables, want 5", n)
	}
	if !regexp.MustCompile(`<wp:docPr [^>]*descr="Event study of y\. [^"]{20,}"`).Match(xml) {
		t.Error("the figure has no alternative text")
	}
}

// A line that is run again takes the place of what it showed, and a report shows what results a line saw.
func TestReportAfterLinesRunAgain(t *testing.T) {
	s, _ := townsIn(t, nil)
	src := towns + "%did y ~ x treat=D as=m1\n%table m1 title=A\n%did y ~ 1 treat=D as=m1\n%table m1 title=B\n"
	out, err := runIn(t, s, src+"%describe y as=d\n%describe y as=d\n%table m1 title=B\n%report out=r.md")
	if err != nil {
		t.Fatal(diagnosticText(err))
	}
	if got, want := captions(out[len(out)-1]), "Table 1. A\nTable 2. B\nTable 3. Descriptive statistics"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	text, err := os.ReadFile(s.Path("r.md"))
	if err != nil {
		t.Fatal(err)
	}
	first, second, _ := strings.Cut(string(text), "Table 2")
	if !strings.Contains(first, "| *x* |") || strings.Contains(strings.Split(second, "Table 3")[0], "| *x* |") {
		t.Errorf("Table 1 is of y ~ x, Table 2 of y ~ 1:\n%s", text)
	}
}

// What can't be written is one sentence, and nothing is left behind.
func TestReportErrors(t *testing.T) {
	s, dir := townsIn(t, map[string]string{"kept.docx": "as it was", "folder.docx/x": "", "folder.md/x": "", "folder-figure-1.svg": "as it was"})
	if _, err := runIn(t, s, towns+"%report out=r.docx"); err == nil || !strings.Contains(err.Error(), "nothing to report yet") {
		t.Errorf("an empty session: %v", err)
	}
	if _, err := runIn(t, s, reported); err != nil {
		t.Fatal(err)
	}
	before := fmt.Sprint(filesIn(t, dir))
	for line, want := range map[string]string{
		"%report":                      "%report needs a file to write, as in out=paper.docx",
		"%report out=r":                "a report's file name needs an ending: docx, html, md, tex, xlsx",
		"%report out=r.doc":            "no report is written as .doc; did you mean docx?",
		"%report out=nowhere/r.docx":   `no folder "nowhere" to write "r.docx" to`,
		"%report out=nowhere/r.md":     `no folder "nowhere" to write "r-figure-1.svg" to`,
		"%report out=folder.docx":      `"folder.docx" is a folder, not a file`,
		"%report out=folder.md":        `"folder.md" is a folder, not a file`, // its figures could be written
		"%report m9 out=kept.docx":     `nothing is named "m9"`,
		"%report es1 dd1 out=kept.md":  `did you mean d1?`,
		"%report out=kept.docx what=1": `%report has no key "what"`,
	} {
		_, err := runIn(t, s, line)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", line, err, want)
		}
	}
	if got := fmt.Sprint(filesIn(t, dir)); got != before {
		t.Errorf("failing lines left files: %s, before %s", got, before)
	}
	for _, name := range []string{"kept.docx", "folder-figure-1.svg"} {
		if data, _ := os.ReadFile(filepath.Join(dir, name)); string(data) != "as it was" {
			t.Errorf("a failing line changed %s", name)
		}
	}
}

func filesIn(t *testing.T, dir string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	hidden, _ := filepath.Glob(filepath.Join(dir, ".*"))
	return append(found, hidden...)
}

// LibreOffice opens the documents, if it is here: Writer the .docx, Calc the .xlsx.
func TestReportOpensInLibreOffice(t *testing.T) {
	if testing.Short() {
		t.Skip("starts LibreOffice")
	}
	soffice, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("no soffice on the path")
	}
	s, dir := townsIn(t, nil)
	if _, err := runIn(t, s, reported+"%report out=r.docx\n%report out=s.xlsx"); err != nil {
		t.Fatal(diagnosticText(err))
	}
	for _, file := range []string{"r.docx", "s.xlsx"} {
		said, err := exec.Command(soffice, "-env:UserInstallation=file://"+t.TempDir(), "--headless", "--convert-to", "pdf", "--outdir", dir, filepath.Join(dir, file)).CombinedOutput()
		pdf, missing := os.ReadFile(filepath.Join(dir, strings.TrimSuffix(file, filepath.Ext(file))+".pdf"))
		switch {
		case file == "s.xlsx" && missing != nil && !installed(soffice, "libscfiltlo.so"):
			t.Log("no Calc here: the workbook is not opened")
		case missing != nil || err != nil:
			t.Errorf("%s: %v, %v: %s", file, err, missing, said)
		case !bytes.HasPrefix(pdf, []byte("%PDF")) || len(pdf) < 10000:
			t.Errorf("%s gives %d bytes of PDF", file, len(pdf))
		}
		text, err := exec.Command("pdftotext", "-layout", filepath.Join(dir, strings.TrimSuffix(file, filepath.Ext(file))+".pdf"), "-").Output()
		if err != nil {
			t.Logf("%s: pdftotext: %v", file, err)
			continue
		}
		for _, want := range []string{"Table 2. Regressions of y", "Table 7. One column", "t statistics in brackets"} {
			if !bytes.Contains(text, []byte(want)) {
				t.Errorf("%s does not print %q:\n%s", file, want, text)
			}
		}
	}
}

// installed tells whether LibreOffice has a part.
func installed(soffice, part string) bool {
	real, err := filepath.EvalSymlinks(soffice)
	if err != nil {
		return false
	}
	_, err = os.Stat(filepath.Join(filepath.Dir(real), part))
	return err == nil
}

// LaTeX compiles the report without a character lost, if it is here with what the report needs: pdflatex an English one,
// xelatex a Chinese one and an English one with a Chinese title.
func TestReportCompilesInLaTeX(t *testing.T) {
	if testing.Short() {
		t.Skip("starts LaTeX")
	}
	for _, c := range []struct{ name, program, lines string }{
		{"English", "pdflatex", "%report out=r.tex title=\"The towns … 1\""},
		{"Chinese", "xelatex", "%reg x ~ D | town + year as=k\n%mediate m2 via=x boot=0 as=md\n%lang zh\n%report out=r.tex"},
		{"both", "xelatex", "%report out=r.tex title=表与图"},
	} {
		t.Run(c.name, func(t *testing.T) {
			latex, err := exec.LookPath(c.program)
			if err != nil {
				t.Skipf("no %s on the path", c.program)
			}
			needed := []string{"booktabs.sty", "float.sty", "geometry.sty", "caption.sty"}
			if c.program == "xelatex" {
				needed = append(needed, "ctexart.cls")
			}
			for _, p := range needed {
				if found, _ := exec.Command("kpsewhich", p).Output(); len(bytes.TrimSpace(found)) == 0 {
					t.Skipf("no %s here", p)
				}
			}
			s, dir := townsIn(t, nil)
			if _, err := runIn(t, s, reported+c.lines); err != nil {
				t.Fatal(diagnosticText(err))
			}
			cmd := exec.Command(latex, "-interaction=nonstopmode", "-halt-on-error", "r.tex")
			cmd.Dir = dir
			if said, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, said)
			}
			log, err := os.ReadFile(filepath.Join(dir, "r.log"))
			if err != nil {
				t.Fatal(err)
			}
			if lost := regexp.MustCompile(`Missing character.*`).Find(log); lost != nil {
				t.Errorf("%s", lost)
			}
		})
	}
}

// A workbook takes no figures, and the lines about it name none.
func TestReportInAWorkbookNamesItsTables(t *testing.T) {
	s, _ := townsIn(t, nil)
	out, err := runIn(t, s, reported+"%report out=a.xlsx")
	if err != nil {
		t.Fatal(diagnosticText(err))
	}
	if got := captions(out[len(out)-1]); strings.Contains(got, "Figure") || !strings.Contains(got, "Table 7. One column") {
		t.Errorf("%s", got)
	}
}
