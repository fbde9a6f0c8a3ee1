package figure

import (
	"math"
	"strings"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"

	"github.com/seed2d25c7c2/didnb/didkit/report/figure/typeface"
)

// lettering sets labels in which Latin and Chinese letters mix, each piece in a font that has it. It is gonum/plot's
// text handler for axes and legends.
type lettering struct{ chain *typeface.Chain }

var _ text.Handler = lettering{}

// sans is the font as gonum/plot names it.
var sans = font.Font{Typeface: "Liberation", Variant: "Sans"}

func (lettering) Cache() *font.Cache { return font.NewCache(liberation.Collection()) }

// Extents are those of Liberation Sans, in parts of 2048 of its em, whatever font sets a label: a Chinese font's lines
// are taller, and its labels would stand off their ticks.
func (lettering) Extents(f font.Font) font.Extents {
	em := f.Size / 2048
	return font.Extents{Ascent: 1854 * em, Descent: 434 * em, Height: 2355 * em}
}

func (lettering) Lines(s string) []string { return strings.Split(strings.TrimRight(s, "\n"), "\n") }

func (l lettering) Box(s string, f font.Font) (width, height, depth vg.Length) {
	e := l.Extents(f)
	return l.chain.Width(s, f.Size), e.Ascent, e.Descent
}

// Draw sets lines at pt as text.Plain does: aligned and turned about it, a font's size apart.
func (l lettering) Draw(c vg.Canvas, s string, style text.Style, pt vg.Point) {
	if strings.TrimSpace(s) == "" {
		return
	}
	c.SetColor(style.Color)
	if style.Rotation != 0 {
		c.Push()
		defer c.Pop()
		c.Rotate(style.Rotation)
	}
	sin, cos := math.Sincos(style.Rotation)
	pt.X, pt.Y = pt.Y*vg.Length(sin)+pt.X*vg.Length(cos), pt.Y*vg.Length(cos)-pt.X*vg.Length(sin)
	lines := l.Lines(s)
	pt.Y += style.Height(s)*vg.Length(style.YAlign) - l.Extents(style.Font).Ascent
	for i, line := range lines {
		x := vg.Length(style.XAlign) * l.chain.Width(line, style.Font.Size)
		y := vg.Length(len(lines)-i) * style.Font.Size
		l.set(c, line, style.Font.Size, pt.Add(vg.Point{X: x, Y: y}))
	}
}

// set draws one line from pt on its baseline.
func (l lettering) set(c vg.Canvas, s string, size vg.Length, pt vg.Point) {
	svg, isSVG := bare(c).(*svgCanvas)
	for _, run := range l.chain.Runs(s) {
		width := run.Width(size)
		if isSVG && run.Face.Latin && !run.Missing {
			svg.text(pt, run.Text, size, width, false)
		} else {
			c.Fill(run.Outline(size, pt))
			if isSVG {
				svg.text(pt, run.Text, size, width, true)
			}
		}
		pt.X += width
	}
}
