package page

import (
	"bytes"
	"fmt"
	"html"
	"regexp"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"github.com/seed2d25c7c2/didnb/magics/notebook/mathml"
)

// document is the Markdown of one notebook on its way to HTML. Cells are rendered one by one; ids stay unique across
// them, and headings are collected for the table of contents.
type document struct {
	prefix   string                               // of every id, so that notebooks on one page do not collide
	shift    int                                  // added to heading levels
	image    func(target string) (string, string) // a picture's data URI, or "" and why there is none
	headings []Heading
	ids      map[string]bool // of all notebooks on the page
	cell     int
	figures  int
	styles   map[string]bool // of tables, that stand on the page already
	problems []string
	pick     func(en, zh string) string // nil: English
}

// say is a word of the page in its language.
func (d *document) say(en, zh string) string {
	if d.pick == nil {
		return en
	}
	return d.pick(en, zh)
}

// Heading is an entry of the table of contents.
type Heading struct {
	Level int // as in the Markdown, from 1
	ID    string
	HTML  string // its text, equations included
}

// render writes a cell's Markdown as HTML: GitHub's dialect with footnotes, equations between dollars.
func (d *document) render(source string) string {
	d.cell++
	md := goldmark.New(
		goldmark.WithExtensions(extension.GFM, quotes, extension.NewFootnote(extension.WithFootnoteIDPrefix(fmt.Sprintf("%sc%d-", d.prefix, d.cell))), extension.NewCJK(extension.WithEastAsianLineBreaks())),
		goldmark.WithParserOptions(
			parser.WithBlockParsers(util.Prioritized(mathBlockParser{}, 90)),
			parser.WithInlineParsers(util.Prioritized(mathInlineParser{}, 90)),
		),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(&cellRenderer{d}, 90))),
	)
	var b bytes.Buffer
	src := []byte(strings.ToValidUTF8(source, "\ufffd")) // goldmark counts runes backwards over line ends
	root := md.Parser().Parse(text.NewReader(src))
	d.number(root, src, md.Renderer())
	if err := md.Renderer().Render(&b, src, root); err != nil { // a bytes.Buffer never fails; a renderer of ours might
		return "<pre>" + html.EscapeString(source) + "</pre>\n"
	}
	return b.String()
}

// quotes sets straight quotation marks and apostrophes as curly ones, and nothing else: "--" may be a flag's.
var quotes = extension.NewTypographer(extension.WithTypographicSubstitutions(map[extension.TypographicPunctuation][]byte{
	extension.LeftSingleQuote: []byte("‘"), extension.RightSingleQuote: []byte("’"), extension.Apostrophe: []byte("’"),
	extension.LeftDoubleQuote: []byte("“"), extension.RightDoubleQuote: []byte("”"),
	extension.EnDash: nil, extension.EmDash: nil, extension.Ellipsis: nil, extension.LeftAngleQuote: nil, extension.RightAngleQuote: nil,
}))

// number gives headings their ids, in the order of the page, and lists them.
func (d *document) number(root ast.Node, src []byte, r renderer.Renderer) {
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		h, ok := n.(*ast.Heading)
		if !ok || !entering {
			return ast.WalkContinue, nil
		}
		id := d.freeID(slug(plainText(h, src)))
		h.SetAttributeString("id", []byte(id))
		var b bytes.Buffer
		for c := h.FirstChild(); c != nil; c = c.NextSibling() {
			_ = r.Render(&b, src, c)
		}
		d.headings = append(d.headings, Heading{h.Level, id, withoutLinks(b.String())})
		return ast.WalkSkipChildren, nil
	})
}

func (d *document) freeID(name string) string {
	if d.ids == nil {
		d.ids = map[string]bool{}
	}
	base := d.prefix + name
	id := base
	for n := 2; d.ids[id]; n++ {
		id = fmt.Sprintf("%s-%d", base, n)
	}
	d.ids[id] = true
	return id
}

var links = regexp.MustCompile(`</?a\b[^>]*>`)

func withoutLinks(s string) string { return links.ReplaceAllString(s, "") }

// plainText is a node's text without marks.
func plainText(n ast.Node, src []byte) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.Text:
			if entering {
				b.Write(n.Segment.Value(src))
				b.WriteByte(' ')
			}
		case *ast.String:
			if entering {
				b.Write(n.Value)
			}
		}
		return ast.WalkContinue, nil
	})
	return strings.TrimSpace(b.String())
}

// slug is a heading's id: letters of any script and digits, the rest hyphens.
func slug(s string) string {
	words := strings.FieldsFunc(strings.ToLower(s), func(c rune) bool { return !isWord(c) })
	if len(words) == 0 {
		return "section"
	}
	return strings.Join(words, "-")
}

