package document

import (
	"io"

	"github.com/seed2d25c7c2/didnb/didkit/report/word"
)

// print is the resolution of figures in documents, in dots per inch.
const print = 300

// Word writes a .docx: tables that can be edited, figures as images of 300 dots per inch, and in curves for Word
// 2016 and later, with their description as alternative text, captions above tables and below figures.
func Word(w io.Writer, d *Document, _ string) ([]File, error) {
	out := word.New(d.Title, d.Language)
	if d.Title != "" {
		out.Paragraph(word.Title, word.Run{Text: d.Title})
	}
	for i, part := range [][]Exhibit{d.Main, d.Appendix} {
		if i > 0 && len(part) > 0 {
			out.Paragraph(word.Heading, word.Run{Text: d.appendixHeading()})
		}
		for _, e := range part {
			if e.Table != nil {
				e.Table.AppendTo(out)
				continue
			}
			f := e.drawn()
			png, err := f.Raster(print)
			if err != nil {
				return nil, err
			}
			svg, err := f.SVG()
			if err != nil {
				return nil, err
			}
			width, height := f.Inches()
			out.Picture(png, svg, width, height, e.Caption(d.Language), e.alt())
			out.Paragraph(word.FigureCaption, word.Run{Text: e.Caption(d.Language)})
		}
	}
	return nil, out.Write(w)
}
