package figure

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Points are single marks without lines, as in a scatter.
type Points struct {
	Name   string // in the legend; "" for none
	X, Y   []float64
	Titles []string // shown when a reader points at a mark; nil for none
	Color  int
	Hollow bool
	Small  bool // for many points
}

func (v Points) key() *legendKey {
	return &legendKey{name: v.Name, color: hue(v.Color), marker: marker(v.Color)}
}

func (v Points) extent() extent {
	e := nothing()
	for i := range min(len(v.X), len(v.Y)) {
		e.add(v.X[i], v.Y[i])
	}
	return e
}

// Plot draws the points.
func (v Points) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	size := vg.Length(markerSize)
	if v.Small {
		size *= 0.55
	}
	for i := range min(len(v.X), len(v.Y)) {
		if finite(v.X[i]) && finite(v.Y[i]) {
			at := c.Rectangle.Min
			at.X, at.Y = tx(v.X[i]), ty(v.Y[i])
			title := ""
			if i < len(v.Titles) {
				title = v.Titles[i]
			}
			titled(c, title, func() { drawMarker(c, marker(v.Color), at, size, hue(v.Color), v.Hollow) })
		}
	}
}
