package figure

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Lines is a series joined by a line, broken where a value is missing, with a marker at every value.
type Lines struct {
	Name   string // at the line's end, or in the legend if InLegend
	X, Y   []float64
	Titles []string // shown when a reader points at a value; nil for none
	Color  int      // of the palette, and marker and dash with it
	NoMark bool

	InLegend bool
}

func (v Lines) key() *legendKey {
	if !v.InLegend {
		return nil
	}
	return &legendKey{name: v.Name, color: hue(v.Color), marker: marker(v.Color), dash: dashing(v.Color), line: true}
}

func (v Lines) extent() extent {
	e := nothing()
	for i := range min(len(v.X), len(v.Y)) {
		if finite(v.X[i]) && finite(v.Y[i]) {
			e.add(v.X[i], v.Y[i])
		}
	}
	return e
}

// Plot draws the lines.
func (v Lines) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	var piece []vg.Point
	flush := func() {
		if len(piece) > 1 {
			strokeLine(c, stroke(hue(v.Color), dataWidth, dashing(v.Color)...), piece...)
		}
		piece = nil
	}
	var points []vg.Point
	var titles []string
	for i := range min(len(v.X), len(v.Y)) {
		if !finite(v.X[i]) || !finite(v.Y[i]) {
			flush()
			continue
		}
		q := vg.Point{X: tx(v.X[i]), Y: ty(v.Y[i])}
		piece, points = append(piece, q), append(points, q)
		title := ""
		if i < len(v.Titles) {
			title = v.Titles[i]
		}
		titles = append(titles, title)
	}
	flush()
	if v.NoMark {
		return
	}
	for i, q := range points {
		titled(c, titles[i], func() { drawMarker(c, marker(v.Color), q, markerSize*0.9, hue(v.Color), false) })
	}
}

// last is the line's last value; NaN if it has none.
func (v Lines) last() (x, y float64) {
	for i := min(len(v.X), len(v.Y)) - 1; i >= 0; i-- {
		if finite(v.X[i]) && finite(v.Y[i]) {
			return v.X[i], v.Y[i]
		}
	}
	return math.NaN(), math.NaN()
}
