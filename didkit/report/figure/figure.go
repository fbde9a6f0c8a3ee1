// Package figure draws results as SVG and PNG from one description: a Figure is axes and layers of data, and builders
// make it from results (EventStudy, Trend, Coefficients). The drawing is gonum/plot's; the look is ours (style.go), and
// so are the fonts (typeface), so that Chinese labels need no font on the computer.
package figure

import (
	"fmt"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/seed2d25c7c2/didnb/didkit/report/figure/typeface"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// Figure describes a picture. Its zero value but for Layers can be drawn.
type Figure struct {
	Name        string // one line for screen readers and file names
	Description string // the figure in words, for those who don't see it
	Title       string // printed over the figure; "" for none, as journals put it below
	Language    wording.Language
	Simulated   bool // the data are simulated: the figure says so
	X, Y        Axis
	Layers      []Layer         // drawn in order
	Bare        bool            // no axes, as on a map
	Notes       []string        // sentences under the axes
	Width       float64         // inches; 0: 6.3, a page's text
	Height      float64         // inches; 0: 3.7
	Fonts       *typeface.Chain // nil: those of typeface.New, which SVG and PNG then keep here
}

// Axis is one of the two axes.
type Axis struct {
	Label    string
	Ticks    []Tick  // nil: round numbers
	Grid     bool    // faint lines across the figure at the ticks
	Min, Max float64 // the least range; both 0: that of the data
	Reverse  bool    // values run downwards, as rows of a list do
}

// Tick is a place on an axis and its label.
type Tick struct {
	Value float64
	Label string
	Keep  bool // stays when labels are too close and others go
}

// size is the picture's in points.
func (f *Figure) size() (w, h vg.Length) {
	w, h = 6.3*vg.Inch, 3.7*vg.Inch
	if f.Width > 0 {
		w = vg.Length(f.Width) * vg.Inch
	}
	if f.Height > 0 {
		h = vg.Length(f.Height) * vg.Inch
	}
	return max(w, vg.Inch), max(h, vg.Inch)
}

// fonts are the figure's, or else those of typeface.New, kept so that Warnings knows what was missing.
func (f *Figure) fonts() (lettering, error) {
	if f.Fonts == nil {
		chain, err := typeface.New()
		if err != nil {
			return lettering{}, err
		}
		f.Fonts = chain
	}
	return lettering{f.Fonts}, nil
}

// SVG is the figure as an SVG document with title, description and role for screen readers. The only error is that of
// a font named by DIDNB_FONT, a *typeface.Unreadable.
func (f *Figure) SVG() ([]byte, error) {
	l, err := f.fonts()
	if err != nil {
		return nil, err
	}
	w, h := f.size()
	c := newSVGCanvas(w, h)
	f.draw(draw.New(c), l)
	return c.document(f.heading(), f.mended(f.Description), f.Language.Tag()), nil
}

// heading is the figure's name, with the mark of simulated data.
func (f *Figure) heading() string {
	if !f.Simulated {
		return f.Name
	}
	return strings.TrimSpace(f.Name + f.Language.Pick(" ("+f.Language.Simulated()+")", "\uff08"+f.Language.Simulated()+"\uff09"))
}

// mended is a text of the figure with counts of one said as one.
func (f *Figure) mended(s string) string {
	if f.Language == wording.Chinese {
		return s
	}
	return wording.Singular(s)
}

// Alt is the figure in words, as an image of it needs them beside it: its name, the mark of simulated data, its
// description.
func (f *Figure) Alt() string {
	if f.Description == "" {
		return f.heading()
	}
	return f.heading() + f.Language.Pick(". ", "。") + f.mended(f.Description)
}

// PNG is the figure as an image at twice the screen's resolution, 192 dots per inch. Errors are those of SVG.
func (f *Figure) PNG() ([]byte, error) { return f.Raster(resolution) }

// Raster is the figure as a PNG of so many dots per inch, 300 for print. Errors are those of SVG.
func (f *Figure) Raster(dpi int) ([]byte, error) {
	l, err := f.fonts()
	if err != nil {
		return nil, err
	}
	w, h := f.size()
	c := newRasterCanvas(w, h, dpi)
	f.draw(draw.New(c), l)
	return encodePNG(c, dpi)
}

// Inches are the figure's width and height.
func (f *Figure) Inches() (width, height float64) {
	w, h := f.size()
	return float64(w / vg.Inch), float64(h / vg.Inch)
}

// Warnings says, after SVG or PNG, what a reader should know about the picture: characters that no font has, in one
// sentence.
func (f *Figure) Warnings() []string {
	if f.Fonts == nil {
		return nil
	}
	missing := f.Fonts.Missing()
	if len(missing) == 0 {
		return nil
	}
	var codes []string
	for i, r := range missing {
		if i == 5 {
			codes = append(codes, fmt.Sprintf("and %d more", len(missing)-i))
			break
		}
		codes = append(codes, fmt.Sprintf("U+%04X", r))
	}
	return []string{fmt.Sprintf("no font here has a glyph for %s, so that the figure shows a box; set %s to a font file that has one, or install fonts-noto-cjk",
		strings.Join(codes, ", "), typeface.Variable)}
}
