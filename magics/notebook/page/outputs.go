package page

import (
	"encoding/json"
	"fmt"
	"html"
	"regexp"
	"strings"

	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/notebook"
)

// code writes a code cell: its source and what it showed.
func (d *document) code(b *strings.Builder, c *notebook.Cell) {
	if strings.TrimSpace(c.Source) == "" && len(c.Outputs) == 0 {
		return
	}
	label := ""
	switch {
	case c.Tagged(notebook.InjectedTag):
		label = d.say("parameters given for this run", "本次运行给定的参数")
	case c.Tagged(notebook.ParametersTag):
		label = d.say("parameters", "参数")
	}
	b.WriteString(`<div class="cell">` + "\n")
	if strings.TrimSpace(c.Source) != "" {
		b.WriteString(`<div class="input">`)
		if c.Count > 0 {
			fmt.Fprintf(b, `<span class="count" aria-hidden="true">[%d]</span>`, c.Count)
		}
		b.WriteString("<pre><code>" + highlight(strings.TrimRight(c.Source, "\n")) + "</code></pre>")
		if label != "" {
			b.WriteString(`<span class="label">` + label + "</span>")
		}
		b.WriteString("</div>\n")
	}
	switch {
	case c.Tagged(removeOutputTag):
	case c.Tagged(hideOutputTag) && !c.Failed() && len(c.Outputs) > 0:
		b.WriteString("<details class=\"folded\">\n<summary>" + d.say("output", "输出") + "</summary>\n")
		d.outputs(b, c.Outputs)
		b.WriteString("</details>\n")
	default:
		d.outputs(b, c.Outputs)
	}
	b.WriteString("</div>\n")
}

// Tags of Jupyter Book: what a cell shows is folded, or left out. An error is never folded.
const (
	hideOutputTag   = "hide-output"
	removeOutputTag = "remove-output"
)

func (d *document) outputs(b *strings.Builder, outputs []notebook.Output) {
	for _, o := range outputs {
		d.output(b, o)
	}
}

var (
	magicName = regexp.MustCompile(`^(\s*)(%[\pL\pN_.]+)`)
	substitut = regexp.MustCompile(`\$\{[\pL\pN\pM_.]+\}`)
)