// cellRenderer writes the nodes that a self-contained page needs otherwise than goldmark does.
type cellRenderer struct{ d *document }

func (r *cellRenderer) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(ast.KindHeading, r.heading)
	reg.Register(ast.KindImage, r.image)
	reg.Register(ast.KindRawHTML, r.rawHTML)
	reg.Register(ast.KindHTMLBlock, r.htmlBlock)
	reg.Register(kindMath, r.math)
}

func (r *cellRenderer) heading(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	h := node.(*ast.Heading)
	level := min(6, h.Level+r.d.shift)
	if !entering {
		fmt.Fprintf(w, "</h%d>\n", level)
		return ast.WalkContinue, nil
	}
	fmt.Fprintf(w, "<h%d", level)
	if id, ok := h.AttributeString("id"); ok {
		fmt.Fprintf(w, ` id="%s"`, html.EscapeString(string(id.([]byte))))
	}
	_ = w.WriteByte('>')
	return ast.WalkContinue, nil
}

// image puts the picture itself into the page; one that can't be had is its text, marked.
func (r *cellRenderer) image(w util.BufWriter, src []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	n := node.(*ast.Image)
	alt := plainText(n, src)
	data, problem := "", "pictures are not available here"
	if r.d.image != nil {
		data, problem = r.d.image(string(n.Destination))
	}
	if data == "" {
		r.d.problems = append(r.d.problems, problem)
		fmt.Fprintf(w, `<span class="missing">[%s]</span>`, html.EscapeString(strings.TrimSpace(alt+" – "+problem)))
		return ast.WalkSkipChildren, nil
	}
	fmt.Fprintf(w, `<img src="%s" alt="%s"`, html.EscapeString(data), html.EscapeString(alt))
	if len(n.Title) > 0 {
		fmt.Fprintf(w, ` title="%s"`, html.EscapeString(string(n.Title)))
	}
	_, _ = w.WriteString(">")
	return ast.WalkSkipChildren, nil
}

// harmless are the HTML tags that Markdown may hold as they are, without attributes; all others are shown as text.
var harmless = regexp.MustCompile(`(?i)^</?(b|br|dd|del|details|div|dl|dt|em|hr|i|ins|kbd|mark|p|q|s|small|span|strong|sub|summary|sup|u|var|wbr)\s*/?>$`)

var anyTag = regexp.MustCompile(`(?s)<!--.*?-->|<[^>]*>?`)

func safeHTML(s string) string {
	var b strings.Builder
	at := 0
	for _, m := range anyTag.FindAllStringIndex(s, -1) {
		b.WriteString(strings.ReplaceAll(s[at:m[0]], ">", "&gt;"))
		switch tag := s[m[0]:m[1]]; {
		case strings.HasPrefix(tag, "<!--"):
		case harmless.MatchString(tag):
			b.WriteString(tag)
		default:
			b.WriteString(html.EscapeString(tag))
		}
		at = m[1]
	}
	b.WriteString(strings.ReplaceAll(s[at:], ">", "&gt;"))
	return b.String()
}

func (r *cellRenderer) rawHTML(w util.BufWriter, src []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		n := node.(*ast.RawHTML)
		_, _ = w.WriteString(safeHTML(string(n.Segments.Value(src))))
	}
	return ast.WalkSkipChildren, nil
}

func (r *cellRenderer) htmlBlock(w util.BufWriter, src []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		n := node.(*ast.HTMLBlock)
		block := string(n.Lines().Value(src))
		if n.HasClosure() {
			block += string(n.ClosureLine.Value(src))
		}
		_, _ = w.WriteString(safeHTML(block))
	}
	return ast.WalkContinue, nil
}

func (r *cellRenderer) math(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		n := node.(*mathNode)
		_, _ = w.WriteString(r.d.equation(n.tex, n.display))
		if !n.display {
			_, _ = w.WriteString("\u2060") // word joiner: no line begins with the comma behind an equation
		}
	}
	return ast.WalkSkipChildren, nil
}

// equation is MathML, or the TeX itself where it can't be translated; the reason goes to the problems.
func (d *document) equation(tex string, display bool) string {
	e, err := mathml.Translate(tex, display)
	if err != nil {
		d.problems = append(d.problems, fmt.Sprintf("equation %s: %s", strings.Join(strings.Fields(tex), " "), err))
		tag := "code"
		if display {
			tag = "pre"
		}
		return fmt.Sprintf(`<%s class="tex">%s</%[1]s>`, tag, html.EscapeString(strings.TrimSpace(tex)))
	}
	if !display {
		return e.MathML
	}
	number := ""
	if e.Tag != "" {
		number = `<span class="number">(` + html.EscapeString(e.Tag) + `)</span>`
	}
	return `<div class="equation">` + e.MathML + number + "</div>\n"
}
