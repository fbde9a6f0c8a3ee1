package figure

import (
	"image/color"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// The house style: no frame, thin grey axes, a faint horizontal grid, ink for data. Sizes are in points of the printed
// figure.
var (
	white   = color.NRGBA{0xff, 0xff, 0xff, 0xff}
	ink     = color.NRGBA{0x1c, 0x1f, 0x24, 0xff}
	grey    = color.NRGBA{0x5a, 0x60, 0x68, 0xff}
	line    = color.NRGBA{0x8a, 0x90, 0x98, 0xff}
	faint   = color.NRGBA{0xe6, 0xe8, 0xeb, 0xff}
	shade   = color.NRGBA{0xf3, 0xf5, 0xf8, 0xff}
	warning = color.NRGBA{0xa3, 0x3b, 0x12, 0xff}
)

// palette is told apart by people who don't see red or green, and in grey: lightness falls by steps, and every colour
// comes with a marker and a dash of its own.
var palette = []color.NRGBA{
	{0x17, 0x3f, 0x66, 0xff}, // navy
	{0xe0, 0x7b, 0x1a, 0xff}, // orange
	{0x0f, 0x76, 0x6e, 0xff}, // teal
	{0x7b, 0x2d, 0x5e, 0xff}, // plum
	{0x8c, 0x8c, 0x8c, 0xff}, // grey
	{0xc9, 0xa2, 0x27, 0xff}, // ochre
	{0x5b, 0xa4, 0xd9, 0xff}, // sky
	{0xb0, 0x3a, 0x2e, 0xff}, // brick
	{0x2f, 0x2f, 0x2f, 0xff}, // charcoal
	{0x9a, 0xb5, 0x3f, 0xff}, // moss
}

// lettered is a palette colour dark enough for words.
func lettered(i int) color.NRGBA {
	k := hue(i)
	return color.NRGBA{uint8(int(k.R) * 3 / 4), uint8(int(k.G) * 3 / 4), uint8(int(k.B) * 3 / 4), 0xff}
}

var dashes = [][]vg.Length{nil, {5, 2.5}, {1.5, 2}, {7, 2, 1.5, 2}, {3, 1.5}, {9, 3}}

func hue(i int) color.NRGBA     { return palette[i%len(palette)] }
func dashing(i int) []vg.Length { return dashes[i%len(dashes)] }
func marker(i int) markerShape  { return markerShape(i % int(markers)) }

const (
	titleSize  = 11
	labelSize  = 9
	tickSize   = 8.5
	noteSize   = 7.5
	axisWidth  = 0.6
	gridWidth  = 0.5
	dataWidth  = 1.3
	markerSize = 2.6 // radius
)

func (l lettering) style(size vg.Length, c color.Color) text.Style {
	return text.Style{Color: c, Font: font.From(sans, size), XAlign: text.XLeft, YAlign: text.YBottom, Handler: l}
}

func stroke(c color.Color, width vg.Length, dash ...vg.Length) draw.LineStyle {
	return draw.LineStyle{Color: c, Width: width, Dashes: dash}
}
