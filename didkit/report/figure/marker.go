package figure

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
)

// markerShape is the sign of a data point.
type markerShape int

const (
	disc markerShape = iota
	square
	triangle
	diamond
	cross
	plus
	inverted
	hexagon
	markers // their number
)

// drawMarker draws a sign of about equal weight at pt; a hollow one is filled white.
func drawMarker(c vg.Canvas, s markerShape, pt vg.Point, r vg.Length, k color.Color, hollow bool) {
	var p vg.Path
	polygon := func(radius vg.Length, corners int, turn float64) {
		for i := range corners {
			sin, cos := math.Sincos(turn + 2*math.Pi*float64(i)/float64(corners))
			q := vg.Point{X: pt.X + radius*vg.Length(cos), Y: pt.Y + radius*vg.Length(sin)}
			if i == 0 {
				p.Move(q)
			} else {
				p.Line(q)
			}
		}
		p.Close()
	}
	switch s {
	case square:
		polygon(1.25*r, 4, math.Pi/4)
	case triangle:
		polygon(1.3*r, 3, math.Pi/2)
	case inverted:
		polygon(1.3*r, 3, -math.Pi/2)
	case hexagon:
		polygon(1.15*r, 6, 0)
	case diamond:
		polygon(1.35*r, 4, 0)
	case cross, plus:
		turn := 0.0
		if s == cross {
			turn = math.Pi / 4
		}
		for i := range 2 {
			sin, cos := math.Sincos(turn + math.Pi/2*float64(i))
			d := vg.Point{X: 1.2 * r * vg.Length(cos), Y: 1.2 * r * vg.Length(sin)}
			p.Move(pt.Add(d))
			p.Line(pt.Sub(d))
		}
		c.SetColor(k)
		c.SetLineWidth(1.2)
		c.SetLineDash(nil, 0)
		c.Stroke(p)
		return
	default:
		p.Move(vg.Point{X: pt.X + r, Y: pt.Y})
		p.Arc(pt, r, 0, 2*math.Pi)
		p.Close()
	}
	if !hollow {
		c.SetColor(k)
		c.Fill(p)
		return
	}
	c.SetColor(color.White)
	c.Fill(p)
	c.SetColor(k)
	c.SetLineWidth(1)
	c.SetLineDash(nil, 0)
	c.Stroke(p)
}
