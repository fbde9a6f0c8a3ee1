package command_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// townsIn copies the towns into a folder of the test's own, and starts a session there.
func townsIn(t *testing.T, extra map[string]string) (*session.Session, string) {
	t.Helper()
	dir := t.TempDir()
	data, err := os.ReadFile("testdata/towns.csv")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{"towns.csv": string(data)}
	for name, content := range extra {
		files[name] = content
	}
	for name, content := range files {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	s := session.New(dir)
	s.NoFigures = true
	return s, dir
}

// Data whose sidecar says that they are simulated mark every table, figure and result made of them.
func TestSimulatedIsSaidEverywhere(t *testing.T) {
	s, _ := townsIn(t, map[string]string{"towns.json": `{"simulated": true}`})
	s.NoFigures = false
	out, err := runIn(t, s, towns+"%describe y\n%trend y\n%did y ~ x treat=D as=m1\n%eventstudy y ~ 1 treat=D window=-2:2 as=es1\n%table m1\n%plot es1\n%panel head n=2\n"+
		"%gen DID = D\n%did y ~ 1 treat=DID as=m2\n%compare m2 published=table2\n%session")
	if err != nil {
		t.Fatal(diagnosticText(err))
	}
	for _, o := range out {
		if o.Magic == "gen" || o.Magic == "plot" {
			continue
		}
		if !strings.Contains(strings.ToLower(o.Text), "simulated") || !strings.Contains(strings.ToLower(o.HTML), "simulated") {
			t.Errorf("%%%s does not say so:\n%s", o.Magic, o.Text)
		}
	}
	for _, o := range out {
		if o.Figure != nil && !bytes.Contains(o.Figure.SVG, []byte("imulated")) {
			t.Errorf("the figure of %%%s does not say so", o.Magic)
		}
		if f, ok := o.Result.(*regress.Fit); ok && (!f.Simulated || f.Data != "panel") {
			t.Errorf("fit: simulated %v, data %q", f.Simulated, f.Data)
		}
		if p, ok := o.Result.(*command.PanelResult); ok && !p.Simulated {
			t.Error("the panel's result does not say so")
		}
	}
	for _, json := range []string{`{"simulated": false}`, `{"simulated": "yes"}`, `[]`, `{`} {
		s, _ := townsIn(t, map[string]string{"towns.json": json})
		out, err := runIn(t, s, towns)
		if err != nil {
			t.Fatal(err)
		}
		if out[0].Result.(*command.PanelResult).Simulated {
			t.Errorf("%s marks the data as simulated", json)
		}
	}
}

// Tables and figures are written as the ending of out= says, and nothing is written when the line fails.
func TestOutFiles(t *testing.T) {
	s, dir := townsIn(t, nil)
	src := towns + "%did y ~ x treat=D as=m1\n%eventstudy y ~ 1 treat=D window=-2:2 as=es1\n%trend y as=t1\n"
	if _, err := runIn(t, s, src); err != nil {
		t.Fatal(diagnosticText(err))
	}
	cases := []struct{ line, file, begins string }{
		{"%table m1 out=t.tex", "t.tex", "% needs booktabs\n\\begin{table}"},
		{"%table m1 out=t.md", "t.md", "| Dependent variable"},
		{"%table m1 out=t.html", "t.html", "<div"},
		{"%table m1 out=t.csv", "t.csv", "Dependent variable,y"},
		{"%plot es1 out=f.svg", "f.svg", "<svg"},
		{"%plot es1 out=f.PNG", "f.PNG", "\x89PNG"},
		{"%plot m1 out=coef.svg terms=D width=4 height=2", "coef.svg", "<svg"},
		{"%plot t1 out=trend.svg policy=2012,2014 title=\"Trends\" labels=true", "trend.svg", "<svg"},
		{"%panel save copy.csv", "copy.csv", "town,year,region,y,x,w,D,adopt,part,whole\nAnhe,2010,East,0.9804,2.256,26,0,2012,16,26\n"},
		{"%panel save copy.tsv data=panel", "copy.tsv", "town\tyear\t"},
	}
	for _, c := range cases {
		out, err := runIn(t, s, c.line)
		if err != nil {
			t.Errorf("%s: %s", c.line, diagnosticText(err))
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, c.file))
		if err != nil || !bytes.HasPrefix(data, []byte(c.begins)) {
			t.Errorf("%s: %v, begins %.60q", c.line, err, data)
		}
		if !strings.Contains(out[0].Text, "written to "+c.file) {
			t.Errorf("%s says %q", c.line, out[0].Text)
		}
		if r, ok := out[0].Result.(*command.TableResult); ok && (r.Out != c.file || r.HTML != "" || r.SVG != "") {
			t.Errorf("%s: result %+v", c.line, r)
		}
	}
	before, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]string{
		"%plot es1 out=f.pdf":               `no figure is written as ".pdf"; it is .svg or .png`,
		"%plot es1 m1 out=g.svg":            "m1 (fit) can't stand in one figure with event studies",
		"%plot t1 m1 out=g.svg":             "t1 (trend) is drawn alone",
		"%plot m1 width=0 out=g.svg":        "width= is a size in inches between 1 and 50, not 0",
		"%plot m1 terms=zz out=g.svg":       "",
		"%plot m1 names=a,b out=g.svg":      "2 names for 1 result",
		"%plot t1 policy=1990 out=g.svg":    `policy= names periods of the trend, and "1990" is none`,
		"%panel save copy.sav":              `a file that ends in .sav can't be written`,
		"%table m1 out=t":                   "a table's file name needs an ending",
		"%table m1 keep=zz out=new.tex":     `no regression of the table has a term "zz"`,
		"%panel save nowhere/copy.csv":      `no folder "nowhere" to write "copy.csv" to`,
		"%table m1 out=../none/further.tex": "no folder",
	} {
		_, err := runIn(t, s, line)
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", line, err, want)
		}
	}
	after, err := os.ReadDir(dir)
	if err != nil || len(after) != len(before) {
		t.Errorf("failing lines left files: %d before, %d after", len(before), len(after))
	}
}