// highlight marks magics' names, comments and ${parameters} in a cell's source.
func highlight(source string) string {
	lines := strings.Split(source, "\n")
	continued := false
	for i, line := range lines {
		switch trimmed := strings.TrimSpace(line); {
		case !continued && strings.HasPrefix(trimmed, "#"):
			lines[i] = `<span class="comment">` + html.EscapeString(line) + "</span>"
		default:
			marked := substitut.ReplaceAllString(html.EscapeString(line), `<span class="parameter">$0</span>`)
			if !continued {
				marked = magicName.ReplaceAllString(marked, `$1<span class="magic">$2</span>`)
			}
			lines[i] = marked
		}
		continued = strings.HasSuffix(strings.TrimRight(line, " \t\r"), `\`)
	}
	return strings.Join(lines, "\n")
}

// output writes the richest form of an output that a page can show.
func (d *document) output(b *strings.Builder, o notebook.Output) {
	switch o.Type {
	case notebook.Stream:
		class := "stream"
		if o.Name == "stderr" {
			class += " stderr"
		}
		fmt.Fprintf(b, `<pre class="%s">%s</pre>`+"\n", class, html.EscapeString(withoutANSI(strings.TrimRight(o.Text, "\n"))))
	case notebook.ErrorOutput:
		fmt.Fprintf(b, `<pre class="error" role="alert">%s</pre>`+"\n", html.EscapeString(withoutANSI(strings.Join(o.Traceback, "\n"))))
	case notebook.DisplayData, notebook.ExecuteResult:
		d.display(b, o)
	}
}

func (d *document) display(b *strings.Builder, o notebook.Output) {
	text := func(mime string) string { s, _ := o.Data[mime].(string); return s }
	plain := text("text/plain")
	switch {
	case text("image/svg+xml") != "": // before HTML, which is the same figure for front ends that show SVG as an image
		b.WriteString(`<figure class="figure">` + d.svg(text("image/svg+xml"), plain) + "</figure>\n")
	case text("text/html") != "":
		class := "result"
		if isListing(o) { // long, and for looking up: it scrolls in a frame, which the keyboard must reach
			class = `result listing" tabindex="0`
		}
		b.WriteString(`<div class="` + class + `">` + "\n" + d.onceStyled(strings.TrimSpace(text("text/html"))) + "\n</div>\n")
	case text("image/png") != "", text("image/jpeg") != "":
		mime := "image/png"
		if text(mime) == "" {
			mime = "image/jpeg"
		}
		fmt.Fprintf(b, `<figure class="figure"><img src="data:%s;base64,%s" alt="%s"></figure>`+"\n",
			mime, strings.Join(strings.Fields(text(mime)), ""), html.EscapeString(plain))
	case text("text/markdown") != "":
		b.WriteString(`<div class="prose">` + d.render(text("text/markdown")) + "</div>\n")
	case text("text/latex") != "":
		b.WriteString(d.equation(strings.Trim(strings.TrimSpace(text("text/latex")), "$"), true))
	case plain != "":
		b.WriteString(`<pre class="plain">` + html.EscapeString(withoutANSI(plain)) + "</pre>\n")
	}
}

// isListing tells whether an output lists a panel's variables.
func isListing(o notebook.Output) bool {
	raw, err := json.Marshal(o.Data[command.ResultMIME])
	if err != nil {
		return false
	}
	var result struct {
		Kind string `json:"kind"`
	}
	return json.Unmarshal(raw, &result) == nil && result.Kind == "panel"
}

var styles = regexp.MustCompile(`(?s)<style>.*?</style>\n?`)

// onceStyled leaves out a style that stands on the page already: each table brings its own along.
func (d *document) onceStyled(fragment string) string {
	return styles.ReplaceAllStringFunc(fragment, func(style string) string {
		if d.styles[style] {
			return ""
		}
		if d.styles == nil {
			d.styles = map[string]bool{}
		}
		d.styles[style] = true
		return style
	})
}

var ansi = regexp.MustCompile("\x1b\\[[0-9;?]*[ -/]*[@-~]")

func withoutANSI(s string) string { return ansi.ReplaceAllString(s, "") }

var (
	svgStart = regexp.MustCompile(`(?s)^.*?<svg\b`)
	svgIDs   = regexp.MustCompile(`(\sid\s*=\s*["'])([^"']+)`)
	svgURLs  = regexp.MustCompile(`url\((["']?)#([^)"']+)`)
	svgHrefs = regexp.MustCompile(`((?:xlink:)?href\s*=\s*["'])#([^"']+)`)
	svgLabel = regexp.MustCompile(`\s(role|aria-label|aria-labelledby)\s*=\s*("[^"]*"|'[^']*')`)
	svgTitle = regexp.MustCompile(`(?s)<title[^>]*>(.*?)</title>`)
)

// svg puts a picture into the page: without its XML prologue, its ids made the page's own, named for screen readers.
func (d *document) svg(s, title string) string {
	d.figures++
	prefix := fmt.Sprintf("%sf%d-", d.prefix, d.figures)
	s = svgStart.ReplaceAllString(strings.TrimSpace(s), "<svg")
	s = svgIDs.ReplaceAllString(s, "${1}"+prefix+"$2")
	s = svgURLs.ReplaceAllString(s, "url($1#"+prefix+"$2")
	s = svgHrefs.ReplaceAllString(s, "${1}#"+prefix+"$2")
	open := strings.IndexByte(s, '>')
	if open < 0 {
		return ""
	}
	if m := svgTitle.FindStringSubmatch(s); m != nil {
		title = html.UnescapeString(m[1])
	}
	head := svgLabel.ReplaceAllString(s[:open], "")
	return head + ` role="img" aria-label="` + html.EscapeString(strings.Join(strings.Fields(title), " ")) + `"` + s[open:]
}
