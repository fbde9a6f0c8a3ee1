// Package word writes .docx files: the parts of an Office Open XML text document (ECMA-376) with styles for captions,
// tables of three rules, notes and figures, Chinese in SimSun and Latin letters in Times New Roman. It knows pages,
// paragraphs, tables and pictures, and nothing of what stands in them. The same document always gives the same bytes.
package word

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// TextWidth is the width of the text in twips, twentieths of a point: an A4 page with margins of an inch.
const TextWidth = pageWidth - 2*margin

const (
	pageWidth  = 11906
	pageHeight = 16838
	margin     = 1440
)

// Document is a text document being written from the top. Its zero value has no language; make it with New.
type Document struct {
	title    string
	language wording.Language
	body     bytes.Buffer
	pictures []picture
}

// New starts a document. The title is a property of the file; Paragraph prints one.
func New(title string, l wording.Language) *Document { return &Document{title: title, language: l} }

// Style is a paragraph's form.
type Style string

const (
	Normal        Style = "Normal"
	Title         Style = "Title"
	Heading       Style = "Heading1"
	TableCaption  Style = "TableCaption" // above a table, on its page
	TableText     Style = "TableText"    // in a table's cells
	TableNote     Style = "TableNote"    // under a table
	FigureImage   Style = "Figure"       // the picture, on the page of its caption
	FigureCaption Style = "FigureCaption"
)

// Run is a piece of text of one form.
type Run struct {
	Text   string
	Italic bool
	Raised bool // as a superscript
}

// Paragraph adds a paragraph.
func (d *Document) Paragraph(s Style, runs ...Run) {
	paragraph(&d.body, fmt.Sprintf(`<w:pStyle w:val="%s"/>`, s), runs, 0)
}

// paragraph writes one with the properties given; size is the letters' in half points, 0 for the style's.
func paragraph(b *bytes.Buffer, properties string, runs []Run, size int) {
	b.WriteString("<w:p><w:pPr>" + properties + "</w:pPr>")
	for _, r := range runs {
		r.write(b, size)
	}
	b.WriteString("</w:p>")
}

func (r Run) write(b *bytes.Buffer, size int) {
	b.WriteString("<w:r>")
	p := ""
	if strings.ContainsFunc(r.Text, func(c rune) bool { return unicode.Is(unicode.Han, c) }) {
		p += `<w:rFonts w:hint="eastAsia"/>` // “”, … and — beside Chinese take the Chinese font
	}
	if r.Italic {
		p += "<w:i/>"
	}
	if size > 0 {
		p += fmt.Sprintf(`<w:sz w:val="%d"/><w:szCs w:val="%d"/>`, size, size)
	}
	if r.Raised {
		p += `<w:vertAlign w:val="superscript"/>`
	}
	if p != "" {
		b.WriteString("<w:rPr>" + p + "</w:rPr>")
	}
	if r.Text != "" {
		b.WriteString(`<w:t xml:space="preserve">` + escape(r.Text) + "</w:t>")
	}
	b.WriteString("</w:r>")
}

// escape writes text for XML, without the characters that XML does not have.
func escape(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"':
			b.WriteString("&quot;")
		case r < ' ' && r != '\t', r == utf8.RuneError, r == 0xFFFE, r == 0xFFFF:
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Write writes the file.
func (d *Document) Write(w io.Writer) error {
	z := zip.NewWriter(w)
	for _, p := range d.parts() {
		method := zip.Deflate
		if strings.HasSuffix(p.name, ".png") { // compressed already
			method = zip.Store
		}
		f, err := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: method})
		if err != nil {
			return err
		}
		if _, err := f.Write(p.data); err != nil {
			return err
		}
	}
	return z.Close()
}
