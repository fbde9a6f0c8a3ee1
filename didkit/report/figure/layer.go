package figure

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Layer is one set of marks on the axes. Those of this package are Intervals, Lines, Band and Rule.
type Layer interface {
	// extent is the range of finite values that the axes must show; nothing is ±Inf reversed.
	extent() extent
	// Plot draws in gonum/plot's data coordinates.
	Plot(c draw.Canvas, p *plot.Plot)
	// key is the layer's entry in the legend; nil if it has none.
	key() *legendKey
}

// extent is a range of values on both axes.
type extent struct{ x0, x1, y0, y1 float64 }

func nothing() extent {
	inf := math.Inf(1)
	return extent{inf, -inf, inf, -inf}
}

// add widens the range by a point; a coordinate that is not finite adds nothing.
func (e *extent) add(x, y float64) {
	if finite(x) {
		e.x0, e.x1 = math.Min(e.x0, x), math.Max(e.x1, x)
	}
	if finite(y) {
		e.y0, e.y1 = math.Min(e.y0, y), math.Max(e.y1, y)
	}
}

func (e *extent) union(o extent) {
	e.x0, e.x1 = math.Min(e.x0, o.x0), math.Max(e.x1, o.x1)
	e.y0, e.y1 = math.Min(e.y0, o.y0), math.Max(e.y1, o.y1)
}

// finite tells whether a value can be drawn: a number, and not so large that differences overflow.
func finite(x float64) bool { return math.Abs(x) < 1e150 }

// legendKey is a sample of a layer's marks and its name.
type legendKey struct {
	name   string
	color  color.NRGBA
	marker markerShape
	dash   []vg.Length
	line   bool
	swatch bool // a patch of the colour and no mark
}

// legends are the entries of a figure. Lines that name themselves at their ends need none.
func (f *Figure) legends() []*legendKey {
	var keys []*legendKey
	for _, l := range f.Layers {
		if k := l.key(); k != nil && k.name != "" {
			keys = append(keys, k)
		}
	}
	return keys
}

// bare is the canvas behind the rectangles that gonum/plot cuts out of it.
func bare(c vg.Canvas) vg.Canvas {
	for {
		switch d := c.(type) {
		case draw.Canvas:
			c = d.Canvas
		case *draw.Canvas:
			c = d.Canvas
		default:
			return c
		}
	}
}

// titled draws marks as a group with a tooltip, where the format has such.
func titled(c vg.Canvas, title string, marks func()) {
	if svg, ok := bare(c).(*svgCanvas); ok && title != "" {
		svg.begin(title)
		defer svg.end()
	}
	marks()
}

func strokeLine(c vg.Canvas, s draw.LineStyle, points ...vg.Point) {
	var p vg.Path
	for i, q := range points {
		if i == 0 {
			p.Move(q)
		} else {
			p.Line(q)
		}
	}
	c.SetColor(s.Color)
	c.SetLineWidth(s.Width)
	c.SetLineDash(s.Dashes, 0)
	c.Stroke(p)
}
