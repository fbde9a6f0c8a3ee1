package figure

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Area is a shape of one or more rings, filled by their winding: a ring inside another that runs the other way is a hole.
type Area struct {
	Rings [][][2]float64
	Fill  color.NRGBA
	Title string
}

// Areas are shapes with thin outlines, as the units of a map.
type Areas struct{ Shapes []Area }

func (v Areas) key() *legendKey { return nil }

func (v Areas) extent() extent {
	e := nothing()
	for _, s := range v.Shapes {
		for _, r := range s.Rings {
			for _, q := range r {
				e.add(q[0], q[1])
			}
		}
	}
	return e
}

// Plot draws the areas.
func (v Areas) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	for _, s := range v.Shapes {
		var path vg.Path
		for _, r := range s.Rings {
			for i, q := range r {
				at := vg.Point{X: tx(q[0]), Y: ty(q[1])}
				if i == 0 {
					path.Move(at)
				} else {
					path.Line(at)
				}
			}
			path.Close()
		}
		if len(path) == 0 {
			continue
		}
		titled(c, s.Title, func() {
			c.SetColor(s.Fill)
			c.Fill(path)
			c.SetColor(white)
			c.SetLineWidth(0.3)
			c.SetLineDash(nil, 0)
			c.Stroke(path)
		})
	}
}

// Dot is a coloured disc.
type Dot struct {
	X, Y  float64
	Fill  color.NRGBA
	Title string
}

// Dots are discs with a thin outline, so that pale ones are seen on white.
type Dots struct {
	Dots   []Dot
	Radius vg.Length // points
}

func (v Dots) key() *legendKey { return nil }

func (v Dots) extent() extent {
	e := nothing()
	for _, d := range v.Dots {
		e.add(d.X, d.Y)
	}
	return e
}

// Plot draws the dots.
func (v Dots) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	for _, d := range v.Dots {
		if !finite(d.X) || !finite(d.Y) {
			continue
		}
		at := vg.Point{X: tx(d.X), Y: ty(d.Y)}
		titled(c, d.Title, func() {
			drawMarker(c, disc, at, v.Radius, line, false)
			drawMarker(c, disc, at, v.Radius-0.35, d.Fill, false)
		})
	}
}
