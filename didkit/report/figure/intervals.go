package figure

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Intervals are estimates with their confidence intervals, a marker and a capped bar each.
type Intervals struct {
	Name       string // in the legend; "" for none
	Points     []Interval
	Horizontal bool // bars lie along x, as in a list of coefficients
	Color      int  // of the palette, and the marker with it
	Small      bool // thin bars without caps, small markers: for many estimates side by side
}

// Interval is one estimate.
type Interval struct {
	At        float64 // on the other axis: event time, or the row of a list
	Estimate  float64 // a NaN is not drawn
	Low, High float64 // NaN: no bar
	Hollow    bool    // a reference, set to its value and not estimated
	Title     string  // shown when a reader points at it
}

func (v Intervals) key() *legendKey {
	return &legendKey{name: v.Name, color: hue(v.Color), marker: marker(v.Color)}
}

func (v Intervals) extent() extent {
	e := nothing()
	for _, p := range v.Points {
		for _, value := range []float64{p.Estimate, p.Low, p.High} {
			if v.Horizontal {
				e.add(value, p.At)
			} else {
				e.add(p.At, value)
			}
		}
	}
	return e
}

// cap is half the width of the line across the end of a bar.
const cap = 2.4

// Plot draws estimates and intervals.
func (v Intervals) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	at := func(along, value float64) vg.Point {
		if v.Horizontal {
			return vg.Point{X: tx(value), Y: ty(along)}
		}
		return vg.Point{X: tx(along), Y: ty(value)}
	}
	across := vg.Point{X: cap}
	if v.Horizontal {
		across = vg.Point{Y: cap}
	}
	style, size := stroke(hue(v.Color), 1.1), markerSize*1.0
	if v.Small {
		style, size, across = stroke(hue(v.Color), 0.8), 0.7*markerSize, vg.Point{}
	}
	for _, i := range v.Points {
		if !finite(i.Estimate) {
			continue
		}
		titled(c, i.Title, func() {
			if finite(i.Low) && finite(i.High) && i.Low < i.High {
				low, high := at(i.At, i.Low), at(i.At, i.High)
				strokeLine(c, style, low, high)
				strokeLine(c, style, low.Sub(across), low.Add(across))
				strokeLine(c, style, high.Sub(across), high.Add(across))
			}
			drawMarker(c, marker(v.Color), at(i.At, i.Estimate), vg.Length(size), hue(v.Color), i.Hollow)
		})
	}
}
