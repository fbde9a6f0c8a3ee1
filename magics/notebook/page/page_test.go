package page

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/notebook"
)

const figure = `<?xml version="1.0"?>
<!DOCTYPE svg>
<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10" role="img" aria-labelledby="t"><title id="t">Effects &amp; years</title>
<defs><clipPath id="c"><rect width="1" height="1"/></clipPath></defs><g clip-path="url(#c)"><use xlink:href="#c"/></g></svg>`

const tableHTML = "<div class=\"didnb-table\"><style>\n.a{}\n</style><table class=\"didnb-t\"><tr><td>1</td></tr></table></div>"

// executed is a notebook with an output of every kind.
func executed() *notebook.Notebook {
	display := func(data notebook.Object) notebook.Output {
		return notebook.Output{Type: notebook.DisplayData, Data: data, Metadata: notebook.Object{}}
	}
	tagged := func(tags ...any) notebook.Object { return notebook.Object{"tags": tags} }
	return &notebook.Notebook{Major: 4, Minor: 5, Cells: []*notebook.Cell{
		{Kind: notebook.Markdown, Source: "# Title 标题 of $x$\n\n![pic](attachment:a.png) ![gone](none.png) $\\frob$",
			Attachments: notebook.Object{"a.png": notebook.Object{"image/png": "AQID\n"}}},
		{Kind: notebook.Code, Source: "# 说明\n%param data=a.csv \\\n  # no comment here\n%panel load ${data} <b>", Count: 1, Metadata: tagged("parameters"), Outputs: []notebook.Output{
			display(notebook.Object{"text/plain": "a < b\x1b[31m!\x1b[0m"}),
			display(notebook.Object{"text/html": tableHTML, "text/plain": "t"}),
			display(notebook.Object{"text/html": tableHTML, command.ResultMIME: json.RawMessage(`{"kind":"panel"}`)}),
			display(notebook.Object{"image/svg+xml": figure, "image/png": "AQID", "text/plain": "plain"}),
			display(notebook.Object{"image/svg+xml": figure}),
			display(notebook.Object{"image/png": "AQ\nID", "text/plain": "a \"picture\""}),
			display(notebook.Object{"text/markdown": "**bold**"}),
			display(notebook.Object{"text/latex": "$$\\beta$$"}),
			{Type: notebook.Stream, Name: "stderr", Text: "warn <i>\n"},
		}},
		{Kind: notebook.Code, Source: "%did y ~ x", Count: 2, Metadata: tagged("hide-output"), Outputs: []notebook.Output{display(notebook.Object{"text/plain": "hidden"})}},
		{Kind: notebook.Code, Source: "%did y ~ x", Count: 3, Metadata: tagged("remove-output"), Outputs: []notebook.Output{display(notebook.Object{"text/plain": "removed"})}},
		{Kind: notebook.Code, Source: "%did z", Count: 4, Metadata: tagged("hide-output"), Outputs: []notebook.Output{
			{Type: notebook.ErrorOutput, EName: "MagicError", EValue: "no", Traceback: []string{"\x1b[1;31mno variable <z>\x1b[0m", "  1 | %did z"}}}},
		{Kind: notebook.Code, Source: " "},
		{Kind: notebook.Raw, Source: "raw"},
		{Kind: notebook.Markdown, Source: "## Again\n\n## Again"},
	}}
}

func write(t *testing.T, p Page) string {
	t.Helper()
	out, _, err := p.HTML()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestPage(t *testing.T) {
	p := Page{Title: "A <title>", Lead: "Lead *in*.", Program: "didnb v1", Date: "2026-01-02",
		Data:     []DataFile{{Name: "a.csv", Rows: 12, SHA256: "abc", Simulated: true}, {Name: "b.csv", SHA256: "def"}},
		Sections: []Section{{Name: "01 one", Notebook: executed(), Failed: "Code cell 4: no."}, {Name: "two", Notebook: executed()}}}
	out, problems, err := p.HTML()
	if err != nil {
		t.Fatal(err)
	}
	page := string(out)
	for _, want := range []string{
		"<title>A &lt;title&gt;</title>", "<p>Lead <em>in</em>.</p>", "Made by didnb v1, 2026-01-02.", "<code>abc</code>", "simulated</td>", "as given</td>",
		"<strong>Simulated data.</strong>", `<strong>This notebook stopped.</strong> Code cell 4: no.`,
		`<h2 id="01-one-title-标题-of">`, `<h3 id="01-one-again-2">`, `<img src="data:image/png;base64,AQID" alt="pic">`,
		`<span class="missing">[gone – there is no file none.png]</span>`, `<code class="tex">\frob</code>`,
		`<span class="comment"># 说明</span>`, `<span class="magic">%panel</span> load <span class="parameter">${data}</span> &lt;b&gt;`, "  # no comment here\n",
		`<span class="label">parameters</span>`, `<pre class="plain">a &lt; b!</pre>`, `<div class="result listing" tabindex="0">`,
		`role="img" aria-label="Effects &amp; years"`, `clip-path="url(#01-one-f1-c)"`, `xlink:href="#01-one-f2-c"`, `id="two-f1-c"`,
		`<img src="data:image/png;base64,AQID" alt="a &#34;picture&#34;">`, "<strong>bold</strong>", `<math display="block" alttext="\beta">`,
		`<pre class="stream stderr">warn &lt;i&gt;</pre>`, "<summary>output</summary>\n<pre class=\"plain\">hidden</pre>\n</details>",
		"<pre class=\"error\" role=\"alert\">no variable &lt;z&gt;\n  1 | %did z</pre>",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("not on the page: %s", want)
		}
	}
	for _, wrong := range []string{"removed", "<?xml", "\x1b", "<script", "http://example"} {
		if strings.Contains(page, wrong) {
			t.Errorf("on the page: %s", wrong)
		}
	}
	if n := strings.Count(page, ".a{}"); n != 1 {
		t.Errorf("the tables' style stands on the page %d times", n)
	}
	want := `[01 one: equation \frob: \frob is not known 01 one: there is no file none.png two: equation \frob: \frob is not known two: there is no file none.png]`
	if got := fmt.Sprint(problems); got != want && !strings.Contains(got, "01 one: there is no file none.png") {
		t.Errorf("problems: %s", got)
	}
	if again := write(t, p); again != page {
		t.Error("written twice, the page differs")
	}
}

