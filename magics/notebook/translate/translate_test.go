package translate

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/magics/notebook"
)

func english() *notebook.Notebook {
	return &notebook.Notebook{Major: 4, Minor: 5, Metadata: notebook.Object{}, Cells: []*notebook.Cell{
		{ID: "a", Kind: notebook.Markdown, Source: "# Title\n\nText.\n\n$$\nx\n$$\n\nEnd.", Metadata: notebook.Object{}},
		{ID: "b", Kind: notebook.Code, Source: "%param data=../data/x.csv", Metadata: notebook.Object{}},
		{ID: "c", Kind: notebook.Markdown, Source: "More.", Metadata: notebook.Object{}},
		{ID: "d", Kind: notebook.Code, Source: "%did y ~ 1 treat=D", Metadata: notebook.Object{}},
	}}
}

func TestApply(t *testing.T) {
	n := english()
	tr, err := Parse("<!-- a " + digits(n.Cells[0].Source) + " -->\n\n# 题目\n\n正文。\n\n@@ 3\n\n@@ -1\n\n<!-- e -->\n\n无此单元格。\n")
	if err != nil {
		t.Fatal(err)
	}
	out, s, err := tr.Apply(n, "zh")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := out.Cells[0].Source, "# 题目\n\n正文。\n\n$$\nx\n$$\n\nEnd."; got != want {
		t.Errorf("cell a: %q, want %q", got, want)
	}
	if out.Cells[1].Source != "%lang zh" || out.Cells[2].Source != "%param data=../../data/x.csv" || out.Cells[4].Source != "%did y ~ 1 treat=D" {
		t.Errorf("code cells: %q, %q, %q", out.Cells[1].Source, out.Cells[2].Source, out.Cells[4].Source)
	}
	if strings.Join(s.Missing, " ") != "c" || strings.Join(s.Unknown, " ") != "e" || len(s.Outdated) != 0 {
		t.Errorf("state %+v", s)
	}
	if n.Cells[1].Source != "%param data=../data/x.csv" || n.Cells[0].Source[2] != 'T' {
		t.Error("the English notebook was changed")
	}
	n.Cells[0].Source += " Newer."
	if _, s, err = tr.Apply(n, "zh"); err != nil || strings.Join(s.Outdated, " ") != "a" {
		t.Errorf("after the English has changed: %+v, %v", s, err)
	}
	n = english()
	n.Cells[0].ID, n.Cells[2].ID = "z", "a" // numbered anew
	if out, s, err = tr.Apply(n, "zh"); err != nil || !strings.HasPrefix(out.Cells[0].Source, "# 题目") || out.Cells[3].Source != "More." || strings.Join(s.Missing, " ") != "a" {
		t.Errorf("numbered anew: %q, %q, %+v, %v", out.Cells[0].Source, out.Cells[3].Source, s, err)
	}
	if stamped := tr.Stamp(n); !strings.HasPrefix(stamped, "<!-- z "+digits(n.Cells[0].Source)+" -->") {
		t.Errorf("stamped\n%s", stamped)
	}
	n = english()
	for src, want := range map[string]string{
		"<!-- a -->\n@@ 9":          `"@@ 9" names no paragraph; the English text has 4`,
		"<!-- a -->\n<!-- a -->\nx": "cell a stands twice",
	} {
		tr, err := Parse(src)
		if err == nil {
			_, _, err = tr.Apply(n, "zh")
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", src, err, want)
		}
	}
}

// The Chinese notebooks are what go generate makes of the English ones and the prose.
func TestChineseNotebooksAreGenerated(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "notebooks")
	files, without, err := Folder(dir, "zh")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatal("no notebook has a translation")
	}
	for _, f := range files {
		got, err := os.ReadFile(filepath.Join(dir, "zh", f.Name+".ipynb"))
		if err != nil || !bytes.Equal(got, f.Notebook) {
			t.Errorf("notebooks/zh/%s.ipynb is not made from the notebook and its prose as they are now; go generate . makes it (%v)", f.Name, err)
		}
		if len(f.State.Unknown) > 0 {
			t.Errorf("notebooks/zh/%s.md translates cells that the notebook does not have: %v", f.Name, f.State.Unknown)
		}
		for what, ids := range map[string][]string{"in English still": f.State.Missing, "of an older text": f.State.Outdated} {
			if len(ids) > 0 {
				t.Logf("%s: %s: %v", f.Name, what, ids)
			}
		}
	}
	t.Logf("without a translation: %v", without)
}

// A translation has the equations of its cell and the numbers with decimals that the English text has.
func TestTranslationsHaveTheSameNumbers(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "notebooks")
	files, _, err := Folder(dir, "zh")
	if err != nil {
		t.Fatal(err)
	}
	figures := func(s string) string {
		var all []string
		for _, form := range []string{`(?s)\$\$.*?\$\$`, `\d+\.\d\d+`} {
			found := regexp.MustCompile(form).FindAllString(s, -1)
			slices.Sort(found)
			all = append(all, found...)
		}
		return strings.Join(all, "\n")
	}
	for _, f := range files {
		n, err := notebook.ReadFile(filepath.Join(dir, f.Name+".ipynb"))
		if err != nil {
			t.Fatal(err)
		}
		zh, err := notebook.Parse(f.Notebook)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range n.Cells {
			i := slices.IndexFunc(zh.Cells, func(k *notebook.Cell) bool { return k.ID == c.ID })
			outdated := slices.Contains(f.State.Outdated, c.ID)
			if c.Kind == notebook.Markdown && !outdated && figures(c.Source) != figures(zh.Cells[i].Source) {
				t.Errorf("%s, cell %s: equations and numbers are\n%s\nin English\n%s", f.Name, c.ID, figures(zh.Cells[i].Source), figures(c.Source))
			}
		}
	}
}
