package page

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func render(source string) (string, *document) {
	d := &document{prefix: "p-"}
	return strings.TrimSpace(d.render(source)), d
}

func TestMarkdown(t *testing.T) {
	const joiner = "\u2060" // so that no line begins with the comma behind an equation
	const beta, x = `<math alttext="\beta"><mi>β</mi></math>` + joiner, `<math alttext="x"><mi>x</mi></math>` + joiner
	const displayed = `<div class="equation"><math display="block" alttext="x"><mi>x</mi></math></div>`
	tests := []struct{ name, source, want string }{
		{"inline", `The effect $\beta$.`, `<p>The effect ` + beta + `.</p>`},
		{"underscores", `$a_1$ and $b_1$`, `<p><math alttext="a_1"><msub><mi>a</mi><mn>1</mn></msub></math>` + joiner + ` and <math alttext="b_1"><msub><mi>b</mi><mn>1</mn></msub></math>` + joiner + `</p>`},
		{"money", `costs $5 and $6`, `<p>costs $5 and $6</p>`},
		{"lone", `a $ b $ c`, `<p>a $ b $ c</p>`},
		{"escaped", `\$x\$`, `<p>$x$</p>`},
		{"in code", "`$x$`", `<p><code>$x$</code></p>`},
		{"over lines", "$x\n$", "<p>$x\n$</p>"},
		{"over lines, closed", "$x +\ny$", `<p><math alttext="x + y"><mrow><mi>x</mi><mo>+</mo><mi>y</mi></mrow></math>` + joiner + `</p>`},
		{"display", "before\n$$\nx\n$$\nafter", "<p>before</p>\n" + displayed + "\n<p>after</p>"},
		{"display in one line", `$$x$$`, displayed},
		{"display inside a line", `see $$x$$ there`, "<p>see " + displayed + "\n there</p>"},
		{"display with list marks", "$$\nx\n- 1\n= 2\n$$", `<div class="equation"><math display="block" alttext="x - 1 = 2"><mrow><mi>x</mi><mo>−</mo><mn>1</mn><mo>=</mo><mn>2</mn></mrow></math></div>`},
		{"display unclosed", "$$x\n\ny", "<p>$$x</p>\n<p>y</p>"},
		{"tag", `$$x \tag{1}$$`, `<div class="equation"><math display="block" alttext="x \tag{1}"><mi>x</mi></math><span class="number">(1)</span></div>`},
		{"environment", "\\begin{equation}\nx\n\\end{equation}", `<div class="equation"><math display="block" alttext="\begin{equation} x \end{equation}"><mtable displaystyle="true"><mtr><mtd style="text-align:center"><mi>x</mi></mtd></mtr></mtable></math></div>`},
		{"in a table", "| a |\n|---|\n| $x$ |", "<table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>" + x + "</td>\n</tr>\n</tbody>\n</table>"},
		{"in a list", "- $$x$$", "<ul>\n<li>\n" + displayed + "\n</li>\n</ul>"},
		{"unknown TeX", `$\frob{x}$`, `<p><code class="tex">\frob{x}</code>` + joiner + `</p>`},
		{"quotes", `the "cities'" own -- see...`, `<p>the “cities’” own -- see...</p>`},
		{"heading", "# The effect 效应 of $x$", `<h1 id="p-the-effect-效应-of">The effect 效应 of ` + x + `</h1>`},
		{"tags", `a<br>b <sub>2</sub> <script>alert(1)</script> <b onclick="x">y</b>`, `<p>a<br>b <sub>2</sub> &lt;script&gt;alert(1)&lt;/script&gt; &lt;b onclick=&#34;x&#34;&gt;y</b></p>`},
		{"block of tags", "<details>\n<summary>more</summary>\n<iframe src=\"//x\"></iframe>\n</details>", "<details>\n<summary>more</summary>\n&lt;iframe src=&#34;//x&#34;&gt;&lt;/iframe&gt;\n</details>"},
		{"comment", "a <!-- b --> c", "<p>a  c</p>"},
		{"script link", `[a](javascript:alert(1))`, `<p><a href="">a</a></p>`},
		{"Chinese line break", "数字产业\n集聚", `<p>数字产业集聚</p>`},
	}
	for _, tt := range tests {
		if got, _ := render(tt.source); got != tt.want {
			t.Errorf("%s\ngot  %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

func TestHeadings(t *testing.T) {
	d := &document{prefix: "n-", shift: 1}
	first := d.render("# One\n\n## Two [a](b)\n\n## Two")
	second := d.render("## Two\n\n## ！\n\n## Two 2\n\n## Two")
	var got []string
	for _, h := range d.headings {
		got = append(got, strings.Repeat("#", h.Level)+" "+h.ID+" "+h.HTML)
	}
	want := "# n-one One\n## n-two-a Two a\n## n-two Two\n## n-two-2 Two\n## n-section ！\n## n-two-2-2 Two 2\n## n-two-3 Two"
	if s := strings.Join(got, "\n"); s != want {
		t.Errorf("got\n%s\nwant\n%s", s, want)
	}
	if !strings.Contains(first, `<h2 id="n-one">One</h2>`) || !strings.Contains(second, `<h3 id="n-two-2">Two</h3>`) {
		t.Errorf("%s%s", first, second)
	}
}

func TestFootnotesOfTwoCells(t *testing.T) {
	d := &document{prefix: "n-"}
	all := d.render("a[^1]\n\n[^1]: x") + d.render("b[^1]\n\n[^1]: y")
	ids := map[string]bool{}
	for _, part := range strings.Split(all, ` id="`)[1:] {
		id, _, _ := strings.Cut(part, `"`)
		if ids[id] {
			t.Errorf("the id %s stands twice", id)
		}
		ids[id] = true
	}
	if len(ids) != 4 {
		t.Errorf("%d ids in %s", len(ids), all)
	}
}

func TestPictures(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a b.png"), []byte("png"), 0o644); err != nil {
		t.Fatal(err)
	}
	p := &pictures{dir: dir}
	if uri, problem := p.data("a%20b.png"); problem != "" || uri != "data:image/png;base64,"+base64.StdEncoding.EncodeToString([]byte("png")) {
		t.Errorf("%s %s", uri, problem)
	}
	for target, want := range map[string]string{
		"https://example.org/x.png": "a picture from the net is left out: https://example.org/x.png",
		"//example.org/x.png":       "a picture from the net is left out: //example.org/x.png",
		"/etc/x.png":                "a picture by an absolute path is left out: /etc/x.png",
		"none.png":                  "there is no file none.png",
		"a.txt":                     "no picture of a known kind: a.txt",
		"%zz":                       "the picture's address can't be read",
	} {
		if _, problem := p.data(target); problem != want {
			t.Errorf("%s: %s", target, problem)
		}
	}
	d := &document{image: p.data}
	got := d.render("![what](https://example.org/x.png)")
	if want := "<p><span class=\"missing\">[what – a picture from the net is left out: https://example.org/x.png]</span></p>\n"; got != want || len(d.problems) != 1 {
		t.Errorf("%s %q", got, d.problems)
	}
}

func FuzzMarkdown(f *testing.F) {
	for _, s := range []string{"# a $x$\n\n$$\nx\n$$", "$$", "\\begin{a}", "a[^1]\n\n[^1]: $y$", "<b>", "> $$x$$\n> y", "- $$\n  x\n  $$", "|$a$|\n|-|", "![a](b)", "$`$`"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, source string) {
		got, _ := render(source)
		doc, err := html.Parse(strings.NewReader(got))
		if err != nil {
			t.Fatal(err)
		}
		for n := range doc.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			if n.Data == "script" || n.Data == "iframe" || n.Data == "link" || n.Data == "style" {
				t.Fatalf("<%s> in %s", n.Data, got)
			}
			for _, a := range n.Attr {
				if strings.HasPrefix(a.Key, "on") || a.Key == "src" && !strings.HasPrefix(a.Val, "data:") ||
					a.Key == "href" && strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:") {
					t.Fatalf("%s=%q in %s", a.Key, a.Val, got)
				}
			}
		}
	})
}