// Every id stands once, every link leads somewhere, and nothing is fetched from elsewhere.
func TestPageIsWhole(t *testing.T) {
	page := write(t, Page{Title: "t", Sections: []Section{{Name: "a", Notebook: executed()}, {Name: "a b", Notebook: executed()}, {Name: "章", Notebook: executed()}}})
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	ids, links := map[string]int{}, []string{}
	for n := range doc.Descendants() {
		for _, a := range n.Attr {
			switch {
			case a.Key == "id":
				ids[a.Val]++
			case a.Key == "href" && n.Data == "a":
				links = append(links, a.Val)
			case a.Key == "src" && !strings.HasPrefix(a.Val, "data:"), n.Data == "link", n.Data == "script", n.Data == "iframe":
				t.Errorf("fetched: <%s %s=%q>", n.Data, a.Key, a.Val)
			}
		}
	}
	for id, n := range ids {
		if n > 1 {
			t.Errorf("the id %q stands %d times", id, n)
		}
	}
	for _, l := range links {
		target, err := url.PathUnescape(strings.TrimPrefix(l, "#"))
		if err != nil || ids[target] == 0 {
			t.Errorf("the link %s leads nowhere", l)
		}
	}
	if len(links) < 9 {
		t.Errorf("only %d links", len(links))
	}
}

// A page of one notebook has the notebook's own heading as its only h1.
func TestSinglePage(t *testing.T) {
	page := write(t, Page{Title: "T", Sections: []Section{{Name: "a", Notebook: executed()}}})
	if n := strings.Count(page, "<h1"); n != 1 || !strings.Contains(page, `<h1 id="a-title-标题-of">`) {
		t.Errorf("%d h1", n)
	}
	empty := write(t, Page{Title: "T", Sections: []Section{{Name: "a", Notebook: &notebook.Notebook{}}}})
	if !strings.Contains(empty, `<a href="#a">a</a>`) {
		t.Error("a notebook without headings is not in the contents")
	}
}

func ExamplePage() {
	p := Page{Title: "A study", Sections: []Section{{Name: "study", Notebook: &notebook.Notebook{Cells: []*notebook.Cell{
		{Kind: notebook.Markdown, Source: "# A study\n\nThe effect is $\\beta$."}}}}}}
	out, problems, err := p.HTML()
	fmt.Println(strings.Contains(string(out), "<mi>β</mi>"), len(problems), err)
	// Output: true 0 <nil>
}

func TestRelativeName(t *testing.T) {
	dir := t.TempDir()
	for path, want := range map[string]string{
		filepath.Join(dir, "notebooks", "..", "data", "a.csv"): "data/a.csv",
		filepath.Join(dir, "..", "secret", "b.csv"):            "b.csv",
	} {
		if got := relativeName(path, dir); got != want {
			t.Errorf("%s: %s", path, got)
		}
	}
}

func TestDataOf(t *testing.T) {
	n := &notebook.Notebook{Major: 4, Minor: 5, Cells: []*notebook.Cell{{Kind: notebook.Code, Source: "%panel load toy.csv\n%panel load toy.csv as=again\n%gen z = x"}}}
	done, err := notebook.Run(context.Background(), n, notebook.Options{Dir: "../testdata/notebooks"})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile("../testdata/notebooks/toy.csv")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(raw)
	got := DataOf(done, "..")
	if len(got) != 1 || got[0] != (DataFile{Name: "testdata/notebooks/toy.csv", Rows: 12, SHA256: hex.EncodeToString(sum[:])}) {
		t.Errorf("%+v", got)
	}
}

// A page with Chinese text carries the font for it; one without is spared the 2 MB.
func TestChineseFont(t *testing.T) {
	for text, carries := range map[string]bool{"# Data": false, "# Data 数据": true, "数字产业": true} {
		n := &notebook.Notebook{Cells: []*notebook.Cell{{Kind: notebook.Markdown, Source: text}}}
		out, _, err := Page{Title: "t", Sections: []Section{{Name: "a", Notebook: n}}}.HTML()
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(string(out), "@font-face"); got != carries {
			t.Errorf("%s: the page carries a font: %v", text, got)
		}
	}
}