// A panel that was saved and read again is the same, in every format.
func TestSaveAndLoad(t *testing.T) {
	for _, ending := range []string{"csv", "tsv", "xlsx", "dta", "parquet"} {
		s, _ := townsIn(t, nil)
		file := "again." + ending
		out, err := runIn(t, s, towns+"%gen z = x / 3\n%panel save "+file+"\n%panel load "+file+" unit=town time=year as=again\n%describe z w\n%describe z w data=again\n%reg y ~ z | region data=again")
		if err != nil {
			t.Errorf("%s: %s", ending, diagnosticText(err))
			continue
		}
		a, _ := command.JSON(command.Output{Result: out[4].Result})
		b, _ := command.JSON(command.Output{Result: out[5].Result})
		if strings.ReplaceAll(string(b), "again", "panel") != string(a) {
			t.Errorf("%s: %s\n%s", ending, a, b)
		}
	}
}

// Every magic whose result has a figure draws it for a notebook.
func TestFigures(t *testing.T) {
	s, _ := townsIn(t, nil)
	s.NoFigures = false
	out, err := runIn(t, s, towns+"%trend y\n%eventstudy y ~ 1 treat=D window=-2:2 as=es1\n%eventstudy y ~ x treat=D window=-2:2 as=es2\n%plot es1 es2 names=plain,controls")
	if err != nil {
		t.Fatal(diagnosticText(err))
	}
	for _, o := range out[1:] {
		if o.Figure == nil || !bytes.HasPrefix(o.Figure.PNG, []byte("\x89PNG")) || !bytes.Contains(o.Figure.SVG, []byte("<svg")) || o.Figure.Title == "" {
			t.Errorf("%%%s draws nothing", o.Magic)
		}
	}
	if svg := out[4].Figure.SVG; !bytes.Contains(svg, []byte("controls")) {
		t.Error("the legend lacks a name")
	}
}

// Published numbers of one's own, in standard errors, from a file beside the script.
func TestCompareWithOwnFile(t *testing.T) {
	s, _ := townsIn(t, map[string]string{"my.json": `{"source": "A study of towns", "tables": [{"name": "main", "columns": [
		{"name": "(1)", "statistic": "se", "n": 64, "r2": 0.896, "terms": [{"term": "D", "estimate": 0.91, "statistic": 0.10, "stars": "***"}]},
		{"name": "(2)", "statistic": "se", "terms": [{"term": "D", "estimate": 0.2, "statistic": 0.05, "stars": ""}, {"term": "x", "estimate": 0.4515, "statistic": 0.06, "stars": ""}]}]}]}`})
	out, err := runIn(t, s, towns+"%did y ~ 1 | town + year treat=D as=m1\n%did y ~ x | town + year treat=D as=m2\n%compare m1 m2 published=my.json:main")
	if err != nil {
		t.Fatal(diagnosticText(err))
	}
	r := out[3].Result.(*command.CompareResult)
	if r.Source != "A study of towns" || len(r.Columns) != 2 || r.Columns[0].Column != "(1)" || r.Columns[1].Column != "(2)" {
		t.Fatalf("%+v", r)
	}
	kinds := ""
	for _, c := range r.Columns {
		for _, row := range c.Rows {
			kinds += row.Row + " " + string(row.Kind) + "; "
		}
	}
	if want := "D same digits; n same digits; r2 same digits; D beyond noise; x same digits; "; kinds != want {
		t.Errorf("%s, want %s", kinds, want)
	}
	if _, err := runIn(t, s, "%compare m1 published=my.json"); err == nil || err.Error() != "a table is missing behind the file, as in my.json:main" {
		t.Error(err)
	}
}

// Periods of text stand in the order of their characters, which need not be that of time.
func TestPeriodsOfTextAreNoticed(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "q.csv"), []byte("u,t,y\na,Q2,1\na,Q10,2\nb,Q2,3\nb,Q10,4\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := runIn(t, session.New(dir), "%panel load q.csv unit=u time=t\n")
	if err != nil {
		t.Fatal(diagnosticText(err))
	}
	if want := "t from Q10 to Q2\nt is text: its periods follow one another in the order of their characters"; !strings.Contains(out[0].Text, want) {
		t.Errorf("got %q, want %q in it", out[0].Text, want)
	}
}

// A panel too wide for paper scrolls on the screen, and is printed with the variables that fit, the others named.
func TestPanelHeadIsCutOnPaperOnly(t *testing.T) {
	wide := towns
	for _, name := range strings.Fields("eight nine ten eleven twelve thirteen fourteen fifteen") {
		wide += "%gen variable_" + name + " = x\n"
	}
	out, _ := mustRun(t, towns+"%panel head n=2\n"+wide+"%panel head n=2")
	for i, o := range []command.Output{out[1], out[len(out)-1]} {
		screen, paper, cut := strings.Cut(o.HTML, `<div class="didnb-paper" hidden="hidden">`)
		if cut != (i == 1) {
			t.Fatalf("panel %d: cut %v:\n%s", i, cut, o.HTML)
		}
		if cut && (strings.Contains(screen, " more, which full=true shows: ") || !strings.Contains(screen, "variable_fifteen") || !strings.Contains(paper, " more, which full=true shows: ")) {
			t.Errorf("on the screen:\n%s\non paper:\n%s", screen, paper)
		}
	}
}
