// Package page writes executed notebooks as one HTML file that needs nothing beside itself: no script, no font, no
// picture from elsewhere. Equations are MathML, figures are SVG in the page, and the styles serve a screen in light and
// dark and the printer. The same notebooks always give the same bytes.
package page

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/magics/notebook"
)

// Page is what is written.
type Page struct {
	Title    string
	Language string // of the prose, as in <html lang>; "" is English
	Program  string // name and version of the program that ran the notebooks, "" to leave it out
	Date     string // "" to leave it out
	Lead     string // a sentence or two below the title, Markdown
	Data     []DataFile
	Sections []Section
}

// DataFile is a file that the notebooks read.
type DataFile struct {
	Name      string // as the notebooks name it
	Rows      int
	SHA256    string // of the file's bytes, in hexadecimal
	Simulated bool
}

// Section is one notebook.
type Section struct {
	Name     string // its file's name without .ipynb; ids on the page begin with it
	Dir      string // folder that its pictures' paths are relative to
	Notebook *notebook.Notebook
	Failed   string // the sentence of the cell that failed, "" if none
}

//go:embed style.css
var style string

//go:embed page.html
var layout string

var layoutTemplate = template.Must(template.New("page").Parse(layout))

// view is what the layout reads.
type view struct {
	Page
	Style     template.CSS
	Font      template.CSS
	Lead      template.HTML
	Simulated bool
	Single    bool
	Parts     []part
}

// Pick is the text in the page's language.
func (p Page) Pick(en, zh string) string {
	if strings.HasPrefix(p.Language, "zh") {
		return zh
	}
	return en
}

type part struct {
	ID       string
	Failed   string
	Body     template.HTML
	Contents []entry
}

type entry struct {
	Level int
	ID    string
	Text  template.HTML
}

// HTML writes the page. The strings returned beside it name what could not be shown as written: an equation of unknown
// TeX, a picture from the net.
func (p Page) HTML() (out []byte, problems []string, err error) {
	v := view{Page: p, Style: template.CSS(style), Single: len(p.Sections) == 1}
	if v.Language == "" {
		v.Language = "en"
	}
	lead := &document{prefix: "lead-"}
	if p.Lead != "" {
		v.Lead = template.HTML(lead.render(p.Lead))
	}
	v.Simulated = slices.ContainsFunc(p.Data, func(d DataFile) bool { return d.Simulated })
	styles, ids := map[string]bool{}, map[string]bool{}
	for _, s := range p.Sections {
		id := slug(s.Name)
		d := &document{prefix: id + "-", styles: styles, ids: ids, image: (&pictures{dir: s.Dir}).data, pick: p.Pick}
		if !v.Single {
			d.shift = 1
		}
		part := part{ID: id, Failed: s.Failed, Body: template.HTML(d.notebook(s.Notebook))}
		for _, h := range d.headings {
			if h.Level <= 2 {
				part.Contents = append(part.Contents, entry{h.Level, h.ID, template.HTML(h.HTML)})
			}
		}
		if len(part.Contents) == 0 || part.Contents[0].Level != 1 {
			part.Contents = slices.Insert(part.Contents, 0, entry{1, id, template.HTML(template.HTMLEscapeString(s.Name))})
		}
		v.Parts = append(v.Parts, part)
		for _, problem := range d.problems {
			problems = append(problems, s.Name+": "+problem)
		}
	}
	texts := []string{p.Title, string(v.Lead)}
	for _, part := range v.Parts {
		texts = append(texts, string(part.Body))
	}
	v.Font = chineseFont(texts...)
	var b bytes.Buffer
	if err := layoutTemplate.Execute(&b, v); err != nil {
		return nil, nil, fmt.Errorf("the page can't be written: %w", err)
	}
	return b.Bytes(), compactStrings(problems), nil
}

func compactStrings(s []string) []string {
	var out []string
	for _, x := range s {
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

// notebook writes all cells of one notebook.
func (d *document) notebook(n *notebook.Notebook) string {
	var b strings.Builder
	for _, c := range n.Cells {
		switch c.Kind {
		case notebook.Markdown:
			d.attachments(c)
			b.WriteString("<div class=\"prose\">\n" + d.render(c.Source) + "</div>\n")
		case notebook.Code:
			d.code(&b, c)
		}
	}
	return b.String()
}

// attachments lets a Markdown cell's pictures refer to what the cell carries (attachment:name).
func (d *document) attachments(c *notebook.Cell) {
	outer := d.image
	if len(c.Attachments) == 0 || outer == nil {
		return
	}
	carried := c.Attachments
	d.image = func(target string) (string, string) {
		if name, ok := strings.CutPrefix(target, "attachment:"); ok {
			bundle, _ := carried[name].(notebook.Object)
			for _, mime := range []string{"image/png", "image/jpeg", "image/gif", "image/webp"} {
				if data, ok := bundle[mime].(string); ok {
					return "data:" + mime + ";base64," + strings.Join(strings.Fields(data), ""), ""
				}
			}
			return "", "the cell has no such attachment"
		}
		return outer(target)
	}
}

// Name is a notebook file's name without folder and ending.
func Name(path string) string { return strings.TrimSuffix(filepath.Base(path), ".ipynb") }
